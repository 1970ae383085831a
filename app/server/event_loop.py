"""The event loop that a worker runs on: uvloop's, with another way to take up connections.

By itself uvloop takes up one connection a turn of its loop. A busy server's turns are long, so a
thousand new clients would wait a thousand of them, for seconds, before they were even looked at.
Here all that wait are taken up at once.

Workers that listen on one socket race for what waits there, and the first takes nearly all. So
each has a socket of its own (SO_REUSEPORT), and the system deals connections out to them.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Callable
from typing import Any

import uvloop

AT_ONCE = 1024
"""Connections taken up in one turn."""

RECEIVED = 65_536
"""Bytes of a connection that the system holds unread. By itself it holds more and more, and of each
of hundreds that send large bodies 250 KB would be read in one turn."""

Factory = Callable[[], asyncio.BaseProtocol]


class Loop(uvloop.Loop):
    """uvloop's loop with another way to take up connections."""

    async def create_server(  # type: ignore[override] # takes what uvloop's takes
        self, protocol_factory: Factory, *given: Any, **named: Any
    ) -> asyncio.AbstractServer:
        """Listen; whenever a connection is taken up, take up those that wait behind it."""
        if "sock" in named:
            named["sock"] = _own(named["sock"])
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
        for listening in server.sockets:  # type: ignore[attr-defined] # uvloop's has them
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVED)
        return server


def _own(shared: socket.socket) -> socket.socket:
    """Return another socket at the address of one that workers share and none listens on.

    Only Linux deals connections out evenly; elsewhere the shared socket will do.
    """
    internet = shared.family in {socket.AF_INET, socket.AF_INET6}
    listens = shared.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    if sys.platform != "linux" or not internet or listens:
        return shared
    own = socket.socket(shared.family, shared.type)
    for each in (shared, own):
        each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    own.bind(shared.getsockname())
    return own


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
