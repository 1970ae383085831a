"""The event loop that a worker runs on: uvloop's, which takes up waiting connections many at once.

By itself uvloop takes up one connection a turn of its loop. A busy server's turns are long, so a
thousand new clients would wait a thousand of them, for seconds, before they were even looked at.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import uvloop

AT_ONCE = 1024
"""Connections taken up in one turn; few enough that workers on one socket share a crowd."""

Factory = Callable[[], asyncio.BaseProtocol]


class Loop(uvloop.Loop):
    """uvloop's loop with another way to take up connections."""

    async def create_server(  # type: ignore[override] # takes what uvloop's takes
        self, protocol_factory: Factory, *given: Any, **named: Any
    ) -> asyncio.AbstractServer:
        """Listen; whenever a connection is taken up, take up those that wait behind it."""
        coming = False
        opening: set[asyncio.Task[Any]] = set()

        def make() -> asyncio.BaseProtocol:
            nonlocal coming
            if not coming:
                coming = True
                self.call_soon(take)
            return protocol_factory()

        def take() -> None:
            nonlocal coming
            coming = False
            for listening in server.sockets:  # type: ignore[attr-defined] # uvloop's has them
                for connection in _waiting(listening.fileno()):
                    task = self.create_task(
                        self.connect_accepted_socket(protocol_factory, connection)
                    )
                    opening.add(task)
                    task.add_done_callback(opening.discard)

        server = await super().create_server(make, *given, **named)
        return server


def _waiting(descriptor: int) -> list[socket.socket]:
    """Take up the connections that wait at a listening socket, which stays the loop's own."""
    found: list[socket.socket] = []
    if descriptor < 0:
        return found
    listening = socket.socket(fileno=descriptor)
    try:
        while len(found) < AT_ONCE:
            connection, _ = listening.accept()
            connection.setblocking(False)
            found.append(connection)
    except OSError:
        pass  # none waits, or the system has no descriptor left
    finally:
        listening.detach()
    return found
