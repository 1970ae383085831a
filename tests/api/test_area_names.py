"""Places as people name them, and names of several places: lists, paths and parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.builders import line, oews_csv
from tests.conftest import DATABASES, Databases, occupations
from tests.servers import serving

AREAS = {
    # code as the publisher writes it → type, name, state, persons employed
    "06": ("2", "California", "CA", 18_000_000),
    "22": ("2", "Louisiana", "LA", 1_900_000),
    "36": ("2", "New York", "NY", 9_688_000),
    "48": ("2", "Texas", "TX", 14_000_000),
    "53": ("2", "Washington", "WA", 3_500_000),
    "72": ("3", "Puerto Rico", "PR", 950_000),
    "2200006": ("6", "Southwest Louisiana nonmetropolitan area", "LA", 70_000),
    "7200006": ("6", "Puerto Rico nonmetropolitan area", "PR", 9_000),
    "12420": ("4", "Austin-Round Rock-San Marcos, TX", "TX", 1_293_690),
    "31080": ("4", "Los Angeles-Long Beach-Anaheim, CA", "CA", 6_200_000),
    "32420": ("4", "Mayagüez, PR", "PR", 80_000),
    "35620": ("4", "New York-Newark-Jersey City, NY-NJ", "NY", 9_492_000),
    "38860": ("4", "Portland-South Portland, ME", "ME", 288_480),
    "38900": ("4", "Portland-Vancouver-Hillsboro, OR-WA", "OR", 1_208_410),
    "41180": ("4", "St. Louis, MO-IL", "MO", 1_370_000),
    "41420": ("4", "Salem, OR", "OR", 180_000),
    "41860": ("4", "San Francisco-Oakland-Fremont, CA", "CA", 2_400_000),
    "41940": ("4", "San Jose-Sunnyvale-Santa Clara, CA", "CA", 1_100_000),
    "47900": ("4", "Washington-Arlington-Alexandria, DC-VA-MD-WV", "DC", 3_100_000),
    "49180": ("4", "Winston-Salem, NC", "NC", 270_000),
    "71650": ("4", "Boston-Cambridge-Nashua, MA-NH", "MA", 2_700_000),
}
TOTAL = {"OCC_CODE": "00-0000", "O_GROUP": "total"}


@pytest.fixture(scope="module", params=DATABASES)
def client(
    request: pytest.FixtureRequest,
    databases_of: Callable[[str], Databases],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[httpx.Client]:
    """The seed, and all occupations in areas of May 2023 and 2024."""
    url = databases_of(request.param).seeded()
    folder: Path = tmp_path_factory.mktemp("names")
    for year, codes in (("2023", ("71650",)), ("2024", AREAS.keys() - {"71650"})):
        lines = [
            line(
                AREA=code,
                AREA_TYPE=kind,
                AREA_TITLE=name,
                PRIM_STATE=state,
                TOT_EMP=people,
                **TOTAL,
            )
            for code in sorted(codes)
            for kind, name, state, people in (AREAS[code],)
        ]
        oews_csv(folder / f"all_data_M_{year}.csv", *lines)
    done = occupations("import", str(folder), url=url)
    assert done.returncode == 0, done.stderr
    with serving(url) as client:
        yield client


def codes(page: Any) -> list[str]:
    return [one["code"] for one in page["items"]]


@pytest.mark.parametrize(
    ("q", "first", "total"),
    [
        ("new york", ["NY", "35620"], 2),
        ("New York, NY", ["35620"], 1),
        ("NYC", ["35620"], 1),
        ("nyc metro area", ["35620"], 1),
        ("new york city", ["35620"], 1),
        ("the City of New York", ["35620"], 1),
        ("new york state", ["NY", "35620"], 2),
        ("nueva york", ["NY", "35620"], 2),
        ("bay area", ["41860", "41940"], 2),
        ("the Bay Area", ["41860", "41940"], 2),
        ("área de la bahía", ["41860", "41940"], 2),
        ("st louis", ["41180"], 1),
        ("Saint Louis", ["41180"], 1),
        ("St. Louis, MO", ["41180"], 1),
        ("washington dc", ["47900"], 1),
        ("Washington, D.C.", ["47900"], 1),
        ("greater washington", ["47900"], 1),
        ("washington", ["WA", "47900", "38900"], 3),
        ("washington state", ["WA", "38900"], 2),
        ("la", ["31080", "LA", "2200006"], 3),
        ("L.A.", ["31080", "LA", "2200006"], 3),
        ("texas", ["TX", "12420"], 2),
        ("tx", ["TX", "12420"], 2),
        ("48", ["TX", "12420"], 2),
        ("state of texas", ["TX", "12420"], 2),
        ("mayaguez", ["32420"], 1),
        ("puerto rico", ["PR", "7200006", "32420"], 3),
        ("portland", ["38900", "38860"], 2),
        ("portland or", ["38900"], 1),
        ("portland, oregon", ["38900"], 1),
        ("portland maine", ["38860"], 1),
        ("salem", ["41420", "49180"], 2),
        ("winston salem", ["49180"], 1),
        ("newark-jersey city", ["35620"], 1),
        ("round rock", ["12420"], 1),
        ("san", ["41860", "41940", "12420"], 3),
        ("sa", ["41860", "41940", "41420"], 3),
        ("beantown", ["71650"], 1),  # of its own year: those of today are not loaded
        ("boston area", ["71650"], 1),
        ("louisiana", ["LA", "2200006"], 2),
    ],
)
def test_a_place_is_found_as_people_name_it(
    client: httpx.Client, q: str, first: list[str], total: int
) -> None:
    page = client.get("/v1/areas", params={"q": q}).json()
    assert codes(page) == first
    assert (page["total"], page["nearest"]) == (total, [])


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("porltand", ["Portland-Vancouver-Hillsboro, OR-WA", "Portland-South Portland, ME"]),
        ("bay aera", ["San Francisco-Oakland-Fremont, CA", "San Jose-Sunnyvale-Santa Clara, CA"]),
        ("xyzzy", []),
        ("...", []),
    ],
)
def test_beside_a_wrong_name_stand_the_nearest(
    client: httpx.Client, q: str, names: list[str]
) -> None:
    page = client.get("/v1/areas", params={"q": q}).json()
    assert (page["items"], [one["name"] for one in page["nearest"]]) == ([], names)
    assert all({*one} == {"code", "name", "level"} for one in page["nearest"])


def test_a_parent_has_the_areas_right_below_it(client: httpx.Client) -> None:
    def below(parent: str, **more: str) -> list[str]:
        return codes(client.get("/v1/areas", params={"parent": parent, **more}).json())

    assert below("US") == ["CA", "LA", "NY", "PR", "TX", "WA"]
    assert below("US", level="territory") == ["PR"]
    assert below("LA") == ["2200006"]
    assert below("WA") == ["38900"]  # its second state
    assert below("PR") == ["32420", "7200006"]
    assert below("CA", q="bay area") == ["41860", "41940"]
    assert below("GU") == []


@pytest.mark.parametrize(
    ("parent", "why", "near"),
    [
        ("12420", "is metropolitan: no area lies below it", ["TX"]),
        ("38900", "is metropolitan: no area lies below it", ["OR", "WA"]),
        ("2200006", "is nonmetropolitan: no area lies below it", ["LA"]),
        ("texas", "no area has this code", ["TX"]),
        ("tx", "no area has this code", ["TX"]),
        ("ZZ", "no area has this code", []),
    ],
)
def test_a_parent_without_areas_below_it_is_refused(
    client: httpx.Client, parent: str, why: str, near: list[str]
) -> None:
    answer = client.get("/v1/areas", params={"parent": parent})
    (fault,) = answer.json()["errors"]
    assert (answer.status_code, fault["parameter"], fault["value"]) == (400, "parent", parent)
    assert why in fault["detail"]
    assert fault["did_you_mean"][: len(near)] == near


SEVERAL = {
    "portland": ["38900", "38860"],
    "Washington": ["WA", "47900"],
    "new york": ["NY", "35620"],
    "bay area": ["41860", "41940"],
    "la": ["31080", "LA"],  # LA itself is a code
}


@pytest.mark.parametrize("name", [*SEVERAL][:-1])
def test_a_name_of_several_places_in_a_path_gives_the_choices(
    client: httpx.Client, name: str
) -> None:
    answer = client.get(f"/v1/areas/{name}")
    problem = answer.json()
    assert (answer.status_code, problem["status"], problem["code"]) == (300, 300, "ambiguous_area")
    assert answer.headers["content-type"] == "application/problem+json"
    assert [one["code"] for one in problem["choices"]] == SEVERAL[name]
    assert problem["errors"][0]["did_you_mean"] == SEVERAL[name]
    first = problem["choices"][0]
    assert {*first} == {
        *("given", "code", "title", "employment", "relation", "match", "url"),
        *("name", "level"),
    }
    assert (first["given"], first["relation"], first["match"]) == (name, "same", None)
    assert client.get(first["url"]).json()["name"] == first["name"] == first["title"]


@pytest.mark.parametrize("name", SEVERAL)
@pytest.mark.parametrize("path", ["/v1/wages", "/v1/occupations", "/v1/occupations/11-9111/wages"])
def test_a_name_of_several_places_in_a_parameter_gives_the_same_choices(
    client: httpx.Client, path: str, name: str
) -> None:
    answer = client.get(path, params={"area": name})
    problem = answer.json()
    assert (answer.status_code, problem["status"], problem["code"]) == (400, 400, "ambiguous_area")
    assert [one["code"] for one in problem["choices"]] == SEVERAL[name]
    (fault,) = problem["errors"]
    assert (fault["parameter"], fault["value"]) == ("area", name)
    assert fault["allowed"] == ", ".join(SEVERAL[name])


def test_beside_another_fault_it_is_one_of_them(client: httpx.Client) -> None:
    for path in ("/v1/compare?codes=11-9111,29-1141&areas", "/v1/wages?area"):
        several = client.get(f"{path}=portland,zzzz").json()
        assert (several["status"], several["code"]) == (400, "invalid_parameter")
        assert [one["code"] for one in several["choices"]] == SEVERAL["portland"]
        assert [one["value"] for one in several["errors"]] == ["portland", "zzzz"]


@pytest.mark.parametrize(
    ("name", "code"), [("austin", "12420"), ("nyc", "35620"), ("Saint Louis", "41180")]
)
def test_a_name_of_one_place_is_no_code_and_names_it(
    client: httpx.Client, name: str, code: str
) -> None:
    for path, status, word in (
        (f"/v1/areas/{name}", 404, "unknown_area"),
        (f"/v1/wages?area={name}", 400, "invalid_parameter"),
    ):
        answer = client.get(path)
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (status, word)
        assert problem["errors"][0]["did_you_mean"][0] == code
        assert "choices" not in problem
