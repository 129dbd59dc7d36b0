"""Fixtures of the unit tests: the shop as the case services see it."""

from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet

from desk.shop.embedded.adapter import EmbeddedShop
from desk.vault.service import Vault
from tests.support import databases
from tests.support.cases import Bench
from tests.support.floor import MONDAY, Clock, Floor
from tests.support.shop_world import World

# Before the tests import it: failed asserts shall show their values there too.
pytest.register_assert_rewrite("tests.support.arrivals")


@pytest.fixture(scope="module", params=databases.KINDS)
def counter(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A shop with its catalogue, for all tests of a module."""
    with databases.empty(request.param, tmp_path_factory.mktemp("cases")) as database:
        yield Bench(database)


@pytest.fixture
def bench(counter: Bench) -> Bench:
    """The shop without orders, stock, tickets, conversations."""
    counter.wipe()
    return counter


@pytest.fixture
def floor(bench: Bench) -> Floor:
    """An empty floor: routing follows, and nobody is there."""
    return Floor(bench)


@pytest.fixture
def at() -> Iterator[Clock]:
    """A Monday morning, until the test moves on."""
    moved = Clock(MONDAY)
    yield moved
    moved.stop()


@pytest.fixture(scope="module", params=databases.KINDS)
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An embedded shop with its catalogue, for all tests of a module."""
    vault = Vault(Fernet.generate_key())
    with databases.empty(request.param, tmp_path_factory.mktemp("shop")) as database:
        yield World(database, vault, EmbeddedShop(vault))
