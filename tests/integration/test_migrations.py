"""The migrations make exactly the tables that the code expects, on each kind of store."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

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
