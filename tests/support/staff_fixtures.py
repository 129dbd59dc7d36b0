"""An office with the demo's staff, shared by the tests of a module."""

from collections.abc import Iterator

import pytest

from tests.support.staff import Colleague, Office, office_in


@pytest.fixture(scope="module")
def shared_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office on SQLite."""
    with office_in(tmp_path_factory.mktemp("office")) as made:
        yield made


@pytest.fixture
def office(shared_office: Office) -> Office:
    """The module's office, with nobody locked out."""
    return shared_office.as_new()


@pytest.fixture
def lin(office: Office) -> Colleague:
    """An agent at work."""
    return office.sign_in("xiaolin")
