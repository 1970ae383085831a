"""Areas found by their names, codes and states, as people write them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.builders import line, oews_csv
from tests.conftest import DATABASES, Databases, occupations
from tests.servers import serving

PEOPLE = {"42660": 40_000, "38900": 30_000, "13820": 50_000, "53": 60_000, "11": 60_000}
"""Area as the publisher writes it → persons employed in all occupations; others are not known."""
AREAS = (
    ("99", "1", "U.S.", "US"),
    ("01", "2", "Alabama", "AL"),
    ("11", "2", "District of Columbia", "DC"),
    ("53", "2", "Washington", "WA"),
    ("54", "2", "West Virginia", "WV"),
    ("72", "3", "Puerto Rico", "PR"),
    ("0100001", "6", "Northwest Alabama nonmetropolitan area", "AL"),
    ("13820", "4", "Birmingham, AL", "AL"),
    ("32420", "4", "Mayagüez, PR", "PR"),
    ("38900", "4", "Portland-Vancouver-Hillsboro, OR-WA", "OR"),
    ("42660", "4", "Seattle-Tacoma-Bellevue, WA", "WA"),
    ("47260", "4", "Virginia Beach-Chesapeake-Norfolk, VA-NC", "VA"),
    ("47900", "4", "Washington-Arlington-Alexandria, DC-VA-MD-WV", "DC"),
)


@pytest.fixture(scope="module", params=DATABASES)
def client(
    request: pytest.FixtureRequest,
    databases_of: Callable[[str], Databases],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[httpx.Client]:
    """The seed, and wages of nurses and of all occupations in each of thirteen areas."""
    url = databases_of(request.param).seeded()
    folder: Path = tmp_path_factory.mktemp("areas")
    lines = [
        line(AREA=code, AREA_TYPE=kind, AREA_TITLE=name, PRIM_STATE=state, **row)
        for code, kind, name, state in AREAS
        for row in (
            {"TOT_EMP": 2024},
            {"OCC_CODE": "00-0000", "O_GROUP": "total", "TOT_EMP": PEOPLE.get(code, "**")},
        )
    ]
    done = occupations("import", str(oews_csv(folder / "all_data_M_2024.csv", *lines)), url=url)
    assert done.returncode == 0, done.stderr
    with serving(url) as client:
        yield client


@pytest.mark.parametrize(
    ("q", "codes"),
    [
        ("mayaguez", ["32420"]),
        ("MAYAGÜEZ", ["32420"]),
        ("Mayagu\u0308ez", ["32420"]),
        ("washington", ["WA", "47900", "42660", "38900"]),
        ("wa", ["WA", "47900", "42660", "38900"]),
        ("53", ["WA", "42660", "38900"]),
        ("or", ["38900"]),
        ("dc", ["DC", "47900"]),
        ("  puerto   rico ", ["PR", "32420"]),
        ("alabama", ["AL", "13820", "0100001"]),
        ("virginia", ["WV", "47260", "47900"]),
        ("tacoma", ["42660"]),
        ("42660", ["42660"]),
        ("0100001", ["0100001"]),
        ("01", ["AL", "13820", "0100001"]),
        ("u.s.", ["US"]),
        ("nowhere", []),
    ],
)
def test_an_area_is_found(client: httpx.Client, q: str, codes: list[str]) -> None:
    page = client.get("/v1/areas", params={"q": q}).json()
    assert [area["code"] for area in page["items"]] == codes
    assert page["total"] == len(codes)


def test_a_level_narrows_what_is_found(client: httpx.Client) -> None:
    page = client.get("/v1/areas", params={"q": "washington", "level": "metropolitan"}).json()
    assert [area["code"] for area in page["items"]] == ["47900", "42660", "38900"]


@pytest.mark.parametrize(
    ("area", "near"),
    [
        ("Seattle", ["42660"]),
        ("seatle", ["42660"]),
        ("tacoma", ["42660"]),
        ("Mayaguez", ["32420"]),
        ("Washington", ["WA", "47900", "42660"]),
        ("wa", ["WA", "47900", "42660"]),
        ("53", ["WA", "42660", "38900"]),
        ("4266", ["42660"]),
        ("alabama", ["AL", "13820", "0100001"]),
    ],
)
def test_an_unknown_area_proposes_the_near_ones(
    client: httpx.Client, area: str, near: list[str]
) -> None:
    for path in ("/v1/wages", "/v1/occupations"):
        answer = client.get(path, params={"area": area})
        (fault,) = answer.json()["errors"]
        assert (answer.status_code, fault["did_you_mean"][: len(near)]) == (400, near)
