"""Empty databases of each kind, with all tables, for as long as a test or a module of tests needs one."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy.engine import make_url

from desk import models  # noqa: F401  (fills the metadata)
from desk.db import Base, Database
from tests.support import kept_databases

T = TypeVar("T")
KINDS = ("sqlite", "postgresql")

#: A server where databases may be made and dropped; its tests are skipped where none answers.
POSTGRES = os.environ.get("KAMIDESK_TEST_POSTGRES", "postgresql://127.0.0.1:5432/postgres")


@contextmanager
def empty(kind: str, folder: Path) -> Iterator[Database]:
    """Give an empty database of a kind, with all tables; on SQLite as a file in `folder`."""
    if kind == "sqlite":
        shutil.copyfile(_sqlite_file(), folder / "desk.db")
        url = f"sqlite:///{folder / 'desk.db'}"
    else:
        url = _or_skip(kept_databases.get)
    database = Database(url)
    try:
        yield database
    finally:
        database.close()
        if kind == "postgresql":
            kept_databases.give_back(url)


@contextmanager
def bare(kind: str, folder: Path) -> Iterator[str]:
    """Give the URL of a database of a kind that has no tables yet."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'desk.db'}"
        return
    name = f"kamidesk_test_{uuid4().hex[:12]}"
    _or_skip(lambda server: kept_databases.create(server, name))
    try:
        yield make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    finally:
        kept_databases.drop(POSTGRES, name)


@cache
def _sqlite_file() -> Path:
    """Return a database file with all tables and no rows, to be copied."""
    folder = Path(tempfile.mkdtemp(prefix="kamidesk-test-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = folder / "empty.db"
    database = Database(f"sqlite:///{file}")
    Base.metadata.create_all(database.engine)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return file


def _or_skip(use: Callable[[str], T]) -> T:
    try:
        return use(POSTGRES)
    except psycopg.OperationalError as problem:
        reason = str(problem).strip().splitlines()[-1]
        shown = make_url(POSTGRES).render_as_string(hide_password=True)
        pytest.skip(f"no PostgreSQL at {shown} (KAMIDESK_TEST_POSTGRES): {reason}")
