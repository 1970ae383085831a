"""What O*NET rates, over HTTP: tasks, work context, styles and values; and technologies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event

from app.server.edge import Edge
from tests.api.conftest import application, get
from tests.conftest import DATABASES, Databases, occupations
from tests.onet_releases import RELEASE_18_1, RELEASE_30_1, texts

pytestmark = pytest.mark.anyio

NOT_PUBLISHED = {"status": "not_published", "at_least": None}
NOT_APPLICABLE = {"status": "not_applicable", "at_least": None}
LOW_PRECISION = {"status": "low_precision", "at_least": None}
COMMAND = "occupations download onet --period 18.1 && occupations import downloads"
NOT_LOADED = {"status": "not_loaded", "at_least": None, "command": COMMAND}
RATED = ("importance", "relevance", "frequency")


@pytest.fixture(scope="module", params=DATABASES)
def onet(
    request: pytest.FixtureRequest,
    databases_of: Callable[[str], Databases],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Edge]:
    """An application on 30.1, and on 18.1 without ratings of tasks."""
    url = databases_of(request.param).seeded()
    folder = tmp_path_factory.mktemp("onet")
    texts(folder / "30.1", RELEASE_30_1)
    lacking = {"Task_Ratings", "Task_Categories", "Tasks_to_DWAs", "DWA_Reference"}
    texts(folder / "18.1", {n: t for n, t in RELEASE_18_1.items() if n not in lacking})
    made = occupations("import", str(folder), url=url)
    assert made.returncode == 0, made.stderr
    with application(url) as app:
        yield app


async def items(app: Edge, target: str) -> list[dict[str, Any]]:
    answer = await get(app, target)
    assert answer.status_code == 200, answer.text
    page = answer.json()
    assert page["total"] == len(page["items"])
    return list(page["items"])


async def test_a_task_carries_importance_relevance_and_frequency(onet: Edge) -> None:
    planned, checked = await items(onet, "/v1/occupations/11-9111/duties?source=onet")
    assert planned["importance"] == 4.84
    assert planned["importance_scale"] == {"min": 1, "max": 5}
    assert planned["importance_estimate"] == {
        "n": 62,
        "standard_error": 0.0722,
        "lower": 4.6956,
        "upper": 4.9844,
        "suppress": False,
        "marks": {},
    }
    assert planned["relevance"] == 97.5
    assert (planned["rated"], planned["rated_by"]) == ("2025-08", "Incumbent")
    assert [(one["category"], one["name"], one["percent"]) for one in planned["frequency"]] == [
        (1, "Yearly or less", 0.0),
        (2, "Weekly", 16.75),
        (3, "Daily", 83.25),
    ]
    yearly, weekly, _ = planned["frequency"]
    assert yearly["estimate"]["marks"] == {"lower": NOT_PUBLISHED, "upper": NOT_PUBLISHED}
    assert weekly["marks"] == {"percent": LOW_PRECISION}
    assert planned["activities"] == [
        {
            "id": f"4.A.2.b.1.I01.{last}",
            "title": title,
            "collected": "2014-03",
            "domain_source": "Analyst",
        }
        for last, title in (("D02", "Solve problems."), ("D01", "Make plans."))
    ]
    assert planned["marks"] == {}
    assert checked["activities"] == []
    assert checked["marks"] == {"importance": LOW_PRECISION, "frequency": NOT_PUBLISHED}


async def test_a_task_without_ratings_says_why(onet: Edge) -> None:
    (written,) = await items(onet, "/v1/occupations/15-1252/duties")
    assert [written[name] for name in RATED] == [None] * 3
    assert written["marks"] == dict.fromkeys(RATED, NOT_PUBLISHED)
    for duty in await items(onet, "/v1/duties?period=2014-03"):
        assert duty["importance_scale"] is duty["rated"] is duty["activities"] is None
        assert duty["marks"] == dict.fromkeys((*RATED, "activities"), NOT_LOADED)
    (article, *_) = await items(onet, "/v1/duties?source=article&limit=200")
    assert article["marks"] == dict.fromkeys((*RATED, "activities"), NOT_PUBLISHED)


async def test_a_work_context_has_its_mean_and_the_share_of_each_answer(onet: Edge) -> None:
    speaking, week = await items(onet, "/v1/occupations/11-9111/skills?kind=work_context")
    assert (speaking["scale"], speaking["value"]) == ("CX", 2.75)
    assert speaking["value_scale"] == {"min": 1, "max": 5}
    assert speaking["value_estimate"]["n"] == 20
    never, daily = speaking["categories"]
    assert (never["name"], never["percent"], never["marks"]) == (
        "Never",
        17.0,
        {"percent": LOW_PRECISION},
    )
    assert (daily["name"], daily["percent"], daily["marks"]) == ("Every day", 83.0, {})
    assert daily["estimate"]["marks"].keys() == {"standard_error", "lower", "upper"}
    assert speaking["importance"] is speaking["importance_scale"] is None
    other = {"importance": NOT_APPLICABLE, "level": NOT_APPLICABLE}
    assert speaking["marks"] == other
    assert week["marks"] == other | {"value": LOW_PRECISION}
    assert week["note"] == "CTP 2: collected 2025-07, Incumbent"


async def test_work_styles_and_values_are_on_scales_of_their_own(onet: Edge) -> None:
    rank, impact = sorted(
        await items(onet, "/v1/skills?kind=work_style"), key=lambda item: item["scale"]
    )
    assert (impact["scale"], impact["value"], impact["value_scale"]) == (
        "WI",
        -1.1,
        {"min": -3, "max": 3},
    )
    assert (rank["scale"], rank["value"], rank["value_estimate"]) == ("DR", 0.0, None)
    effort, persistence = await items(onet, "/v1/skills?kind=work_style&period=2014-03")
    assert (effort["importance"], effort["scale"], effort["value"]) == (4.55, None, None)
    assert effort["marks"] == {"level": NOT_PUBLISHED, "value": NOT_APPLICABLE}
    assert persistence["importance_estimate"] is None
    values = await items(onet, "/v1/skills?kind=work_value")
    assert [(one["scale"], one["value"]) for one in values] == [
        ("EX", 5.83),
        ("VH", 4.0),
        ("VH", 0.0),
    ]


ORDER = ["Charlie", "Easy", "Delta", "Aachen", "Baker", "Able"]
FILTERS = {
    "": ["Alpha", "Zebra", *ORDER],
    "hot=true": ["Charlie", "Easy", "Aachen", "Baker"],
    "in_demand=true": ["Charlie", "Easy", "Delta"],
    "hot=true&in_demand=true": ["Charlie", "Easy"],
    "hot=false": ["Alpha", "Zebra", "Delta", "Able"],
    "hot=false&in_demand=true": ["Delta"],
    "hot=true&group=11": [],
}


@pytest.mark.parametrize("query", FILTERS)
@pytest.mark.parametrize("limit", [1, 3, 200])
async def test_technologies_are_filtered_and_paged(onet: Edge, query: str, limit: int) -> None:
    following: str | None = f"/v1/technologies?kind=technology&limit={limit}&{query}"
    found: list[str] = []
    while following is not None:
        page = (await get(onet, following)).json()
        found += [item["name"] for item in page["items"]]
        assert page["total"] == len(FILTERS[query])
        following = page["next"]
        assert following is None or len(page["items"]) == limit
    assert found == FILTERS[query]


async def test_technologies_of_one_occupation_lead_with_those_in_demand(onet: Edge) -> None:
    path = "/v1/occupations/15-1252/technologies"
    every = await items(onet, path)
    software = [item["name"] for item in every if item["kind"] == "technology"]
    assert software == ORDER
    assert [item["name"] for item in every if item["kind"] == "tool"] == ["Desktops", "Notebooks"]
    hot = await items(onet, f"{path}?hot=true")
    assert [item["name"] for item in hot] == FILTERS["hot=true"]
    assert hot == await items(onet, "/v1/technologies?code=15-1252&hot=true")
    page = (await get(onet, f"{path}?in_demand=true&limit=2")).json()
    rest = (await get(onet, page["next"])).json()
    names = [item["name"] for item in (*page["items"], *rest["items"])]
    assert (names, page["total"], rest["next"]) == (FILTERS["in_demand=true"], 3, None)


@pytest.mark.parametrize("given", ["maybe", "TRUE", "1", ""])
async def test_a_flag_is_true_or_false(onet: Edge, given: str) -> None:
    answer = await get(onet, f"/v1/technologies?hot={given}")
    assert answer.status_code == 400
    (fault,) = answer.json()["errors"]
    assert (fault["parameter"], fault["allowed"]) == ("hot", "true, false")


async def test_a_cursor_belongs_to_its_filter(onet: Edge) -> None:
    page = (await get(onet, "/v1/technologies?hot=true&limit=1")).json()
    answer = await get(onet, page["next"].replace("hot=true", "hot=false"))
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")


STATEMENTS = {
    "/v1/technologies?hot=true": 1 + 1,  # a count in every part, and a run of the one that has any
    "/v1/technologies?hot=true&code=15-1252": 1,
    "/v1/occupations/15-1252/technologies?hot=true": 1,
    "/v1/duties?period=2025-12&source=onet": 3,  # as many as there are parts
    "/v1/skills?kind=work_context": 1,
}


@pytest.mark.parametrize("target", STATEMENTS)
async def test_a_list_costs_as_many_statements_as_stated(onet: Edge, target: str) -> None:
    engine = onet.api.state.store.engine
    if engine.dialect.name != "sqlite":
        pytest.skip("the same statements, which only SQLite's driver tells")
    sent: list[str] = []

    def trace(connection: Any, *_: Any) -> None:
        connection.set_trace_callback(sent.append)

    event.listen(engine, "checkout", trace)
    try:
        assert (await get(onet, target)).status_code == 200
    finally:
        event.remove(engine, "checkout", trace)
    assert len(sent) == STATEMENTS[target], sent


@pytest.mark.parametrize(
    ("query", "release"),
    [
        ("skills?kind=ability", "30.1"),
        ("skills?kind=work_context&period=2014-03", "18.1"),
        ("skills?kind=work_context&period=2014-03&group=11", "18.1"),
        ("duties?kind=revision&source=onet", ""),
    ],
)
async def test_a_kind_that_no_file_was_loaded_of(onet: Edge, query: str, release: str) -> None:
    page = (await get(onet, f"/v1/{query}")).json()
    assert page["items"] == []
    its = NOT_LOADED | {"command": COMMAND.replace("18.1", release)}
    assert page["absent"] == (its if release else NOT_PUBLISHED)


async def test_a_comparison_is_of_what_is_rated_for_importance_and_level(onet: Edge) -> None:
    answer = await get(onet, "/v1/compare?codes=11-9111,15-1252")
    named = {name for names in answer.json()["skills"]["distinct"].values() for name in names}
    assert not {"Public Speaking", "Innovation", "Achievement"} & named
