"""Caches are bounded in bytes, whatever clients send: long spellings, long headers, many."""

from __future__ import annotations

import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import product

import httpx
import pytest

from app import limiting
from app.cache import Cache, Entry
from app.edge import Edge
from app.limiting import RateLimit
from app.main import create_app
from app.memory import Bounded, remembered
from app.queries import content
from app.queries.blocks import BLOCKS
from app.queries.content import PartFilter
from app.settings import Settings
from app.store import Store
from tests.test_repository import ROOT

CACHES = {
    # module, function → bytes that it keeps at most, by size of a result and number
    ("app/intake.py", "names_host"): 64 * 500,
    ("app/marks.py", "decode"): 1024 * 4_200,
    ("app/limiting.py", "trusted"): 4096 * 300,
    ("app/limiting.py", "of_one_holder"): 4096 * 400,
    ("app/matching/features.py", "_letters"): 2048 * 1_300,
    ("app/matching/features.py", "_run"): 4096 * 350,
    ("app/matching/features.py", "_word_features"): 8192 * 500,
    ("app/matching/ranker.py", "load"): 1_000_000,  # one ranker, from the program's own file
    ("app/matching/text.py", "singular"): 4096 * 600,
    ("app/negotiation.py", "encoding_for"): 256 * 500,
    ("app/negotiation.py", "serves_json"): 256 * 500,
    ("app/queries/driver.py", "cached"): 512 * 5_000,  # of the program's own statements
    ("app/routers/answer.py", "keys_of"): 64 * 10_000,  # of the program's own schemas
    ("app/routers/direct.py", "pairs_of"): 32 * 50_000,
    ("app/routers/answer.py", "names_of"): 64 * 10_000,  # the same
    ("app/routers/validation.py", "_properties"): 64 * 10_000,  # of its own parameters
    ("app/searching/text.py", "folded"): 4096 * 700,
    ("app/searching/text.py", "long_form"): 4096 * 700,
    ("app/searching/text.py", "normal"): 4096 * 700,
    ("app/searching/text.py", "stem"): 4096 * 700,
}
"""Every function of the web side that remembers results."""

_CACHE = re.compile(
    r"^ *@(?:lru_cache|cache|remembered)\b.*\n(?: *@.*\n)* *def (\w+)", re.MULTILINE
)


def test_every_cache_has_its_bound_in_bytes() -> None:
    found = {
        (str(path.relative_to(ROOT)), name)
        for path in (ROOT / "app").rglob("*.py")
        if path.parent.name not in {"importers", "verifying", "commands"}
        for name in _CACHE.findall(path.read_text("utf-8"))
    }
    assert found == set(CACHES)
    assert sum(CACHES.values()) < 45_000_000


def entry(canonical: bytes, size: int, free_text: bool = False) -> Entry:
    made = Entry(200, random.Random(canonical).randbytes(size), [], 1, "/v1", True)
    made.canonical, made.free_text = canonical, free_text
    return made


def held(cache: Cache) -> int:
    """Add up what a cache really holds, but for its objects' own size."""
    kept = [one for entries in cache.entries for one in entries.values()]
    texts = [one.body for one in kept] + [one.canonical for one in kept] + list(cache.hot)
    texts += [variant.body for one in kept for variant in one.variants.values()]
    return sum({id(text): len(text) for text in texts}.values())


def test_the_cache_holds_no_more_than_its_limit_with_spellings_and_encodings() -> None:
    draw, limit = random.Random(1), 400_000
    cache = Cache(limit)
    for n in range(3000):
        canonical = b"/v1/%d" % draw.randrange(60)
        spelling = b"%d" % draw.randrange(20) * draw.randrange(1, 2000)
        found = cache.find(canonical, canonical + spelling)
        if found is None:
            found = entry(canonical, draw.randrange(9000), free_text=n % 2 == 0)
            cache.keep(canonical + spelling, found)
        found.variant(draw.choice(("gzip", "br", "zstd", "identity")))
        cache.charge(found)
        assert held(cache) <= sum(cache.sizes) <= limit
        assert set(map(id, cache.hot.values())) <= {
            id(one) for entries in cache.entries for one in entries.values()
        }
    assert all(cache.entries)
    last = next(iter(cache.hot.values()))
    cache.clear()
    cache.charge(last)  # it is kept no longer
    assert (cache.sizes, cache.hot) == ([0, 0], {})


def test_what_is_long_is_not_remembered() -> None:
    asked: list[str] = []

    @remembered(most=2, longest=3)
    def length(text: str, more: int = 0) -> int:
        asked.append(text)
        return len(text) + more

    for text, expected in (("abc", 3), ("abcd", 4)):
        assert [length(text) for _ in range(3)] == [expected] * 3
    assert asked == ["abc", "abcd", "abcd", "abcd"]
    assert length("abc", 2) == 5


def test_a_bounded_cache_forgets_what_was_not_used_for_long() -> None:
    cache: Bounded[str, bytes] = Bounded(100, len)
    for key in "abc":
        cache.put(key, key.encode() * 30)
    assert cache.get("a") is not None
    cache.put("d", b"d" * 40)
    assert [key for key in "abcd" if cache.get(key)] == ["a", "c", "d"]
    assert cache.held == 100
    cache.put("d", b"another")
    assert cache.get("d") == b"d" * 40
    cache.put("e", b"e" * 101)
    assert cache.get("e") is None
    cache.put("f", b"f" * 31)
    assert [key for key in "acdf" if cache.get(key)] == ["d", "f"]
    assert cache.held == 71


@asynccontextmanager
async def running(url: str, cache_bytes: int) -> AsyncIterator[tuple[Edge, httpx.AsyncClient]]:
    """Run the application in this process."""
    edge = create_app(Settings(database_url=url, cache_bytes=cache_bytes))
    assert isinstance(edge, Edge)
    edge.store.refresh()
    transport = httpx.ASGITransport(edge)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield edge, client
    finally:
        edge.store.stop()


@pytest.mark.anyio
async def test_spellings_of_requests_are_counted(database: str) -> None:
    limit = 400_000
    async with running(database, cache_bytes=limit) as (edge, client):
        for n, spelling in product(range(30), range(9)):
            name = "".join(f"%{ord(letter):02x}" for letter in "limit")
            target = f"/v1/areas?{name if spelling % 2 else 'limit'}={n + 1}{'&' * spelling * 10}"
            assert (await client.get(target)).status_code == 200
            assert (await client.get(f"{target}&q={'%6e' * 90}")).status_code == 200
        assert all(edge.cache.entries)
        assert held(edge.cache) <= sum(edge.cache.sizes) <= limit


@pytest.mark.anyio
async def test_choices_of_parts_are_bounded(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(database, cache_bytes=0) as (edge, client):
        catalog = edge.store.reader().catalog
        kept = catalog.choices
        monkeypatch.setattr(kept, "limit", 10_000)
        for period, area in product(["latest", "all", *catalog.periods], ["all", *catalog.areas]):
            answer = await client.get(f"/v1/wages?period={period}&area={area}&limit=1")
            assert answer.status_code == 200
            assert kept.held <= 10_000
        assert kept.held > 5_000


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_parts_are_asked_for_in_batches(
    database: str, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(Settings(database_url=database))
    store.refresh()
    reader = store.reader()
    catalog = reader.catalog
    every = PartFilter("all", area="all", industry="all")

    def answers() -> list[object]:
        with reader.connect() as connection:
            return [
                (
                    content.rows_of_occupation(connection, catalog, block, nurse, every),
                    content.counts_of_parts(
                        connection, block, every.parts(catalog, block), ("11", "12")
                    ),
                )
                for block in catalog.by_dataset
                if block in BLOCKS
            ]

    nurse = catalog.occupation("29-1141")
    whole = answers()
    assert max(len(parts) for parts in catalog.by_dataset.values()) >= 3
    monkeypatch.setattr(content, "BATCH", batch)
    assert answers() == whole
    store.stop()


def test_clients_that_are_counted_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiting, "CLIENTS", 3)
    limit = RateLimit(Settings(rate_limit="2/hour"))

    def wait(host: int) -> int:
        scope = {"raw_path": b"/v1", "client": (f"192.0.2.{host}", 1), "headers": []}
        taken = limit.take(scope, {})
        assert taken is not None
        return taken.wait

    assert [wait(host) for host in (1, 1, 2, 3)] == [0] * 4
    assert 0 < wait(1) <= 3600
    assert len(limit.counted) == 3
    assert wait(4) == 0
    assert len(limit.counted) == 1
    assert wait(1) == 0


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"
