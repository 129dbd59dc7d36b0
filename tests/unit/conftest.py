"""Fixtures of the unit tests: the shop as the case services see it."""

from collections.abc import Iterator

import pytest

from tests.support import databases
from tests.support.cases import Bench

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
