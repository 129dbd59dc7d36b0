"""A database for the tests of staff accounts: one for all tests of a module, emptied for each."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from sqlalchemy import delete

from desk.audit.model import AuditEntry
from desk.db import Database
from desk.options.model import OptionsRow
from desk.staff import passwords
from desk.staff.model import HalfWay, RecoveryCode, SignInTry, StaffAccount, StaffSession, TwoFactor
from tests.support import databases

_TABLES = (StaffSession, HalfWay, RecoveryCode, TwoFactor, SignInTry, StaffAccount, AuditEntry, OptionsRow)


@pytest.fixture(scope="module", params=databases.KINDS)
def staff_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The module's database."""
    with databases.empty(request.param, tmp_path_factory.mktemp("staff")) as made:
        yield made


@pytest.fixture
def database(staff_store: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The module's database, empty; passwords cost little."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    with staff_store.write() as session:
        for table in _TABLES:
            session.execute(delete(table))
    return staff_store
