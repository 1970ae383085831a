"""HTTP byte by byte: what no client library would send, and answers as they come."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import BufferedReader

import httpx

OF_THE_MOMENT = frozenset({b"date", b"request-id"})


@dataclass(frozen=True)
class Answer:
    """One answer; header lines as they came, names in lower case."""

    status: int
    lines: list[tuple[bytes, bytes]]
    body: bytes

    @property
    def headers(self) -> dict[bytes, bytes]:
        """The header lines by name; each may stand once."""
        found = dict(self.lines)
        assert len(found) == len(self.lines), self.lines
        return found

    @property
    def lasting(self) -> tuple[int, dict[bytes, bytes], bytes]:
        """What is the same whenever it is asked for."""
        kept = {k: v for k, v in self.headers.items() if k not in OF_THE_MOMENT}
        return self.status, kept, self.body


@dataclass
class Said:
    """All that a server said on one connection."""

    answers: list[Answer] = field(default_factory=list)
    closed: bool = False  # by the server, in order
    reset: bool = False


def request(target: str, *lines: str, method: str = "GET", version: str = "1.1") -> bytes:
    """Write a request without a body."""
    head = "".join(f"{line}\r\n" for line in ("Host: localhost", *lines))
    return f"{method} {target} HTTP/{version}\r\n{head}\r\n".encode()


def connect(client: httpx.Client, timeout: float = 20) -> socket.socket:
    """Open a connection to the server of a client."""
    host, port = client.base_url.host, client.base_url.port
    assert port is not None
    return socket.create_connection((host, port), timeout=timeout)


def read_answer(stream: BufferedReader, no_body: bool = False) -> Answer | None:
    """Read one answer; None where the server closed instead. Interim ones are passed over."""
    while True:
        first = stream.readline()
        if not first:
            return None
        status = int(first[9:12])
        lines = []
        while (line := stream.readline()) not in {b"\r\n", b""}:
            name, _, value = line.rstrip(b"\r\n").partition(b": ")
            lines.append((name.lower(), value))
        if status >= 200:
            break
    length = next((int(value) for name, value in lines if name == b"content-length"), 0)
    empty = no_body or status in {204, 304}
    return Answer(status, lines, b"" if empty else stream.read(length))


def exchange(
    client: httpx.Client,
    sent: Iterable[bytes],
    heads: Iterable[bool] = (),
    *,
    expected: int | None = None,
) -> Said:
    """Send pieces; read ``expected`` answers, or all that come until the server closes.

    ``heads`` tells of each answer whether it has no body.
    """
    said = Said()
    no_body = iter(heads)
    with connect(client) as connection, connection.makefile("rb") as stream:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for piece in sent:
                connection.sendall(piece)
        except OSError:  # it was closed; what it said before may still be there
            said.reset = True
        try:
            while expected is None or len(said.answers) < expected:
                answer = read_answer(stream, next(no_body, False))
                if answer is None:
                    said.closed = True
                    break
                said.answers.append(answer)
        except ConnectionError:
            said.reset = True
    return said
