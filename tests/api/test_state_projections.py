"""A state's own projections: beside the nation's, in their place, and never mixed with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.importers import rows
from app.server.edge import Edge
from tests.api.conftest import application, get, load, load_wages, wage
from tests.api.test_through_time import head, projection
from tests.conftest import DATABASES, Databases, occupations
from tests.importers.states import states_file

pytestmark = pytest.mark.anyio

CHIEFS, MANAGERS, NURSES = "11-1011", "11-1021", "29-1141"
GAPS = (CHIEFS, MANAGERS, NURSES)
EXACT = [
    "48|Texas|00-0000|Total, All Occupations|300000|340000|40000|13.3|20000",
    "48|Texas|11-1011|Chief Executives|8960|9270|310|3.5|650",
    "48|Texas|29-1141|Registered Nurses|220980|258720|37740|17.1|16210",
    "6|California|29-1141|Registered Nurses|323900|358900|35000|10.8|21200",
]
WAGES = {CHIEFS: 5000, MANAGERS: 6000, NURSES: 7000}
DECADES = "Projections of different decades stand side by side: 2024-34 of US and 2020-30 of TX."


@pytest.fixture(scope="module", params=DATABASES)
def states(
    request: pytest.FixtureRequest,
    databases_of: Callable[[str], Databases],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Edge]:
    url = databases_of(request.param).seeded()
    folder: Path = tmp_path_factory.mktemp("states")
    lines = [wage(code, employment=people, annual_median=1) for code, people in WAGES.items()]
    areas = {f"{area} 000000 1235": lines for area in ("US", "TX", "CA", "NY", "31080")}
    load_wages(url, "bls-oews-2025-05-all", areas, [rows.IndustryRow("000000", "All", "cross")])
    degree = "Bachelor's degree"
    nation = [
        projection(code)._replace(typical_education=degree, marks=".....--.--") for code in GAPS
    ]
    run = rows.PartRows(rows.PartKey(rows.ProjectionRow), nation)
    named = [rows.EntryRow(code, f"Title of {code}", "detailed") for code in GAPS]
    entries = rows.PartRows(rows.PartKey(rows.EntryRow), named)
    load(url, rows.Reading(head("bls-ep-2024-34", "bls-ep", "2024-34"), [run, entries]))
    done = occupations("import", str(states_file(folder, *EXACT)), url=url)
    assert done.returncode == 0, done.stderr
    with application(url) as app:
        yield app


async def asked(app: Edge, target: str, status: int = 200) -> Any:
    answer = await get(app, target)
    assert answer.status_code == status, answer.text
    return answer.json()


async def found(app: Edge, query: str) -> list[tuple[str, str, float | None]]:
    page = await asked(app, f"/v1/projections?limit=200&{query}")
    return [(row["area"], row["code"], row["percent_change"]) for row in page["items"]]


async def test_a_list_has_the_area_asked_for(states: Edge) -> None:
    nurses = f"code={NURSES}"
    assert await found(states, nurses) == [("US", NURSES, 10.0)]
    assert await found(states, f"{nurses}&area=TX") == [("TX", NURSES, 17.1)]
    assert await found(states, f"{nurses}&area=US,TX") == [
        ("US", NURSES, 10.0),
        ("TX", NURSES, 17.1),
    ]
    every = [("CA", NURSES, 10.8), ("TX", NURSES, 17.1)]
    assert await found(states, f"{nurses}&area=all&period=2020-30") == every
    assert await found(states, "area=TX&level=published") == [
        ("TX", CHIEFS, 3.5),
        ("TX", NURSES, 17.1),
    ]
    assert await found(states, "area=TX&sort=-percent_change") == [
        ("TX", NURSES, 17.1),
        ("TX", "00-0000", 13.3),
        ("TX", CHIEFS, 3.5),
    ]
    of_one = await asked(states, f"/v1/occupations/{NURSES}/projections?area=TX,US")
    assert [row["area"] for row in of_one["items"]] == ["US", "TX"]


async def test_a_row_has_a_mark_for_what_a_state_does_not_give(states: Edge) -> None:
    (row,) = (await asked(states, f"/v1/projections?area=TX&code={NURSES}"))["items"]
    assert (row["base_employment"], row["target_employment"]) == (220_980, 258_720)
    assert (row["change"], row["annual_openings"], row["period"]) == (37_740, 16_210, "2020-30")
    given = {name for name, mark in row["marks"].items() if mark["status"] == "not_published"}
    assert given == {
        *("percent_self_employed", "annual_median", "typical_education", "work_experience"),
        "training",
    }
    assert all(row[name] is None for name in given)


async def test_an_area_without_projections_has_an_empty_list(states: Edge) -> None:
    # Of New York the file has no line, of a metropolitan area nobody has.
    ny = await asked(states, "/v1/projections?area=NY")
    assert (ny["total"], ny["absent"]["status"]) == (0, "not_loaded")
    assert ny["absent"]["command"] == "occupations import box"
    metro = await asked(states, "/v1/projections?area=31080")
    assert (metro["total"], metro["absent"]["status"]) == (0, "not_published")
    wrong = await asked(states, "/v1/projections?area=ZZ", 400)
    assert wrong["errors"][0]["parameter"] == "area"
    release = "/v1/projections?release=projections-central-2020-30"
    fault = (await asked(states, release, 400))["errors"][0]
    assert (fault["parameter"], fault["value"], fault["allowed"]) == ("area", "US", "all, CA, TX")
    release = "/v1/projections?release=bls-ep-2024-34&area=TX"
    fault = (await asked(states, release, 400))["errors"][0]
    assert (fault["value"], fault["allowed"]) == ("TX", "all, US")


async def test_a_profile_has_the_state_first_then_the_nation(states: Edge) -> None:
    include = f"/v1/occupations/{NURSES}?include=projections,wages"
    texas = await asked(states, f"{include}&area=TX")
    assert [(row["area"], row["period"]) for row in texas["projections"]] == [
        ("TX", "2020-30"),
        ("US", "2024-34"),
    ]
    assert texas["notices"] == [DECADES]
    assert {"bls-ep-2024-34", "projections-central-2020-30"} <= texas["releases"].keys()
    metro = await asked(states, f"{include}&area=31080")
    assert [row["area"] for row in metro["projections"]] == ["US"]
    said = "Employment and wages are of 31080; projections are of the nation (US)."
    assert metro["notices"] == [said]
    assert [r["area"] for r in (await asked(states, include))["projections"]] == ["US"]
    every = await asked(states, f"{include}&area=all")
    assert [row["area"] for row in every["projections"]] == ["US", "CA", "TX"]
    none = await asked(states, f"/v1/occupations/{MANAGERS}?include=projections&area=TX")
    assert [row["area"] for row in none["projections"]] == ["US"]
    assert none["notices"] == [said.replace("31080", "TX")]


async def test_a_list_of_a_state_has_its_own_figures_or_none(states: Edge) -> None:
    codes = ",".join(GAPS)
    page = await asked(states, f"/v1/occupations?area=TX&codes={codes}")
    own = ("TX", "2020-30", "projections-central-2020-30", "bls-ep-2024-34", "Bachelor's degree")
    names = (
        *("projection_area", "projection_period", "projection_release", "education_release"),
        "typical_education",
    )
    chiefs, managers, nurses = page["items"]
    assert tuple(nurses[name] for name in names) == own
    assert (nurses["percent_change"], nurses["annual_openings"]) == (17.1, 16_210)
    assert (chiefs["percent_change"], chiefs["annual_openings"]) == (3.5, 650)
    # Never the nation's figure in between.
    assert (managers["percent_change"], managers["annual_openings"]) == (None, None)
    assert managers["projection_area"] is None
    assert managers["marks"].keys() >= {"percent_change", "annual_openings"}
    assert managers["typical_education"] == "Bachelor's degree"
    assert page["notices"] == []
    assert {"bls-ep-2024-34", "projections-central-2020-30"} <= page["releases"].keys()
    (ny,) = (await asked(states, f"/v1/occupations?area=NY&codes={NURSES}"))["items"]
    assert (ny["projection_area"], ny["percent_change"]) == ("US", 10.0)


async def ranked(app: Edge, query: str) -> list[str]:
    page = await asked(app, f"/v1/occupations?codes={','.join(GAPS)}&{query}")
    return [item["code"] for item in page["items"]]


async def test_a_state_is_ranked_and_filtered_by_its_own_projections(states: Edge) -> None:
    assert await ranked(states, "area=TX&sort=-growth") == [NURSES, CHIEFS, MANAGERS]
    assert await ranked(states, "area=TX&sort=growth") == [CHIEFS, NURSES, MANAGERS]
    assert await ranked(states, "area=TX&sort=-openings") == [NURSES, CHIEFS, MANAGERS]
    assert await ranked(states, "area=TX&growth_min=3.5") == [CHIEFS, NURSES]
    assert await ranked(states, "area=TX&growth_min=3.6") == [NURSES]
    assert await ranked(states, "area=TX&growth_max=3.5") == [CHIEFS]
    assert await ranked(states, "area=TX&openings_min=16210") == [NURSES]
    assert await ranked(states, "area=TX&openings_min=16211") == []
    assert await ranked(states, "area=TX&education=bachelor") == [CHIEFS, MANAGERS, NURSES]


@pytest.mark.parametrize("area", ["NY", "31080"])
async def test_other_areas_are_not(states: Edge, area: str) -> None:
    for given, name in (("sort=-growth", "sort"), ("openings_min=1", "openings_min")):
        problem = await asked(states, f"/v1/occupations?area={area}&{given}", 400)
        (fault,) = problem["errors"]
        assert fault["parameter"] == name
        assert fault["detail"] == (
            "growth and openings are projected for the nation (US) and for states only, not for "
            f"{area}"
        )
        assert fault["allowed"] == "only with area=US or a state's"


async def test_states_and_nation_compared_say_that_they_are_of_two_decades(states: Edge) -> None:
    page = await asked(states, f"/v1/compare?codes={NURSES},{MANAGERS}&areas=TX,US,31080")
    assert [(c["area"], c["projection_area"], c["projection_period"]) for c in page["columns"]] == [
        ("TX", "TX", "2020-30"),
        ("US", "US", "2024-34"),
        ("31080", "US", "2024-34"),
        ("TX", None, None),
        ("US", "US", "2024-34"),
        ("31080", "US", "2024-34"),
    ]
    growth = next(one for one in page["figures"] if one["figure"] == "percent_change")
    assert [one["value"] for one in growth["values"]] == [17.1, 10.0, 10.0, None, 10.0, 10.0]
    assert growth["values"][0]["ratio_to_all"] == round(17.1 / 13.3, 4)
    assert growth["values"][3]["mark"]["status"] == "not_loaded"
    assert page["mixed_periods"] is True
    assert page["notices"][-2:] == [
        "Employment and wages are of 31080; projections are of the nation (US).",
        DECADES,
    ]
    same = await asked(states, f"/v1/compare?codes={NURSES}&areas=TX,CA")
    assert same["mixed_periods"] is False
    assert not [one for one in same["notices"] if "decades" in one]


async def test_neither_titles_nor_lists_of_occupations_change(states: Edge) -> None:
    page = await asked(states, f"/v1/occupations?codes={NURSES}")
    (nurses,) = page["items"]
    assert (nurses["projection_area"], nurses["percent_change"]) == ("US", 10.0)
    (release,) = (await asked(states, "/v1/releases?source=projections-central"))["items"]
    assert release["rows"] == {"projections": 4}
    # The file has two states of fifty, and of California nothing but the nurses.
    assert release["whole"] is False
    assert "NY" in release["lacks"]["areas"]
    assert "TX" not in release["lacks"]["areas"]
