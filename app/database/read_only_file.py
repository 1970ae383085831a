"""A SQLite file where nobody can write: its mode, its folder's, or a file system read-only.

A file with a write-ahead log is read by way of a second file beside it, which cannot be made
there. Where no log lies beside it the file is whole as it is, and SQLite is told that it will not
change. Should somebody write to it by another way, each answer that was being made is given up.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

MARK = "changed"
"""Where a connection's record keeps how to see that the file has changed nevertheless."""

REFUSED = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}
"""What SQLite says when it may not make a file beside the database."""

State = tuple[int, int, int]


class Sealed:
    """Opens one file, in the usual way or as one that does not change."""

    def __init__(self, file: str) -> None:
        self.file = Path(file)
        self._log = Path(f"{file}-wal")

    def connect(
        self, open_: Callable[..., sqlite3.Connection], record: Any, address: str, **named: Any
    ) -> sqlite3.Connection:
        """Open the file by what opens the engine's; raises what SQLite raises."""
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
        """Return what tells that the file is the same; None if it has a log or is not there."""
        try:
            found = self.file.stat()
            with suppress(FileNotFoundError):
                if self._log.stat().st_size:
                    return None
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino


def changed(info: dict[Any, Any]) -> bool:
    """Tell whether a connection's file was taken to be unchanging and has changed since."""
    return MARK in info and bool(info[MARK]())
