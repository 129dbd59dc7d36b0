"""The migrations make exactly the tables that the code expects, on each kind of store."""

from datetime import UTC, datetime

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import JSON, Boolean, Column, Date, DateTime, LargeBinary, MetaData, String, func, select, text

from desk import migrate, models  # noqa: F401  (fills the metadata)
from desk.db import Base, Database


def test_migrations_and_models_agree(database: Database) -> None:
    Base.metadata.drop_all(database.engine)
    migrate.upgrade(database)
    migrate.upgrade(database)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def test_what_the_first_version_stored_is_still_there(database: Database) -> None:
    Base.metadata.drop_all(database.engine)
    migrate.upgrade(database, "0001")
    stored = MetaData()
    stored.reflect(database.engine)
    tables = [table for table in stored.sorted_tables if table.name != "alembic_version"]
    with database.engine.begin() as connection:
        for table in tables:
            connection.execute(table.insert().values({column.name: _any_value(column) for column in table.columns}))
    migrate.upgrade(database)
    with database.engine.connect() as connection:
        counts = {
            table.name: connection.scalar(select(func.count()).select_from(Base.metadata.tables[table.name]))
            for table in tables
        }
    assert counts == dict.fromkeys(counts, 1)
    assert len(counts) > 20


def _any_value(column: Column[object]) -> object:
    """Return a value of the column's type; the same one everywhere, so that rows refer to each other."""
    moment = datetime(2026, 11, 1, 12, tzinfo=UTC)
    for kind, value in (
        (Boolean, False),
        (JSON, {}),
        (DateTime, moment),
        (Date, moment.date()),
        (String, "x"),
        (LargeBinary, b"x"),
    ):
        if isinstance(column.type, kind):
            return value
    return 1
