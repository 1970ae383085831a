"""Forty questions of people who come with a place, each answered by one request on the box.

The figures were looked up by hand in the publishers' files of May 2025 and of 2020-30, in the area
that the Bureau of Labor Statistics' list of counties gives.
"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

MEDIAN = "items.0.annual_median"
AREA = "items.0.area"
NURSES, ELECTRICIANS, DEVELOPERS = "29-1141", "47-2111", "15-1252"


def wages(code: str, area: str, more: str = "") -> str:
    return f"/v1/occupations/{code}/wages?area={area}{more}"


def areas(code: str, query: str = "") -> str:
    return f"/v1/occupations/{code}/areas?{query}"


Question = tuple[str, str, dict[str, Any]]
QUESTIONS: tuple[Question, ...] = (
    # By county.
    ("nurses in Travis County", wages(NURSES, "county:48453"), {MEDIAN: 97_890, AREA: "12420"}),
    ("electricians in Cook County", wages(ELECTRICIANS, "county:17031"), {MEDIAN: 102_350}),
    ("developers in King County", wages(DEVELOPERS, "county:53033"), {MEDIAN: 167_280}),
    ("truckers in Maricopa County", wages("53-3032", "county:04013"), {MEDIAN: 59_770}),
    ("teachers in Brooks County", wages("25-2021", "county:48047"), {MEDIAN: 60_490}),
    ("carpenters in Los Angeles County", wages("47-2031", "county:06037"), {MEDIAN: 75_740}),
    ("pharmacists in Middlesex County", wages("29-1051", "county:25017"), {MEDIAN: 139_660}),
    ("accountants in Manhattan", wages("13-2011", "county:36061"), {MEDIAN: 105_650}),
    ("welders in the city of St. Louis", wages("51-4121", "county:29510"), {MEDIAN: 51_640}),
    ("nurses in Doña Ana County", wages(NURSES, "county:35013"), {MEDIAN: 83_310}),
    ("cooks in Orleans Parish", wages("35-2014", "county:22071"), {MEDIAN: 30_520}),
    ("pilots in Anchorage", wages("53-2011", "county:02020"), {MEDIAN: 232_240}),
    ("desk clerks in Honolulu County", wages("43-4081", "county:15003"), {MEDIAN: 59_940}),
    (
        "underwriters in the Capitol Planning Region",
        wages("13-2053", "county:09110"),
        {MEDIAN: 100_690, "items.0.asked_area": "county:09110"},
    ),
    (
        "nurses in Oglala Lakota County",
        wages(NURSES, "county:46102"),
        {MEDIAN: 80_120, AREA: "4600003"},
    ),
    # By ZIP code.
    ("developers in 78701", wages(DEVELOPERS, "zip:78701"), {MEDIAN: 134_120, AREA: "12420"}),
    ("lawyers in 10001", wages("23-1011", "zip:10001"), {MEDIAN: 208_880}),
    ("developers in 94103", wages(DEVELOPERS, "zip:94103"), {MEDIAN: 186_640}),
    ("nurses in 60601", wages(NURSES, "zip:60601"), {MEDIAN: 100_490}),
    ("analysts in 20001", wages("13-1111", "zip:20001"), {MEDIAN: 126_830}),
    ("call centres in 30303", wages("43-4051", "zip:30303"), {MEDIAN: 42_710}),
    ("scientists in 02139", wages("19-1042", "zip:02139"), {MEDIAN: 129_500}),
    (
        "nurses in 96910, Guam",
        wages(NURSES, "zip:96910"),
        {"items.0.employment": 690, "items.0.marks.annual_median.status": "withheld"},
    ),
    # By name.
    ("which area is Travis County in", "/v1/areas?q=travis county", {"items.0.code": "12420"}),
    ("which area is 78701 in", "/v1/areas?q=78701", {"items.0.code": "12420"}),
    ("which area is the Bay Area", "/v1/areas?q=bay area", {"items.0.code": "41860"}),
    ("which area is St. Louis", "/v1/areas?q=st louis", {"items.0.code": "41180"}),
    # Over areas.
    ("which state pays nurses best", areas(NURSES), {AREA: "CA", MEDIAN: 140_270}),
    (
        "where do most developers work",
        areas(DEVELOPERS, "sort=-employment"),
        {AREA: "CA", "items.0.employment": 284_390, "items.1.area": "TX"},
    ),
    (
        "where are service unit operators concentrated",
        areas("47-5013", "sort=-location_quotient&level=metropolitan"),
        {AREA: "33260", "items.0.location_quotient": 101.99, "left_out.count": 27},
    ),
    (
        "which city pays electricians best",
        areas(ELECTRICIANS, "level=metropolitan"),
        {AREA: "38900", MEDIAN: 105_090, "left_out.count": 189, "left_out.first_without": "28100"},
    ),
    (
        "and of however few",
        areas(ELECTRICIANS, "level=metropolitan&floor=0"),
        {AREA: "28100", MEDIAN: 105_500, "left_out.count": 0},
    ),
    (
        "which countryside pays teachers best",
        areas("25-2021", "level=nonmetropolitan"),
        {AREA: "5300006", MEDIAN: 100_920, "left_out.count": 8},
    ),
    (
        "where do plant operators stand out",
        areas("51-8013", "sort=-location_quotient"),
        {AREA: "AK", "items.0.location_quotient": 10.6, "left_out.count": 30},
    ),
    (
        "where are fast food wages lowest",
        areas("35-3023", "sort=annual_median"),
        {AREA: "MS", MEDIAN: 22_610},
    ),
    # A state's own projections.
    (
        "how will nurses grow in Texas",
        f"/v1/projections?area=TX&code={NURSES}",
        {"items.0.percent_change": 17.1, "items.0.annual_openings": 16_210},
    ),
    (
        "and electricians in Washington",
        "/v1/occupations/47-2111?area=WA&include=projections",
        {"projections.0.percent_change": 17.8, "projections.0.area": "WA"},
    ),
    (
        "what has most openings in California",
        "/v1/occupations?area=CA&sort=-openings",
        {"items.0.code": "31-1120", "items.0.annual_openings": 127_640},
    ),
    # Without a hole.
    (
        "web developers in Abilene, or else in Texas",
        wages("15-1254", "10180", "&fallback=parent"),
        {"items.0.inherited_from_area": "TX", "items.0.employment": 60, MEDIAN: 85_800},
    ),
    (
        "nurses in Guam, or else in the nation",
        wages(NURSES, "GU", "&fallback=parent"),
        {"items.0.inherited_from_area": "US", "items.0.marks.annual_median.status": "withheld"},
    ),
)


@pytest.fixture(scope="module", params=["boxed", "boxed_postgresql"])
def box(request: pytest.FixtureRequest) -> httpx.Client:
    """Lend a client of a server with the box, on each kind of database."""
    client: httpx.Client = request.getfixturevalue(request.param)
    return client


def found(document: Any, path: str) -> Any:
    """Return what stands in a document at a path of keys and places."""
    for key in path.split("."):
        document = document[int(key) if isinstance(document, list) else key]
    return document


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question[0])
def test_a_question_is_answered_in_one_request(box: httpx.Client, question: Question) -> None:
    _, path, expected = question
    answer = box.get(path)
    assert answer.status_code == 200, answer.text
    document = answer.json()
    assert {key: found(document, key) for key in expected} == expected


def test_there_are_forty_and_fifteen_by_county() -> None:
    assert len(QUESTIONS) == 40
    assert sum("area=county:" in path for _, path, _ in QUESTIONS) == 15
