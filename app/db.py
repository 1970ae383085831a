"""Engines: a reading one for the web, a writing one for the command line."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DisconnectionError


def writing_engine(url: str) -> Engine:
    """Return an engine for the command line; it waits for another writer.

    SQLite is put in WAL mode so that readers keep answering during an import.
    """
    target = make_url(url)
    if target.get_backend_name() == "sqlite":
        engine = create_engine(target, connect_args={"timeout": 30})

        @event.listens_for(engine, "connect")
        def _pragmas(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")

        return engine
    return create_engine(target, connect_args={"connect_timeout": 5})


PING_AFTER = 1.0
"""Seconds that a pooled connection may have been idle before it is tried first."""


FRAMEWORK_THREADS = 2
"""Threads of the framework's own, for requests that are at fault or have a body."""


def reading_engine(url: str, *, threads: int, statement_timeout: float) -> Engine:
    """Return an engine that cannot write, with a pooled connection for each of ``threads``.

    ``statement_timeout`` in seconds. A thread never waits for a connection, so the pool cannot
    deadlock against the threads. Nothing is in a transaction: what is read by parts never changes.
    """
    target = make_url(url)
    # One more for the look at the data version, one for building indices, one for the event loop.
    pool: dict[str, Any] = {
        "pool_size": threads + FRAMEWORK_THREADS + 3,
        "max_overflow": 0,
        "pool_timeout": statement_timeout,
        "pool_reset_on_return": None,
    }
    if target.get_backend_name() == "sqlite":
        return _reading_sqlite(target, pool)
    options = (
        f"-c default_transaction_read_only=on -c statement_timeout={int(statement_timeout * 1000)}"
    )
    engine = create_engine(
        target,
        **pool,
        isolation_level="AUTOCOMMIT",
        connect_args={"connect_timeout": 2, "options": options},
    )

    @event.listens_for(engine, "checkin")
    def _returned(_connection: Any, record: Any) -> None:
        record.info["returned"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _lent(connection: Any, record: Any, _proxy: Any) -> None:
        # A connection that a server restart cut is replaced. Asking each time would cost a round
        # trip a request, so only one that was idle for a while is asked.
        if time.monotonic() - record.info.get("returned", time.monotonic()) > PING_AFTER:
            try:
                connection.execute("SELECT 1")
            except psycopg.Error as error:
                raise DisconnectionError from error

    return engine


def _reading_sqlite(target: URL, pool: dict[str, Any]) -> Engine:
    engine = create_engine(
        target.set(
            database=f"file:{target.database}",
            query={"mode": "ro", "uri": "true"},
        ),
        **pool,
        connect_args={"timeout": 2, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA mmap_size = 268435456")
        # A pragma could be taken back, and a file beside the database be attached and written to.
        connection.set_authorizer(_only_reads)

    return engine


_READS = frozenset(
    {
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_FUNCTION,
        sqlite3.SQLITE_RECURSIVE,
        sqlite3.SQLITE_TRANSACTION,
    }
)


def _only_reads(action: int, *_about: str | None) -> int:
    """Tell SQLite, which asks while it compiles a statement, whether it may do so much."""
    return sqlite3.SQLITE_OK if action in _READS else sqlite3.SQLITE_DENY
