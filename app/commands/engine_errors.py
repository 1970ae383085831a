"""What a database error means, in words: the cause, the place, and what to do."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from app.database.migration_state import is_of_another_shape
from app.database.outage import cause_of

SQLITE = {
    sqlite3.SQLITE_READONLY: "{file} may not be written: its own mode, its folder's or its file "
    "system's forbids it",
    sqlite3.SQLITE_BUSY: "{file} is locked by another program",
    sqlite3.SQLITE_NOTADB: "{file} is no SQLite database",
    sqlite3.SQLITE_CORRUPT: "{file} is damaged ({cause}): put a backup back",
    sqlite3.SQLITE_FULL: "{file} cannot grow: the disk is full",
}
"""SQLite's error → what it means."""

POSTGRESQL = {
    "42501": "{cause}: run this as the owner of the tables",
    "25006": "{cause}: this role or server may only read; run `occupations migrate` or `seed` as "
    "the owner of the tables, on the primary server",
    "55P03": "{cause}: another session holds a table; run this again when it has ended",
    "53100": "{cause}: the disk of the server is full",
}
"""SQLSTATE → what it means."""

SHAPE = (
    "the database has no tables yet, or those of an older program: run `occupations migrate` or "
    "`occupations seed`"
)


def in_words(error: SQLAlchemyError, url: str) -> str:
    """Return one sentence for an error of the database at ``url``."""
    if is_of_another_shape(error):
        return SHAPE
    found = getattr(error, "orig", None) or error
    cause = cause_of(error, url)
    file = Path(make_url(url).database or "")
    if isinstance(found, sqlite3.Error):
        number = getattr(found, "sqlite_errorcode", 0) & 0xFF
        if number == sqlite3.SQLITE_CANTOPEN:
            return f"the database: {_why_not_opened(file)}"
        said = SQLITE.get(number, "{cause}")
    else:
        said = POSTGRESQL.get(getattr(found, "sqlstate", None) or "", "{cause}")
    return f"the database: {said.format(file=file, cause=cause)}"


def _why_not_opened(file: Path) -> str:
    folder = file.absolute().parent
    try:
        if not folder.is_dir():
            return f"{folder}: no such folder"
        if not file.exists():
            return f"{file}: no such file; `occupations serve` or `occupations seed` makes it"
    except OSError as error:
        return f"{folder}: {error.strerror}"
    return (
        f"{file} cannot be opened: this user may not read it, or may not write in its folder, "
        "where SQLite makes files beside it"
    )
