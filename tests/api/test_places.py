"""Counties and ZIP codes: the areas that they lead to, wherever an area is taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.builders import AreaLine, areas_csv
from tests.conftest import DATABASES, Databases, occupations
from tests.places import OF_2025, place_files
from tests.servers import serving, warmed

NOW: tuple[AreaLine, ...] = (
    ("99", "1", "U.S.", "US", {"TOT_EMP": 500_000}),
    ("48", "2", "Texas", "TX", {"TOT_EMP": 30_000}),
    ("66", "3", "Guam", "GU", {"TOT_EMP": 600}),
    ("12420", "4", "Austin-Round Rock-San Marcos, TX", "TX", {"TOT_EMP": 9_000}),
    ("14460", "4", "Boston-Cambridge-Newton, MA-NH", "MA", {"TOT_EMP": 8_000}),
    ("14860", "4", "Bridgeport-Stamford-Danbury, CT", "CT", {"TOT_EMP": 7_000}),
    ("35300", "4", "New Haven, CT", "CT", {"TOT_EMP": 6_500}),
    ("47930", "4", "Waterbury-Shelton, CT", "CT", {"TOT_EMP": 6_000}),
    ("29740", "4", "Las Cruces, NM", "NM", {"TOT_EMP": 2_000}),
    ("4600003", "6", "West South Dakota nonmetropolitan area", "SD", {"TOT_EMP": 1_000}),
    (
        "4800006",
        "6",
        "Coastal Plains Region of Texas nonmetropolitan area",
        "TX",
        {"TOT_EMP": 1_500},
    ),
)
"""Area, its type, its name, its state, and the managers there in May 2024."""
BEFORE: tuple[AreaLine, ...] = (
    ("71950", "4", "Bridgeport-Stamford-Norwalk, CT", "CT", {"TOT_EMP": 6_000}),
    ("12420", "4", "Austin-Round Rock, TX", "TX", {"TOT_EMP": 8_000}),
)
"""The same of May 2022."""
WAGES = "/v1/occupations/11-9111/wages"


@pytest.fixture(scope="module", params=DATABASES)
def client(
    request: pytest.FixtureRequest,
    databases_of: Callable[[str], Databases],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[httpx.Client]:
    """The seed, wages of managers of May 2024 and 2022, and the small files of places."""
    url = databases_of(request.param).seeded()
    folder: Path = tmp_path_factory.mktemp("wages")
    files = [
        areas_csv(folder / "all_data_M_2024.csv", *NOW),
        areas_csv(folder / "all_data_M_2022.csv", *BEFORE),
        str(place_files(folder / "places")),
    ]
    done = occupations("import", *files, url=url)
    assert done.returncode == 0, done.stderr
    with serving(url) as client:
        yield warmed(client)


def areas(client: httpx.Client, **parameters: str) -> list[tuple[str, str | None]]:
    page = client.get("/v1/areas", params=parameters).json()
    return [(item["code"], item["asked_area"]) for item in page["items"]]


@pytest.mark.parametrize(
    ("place", "area"),
    [
        ("county:48453", "12420"),
        ("county:48047", "4800006"),
        ("COUNTY: 35013", "29740"),
        ("county:25017", "14460"),
        ("county:46113", "4600003"),  # Shannon County became Oglala Lakota County
        ("county:66010", "GU"),
        ("zip:78701", "12420"),
        ("zip:78612", "12420"),  # in two counties of one area
        ("zip:96910", "GU"),
    ],
)
def test_a_place_leads_to_its_area(client: httpx.Client, place: str, area: str) -> None:
    said = place.lower().replace(" ", "")
    row = client.get(WAGES, params={"area": place}).json()["items"][0]
    assert (row["area"], row["asked_area"]) == (area, said)
    listed = client.get("/v1/occupations", params={"area": place, "codes": "11-9111"}).json()
    assert [(i["area"], i["asked_area"]) for i in listed["items"]] == [(area, said)]
    flat = client.get("/v1/wages", params={"area": place}).json()["items"]
    assert {(item["area"], item["asked_area"]) for item in flat} == {(area, said)}
    profile = client.get("/v1/occupations/11-9111", params={"area": place}).json()
    assert [(i["area"], i["asked_area"]) for i in profile["wages"]] == [(area, said)]
    asked = {"codes": "11-9111", "areas": f"US,{place}"}
    columns = client.get("/v1/compare", params=asked).json()["columns"]
    assert [one["asked_area"] for one in columns] == [None, said]
    found = client.get("/v1/search", params={"q": "managers", "area": place}).json()["items"]
    assert {(hit["area"], hit["asked_area"]) for hit in found} == {(area, said)}
    one = client.get(f"/v1/areas/{place}")
    assert (one.json()["code"], one.json()["asked_area"]) == (area, said)
    assert one.headers["Content-Location"] == f"/v1/areas/{area}"


def test_an_area_itself_names_no_place(client: httpx.Client) -> None:
    for path in (f"{WAGES}?area=12420", "/v1/occupations?area=12420", "/v1/areas?q=austin"):
        assert {item["asked_area"] for item in client.get(path).json()["items"]} == {None}
    both = client.get(WAGES, params={"area": "12420,county:48453"}).json()["items"]
    assert [(row["area"], row["asked_area"]) for row in both] == [("12420", None)]


def test_the_place_is_told(client: httpx.Client) -> None:
    page = client.get("/v1/areas", params={"zip": "78636"}).json()
    assert [item["code"] for item in page["items"]] == ["4800006", "12420"]
    place = page["place"]
    assert (place["code"], place["name"]) == ("zip:78636", "ZIP code 78636")
    assert place["counties"] == [
        {
            "fips": "48047",
            "name": "Brooks County",
            "state": "TX",
            "note": None,
            "land": 100,
            "water": 5,
            "areas": [{"code": "4800006", "towns": None}],
        },
        {
            "fips": "48453",
            "name": "Travis County",
            "state": "TX",
            "note": None,
            "land": 99,
            "water": 50,
            "areas": [{"code": "12420", "towns": None}],
        },
    ]
    assert place["delineation"] == {
        "release": "bls-areas-counties-2025-05",
        "valid_from": "2024-05",
        "valid_to": None,
    }
    used = {"census-zcta-2020", "census-counties-2022", "bls-areas-counties-2025-05"}
    assert used <= page["releases"].keys()
    assert page["absent"] is None


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("travis county", [("12420", "county:48453")]),
        ("Travis County, TX", [("12420", "county:48453")]),
        ("travis county texas", [("12420", "county:48453")]),
        ("travis", [("12420", "county:48453")]),
        ("dona ana", [("29740", "county:35013")]),
        ("oglala lakota county", [("4600003", "county:46102")]),
        ("travis county, new mexico", []),
        ("12420", [("12420", None)]),
        ("78701", [("12420", "zip:78701")]),
        ("48047", [("4800006", "county:48047")]),
        ("78636", [("4800006", "zip:78636"), ("12420", "zip:78636")]),
        # Two counties of Austin's area have more of it together than the largest has.
        ("78650", [("12420", "zip:78650"), ("4800006", "zip:78650")]),
        ("austin", [("12420", None)]),
    ],
)
def test_a_text_finds_places(
    client: httpx.Client, q: str, expected: list[tuple[str, str | None]]
) -> None:
    assert areas(client, q=q) == expected


def test_towns_divide_a_county(client: httpx.Client) -> None:
    page = client.get("/v1/areas", params={"county": "09001", "period": "2021-05"}).json()
    assert [(i["code"], i["periods"]) for i in page["items"]] == [
        ("71950", ["2022-05"]),
        ("72850", []),
    ]
    (county,) = page["place"]["counties"]
    assert county["areas"] == [{"code": "71950", "towns": 2}, {"code": "72850", "towns": 1}]
    assert county["note"].startswith("until 2022")


def test_a_former_county_leads_to_what_followed_its_areas(client: httpx.Client) -> None:
    found = [code for code, _ in areas(client, county="09001")]
    assert found == ["14860", "47930", "35300"]
    answer = client.get(WAGES, params={"area": "county:09001"})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, "ambiguous_area")
    assert [choice["code"] for choice in problem["choices"]] == found
    assert {choice["relation"] for choice in problem["choices"]} == {"part"}
    answer = client.get("/v1/areas/zip:06604")
    assert (answer.status_code, answer.json()["code"]) == (300, "ambiguous_area")


def test_the_list_is_that_of_the_period(client: httpx.Client) -> None:
    asked = {"area": "county:48453", "period": "2022-05"}
    page = client.get(WAGES, params=asked).json()
    assert [(row["area"], row["period"]) for row in page["items"]] == [("12420", "2022-05")]
    assert page["notices"] == []
    page = client.get("/v1/areas", params={"county": "48453", "period": "2019-05"}).json()
    assert page["place"]["delineation"]["release"] == "bls-areas-counties-2021-05"
    (said,) = page["notices"]
    assert "2019-05" in said
    assert "from 2021-05 to 2023-05" in said
    for period, release in (("2023-05", "2021"), ("2024-05", "2025"), ("2026-05", "2025")):
        page = client.get("/v1/areas", params={"county": "48453", "period": period}).json()
        assert page["place"]["delineation"]["release"] == f"bls-areas-counties-{release}-05"
        assert page["notices"] == []


def test_not_covered(client: httpx.Client) -> None:
    page = client.get("/v1/areas", params={"zip": "96799"}).json()
    assert (page["items"], page["absent"]["status"]) == ([], "not_covered")
    assert page["place"]["counties"][0]["areas"] == []
    assert client.get("/v1/areas/zip:96799").status_code == 404
    (fault,) = client.get(WAGES, params={"area": "county:60050"}).json()["errors"]
    assert "American Samoa" in fault["detail"]


def test_counties_and_neighbours_of_an_area(client: httpx.Client) -> None:
    area = client.get("/v1/areas/12420").json()
    assert [county["fips"] for county in area["counties"]] == ["48021", "48453"]
    assert [one["code"] for one in area["neighbours"]] == ["4800006"]
    assert client.get("/v1/areas/TX").json()["counties"] == []


@pytest.mark.parametrize(
    ("path", "parameter", "said", "near"),
    [
        (f"{WAGES}?area=county:99999", "area", "no county has the FIPS code", []),
        (f"{WAGES}?area=county:48452", "area", "no county has the FIPS code", ["county:48453"]),
        (f"{WAGES}?area=county:48", "area", "48 is the code of Texas", ["TX"]),
        (f"{WAGES}?area=county:48000", "area", "48000 is the code of Texas", ["TX"]),
        (f"{WAGES}?area=county:travis", "area", "no county", ["county:48453"]),
        (f"{WAGES}?area=zip:7870", "area", "no ZIP code: five digits", []),
        (f"{WAGES}?area=zip:78702", "area", "post boxes", ["zip:78701"]),
        (f"{WAGES}?area=town:1", "area", "no wages are loaded for this area", []),
        (f"{WAGES}?area=county:46113&period=2022-05", "area", "no list of counties has", []),
        (f"{WAGES}?area=county:09120&period=2022-05", "area", "may be 2 areas", ["71950"]),
        (f"{WAGES}?area=county:72097&period=2022-05", "area", "no wages are loaded for", []),
        ("/v1/compare?codes=11-9111,29-1141&areas=zip:1", "areas", "five digits", []),
        ("/v1/areas?county=99999", "county", "no county has the FIPS code", []),
        ("/v1/areas?zip=ABCDE", "zip", "no ZIP code", []),
        ("/v1/areas?county=48453&period=soon", "period", "no period", []),
        ("/v1/areas?q=austin&period=2021-05", "period", "only with county or zip", []),
    ],
)
def test_bad_input(
    client: httpx.Client, path: str, parameter: str, said: str, near: list[str]
) -> None:
    answer = client.get(path)
    assert answer.status_code == 400, answer.text
    (fault,) = answer.json()["errors"]
    assert fault["parameter"] == parameter
    assert said in fault["detail"]
    assert fault["did_you_mean"][: len(near)] == near


def test_only_one_way_to_ask(client: httpx.Client) -> None:
    faults = client.get("/v1/areas?county=48453&zip=78701&q=austin").json()["errors"]
    assert [fault["parameter"] for fault in faults] == ["q", "county", "zip"]


def test_a_zip_code_that_is_not_covered_is_said(client: httpx.Client) -> None:
    page = client.get("/v1/areas", params={"q": "96799"}).json()
    assert page["items"] == []
    assert page["notices"] == ["ZIP code 96799 is in no area of the survey."]


def test_a_post_box_is_said(client: httpx.Client) -> None:
    page = client.get("/v1/areas", params={"q": "73301"}).json()
    assert page["items"] == []
    assert "post boxes" in page["notices"][0]


def test_verify_and_export(
    databases: Databases,
    tmp_path: Path,
) -> None:
    url = databases.seeded()
    folder = str(place_files(tmp_path / "places"))
    assert occupations("import", folder, url=url).returncode == 0
    said = occupations("import", folder, url=url)
    assert said.stdout.count("loaded already") == 4
    shorter = tmp_path / "areas_2025.csv"
    shorter.write_text(OF_2025.rpartition("48,")[0], "utf-8")
    refused = occupations("import", str(shorter), url=url)
    assert refused.returncode == 1
    assert "county_areas of 1 counties (48047)" in refused.stdout + refused.stderr
    done: Any = occupations("verify", folder, url=url)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0" in done.stdout


def test_without_lists_it_is_not_loaded(api: httpx.Client) -> None:
    for path in (f"{WAGES}?area=county:48453", "/v1/areas?zip=78701"):
        answer = api.get(path)
        assert (answer.status_code, answer.json()["code"]) == (400, "not_loaded")
    assert api.get("/v1/areas/county:48453").status_code == 404
