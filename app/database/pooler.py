"""Read-only connections to PostgreSQL, directly or through a pooler such as PgBouncer.

A connection of our own asks the server for its limits when it begins. A pooler lends a connection
for each statement: it takes no such request, or drops it, and knows no prepared statements of ours.
Then the limits must be those of the role, as docs/web-role.sql gives them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg

DIRECT = " -c occupations.direct=on"
"""A parameter of ours that a direct connection asks for: a pooler that drops it is found out."""

STATE = (
    "SELECT current_setting('default_transaction_read_only'), "
    "current_setting('occupations.direct', true)"
)

NOT_READ_ONLY = (
    "through a pooler the role must be read-only by itself: connect as the role of "
    "docs/web-role.sql, or ALTER ROLE … SET default_transaction_read_only = on"
)

Connect = Callable[..., psycopg.Connection[Any]]


class Pooler:
    """Opens connections, and finds out by the first whether a pooler stands before the server."""

    def __init__(self) -> None:
        self.found = False

    def connect(
        self, connect: Connect, arguments: Any, named: dict[str, Any], options: str
    ) -> psycopg.Connection[Any]:
        """Open a read-only connection; raises ``psycopg.OperationalError``.

        ``options``: what a direct connection asks for. Each connection is asked whether it is
        read-only, in one round trip.
        """
        if not self.found:
            try:
                connection = connect(*arguments, **named, options=options + DIRECT)
            except psycopg.OperationalError as error:
                if "unsupported startup parameter" not in str(error):
                    raise
            else:
                if _state_of(connection) == ("on", "on"):
                    return connection
                connection.close()
            self.found = True
        connection = connect(*arguments, **named, prepare_threshold=None)
        if _state_of(connection)[0] != "on":
            connection.close()
            raise psycopg.OperationalError(NOT_READ_ONLY)
        return connection


def _state_of(connection: psycopg.Connection[Any]) -> tuple[Any, ...]:
    """Return whether it is read-only, and whether it is direct; each is ``on`` if so."""
    connection.autocommit = True
    return connection.execute(STATE).fetchone() or ("", "")
