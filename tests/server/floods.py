"""Many requests that a server finds all at once, however fast it is: they come while it stands."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

import httpx


def get(target: str) -> bytes:
    """Write a request."""
    return f"GET {target} HTTP/1.1\r\nHost: a\r\nAccept-Encoding: identity\r\n\r\n".encode()


@contextmanager
def connected(client: httpx.Client, count: int) -> Iterator[list[socket.socket]]:
    """Lend so many connections to the server of a client."""
    where = client.base_url.host, client.base_url.port or 0
    with ExitStack() as stack:
        made = [stack.enter_context(socket.create_connection(where, 10)) for _ in range(count)]
        # Each is answered once: what the server has not taken up yet, it cannot find all at once.
        for connection in made:
            connection.sendall(get("/health/live").replace(b"GET", b"HEAD"))
        for connection in made:
            assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")
        yield made


def send_at_once(process: int, sent: Sequence[tuple[socket.socket, bytes]]) -> None:
    """Send to a process that is stopped meanwhile; the sockets must hold all of it."""
    os.kill(process, signal.SIGSTOP)
    try:
        for connection, data in sent:
            connection.setblocking(False)
            assert connection.send(data) == len(data)
            connection.settimeout(30)
    finally:
        os.kill(process, signal.SIGCONT)


def statuses(process: int, client: httpx.Client, targets: Sequence[str]) -> list[int]:
    """Ask for all targets at once; return the statuses."""
    with connected(client, len(targets)) as connections:
        send_at_once(process, list(zip(connections, map(get, targets), strict=True)))
        return [int(connection.recv(65_536)[9:12]) for connection in connections]
