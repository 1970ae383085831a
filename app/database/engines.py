"""SQLAlchemy engines: one that cannot write, for the web; one that writes, for commands."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError

from app.database.pooler import Pooler
from app.database.read_only_file import ReadOnlyFile, changed
from app.settings import STREAMS


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
"""Seconds of idleness after which a pooled connection is tested before use."""

PING_WITHIN = 1.0
"""Seconds that the test may take."""

MARGIN = 0.25
"""Seconds beyond the statement timeout after which the server counts as hanging."""

LOCKED_WITHIN = 0.25
"""Seconds to wait for a locked SQLite file; the event loop may be waiting too."""

PASSING = ("57P0", "08", "40001")
"""Prefixes of SQLSTATE: shutdown, lost connection, conflict with replication."""


class NoAnswer(psycopg.OperationalError):
    """The server keeps the connection open and does not answer."""


class Patient(psycopg.Connection[Any]):
    """A connection that is closed if its server does not answer in time."""

    patience: float = 60.0

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for the server; raises ``NoAnswer``."""
        try:
            return super().wait(gen, interval, timeout or self.patience)
        except psycopg.errors._WaitTimeout as error:
            self.close()
            raise NoAnswer(f"no answer within {self.patience:g} s") from error


def has_several(url: str) -> bool:
    """Tell whether a URL names several servers, of which one may lag behind another."""
    target = make_url(url)
    named = target.query.get("host", "")
    hosts = named if isinstance(named, str) else ",".join(named)
    return "," in hosts or "," in (target.host or "")


def is_lost(error: BaseException) -> bool:
    """Tell whether an error means that the connection broke off; another may work."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated and not isinstance(error.orig, NoAnswer)
    if not isinstance(error, psycopg.OperationalError) or isinstance(error, NoAnswer):
        return False
    return error.sqlstate is None or error.sqlstate.startswith(PASSING)


def reading_engine(url: str, *, threads: int, statement_timeout: float) -> Engine:
    """Return an engine that cannot write, with a pooled connection for each of ``threads``.

    ``statement_timeout`` in seconds. A thread never waits for a connection, so the pool cannot
    deadlock against the threads. Nothing is in a transaction: what is read by parts never changes.
    """
    target = make_url(url)
    # One more for the look at the data version, one for building indices, one for the event loop,
    # one for the catalogs of older versions; and one for each list that is sent whole.
    pool: dict[str, Any] = {
        "pool_size": threads + 4 + STREAMS,
        "max_overflow": 0,
        "pool_timeout": statement_timeout,
        "pool_reset_on_return": None,
    }
    if target.get_backend_name() == "sqlite":
        return _reading_sqlite(target, pool)
    return _reading_postgresql(target, pool, statement_timeout)


def _reading_postgresql(target: URL, pool: dict[str, Any], statement_timeout: float) -> Engine:
    options = (
        f"-c default_transaction_read_only=on -c statement_timeout={int(statement_timeout * 1000)}"
    )
    engine = create_engine(
        target,
        **pool,
        isolation_level="AUTOCOMMIT",
        connect_args={"connect_timeout": 2},
    )
    pooler = Pooler()
    lost_at = float("-inf")

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: Any, _record: Any, arguments: Any, named: Any) -> Any:
        connection: Any = pooler.connect(Patient.connect, arguments, named, options)
        connection.patience = statement_timeout + MARGIN
        return connection

    @event.listens_for(engine, "invalidate")
    def _lost(_connection: Any, _record: Any, error: Any) -> None:
        nonlocal lost_at
        if error is not None:
            lost_at = time.monotonic()

    @event.listens_for(engine, "checkin")
    def _returned(_connection: Any, record: Any) -> None:
        record.info["returned"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _lent(connection: Any, record: Any, _proxy: Any) -> None:
        # A connection that a server restart cut is replaced. Asking each time would cost a round
        # trip a request, so only one that was idle for a while is asked, or one that was idle
        # when another one was lost.
        returned = record.info.get("returned")
        if returned is None:
            return
        if time.monotonic() - returned > PING_AFTER or returned <= lost_at:
            usual, connection.patience = connection.patience, PING_WITHIN
            try:
                connection.execute("SELECT 1")
            except psycopg.Error as error:
                raise DisconnectionError from error
            connection.patience = usual

    return engine


def _reading_sqlite(target: URL, pool: dict[str, Any]) -> Engine:
    sealed = ReadOnlyFile(target.database or "")
    engine = create_engine(
        target.set(
            database=f"file:{target.database}",
            query={"mode": "ro", "uri": "true"},
        ),
        **pool,
        connect_args={"timeout": LOCKED_WITHIN, "check_same_thread": False},
    )

    @event.listens_for(engine, "do_connect")
    def _connect(dialect: Any, record: Any, arguments: Any, named: Any) -> Any:
        return sealed.connect(dialect.connect, record, *arguments, **named)

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA query_only = ON")
        # Read, not mapped: of a file that is cut short a read tells so, a map ends the process.
        connection.execute("PRAGMA mmap_size = 0")
        # A pragma could be taken back, and a file beside the database be attached and written to.
        connection.set_authorizer(_only_reads)

    @event.listens_for(engine, "checkout")
    def _lent(_connection: Any, record: Any, _proxy: Any) -> None:
        if changed(record.info):
            raise DisconnectionError

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


_LOOKS = frozenset({"table_info", "table_xinfo"})
"""Pragmas that tell of the schema and change nothing."""


def _only_reads(action: int, first: str | None, *_about: str | None) -> int:
    """Tell SQLite, which asks while it compiles a statement, whether it may do so much."""
    looks = action == sqlite3.SQLITE_PRAGMA and first in _LOOKS
    return sqlite3.SQLITE_OK if looks or action in _READS else sqlite3.SQLITE_DENY
