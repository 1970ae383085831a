"""``at=``: answers of an older data version are byte by byte those that were given then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from app.api.schemas.parameters import PinnedParams
from app.errors import VersionGone
from app.importers import rows
from app.importers.loading.load import load_release, restore, retire
from app.main import create_api
from app.server.edge import Edge
from app.settings import Settings
from tests.api.conftest import get
from tests.api.test_lists import lists
from tests.api.test_older_versions import SEEDED, gone, imported
from tests.importers.test_load import head, wage

pytestmark = pytest.mark.anyio

NEWEST_ALONE = {"search_occupations", "suggest_occupations", "match_title", "get_export"}
"""Operations that read, without ``at``: indices are of the newest data, files of their own."""

ABOUT_VERSIONS = {"list_changes"}
"""Operations that tell of data versions themselves."""

BESIDE_LISTS = [
    "/v1",
    "/v1/occupations/11-9111",
    "/v1/occupations/119111?include=wages&period=all",
    "/v1/occupations/29-1141",
    "/v1/occupations/11-9111/linked-data",
    "/v1/occupations/11-9111/wages?period=all&history=linked",
    "/v1/occupations?level=all&sort=-wage&limit=200",
    "/v1/wages?period=all&sort=-annual_median",
    "/v1/areas/US",
    "/v1/releases/bls-oews-2021-05",
    "/v1/compare?codes=11-9111,29-1141",
    "/v1/occupations/11-9112",
]


def loaded(engine: Engine, period: str, *codes: str, name: str) -> None:
    """Load wages, in place of those of the period, that name occupations and the area anew."""
    runs = [
        rows.PartRows(
            rows.PartKey(rows.EntryRow),
            [rows.EntryRow(code, f"{name} {code}", "detailed") for code in codes],
        ),
        rows.PartRows(
            rows.PartKey(rows.WageRow, area="US", industry="000000", ownership="1235"),
            [wage(code, 7) for code in codes],
            {"top_code_annual": 208000, "top_code_hourly": 10000},
        ),
    ]
    area = rows.AreaRow("US", name, "nation", "99", None)
    its = head(f"bls-oews-{period}", period=period, checksum="1" * 64, kinds=())
    done = load_release(engine, rows.Reading(its, runs, areas=lambda: [area]), replace=True)
    assert done.outcome == "loaded"


CHANGES: list[Callable[[Engine], Any]] = [
    lambda engine: loaded(engine, "2026-05", "11-1011", "11-9111", "53-7199", name="Newer"),
    lambda engine: loaded(engine, "2021-05", "11-9111", "11-9112", "29-1141", name="Another"),
    lambda engine: retire(engine, SEEDED),
    lambda engine: retire(engine, "soc-2018"),
    lambda engine: restore(engine, SEEDED),
]


def pinned(target: str, name: str) -> str:
    return f"{target}{'&' if '?' in target else '?'}at={name}"


def comparable(answer: httpx.Response, name: str) -> tuple[Any, ...]:
    """Return what an answer says, but for ``at`` in its links."""

    def unpinned(text: str) -> str:
        for written in (f"&at={name}", f"at={name}&", f"?at={name}"):
            text = text.replace(written, "")
        return text

    headers = [unpinned(answer.headers.get(key, "")) for key in ("link", "content-location")]
    return answer.status_code, answer.headers["data-version"], headers, unpinned(answer.text)


async def test_a_pinned_answer_is_what_was_answered_then(
    edge: Edge, engine: Engine, seeded_sqlite: httpx.Client
) -> None:
    targets = [*BESIDE_LISTS, *(f"{path}?limit=2" for path in lists(seeded_sqlite))]
    assert len(targets) > 40
    then: list[tuple[str, list[tuple[Any, ...]]]] = []
    for change in (lambda _: None, *CHANGES):
        change(engine)
        edge.api.state.store.refresh()
        token = (await get(edge, "/v1")).json()["data_version"]
        then.append((token, [comparable(await get(edge, target), "-") for target in targets]))
    assert len({token for token, _ in then}) == len(CHANGES) + 1
    for token, answers in then:
        for name in (token, token[:16]):
            for target, right in zip(targets, answers, strict=True):
                assert comparable(await get(edge, pinned(target, name)), name) == right, target


async def test_pages_of_a_pinned_list_are_of_its_version(edge: Edge, engine: Engine) -> None:
    target: str | None = "/v1/wages?limit=2&period=all"
    whole = (await get(edge, "/v1/wages?limit=200&period=all")).json()["items"]
    name = (await get(edge, "/v1")).headers["data-version"]
    first = (await get(edge, pinned(str(target), name))).json()
    assert f"at={name}" in first["next"]
    for change in CHANGES:
        change(engine)
        edge.api.state.store.refresh()
    items: list[Any] = []
    target = pinned(str(target), name)
    while target:
        answer = await get(edge, target)
        assert answer.headers["data-version"] == name
        items += answer.json()["items"]
        target = answer.json()["next"]
    assert items == whole
    # A cursor of the version goes on with at and without it, and with no other version.
    cursor = first["next_cursor"]
    plain = f"/v1/wages?limit=2&period=all&cursor={cursor}"
    assert (await get(edge, plain)).json()["items"] == whole[2:4]
    assert (await get(edge, pinned(plain, name))).json()["items"] == whole[2:4]
    now = (await get(edge, "/v1")).headers["data-version"]
    refused = await get(edge, pinned(plain, now))
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_cursor")
    assert "another data version than at" in refused.json()["detail"]
    lead = refused.links["first"]["url"]
    assert f"at={now}" in lead
    assert (await get(edge, lead)).headers["data-version"] == now


async def test_links_keep_the_version(edge: Edge) -> None:
    name = (await get(edge, "/v1")).headers["data-version"]
    its = await get(edge, f"/v1/occupations/119111?include=wages&at={name}")
    assert its.links["canonical"]["url"] == f"/v1/occupations/11-9111?at={name}"
    block = await get(edge, f"/v1/occupations/119111/duties?at={name}&limit=1")
    assert block.links["canonical"]["url"] == f"/v1/occupations/11-9111/duties?at={name}"
    linked = await get(edge, f"/v1/occupations/11-9111/linked-data?at={name}")
    assert linked.links["canonical"]["url"] == f"/v1/occupations/11-9111?at={name}"
    other = await get(edge, f"/v1/occupations/soc2018:11-9111?at={name}&area=US")
    assert other.headers["content-location"] == f"/v1/occupations/11-9111?at={name}"
    root = (await get(edge, f"/v1?at={name}")).json()["links"]
    assert root["wages"] == f"/v1/wages?at={name}"
    assert root["search"] == "/v1/search"
    assert (await get(edge, root["compare"])).status_code == 400  # without codes


@pytest.mark.parametrize(
    "name",
    ["", "latest", "0" * 15, "0" * 16, "0" * 64, "0" * 65, "G" * 16, "%2525" * 4, "a b", "1.2"],
)
def test_what_is_no_version_is_refused(api: httpx.Client, name: str) -> None:
    answer = api.get(f"/v1/wages?at={name}")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, "unknown_version")
    assert [fault["parameter"] for fault in problem["errors"]] == ["at"]
    assert answer.headers["cache-control"] == "no-store"


async def test_as_many_digits_as_a_name_has_are_enough_and_needed(edge: Edge) -> None:
    token = (await get(edge, "/v1")).json()["data_version"]
    codes = [(await get(edge, f"/v1?at={token[:n]}")).status_code for n in (15, 16, 17, 63, 64)]
    assert codes == [400, 200, 200, 200, 200]
    assert (await get(edge, f"/v1?at={token}0")).status_code == 400
    assert (await get(edge, f"/v1?at={token[:16].upper()}")).status_code in {200, 400}


async def test_a_version_whose_rows_are_deleted_is_gone(edge: Edge, engine: Engine) -> None:
    name = (await get(edge, "/v1")).headers["data-version"]
    gone(engine)
    # The worker has not noticed yet: to it the version is the newest.
    edge.api.state.store.refresh()
    for target in (f"/v1/wages?at={name}", f"/v1?at={name}", f"/v1/areas/US?at={name}"):
        answer = await get(edge, target)
        assert (answer.status_code, answer.json()["code"]) == (410, "version_gone"), target
        assert "OCCUPATIONS_KEEP_DAYS" in answer.json()["detail"]
    assert (await get(edge, "/v1/wages")).status_code == 200


async def test_a_worker_whose_catalog_is_held_notices_that_it_is_gone(
    edge: Edge, engine: Engine
) -> None:
    name = (await get(edge, "/v1")).headers["data-version"]
    imported(engine, "2025-05")
    edge.api.state.store.refresh()
    assert (await get(edge, f"/v1/wages?at={name}")).status_code == 200
    held = edge.api.state.store.at(name)
    gone(engine)
    with pytest.raises(VersionGone), replace(held, pinned=True).connect():
        pass
    assert (await get(edge, f"/v1/wages?at={name}")).json()["code"] == "version_gone"


async def test_faults_are_judged_by_the_version_that_is_asked_for(
    edge: Edge, engine: Engine
) -> None:
    name = (await get(edge, "/v1")).headers["data-version"]
    imported(engine)
    edge.api.state.store.refresh()
    unknown = (await get(edge, f"/v1/wages?at={name}&period=2026-05&limit=0")).json()
    assert [one["parameter"] for one in unknown["errors"]] == ["limit", "period"]
    newest = (await get(edge, "/v1/wages?period=2026-05&limit=0")).json()
    assert [one["parameter"] for one in newest["errors"]] == ["limit"]
    both = (await get(edge, "/v1/wages?at=x&limit=0")).json()
    assert both["code"] == "invalid_parameter"
    assert [one["parameter"] for one in both["errors"]] == ["at", "limit"]
    twice = (await get(edge, f"/v1/wages?at={name}&at={name}")).json()
    assert [one["detail"] for one in twice["errors"]] == ["given 2 times"]


async def test_a_name_that_is_written_in_another_way_is_read(edge: Edge, engine: Engine) -> None:
    name = (await get(edge, "/v1")).headers["data-version"]
    imported(engine)
    edge.api.state.store.refresh()
    assert (await get(edge, f"/v1/wages?%61t={name}")).headers["data-version"] == name


async def test_only_answers_of_the_newest_version_are_kept(edge: Edge, engine: Engine) -> None:
    name = (await get(edge, "/v1")).headers["data-version"]
    target = f"/v1/wages?limit=1&at={name}"
    first = await get(edge, target)
    assert target.encode() in edge.cache.hot
    imported(engine)
    edge.api.state.store.refresh()
    again = await get(edge, target)
    assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    assert again.headers["cache-control"] == first.headers["cache-control"]
    # What is left of it is of the older version, which the edge does not take any more.
    kept = edge.cache.hot.get(target.encode())
    assert kept is None or kept.number != edge.store.number
    transport = httpx.ASGITransport(edge)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        headers = {"If-None-Match": first.headers["etag"]}
        assert (await client.get(target, headers=headers)).status_code == 304
        head_of = await client.head(target)
    assert head_of.headers["data-version"] == name


@pytest.mark.parametrize("target", ["/v1/search?q=nurse", "/v1/suggest?q=n"])
async def test_what_answers_from_indices_says_why_it_takes_no_version(
    edge: Edge, target: str
) -> None:
    name = (await get(edge, "/v1")).headers["data-version"]
    for path in (target, "/v1/titles/match?title=nurse"):
        problem = (await get(edge, f"{path}&at={name}")).json()
        assert (problem["status"], problem["code"]) == (400, "invalid_parameter")
        assert problem["errors"] == [
            {
                "parameter": "at",
                "value": name,
                "detail": "search is of the newest data alone; the occupations that it finds "
                "take at",
                "allowed": "leave it out",
                "did_you_mean": [],
            }
        ]
    transport = httpx.ASGITransport(edge)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        posted = await client.post(f"/v1/titles/match?at={name}", json={"titles": ["nurse"]})
    assert "search is of the newest data" in posted.json()["errors"][0]["detail"]


async def test_pages_are_of_the_newest_data(edge: Edge, engine: Engine) -> None:
    name = (await get(edge, "/v1")).headers["data-version"]
    imported(engine)
    edge.api.state.store.refresh()
    page = await get(edge, f"/sources?at={name}")
    assert page.status_code == 200
    assert page.headers["data-version"] == edge.store.name


def test_every_operation_that_reads_takes_at() -> None:
    api = create_api(Settings(database_url="sqlite:///none.sqlite3"))
    without = set()
    for path, operations in api.openapi()["paths"].items():
        if path.startswith("/v1") and "get" in operations:
            its = operations["get"]
            if "at" not in {one["name"] for one in its["parameters"]}:
                without.add(its["operationId"])
    assert without == NEWEST_ALONE | ABOUT_VERSIONS
    # Those of no contract too: whoever takes a reader of a version lets it be named.
    for route in api.state.routes:
        models = [field.field_info.annotation for field in route.dependant.query_params]
        takes = any(isinstance(m, type) and issubclass(m, PinnedParams) for m in models)
        reads = "store" in {one.name for one in route.dependant.dependencies}
        of_data = not route.path.startswith("/v1/changes")  # which tell of versions themselves
        if route.path.startswith("/v1") and of_data:
            assert takes == reads, route.path
