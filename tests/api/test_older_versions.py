"""Older data versions: lists go on in theirs, those that are gone say where to start again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, event, update

from app.api.queries.cursors import digest
from app.database import store as stores
from app.database.models import DataVersion
from app.importers import rows
from app.importers.loading.load import ensure_sources, load_release, restore, retire
from app.server.edge import Edge
from tests.api.conftest import caching, get
from tests.api.test_cursors import sealed
from tests.api.test_lists import lists
from tests.importers.conftest import SOURCES
from tests.importers.test_load import head, wage

pytestmark = pytest.mark.anyio

SEEDED = "bls-oews-2021-05"
WAGES = "/v1/wages?limit=1"


@pytest.fixture
def edge(engine: Engine) -> Iterator[Edge]:
    """The application as it is served: it rests after it has loaded an older catalog."""
    made = caching(engine)
    yield made
    made.api.state.store.stop()


def imported(engine: Engine, period: str = "2026-05") -> None:
    """Load wages and entries that come before, among and after those of the seed."""
    codes = ("11-1011", "11-9111", "29-1141", "53-7199")
    runs = [
        rows.PartRows(
            rows.PartKey(rows.EntryRow),
            [rows.EntryRow(code, f"{period} {code}", "detailed") for code in codes],
        ),
        rows.PartRows(
            rows.PartKey(rows.WageRow, area="US", industry="000000", ownership="1235"),
            [wage(code, 10) for code in codes],
            {"top_code_annual": 208000, "top_code_hourly": 10000},
        ),
    ]
    load_release(engine, rows.Reading(head(f"bls-oews-{period}", period=period), runs))


async def walked(edge: Edge, target: str | None) -> tuple[list[Any], set[tuple[int, str]]]:
    """Return the items from a page on, and the totals and data versions of the pages."""
    items: list[Any] = []
    said = set()
    while target:
        large = str(httpx.URL(target).copy_set_param("limit", 200))
        answer = await get(edge, large)
        assert answer.status_code == 200, answer.text
        items += answer.json()["items"]
        said.add((answer.json()["total"], answer.headers["data-version"]))
        target = answer.json()["next"]
    return items, said


@pytest.mark.parametrize("changes", [1, 2])
async def test_a_list_goes_on_in_the_data_that_it_began_with(
    edge: Edge, engine: Engine, seeded_sqlite: httpx.Client, changes: int
) -> None:
    begun = {}
    paths = [path for path in lists(seeded_sqlite) if path != "/v1/exports"]  # it lists files
    paths += ["/v1/occupations?level=all&sort=-wage", "/v1/wages?period=all"]
    for path in paths:
        first = await get(edge, str(httpx.URL(path).copy_set_param("limit", 1)))
        following = first.json()["next"]
        if following is not None:
            begun[following] = await walked(edge, path)
    assert len(begun) > 15
    retire(engine, SEEDED)
    imported(engine)
    for _ in range(changes):  # one: what was the newest is at hand; two: it is loaded
        edge.api.state.store.refresh()
        retire(engine, "soc-2018")
    for following, (items, said) in begun.items():
        assert await walked(edge, following) == (items[1:], said), following
    now = (await get(edge, WAGES)).headers["data-version"]
    assert now not in {name for _, said in begun.values() for _, name in said}


async def test_a_page_of_older_data_is_not_kept(edge: Edge, engine: Engine) -> None:
    following = (await get(edge, WAGES)).json()["next"]
    imported(engine)
    edge.api.state.store.refresh()
    await get(edge, following)
    assert following.encode() not in edge.cache.hot
    await get(edge, WAGES)
    assert WAGES.encode() in edge.cache.hot


async def test_a_version_that_is_gone_leads_to_a_first_page_that_no_cache_has(
    edge: Edge, engine: Engine
) -> None:
    paths = [
        WAGES,
        "/v1/occupations/medical-and-health-services-managers/duties?limit=1",
        "/v1/releases?limit=1",
    ]
    begun = [(await get(edge, path)).json()["next"] for path in paths]
    gone(engine)
    edge.api.state.store.refresh()
    now = (await get(edge, "/v1")).json()["data_version"]
    for path, following in zip(paths, begun, strict=True):
        answer = await get(edge, following)
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (400, "stale_cursor")
        assert answer.headers["cache-control"] == "no-store"
        first = answer.links["first"]["url"]
        assert problem["errors"][0]["did_you_mean"] == [first]
        assert problem["errors"][0]["parameter"] == "cursor"
        assert first not in {path, following}
        fresh, plain = await get(edge, first), await get(edge, path)
        assert (fresh.status_code, fresh.json()) == (200, plain.json())
        assert fresh.headers["data-version"] == now[:16]


def gone(engine: Engine) -> None:
    """Retire the seed's wages so long ago that the next change deletes their rows."""
    retire(engine, SEEDED)
    long_ago = datetime.now(UTC) - timedelta(days=800)
    with engine.begin() as connection:
        connection.execute(update(DataVersion).values(changed_at=long_ago))
    imported(engine)


async def test_a_worker_that_has_not_noticed_gives_no_shortened_list(
    edge: Edge, engine: Engine
) -> None:
    following = (await get(edge, WAGES)).json()["next"]
    imported(engine, "2025-05")
    edge.api.state.store.refresh()
    assert (await get(edge, following)).status_code == 200  # its catalog is in memory
    gone(engine)
    answer = await get(edge, following)
    assert (answer.status_code, answer.json()["code"]) == (400, "stale_cursor")


@pytest.mark.parametrize("name", ["0" * 16, "f" * 16])
async def test_a_cursor_of_another_database_is_refused(edge: Edge, name: str) -> None:
    head_of_it = digest("/v1/wages?") + bytes.fromhex(name)
    cursor = sealed(head_of_it, b'[0,"11-9111",1]')
    answer = await get(edge, f"/v1/wages?cursor={cursor}")
    assert (answer.status_code, answer.json()["code"]) == (400, "stale_cursor")
    assert "never in this database" in answer.json()["detail"]
    assert (await get(edge, answer.links["first"]["url"])).status_code == 200


async def test_an_invalid_cursor_leads_to_the_first_page_too(edge: Edge) -> None:
    answer = await get(edge, "/v1/wages?limit=2&cursor=abc")
    assert answer.json()["code"] == "invalid_cursor"
    first = await get(edge, answer.links["first"]["url"])
    assert first.json() == (await get(edge, "/v1/wages?limit=2")).json()


async def test_cursors_of_many_versions_load_no_catalog_after_another(
    edge: Edge, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = edge.api.state.store
    begun = []
    for period in ("2022-05", "2023-05", "2024-05", "2025-05", "2026-05"):
        begun.append((await get(edge, WAGES)).json()["next"])
        imported(engine, period)
        store.refresh()
    loads: list[str] = []

    @event.listens_for(store.engine, "before_cursor_execute")
    def _note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "FROM sources" in statement:
            loads.append(statement)

    monkeypatch.setattr(stores, "REST", 10_000)  # so that a slow machine loads no second one
    codes = [(await get(edge, following)).status_code for following in begun[:4] * 3]
    assert codes == [200, 503, 503, 503] * 3
    assert len(loads) == 1
    refused = await get(edge, begun[2])
    assert refused.json()["code"] == "overloaded"
    assert int(refused.headers["retry-after"]) >= 1
    # Whoever reads the newest, or the one that is held, notices nothing.
    assert (await get(edge, "/v1/wages")).status_code == 200
    store._load_after = 0.0
    assert (await get(edge, begun[2])).status_code == 200
    assert len(loads) == 2


async def test_the_catalog_before_is_let_go_when_nobody_asks_for_it(
    edge: Edge, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = edge.api.state.store
    following = (await get(edge, WAGES)).json()["next"]
    imported(engine)
    store.refresh()
    store.refresh()
    assert store._older is not None
    monkeypatch.setattr(stores, "OLDER_SECONDS", -1)
    store.refresh()
    assert store._older is None
    assert (await get(edge, following)).status_code == 200


async def test_a_cursor_of_a_version_that_another_worker_shows_already(
    edge: Edge, engine: Engine
) -> None:
    imported(engine)
    ahead = caching(engine)
    following = (await get(ahead, WAGES)).json()["next"]
    right = await get(ahead, following)
    ahead.api.state.store.stop()
    answer = await get(edge, following)
    assert (answer.status_code, answer.content) == (200, right.content)
    assert answer.headers["data-version"] == right.headers["data-version"]


async def test_a_version_that_comes_back_takes_its_cursors_on(edge: Edge, engine: Engine) -> None:
    following = (await get(edge, WAGES)).json()["next"]
    right = (await get(edge, following)).content
    for change in (retire, restore, retire):
        change(engine, SEEDED)
        edge.api.state.store.refresh()
        assert (await get(edge, following)).content == right


async def test_every_answer_names_the_data_version(edge: Edge, engine: Engine) -> None:
    transport = httpx.ASGITransport(edge)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:

        async def named() -> set[str]:
            answers = [
                await client.request(method, target, headers=headers)
                for method, target, headers in (
                    *(("GET", "/v1/wages", {}), ("GET", "/v1/wages", {"If-None-Match": "*"})),
                    *(("HEAD", "/v1", {}), ("OPTIONS", "/v1", {}), ("DELETE", "/v1", {})),
                    *(("GET", "/v1/wages/", {}), ("GET", "/v1/none", {}), ("GET", "/docs", {})),
                    *(("GET", "/v1/wages?area=x", {}), ("GET", "/health/live", {})),
                    *(("GET", "/health/ready", {}), ("GET", "/v1/wages", {"Accept": "x/y"})),
                )
            ]
            # 503 is of readiness: no index is loaded here.
            right = {200, 204, 304, 308, 400, 404, 405, 406, 503}
            assert right == {a.status_code for a in answers}
            return {answer.headers["data-version"] for answer in answers}

        before = await named()
        ensure_sources(engine, [{**SOURCES[0], "licence": "CC-BY-4.0"}])
        edge.api.state.store.refresh()
        after = await named()
        token = (await client.get("/v1")).json()["data_version"]
    assert len(before) == 1
    assert after == {token[:16]}
    assert before != after
