"""Caches are bounded in bytes, whatever clients send: long spellings, long headers, many."""

from __future__ import annotations

import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import product

import httpx
import pytest

from app.api.queries import block_rows
from app.api.queries.blocks import BLOCKS
from app.api.queries.part_filter import EVERY, PartFilter
from app.api.queries.several_codes import items_of_runs, runs_of_occupations
from app.database.store import Store
from app.main import create_app
from app.memory import Bounded, remembered
from app.server import rate_limit
from app.server.cache import Cache, CachedAnswer
from app.server.edge import Edge
from app.server.rate_limit import RateLimit
from app.settings import Settings
from tests.test_repository import ROOT

CACHES = {
    # module, function → bytes that it keeps at most, by size of a result and number
    ("app/server/request_checks.py", "names_host"): 64 * 500,
    ("app/api/queries/areas.py", "folded"): 2048 * 1_300,
    ("app/api/queries/area_names.py", "plain"): 2048 * 1_300,
    ("app/database/place_names.py", "aliases"): 200_000,  # of one file
    ("app/database/place_names.py", "borders"): 20_000,  # of one file
    ("app/marks.py", "decode"): 1024 * 4_200,
    ("app/server/proxies.py", "trusted"): 4096 * 300,
    ("app/server/proxies.py", "of_one_holder"): 4096 * 400,
    ("app/finding/sources.py", "program"): 100,  # a digest
    ("app/finding/titles/features.py", "_ngrams"): 2048 * 1_300,
    ("app/finding/titles/features.py", "_letters_key"): 8192 * 350,
    ("app/finding/titles/features.py", "_word_features"): 8192 * 500,
    ("app/finding/titles/ranker.py", "load"): 1_000_000,  # one ranker, from the program's own file
    ("app/finding/words/normalization.py", "singular"): 4096 * 600,
    ("app/server/negotiation.py", "encoding_for"): 256 * 500,
    ("app/server/negotiation.py", "liked_best"): 256 * 500,
    ("app/server/negotiation.py", "language_for"): 256 * 500,
    ("app/server/negotiation.py", "prefers_html"): 256 * 500,
    ("app/database/publication_dates.py", "publication_dates"): 10_000,  # of one file
    ("app/database/download_table.py", "released"): 10_000,  # of one file
    ("app/exporting/resources.py", "resources"): 200_000,  # commands alone: of the tables
    ("app/exporting/bundle_writer.py", "_marks"): 4096 * 500,  # commands alone
    ("app/exporting/export_index.py", "_read"): 300_000,  # of one file
    ("app/database/driver.py", "cached"): 512 * 5_000,  # of the program's own statements
    ("app/api/routers/responses.py", "keys_of"): 64 * 10_000,  # of the program's own schemas
    ("app/api/routers/responses.py", "names_of"): 64 * 10_000,  # the same
    ("app/api/routers/validation.py", "_contract_of"): 64 * 10_000,  # of its own parameters
    ("app/finding/ranking.py", "meaning"): 300_000,  # one, with an array over all names
    ("app/finding/search/tokenizer.py", "folded"): 4096 * 700,
    ("app/finding/search/tokenizer.py", "expand"): 4096 * 700,
    ("app/finding/search/tokenizer.py", "normal"): 4096 * 700,
    ("app/finding/search/tokenizer.py", "stem"): 4096 * 700,
}
"""Every function of the web side that remembers results."""

_CACHE = re.compile(
    r"^ *@(?:lru_cache|cache|remembered)\b.*\n(?: *@.*\n)* *def (\w+)", re.MULTILINE
)


def test_every_cache_has_its_bound_in_bytes() -> None:
    found = {
        (str(path.relative_to(ROOT)), name)
        for path in (ROOT / "app").rglob("*.py")
        if not {"importers", "verifying", "commands"} & set(path.parts)
        for name in _CACHE.findall(path.read_text("utf-8"))
    }
    assert found == set(CACHES)
    assert sum(CACHES.values()) < 46_000_000


def entry(canonical: bytes, size: int, free_text: bool = False) -> CachedAnswer:
    made = CachedAnswer(200, random.Random(canonical).randbytes(size), [], 1, "/v1", True)
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
    edge.api.state.store.refresh()
    transport = httpx.ASGITransport(edge)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield edge, client
    finally:
        edge.api.state.store.stop()


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
        catalog = edge.api.state.store.reader().catalog
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
    every = PartFilter(EVERY, industry="all")

    def answers() -> list[object]:
        with reader.connect() as connection:
            return [
                (
                    block_rows.rows_of_occupation(connection, catalog, block, nurse, every),
                    block_rows.counts_of_parts(
                        connection, block, every.parts(catalog, block), ("11", "12")
                    ),
                    items_of_runs(
                        connection,
                        block,
                        runs_of_occupations(connection, catalog, block, some, every),
                        1,
                        9,
                    ),
                )
                for block in catalog.by_dataset
                if block in BLOCKS
            ]

    some = [catalog.occupation(code) for code in ("29-1141", "11-9111", "29-1140", "00-0000")]
    nurse = some[0]
    whole = answers()
    assert max(len(parts) for parts in catalog.by_dataset.values()) >= 3
    monkeypatch.setattr(block_rows, "BATCH", batch)
    assert answers() == whole
    store.stop()


def test_clients_that_are_counted_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "CLIENTS", 3)
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
