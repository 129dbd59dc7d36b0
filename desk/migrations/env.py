"""Alembic's entry: migrates the database that `desk.migrate` gives it."""

from alembic import context

from desk import models  # noqa: F401  (fills the metadata)
from desk.db import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
