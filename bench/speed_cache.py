"""The cache's hit rate and size, and the bytes of each content encoding."""

from __future__ import annotations

import asyncio
import os
import random
from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from app.main import create_app
from app.server.edge import Edge
from app.settings import Settings
from bench.speed_cases import WARM
from bench.speed_servers import Server

REQUESTS = 40_000
FORMS = ("{}", "{}/wages?period=all", "{}/duties", "{}/skills?limit=200", "{}?include=wages")


@dataclass(frozen=True)
class Hits:
    """Cache hits and misses of requests with a Zipf distribution (popularity is 1 / rank)."""

    hits: int
    misses: int
    entries: int
    kept: int
    limit: int


def hit_rate(url: str, codes: list[str], limit: int) -> Hits:
    """Send requests to the application in this process; ``limit`` is the cache's size in bytes."""
    settings = Settings(database_url=url, cache_bytes=limit, log_format="json")
    edge = create_app(settings)
    assert isinstance(edge, Edge)
    asked = [f"/v1/occupations/{code}" for code in codes]
    targets = [form.format(path) for path in asked for form in FORMS]
    draw = random.Random(1)
    draw.shuffle(targets)
    weights = list(accumulate(1 / rank for rank in range(1, len(targets) + 1)))
    chosen = [targets[bisect(weights, draw.random() * weights[-1])] for _ in range(REQUESTS)]
    asyncio.run(_ask(edge, chosen))
    cache = edge.cache
    kept = sum(cache.sizes)
    return Hits(cache.hits, cache.misses, sum(map(len, cache.entries)), kept, limit)


async def _ask(edge: Edge, targets: list[str]) -> None:
    edge.api.state.store.start()
    edge.observers.note = lambda *_: None  # type: ignore[method-assign]
    for target in targets:
        path, _, query = target.partition("?")
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 1),
        }
        await edge(scope, _receive, _send)
    edge.api.state.store.stop()


async def _receive() -> Any:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _send(message: Any) -> None:
    assert message.get("status", 200) == 200


def wire_bytes(server: Server) -> dict[str, dict[str, int]]:
    """Return the size of each warm answer's body by content encoding."""
    found: dict[str, dict[str, int]] = {}
    for case in WARM:
        if not case.conditional:
            sizes = {}
            for encoding in ("identity", "gzip", "br", "zstd"):
                answer = server.get(case.target, **{"Accept-Encoding": encoding})
                sizes[encoding] = int(answer.headers["content-length"])
            found[case.name] = sizes
    return found


def machine() -> str:
    """Describe the machine, without its name."""
    with open("/proc/cpuinfo", encoding="utf-8") as stream:  # noqa: PTH123 - a kernel's file
        model = next(
            (x.partition(":")[2].strip() for x in stream if x.startswith("model name")), ""
        )
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return f"{os.cpu_count()} cores ({model or os.uname().machine}), {pages >> 30} GB, Linux"
