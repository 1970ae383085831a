"""Two servers behind nginx, restarted one after the other under load: no request fails."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterator
from contextlib import ExitStack

from bench.speed_servers import free_port
from tests.audit.asking import Asked, keep_asking
from tests.audit.long_run import served
from tests.audit.place import Outcome, Place
from tests.audit.slow import have_nginx
from tests.server.nginx import nginx

CLIENTS = 16


def restarted(url: str, servers: dict[int, ExitStack], until: float) -> int:
    """End one server and start it again, then the next; return how often."""
    ports = itertools.cycle(servers)
    count = 0
    while time.monotonic() < until:
        port = next(ports)
        servers[port].close()  # SIGTERM: it answers what it was sent, and ends
        servers[port].enter_context(served(url, port))
        count += 1
    return count


async def asked_meanwhile(
    url: str, port: int, servers: dict[int, ExitStack], seconds: float
) -> tuple[Asked, int]:
    """Ask through nginx while the servers are restarted."""
    asked, until = Asked(), time.monotonic() + seconds
    targets = (f"/v1/wages?limit={n % 200 + 1}" for n in itertools.count())
    clients = [keep_asking(port, targets, until, asked) for _ in range(CLIENTS)]
    restarts = asyncio.to_thread(restarted, url, servers, until - 5)
    task = asyncio.create_task(restarts)
    await asyncio.gather(*clients)
    return asked, await task


def check(place: Place) -> Iterator[Outcome]:
    seconds = 20.0 if place.short else 120.0
    what = "two servers behind nginx, restarted one after the other"
    missing = have_nginx()
    for where, url in place.some("PostgreSQL").items():
        if missing:
            yield Outcome(what, where, 0, 0, missing, done=False)
            continue
        with ExitStack() as stack:
            servers = {free_port(): stack.enter_context(ExitStack()) for _ in range(2)}
            for port, held in servers.items():
                held.enter_context(served(url, port))
            upstreams = [f"127.0.0.1:{port}" for port in servers]
            client = stack.enter_context(nginx(place.scratch("rolling"), *upstreams))
            front = client.base_url.port or 0
            asked, count = asyncio.run(asked_meanwhile(url, front, servers, seconds))
        lost = len(asked.wrong) + asked.count(503)
        said = f"{count} restarts; p99 {asked.percentile(0.99) * 1000:.0f} ms"
        if asked.wrong:
            said += f"; {sorted(set(asked.wrong))[:3]}"
        yield Outcome(what, where, asked.count(200) + lost, lost, said)
