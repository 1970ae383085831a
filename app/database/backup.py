"""Copies of an SQLite database: made while it is served, and put back while nothing uses it.

Both go through SQLite's own backup interface, which knows the write-ahead log and the locks.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp
from typing import Any
from urllib.parse import quote

from app.database.migration_state import newer_than_this
from migrations import HEAD, STEPS

WAIT = 5.0
"""Seconds to wait for a lock that another process holds for a moment."""


class BackupFault(Exception):
    """Why a copy was not made or not put back; everything is as it was."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a database file holds."""

    step: str  # its newest migration
    token: str  # of its newest data version
    releases: int  # that are not superseded

    @property
    def is_current(self) -> bool:
        """Whether this program's newest migration has been applied."""
        return self.step == HEAD


def back_up(database: Path, target: Path, *, replace: bool) -> Held:
    """Copy a database to ``target`` while others read and write it: a file of its own, no log.

    The copy is made and checked beside the target, and then renamed. Raises ``BackupFault``.
    """
    _refuse_target(database, target, replace)
    with _plainly(target):
        handle, name = mkstemp(prefix=f"{target.name}.", suffix=".part", dir=target.parent)
        os.close(handle)
        part = Path(name)
        try:
            with closing(_reading(database)) as source, closing(sqlite3.connect(part)) as copy:
                source.backup(copy)
            with closing(_reading(part)) as copy:
                held = _held(copy, database)
                _check(copy, database)
            part.chmod(database.stat().st_mode & 0o777)
            if target.exists() and not replace:
                _refuse_target(database, target, replace)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    return held


def put_back(file: Path, database: Path, *, replace: bool) -> Held:
    """Make a database what ``file`` is. Raises ``BackupFault``; then it is as it was.

    Nobody may have the database open: a server that serves it holds a lock, also while it is idle.
    ``replace``: even if the database holds data.
    """
    if file.exists() and database.exists() and file.samefile(database):
        raise BackupFault(f"{file} is the database itself")
    if not file.is_file():
        raise BackupFault(f"{file}: no such file")
    with _plainly(file), closing(_reading(file)) as source:
        held = _held(source, file)
        if held.step not in STEPS:
            raise BackupFault(f"{file}: {newer_than_this(held.step, None)}")
        _check(source, file)
        with _plainly(database), _alone(database, replace=replace) as own:
            source.backup(own)
    return held


def write_back(connection: Any) -> bool:
    """Move the write-ahead log into the file, and empty it; return False if readers prevent it.

    ``connection`` of SQLAlchemy. A reader that is in the middle of an answer is waited for.
    """
    connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(WAIT * 1000)}")
    busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    return not busy


def _refuse_target(database: Path, target: Path, replace: bool) -> None:
    if not database.is_file():
        raise BackupFault(f"{database}: there is no database yet")
    if target.exists() and target.samefile(database):
        raise BackupFault(f"{target} is the database itself")
    if not target.parent.is_dir():
        raise BackupFault(f"{target.parent}: no such folder")
    if target.is_dir():
        raise BackupFault(f"{target} is a folder: name a file")
    if target.exists() and not replace:
        raise BackupFault(f"{target} is there already: --replace overwrites it")


def _reading(file: Path) -> sqlite3.Connection:
    """Open a file to read it. One without a log is complete, and is opened without a lock file."""
    log = Path(f"{file}-wal")
    alone = not (log.exists() and log.stat().st_size) and not Path(f"{file}-shm").exists()
    options = "immutable=1" if alone else "mode=ro"
    return sqlite3.connect(f"file:{quote(str(file))}?{options}", uri=True, timeout=WAIT)


@contextmanager
def _alone(database: Path, *, replace: bool) -> Iterator[sqlite3.Connection]:
    """Lend a connection if nobody else has the database open; the log is written back.

    Each connection to a file in WAL mode holds a lock as long as it is open, so that the change of
    mode tells of idle ones too.
    """
    was_there = database.exists()
    own = sqlite3.connect(database, timeout=WAIT, isolation_level=None)
    try:
        if not replace and (holds := _data_of(own)):
            raise BackupFault(
                f"{database} holds data (version {holds[:12]}): --replace gives them up"
            )
        try:
            own.execute("PRAGMA journal_mode = DELETE")
            own.execute("BEGIN EXCLUSIVE")
            own.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            raise BackupFault(
                f"{database} is being served or written: end `occupations serve` and every other "
                "program that has it open, then try again"
            ) from error
        try:
            yield own
        finally:
            own.execute("PRAGMA journal_mode = WAL")
    except BaseException:
        own.close()
        if not was_there:
            database.unlink(missing_ok=True)
        raise
    own.close()


def _held(connection: sqlite3.Connection, file: Path) -> Held:
    """Return what a file holds; raises ``BackupFault`` if it is no database of this program."""
    tables = _tables(connection)
    if not {"alembic_version", "releases"} <= tables:
        raise BackupFault(f"{file} is no database of this program: it has no releases")
    step = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    token = _data_of(connection)
    if step is None or token is None:
        raise BackupFault(f"{file} holds no data")
    live = "SELECT count(*) FROM releases WHERE NOT superseded"
    return Held(step[0], token, connection.execute(live).fetchone()[0])


def _data_of(connection: sqlite3.Connection) -> str | None:
    """Return the token of the newest data version; None if nothing was ever loaded."""
    # Until the migration d83b5f2a6c04 the table had one row and another name.
    for table in _tables(connection) & {"data_versions", "data_version"}:
        query = f"SELECT token FROM {table} ORDER BY number DESC LIMIT 1"  # noqa: S608 - see above
        if found := connection.execute(query).fetchone():
            return str(found[0])
    return None


def _tables(connection: sqlite3.Connection) -> set[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name for (name,) in rows}


def _check(connection: sqlite3.Connection, file: Path) -> None:
    """Read every page and index; raises ``BackupFault`` if one is damaged."""
    (first,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if first != "ok":
        raise BackupFault(f"{file} is damaged: {first}")


@contextmanager
def _plainly(file: Path) -> Iterator[None]:
    """Turn errors of SQLite and of the system into ``BackupFault``."""
    try:
        yield
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_NOTADB:
            raise BackupFault(f"{file} is no SQLite database") from error
        raise BackupFault(f"{file}: {error}") from error
    except OSError as error:
        raise BackupFault(f"{error.filename or file}: {error.strerror or error}") from error
