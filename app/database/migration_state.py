"""How far a database is migrated, and whether a newer program has migrated it."""

from __future__ import annotations

from psycopg import errors as postgresql
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from app.database.models import DataVersion
from app.database.versions import PROGRAM, newest
from app.errors import NotReady
from migrations import HEAD, STEPS


def is_migrated(engine: Engine) -> bool:
    """Tell whether the tables are up to date."""
    with engine.connect() as connection:
        return _step_of(connection) == HEAD


def newer(engine: Engine) -> str | None:
    """Say that this program does not know the database's migration; None if it does."""
    with engine.connect() as connection:
        step = _step_of(connection)
        if step is None or step in STEPS:
            return None
        return newer_than_this(step, _program_of(connection))


def refuse_newer(engine: Engine) -> None:
    """Raise ``NotReady`` if a newer program has migrated the database."""
    if why := newer(engine):
        raise NotReady(why)


def newer_than_this(step: str, program: str | None) -> str:
    """Say that a database is newer, with both versions; ``program`` wrote its newest data."""
    wrote = f" and program {program} wrote its data" if program not in {None, PROGRAM} else ""
    return (
        f"the database is newer than this program: its tables are at migration {step}{wrote}; this "
        f"is program {PROGRAM}, whose newest migration is {HEAD}. Run the newer program, or "
        "restore a backup made before the migration"
    )


def is_of_another_shape(error: BaseException) -> bool:
    """Tell whether an error means that the database lacks a table or a column."""
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, postgresql.UndefinedTable | postgresql.UndefinedColumn):
        return True
    return str(error.orig).startswith(("no such table", "no such column"))


def _step_of(connection: Connection) -> str | None:
    """Return the newest migration that was applied; None: none was."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    step: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return step


def _program_of(connection: Connection) -> str | None:
    """Return the program that wrote the newest data version, where that can be read."""
    table = DataVersion.__tablename__
    inspector = inspect(connection)
    if not inspector.has_table(table):
        return None
    columns = {column["name"] for column in inspector.get_columns(table)}
    if not {"number", "program"} <= columns:
        return None
    program: str | None = connection.execute(newest(DataVersion.program)).scalar()
    return program
