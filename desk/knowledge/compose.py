"""Puts a knowledge base together: for a running desk, and for the command line without one."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from desk.db import Database
from desk.knowledge.library import Library
from desk.knowledge.rules import intents
from desk.knowledge.service import Knowledge, products
from desk.policies.source import Policies
from desk.settings import ROOT
from desk.shop.base import Shop
from desk.vault.service import Vault

FOLDER = ROOT / "data" / "knowledge"
LABELS = ROOT / "data" / "dialogue" / "intent_labels.yml"
DOMAIN = ROOT / "domain.yml"


def knowledge(
    database: Database, shop: Shop, vault: Vault, policies: Policies, folder: Path | None = None
) -> Knowledge:
    """Return the knowledge base of a desk; nothing is read yet (see `Library.warm`)."""

    def current() -> Mapping[str, Any]:
        return policies.current.model_dump()

    return Knowledge(Library(folder or FOLDER, intents(LABELS, DOMAIN), names_of(database, shop)), shop, vault, current)


def names_of(database: Database, shop: Shop) -> Callable[[], list[str]]:
    """Return what gives the names of the products on sale; none while the database has no tables yet."""

    def names() -> list[str]:
        try:
            with database.read() as session:
                return [name for each in products(session, shop) for name in (each.name, *each.aliases)]
        except SQLAlchemyError:
            return []

    return names
