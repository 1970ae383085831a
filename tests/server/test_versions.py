"""No stale and no mixed answer while releases are loaded, retired and restored under load.

Two workers answer over real sockets while the database changes. What each data version's answers
are is asked of another application, straight after each change; every answer of the workers must
be, byte for byte and with the same ETag, that of a data version not replaced for over 2 s.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from app.database.engines import writing_engine
from app.importers.loading import load
from app.importers.loading.finder import Finder
from app.importers.loading.planned import Options
from app.importers.loading.releases import plan
from app.main import create_app
from app.server.edge import Edge
from app.settings import Settings
from tests.builders import line, oews_csv
from tests.conftest import Databases
from tests.servers import serving

WORKERS = 2
NOTICED_WITHIN = 2.0
"""Seconds in which every worker shows what the database shows."""
BETWEEN = 0.7
"""Seconds between changes."""

TARGETS = (
    "/v1",
    "/v1/releases",
    "/v1/occupations/11-9111",
    "/v1/occupations?limit=50",
    "/v1/occupations?sort=-wage",
    "/v1/compare?codes=11-9111,29-1141",
    *(f"/v1/wages?period=all&limit={n}" for n in range(1, 9)),
    *(f"/v1/occupations/11-9111/wages?period=all&limit={n}" for n in range(1, 5)),
)
Answer = tuple[str, bytes]  # ETag and body


@dataclass(frozen=True)
class Seen:
    """An answer of a worker, who is known by the beginning of its Request-Ids."""

    worker: str
    target: str
    began: float
    ended: float
    status: int
    answer: Answer


@dataclass(frozen=True)
class Version:
    """What the database showed from a moment between ``before`` and ``since`` on."""

    before: float
    since: float
    answers: dict[str, Answer]


async def reference(edge: Edge) -> dict[str, Answer]:
    """Ask the application that keeps no answer, once it shows what the database shows."""
    edge.api.state.store.refresh()
    transport = httpx.ASGITransport(edge)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        plain = {"Accept-Encoding": "identity"}
        got = {target: await client.get(target, headers=plain) for target in TARGETS}
    assert {answer.status_code for answer in got.values()} == {200}
    return {target: (answer.headers["etag"], answer.content) for target, answer in got.items()}


async def ask(port: int, seen: list[Seen], stopped: asyncio.Event, at: int) -> None:
    """Ask for one target after another; every 20 over a new connection, so of any worker."""
    while not stopped.is_set():
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(20):
            at += 1
            target = TARGETS[at % len(TARGETS)]
            began = time.monotonic()
            writer.write(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
            fields = dict(text.lower().split(": ", 1) for text in head[1:] if text)
            body = await reader.readexactly(int(fields["content-length"]))
            status, worker = int(head[0].split()[1]), fields["request-id"][:8]
            answer = fields.get("etag", ""), body
            seen.append(Seen(worker, target, began, time.monotonic(), status, answer))
            await asyncio.sleep(0.01)
        writer.close()


async def all_workers(port: int) -> None:
    """Wait until every worker answers: on a busy machine some start late."""
    deadline = time.monotonic() + 60
    seen: list[Seen] = []
    while len({one.worker for one in seen}) < WORKERS:
        assert time.monotonic() < deadline, "not every worker answers"
        stopped = asyncio.Event()
        asking = [asyncio.create_task(ask(port, seen, stopped, n)) for n in range(16)]
        await asyncio.sleep(0.2)
        stopped.set()
        await asyncio.gather(*asking)


def imported(engine: Engine, path: Path, period: str) -> None:
    """Load a file as a release of a period."""
    with Finder() as finder:
        found = list(finder.find([path], "oews"))
        for one in plan(found, Options(period, (208000, 10000), None)):
            load.load_release(engine, one.read())


def changes(engine: Engine, folder: Path) -> list[Callable[[], Any]]:
    """Load two releases with figures of their own, hide one and show it again."""
    files = []
    for period, wage in (("2025-05", 111_110.0), ("2026-05", 222_220.0)):
        lines = [line(OCC_CODE=code, A_MEAN=wage, H_MEAN="*") for code in ("11-9111", "29-1141")]
        files.append((oews_csv(folder / f"all_data_{period}.csv", *lines), period))
    (older, first), (newer, second) = files
    return [
        lambda: imported(engine, older, first),
        lambda: imported(engine, newer, second),
        lambda: load.retire(engine, "bls-oews-2025-05"),
        lambda: load.restore(engine, "bls-oews-2025-05"),
    ]


async def under_load(
    edge: Edge, port: int, steps: list[Callable[[], Any]]
) -> tuple[list[Seen], list[Version]]:
    """Change the database while workers are asked; wait until the last change is noticed."""
    versions = [Version(0.0, 0.0, await reference(edge))]
    seen: list[Seen] = []
    stopped = asyncio.Event()
    asking = [asyncio.create_task(ask(port, seen, stopped, 3 * n)) for n in range(8)]
    for step in steps:
        await asyncio.sleep(BETWEEN)
        before = time.monotonic()
        await asyncio.to_thread(step)
        since = time.monotonic()
        versions.append(Version(before, since, await reference(edge)))
    await asyncio.sleep(NOTICED_WITHIN + 0.5)
    stopped.set()
    await asyncio.gather(*asking)
    return seen, versions


@pytest.mark.alone
def test_no_answer_is_stale_or_mixed(databases: Databases, tmp_path: Path) -> None:
    url = databases.seeded()
    engine = writing_engine(url)
    edge = create_app(Settings(database_url=url, cache_bytes=0))
    assert isinstance(edge, Edge)
    with serving(url, workers=str(WORKERS), poll_interval="1") as client:
        old = client.get("/v1/wages?period=all&limit=5").json()["next"]
        second = client.get(old).content
        asyncio.run(all_workers(client.base_url.port or 0))
        steps = changes(engine, tmp_path)
        seen, versions = asyncio.run(under_load(edge, client.base_url.port or 0, steps))
        # A list that was begun four versions before goes on in its own, whichever worker is asked.
        fresh = [httpx.get(client.base_url.join(old), timeout=20) for _ in range(4 * WORKERS)]
        assert {answer.content for answer in fresh} == {second}
    engine.dispose()
    edge.api.state.store.stop()
    digests = [version.answers["/v1"] for version in versions]
    assert [digests.index(digest) for digest in digests] == [0, 1, 2, 3, 2]
    assert len({one.worker for one in seen}) == WORKERS
    assert {one.status for one in seen} == {200}
    ends = [version.since for version in versions[1:]] + [float("inf")]
    last: dict[str, set[bool]] = defaultdict(set)
    for one in seen:
        good = [
            n for n, version in enumerate(versions) if version.answers[one.target] == one.answer
        ]
        assert good, f"an answer of no data version: {one.target}"
        shown = [n for n in good if versions[n].before < one.ended]
        assert shown, f"an answer of a data version to come: {one.target}"
        late = one.began - max(ends[n] for n in shown)
        assert late < NOTICED_WITHIN, f"{one.target}: {late:.1f} s after it was replaced"
        if one.began > versions[-1].since + NOTICED_WITHIN:
            last[one.worker].add(len(versions) - 1 in good)
    assert last == {one.worker: {True} for one in seen}
