"""Empty databases of each kind, with all tables, for as long as a test or a module of tests needs one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from desk import models  # noqa: F401  (fills the metadata)
from desk.db import Base, Database

KINDS = ("sqlite", "postgresql")

#: A server where databases may be made and dropped; its tests are skipped where none answers.
POSTGRES = os.environ.get("KAMIDESK_TEST_POSTGRES", "postgresql://127.0.0.1:5432/postgres")


@contextmanager
def empty(kind: str, folder: Path) -> Iterator[Database]:
    """Give an empty database of a kind, with all tables; on SQLite as a file in `folder`."""
    with bare(kind, folder) as url:
        database = Database(url)
        Base.metadata.create_all(database.engine)
        try:
            yield database
        finally:
            database.close()


@contextmanager
def bare(kind: str, folder: Path) -> Iterator[str]:
    """Give the URL of a database of a kind that has no tables yet."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'desk.db'}"
        return
    name = f"kamidesk_test_{uuid4().hex[:12]}"
    try:
        server = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as problem:
        reason = str(problem).strip().splitlines()[-1]
        pytest.skip(f"no PostgreSQL at {_without_password(POSTGRES)} (KAMIDESK_TEST_POSTGRES): {reason}")
    with server:
        quoted = sql.Identifier(name)
        server.execute(sql.SQL("CREATE DATABASE {}").format(quoted))
        # Nothing here has to survive a power cut.
        server.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(quoted))
        try:
            yield _named(POSTGRES, name)
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(quoted))


def _named(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def _without_password(url: str) -> str:
    return make_url(url).render_as_string(hide_password=True)
