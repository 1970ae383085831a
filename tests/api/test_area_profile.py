"""One area: what it lies in, what lies beside and below it, and who works there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.server.edge import Edge
from tests.api.conftest import application, get
from tests.builders import line, oews_csv
from tests.conftest import DATABASES, Databases, occupations
from tests.test_place_names import AREAS as NEWEST

pytestmark = pytest.mark.anyio

Row = dict[str, Any]
LARGE, SMALL, TINY, UNTOLD = "19100", "12420", "13140", "21340"
"""Areas: 500,000 people are employed in the first, 40,999 and 12,000 in others."""
PLACES = {
    "99": ("1", "U.S.", "US"),
    "05": ("2", "Arkansas", "AR"),
    "48": ("2", "Texas", "TX"),
    "72": ("3", "Puerto Rico", "PR"),
    LARGE: ("4", "Dallas-Fort Worth-Arlington, TX", "TX"),
    SMALL: ("4", "Austin-Round Rock-San Marcos, TX", "TX"),
    TINY: ("4", "Beaumont-Port Arthur, TX", "TX"),
    UNTOLD: ("4", "El Paso, TX", "TX"),
    "45500": ("4", "Texarkana, TX-AR", "TX"),
    "4800002": ("6", "North Region of Texas nonmetropolitan area", "TX"),
}
CODES = {
    "11-1011": "Chief Executives",
    "11-1021": "General and Operations Managers",
    "11-2021": "Marketing Managers",
    "11-3021": "Computer and Information Systems Managers",
    "11-3031": "Financial Managers",
}


EVEN = {"LOC_QUOTIENT": 1, "JOBS_1000": 1000}


def total(people: Any, median: Any = 50_000) -> Row:
    return {"OCC_CODE": "00-0000", "O_GROUP": "total", "TOT_EMP": people, "A_MEDIAN": median} | EVEN


def job(code: str, people: Any, median: Any, quotient: Any = 1.0, **more: Any) -> Row:
    given = {"OCC_CODE": code, "OCC_TITLE": CODES.get(code, code), "TOT_EMP": people}
    return {**given, "A_MEDIAN": median, "LOC_QUOTIENT": quotient, "JOBS_1000": 2.5, **more}


ROWS: dict[str, list[Row]] = {
    "99": [
        total(150_000_000, 48_000),
        job("11-1011", 200_000, 190_000, "**", JOBS_1000="**"),
        job("11-1021", 3_000_000, 100_000, "**", JOBS_1000="**"),
        job("11-2021", 400_000, 120_000, "**", JOBS_1000="**"),
        job("11-3021", 500_000, "#", "**", JOBS_1000="**"),
    ],
    LARGE: [
        total(500_000, 60_000),
        {**job("11-0000", 90_000, 200_000, 9.0), "O_GROUP": "major"},
        job("11-1011", 499, 230_000, 8.0),
        job("11-1021", 500, 150_000, 3.0),
        job("11-2021", 60_000, 108_000, 0.9),
        job("11-3021", 700, "#", 1.0),
        job("11-3031", "**", 140_000, "**", JOBS_1000="**"),
    ],
    SMALL: [
        total(40_999),
        job("11-1011", 40, 190_000, 1.5),
        job("11-1021", 39, 220_000, 2.5),
    ],
    TINY: [
        total(12_000),
        job("11-1011", 30, 190_000, 1.01),
        job("11-1021", 29, 220_000, 2.5),
    ],
    UNTOLD: [total("**"), job("11-1011", 30, 190_000, 1.5), job("11-1021", 29, 220_000, 2.5)],
}


@pytest.fixture(scope="module", params=DATABASES)
def app(
    request: pytest.FixtureRequest,
    databases_of: Callable[[str], Databases],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Edge]:
    """The seed, and wages of ten areas in May 2024; of one of them in May 2023 too."""
    url = databases_of(request.param).seeded()
    folder: Path = tmp_path_factory.mktemp("profile")
    files = {
        "2024": ROWS | {code: [job("11-1011", 90, 80_000)] for code in PLACES if code not in ROWS},
        "2023": {"71650": [total(2_700_000), job("11-1011", 9_000, 235_000, 2.0)]},
    }
    places = PLACES | {"71650": ("4", "Boston-Cambridge-Nashua, MA-NH", "MA")}
    for year, rows in files.items():
        lines = [
            line(AREA=code, AREA_TYPE=kind, AREA_TITLE=name, PRIM_STATE=state, **BLANK | row)
            for code, its in rows.items()
            for kind, name, state in (places[code],)
            for row in its
        ]
        oews_csv(folder / f"all_data_M_{year}.csv", *lines)
    done = occupations("import", str(folder), url=url)
    assert done.returncode == 0, done.stderr
    with application(url) as made:
        yield made


BLANK = dict.fromkeys(
    [f"{unit}_{name}" for unit in "AH" for name in ("MEAN", "PCT10", "PCT25", "PCT75", "PCT90")]
    + ["H_MEDIAN"],
    "*",
)
"""Wages that these tests do not ask for."""


async def area(app: Edge, code: str, query: str = "") -> Any:
    answer = await get(app, f"/v1/areas/{code}{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def codes(items: Any) -> list[str]:
    return [one["code"] for one in items]


@pytest.mark.parametrize(
    ("code", "parents"),
    [
        ("US", []),
        ("TX", ["US"]),
        ("PR", ["US"]),
        (LARGE, ["TX"]),
        ("45500", ["TX", "AR"]),
        ("4800002", ["TX"]),
        ("14460", ["MA", "NH"]),  # it has no wages here, nor have they
    ],
)
async def test_an_area_lies_in_each_of_its_states(app: Edge, code: str, parents: list[str]) -> None:
    found = await area(app, code)
    assert codes(found["parents"]) == parents
    assert all({*one} == {"code", "name", "level"} for one in found["parents"])


async def test_a_state_has_neighbours_and_areas_below_it(app: Edge) -> None:
    texas, nation = await area(app, "TX"), await area(app, "US")
    assert codes(texas["neighbours"]) == ["AR", "LA", "NM", "OK"]
    assert texas["neighbours"][1] == {"code": "LA", "name": "Louisiana", "level": "state"}
    assert texas["children"] == {"metropolitan": 5, "nonmetropolitan": 1}
    assert nation["children"] == {"state": 2, "territory": 1}
    assert (nation["neighbours"], nation["counties"]) == ([], [])
    large = await area(app, LARGE)
    assert (large["neighbours"], large["children"], large["counties"]) == ([], {}, [])


async def test_its_occupations_stand_by_people_wage_and_concentration(app: Edge) -> None:
    found = await area(app, LARGE)
    assert (found["wage_period"], found["marks"]) == ("2024-05", {})
    assert codes(found["largest"]) == ["11-2021", "11-3021", "11-1021", "11-1011"]
    # The top-coded wage ranks by its bound, 239,200; a group is no occupation.
    assert codes(found["best_paid"]) == ["11-3021", "11-1021", "11-2021"]
    assert codes(found["most_concentrated"]) == ["11-1021", "11-3021", "11-2021"]
    item = found["best_paid"][1]
    assert item == {
        "code": "11-1021",
        "title": "General and Operations Managers",
        "employment": 500,
        "jobs_per_1000": 2.5,
        "location_quotient": 3.0,
        "annual_median": 150_000,
        "marks": {},
        "nation": {"annual_median": 100_000, "marks": {}, "release": "bls-oews-2024-05-all"},
        "release": "bls-oews-2024-05-all",
    }
    coded = found["best_paid"][0]
    assert (coded["annual_median"], coded["nation"]["annual_median"]) == (None, None)
    assert coded["marks"]["annual_median"]["at_least"] == 239_200
    assert coded["nation"]["marks"]["annual_median"]["status"] == "top_coded"
    assert {*found["releases"]} >= {"bls-oews-2024-05-all"}


@pytest.mark.parametrize(
    ("code", "floor", "inside", "count", "first"),
    [
        (LARGE, 500, "11-1021", 2, None),
        (SMALL, 40, "11-1011", 1, "11-1021"),
        (TINY, 30, "11-1011", 1, "11-1021"),
        (UNTOLD, 30, "11-1011", 1, "11-1021"),
    ],
)
async def test_a_floor_leaves_out_occupations_of_few_people(
    app: Edge, code: str, floor: int, inside: str, count: int, first: str | None
) -> None:
    found = await area(app, code)
    out = found["left_out"]["best_paid"]
    assert out == {"floor": floor, "count": count, "first_without": first}
    assert inside in codes(found["best_paid"])
    assert found["left_out"]["most_concentrated"]["floor"] == floor
    assert inside in codes(found["most_concentrated"])
    assert first not in codes(found["best_paid"])


async def test_who_is_most_concentrated_without_the_floor_is_told(app: Edge) -> None:
    # One of the two left out has no quotient, and none is of a group.
    out = (await area(app, LARGE))["left_out"]["most_concentrated"]
    assert out == {"floor": 500, "count": 1, "first_without": "11-1011"}


async def test_what_is_special_is_told_in_facts(app: Edge) -> None:
    facts = (await area(app, LARGE))["special"]
    told = [(one["kind"], one["code"], one["value"], one["nation"], one["ratio"]) for one in facts]
    assert told == [
        ("people", "00-0000", 500_000, 150_000_000, 0.0033),
        ("median", "00-0000", 60_000, 48_000, 1.25),
        ("concentrated", "11-1021", 3.0, 1, 3.0),
        ("paid_above", "11-1021", 150_000, 100_000, 1.5),
        ("paid_below", "11-2021", 108_000, 120_000, 0.9),
    ]
    assert [one["figure"] for one in facts] == [
        *("employment", "annual_median", "location_quotient"),
        *("annual_median", "annual_median"),
    ]
    assert [one["text"] for one in facts] == [
        "500,000 people are employed here, 0.33 percent of the nation's.",
        "Half of all people employed here earn less than $60,000 a year; in the nation less than "
        "$48,000.",
        "General and Operations Managers: 500 people, 3 times the nation's share.",
        "General and Operations Managers: $150,000 a year, 50% more than in the nation.",
        "Marketing Managers: $108,000 a year, 10% less than in the nation.",
    ]
    assert {one["release"] for one in facts} == {"bls-oews-2024-05-all"}
    assert {one["nation_release"] for one in facts} == {"bls-oews-2024-05-all"}


async def test_what_is_as_in_the_nation_is_not_special(app: Edge) -> None:
    kinds = [(one["kind"], one["code"]) for one in (await area(app, SMALL))["special"]]
    assert kinds == [("people", "00-0000"), ("median", "00-0000"), ("concentrated", "11-1011")]
    tiny = (await area(app, TINY))["special"]
    assert [one["value"] for one in tiny if one["kind"] == "concentrated"] == [1.01]
    untold = (await area(app, UNTOLD))["special"]
    assert [one["kind"] for one in untold] == ["median", "concentrated"]


async def test_the_nation_is_not_compared_with_itself(app: Edge) -> None:
    nation = await area(app, "us")
    assert codes(nation["best_paid"])[:2] == ["11-3021", "11-1011"]
    assert nation["most_concentrated"] == []
    assert nation["left_out"]["best_paid"]["floor"] == 500
    assert [(one["kind"], one["nation"], one["nation_release"]) for one in nation["special"]] == [
        ("people", None, None),
        ("median", None, None),
    ]
    assert nation["special"][0]["text"] == "150,000,000 people are employed here."


async def test_wages_of_another_year_are_not_compared_with_the_nations_of_today(app: Edge) -> None:
    boston = await area(app, "71650")
    assert (boston["wage_period"], boston["valid_to"]) == ("2023-05", "2023-05")
    (item,) = boston["best_paid"]
    assert item["annual_median"] == 235_000
    assert item["nation"]["annual_median"] is None
    assert item["nation"]["release"] is None
    assert item["nation"]["marks"]["annual_median"]["status"] != "top_coded"
    assert [(one["kind"], one["nation"]) for one in boston["special"]] == [
        ("people", None),
        ("median", None),
    ]


async def test_an_area_without_wages_says_why(app: Edge) -> None:
    assert "14460" in NEWEST
    for code, period in (("14460", "2024-05"), ("31100", "2014-05")):
        found = await area(app, code)
        assert (found["wage_period"], found["left_out"]) == (None, None)
        names = ("largest", "best_paid", "most_concentrated", "special")
        assert [found[name] for name in names] == [[], [], [], []]
        assert {*found["marks"]} == {"wage_period", *names}
        assert all(mark["status"] == "not_loaded" for mark in found["marks"].values())
        assert f"--period {period} --scope all" in found["marks"]["special"]["command"]


async def test_fields_choose_of_the_profile_too(app: Edge) -> None:
    found = await area(app, LARGE, "?fields=name,largest.title,special.text,parents.name")
    assert {*found} == {
        *("code", "name", "largest", "special", "parents", "marks", "release", "releases"),
    }
    assert found["largest"][0] == {
        "code": "11-2021",
        "title": "Marketing Managers",
        "marks": {},
        "release": "bls-oews-2024-05-all",
    }
    assert {*found["special"][0]} == {"code", "text", "release"}
    assert found["parents"] == [{"code": "TX", "name": "Texas"}]


async def test_a_list_has_ten_and_facts_are_three(databases: Databases, tmp_path: Path) -> None:
    url = databases.seeded()
    many = [f"53-{number}" for number in range(7011, 7023)]
    here = [46, 46, 45, 44, 43, 42, 38, 37, 36, 35, 34, 34]
    lines = [
        line(AREA=code, AREA_TYPE=kind, AREA_TITLE=name, PRIM_STATE=state, **BLANK | row)
        for code, medians in (("99", [40] * 12), (LARGE, here))
        for kind, name, state in (PLACES[code],)
        for row in (
            total(500_000),
            *(job(one, 900, n * 1_000, 2.0) for one, n in zip(many, medians, strict=True)),
        )
    ]
    made = oews_csv(tmp_path / "all_data_M_2024.csv", *lines)
    done = occupations("import", str(made), url=url)
    assert done.returncode == 0, done.stderr
    with application(url) as app:
        found = await area(app, LARGE)
    # Those with the same figure stand by their code.
    assert codes(found["largest"]) == codes(found["most_concentrated"]) == many[:10]
    assert codes(found["best_paid"]) == many[:10]
    assert [(one["kind"], one["code"]) for one in found["special"][2:]] == [
        *(("concentrated", code) for code in many[:3]),
        *(("paid_above", code) for code in many[:3]),
        *(("paid_below", code) for code in (many[10], many[11], many[9])),
    ]
