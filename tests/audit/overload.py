"""Ten times too many connections: what is accepted is answered in time, the rest refused clearly.

Too many is found, not guessed: connections are doubled until the 99th percentile is 200 ms. wrk
floods, and looks at every answer; a few clients beside it measure what one of the crowd sees.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.speed_servers import Server, ours, warmed
from tests.audit.asking import Asked, keep_asking
from tests.audit.place import Outcome, Place

SCRIPT = Path(__file__).parent / "flood.lua"
KNEE = 0.2
"""Seconds of the 99th percentile where the load is ten times too much at ten times as many."""
WITHIN = 1.0
"""Seconds in which 99 of 100 accepted requests are answered all the same."""
PROBES = 60


@dataclass(frozen=True)
class Kind:
    """What is asked: N in a target is a number that was not asked before."""

    name: str
    target: str
    start: int  # connections that are surely not too many


KINDS = (
    Kind("from the cache", "/v1/occupations/11-9111", 64),
    Kind("a computation each", "/v1/occupations?sort=-wage&limit=50&wage_min=N", 8),
)


def most_connections() -> int:
    """Return how many connections one client and one server can have here."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65_536), hard))
    return min(hard * 8 // 10, 16_000, 25_000)


def flood(server: Server, kind: Kind, connections: int, seconds: float) -> dict[str, Any]:
    """Flood with wrk; return what it counted."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{round(seconds)}s", "--timeout", "30s"]
    command += ["--latency", "-s", str(SCRIPT), server.url, "--"]
    command += [kind.target, str(random.randrange(9_000_000))]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 90)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def knee(server: Server, kind: Kind, seconds: float) -> int:
    """Return the connections at which the 99th percentile reaches 200 ms."""
    connections = kind.start
    while connections * 10 < most_connections():
        found = flood(server, kind, connections, seconds)
        if found["p99"] / 1e6 >= KNEE or found["refused"]:
            break
        connections *= 2
    return connections


async def beside(
    server: Server, kind: Kind, connections: int, seconds: float
) -> tuple[dict[str, Any], Asked, Asked]:
    """Flood, and ask beside the flood: what is asked, and whether the process lives."""
    port = server.port
    numbers = itertools.count(9_000_000)
    targets = (kind.target.replace("N", str(n)) for n in numbers)
    crowd, life = Asked(), Asked()
    loop = asyncio.get_running_loop()
    flooding = loop.run_in_executor(None, flood, server, kind, connections, seconds)
    await asyncio.sleep(2)
    until = time.monotonic() + seconds - 2
    await asyncio.gather(
        *(keep_asking(port, targets, until, crowd, pause=0.02) for _ in range(PROBES)),
        keep_asking(port, itertools.repeat("/health/live"), until, life, pause=0.2),
    )
    return await flooding, crowd, life


def calm(server: Server, kind: Kind) -> Asked:
    """Ask as one client does, from the moment on that must be normal again."""
    port = server.port
    asked = Asked()
    numbers = itertools.count(random.randrange(8_000_000))
    targets = (kind.target.replace("N", str(n)) for n in numbers)
    asyncio.run(keep_asking(port, targets, time.monotonic() + 3, asked, pause=0.01))
    return asked


def overload(place: Place) -> Iterator[Outcome]:
    if shutil.which("wrk") is None:
        yield Outcome("overload", "", 0, 0, "wrk is missing: apt-get install wrk", done=False)
        return
    seconds = 10.0 if place.short else 60.0
    for kind, which in zip(KINDS, ("SQLite", "PostgreSQL"), strict=True):
        for where, url in place.some(which).items():
            with ours(url) as server:
                yield from _overload(place, warmed(server), kind, where, seconds)


def _overload(
    place: Place, server: Server, kind: Kind, where: str, seconds: float
) -> Iterator[Outcome]:
    usual = calm(server, kind)
    found = knee(server, kind, 1 if place.short else 4)
    connections = min(found * 10, most_connections())
    counted, crowd, life = asyncio.run(beside(server, kind, connections, seconds))
    ended = time.monotonic()
    print(f"  {kind.name} on {where}: {counted} {crowd.wrong[:3]}", file=sys.stderr)
    taken, shed = crowd.count(200), crowd.count(503)
    yield Outcome(
        f"{connections:,} connections ({found:,} are p99 200 ms), {kind.name}: p99 under 1 s",
        where,
        taken,
        crowd.over(WITHIN) or int(taken == 0),
        f"p99 {crowd.percentile(0.99):.2f} s; {counted['accepted'] / counted['seconds']:,.0f} "
        f"answers and {counted['refused'] / counted['seconds']:,.0f} refusals a second",
    )
    yield Outcome(
        f"the same, {kind.name}: refused as 503 problem with Retry-After, nothing else",
        where,
        counted["accepted"] + counted["refused"] + taken + shed,
        counted["wrong"] + counted["failed"] + len(crowd.wrong),
        "; ".join(sorted(set(crowd.wrong)))[:100],
    )
    lived = life.count(200)
    yield Outcome(
        f"the same, {kind.name}: /health/live answers all along",
        where,
        lived + len(life.wrong),
        len(life.wrong) + life.count(503),
        f"slowest {life.percentile(0.9999):.2f} s",
    )
    time.sleep(max(0.0, ended + 2 - time.monotonic()))
    after = calm(server, kind)
    yield Outcome(
        f"normal within 5 s after, {kind.name}",
        where,
        after.count(200),
        len(after.wrong) + after.count(503) + after.over(max(KNEE, 3 * usual.percentile(0.99))),
        f"p99 {after.percentile(0.99) * 1000:.0f} ms, before {usual.percentile(0.99) * 1000:.0f}",
    )
