"""The event loop of a worker: uvloop's, which here accepts all waiting connections at once.

uvloop accepts one connection in each iteration of its loop. Under load iterations are long, and a
thousand new clients would wait for a thousand of them.

Workers that listen on one socket race for its connections, and the first takes nearly all. So each
worker has a socket of its own (SO_REUSEPORT), and the system shares connections among them.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Callable
from typing import Any

import uvloop

AT_ONCE = 1024
"""Connections accepted in one iteration."""

RECEIVED = 65_536
"""Bytes that the system buffers for a connection (SO_RCVBUF).

Its own buffers grow: with hundreds of clients that send large bodies, 250 KB of each would be read
in one iteration.
"""

Factory = Callable[[], asyncio.BaseProtocol]


class Loop(uvloop.Loop):
    """uvloop's loop, which accepts all waiting connections at once."""

    async def create_server(  # type: ignore[override] # takes what uvloop's takes
        self, protocol_factory: Factory, *given: Any, **named: Any
    ) -> asyncio.AbstractServer:
        """Listen; with each connection that uvloop accepts, accept those that wait behind it."""
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
    """Return a worker's own socket at the address of the one that workers share.

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
    """Accept the connections that wait at a listening socket, which stays uvloop's."""
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
        pass  # none waits, or there is no file descriptor left
    finally:
        listening.detach()
    return found
