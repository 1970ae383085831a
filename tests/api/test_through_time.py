"""Occupations through time, on a small database: codes of three systems, wages of four years."""

from __future__ import annotations

import hashlib
import itertools
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine, select

from app.database.models import Address, Occupation
from app.importers import rows
from app.server.edge import Edge
from tests.api.conftest import application, get, load, load_wages, wage
from tests.conftest import DATABASES, Databases

pytestmark = pytest.mark.anyio

CROSS = [rows.IndustryRow("000000", "Cross-industry", "cross-industry")]
SOC = {
    "15-0000": ("Computer Occupations", "major"),
    "15-1250": ("Software and Web Developers", "broad"),
    "15-1252": ("Software Developers", "detailed"),
    "15-1253": ("Testers", "detailed"),
    "15-1254": ("Web Developers", "detailed"),
    "21-1010": ("Counselors", "broad"),
    "21-1011": ("Substance Abuse Counselors", "detailed"),
    "21-1014": ("Mental Health Counselors", "detailed"),
    "31-1120": ("Home Health and Personal Care Aides", "broad"),
    "31-1121": ("Home Health Aides", "detailed"),
    "31-1122": ("Personal Care Aides", "detailed"),
    "45-3030": ("Fishing Workers", "broad"),
    "45-3031": ("Fishers", "detailed"),
    "55-1011": ("Air Crew Officers", "detailed"),
}
OF_2010 = {
    "15-1132": "Software Developers, Applications",
    "15-1134": "Web Developers",
    "31-1011": "Home Health Aides",
    "15-1252": "Clerks",
}
TO_2018 = [
    ("15-1132", "15-1252"),
    ("15-1132", "15-1253"),
    ("15-1134", "15-1254"),
    ("31-1011", "31-1121"),
    ("15-1252", "21-1014"),
]
HYBRID = {"15-1256": "Developers and Testers", "21-1018": "Counselors of Two Kinds"}
FROM_HYBRID = [
    ("15-1256", "15-1252"),
    ("15-1256", "15-1253"),
    ("21-1018", "21-1011"),
    ("21-1018", "21-1014"),
]
YEARS = {
    "2018-05": {"15-1132": 900, "15-1134": 100, "31-1011": 800, "15-1252": 5},
    "2020-05": {"15-1256": 1400, "31-1120": 3300, "21-1018": 280, "15-1254": 101},
    "2023-05": {"15-1252": 1600, "31-1120": 3600, "21-1018": 290, "15-1254": 102},
    "2025-05": {"15-1252": 1700, "15-1253": 190, "31-1120": 4000, "21-1018": 300, "15-1254": 103},
}
TWICE = {"31-1120"}
"""Codes that the survey prints as broad and as detailed."""
GROUPS = {"15-0000": "major", "15-1250": "broad"}
"""Groups that the survey divides further, in every year."""


def head(name: str, source: str, period: str) -> rows.ReleaseHead:
    checksum = hashlib.sha256(name.encode()).hexdigest()
    return rows.ReleaseHead(name, source, period, name, "https://example.org/", checksum)


def structure() -> rows.Reading:
    entries = [rows.EntryRow(code, title, level) for code, (title, level) in SOC.items()]
    run = rows.PartRows(rows.PartKey(rows.EntryRow), entries)
    return rows.Reading(head("soc-2018", "soc", "2018"), [run])


def crosswalk(
    name: str, source: str, first: str, titles: dict[str, str], pairs: list[tuple[str, str]]
) -> rows.Reading:
    entries = [rows.EntryRow(code, title, "detailed") for code, title in titles.items()]
    mappings = [rows.MappingRow(*pair, None, None) for pair in pairs]
    kind = f"{first}/soc-2018"
    return rows.Reading(
        head(name, source, "2019-05"),
        [
            rows.PartRows(rows.PartKey(rows.EntryRow, first, classification=first), entries),
            rows.PartRows(
                rows.PartKey(rows.MappingRow, kind, classification=first),
                mappings,
                {"from": first, "to": "soc-2018"},
            ),
        ],
    )


def releases() -> list[Callable[[str], None]]:
    """Give what loads each release into the database at a URL."""

    def year(period: str) -> Callable[[str], None]:
        lines = [wage(code, employment=people) for code, people in YEARS[period].items()]
        lines = [
            one._replace(published_levels="broad detailed") if one.code in TWICE else one
            for one in lines
        ]
        lines += [
            wage(code, employment=9)._replace(published_levels=level)
            for code, level in GROUPS.items()
        ]
        parts = {"US 000000 1235": lines}
        return lambda url: load_wages(url, f"bls-oews-{period}", parts, CROSS)

    def projected(url: str) -> None:
        run = rows.PartRows(rows.PartKey(rows.ProjectionRow), [projection("45-3031")])
        entries = [rows.EntryRow("45-3031", "Fishers", "detailed")]
        named = rows.PartRows(rows.PartKey(rows.EntryRow), entries)
        load(url, rows.Reading(head("bls-ep-2024-34", "bls-ep", "2024-34"), [run, named]))

    walks = [
        crosswalk("crosswalk-soc-2010-soc-2018", "soc", "soc-2010", OF_2010, TO_2018),
        crosswalk("crosswalk-oews-2019", "bls-oews", "oews-2019", HYBRID, FROM_HYBRID),
    ]
    return [
        *(year(period) for period in YEARS),
        lambda url: load(url, structure()),
        *(lambda url, walk=walk: load(url, walk) for walk in walks),
        projected,
    ]


def projection(code: str) -> rows.Row:
    figures = {
        "base_year": 2024,
        "target_year": 2034,
        "base_employment": 1000,
        "target_employment": 1100,
        "change": 100,
        "percent_change": 10.0,
        "annual_openings": 50,
    }
    given = dict.fromkeys(rows.ProjectionRow._fields) | figures
    marks = "".join("." if given.get(name) is not None else "-" for name in MARKED)
    return rows.ProjectionRow(
        **given | {"code": code, "line": "line_item", "marks": marks, "position": 0}
    )


MARKED = (
    *("base_employment", "target_employment", "change", "percent_change", "annual_openings"),
    *("percent_self_employed", "annual_median", "typical_education", "work_experience"),
    "training",
)


@pytest.fixture(scope="module", params=DATABASES)
def small(
    request: pytest.FixtureRequest, databases_of: Callable[[str], Databases]
) -> Iterator[Edge]:
    url = databases_of(request.param).seeded()
    for load_one in releases():
        load_one(url)
    with application(url) as app:
        yield app


async def asked(app: Edge, target: str) -> Any:
    answer = await get(app, target)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def codes(app: Edge, query: str) -> list[str]:
    page = await asked(app, f"/v1/occupations?limit=200&group=&{query}".replace("group=&", ""))
    return [item["code"] for item in page["items"] if item["code"] in OURS]


OURS = {*SOC, *OF_2010, *HYBRID}
LINES = ["15-1252", "15-1253", "15-1254", "21-1018", "31-1120", "45-3031"]


async def test_lists_have_published_lines_and_whom_these_leave_out(small: Edge) -> None:
    assert await codes(small, "") == [*LINES, "55-1011"]
    assert await codes(small, "level=published") == LINES
    detailed = [code for code, (_, level) in SOC.items() if level == "detailed"]
    assert await codes(small, "level=detailed") == detailed
    assert await codes(small, "level=all") == sorted({*SOC, "21-1018"})
    assert (await codes(small, "sort=-employment"))[:2] == ["31-1120", "15-1252"]


async def test_codes_of_another_classification_are_listed_by_its_id(small: Edge) -> None:
    assert await codes(small, "classification=soc-2010") == sorted(OF_2010)
    page = await asked(small, "/v1/occupations?classification=soc-2010&codes=15-1132")
    assert [item["classification"] for item in page["items"]] == ["soc-2010"]
    assert page["items"][0]["employment"] is None
    assert page["items"][0]["marks"]["employment"]
    wrong = (await get(small, "/v1/occupations?classification=soc-2011")).json()
    assert "soc-2010" in wrong["errors"][0]["did_you_mean"]
    empty = await asked(small, "/v1/occupations?classification=isco-08")
    assert empty["items"] == []
    assert empty["notices"][0].startswith("No codes of isco-08 are loaded: get its files from ")


@pytest.mark.parametrize("code", ["31-1121", "31-1122", "21-1011", "21-1014"])
async def test_a_member_of_a_group_points_to_it(small: Edge, code: str) -> None:
    at = "31-1120" if code.startswith("31") else "21-1018"
    profile = await asked(small, f"/v1/occupations/{code}?include=wages")
    assert profile["figures_at"] == {"wages": at, "projections": None}
    assert profile["wages"] == []  # a group's figures are not its member's
    assert any(at in notice for notice in profile["notices"])
    for path in (f"/v1/occupations/{code}/wages?", f"/v1/wages?code={code}&"):
        page = await asked(small, path)
        assert (page["items"], page["figures_at"]["wages"]) == ([], at)
        older = await asked(small, f"{path}period=2020-05")
        assert (older["items"], older["figures_at"]["wages"]) == ([], at)


async def test_a_group_of_one_has_its_figures(small: Edge) -> None:
    page = await asked(small, "/v1/occupations/45-3030/projections")
    assert [(row["code"], row["inherited_from"]) for row in page["items"]] == [
        ("45-3030", "45-3031")
    ]


async def test_the_military_is_not_covered(small: Edge) -> None:
    profile = await asked(small, "/v1/occupations/55-1011?include=wages,projections")
    for block in ("wages", "projections"):
        mark = profile["marks"][block]
        assert (mark["status"], bool(mark["reason"])) == ("not_covered", True)
    (item,) = (await asked(small, "/v1/occupations?codes=55-1011"))["items"]
    assert {mark["status"] for mark in item["marks"].values()} == {"not_covered"}


async def test_a_retired_code_has_its_page_and_leads_on(small: Edge) -> None:
    page = await asked(small, "/v1/occupations/15-1132?include=wages")
    assert (page["classification"], page["current"]) == ("soc-2010", False)
    assert (page["valid_from"], page["valid_to"]) == ("2010-01", "2017-12")
    assert [one["code"] for one in page["successors"]] == ["15-1252", "15-1253"]
    assert [(row["period"], row["employment"]) for row in page["wages"]] == [("2018-05", 900)]
    assert "15-1252" in page["notices"][0]
    short = await asked(small, "/v1/occupations/title-of-15-1132")
    assert short["slug"] == "title-of-15-1132-soc-2010"


async def test_a_series_says_where_it_goes_on(small: Edge) -> None:
    page = await asked(small, "/v1/occupations/15-1253/wages?period=all")
    assert [row["period"] for row in page["items"]] == ["2025-05"]
    stretches = {one["code"]: one for one in page["continues"]["earlier"]}
    assert {code: one["periods"] for code, one in stretches.items()} == {
        "15-1256": ["2020-05"],
        "15-1132": ["2018-05"],
    }
    assert stretches["15-1256"]["relation"] == "split"
    assert stretches["15-1256"]["crosswalk"] == "crosswalk-oews-2019"
    assert page["continues"]["later"] == []
    later = (await asked(small, "/v1/occupations/15-1132/wages?period=all"))["continues"]["later"]
    assert {one["code"] for one in later} == {"15-1252", "15-1253", "15-1256"}
    assert (await asked(small, "/v1/occupations/15-1253/wages"))["continues"] is None
    profile = await asked(small, "/v1/occupations/15-1253?period=all&include=wages")
    assert profile["continues"] == {"wages": page["continues"], "projections": None}
    assert page["releases"].keys() >= {"crosswalk-oews-2019", "crosswalk-soc-2010-soc-2018"}
    newest = await asked(small, "/v1/occupations/15-1253?include=wages")
    assert newest["continues"] == {"wages": None, "projections": None}


async def test_a_group_that_is_divided_goes_on_for_nobody(small: Edge) -> None:
    for code in ("15-1250", "15-1253"):
        page = await asked(small, f"/v1/occupations/{code}/wages?period=all")
        stretches = [*page["continues"]["earlier"], *page["continues"]["later"]]
        assert not {one["code"] for one in stretches} & GROUPS.keys()
    page = await asked(small, "/v1/occupations/21-1014/wages?period=2018-05")
    assert (page["items"], page["figures_at"]["wages"]) == ([], "15-1252")  # its code then


async def test_a_code_in_force_counts_in_the_years_before_only(small: Edge) -> None:
    page = await asked(small, "/v1/occupations/21-1014/wages?period=all")
    periods = {one["code"]: one["periods"] for one in page["continues"]["earlier"]}
    assert periods["15-1252"] == ["2018-05"]  # since 2019 it means others
    assert periods["21-1018"] == ["2025-05", "2023-05", "2020-05"]


async def test_an_empty_period_leads_to_where_it_stands(small: Edge) -> None:
    page = await asked(small, "/v1/occupations/15-1253/wages?period=2020-05")
    assert (page["items"], page["figures_at"]["wages"]) == ([], "15-1256")
    page = await asked(small, "/v1/occupations/15-1253/wages?period=2018-05")
    assert page["figures_at"]["wages"] == "15-1132"  # the whole of it was there


async def test_linked_history_is_one_list_with_its_breaks(small: Edge) -> None:
    page = await asked(small, "/v1/occupations/15-1253/wages?history=linked")
    assert [(row["period"], row["code"]) for row in page["items"]] == [
        ("2025-05", "15-1253"),
        ("2020-05", "15-1256"),
        ("2018-05", "15-1132"),
    ]
    own, *others = page["items"]
    assert own["notes"] == {}
    for row in others:
        (note,) = row["notes"]["code"]
        assert (note["kind"], note["code"]) == ("break", "15-1253")
    assert page["total"] == 3


async def test_a_code_of_another_extent_says_so(small: Edge) -> None:
    page = await asked(small, "/v1/occupations/15-1252/wages?period=all")
    notes = {row["period"]: row["notes"] for row in page["items"]}
    assert notes["2023-05"] == notes["2025-05"] == {}
    (note,) = notes["2018-05"]["code"]
    assert (note["kind"], note["crosswalk"]) == ("extent", "crosswalk-soc-2010-soc-2018")
    profile = await asked(small, "/v1/occupations/15-1252?include=wages")
    assert any("other people" in notice for notice in profile["notices"])
    flat = await asked(small, "/v1/wages?period=2018-05&source=bls-oews")
    assert {row["code"] for row in flat["items"] if row["notes"]} == {"15-1252"}


async def test_published_lines_of_any_period(small: Edge) -> None:
    rows_2020 = await asked(small, "/v1/wages?period=2020-05&level=published")
    assert {row["code"] for row in rows_2020["items"]} == YEARS["2020-05"].keys()
    assert rows_2020["total"] == len(YEARS["2020-05"])


async def test_comparing_two_classifications_says_so(small: Edge) -> None:
    page = await asked(small, "/v1/compare?codes=15-1252,15-1132")
    assert [one["classification"] for one in page["columns"]] == ["soc-2018", "soc-2010"]
    assert any("soc-2010 and soc-2018" in notice for notice in page["notices"])


@pytest.mark.parametrize("kind", DATABASES)
async def test_no_order_of_imports_moves_an_address(
    kind: str, databases_of: Callable[[str], Databases]
) -> None:
    found = []
    for order in _orders():
        url = databases_of(kind).seeded()
        for load_one in order:
            load_one(url)
        engine = create_engine(url)
        with engine.connect() as connection:
            ids = {"part_id"}  # counted as they come
            columns = [c for c in Occupation.__table__.columns if c.name not in ids]
            occupations = connection.execute(select(*columns).order_by(Occupation.code)).all()
            current = select(Address.slug, Address.code).where(Address.current)
            addresses = connection.execute(current.order_by(Address.slug)).all()
        engine.dispose()
        with application(url) as app:
            lists = [
                await asked(app, f"/v1/occupations?level={level}&limit=200")
                for level in ("all", "published")
            ]
            profiles = [await asked(app, f"/v1/occupations/{code}") for code in sorted(OURS)]
        for document in lists:
            document["next"] = None
        found.append((occupations, addresses, lists, profiles))
    assert found[0] == found[1] == found[2]


def _orders() -> Iterator[list[Callable[[str], None]]]:
    """Give three orders of the releases: as they came, the other way round, and by chance."""
    every = releases()
    shuffled = random.Random(27).sample(every, len(every))
    yield from itertools.chain([every], [every[::-1]], [shuffled])
