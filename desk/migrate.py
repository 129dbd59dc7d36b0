"""Bring the database to the tables that this version of the desk needs."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from desk.db import Database

_SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(database: Database, to: str = "head") -> None:
    """Create or migrate the tables, all or nothing. Does nothing when they are up to date."""
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            command.upgrade(_config(connection), to)
            connection.commit()
            return
        # Tables are changed by building them anew; rows that refer to them must not stop that. Checked at the end.
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            command.upgrade(_config(connection), to)
            if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                raise RuntimeError("the migration would lose what rows refer to; nothing was changed")
            connection.commit()
        finally:
            connection.rollback()
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")


def draft(database: Database, message: str) -> None:
    """Write a new migration from the difference between the models and the (migrated) database."""
    with database.engine.connect() as connection:
        command.revision(_config(connection), message, autogenerate=True)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    return config
