"""Run migrations on the database of the settings, or on the connection handed in.

One writes at a time: of two migrations at once the second waits for the first, and then finds
nothing to do. A migration waits at most 10 s for the lock of a table, so that a forgotten
transaction fails it clearly instead of queueing every reader behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from sqlalchemy import Connection, text

from app.database.engines import writing_engine
from app.database.models import Base
from app.importers.loading.writer import MIGRATION_WAIT, begin_immediate, lock
from app.settings import Settings


def run(connection: Connection) -> None:
    """Migrate within one transaction: all steps or none."""
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        with _sqlite_transaction(connection):
            _steps(connection, sqlite)
    else:
        _steps(connection, sqlite)


def _steps(connection: Connection, sqlite: bool) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        render_as_batch=sqlite,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        if not sqlite:
            lock(connection, MIGRATION_WAIT)
            connection.execute(text("SET LOCAL lock_timeout = '10s'"))
        context.run_migrations()


@contextmanager
def _sqlite_transaction(connection: Connection) -> Iterator[None]:
    """Begin before the first statement: the driver begins none for CREATE, ALTER and DROP.

    Foreign keys are checked at the end, not meanwhile: a table that is made anew is dropped on the
    way, and what refers to it would be deleted with it.
    """
    raw: Any = connection.connection.driver_connection
    before = raw.isolation_level
    raw.isolation_level = None
    try:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        begin_immediate(connection, MIGRATION_WAIT)
        yield
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if orphans:
            raise RuntimeError(f"rows of {orphans[0][0]} without their {orphans[0][2]}")
        connection.commit()
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    finally:
        raw.isolation_level = before


handed: Connection | None = context.config.attributes.get("connection")
if handed is not None:
    run(handed)
else:
    with writing_engine(Settings().database_url).connect() as own:
        run(own)
        own.commit()
