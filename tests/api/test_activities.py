"""Detailed work activities over HTTP, and job zones without their texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.importers import rows
from app.server.edge import Edge
from tests.api.conftest import application, get, load
from tests.conftest import DATABASES, Databases, occupations
from tests.onet_releases import LINKS, RELEASE_30_1, texts

pytestmark = pytest.mark.anyio

MANAGERS, DEVELOPERS, FINER = "11-9111", "15-1252", "15-1252.01"
SOLVE, PLAN = "4.A.2.b.1.I01.D02", "4.A.2.b.1.I01.D01"
COMMAND = "occupations download onet --period {} && occupations import downloads"
PUBLISHED = {"status": "not_published", "at_least": None}


def not_loaded(command: str) -> dict[str, Any]:
    return {"status": "not_loaded", "at_least": None, "command": command}


def zone(code: str, **given: Any) -> rows.Row:
    of_all = {"zone": 4, "name": "Four", "svp_range": "(7.0 to < 8.0)"}
    said = {"experience": "Some.", "education": "A degree.", "training": "A year."}
    return rows.JobZoneRow(code=code, **{**of_all, **said, **given})


@pytest.fixture(scope="module", params=DATABASES)
def onet(
    request: pytest.FixtureRequest,
    databases_of: Callable[[str], Databases],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Edge]:
    """O*NET 30.1 without its tasks, and a release of before that has neither tasks nor texts."""
    url = databases_of(request.param).seeded()
    without = {"Task_Statements", "Task_Ratings", "Task_Categories"}
    links = f"""{LINKS}
        11-9111.00|47|{SOLVE}|07/2015|Analyst - Transition"""
    finer = f"{RELEASE_30_1['Occupation_Data']}\n{FINER}|Blockchain Engineers|They chain."
    folder = texts(
        tmp_path_factory.mktemp("onet") / "30.1",
        {name: text for name, text in RELEASE_30_1.items() if name not in without},
        Occupation_Data=finer,
        Tasks_to_DWAs=links,
    )
    made = occupations("import", str(folder), url=url)
    assert made.returncode == 0, made.stderr
    head = rows.ReleaseHead("onet-27.0", "onet", "2022-08", "", "https://example.org/", "0" * 64)
    zones = [
        zone(MANAGERS),
        zone(DEVELOPERS, experience=None, education=None, training=None),
        zone(FINER, education=None),
    ]
    load(url, rows.Reading(head, [rows.PartRows(rows.PartKey(rows.JobZoneRow), zones)]))
    with application(url) as app:
        yield app


async def ask(app: Edge, target: str) -> Any:
    answer = await get(app, target)
    assert answer.status_code == 200, answer.text
    return answer.json()


SAID = {"collected": "2014-03", "domain_source": "Analyst"}
OTHER = {"collected": "2015-07", "domain_source": "Analyst - Transition"}


def activity(code: str, its: str, title: str, *tasks: dict[str, Any], **given: Any) -> Any:
    return {
        "code": code,
        "inherited_from": None,
        "activity_id": its,
        "title": title,
        "tasks": [*tasks],
        "note": None,
        "locator": None,
        "release": "onet-30.1",
        **given,
    }


OF_MANAGERS = [
    activity(MANAGERS, SOLVE, "Solve problems.", {"id": "46", **SAID}, {"id": "47", **OTHER}),
    activity(MANAGERS, PLAN, "Make plans.", {"id": "46", **SAID}),
]
OF_DEVELOPERS = [activity(DEVELOPERS, SOLVE, "Solve problems.", {"id": "48", **SAID})]


async def test_activities_are_there_without_the_tasks(onet: Edge) -> None:
    page = await ask(onet, f"/v1/occupations/{MANAGERS}/activities")
    assert (page["items"], page["total"], page["absent"]) == (OF_MANAGERS, 2, None)
    assert [*page["releases"]] == ["onet-30.1"]
    profile = await ask(onet, f"/v1/occupations/{MANAGERS}?include=activities")
    assert profile["activities"] == OF_MANAGERS
    whole = await ask(onet, f"/v1/occupations/{MANAGERS}")
    blocks = [name for name, items in whole.items() if isinstance(items, list)]
    assert blocks[blocks.index("duties") + 1] == "activities"


@pytest.mark.parametrize("limit", [1, 2, 200])
async def test_the_flat_list_has_them_all(onet: Edge, limit: int) -> None:
    page = await ask(onet, f"/v1/activities?limit={limit}")
    items = page["items"]
    assert page["total"] == 3
    while page["next"]:
        page = await ask(onet, page["next"])
        items += page["items"]
    assert items == OF_MANAGERS + OF_DEVELOPERS
    of_one = await ask(onet, f"/v1/activities?code={DEVELOPERS}&period=2025-12&source=onet")
    assert of_one["items"] == OF_DEVELOPERS
    assert (await ask(onet, "/v1/activities?group=15"))["items"] == OF_DEVELOPERS
    titles = await ask(onet, "/v1/activities?fields=title")
    assert titles["items"][1] == {"code": MANAGERS, "title": "Make plans.", "release": "onet-30.1"}


async def test_a_finer_occupation_has_those_of_its_parent(onet: Edge) -> None:
    page = await ask(onet, f"/v1/occupations/{FINER}/activities")
    assert page["items"] == [
        one | {"code": FINER, "inherited_from": DEVELOPERS} for one in OF_DEVELOPERS
    ]


ABSENT = [
    ("/v1/occupations/29-1141/activities", not_loaded(COMMAND.format("30.1"))),
    ("/v1/activities?source=article", PUBLISHED),
    ("/v1/activities?release=onet-30.1&group=29", not_loaded(COMMAND.format("30.1"))),
    ("/v1/activities?period=2022-08", not_loaded(COMMAND.format("27.0"))),
    ("/v1/occupations/11-9111/activities?period=2022-08", not_loaded(COMMAND.format("27.0"))),
]


@pytest.mark.parametrize(("target", "mark"), ABSENT)
async def test_a_release_without_them_says_how_they_come(
    onet: Edge, target: str, mark: dict[str, Any]
) -> None:
    page = await ask(onet, target)
    assert (page["items"], page["absent"]) == ([], mark)


async def test_a_release_that_lacks_them_says_so(onet: Edge) -> None:
    older = await ask(onet, "/v1/releases/onet-27.0")
    newer = await ask(onet, "/v1/releases/onet-30.1")
    assert "activities" in older["lacks"]["datasets"]
    assert "activities" not in newer["lacks"]["datasets"]
    assert newer["rows"]["activities"] == 3


TEXTS = ("experience", "education", "training")
GONE = not_loaded(COMMAND.format("27.0"))
ZONES: list[tuple[str, tuple[str, ...]]] = [
    (MANAGERS, ()),
    (DEVELOPERS, TEXTS),
    (FINER, ("education",)),
]


@pytest.mark.parametrize(("code", "lacking"), ZONES)
async def test_a_job_zone_without_its_texts_says_how_they_come(
    onet: Edge, code: str, lacking: tuple[str, ...]
) -> None:
    for target in (f"/v1/occupations/{code}/job-zones", f"/v1/job-zones?code={code}"):
        (found,) = (await ask(onet, target))["items"]
        assert (found["zone"], found["name"], found["svp_range"]) == (4, "Four", "(7.0 to < 8.0)")
        assert found["marks"] == dict.fromkeys(lacking, GONE)
        assert [name for name in TEXTS if found[name] is None] == [*lacking]
    part = (await ask(onet, f"/v1/job-zones?code={code}&fields=education"))["items"][0]
    assert part["marks"] == ({"education": GONE} if "education" in lacking else {})
