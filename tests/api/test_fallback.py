"""``fallback=parent``: wages that an area's row lacks are those of its state, or of the nation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.builders import AreaLine, areas_csv
from tests.conftest import DATABASES, Databases, occupations
from tests.servers import serving

HOURLY = ("H_MEAN", "H_PCT10", "H_PCT25", "H_MEDIAN", "H_PCT75", "H_PCT90")
ANNUAL = ("A_MEAN", "A_PCT10", "A_PCT25", "A_MEDIAN", "A_PCT75", "A_PCT90")
WITHHELD = dict.fromkeys((*HOURLY, *ANNUAL, "MEAN_PRSE"), "*")
TOP = {"H_PCT90": "#", "A_PCT90": "#"}
ALL = {"OCC_CODE": "00-0000", "OCC_TITLE": "All Occupations", "O_GROUP": "total"}


def paid(hourly: float, annual: float) -> dict[str, float]:
    return {"H_MEDIAN": hourly, "A_MEDIAN": annual}


LINES: tuple[AreaLine, ...] = (
    ("99", "1", "U.S.", "US", {**paid(48.80, 101_500.0), "TOT_EMP": 500_000.0}),
    ("48", "2", "Texas", "TX", {**paid(47.60, 99_010.0), **TOP, "TOT_EMP": 30_000.0}),
    ("35", "2", "New Mexico", "NM", {**WITHHELD, "TOT_EMP": 2_000.0}),
    ("12420", "4", "Austin-Round Rock-San Marcos, TX", "TX", {**WITHHELD, "TOT_EMP": 900.0}),
    (
        "10180",
        "4",
        "Abilene, TX",
        "TX",
        {**paid(42.31, 88_000.0), "TOT_EMP": "**", "EMP_PRSE": "**"},
    ),
    ("29740", "4", "Las Cruces, NM", "NM", {**WITHHELD, "TOT_EMP": 90.0}),
    ("13820", "4", "Birmingham, AL", "AL", {**paid(38.00, 79_040.0), **TOP}),
    ("46340", "4", "Tyler, TX", "TX", {**ALL, "TOT_EMP": 5_000.0}),
)
"""Area, its type, its name, its state, and what its line has otherwise. Tyler has no managers."""
PAGE = "/v1/occupations/11-9111/wages"


@pytest.fixture(scope="module", params=DATABASES)
def client(
    request: pytest.FixtureRequest,
    databases_of: Callable[[str], Databases],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[httpx.Client]:
    """The seed, and May 2024's wages of managers in seven areas."""
    url = databases_of(request.param).seeded()
    folder: Path = tmp_path_factory.mktemp("areas")
    file = areas_csv(folder / "all_data_M_2024.csv", *LINES)
    done = occupations("import", file, url=url)
    assert done.returncode == 0, done.stderr
    with serving(url) as client:
        yield client


def row_of(client: httpx.Client, area: str, **parameters: str) -> tuple[Any, list[str]]:
    page = client.get(PAGE, params={"area": area, "fallback": "parent", **parameters}).json()
    (row,) = page["items"]
    return row, page["notices"]


def test_what_is_withheld_is_the_states(client: httpx.Client) -> None:
    row, notices = row_of(client, "12420")
    assert (row["area"], row["inherited_from_area"]) == ("12420", "TX")
    assert (row["annual_median"], row["employment"]) == (99_010, 900)
    assert row["marks"]["annual_median"]["status"] == "withheld"
    assert "employment" not in row["marks"]
    assert row["marks"]["annual_p90"] == {"status": "top_coded", "at_least": 239_200}
    assert row["annual_p90"] is None
    assert any("TX" in one for one in notices)


def test_employment_alone_is_the_states(client: httpx.Client) -> None:
    row, _ = row_of(client, "10180")
    assert (row["inherited_from_area"], row["employment"]) == ("TX", 30_000)
    assert (row["annual_median"], row["marks"]["employment"]["status"]) == (88_000, "withheld")
    assert "annual_median" not in row["marks"]


def test_where_the_state_has_none_they_are_the_nations(client: httpx.Client) -> None:
    for area in ("29740", "NM"):
        row, _ = row_of(client, area)
        assert (row["inherited_from_area"], row["annual_median"]) == ("US", 101_500)


def test_a_row_that_lacks_nothing_stays(client: httpx.Client) -> None:
    row, notices = row_of(client, "13820")
    plain = client.get(PAGE, params={"area": "13820"}).json()["items"][0]
    assert row == plain
    assert row["inherited_from_area"] is None
    assert row["marks"]["annual_p90"]["status"] == "top_coded"
    assert notices == []


def test_an_area_without_a_row(client: httpx.Client) -> None:
    row, _ = row_of(client, "46340")
    assert (row["area"], row["inherited_from_area"]) == ("46340", "TX")
    assert (row["annual_median"], row["employment"]) == (99_010, 30_000)
    # The file has two occupations: the publisher may well have Tyler's managers.
    assert row["marks"]["employment"]["status"] == "not_loaded"


def test_the_same_period_only(client: httpx.Client) -> None:
    page = client.get(PAGE, params={"area": "12420", "fallback": "parent", "period": "all"}).json()
    assert [row["period"] for row in page["items"]] == ["2024-05"]


def test_profile_and_comparison(client: httpx.Client) -> None:
    row, _ = row_of(client, "12420")
    asked = {"area": "12420", "fallback": "parent", "include": "wages"}
    profile = client.get("/v1/occupations/11-9111", params=asked).json()
    assert profile["wages"] == [row]
    assert any("TX" in one for one in profile["notices"])
    asked = {"codes": "11-9111", "areas": "12420,29740,13820", "fallback": "parent"}
    compared = client.get("/v1/compare", params=asked).json()
    assert [one["inherited_from_area"] for one in compared["columns"]] == ["TX", "US", None]
    (median,) = (one for one in compared["figures"] if one["figure"] == "annual_median")
    assert [one["value"] for one in median["values"]] == [99_010, 101_500, 79_040]
    assert [(one["mark"] or {}).get("status") for one in median["values"]] == [
        "withheld",
        "withheld",
        None,
    ]
    assert [one["ratio_to_all"] for one in median["values"][:2]] == [None, None]


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        (PAGE, {"area": "12420", "sort": "annual_median"}),
        (PAGE, {"area": "12420,10180"}),
        (PAGE, {"area": "all"}),
        ("/v1/occupations/11-9111", {"area": "all"}),
        ("/v1/wages", {"area": "12420"}),
        ("/v1/occupations", {"area": "12420"}),
    ],
)
def test_it_is_refused_where_it_would_mix_levels(
    client: httpx.Client, path: str, asked: dict[str, str]
) -> None:
    answer = client.get(path, params={**asked, "fallback": "parent"})
    assert answer.status_code == 400
    assert [fault["parameter"] for fault in answer.json()["errors"]] == ["fallback"]


def test_an_unknown_word(client: httpx.Client) -> None:
    (fault,) = client.get(PAGE, params={"fallback": "state"}).json()["errors"]
    assert (fault["parameter"], fault["allowed"]) == ("fallback", "parent")
