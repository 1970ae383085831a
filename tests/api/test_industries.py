"""Wages by industry and ownership: what is the latest, what ended, and how they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from app.api.queries.industries import OWNERS
from app.importers import rows
from app.server.edge import Edge
from tests.api.conftest import application, get, load_wages, wage
from tests.conftest import DATABASES, Databases

pytestmark = pytest.mark.anyio

NURSES, MACHINISTS = "29-1141", "51-4041"
BOTH = [wage(NURSES, employment=10), wage(MACHINISTS, employment=20)]
INDUSTRIES = [
    rows.IndustryRow("000000", "Cross-industry", "cross-industry"),
    rows.IndustryRow("31-33", "Manufacturing", "sector"),
    rows.IndustryRow("44-45", "Retail Trade", "sector"),
    rows.IndustryRow("62", "Health Care and Social Assistance", "sector"),
    rows.IndustryRow("311000", "Food Manufacturing", "3-digit"),
    rows.IndustryRow("327000", "Nonmetallic Mineral Product Manufacturing", "3-digit 4-digit"),
    *(rows.IndustryRow(f"{n}000", f"Store {n}", "3-digit") for n in (451, 452, 453, 455, 456)),
]
OWNED = {"1": 3, "1235": 10, "5": 7}
"""Ownership → persons employed."""
LOADED = {
    "bls-oews-2012-05-industry": {"US 62 1": BOTH, "US 62 5": BOTH, "US 31-33 5": BOTH},
    "bls-oews-2018-05-industry": {
        "US 62 ": BOTH,
        "US 31-33 3": BOTH,
        "US 31-33 5": BOTH,
        **{f"US {n}000 5": BOTH for n in (311, 451, 452, 453)},
        "TX 452000 5": BOTH,
    },
    "bls-oews-2024-05-industry": {
        "US 62 58": BOTH,
        "US 31-33 5": BOTH[1:],
        "US 31-33 1": BOTH[1:],
        **{f"US {n}000 5": BOTH for n in (327, 311, 455, 456)},
    },
    "bls-oews-2018-05": {
        f"{area} 000000 {owner}": [wage(NURSES, employment=n), wage(MACHINISTS, employment=n)]
        for area in ("US", "TX")
        for owner, n in OWNED.items()
    },
}


@pytest.fixture(scope="module", params=DATABASES)
def made(
    request: pytest.FixtureRequest, databases_of: Callable[[str], Databases]
) -> Iterator[Edge]:
    """The seed, and wages by industry of three years."""
    url = databases_of(request.param).seeded()
    for name, parts in LOADED.items():
        used = {part.split(" ")[1] for part in parts}
        load_wages(url, name, parts, [one for one in INDUSTRIES if one.code in used])
    with application(url) as app:
        yield app


async def found(app: Edge, target: str) -> list[tuple[str, str, str | None]]:
    """Return industry, period and ownership of the wages that a request is answered with."""
    answer = await get(app, target)
    assert answer.status_code == 200, answer.text
    items = answer.json()["items"]
    return [(item["industry"], item["period"], item["ownership"]) for item in items]


def own(query: str, code: str = MACHINISTS) -> str:
    return f"/v1/occupations/{code}/wages?source=bls-oews&{query}"


def flat(query: str) -> str:
    return f"/v1/wages?source=bls-oews&group={MACHINISTS}&limit=200&{query}"


LATEST = [("62", "2024-05", "58")]
MADE = [("31-33", "2024-05", "1"), ("31-33", "2024-05", "5")]


@pytest.mark.parametrize("of", [own, flat])
async def test_the_latest_is_the_newest_period_whatever_the_ownership(
    made: Edge, of: Callable[[str], str]
) -> None:
    assert await found(made, of("industry=62")) == LATEST
    assert await found(made, of("industry=31-33")) == MADE
    assert await found(made, of("industry=62&period=2018-05")) == [("62", "2018-05", None)]
    assert await found(made, of("industry=62&period=all")) == [
        ("62", "2024-05", "58"),
        ("62", "2018-05", None),
        ("62", "2012-05", "1"),
        ("62", "2012-05", "5"),
    ]


async def test_an_occupation_shows_the_last_period_that_has_it_with_all_its_ownerships(
    made: Edge,
) -> None:
    assert await found(made, own("industry=31-33", NURSES)) == [
        ("31-33", "2018-05", "3"),
        ("31-33", "2018-05", "5"),
    ]
    assert await found(made, own("industry=62", NURSES)) == LATEST


@pytest.mark.parametrize("of", [own, flat])
async def test_an_industry_that_ended_has_no_latest_wages(
    made: Edge, of: Callable[[str], str]
) -> None:
    # 311 goes on, 451, 452 and 453 became 455: three industries of this level follow four.
    assert await found(made, of("industry=452000")) == []
    assert await found(made, of("industry=452000&period=all")) == [("452000", "2018-05", "5")]
    assert await found(made, of("industry=452000&area=TX")) == [("452000", "2018-05", "5")]
    every = {industry for industry, _, _ in await found(made, of("industry=all"))}
    assert every - {"000000"} == {"62", "31-33", "311000", "327000", "455000", "456000"}


@pytest.mark.parametrize("of", [own, flat])
async def test_ownership_is_a_filter(made: Edge, of: Callable[[str], str]) -> None:
    assert await found(made, of("industry=31-33&ownership=1")) == MADE[:1]
    assert await found(made, of("industry=31-33&ownership=all")) == MADE
    assert await found(made, of("industry=31-33&ownership=58")) == []


async def test_an_ownership_that_a_file_does_not_state_is_null_with_its_mark(made: Edge) -> None:
    items = (await get(made, own("industry=62&period=all"))).json()["items"]
    marked = [item["period"] for item in items if "ownership" in item["marks"]]
    assert marked == ["2018-05"]
    stated, unstated = items[0]["marks"], items[1]["marks"]
    mark = {"status": "not_published", "at_least": None}
    assert unstated == stated | {"ownership": mark}
    sparse = (await get(made, own("industry=62&period=2018-05&fields=ownership"))).json()["items"]
    assert sparse[0]["marks"] == {"ownership": mark}


@pytest.mark.parametrize(("given", "industry"), [("31", "31-33"), ("44", None), ("48", None)])
async def test_the_first_code_of_a_sector_leads_to_it(
    made: Edge, given: str, industry: str | None
) -> None:
    if industry is None:  # the sector is not loaded
        assert (await get(made, own(f"industry={given}"))).status_code == 400
    else:
        assert {row[0] for row in await found(made, own(f"industry={given}"))} == {industry}
        assert {row[0] for row in await found(made, flat(f"industry={given}"))} == {industry}


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("industry=manufacturing", ["31-33", "311000", "327000"]),
        ("industry=45", ["451000", "452000", "453000"]),
        ("industry=622000", ["62"]),
        ("industry=food", ["311000"]),
        ("industry=455", ["455000"]),
        ("ownership=private", ["5", "58", "1235"]),
        ("ownership=local", ["3"]),
        ("ownership=Federal government", ["1"]),
        ("ownership=12", ["1235"]),
    ],
)
async def test_near_industries_and_owners_are_meant_by_code_and_by_name(
    made: Edge, query: str, meant: list[str]
) -> None:
    for path in ("/v1/wages", f"/v1/occupations/{NURSES}/wages"):
        answer = await get(made, f"{path}?{query}")
        assert answer.status_code == 400
        (fault,) = answer.json()["errors"]
        assert fault["parameter"] == query.partition("=")[0]
        assert fault["did_you_mean"][: len(meant)] == meant


async def test_profiles_lists_and_comparisons_are_of_all_owners(made: Edge) -> None:
    for period in ("2018-05", "latest"):
        target = f"/v1/occupations/{MACHINISTS}?include=wages&period={period}"
        (line,) = (await get(made, target)).json()["wages"]
        assert (line["ownership"], line["period"]) == ("1235", "2018-05")
    (nurses,) = (await get(made, f"/v1/occupations?area=TX&codes={NURSES}")).json()["items"]
    assert nurses["employment"] == 10
    compared = await get(made, f"/v1/compare?codes={NURSES}&period=all")
    column = next(
        at for at, c in enumerate(compared.json()["columns"]) if c["wage_period"] == "2018-05"
    )
    assert compared.json()["figures"][0]["values"][column]["value"] == 10


async def industries(app: Edge, query: str = "") -> dict[str, dict[str, Any]]:
    items = (await get(app, f"/v1/industries?{query}")).json()["items"]
    return {item["code"]: item for item in items}


async def test_industries_are_listed_with_their_owners(made: Edge) -> None:
    every = await industries(made)
    assert list(every) == sorted(one.code for one in INDUSTRIES if one.code != "44-45")
    assert every["62"] == {
        "code": "62",
        "title": "Health Care and Social Assistance",
        "level": "sector",
        "ownerships": [{"code": code, "name": OWNERS[code]} for code in ("1", "5", "58")],
        "periods": ["2024-05", "2018-05", "2012-05"],
        "release": "bls-oews-2024-05-industry",
    }
    assert list(await industries(made, "q=MANUFACT")) == ["31-33", "311000", "327000"]
    assert list(await industries(made, "level=4-digit")) == ["327000"]
    assert list(await industries(made, "level=3-digit&q=product")) == ["327000"]


def test_the_entry_point_links_to_industries(api: httpx.Client) -> None:
    assert api.get("/v1").json()["links"]["industries"] == "/v1/industries"
    items = api.get("/v1/industries").json()["items"]
    assert [(item["code"], item["level"]) for item in items] == [("000000", "cross-industry")]
