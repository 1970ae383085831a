"""A SQLite file that this process cannot write: by its mode, its folder's or its file system's.

To read a file in WAL mode, SQLite makes a second file beside it, which is not possible there. If
there is no log beside the file, the file is complete, and SQLite opens it as immutable. If another
process writes to it nevertheless, the queries under way are given up.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

MARK = "changed"
"""Key of a connection's ``info``: a function that tells whether the file has changed."""

REFUSED = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}
"""SQLite's errors when it cannot make a file beside the database."""

State = tuple[int, int, int]


class ReadOnlyFile:
    """Opens one file, as usual or as immutable."""

    def __init__(self, file: str) -> None:
        self.file = Path(file)
        self._log = Path(f"{file}-wal")

    def connect(
        self, open_: Callable[..., sqlite3.Connection], record: Any, address: str, **named: Any
    ) -> sqlite3.Connection:
        """Open the file with ``open_``; raises SQLite's errors."""
        connection = open_(address, **named)
        state = self._state()
        try:
            connection.execute("PRAGMA schema_version").fetchone()
        except sqlite3.OperationalError as error:
            connection.close()
            if state is None or error.sqlite_errorcode & 0xFF not in REFUSED:
                raise
            connection = open_(f"{address}&immutable=1", **named)
            if record is not None:
                record.info[MARK] = lambda: self._state() != state
        return connection

    def _state(self) -> State | None:
        """Return time, size and inode of the file; None if it has a log or is missing."""
        try:
            found = self.file.stat()
            with suppress(FileNotFoundError):
                if self._log.stat().st_size:
                    return None
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino


def changed(info: dict[Any, Any]) -> bool:
    """Tell whether a connection's file was opened as immutable and has changed."""
    return MARK in info and bool(info[MARK]())
