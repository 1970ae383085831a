"""Rankings: what their floor leaves out, and what they say of top-coded wages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.importers import rows
from app.server.edge import Edge
from tests.api.conftest import application, get, load_wages, wage
from tests.conftest import DATABASES, Databases

pytestmark = pytest.mark.anyio

BOUND = 239_200
LINES = {
    "11-1011": wage("11-1011", employment=1000, annual_median=100_000),
    "11-1021": wage("11-1021", employment=999, annual_median=110_000),
    "11-9111": wage("11-9111", employment="*", annual_median=120_000),
    "29-1141": wage("29-1141", employment=5000, annual_median="#"),
    "29-1215": wage("29-1215", employment=5000, annual_median=BOUND),
    "29-1216": wage("29-1216", employment=5000, annual_median=BOUND + 10),
}


@pytest.fixture(scope="module", params=DATABASES)
def ranked(
    request: pytest.FixtureRequest, databases_of: Callable[[str], Databases]
) -> Iterator[Edge]:
    """The seed, and wages of the nation and of Texas beside a top code."""
    url = databases_of(request.param).seeded()
    names = [rows.IndustryRow("000000", "Cross-industry", "cross-industry")]
    parts = {f"{area} 000000 1235": [*LINES.values()] for area in ("US", "TX", "GU")}
    load_wages(url, "bls-oews-2025-05", parts, names)
    with application(url) as app:
        yield app


async def page(app: Edge, codes: str, query: str) -> Any:
    answer = await get(app, f"/v1/occupations?codes={codes}&{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


SMALL = "11-1011,11-1021,11-9111"


@pytest.mark.parametrize(
    ("codes", "query", "shown", "left_out"),
    [
        (SMALL, "sort=-wage", ["11-1011"], (1000, 2, "11-9111")),
        (SMALL, "sort=wage", ["11-1011"], (1000, 2, None)),
        ("11-1021,11-1011", "sort=-wage", ["11-1011"], (1000, 1, "11-1021")),
        ("11-1011", "sort=-wage", ["11-1011"], (1000, 0, None)),
        ("11-9111", "sort=growth", [], (1000, 1, "11-9111")),
        (SMALL, "sort=-wage&wage_max=105000", ["11-1011"], (1000, 0, None)),
        (SMALL, "sort=-wage&employment_min=0", ["11-9111", "11-1021", "11-1011"], None),
        (SMALL, "sort=-wage&floor=0", ["11-9111", "11-1021", "11-1011"], None),
        (SMALL, "sort=-wage&floor=999", ["11-1021", "11-1011"], (999, 1, "11-9111")),
        (SMALL, "floor=1000", ["11-1011"], (1000, 2, None)),
        (SMALL, "sort=-employment&floor=1001", [], (1001, 3, "11-1011")),
        (SMALL, "sort=-wage&employment_min=0&floor=1000", ["11-1011"], (1000, 2, "11-9111")),
        (SMALL, "sort=-employment", ["11-1011", "11-1021", "11-9111"], None),
        (SMALL, "wage_min=1", ["11-1011", "11-1021", "11-9111"], None),
    ],
)
async def test_a_ranking_says_what_its_floor_leaves_out(
    ranked: Edge, codes: str, query: str, shown: list[str], left_out: Any
) -> None:
    found = await page(ranked, codes, query)
    assert [item["code"] for item in found["items"]] == shown
    assert found["total"] == len(shown)
    if left_out is not None:
        left_out = dict(zip(("floor", "count", "first_without"), left_out, strict=True))
    assert found["left_out"] == left_out
    assert len(found["notices"]) == (left_out is not None)


TOPS = "29-1141,29-1215,29-1216"


@pytest.mark.parametrize(
    ("codes", "query", "said"),
    [
        (TOPS, "sort=-wage&employment_min=0", True),
        (TOPS, "sort=wage&employment_min=0", True),
        (TOPS, "wage_min=1", True),
        (TOPS, "wage_min=239201", False),  # the top-coded one is not in the list
        (TOPS, "wage_max=1000000", False),  # nor there
        (TOPS, "sort=-employment", False),
        ("29-1141,29-1215", "sort=-wage&employment_min=0", False),  # none above the bound
        ("29-1215,29-1216", "sort=-wage&employment_min=0", False),
    ],
)
async def test_a_list_says_where_wages_above_a_top_code_are_published(
    ranked: Edge, codes: str, query: str, said: bool
) -> None:
    notices = (await page(ranked, codes, query))["notices"]
    assert notices == (
        [
            "Some wages are published as $239,200 or more and rank by this bound. Others above it "
            "are published with their figure, so the order among these is not certain."
        ]
        if said
        else []
    )


OF_THE_NATION = "Employment and wages are of TX; projections are of the nation (US)."


@pytest.mark.parametrize(
    ("target", "notices"),
    [
        ("/v1/occupations?codes=11-9111&area=TX", [OF_THE_NATION]),
        ("/v1/occupations?codes=11-9111", []),
        ("/v1/occupations?codes=29-1216&area=TX", []),  # no projection is loaded for it
        ("/v1/occupations/11-9111?area=TX", [OF_THE_NATION]),
        ("/v1/occupations/11-9111?area=TX&include=projections", [OF_THE_NATION]),
        ("/v1/occupations/11-9111?area=TX&include=wages", []),
        (
            "/v1/occupations/11-9111?area=all",
            [OF_THE_NATION.replace("TX", "the area that each row names")],
        ),
        ("/v1/occupations/11-9111", []),
        ("/v1/compare?codes=11-9111,29-1141&areas=US,TX", [OF_THE_NATION]),
        (
            "/v1/compare?codes=11-9111,29-1141&areas=TX,GU",
            [OF_THE_NATION.replace("TX", "TX and GU")],
        ),
        ("/v1/compare?codes=11-9111,29-1141", []),
    ],
)
async def test_projections_beside_wages_of_another_area_are_said_to_be_of_the_nation(
    ranked: Edge, target: str, notices: list[str]
) -> None:
    answer = await get(ranked, target)
    assert answer.status_code == 200, answer.text
    assert answer.json()["notices"] == notices
    for row in [*answer.json().get("items", ()), *answer.json().get("columns", ())]:
        assert row["projection_area"] == ("US" if row["projection_period"] else None)


LIST = "/v1/occupations"


@pytest.mark.parametrize(
    ("given", "at_fault", "meant"),
    [
        ("sort=-openings", ["sort"], ["?area=TX", "?sort=-openings"]),
        ("sort=growth", ["sort"], ["?area=TX", "?sort=growth"]),
        ("growth_min=0&limit=9", ["growth_min"], ["?area=TX&limit=9", "?growth_min=0.0&limit=9"]),
        (
            "growth_max=9&openings_min=0&sort=-growth",
            ["growth_max", "openings_min", "sort"],
            ["?area=TX", "?growth_max=9.0&openings_min=0&sort=-growth"],
        ),
    ],
)
async def test_an_area_is_not_ranked_or_filtered_by_the_projections_of_the_nation(
    ranked: Edge, given: str, at_fault: list[str], meant: list[str]
) -> None:
    answer = await get(ranked, f"{LIST}?area=TX&{given}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")
    faults = answer.json()["errors"]
    assert [fault["parameter"] for fault in faults] == at_fault
    for fault in faults:
        assert fault["detail"] == (
            "growth and openings are projected for the nation (US) only, not for TX"
        )
        assert fault["allowed"] == "only with area=US"
        assert fault["did_you_mean"] == [LIST + query for query in meant]
    for query in meant:
        assert (await get(ranked, LIST + query)).status_code == 200


@pytest.mark.parametrize(
    "query",
    ["sort=-employment", "sort=-wage", "education=bachelor", "employment_min=1&wage_min=1"],
)
async def test_an_area_is_ranked_and_filtered_by_what_is_its_own(ranked: Edge, query: str) -> None:
    answer = await get(ranked, f"{LIST}?area=TX&{query}")
    assert answer.status_code == 200
    assert answer.json()["total"] > 0
