"""One occupation over areas: ranked, with a floor, and with the change since an earlier year."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.builders import AreaLine, areas_csv
from tests.conftest import DATABASES, Databases, occupations
from tests.servers import serving

RANKING = "/v1/occupations/11-9111/areas"
TOP = {"H_MEDIAN": "#", "A_MEDIAN": "#", "H_PCT75": "#", "A_PCT75": "#"}
TOP |= {"H_PCT90": "#", "A_PCT90": "#"}


def paid(hourly: float, annual: float, persons: Any, quotient: float = 1.0) -> dict[str, Any]:
    medians = {"H_MEDIAN": hourly, "A_MEDIAN": annual}
    return {**medians, "TOT_EMP": persons, "LOC_QUOTIENT": quotient}


NOW: tuple[AreaLine, ...] = (
    ("99", "1", "U.S.", "US", paid(48.80, 101_500.0, 500_000.0)),
    ("06", "2", "California", "CA", paid(55.00, 114_400.0, 40_000.0, 0.9)),
    ("48", "2", "Texas", "TX", paid(47.60, 99_010.0, 30_000.0)),
    ("50", "2", "Vermont", "VT", {**paid(0, 0, 500.0, 2.5), **TOP}),
    ("56", "2", "Wyoming", "WY", paid(60.00, 124_800.0, 499.0, 3.0)),
    ("02", "2", "Alaska", "AK", paid(62.00, 128_960.0, "**")),
    ("10", "2", "Delaware", "DE", {"H_MEDIAN": "*", "A_MEDIAN": "*", "TOT_EMP": 700.0}),
    ("66", "3", "Guam", "GU", paid(40.00, 83_200.0, 600.0)),
    ("14010", "4", "Bloomington, IL", "IL", paid(45.00, 93_600.0, 900.0)),
    ("12420", "4", "Austin-Round Rock-San Marcos, TX", "TX", paid(50.00, 104_000.0, 9_000.0)),
)
"""Area, its type, its name, its state, and what its line has, of May 2024."""
BEFORE: tuple[AreaLine, ...] = (
    ("06", "2", "California", "CA", paid(50.00, 104_000.0, 32_000.0)),
    ("48", "2", "Texas", "TX", paid(40.00, 83_200.0, 30_100.0)),
    ("56", "2", "Wyoming", "WY", {"H_MEDIAN": "*", "A_MEDIAN": "*", "TOT_EMP": 480.0}),
    ("14010", "4", "Bloomington, IL", "IL", paid(41.00, 85_280.0, 800.0)),
    ("12420", "4", "Austin-Round Rock, TX", "TX", paid(46.00, 95_680.0, 8_000.0)),
)
"""The same of May 2021. Bloomington had other counties then."""


@pytest.fixture(scope="module", params=DATABASES)
def client(
    request: pytest.FixtureRequest,
    databases_of: Callable[[str], Databases],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[httpx.Client]:
    """The seed, and wages of managers in areas of May 2024 and 2022."""
    url = databases_of(request.param).seeded()
    folder: Path = tmp_path_factory.mktemp("areas")
    for name, lines in (("all_data_M_2024.csv", NOW), ("all_data_M_2022.csv", BEFORE)):
        done = occupations("import", areas_csv(folder / name, *lines), url=url)
        assert done.returncode == 0, done.stderr
    with serving(url) as client:
        yield client


def areas(client: httpx.Client, **parameters: Any) -> list[str]:
    return [item["area"] for item in client.get(RANKING, params=parameters).json()["items"]]


def test_the_best_paying_states(client: httpx.Client) -> None:
    page = client.get(RANKING).json()
    assert [(item["area"], item["rank"]) for item in page["items"]] == [
        ("VT", 1),  # at least 239,200
        ("CA", 2),
        ("TX", 3),
        ("DE", None),
    ]
    assert page["left_out"] == {"floor": 500, "count": 2, "first_without": None}
    assert page["absent"] is None
    assert any("fewer than 500" in one for one in page["notices"])
    item = page["items"][1]
    assert (item["area_name"], item["level"], item["states"]) == ("California", "state", ["CA"])
    assert item["change"] is None


def test_the_floor_is_the_least_that_is_shown(client: httpx.Client) -> None:
    assert "VT" in areas(client, floor=500)
    assert "VT" not in areas(client, floor=501)
    assert "WY" not in areas(client, floor=500)
    assert "WY" in areas(client, floor=499)
    assert "AK" not in areas(client, floor=1)
    page = client.get(RANKING, params={"floor": 0}).json()
    assert {"AK", "WY"} <= {item["area"] for item in page["items"]}
    assert page["left_out"] == {"floor": 0, "count": 0, "first_without": None}


def test_who_would_be_first_without_the_floor(client: httpx.Client) -> None:
    page = client.get(RANKING, params={"sort": "-location_quotient"}).json()
    assert [item["area"] for item in page["items"]][:2] == ["VT", "TX"]
    assert page["left_out"] == {"floor": 500, "count": 2, "first_without": "WY"}


def test_other_figures_and_levels(client: httpx.Client) -> None:
    assert areas(client, sort="-employment") == ["CA", "TX", "DE", "VT"]
    assert areas(client, sort="annual_median") == ["TX", "CA", "VT", "DE"]
    assert areas(client, level="territory") == ["GU"]
    assert areas(client, level="metropolitan") == ["12420", "14010"]
    assert areas(client, level="state,metropolitan", sort="-employment") == [
        *("CA", "TX", "12420", "14010", "DE", "VT")
    ]


def test_equal_figures_share_a_rank(client: httpx.Client) -> None:
    page = client.get(RANKING, params={"sort": "location_quotient", "floor": 0}).json()
    ranks = {item["area"]: item["rank"] for item in page["items"]}
    assert (ranks["CA"], ranks["AK"], ranks["TX"], ranks["VT"]) == (1, 2, 2, 4)


def test_pages(client: httpx.Client) -> None:
    first = client.get(RANKING, params={"limit": 3}).json()
    second = client.get(first["next"]).json()
    assert first["total"] == second["total"] == 4
    assert [item["area"] for item in second["items"]] == ["DE"]
    assert second["next"] is None


def test_change_since_an_earlier_year(client: httpx.Client) -> None:
    asked = {"base": "2022-05", "sort": "-change", "floor": "0"}
    page = client.get(RANKING, params=asked).json()
    changes = {item["area"]: item["change"] for item in page["items"]}
    assert [item["area"] for item in page["items"]][:2] == ["TX", "CA"]
    assert changes["CA"] == {
        "base": "2022-05",
        "employment": 8_000,
        "employment_percent": 25.0,
        "annual_median": 10_400,
        "annual_median_percent": 10.0,
        "marks": {},
        "release": "bls-oews-2022-05-all",
    }
    assert changes["TX"]["employment"] == -100
    assert changes["TX"]["employment_percent"] == -0.3
    assert changes["WY"]["employment"] == 19
    assert changes["WY"]["annual_median"] is None
    assert changes["WY"]["marks"]["annual_median"]["status"] == "withheld"
    assert changes["VT"]["release"] is None
    assert changes["VT"]["marks"]["employment"]["status"] == "not_loaded"
    assert "bls-oews-2022-05-all" in page["releases"]


def test_no_change_between_areas_of_other_counties(client: httpx.Client) -> None:
    page = client.get(RANKING, params={"base": "2022-05", "level": "metropolitan"}).json()
    changes = {item["area"]: item["change"] for item in page["items"]}
    assert changes["12420"]["annual_median"] == 8_320
    assert changes["14010"]["annual_median"] is None
    mark = changes["14010"]["marks"]["annual_median"]
    assert (mark["status"], "2024-05" in mark["reason"]) == ("not_applicable", True)


def test_a_period(client: httpx.Client) -> None:
    page = client.get(RANKING, params={"period": "2022-05", "floor": 0}).json()
    assert [item["area"] for item in page["items"]] == ["CA", "TX", "WY"]
    assert {item["period"] for item in page["items"]} == {"2022-05"}


def test_an_occupation_without_wages(client: httpx.Client) -> None:
    page = client.get("/v1/occupations/29-1141/areas").json()
    assert (page["items"], page["total"]) == ([], 0)
    assert page["absent"]["status"] == "not_loaded"


@pytest.mark.parametrize(
    ("asked", "parameter", "said"),
    [
        ({"floor": -1}, "floor", "too small"),
        ({"floor": "many"}, "floor", "whole number"),
        ({"level": "county"}, "level", "not one of"),
        ({"level": "nation"}, "level", "not one of"),
        ({"sort": "pay"}, "sort", "not one of"),
        ({"sort": "-change"}, "base", "needs the period"),
        ({"base": "2024-05"}, "base", "not before 2024-05"),
        ({"base": "2019-05"}, "base", "no wages of such areas"),
        ({"base": "2022-05", "level": "territory"}, "base", "no wages of such areas"),
        ({"period": "all"}, "period", "no wages of such areas"),
        ({"fallback": "parent"}, "fallback", "unknown parameter"),
        ({"area": "TX"}, "area", "unknown parameter"),
    ],
)
def test_bad_input(client: httpx.Client, asked: dict[str, Any], parameter: str, said: str) -> None:
    answer = client.get(RANKING, params=asked)
    assert answer.status_code == 400
    (fault,) = answer.json()["errors"]
    assert fault["parameter"] == parameter
    assert said in f"{fault['detail']} {fault['allowed']}"


def test_a_base_comes_before_the_newest_period(client: httpx.Client) -> None:
    for level, allowed in (("state", "2022-05"), ("territory", None)):
        asked = {"base": "2019-05", "level": level}
        (fault,) = client.get(RANKING, params=asked).json()["errors"]
        assert fault["allowed"] == allowed


def test_an_unknown_occupation(client: httpx.Client) -> None:
    assert client.get("/v1/occupations/99-9999/areas").status_code == 404


def test_a_slug_has_its_canonical_address(client: httpx.Client) -> None:
    answer = client.get("/v1/occupations/medical-and-health-services-managers/areas")
    assert "/v1/occupations/11-9111/areas" in answer.headers["Link"]
