"""Queries that ask for more than an occupation: facts about it, and a place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.builders import line, oews_csv, onet_text
from tests.conftest import DATABASES, Databases, occupations
from tests.servers import serving, warmed

AREAS = (
    ("99", "1", "U.S.", "US"),
    ("48", "2", "Texas", "TX"),
    ("53", "2", "Washington", "WA"),
    ("12420", "4", "Austin-Round Rock-San Marcos, TX", "TX"),
    ("33660", "4", "Mobile, AL", "AL"),
    ("38860", "4", "Portland-South Portland, ME", "ME"),
    ("38900", "4", "Portland-Vancouver-Hillsboro, OR-WA", "OR"),
    ("46520", "4", "Urban Honolulu, HI", "HI"),
    ("47900", "4", "Washington-Arlington-Alexandria, DC-VA-MD-WV", "DC"),
)
NAMES = {
    "13-1041.00": "Wage and Hour Investigators",
    "13-1141.00": "Salary Administrators",
    "13-1151.00": "Skills Trainers",
    "15-1252.00": "Mobile Developers",
    "25-1081.00": "Education Directors",
    "45-4011.00": "Growth Hackers",
}
NURSE = {"OCC_CODE": "29-1141", "OCC_TITLE": "Registered Nurses"}


@pytest.fixture(scope="module", params=DATABASES)
def client(
    request: pytest.FixtureRequest,
    databases_of: Callable[[str], Databases],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[httpx.Client]:
    """The seed, occupations whose names have words of queries, and wages in nine areas."""
    url = databases_of(request.param).seeded()
    folder: Path = tmp_path_factory.mktemp("understood")
    lines = [
        line(AREA=code, AREA_TYPE=kind, AREA_TITLE=name, PRIM_STATE=state, TOT_EMP=2024, **NURSE)
        for code, kind, name, state in AREAS
    ]
    oews_csv(folder / "all_data_M_2024.csv", *lines)
    onet_text(
        folder / "onet",
        Read_Me="O*NET 27.0 Database\nAugust 2022 Release",
        Occupation_Data="\n".join(
            ["O*NET-SOC Code|Title|Description"]
            + [f"{code}|{name}|Text" for code, name in NAMES.items()]
        ),
    )
    done = occupations("import", str(folder), url=url)
    assert done.returncode == 0, done.stderr
    with serving(url) as client:
        yield warmed(client)


def asked(client: httpx.Client, q: str, **given: str) -> Any:
    answer = client.get("/v1/search", params={"q": q, "limit": "5", **given})
    assert answer.status_code == 200, answer.text
    return answer.json()


WAGES, TEXAS = ["wages"], ("TX", ["TX"])
NOWHERE: tuple[str | None, list[str]] = (None, [])


@pytest.mark.parametrize(
    ("q", "rest", "blocks", "place", "words"),
    [
        ("wages of nurses in texas", "nurses", WAGES, TEXAS, ["wages of", "in texas"]),
        ("nurse salary TX", "nurse", WAGES, TEXAS, ["salary", "TX"]),
        ("in Texas: nurses, average pay", "nurses", WAGES, TEXAS, ["average pay", "in Texas"]),
        (
            "how much does a nurse make in austin, tx?",
            *("nurse", WAGES, ("12420", ["12420"])),
            ["how much does a", "make", "in austin, tx"],
        ),
        (
            "wages and job outlook for nurses",
            *("nurses", ["wages", "projections"], NOWHERE, ["wages and job outlook for"]),
        ),
        ("education and skills of nurses", "nurses", ["education", "skills"], NOWHERE, None),
        ("nurse job description", "nurse", ["duties"], NOWHERE, ["job description"]),
        ("job titles of nurses", "nurses", ["titles"], NOWHERE, ["job titles of"]),
        ("29-1141 duties", "29-1141", ["duties"], NOWHERE, ["duties"]),
        ("nurse in washington", "nurse", [], (None, ["WA", "47900"]), ["in washington"]),
        ("nurse in washington state", "nurse", [], ("WA", ["WA"]), None),
        ("nurse washington dc", "nurse", [], ("47900", ["47900"]), None),
        ("nurse in portland", "nurse", [], (None, ["38860", "38900"]), None),
        ("nurse in portland, or", "nurse", [], ("38900", ["38900"]), None),
        ("nurse in honolulu", "nurse", [], ("46520", ["46520"]), None),
        ("nurse in mobile", "nurse", [], ("33660", ["33660"]), None),
    ],
)
def test_words_for_facts_and_places_are_understood_and_said(
    client: httpx.Client,
    q: str,
    rest: str,
    blocks: list[str],
    place: tuple[str | None, list[str]],
    words: list[str] | None,
) -> None:
    page = asked(client, q)
    understood = page["understood"]
    area, places = place
    assert (understood["q"], understood["blocks"], understood["area"]) == (rest, blocks, area)
    assert [one["code"] for one in understood["places"]] == places
    assert words is None or understood["words"] == words
    hit = page["items"][0]
    assert (hit["code"], hit["area"]) == ("29-1141", area or "US")
    choices = [notice for notice in page["notices"] if "may be several places" in notice]
    assert len(choices) == (len(places) > 1)
    assert all(f"area={code}" in notice for notice in choices for code in places)


@pytest.mark.parametrize(
    ("q", "code"),
    [
        ("wage and hour investigator", "13-1041"),
        ("salary administrator", "13-1141"),
        ("skills trainer", "13-1151"),
        ("mobile developer", "15-1252"),
        ("developer in mobile", None),
        ("education director", "25-1081"),
        ("director of education", "25-1081"),
        ("nurse education", None),  # education is a field of work too
        ("growth hacker", "45-4011"),
        ("or nurse", "29-1141"),  # no Oregon
        ("texas", None),  # nothing would be left
        ("wages of zzyzzyx", None),
        ("registered nurse", "29-1141"),
    ],
)
def test_words_of_names_are_searched_for(client: httpx.Client, q: str, code: str | None) -> None:
    page = asked(client, q)
    assert page["understood"] == {"q": q, "blocks": [], "area": None, "places": [], "words": []}
    if code is not None:
        assert page["items"][0]["code"].startswith(code)


def test_an_area_that_is_asked_for_wins_over_one_that_the_query_names(
    client: httpx.Client,
) -> None:
    for area in ("WA", "US"):
        page = asked(client, "nurses in texas", area=area)
        assert (page["understood"]["q"], page["understood"]["area"]) == ("nurses", None)
        assert page["understood"]["places"] == [{"code": "TX", "name": "Texas"}]
        assert {hit["area"] for hit in page["items"]} == {area}


def test_a_place_with_a_filter_by_projections_leaves_the_figures_of_the_nation(
    client: httpx.Client,
) -> None:
    page = asked(client, "nurses in texas", growth_min="-100")
    assert (page["understood"]["area"], page["items"][0]["area"]) == (None, "US")
    assert page["notices"] == []


def test_hits_of_an_area_say_that_projections_are_of_the_nation(client: httpx.Client) -> None:
    page = asked(client, "nurses in texas")
    assert page["items"][0]["projection_area"] == "US"
    assert page["notices"] == [
        "Employment and wages are of TX; projections are of the nation (US)."
    ]


def test_a_search_in_an_area_is_not_filtered_by_projections(client: httpx.Client) -> None:
    answer = client.get("/v1/search", params={"q": "nurse", "area": "TX", "openings_min": "1"})
    assert answer.status_code == 400
    (fault,) = answer.json()["errors"]
    assert fault["parameter"] == "openings_min"
    assert fault["did_you_mean"] == [
        "/v1/search?area=TX&q=nurse",
        "/v1/search?openings_min=1&q=nurse",
    ]
