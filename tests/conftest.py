"""Fixtures that all tests share: a real, empty database of each kind, a vault, the embedded shop."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from desk.db import Database
from desk.shop.embedded.adapter import EmbeddedShop
from desk.vault.service import Vault
from tests.support import databases


@pytest.fixture(params=databases.KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database with all tables, on each kind of store."""
    with databases.empty(request.param, tmp_path) as made:
        yield made


@pytest.fixture
def vault() -> Vault:
    """A vault with a key of its own."""
    return Vault(Fernet.generate_key())


@pytest.fixture
def shop(vault: Vault) -> EmbeddedShop:
    """The embedded shop; its tables are empty."""
    return EmbeddedShop(vault)
