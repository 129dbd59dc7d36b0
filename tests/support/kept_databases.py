"""PostgreSQL databases that are emptied and used again: making one takes half a second, emptying it milliseconds."""

import atexit
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy import inspect, text
from sqlalchemy.engine import make_url

from desk import models  # noqa: F401  (fills the metadata)
from desk.db import Base, Database

_FREE: list[str] = []
_MADE: list[tuple[str, str]] = []


def get(server: str) -> str:
    """Return the URL of an empty database with all tables.

    Raises:
        psycopg.OperationalError: no server answers.
    """
    if _FREE:
        return _FREE.pop()
    name = f"kamidesk_test_{uuid4().hex[:12]}"
    create(server, name)
    _MADE.append((server, name))
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    database = Database(url)
    Base.metadata.create_all(database.engine)
    database.close()
    return url


def give_back(url: str) -> None:
    """Empty a database for the next test; one whose tables a test has changed is not used again."""
    database = Database(url)
    try:
        if _as_made(database):
            _empty(database)
            _FREE.append(url)
    finally:
        database.close()


def create(server: str, name: str) -> None:
    """Make a database; nothing in it has to survive a power cut."""
    with psycopg.connect(server, autocommit=True, connect_timeout=3) as connection:
        quoted = sql.Identifier(name)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(quoted))
        connection.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(quoted))


def drop(server: str, name: str) -> None:
    """Drop a database, whoever is still connected to it."""
    with psycopg.connect(server, autocommit=True, connect_timeout=3) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _as_made(database: Database) -> bool:
    return set(inspect(database.engine).get_table_names()) == set(Base.metadata.tables)


def _empty(database: Database) -> None:
    """Take the rows away, from the tables that have any, and let the numbers begin at 1 again."""
    filled = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in sorted(Base.metadata.tables)
    )
    used = text("SELECT quote_ident(sequencename) FROM pg_sequences WHERE last_value IS NOT NULL")
    # Whoever a test has left behind must not hold us up, nor write into the next test.
    others = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with database.engine.begin() as connection:
        connection.execute(others)
        tables = list(connection.scalars(text(filled)))
        if tables:
            connection.execute(text(f"TRUNCATE {', '.join(tables)} CASCADE"))
        for sequence in list(connection.scalars(used)):
            connection.execute(text(f"ALTER SEQUENCE {sequence} RESTART"))


@atexit.register
def _drop_all() -> None:
    for server, name in _MADE:
        drop(server, name)
