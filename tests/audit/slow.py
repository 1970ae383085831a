"""500 slow clients, on the server itself and behind nginx with ``docs/nginx.conf``.

A quarter each says nothing, sends a byte of a head every two seconds, a byte of a body, or asks
for much and takes none of it. What counts is seen from the outside: how many descriptors the
server still holds, and how those fare who behave.
"""

from __future__ import annotations

import asyncio
import itertools
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.speed_servers import Server, free_port, ours, running, warmed
from tests.audit.asking import HEAD, Asked, descriptors, keep_asking
from tests.audit.place import Outcome, Place
from tests.server.nginx import config

SLOW = 500
POLITE = 20

BODY = b"POST /v1/titles/match HTTP/1.1\r\nHost: audit\r\nContent-Type: application/json\r\n"
TAKES_MUCH = f"GET /openapi.json HTTP/1.1\r\n{HEAD}\r\n".encode() * 20


async def slow(port: int, number: int, until: float) -> None:
    """Be one slow client, from an address that 50 of them share, until cut off or the end."""
    client = socket.socket()
    client.setblocking(False)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    loop = asyncio.get_running_loop()
    try:
        client.bind((f"127.0.1.{1 + number // 50}", 0))
        await loop.sock_connect(client, ("127.0.0.1", port))
        kind = number % 4
        first = [b"", b"GET /v1 HTTP/1.1\r\nX-A: ", BODY + b"Content-Length: 900\r\n\r\n{", b""][
            kind
        ]
        if first:
            await loop.sock_sendall(client, first)
        if kind == 3:
            await asyncio.wait_for(loop.sock_sendall(client, TAKES_MUCH), 1)
        while time.monotonic() < until:
            await asyncio.sleep(2)
            if kind in {1, 2}:
                await loop.sock_sendall(client, b" ")
    except (OSError, TimeoutError):
        if number % 4 == 3:
            await asyncio.sleep(max(0.0, until - time.monotonic()))
    finally:
        client.close()


def held(servers: list[Server]) -> int:
    """Count the descriptors of the servers and of their workers."""
    return sum(descriptors(pid).total() for server in servers for pid in server.processes())


async def crowd(
    servers: list[Server], seconds: float, closed_after: float
) -> tuple[int, int, Asked]:
    """Let clients at the last of the servers; return descriptors more at first and in the end."""
    port = servers[-1].port
    until = time.monotonic() + seconds
    asked = Asked()
    targets = itertools.cycle(
        ["/v1/occupations/11-9111", "/v1/wages?limit=5", "/v1/suggest?q=nurs", "/v1/occupations"]
    )
    before = held(servers)
    polite = [
        keep_asking(port, targets, until, asked, pause=0.05, source="127.0.0.2")
        for _ in range(POLITE)
    ]
    everyone = asyncio.gather(*polite, *(slow(port, n, until) for n in range(SLOW)))
    await asyncio.sleep(min(3.0, closed_after / 2))
    most = held(servers) - before
    await asyncio.sleep(closed_after - min(3.0, closed_after / 2))
    left = held(servers) - before
    await everyone
    return most, left, asked


@contextmanager
def nginx(upstream: Server, folder: Path) -> Iterator[Server]:
    """Run nginx on the file of the documentation, with ports of its own."""
    port = free_port()
    file = folder / "nginx.conf"
    file.write_text(config(upstream.url.removeprefix("http://"), ports={"80": port}))
    command = ["nginx", "-p", str(folder), "-c", str(file), "-g", "daemon off;"]
    with running("nginx", command, port, "/health/live") as server:
        yield server


def have_nginx() -> str:
    """Install nginx where it is missing; return why there is none."""
    if shutil.which("nginx"):
        return ""
    try:
        for command in (["update"], ["install", "-y", "--no-install-recommends", "nginx-light"]):
            subprocess.run(
                ["apt-get", "-qq", *command], capture_output=True, check=True, timeout=180
            )
    except (OSError, subprocess.SubprocessError) as error:
        return f"nginx is missing and was not installed: {type(error).__name__}"
    return "" if shutil.which("nginx") else "nginx is missing"


def slow_senders(place: Place) -> Iterator[Outcome]:
    seconds, patience = (15.0, 5.0) if place.short else (60.0, 12.0)
    closed_after = 12.0 if place.short else 30.0
    missing = have_nginx()
    for where, url in place.some("SQLite").items():
        with ExitStack() as stack:
            server = warmed(stack.enter_context(ours(url, client_seconds=str(patience))))
            yield from _rows([server], where, "", seconds, closed_after)
            if missing:
                yield Outcome("slow clients behind nginx", where, 0, 0, missing, done=False)
                continue
            front = stack.enter_context(nginx(server, place.scratch("nginx")))
            # nginx's own limits are of 10 s.
            more = 4.0 if place.short else 0.0
            yield from _rows(
                [server, front], where, " behind nginx", seconds + more, closed_after + more
            )


def _rows(
    servers: list[Server], where: str, how: str, seconds: float, closed_after: float
) -> Iterator[Outcome]:
    most, left, asked = asyncio.run(crowd(servers, seconds, closed_after))
    yield Outcome(
        f"{SLOW} slow clients{how}: the others are answered, p99 under 1 s",
        where,
        asked.count(200) + len(asked.wrong),
        len(asked.wrong) + asked.count(503) + asked.over(1.0),
        f"p99 {asked.percentile(0.99) * 1000:.0f} ms {'; '.join(sorted(set(asked.wrong)))[:100]}",
    )
    usual = 4 * POLITE if how else 2 * POLITE  # nginx has two for each, and keeps some
    yield Outcome(
        f"{SLOW} slow clients{how}: cut off within {closed_after:.0f} s",
        where,
        SLOW,
        max(0, left - usual),
        f"{most} connections more at first, {left} after",
    )
