"""What requests cost: the dearest are searched for and measured, and others asked beside them.

The cache is off, so that each is computed, and its compression counts. The bounds are of a machine
that does nothing else; the table has the dearest requests by their share of what they may cost.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from bench.speed_servers import Server, ours, warmed
from tests.audit.asking import Asked, answer, keep_asking
from tests.audit.dear import LISTS, MATCH, Request, bodies, faulty, misspelt, valid
from tests.audit.place import Outcome, Place

SHOWN = 50
"""Requests that the table has."""

ENOUGH = 0.15
"""Seconds of processor after which one request's cost is known well enough."""

ATTACKERS = (1, 4)
LIFE, CHEAP = 0.1, 0.2
"""Seconds in which 99 of 100 look-ups of /health/live, and of cheap requests, are answered."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of processor that a request takes, and what it is answered with."""

    request: Request
    seconds: float
    status: int

    @property
    def share(self) -> float:
        """The cost as a share of what it may be."""
        return self.seconds / self.request.most

    def outcome(self, where: str) -> Outcome:
        """Return the request's row of the table."""
        said = f"{self.seconds * 1000:,.1f} ms"
        if self.request.titles:
            said += f", {self.seconds * 1000 / self.request.titles:.2f} a title"
        said += f", {self.seconds * 1e6 / self.request.size:,.0f} µs a byte sent; {self.status}"
        return Outcome(self.request.line, where, 1, int(self.share > 1), said)


def ask(client: httpx.Client, request: Request) -> httpx.Response:
    """Ask once."""
    if not request.content:
        return client.get(request.target)
    headers = {"Content-Type": "application/json"}
    return client.post(request.target, content=request.content, headers=headers)


def cost_of(server: Server, client: httpx.Client, request: Request) -> Cost:
    """Ask the same until its cost is known; the processor is that of the server's processes."""
    status = ask(client, request).status_code
    used, began, count = server.cpu_seconds(), time.monotonic(), 0
    least = 1 if request.titles else 3
    while count < least or (server.cpu_seconds() - used < ENOUGH and time.monotonic() - began < 2):
        ask(client, request)
        count += 1
    return Cost(request, (server.cpu_seconds() - used) / count, status)


def deep(client: httpx.Client, target: str) -> Request:
    """Follow a list to one of its last pages."""
    for _ in range(60):
        following = client.get(target).json().get("next")
        if not following:
            break
        target = following
    return Request(target)


def budget(place: Place) -> Iterator[Outcome]:
    for where, url in place.urls.items():
        with ours(url, cache_bytes="0", statement_timeout="10") as server:
            yield from table(warmed(server), where)
        with ours(url) as server:
            for attackers in ATTACKERS:
                yield from beside(warmed(server), where, attackers, 5 if place.short else 20)


def table(server: Server, where: str) -> Iterator[Outcome]:
    """Give the cost table: a row that sums it up, then the dearest requests."""
    with httpx.Client(base_url=server.url, timeout=60) as client:
        listed = client.get("/v1/occupations?level=all&limit=200&fields=code").json()
        codes = [item["code"] for item in listed["items"]]
        requests = [*valid(codes), *faulty(codes), *bodies()]
        requests += [deep(client, f"/v1/{name}?period=all&limit=200") for name in LISTS]
        found = [cost_of(server, client, request) for request in requests]
    found.sort(key=lambda cost: -cost.share)
    over = sum(1 for cost in found if cost.share > 1)
    what = "a request costs at most 20 ms of processor, a body of titles 2 ms each"
    yield Outcome(what, where, len(found), over, f"the {SHOWN} dearest follow")
    for cost in found[:SHOWN]:
        yield cost.outcome(where)


def beside(server: Server, where: str, attackers: int, seconds: float) -> Iterator[Outcome]:
    """Ask for life and for cheap things while attackers ask for dear ones."""
    life, cheap, dear = asyncio.run(_asked_beside(server.port, attackers, seconds))
    for what, asked, within in (("/health/live", life, LIFE), ("cheap GETs", cheap, CHEAP)):
        lost = asked.over(within) + len(asked.wrong) + asked.count(503)
        yield Outcome(
            f"{what} beside {attackers} who ask for what is dear: p99 {within * 1000:.0f} ms",
            where,
            asked.count(200),
            lost or int(not asked.count(200)),
            f"p99 {asked.percentile(0.99) * 1000:.0f} ms, {dear:,} dear requests",
        )


async def _asked_beside(port: int, attackers: int, seconds: float) -> tuple[Asked, Asked, int]:
    until = time.monotonic() + seconds
    life, cheap = Asked(), Asked()
    targets = (f"/v1/occupations?wage_min={n}&limit=10" for n in itertools.count())
    asking = [asyncio.create_task(_attack(port, until)) for _ in range(attackers)]
    await asyncio.gather(
        keep_asking(port, itertools.repeat("/health/live"), until, life, pause=0.05),
        keep_asking(port, targets, until, cheap, pause=0.05),
    )
    return life, cheap, sum(await asyncio.gather(*asking))


async def _attack(port: int, until: float) -> int:
    """Ask for one dear thing after another, never the same; return how many were answered."""
    count = 0
    while time.monotonic() < until:
        for request in _dear(count):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            method = "POST" if request.content else "GET"
            head = f"{method} {request.target} HTTP/1.1\r\nHost: audit\r\n"
            if request.content:
                head += "Content-Type: application/json\r\n"
                head += f"Content-Length: {len(request.content)}\r\n"
            writer.write(f"{head}\r\n".encode() + request.content)
            await answer(reader)
            writer.close()
            count += 1
    return count


def _dear(number: int) -> list[Request]:
    titles = {"titles": [misspelt(3) for _ in range(1000)], "limit": 1}
    return [
        Request(MATCH, json.dumps(titles).encode()),
        Request(MATCH, b"{" + b",".join(b'"k%d":1' % n for n in range(40_000)) + b"}"),
        Request(f"/v1/search?q={misspelt(12).replace(' ', '+')}&limit=200"),
        Request("/v1/occupations/11-9111?fields=" + ",".join(f"k{number}x{n}" for n in range(200))),
    ]
