"""What commands share: the settings, a database engine, and errors as one line."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import typer
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from app.commands.engine_errors import in_words
from app.commands.output import FAILED, complain, fail
from app.database.backup import write_back
from app.database.engines import reading_engine, writing_engine
from app.database.migration_state import refuse_newer
from app.errors import ApiError
from app.importers.faults import ImportFault
from app.settings import Settings
from app.settings.check import WrongSettings, read_settings

log = logging.getLogger("occupations")

NO_DATABASE = "sqlite://"
STATEMENT_TIMEOUT = 600.0
"""Seconds that a command waits for an answer of the database; the setting is the web's."""
READERS = (
    "a reader kept the write-ahead log from being emptied: copy the database with `occupations "
    "backup`, never the file alone"
)


@contextmanager
def plainly(code: int = FAILED, url: str = NO_DATABASE) -> Iterator[None]:
    """Print errors that a user can fix as one line; all others keep their traceback.

    ``code``: the exit code of a command that ends so; ``url`` of the database, if it uses one.
    """
    try:
        yield
    except (ImportFault, ApiError) as error:
        fail(str(error), code)
    except SQLAlchemyError as error:
        fail(in_words(error, url), code)
    except OSError as error:
        fail(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "), code)


def settings_of(begin: Callable[[Settings], object] | None = None, **changed: object) -> Settings:
    """Read the settings from the environment and change some; a wrong one ends the command.

    ``begin`` is called before anything is logged of them.
    """
    try:
        return read_settings(begin, **{k: v for k, v in changed.items() if v is not None})
    except WrongSettings as wrong:
        for fault in wrong.faults:
            complain(fault)
        raise typer.Exit(2) from None


def is_missing(settings: Settings) -> bool:
    """Tell whether the database is an SQLite file that is not there, in a folder that is."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return False
    file = Path(url.database)
    return not file.exists() and file.absolute().parent.is_dir()


@contextmanager
def writing(settings: Settings) -> Iterator[Engine]:
    """Open a database engine that may write. At the end the file of an SQLite database has all."""
    with _open(lambda: writing_engine(settings.database_url), settings) as engine:
        try:
            yield engine
        finally:
            _write_back(engine)


def _write_back(engine: Engine) -> None:
    """Write the log of an SQLite database back: whoever copies the file alone copies all of it."""
    if not isinstance(engine.pool, QueuePool) or not engine.pool.checkedin():
        return  # nothing was opened
    if engine.dialect.name != "sqlite":
        return
    try:
        with engine.connect() as connection:
            if not write_back(connection):
                log.info(READERS)
    except SQLAlchemyError as error:  # what the command did is committed all the same
        log.info("the log of the database was not written back: %s", error.__cause__)


@contextmanager
def reading(settings: Settings, code: int = FAILED) -> Iterator[Engine]:
    """Open a database engine that cannot write; ``code`` as of ``plainly``."""
    url = settings.database_url
    make = partial(reading_engine, url, threads=1, statement_timeout=STATEMENT_TIMEOUT)
    with _open(make, settings, code) as engine:
        if not is_missing(settings):
            refuse_newer(engine)
        yield engine


@contextmanager
def _open(make: Callable[[], Engine], settings: Settings, code: int = FAILED) -> Iterator[Engine]:
    try:
        engine = make()
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        fail(f"setting OCCUPATIONS_DATABASE_URL: {error}", 2)
    try:
        with plainly(code, settings.database_url):
            yield engine
    finally:
        engine.dispose()
