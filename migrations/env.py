"""Run migrations on the database of the settings, or on the connection handed in.

A migration waits at most 10 s for a lock, so that a forgotten transaction fails it clearly
instead of queueing every reader behind it.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, text

from app.db import writing_engine
from app.models import Base
from app.settings import Settings


def run(connection: Connection) -> None:
    """Migrate within one transaction: all steps or none."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL lock_timeout = '10s'"))
        context.run_migrations()


handed: Connection | None = context.config.attributes.get("connection")
if handed is not None:
    run(handed)
else:
    with writing_engine(Settings().database_url).connect() as own:
        run(own)
