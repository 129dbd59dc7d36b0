"""Fixtures of tests that run on each kind of store."""

from collections.abc import Iterator

import pytest

from desk.db import Database
from desk.shop.embedded.adapter import EmbeddedShop
from desk.vault.service import Vault
from tests.support import databases
from tests.support.shop_world import World
from tests.support.staff_fixtures import lin, office, shared_office

__all__ = ["lin", "office", "shared_office"]


@pytest.fixture(scope="module", params=databases.KINDS)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with databases.empty(request.param, tmp_path_factory.mktemp("shop")) as made:
        yield made


@pytest.fixture
def world(store: Database, vault: Vault, shop: EmbeddedShop) -> World:
    return World(store, vault, shop)
