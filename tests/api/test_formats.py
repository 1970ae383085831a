"""Lists as csv and lines of JSON: the same items, a page or whole, as what is asked for."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from app.importers import rows
from app.server.edge import Edge
from tests.api.conftest import application, get, load_wages, wage, whole
from tests.api.test_flat_lists import CROSS, load_parts
from tests.api.test_lists import lists
from tests.conftest import DATABASES, Databases

pytestmark = pytest.mark.anyio

CSV, NDJSON = "text/csv; header=present", "application/x-ndjson"


def read_csv(text: str) -> list[dict[str, str]]:
    assert text.endswith("\r\n")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def read_ndjson(text: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    assert text.endswith("\n")
    *items, last = [json.loads(line) for line in text.splitlines()]
    return items, last


def cell(value: Any) -> str:
    """Write a value as a cell, by rules of this test's own."""
    if value in (None, [], {}):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    if isinstance(value, list) and all(not isinstance(one, dict) for one in value):
        return "|".join(map(str, value))
    if isinstance(value, list | dict):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return str(value)


def check_row(row: dict[str, str], item: dict[str, Any]) -> None:
    """Check that a row of csv has all that an item of JSON has."""
    left = dict(row)
    for key, value in item.items():
        if key == "marks":
            for name, mark in value.items():
                assert left.pop(f"{name}_status") == mark["status"], name
                least = left.pop(f"{name}_at_least", "")
                assert least == cell(mark["at_least"]), name
        elif key in left:
            shown = left.pop(key)
            assert shown in {cell(value), f"'{cell(value)}"}, key
        else:  # an object: its keys are columns
            names = [name for name in left if name.startswith(f"{key}.")]
            assert names, key
            for name in names:
                inner = (value or {}).get(name.removeprefix(f"{key}."))
                assert left.pop(name) == cell(inner), name
    if "release" in item:
        assert left.pop("publisher")
        assert left.pop("licence")
    assert all(name.endswith(("_status", "_at_least")) for name in left), left
    assert not any(left.values()), left


async def test_every_list_is_the_same_in_every_format(
    both: tuple[httpx.Client, httpx.Client],
) -> None:
    for client in both:
        for path in lists(client):
            items = client.get(path).json()["items"]
            answer = client.get(path, params={"format": "csv"})
            assert (answer.status_code, answer.headers["content-type"]) == (200, CSV), path
            found = read_csv(answer.text)
            assert len(found) == len(items), path
            for row, item in zip(found, items, strict=True):
                check_row(row, item)
            lines = client.get(path, headers={"Accept": NDJSON})
            assert lines.headers["content-type"] == NDJSON
            of_json, last = read_ndjson(lines.text)
            assert of_json == items
            assert last["complete"] is True
            assert last["rows"] == len(items)


@pytest.fixture(scope="module", params=DATABASES)
def flat(
    request: pytest.FixtureRequest, databases_of: Callable[[str], Databases]
) -> Iterator[Edge]:
    """Wages with every kind of mark, of periods before and after the SOC 2018; odd titles."""
    url = databases_of(request.param).seeded()
    load_parts(url)
    many = [wage(f"99-{n:04}", employment=n, annual_mean=n * 10) for n in range(4_500)]
    odd = [
        wage("98-0001", employment="*", annual_median="#", hourly_median=1_234, annual_p10="/"),
        wage("98-0002", location_quotient=0.5, jobs_per_1000=3.0, hourly_p10=50),
    ]
    load_wages(url, "bls-oews-2017-05-all", {"NY 000000 1235": [*odd, *many]}, CROSS)
    whole(url)
    with application(url) as app:
        yield app


async def pages(app: Edge, target: str) -> list[dict[str, Any]]:
    """Return every item of a list, by its pages."""
    found: list[dict[str, Any]] = []
    following: str | None = f"{target}&limit=200"
    while following:
        page = (await get(app, following)).json()
        found += page["items"]
        following = page["next"]
    return found


@pytest.mark.parametrize(
    "query",
    [
        "area=all&period=all",
        "area=NY&period=2017-05",
        "area=NY&period=2017-05&group=98",
        "area=all&period=all&fields=annual_median,hourly_p10,notes",
        "area=all&period=all&fields=release",
        "code=29-1141,11-9111&area=all&period=all",
        "code=29-1141&area=all&period=all",
        "area=NY&period=2017-05&sort=-employment",
        "area=all&period=all&level=published",
        "area=US,TX",
    ],
)
async def test_a_list_is_whole_with_limit_all(flat: Edge, query: str) -> None:
    items = await pages(flat, f"/v1/wages?{query}")
    text = (await get(flat, f"/v1/wages?{query}&limit=all&format=csv")).text
    found = read_csv(text)
    assert len(found) == len(items)
    for row, item in zip(found, items, strict=True):
        check_row(row, item)
    lines, last = read_ndjson((await get(flat, f"/v1/wages?{query}&limit=all&format=ndjson")).text)
    assert lines == items
    assert last == {"complete": True, "rows": len(items)}


async def test_the_rest_of_a_list_begins_at_a_cursor(flat: Edge) -> None:
    first = (await get(flat, "/v1/wages?area=NY&period=2017-05&format=ndjson&limit=3")).text
    items, last = read_ndjson(first)
    assert (last["rows"], len(items)) == (3, 3)
    rest = last["next"].replace("limit=3", "limit=all")
    lines, end = read_ndjson((await get(flat, rest)).text)
    assert end == {"complete": True, "rows": len(lines)}
    assert items + lines == await pages(flat, "/v1/wages?area=NY&period=2017-05")


async def test_every_mark_of_a_list_has_a_column(flat: Edge) -> None:
    rows_of = read_csv((await get(flat, "/v1/wages?area=NY&period=2017-05&format=csv")).text)
    odd, other = rows_of[:2]
    assert (odd["employment"], odd["employment_status"]) == ("", "withheld")
    assert (odd["annual_median_status"], odd["annual_median_at_least"]) == ("top_coded", "239200")
    assert (odd["hourly_median"], odd["hourly_median_status"]) == ("12.34", "")
    assert odd["annual_p10_status"] == "not_applicable"
    assert (other["location_quotient"], other["jobs_per_1000"]) == ("0.5", "3")
    assert other["hourly_p10"] == "0.5"
    assert (odd["publisher"], odd["licence"]) == (
        "U.S. Bureau of Labor Statistics",
        "Public domain",
    )


async def test_a_page_has_the_link_to_the_next_and_a_name(api: httpx.Client) -> None:
    answer = api.get("/v1/titles", params={"format": "csv", "limit": 2})
    version = answer.headers["data-version"]
    assert answer.headers["content-disposition"] == f'attachment; filename="titles-{version}.csv"'
    assert 'rel="next"' in answer.headers["link"]
    following = answer.headers["link"].partition("<")[2].partition(">")[0]
    assert api.get(following).headers["content-type"] == CSV
    whole_list = api.get("/v1/titles", params={"format": "csv", "limit": "all"})
    assert "link" not in whole_list.headers
    assert whole_list.headers["content-disposition"].endswith(f'"titles-{version}.csv"')
    one = api.get("/v1/occupations/medical-and-health-services-managers/titles?format=ndjson")
    assert one.headers["content-disposition"].endswith(f'-titles-{version}.ndjson"')


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/csv", CSV),
        ("text/csv;q=0.9, application/json;q=0.8", CSV),
        ("text/csv;q=0.8, application/json;q=0.9", "application/json"),
        ("text/csv, application/json", CSV),
        ("application/json, application/x-ndjson;q=0.1", "application/json"),
        ("application/x-ndjson, text/csv;q=0.5", NDJSON),
        ("text/html, */*", "application/json"),
        ("text/csv, */*", CSV),
        ("text/csv;q=0, */*", "application/json"),
    ],
)
async def test_accept_chooses_the_format(api: httpx.Client, accept: str, kind: str) -> None:
    for _ in range(2):  # computed, and kept
        answer = api.get("/v1/sources", headers={"Accept": accept})
        assert answer.headers["content-type"] == kind
        assert "Accept" in answer.headers["vary"].split(", ")
    named = api.get("/v1/sources?format=ndjson", headers={"Accept": accept})
    assert named.headers["content-type"] == NDJSON


async def test_what_is_no_list_is_not_given_as_csv(api: httpx.Client) -> None:
    for path in ("/v1", "/v1/occupations/11-9111", "/v1/compare?codes=11-9111"):
        answer = api.get(path, headers={"Accept": "text/csv"})
        assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")
    answer = api.get("/v1/occupations/11-9111?format=csv")
    assert answer.json()["errors"][0]["detail"] == "unknown parameter"


@pytest.mark.parametrize(
    ("query", "code", "allowed"),
    [
        ("format=xml", "unknown_format", "json, csv, ndjson"),
        ("format=", "unknown_format", "json, csv, ndjson"),
        ("format=CSV", "unknown_format", "json, csv, ndjson"),
        ("limit=all", "invalid_parameter", "1 to 200; or all, with format=csv or format=ndjson"),
        ("limit=all&format=json", "invalid_parameter", None),
        ("limit=ALL&format=csv", "invalid_parameter", "a whole number from 1 to 200 or all"),
        ("limit=0&format=csv", "invalid_parameter", "a whole number from 1 to 200 or all"),
        ("limit=201&format=csv", "invalid_parameter", "a whole number from 1 to 200 or all"),
        ("limit=all&format=csv&area=XX", "invalid_parameter", None),
        ("limit=all&format=csv&cursor=x", "invalid_cursor", None),
        ("limit=all&format=csv&fields=nothing", "invalid_parameter", None),
    ],
)
async def test_what_is_wrong_is_a_problem_before_the_first_byte(
    api: httpx.Client, query: str, code: str, allowed: str | None
) -> None:
    answer = api.get(f"/v1/wages?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == code
    if allowed:
        assert answer.json()["errors"][0]["allowed"] == allowed


async def test_a_wrong_cursor_leads_to_the_list_whole(api: httpx.Client) -> None:
    answer = api.get("/v1/wages?limit=all&format=ndjson&cursor=x").json()
    (first,) = answer["errors"][0]["did_you_mean"]
    assert "limit=all" in first
    assert api.get(first).text == api.get("/v1/wages?limit=all&format=ndjson").text


async def test_a_text_that_a_spreadsheet_would_run_is_quoted(
    databases_of: Callable[[str], Databases],
) -> None:
    url = databases_of("sqlite").seeded()
    odd = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", 'with "quotes", and commas', "1-1")
    industries = [rows.IndustryRow(f"9{n}", title, "sector") for n, title in enumerate(odd)]
    load_wages(
        url,
        "bls-oews-2024-05",
        {f"US {one.code} 5": [wage("11-1011")] for one in industries},
        industries,
    )
    with application(url) as app:
        text = (await get(app, "/v1/industries?format=csv&limit=200")).text
        lines, _ = read_ndjson((await get(app, "/v1/industries?format=ndjson&limit=200")).text)
    shown = {row["code"]: row["title"] for row in read_csv(text)}
    assert [shown[one.code] for one in industries] == [
        *("'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\tx"),
        *('with "quotes", and commas', "1-1"),
    ]
    assert {one["code"]: one["title"] for one in lines}.items() >= {
        one.code: one.title for one in industries
    }.items()


async def test_head_of_a_whole_list_has_no_body(api: httpx.Client) -> None:
    answer = api.head("/v1/wages?limit=all&format=csv")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == CSV
    assert "content-length" not in answer.headers
