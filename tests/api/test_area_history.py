"""Areas through time: which followed which, what a code stood for, and codes without wages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.server.edge import Edge
from tests.api.conftest import application, get
from tests.builders import line, oews_csv
from tests.conftest import DATABASES, Databases, occupations
from tests.official import case

pytestmark = pytest.mark.anyio

BOSTON = {
    "code": "71650",
    "name": "Boston-Cambridge-Nashua, MA-NH",
    "relation": "part",
    "crosswalk": "bls-areas-2025-05",
}
BIRMINGHAM = ("13820", "Birmingham-Hoover, AL"), ("13820", "Birmingham, AL")


def wages(folder: Path, year: int, *areas: tuple[str, str]) -> Path:
    """Write a file of metropolitan areas: codes and names."""
    lines = [
        line(AREA=code, AREA_TYPE="4", AREA_TITLE=name, PRIM_STATE=name[-2:], TOT_EMP=year)
        for code, name in areas
    ]
    folder.mkdir(exist_ok=True)
    return oews_csv(folder / f"MSA_M{year}_dl.csv", *lines)


def imported(url: str, *paths: Path) -> None:
    done = occupations("import", *map(str, paths), url=url)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module", params=DATABASES)
def newest(
    request: pytest.FixtureRequest,
    databases_of: Callable[[str], Databases],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Edge]:
    """The seed, and wages of five metropolitan areas in May 2024."""
    url = databases_of(request.param).seeded()
    folder = tmp_path_factory.mktemp("areas")
    named = (
        ("14460", "Boston-Cambridge-Newton, MA-NH"),
        ("28880", "Kiryas Joel-Poughkeepsie-Newburgh, NY"),
        ("31080", "Los Angeles-Long Beach-Anaheim, CA"),
        ("31700", "Manchester-Nashua, NH"),
        BIRMINGHAM[1],
    )
    imported(url, wages(folder, 2024, *named))
    with application(url) as app:
        yield app


async def area(app: Edge, code: str, query: str = "") -> dict[str, Any]:
    answer = await get(app, f"/v1/areas/{code}{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def fault(app: Edge, target: str, status: int) -> dict[str, Any]:
    answer = await get(app, target)
    assert answer.status_code == status, answer.text
    (found,) = answer.json()["errors"]
    return {"code": answer.json()["code"], **found}


@pytest.mark.parametrize("order", [("2023", "2024"), ("2024", "2023")])
async def test_boston_leads_to_its_area_before_may_2024(
    databases: Databases, order: tuple[str, str]
) -> None:
    url = databases.seeded()
    for year in order:
        imported(url, case("c21") / f"MSA_M{year}_dl.xlsx")
    with application(url) as app:
        now, then = await area(app, "14460"), await area(app, "71650")
    assert now["predecessors"][0] == BOSTON
    assert (now["periods"], now["valid_from"], now["valid_to"]) == (["2024-05"], "2024-05", None)
    assert now["successors"] == []
    assert (then["periods"], then["valid_to"]) == (["2023-05"], "2023-05")
    assert [step["code"] for step in then["successors"]] == ["14460", "31700", "39300", "49340"]
    assert "bls-areas-2025-05" in then["releases"]


async def test_an_area_without_wages_is_answered_and_leads_on(newest: Edge) -> None:
    then = await area(newest, "71650")
    assert (then["name"], then["states"]) == ("Boston-Cambridge-Nashua, MA-NH", ["MA", "NH"])
    assert (then["level"], then["periods"]) == ("metropolitan", [])
    assert (then["valid_from"], then["valid_to"]) == ("2015-05", "2023-05")
    assert then["successors"][0]["code"] == "14460"
    assert then["release"] == "bls-areas-2021-05"
    assert {*then["releases"]} == {"bls-areas-2021-05", "bls-areas-2025-05"}
    listed = (await get(newest, "/v1/areas?limit=200")).json()["items"]
    assert "71650" not in {item["code"] for item in listed}


async def test_what_an_area_lies_in_is_named_though_it_has_no_wages(newest: Edge) -> None:
    rico = {"code": "PR", "name": "Puerto Rico", "level": "territory"}
    assert (await area(newest, "41980"))["parents"] == [rico]
    assert [one["name"] for one in (await area(newest, "71650"))["parents"]] == [
        "Massachusetts",
        "New Hampshire",
    ]


async def test_renumbered_areas_of_2015_lead_on_by_the_bulletin(newest: Edge) -> None:
    then = await area(newest, "31100")
    (step,) = then["successors"]
    assert (step["code"], step["relation"]) == ("31080", "renamed")
    source = then["releases"][step["crosswalk"]]
    assert source["title"].startswith("OMB Bulletin No. 13-01")
    (back,) = (await area(newest, "31080"))["predecessors"]
    assert back["code"] == "31100"


async def test_a_code_that_was_reused_says_so(newest: Edge) -> None:
    history = (await area(newest, "2600003"))["history"]
    assert [(one["name"].split(" non")[0], one["relation"]) for one in history] == [
        ("Northwest Lower Peninsula of Michigan", None),
        ("Mid Michigan", "reused"),
    ]
    assert [(one["valid_from"], one["valid_to"]) for one in history] == [
        ("2019-05", "2023-05"),
        ("2024-05", None),
    ]


async def test_a_neighbour_has_the_name_of_its_time(newest: Edge) -> None:
    then, now = (await area(newest, "2600004"))["history"]
    before = (await area(newest, "2600003"))["predecessors"][0]
    after = (await area(newest, "2600003"))["successors"][0]
    assert (before["code"], before["name"]) == ("2600004", then["name"])
    assert then["name"] != now["name"]
    assert after["name"] == "Northern Michigan nonmetropolitan area"


async def test_another_extent_under_the_same_name_is_told(newest: Edge) -> None:
    before, after = (await area(newest, "12060"))["history"]
    assert before["name"] == after["name"] == "Atlanta-Sandy Springs-Roswell, GA"
    assert (after["relation"], after["crosswalk"]) == ("part", "bls-areas-2025-05")


async def test_a_state_has_no_end_and_no_neighbours(newest: Edge) -> None:
    nation = await area(newest, "us")
    assert nation["code"] == "US"
    assert (nation["valid_to"], nation["predecessors"], nation["successors"]) == (None, [], [])
    assert nation["periods"] == ["2021-05"]


async def test_fields_choose_what_is_answered_and_which_releases(newest: Edge) -> None:
    sparse = await area(newest, "14460", "?fields=name,predecessors.code")
    assert {*sparse} == {"code", "name", "predecessors", "marks", "release", "releases"}
    assert sparse["predecessors"][0] == {"code": "71650"}
    assert {*sparse["releases"]} == {"bls-oews-2024-05-metropolitan"}


async def test_an_unknown_area_is_404_with_near_codes(newest: Edge) -> None:
    found = await fault(newest, "/v1/areas/14461", 404)
    assert (found["code"], found["parameter"]) == ("unknown_area", "code")
    assert found["did_you_mean"][0] == "14460"
    found = await fault(newest, "/v1/areas/Bostn", 404)
    assert found["did_you_mean"] == ["14460"]


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("71650", ["14460", "31700"]),
        ("31100", ["31080"]),
        # Poughkeepsie went to New York in 2015, and out of it in 2024.
        ("39100", ["28880"]),
    ],
)
async def test_an_area_of_other_years_proposes_those_that_followed_it(
    newest: Edge, given: str, meant: list[str]
) -> None:
    for path in ("/v1/wages", "/v1/occupations", "/v1/occupations/11-9111/wages"):
        found = await fault(newest, f"{path}?area={given}", 400)
        assert (found["code"], found["did_you_mean"]) == ("invalid_parameter", meant)


async def test_an_area_of_2024_proposes_those_before_it(
    databases: Databases, tmp_path: Path
) -> None:
    url = databases.seeded()
    imported(url, wages(tmp_path, 2023, ("71650", "Boston-Cambridge-Nashua, MA-NH")))
    with application(url) as app:
        assert (await fault(app, "/v1/wages?area=14460", 400))["did_you_mean"] == ["71650"]
        assert (await area(app, "14460"))["periods"] == []


async def test_names_are_kept_whatever_is_loaded_first(
    databases: Databases, tmp_path: Path
) -> None:
    files = [wages(tmp_path, 2017 + n, name) for n, name in enumerate((*BIRMINGHAM, BIRMINGHAM[0]))]
    answers = []
    for order in (files, files[::-1]):
        url = databases.migrated()
        imported(url, *order[:1])
        imported(url, *order[1:])
        with application(url) as app:
            answers.append(await area(app, "13820"))
    assert answers[0] == answers[1]
    assert answers[0]["name"] == "Birmingham-Hoover, AL"
    assert [
        (one["name"], one["valid_from"], one["valid_to"], one["relation"])
        for one in answers[0]["history"]
    ] == [
        ("Birmingham-Hoover, AL", "2017-05", "2017-05", None),
        ("Birmingham, AL", "2018-05", "2018-05", "renamed"),
        ("Birmingham-Hoover, AL", "2019-05", "2023-05", "renamed"),
        ("Birmingham, AL", "2024-05", None, "renamed"),
    ]


async def test_the_name_of_a_retired_release_goes_with_it(
    databases: Databases, tmp_path: Path
) -> None:
    url = databases.seeded()
    old, new = BIRMINGHAM
    imported(url, wages(tmp_path, 2023, old), wages(tmp_path, 2024, new))
    names = []
    for command in ("retire", "restore"):
        done = occupations("releases", command, "bls-oews-2024-05-metropolitan", url=url)
        assert done.returncode == 0, done.stderr
        with application(url) as app:
            names.append((await get(app, "/v1/areas?q=13820")).json()["items"][0]["name"])
    assert names == [old[1], new[1]]


async def test_a_retired_list_of_areas_takes_its_areas_with_it(databases: Databases) -> None:
    url = databases.seeded()
    done = occupations("releases", "retire", "bls-areas-2021-05", url=url)
    assert done.returncode == 0, done.stderr
    with application(url) as app:
        assert (await area(app, "14460"))["predecessors"] == []
        assert (await fault(app, "/v1/areas/71650", 404))["code"] == "unknown_area"


async def test_a_code_that_no_list_has_ends_with_the_next_wages(
    databases: Databases, tmp_path: Path
) -> None:
    url = databases.seeded()
    division = ("31084", "Los Angeles-Long Beach-Glendale, CA")
    imported(url, wages(tmp_path, 2022, division))
    with application(url) as app:
        assert (await area(app, "31084"))["valid_to"] is None
    imported(url, wages(tmp_path, 2023, BIRMINGHAM[0]))
    with application(url) as app:
        assert (await area(app, "31084"))["valid_to"] == "2022-05"
        listed = (await get(app, "/v1/areas?level=metropolitan")).json()["items"]
    assert [(one["code"], one["valid_from"], one["valid_to"]) for one in listed] == [
        ("13820", "2019-05", None),
        ("31084", "2022-05", "2022-05"),
    ]
