"""What commands share: the settings, a database engine, and errors as one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg.errors import UndefinedTable
from pydantic import ValidationError
from sqlalchemy import Engine
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from app.commands.output import fail
from app.database.engines import writing_engine
from app.errors import ApiError
from app.importers.faults import ImportFault
from app.settings import Settings


@contextmanager
def plainly() -> Iterator[None]:
    """Print errors that a user can fix as one line; all others keep their traceback."""
    try:
        yield
    except (ImportFault, ApiError) as error:
        fail(str(error))
    except SQLAlchemyError as error:
        orig = getattr(error, "orig", None)
        cause = str(orig or error).strip().splitlines()[0]
        if "no such table" in cause or isinstance(orig, UndefinedTable):
            fail("the database has no tables yet: run `occupations migrate` or `occupations seed`")
        fail(f"the database: {cause}")
    except OSError as error:
        fail(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "))


def settings_of(**changed: object) -> Settings:
    """Read the settings from the environment and change some; a wrong one ends the command."""
    try:
        return Settings(**{k: v for k, v in changed.items() if v is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        fail(f"setting OCCUPATIONS_{name}: {first['msg']}", 2)


@contextmanager
def writing(settings: Settings) -> Iterator[Engine]:
    """Open a database engine that may write."""
    try:
        engine = writing_engine(settings.database_url)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        fail(f"setting OCCUPATIONS_DATABASE_URL: {error}", 2)
    try:
        with plainly():
            yield engine
    finally:
        engine.dispose()
