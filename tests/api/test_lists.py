"""Every list, walked by its cursors: each item once, and never more statements than stated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI
from sqlalchemy import event

from app.api.queries.blocks import BLOCKS
from app.main import create_api
from app.settings import Settings
from tests.api.conftest import application, get

ONE = {"{code}": "11-9111"}


def lists(client: httpx.Client) -> list[str]:
    """Return the path of every list that the contract names."""
    return list(templates(client))


def templates(client: httpx.Client) -> dict[str, str]:
    """Return the path of every list that the contract names → the path as it stands there."""
    found = {}
    for path, operations in client.get("/openapi.json").json()["paths"].items():
        parameters = operations["get"].get("parameters", ()) if "get" in operations else ()
        in_query = [one for one in parameters if one["in"] == "query"]
        in_path = {f"{{{p['name']}}}": p["example"] for p in parameters if p["in"] == "path"}
        needed = any(one["required"] for one in in_query)
        if {"limit", "cursor"} <= {one["name"] for one in in_query} and not needed:
            filled = path
            for name, example in in_path.items():
                filled = filled.replace(name, example)
            found[filled] = path
    return found


WIDEST = {
    # What shows more of a list than its defaults do.
    "/v1/occupations": [{}, {"level": "all"}, {"level": "all", "sort": "-wage"}]
    + [{"sort": sort} for sort in ("title", "-title", "growth", "-openings", "employment")]
    + [{"codes": "29-1141,119111,registered-nurses,99-9999,11-9111.00"}],
    "/v1/wages": [{"period": "all"}, {"source": "article"}, {"code": "11-9111"}]
    + [{"group": group} for group in ("11-9", "11-9111")]
    + [{"code": "11-9111,29-1140,29-1141", "period": "all"}]
    + [{"sort": "-annual_median"}, {"sort": "hourly_p90", "period": "all", "area": "all"}],
    "/v1/projections": [{"period": "all"}, {"group": "29"}, {"sort": "-change", "period": "all"}],
    "/v1/duties": [{"code": "11-9111,29-1141"}],
}


def walk(client: httpx.Client, target: str, query: dict[str, Any]) -> list[dict[str, Any]]:
    """Follow ``next`` from the first page to the last; each page says the same total."""
    items: list[dict[str, Any]] = []
    totals = set()
    following: str | None = str(httpx.URL(target, params=query))
    pages = 0
    while following:
        answer = client.get(following)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        items += page["items"]
        totals.add(page["total"])
        assert len(page["items"]) <= query["limit"] == page["limit"]
        following = page["next"]
        expected = {} if following is None else {"url": following, "rel": "next"}
        assert answer.links.get("next", {}) == expected
        cursor = page["next_cursor"]
        assert cursor == (None if following is None else httpx.URL(following).params["cursor"])
        assert following is None or len(page["items"]) == query["limit"]
        pages += 1
    assert totals == {len(items)}
    assert pages == max(1, -(-len(items) // query["limit"]))
    return items


def test_every_list_gives_each_item_once_whatever_the_page_size(api: httpx.Client) -> None:
    for path in lists(api):
        for query in [{}, *WIDEST.get(path, ())]:
            whole = walk(api, path, {**query, "limit": 200})
            once = {orjson.dumps(item, option=orjson.OPT_SORT_KEYS) for item in whole}
            assert len(once) == len(whole), path
            assert walk(api, path, {**query, "limit": 7}) == whole, path
            assert walk(api, path, {**query, "limit": 1}) == whole, path


def test_lists_are_the_same_on_both_databases(both: tuple[httpx.Client, httpx.Client]) -> None:
    for path in lists(both[0]):
        for query in [{}, *WIDEST.get(path, ())]:
            answers = [client.get(path, params={**query, "limit": 3}).content for client in both]
            assert answers[0] == answers[1], path


def test_codes_come_in_the_order_asked_and_unknown_ones_are_named(api: httpx.Client) -> None:
    asked = {"codes": "29-1141,99-9999,119111,registered-nurses,11-9111.00,x"}
    page = api.get("/v1/occupations", params=asked).json()
    assert [item["code"] for item in page["items"]] == ["29-1141", "11-9111"]
    assert page["unknown_codes"] == ["99-9999", "x"]
    assert page["notices"] == [
        "No occupation has the code 99-9999.",
        "No occupation has the code x.",
    ]
    page = api.get("/v1/occupations", params={"codes": "29-1411,registred-nurses"}).json()
    assert [notice.partition(",")[0].rstrip(".") for notice in page["notices"]] == [
        "No occupation has the code 29-1411; nearest are 29-1141",
        "No occupation has the code registred-nurses; nearest are registered-nurses",
    ]


def test_pasted_codes_lead_to_occupations_and_groups(api: httpx.Client) -> None:
    for written, code in [
        ("11\u20119111", "11-9111"),
        ("11-9111-00", "11-9111"),
        ("11-911X", "11-9110"),
        ("119XXX", "11-9000"),
        ("11-xxxx", "11-0000"),
    ]:
        assert api.get(f"/v1/occupations/{written}").json()["code"] == code
        page = api.get("/v1/occupations", params={"codes": f"{written},29-1141"}).json()
        assert [item["code"] for item in page["items"]] == [code, "29-1141"]


def test_near_codes_are_looked_up_for_three_unknown_ones(api: httpx.Client) -> None:
    page = api.get("/v1/occupations", params={"codes": "99-0001,99-0002,99-0003,99-0004"}).json()
    assert (len(page["unknown_codes"]), len(page["notices"])) == (4, 3)


@pytest.mark.parametrize("sort", ["wage", "growth", "openings", "employment", "title", "code"])
def test_a_list_is_sorted_as_asked_and_nulls_come_last(api: httpx.Client, sort: str) -> None:
    figure = {
        "wage": "annual_median",
        "growth": "percent_change",
        "openings": "annual_openings",
    }.get(sort, sort)
    for sign in ("", "-"):
        items = walk(api, "/v1/occupations", {"sort": sign + sort, "level": "all", "limit": 3})
        # A top-coded wage ranks by its threshold.
        ranks = [item[figure] or item["marks"][figure]["at_least"] for item in items]
        known = [rank for rank in ranks if rank is not None]
        assert known == sorted(known, reverse=bool(sign))
        assert ranks[: len(known)] == known


STATEMENTS = {
    "/v1/occupations": 2,
    "/v1/areas": 0,
    "/v1/industries": 0,
    "/v1/sources": 0,
    "/v1/releases": 0,
    "/v1/exports": 0,
}
"""Statements of a first page; of a flat list one a part it meets, with a count where filtered."""


@pytest.fixture(scope="module")
def counted(database: str, exports: Callable[[str], str]) -> tuple[FastAPI, list[str]]:
    """Make the application in this process, and note each statement it sends."""
    folder = exports(database.partition(":")[0].partition("+")[0])
    app = create_api(Settings(database_url=database, export_folder=folder))
    app.state.store.refresh()
    statements: list[str] = []

    @event.listens_for(app.state.store.engine, "before_cursor_execute")
    def _note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    return app, statements


@pytest.mark.anyio
async def test_each_list_costs_as_many_statements_as_stated(
    counted: tuple[FastAPI, list[str]], seeded_sqlite: httpx.Client
) -> None:
    app, statements = counted
    store = app.state.store
    parts = store.reader().catalog.by_dataset
    for path in lists(seeded_sqlite):
        statements.clear()
        answer = await get(app, path)
        assert answer.status_code == 200, answer.text
        block = path.rsplit("/", 1)[-1]
        if path in STATEMENTS:
            most = STATEMENTS[path]
        elif "11-9111" in path:
            most = 2  # the newest periods, then those of series that have since dropped it
        else:
            most = len(parts.get(block, ()))
        assert len(statements) <= most, (path, statements)
    store.stop()


@pytest.mark.anyio
async def test_parts_without_a_row_of_the_codes_asked_for_are_not_read(
    seeded: Callable[[str], str],
) -> None:
    app = create_api(Settings(database_url=seeded("sqlite")))
    store = app.state.store
    store.refresh()
    statements: list[str] = []

    @event.listens_for(store.engine, "checkout")
    def _trace(connection: Any, *_: Any) -> None:
        connection.set_trace_callback(statements.append)

    for block in BLOCKS:
        statements.clear()
        answer = await get(app, f"/v1/{block.replace('_', '-')}?group=99&period=all")
        assert answer.json()["total"] == 0
        assert len(statements) == (block in store.reader().catalog.by_dataset), block
    store.stop()


@pytest.mark.anyio
async def test_lines_of_a_chart_cost_a_request_of_few_statements(
    seeded: Callable[[str], str],
) -> None:
    statements: list[str] = []
    with application(seeded("sqlite")) as app:
        store = app.api.state.store

        @event.listens_for(store.engine, "checkout")
        def _trace(connection: Any, *_: Any) -> None:
            connection.set_trace_callback(statements.append)

        codes = ",".join(store.reader().catalog.occupations)
        for query, most in {
            "": 4,  # counts, those of older periods, those of inherited figures, the page's rows
            "&sort=-annual_median": 5,  # and what they rank by
            "&period=all": 3,
        }.items():
            statements.clear()
            answer = await get(app, f"/v1/wages?code={codes}{query}")
            assert answer.json()["total"] > 10
            assert 1 < len(statements) <= most, (query, statements)


@pytest.mark.parametrize(
    ("repeated", "joined"),
    [
        ("/v1/occupations?level=major&limit=3&level=minor", "/v1/occupations?level=major,minor"),
        ("/v1/occupations?codes=11-9111&codes=29-1141", "/v1/occupations?codes=11-9111,29-1141"),
        ("/v1/compare?codes=11-9111&codes=29-1141", "/v1/compare?codes=11-9111,29-1141"),
        ("/v1/wages?fields=period&fields=area", "/v1/wages?fields=period,area"),
        ("/v1/wages?code=11-9111&code=29-1141", "/v1/wages?code=11-9111,29-1141"),
    ],
)
def test_a_list_of_values_may_be_sent_as_a_repeated_parameter(
    api: httpx.Client, repeated: str, joined: str
) -> None:
    found, same = api.get(repeated).json(), api.get(joined).json()
    key = "columns" if "compare" in joined else "items"
    assert found[key]
    assert found[key] == same[key][: len(found[key])]


def test_a_list_that_repeats_a_word_and_any_other_repeated_parameter_is_refused(
    api: httpx.Client,
) -> None:
    for query, parameter in (
        ("level=major&level=major", "level"),
        ("level=major,major", "level"),
        ("sort=wage&sort=title", "sort"),
    ):
        answer = api.get(f"/v1/occupations?{query}")
        assert answer.status_code == 400, query
        assert [fault["parameter"] for fault in answer.json()["errors"]] == [parameter]


def test_a_release_has_the_day_that_its_publisher_announced(api: httpx.Client) -> None:
    days = {item["id"]: item["published"] for item in api.get("/v1/releases").json()["items"]}
    assert days["bls-oews-2021-05"] == "2022-03-31"
    assert days["article-2022-11"] is None  # nobody listed it
