"""One engine, short transactions: `read()` and `write()` are the only ways to the database."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime, Dialect, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

from desk.happenings import Followers


class Base(DeclarativeBase):
    """The root of all tables."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment: stored as UTC, read back aware (SQLite drops the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive moments: they would silently mean two things."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """An engine with the desk's transaction rules.

    On SQLite a writing transaction begins IMMEDIATE, so that two writers queue instead of failing
    half-way with "database is locked".

    Args:
        url: a SQLAlchemy URL; `sqlite:///path` or `postgresql+psycopg://…`.
    """

    def __init__(self, url: str) -> None:
        self.url = normalised(url)
        self.engine = _engine(self.url)
        self._session = sessionmaker(self.engine, expire_on_commit=False)
        self._listeners: list[Callable[[set[str]], None]] = []
        self.followers = Followers()

    @property
    def is_sqlite(self) -> bool:
        """True where the embedded store is in use."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Yield a session; commit at the end, roll back on any exception.

        What the block announced (see `announce`) is told to the listeners after the commit.
        """
        with self._session() as session, session.begin():
            self.followers.attach(session)
            if self.is_sqlite:
                session.connection().exec_driver_sql("BEGIN IMMEDIATE")
            yield session
        topics: set[str] = session.info.get(_TOPICS, set())
        if topics:
            for listener in self._listeners:
                listener(topics)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Yield a session that sees one snapshot and is rolled back at the end."""
        with self._session() as session:
            if self.is_sqlite:
                session.connection().exec_driver_sql("BEGIN")
            yield session
            session.rollback()

    def listen(self, listener: Callable[[set[str]], None]) -> None:
        """Call `listener` with the announced topics after each commit that has any."""
        self._listeners.append(listener)

    def close(self) -> None:
        """Return all connections."""
        self.engine.dispose()


_TOPICS = "topics"


def announce(session: Session, *topics: str) -> None:
    """Tell whoever watches `topics` once this session's transaction has committed, not before."""
    session.info.setdefault(_TOPICS, set()).update(topics)


def normalised(url: str) -> str:
    """Return `url` with the drivers that the desk brings (psycopg 3 for PostgreSQL)."""
    parsed = make_url(url)
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.render_as_string(hide_password=False)


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20, json_serializer=_json)
    path = make_url(url).database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    # Transactions are begun by hand (see `write`): the driver's own BEGIN comes too late.
    arguments = {"check_same_thread": False, "timeout": 15, "isolation_level": None}
    engine = create_engine(url, connect_args=arguments, pool_size=20, max_overflow=20, json_serializer=_json)

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=15000"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
