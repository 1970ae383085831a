"""Engines: a reading one for the web, a writing one for the command line."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url


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


def reading_engine(url: str, *, threads: int, statement_timeout: float) -> Engine:
    """Return an engine that cannot write, with a pooled connection for each of ``threads``.

    ``statement_timeout`` in seconds. A thread never waits for a connection, so the pool cannot
    deadlock against the threads; ``pool_pre_ping`` replaces connections that a server restart cut.
    """
    target = make_url(url)
    pool: dict[str, Any] = {"pool_size": threads + 1, "max_overflow": 0, "pool_pre_ping": True}
    if target.get_backend_name() == "sqlite":
        return _reading_sqlite(target, pool)
    options = (
        f"-c default_transaction_read_only=on -c statement_timeout={int(statement_timeout * 1000)}"
    )
    return create_engine(
        target,
        **pool,
        pool_timeout=statement_timeout,
        connect_args={"connect_timeout": 2, "options": options},
    )


def _reading_sqlite(target: URL, pool: dict[str, Any]) -> Engine:
    engine = create_engine(
        target.set(
            database=f"file:{target.database}",
            query={"mode": "ro", "uri": "true"},
        ),
        **{**pool, "pool_pre_ping": False},
        connect_args={"timeout": 2, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA mmap_size = 268435456")

    return engine
