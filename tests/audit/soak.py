"""Mixed load for long, releases hidden and shown meanwhile: memory and descriptors stay.

Measured after a warm-up in which the cache gets full and releases change too, so that what grows
is a leak. Counted is memory that is the process's own: files that are mapped come and go.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Engine, create_engine, make_url, text

from app.database.engines import writing_engine
from app.importers.loading import load
from bench.speed_servers import Server, ours, warmed
from tests.audit import meanwhile
from tests.audit.asking import HEAD, answer, descriptors, own_memory
from tests.audit.place import Outcome, Place

CLIENTS = 12
GROWTH = 0.05
BUILT_WITHIN = 300.0
"""Seconds that an index may take on a machine that is busy."""
GOOD = {200, 304, 400, 404, 503}
WORDS = ("nurse", "manager", "clerk", "welder", "teacher", "analyst", "sr", "night", "farm")


def requests() -> Iterator[tuple[str, str, str]]:
    """Give method, target and more headers without end: known, new, free text, at fault."""
    for n in itertools.count(random.randrange(1_000_000)):
        words = "%20".join(random.choices(WORDS, k=3))
        yield "GET", "/v1/occupations/11-9111", "Accept-Encoding: br\r\n"
        yield "GET", f"/v1/occupations?sort=-wage&limit=20&wage_min={n % 1_000_000}", ""
        yield "GET", f"/v1/search?q={words}%20{n}&limit=10", "Accept-Encoding: gzip\r\n"
        yield "GET", f"/v1/suggest?q={words[:5]}", ""
        yield "GET", f"/v1/titles/match?title={words}", "Accept-Encoding: zstd\r\n"
        yield "HEAD", f"/v1/wages?period=all&limit={n % 200 + 1}", ""
        yield "GET", "/v1/compare?codes=11-9111,29-1141", 'If-None-Match: "x"\r\n'
        yield "GET", f"/v1/occupations/{n}", ""
        yield "GET", f"/v1/nothing/{n}", ""
        yield "GET", f"/v1/wages?limit={n}", ""
        yield "POST", "/v1/titles/match", "Content-Type: application/json\r\n"


@dataclass
class Soak:
    """What was asked and what was measured."""

    asked: int = 0
    changes: int = 0
    wrong: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)  # when, MB

    def middle(self, since: float, until: float) -> float:
        """Return the median MB between two moments."""
        return statistics.median(mb for at, mb in self.memory if since <= at <= until)


async def client(port: int, until: float, soak: Soak) -> None:
    """Ask; now and then over a new connection, now and then gone before the answer is read."""
    asked = requests()
    while time.monotonic() < until:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            for _ in range(random.randrange(5, 60)):
                method, target, more = next(asked)
                titles = [" ".join(random.choices(WORDS, k=3)) for _ in range(20)]
                body = json.dumps({"titles": titles}).encode() if method == "POST" else b""
                length = f"Content-Length: {len(body)}\r\n" if body else ""
                head = HEAD.replace("Accept-Encoding: identity\r\n", "") + more + length
                writer.write(f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode() + body)
                soak.asked += 1
                if random.random() < 0.01:
                    break
                if method == "HEAD":
                    status = int((await reader.readuntil(b"\r\n\r\n"))[9:12])
                else:
                    status, _, _ = await asyncio.wait_for(answer(reader), 30)
                if status not in GOOD:
                    soak.wrong.append(f"{status} {method} {target}")
                await asyncio.sleep(0.005)
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            soak.wrong.append(type(error).__name__)
        finally:
            writer.close()


async def at_once(port: int) -> None:
    """Ask for so much at once that each thread of the server opens its connection now."""
    lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(128)]
    for number, (_, writer) in enumerate(lines, 73):
        writer.write(f"GET /v1/wages?period=all&limit={number} HTTP/1.1\r\n{HEAD}\r\n".encode())
    for reader, writer in lines:
        await answer(reader)
        writer.close()


async def change(engine: Engine, every: float, until: float, soak: Soak) -> None:
    """Hide a release and show it again, over and over."""
    with engine.connect() as connection:
        query = text("SELECT name FROM releases WHERE NOT superseded AND NOT retired ORDER BY name")
        identity = str(connection.execute(query).scalars().first())
    while time.monotonic() + every < until:
        for step in (load.retire, load.restore):
            await asyncio.sleep(every / 2)
            await asyncio.to_thread(step, engine, identity)
            soak.changes += 1


async def measure(server: Server, until: float, soak: Soak) -> None:
    """Note memory twice a second."""
    while time.monotonic() < until:
        soak.memory.append((time.monotonic(), own_memory(server.pid)))
        await asyncio.sleep(0.5)


async def run(server: Server, engine: Engine, seconds: float, every: float) -> Soak:
    """Load a server for so long."""
    port = server.port
    soak = Soak()
    until = time.monotonic() + seconds
    await asyncio.gather(
        *(client(port, until, soak) for _ in range(CLIENTS)),
        change(engine, every, until, soak),
        measure(server, until, soak),
    )
    return soak


def idle(server: Server) -> Counter[str]:
    """Count descriptors when idle connections are closed and no index is being built."""
    time.sleep(7)
    meanwhile.until(lambda: len(server.processes()) == 1, BUILT_WITHIN)
    return descriptors(server.pid)


def copied(place: Place, where: str) -> str:
    """Return the URL of a copy of a database, which may be written to."""
    if where == "SQLite":
        return place.sqlite_copy("soak")
    url = make_url(place.urls[where])
    admin = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS soak"))
        connection.execute(text(f"CREATE DATABASE soak TEMPLATE {url.database}"))
    admin.dispose()
    return url.set(database="soak").render_as_string(hide_password=False)


def soak(place: Place) -> Iterator[Outcome]:
    warm, seconds, every = (10.0, 30.0, 6.0) if place.short else (240.0, 1200.0, 60.0)
    for where in place.some("PostgreSQL"):
        url = copied(place, where)
        engine = writing_engine(url)
        # A small cache is full at the end of the warm-up, and its size no growth.
        with ours(url, cache_bytes=str(4_000_000)) as server:
            warmed(server)
            for _ in range(10):
                asyncio.run(at_once(server.port))
            asyncio.run(run(server, engine, warm, every))
            open_before = idle(server)
            began = time.monotonic()
            found = asyncio.run(run(server, engine, seconds, every))
            open_after = idle(server)
        engine.dispose()
        span = max(every, seconds / 10)
        before = found.middle(began, began + span)
        after = found.middle(began + seconds - span, began + seconds)
        minutes = seconds / 60
        gained = open_after - open_before
        yield Outcome(
            f"{minutes:g} minutes of mixed load, {found.changes} changes of releases: answers",
            where,
            found.asked,
            len(found.wrong),
            "; ".join(sorted(set(found.wrong)))[:200],
        )
        yield Outcome(
            f"{minutes:g} minutes of mixed load: memory grows under 5 %",
            where,
            1,
            int(after > before * (1 + GROWTH)),
            f"{before:.0f} MB, {after:.0f} MB after ({(after / before - 1) * 100:+.1f} %)",
        )
        yield Outcome(
            f"{minutes:g} minutes of mixed load: no descriptor more",
            where,
            1,
            int(open_after.total() > open_before.total()),
            f"{open_before.total()} after the warm-up, {open_after.total()} after"
            + "".join(f"; {more:+} of {what}" for what, more in gained.items()),
        )
