"""Thirty minutes of mixed traffic at four fifths of the capacity, while everything happens at once.

Releases are imported, corrected, retired and restored, a worker is killed, PostgreSQL is restarted.
Each answer names its data version. Answers to one request of one version must be the same bytes;
afterwards a server without a cache is asked for each again, by ``at=``, and must give the same
document. A request is lost if it has no answer after several tries.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import signal
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

import httpx
import orjson

from app.database.engines import writing_engine
from app.importers.loading.publishing import publish
from app.importers.loading.writer import writing
from bench.areas import repeat_years
from bench.speed_data import occupations
from bench.speed_servers import Server, free_port, ours, running, warmed
from tests.audit.asking import HEAD, answer, own_memory
from tests.audit.place import Outcome, Place
from tests.audit.postgres import cluster
from tests.builders import oews_year

YEARS = 9
"""Of the wages of all areas, repeated: 2.4 million rows."""

CLIENTS = 24
SHARE = 0.8
WITHIN = 60.0
"""Seconds of tries after which a request is lost; a restart of PostgreSQL takes some."""

GROWTH = 0.02
TRUTH = 4_000
"""Answers that are asked for again."""

UNPINNED = ("/v1/suggest", "/v1/search", "/v1/titles/match", "/v1/changes", "/v1/exports")
"""Beginnings of targets that take no ``at``; pages do not either."""


Digests = tuple[bytes, bytes]
"""Of an answer's bytes, and of its document without the addresses that ``at`` changes."""


def digests_of(target: str, body: bytes) -> Digests:
    """Return the digests of an answer; a page has no document."""
    document = b""
    if target.startswith("/v1"):
        said = orjson.loads(body)
        kept = {key: value for key, value in said.items() if key not in {"next", "links"}}
        document = orjson.dumps(kept)
    return digest(body), digest(document)


def digest(body: bytes) -> bytes:
    """Return a digest of bytes."""
    return blake2b(body, digest_size=16).digest()


@dataclass
class Run:
    """What was asked and what came of it."""

    seconds: list[float] = field(default_factory=list)
    again: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)  # imports, kills and the like
    commands: asyncio.Lock = field(default_factory=asyncio.Lock)  # PostgreSQL stays up for them
    seen: dict[tuple[str, str], Digests] = field(default_factory=dict)  # by version and target
    memory: list[tuple[float, float]] = field(default_factory=list)  # when, MB

    def note(self, version: str, target: str, body: bytes) -> None:
        """Compare an answer with the one that its version gave before."""
        before = self.seen.get((version, target))
        if before is None:
            self.seen[version, target] = digests_of(target, body)
        elif before[0] != digest(body):
            self.wrong[f"two answers of one version: {target}"] += 1

    def percentile(self, share: float) -> float:
        """Return milliseconds that this share of the answers took at most."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[int(len(ordered) * share)]

    def middle(self, since: float, until: float) -> float:
        """Return the median MB between two moments."""
        return statistics.median(mb for at, mb in self.memory if since <= at < until)


def targets_of(server: Server) -> list[str]:
    """Return what is asked for: some hundred addresses of every kind, each again and again."""
    with httpx.Client(base_url=server.url, timeout=30) as client:
        listed = client.get("/v1/occupations?limit=60&sort=-employment&fields=code").json()
        codes = [item["code"] for item in listed["items"]]
        areas = [item["code"] for item in client.get("/v1/areas?limit=40").json()["items"]]
    found = ["/v1", "/v1/releases", "/v1/sources", "/v1/areas?limit=200", "/rankings", "/sources"]
    for number, code in enumerate(codes):
        area = areas[number % len(areas)]
        found += [
            f"/v1/occupations/{code}",
            f"/v1/occupations/{code}?area={area}&include=wages",
            f"/v1/occupations/{code}/wages?period=all&area={area}",
            f"/v1/occupations/{code}/areas?sort=-annual_median&limit=20",
            f"/v1/wages?code={code}&area=all&limit=50",
            f"/v1/compare?codes={code},{codes[number - 1]}&areas={area}",
            f"/v1/occupations?area={area}&sort=-wage&limit={number + 10}",
            f"/v1/occupations?group={code[:2]}&sort=-growth&limit=20",
            f"/v1/projections?code={code}",
            f"/v1/skills?code={code}",
            f"/v1/suggest?q={code[:4]}",
            f"/v1/titles/match?title=nurse%20{number}&limit=3",
            f"/v1/search?q=manager%20{number}&limit=10",
            f"/occupations/{code}",
        ]
    found += [f"/v1/areas/{area}" for area in areas]
    return found


class Asking:
    """Clients that ask for targets at random: as fast as they can, or ``rate`` a second."""

    def __init__(self, port: int, targets: list[str], run: Run) -> None:
        self._port, self._targets, self._run = port, targets, run

    async def all(self, seconds: float, rate: float = 0.0) -> int:
        """Ask for so long; return how many were answered."""
        before = len(self._run.seconds)
        until = time.monotonic() + seconds
        pause = CLIENTS / rate if rate else 0.0
        await asyncio.gather(*(self._one(until, pause) for _ in range(CLIENTS)))
        return len(self._run.seconds) - before

    async def _one(self, until: float, pause: float) -> None:
        line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        due = time.monotonic() + random.random() * pause
        while (now := time.monotonic()) < until:
            if now < due:
                await asyncio.sleep(due - now)
            due = max(due + pause, time.monotonic() - 1)  # who is late does not make up for all
            line = await self._ask(random.choice(self._targets), line)
        if line is not None:
            line[1].close()

    async def _ask(self, target: str, line: Any) -> Any:
        """Ask until there is an answer; return the connection if it is still good."""
        began, why = time.monotonic(), ""
        while time.monotonic() - began < WITHIN:
            sent = time.monotonic()
            try:
                line = line or await asyncio.open_connection("127.0.0.1", self._port)
                line[1].write(f"GET {target} HTTP/1.1\r\n{HEAD}\r\n".encode())
                status, headers, body = await asyncio.wait_for(answer(line[0]), 30)
            except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
                if line is not None:
                    line[1].close()
                line, why = None, type(error).__name__
                self._run.again[why] += 1
                await asyncio.sleep(0.05)
                continue
            if headers.get("connection") == "close":
                line[1].close()
                line = None
            if status == 200:
                self._run.seconds.append(time.monotonic() - sent)
                self._run.note(headers.get("data-version", ""), target, body)
                return line
            if status != 503:
                self._run.wrong[f"{status} {target}"] += 1
                return line
            problem = headers["content-type"] == "application/problem+json"
            why = f"503 {orjson.loads(body)['code'] if problem else 'of a page'}"
            self._run.again[why] += 1
            await asyncio.sleep(min(1.0, float(headers.get("retry-after", "1"))))
        self._run.lost[why] += 1
        return line


def changes(url: str, folder: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """Give one change of the data after the other without end, with its name."""
    name = "bls-oews-2026-05"
    for people in itertools.count(480_000, 1_000):
        file = oews_year(folder, float(people), year=2026)
        what = "imports" if people == 480_000 else "corrections"
        yield what, partial(occupations, "import", str(file), url=url)
        for step in ("retire", "restore"):
            yield f"{step}d", partial(occupations, "releases", step, name, url=url)


async def happen(
    steps: Iterator[tuple[str, Callable[[], Any]]], every: float, until: float, run: Run
) -> None:
    """Let one thing happen after the other, with pauses."""
    while time.monotonic() + every < until:
        await asyncio.sleep(every)
        name, step = next(steps)
        if name == "killed":
            step()
        else:
            async with run.commands:
                await asyncio.to_thread(step)
        run.done[name] += 1


def kill_one(server: Server, survivor: int) -> None:
    """Kill a worker, never the one whose memory is measured, and no process that builds indices."""
    for pid in server.processes()[1:]:
        with suppress(OSError):
            words = Path(f"/proc/{pid}/cmdline").read_bytes()
            if pid != survivor and b"spawn_main" in words:
                os.kill(pid, signal.SIGKILL)
                return


async def measure(pid: int, until: float, run: Run) -> None:
    """Note the memory of one worker twice a second."""
    while time.monotonic() < until:
        run.memory.append((time.monotonic(), own_memory(pid)))
        await asyncio.sleep(0.5)


@contextmanager
def served(url: str, port: int = 0) -> Iterator[Server]:
    """Run two workers as ``occupations serve`` does, at a port or any."""
    port = port or free_port()
    command = [sys.executable, "-m", "app.commands", "serve", "--port", str(port), "--workers", "2"]
    environment = {
        "OCCUPATIONS_DATABASE_URL": url,
        "OCCUPATIONS_EXPORT_FOLDER": "none",
        "OCCUPATIONS_CACHE_BYTES": str(16_000_000),
        "quiet": "",
    }
    with running("ours", command, port, "/health/ready", environment) as server:
        yield warmed(server)


def truth(url: str, run: Run) -> tuple[int, list[str]]:
    """Ask a server without a cache for the answers again; return how many, and which differ."""
    by_version: defaultdict[str, list[str]] = defaultdict(list)
    for version, target in sorted(run.seen):
        if target.startswith("/v1") and not target.startswith(UNPINNED):
            by_version[version].append(target)
    each = max(1, TRUTH // max(1, len(by_version)))
    tried, differ = 0, []
    with ours(url, cache_bytes="0") as server, httpx.Client(base_url=server.url) as client:
        for version, targets in by_version.items():
            for target in random.sample(targets, min(each, len(targets))):
                found = patiently(client, f"{target}{'&' if '?' in target else '?'}at={version}")
                tried += 1
                if found.status_code != 200:
                    differ.append(f"{found.status_code} {version} {target}")
                elif digests_of(target, found.content)[1] != run.seen[version, target][1]:
                    differ.append(f"{version} {target}")
    return tried, differ


def patiently(client: httpx.Client, target: str) -> httpx.Response:
    """Ask until the server has loaded the older data version."""
    found = client.get(target, timeout=30)
    for _ in range(60):
        if found.status_code != 503:
            break
        time.sleep(float(found.headers["retry-after"]))
        found = client.get(target, timeout=30)
    return found


async def everything(server: Server, url: str, place: Place, run: Run, restart: Any) -> float:
    """Find the capacity, then ask for four fifths of it while all happens; return the rate."""
    minutes = 1 if place.short else 30
    asking = Asking(server.port, targets_of(server), run)
    capacity = await asking.all(10) / 10
    run.seconds.clear()
    survivor = server.processes()[1:][-1]
    until, seconds = time.monotonic() + 60 * minutes, 60.0 * minutes
    steps = changes(url, place.scratch("long-run-files"))
    kills = itertools.repeat(("killed", partial(kill_one, server, survivor)))
    tasks = [
        happen(steps, seconds / 60, until, run),
        happen(kills, seconds / 45, until, run),
        measure(survivor, until, run),
    ]
    if restart is not None:
        tasks.append(happen(itertools.repeat(("restarted", restart)), seconds / 15, until, run))
    await asyncio.gather(asking.all(seconds, SHARE * capacity), *tasks)
    return SHARE * capacity


def outcomes(where: str, url: str, run: Run, rate: float, minutes: int) -> Iterator[Outcome]:
    """Say what came of a run."""
    what = f"{minutes} minutes at four fifths of the capacity"
    done = ", ".join(f"{count} {name}" for name, count in sorted(run.done.items()))
    asked = len(run.seconds)
    said = (
        f"{rate:,.0f}/s wanted; p50 {run.percentile(0.5):.0f} ms, p99 {run.percentile(0.99):.0f} ms"
    )
    yield Outcome(
        f"{what}, {done}: wrong answers",
        where,
        asked,
        run.wrong.total(),
        f"{said}; {top(run.wrong)}",
    )
    lost = run.lost.total()
    yield Outcome(
        f"{what}: lost requests", where, asked + lost, lost, f"asked again: {top(run.again)}"
    )
    tried, differ = truth(url, run)
    versions = len({version for version, _ in run.seen})
    yield Outcome(
        f"{what}: answers of {versions} data versions, asked for again by at=",
        *(where, tried, len(differ), "; ".join(differ[:3])),
    )
    first, last = run.memory[0][0], run.memory[-1][0]
    # Memory goes up and down with each data version, by more than what is looked for.
    span = (last - first) / 6
    before, after = run.middle(first + span, first + 2 * span), run.middle(last - span, last)
    yield Outcome(
        f"{what}: memory at the end within 2 % of that after a sixth",
        *(where, 1, int(after > before * (1 + GROWTH))),
        f"{before:.0f} MB, {after:.0f} MB after",
    )


def top(counted: Counter[str]) -> str:
    """Write the most frequent of what was counted."""
    return "; ".join(f"{count} {name}" for name, count in counted.most_common(4)) or "none"


def repeated(url: str) -> None:
    """Repeat the years, and derive what is shown of them, as a data version of its own."""
    repeat_years(url, YEARS)
    engine = writing_engine(url)
    with writing(engine, 30.0) as connection:
        publish(connection, "years repeated", "bls-oews")
    engine.dispose()


def grounds(place: Place, stack: ExitStack) -> Iterator[tuple[str, str, Callable[[], None] | None]]:
    """Give databases with the box and ten years of areas; and what restarts PostgreSQL."""
    url = place.sqlite_copy("long-run")
    if not place.short:
        repeated(url)
    yield "SQLite", url, None
    server = stack.enter_context(cluster(place.folder / "long-run-pg"))
    server.copy_of(place.urls["PostgreSQL"])
    if not place.short:
        repeated(server.url())

    def restart() -> None:
        server.stop()
        time.sleep(1)
        server.start()

    yield "PostgreSQL", server.url(), restart


def check(place: Place) -> Iterator[Outcome]:
    """Run on both databases; the short form takes a minute each, on what the place has."""
    with ExitStack() as stack:
        for where, url, restart in grounds(place, stack):
            run = Run()
            with served(url) as server:
                rate = asyncio.run(everything(server, url, place, run, restart))
            yield from outcomes(where, url, run, rate, 1 if place.short else 30)
