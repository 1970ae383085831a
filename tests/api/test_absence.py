"""Why a figure is absent: not published, or not loaded and by what commands it comes."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.api.queries.absence import PUBLISHERS
from app.api.queries.blocks import BLOCKS
from app.api.queries.commands import command_for
from app.commands.downloading import downloads
from app.importers import rows
from app.server.edge import Edge
from tests.api.conftest import application, get, lacking, load, load_wages, wage, whole
from tests.builders import write_xlsx
from tests.conftest import DATABASES, Databases, occupations
from tests.importers.older_projections import DEGREE, education

pytestmark = pytest.mark.anyio

CROSS = [rows.IndustryRow("000000", "Cross-industry", "cross-industry")]
MANAGERS, NOBODY = "11-9111", "31-1121"
LINE = [wage(MANAGERS, employment=10)]
NEWER, OLDER = "bls-oews-2024-05-state", "bls-oews-2019-05-state"
THEN = "&& occupations import downloads"
OF_STATES = f"occupations download bls-oews --period 2024-05 --scope state {THEN}"
OF_NATION = f"occupations download bls-oews --period 2021-05 --scope national {THEN}"
OF_ALL_AREAS = f"occupations download bls-oews --period 2019-05 --scope all {THEN}"
PUBLISHED = {"status": "not_published", "at_least": None}


def not_loaded(command: str) -> dict[str, Any]:
    return {"status": "not_loaded", "at_least": None, "command": command}


@pytest.fixture(scope="module", params=DATABASES)
def lacks(
    request: pytest.FixtureRequest, databases_of: Callable[[str], Databases]
) -> Iterator[Edge]:
    """The seed, wages of states of which California is cut and Guam is missing, and job zones."""
    url = databases_of(request.param).seeded()
    load_wages(
        url, OLDER, {f"{area} 000000 1235": LINE for area in ("CA", "TX", "GU")}, CROSS, NOBODY
    )
    load_wages(url, NEWER, {f"{area} 000000 1235": LINE for area in ("CA", "TX", "NY")}, CROSS)
    whole(url)
    lacking(url, NEWER, "CA", codes=812, areas=["GU"])
    lacking(url, NEWER, "NY", codes=7, areas=["AS", "GU"])
    head = rows.ReleaseHead("onet-27.0", "onet", "2022-08", "", "https://example.org/", "0" * 64)
    zone = rows.JobZoneRow(MANAGERS, 4, "Four", "", "", "", "")
    load(url, rows.Reading(head, [rows.PartRows(rows.PartKey(rows.JobZoneRow), [zone])]))
    lacking(url, "onet-27.0", "", datasets=["skills"])
    with application(url) as app:
        yield app


async def asked(app: Edge, target: str) -> Any:
    answer = await get(app, target)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("area", "mark"),
    [("CA", not_loaded(OF_STATES)), ("TX", PUBLISHED), ("US", not_loaded(OF_NATION))],
)
async def test_an_occupation_that_a_cut_part_lacks_is_not_loaded(
    lacks: Edge, area: str, mark: dict[str, Any]
) -> None:
    page = await asked(lacks, f"/v1/occupations?area={area}&codes={MANAGERS},{NOBODY}")
    there, absent = page["items"]
    assert absent["employment"] is absent["annual_median"] is None
    assert absent["marks"]["employment"] == absent["marks"]["annual_median"] == mark
    assert "employment" not in there["marks"]
    assert all(m["status"] != "not_loaded" for m in there["marks"].values())


@pytest.mark.parametrize(
    ("area", "period", "mark"),
    [
        ("NY", "2019-05", not_loaded(OF_ALL_AREAS)),  # the survey's of others are loaded
        ("NY,CA", "2019-05", not_loaded(OF_ALL_AREAS)),
        ("NY", "2024-05", not_loaded(OF_STATES)),
        ("TX", "2019-05", PUBLISHED),
    ],
)
async def test_a_period_that_is_loaded_of_other_areas_alone_is_not_loaded(
    lacks: Edge, area: str, period: str, mark: dict[str, Any]
) -> None:
    page = await asked(lacks, f"/v1/wages?area={area}&period={period}&code={NOBODY}")
    assert (page["total"], page["absent"]) == (0, mark)


PROFILES = [
    ("area=CA", "wages", not_loaded(OF_STATES)),
    ("area=TX", "wages", PUBLISHED),
    ("area=TX&period=2019-05", "wages", PUBLISHED),
    ("area=CA&period=2019-05", "wages", PUBLISHED),
    ("area=all", "wages", not_loaded(OF_STATES)),
    ("area=GU", "wages", not_loaded(OF_STATES)),
    ("area=GU&period=2019-05", "wages", PUBLISHED),
    ("area=GU&period=2024-05", "wages", not_loaded(OF_STATES)),
    ("area=CA&source=bls-oews", "wages", not_loaded(OF_STATES)),
    ("area=CA&source=article", "wages", PUBLISHED),
    ("area=CA&source=onet", "wages", PUBLISHED),
    ("", "projections", not_loaded(f"occupations download bls-ep {THEN}")),
    ("", "duties", not_loaded(f"occupations download onet {THEN}")),
    ("", "skills", not_loaded(f"occupations download onet --period 27.0 {THEN}")),
    ("period=2021-05", "skills", not_loaded(f"occupations download onet {THEN}")),
    ("", "job_zones", not_loaded(f"occupations download onet --period 27.0 {THEN}")),
    ("", "courses", PUBLISHED),
    ("", "workplaces", PUBLISHED),
]


@pytest.mark.parametrize(("query", "block", "mark"), PROFILES)
async def test_an_empty_block_says_whether_its_publisher_has_it(
    lacks: Edge, query: str, block: str, mark: dict[str, Any]
) -> None:
    document = await asked(lacks, f"/v1/occupations/{NOBODY}?include={block}&{query}")
    assert document[block] == []
    assert document["marks"] == {block: mark}


async def test_a_comparison_says_whether_a_figure_is_loaded(lacks: Edge) -> None:
    document = await asked(lacks, f"/v1/compare?codes={MANAGERS},{NOBODY}&areas=CA,TX")
    employment = document["figures"][0]["values"]
    assert [value["mark"] for value in employment] == [
        None,
        None,
        not_loaded(OF_STATES),
        PUBLISHED,
    ]
    growth = next(f for f in document["figures"] if f["figure"] == "percent_change")
    absent = not_loaded(f"occupations download bls-ep {THEN}")
    assert [value["mark"] for value in growth["values"]] == [None, None, absent, absent]


NOTHING: dict[str, Any] = {
    "datasets": [],
    "groups": [],
    "codes": 0,
    "rows": 0,
    "areas": [],
    "industries": [],
}


@pytest.mark.parametrize(
    ("release", "whole", "of_all"),
    [
        (NEWER, False, NOTHING | {"codes": 812, "areas": ["AS", "GU"]}),
        (OLDER, True, NOTHING),
        ("onet-27.0", False, NOTHING | {"datasets": ["skills"]}),
        ("bls-oews-2021-05", False, NOTHING),  # an excerpt
        ("article-2022-11", True, NOTHING),
    ],
)
async def test_a_release_says_what_it_lacks(
    lacks: Edge, release: str, whole: bool, of_all: dict[str, Any]
) -> None:
    one = await asked(lacks, f"/v1/releases/{release}")
    assert (one["whole"], one["lacks"]) == (whole, of_all)
    assert one in (await asked(lacks, "/v1/releases?limit=200"))["items"]


@pytest.mark.parametrize(
    ("source", "release"),
    [(source, None) for source in sorted({*PUBLISHERS.values()})]
    + [("soc", "soc-2018"), ("bls-ep", "bls-ep-2024-34"), ("onet", "onet-27.0")]
    + [("bls-oews", "bls-oews-2013-05"), ("bls-oews", "bls-oews-2024-05")]
    + [
        ("bls-oews", f"bls-oews-2024-05-{scope}")
        for scope in ("all", "state", "metropolitan", "industry")
    ],
)
async def test_a_command_is_one_that_the_program_has(source: str, release: str | None) -> None:
    fetch, then = command_for(source, release).split(" && ")
    words = shlex.split(fetch)
    assert words[:3] == ["occupations", "download", source]
    options = dict(zip(words[3::2], words[4::2], strict=True))
    found = [
        one
        for one in downloads(asked=options.get("--period"))
        if one.source == source
        and options.get("--period") in {None, one.period}
        and options.get("--scope") in {None, one.scope}
    ]
    assert found
    assert then == "occupations import downloads"


async def test_each_dataset_has_its_publisher_or_is_the_articles_alone() -> None:
    assert set(BLOCKS) - set(PUBLISHERS) == {"courses", "pathway", "workplaces"}


@pytest.mark.parametrize(
    ("target", "mark"),
    [
        (f"/v1/occupations/{NOBODY}/wages?area=CA", not_loaded(OF_STATES)),
        (f"/v1/wages?code={NOBODY}&area=CA", not_loaded(OF_STATES)),
        (f"/v1/wages?group={NOBODY}&area=CA", not_loaded(OF_STATES)),
        (f"/v1/occupations/{NOBODY}/wages?area=TX", PUBLISHED),
        (f"/v1/occupations/{NOBODY}/courses", PUBLISHED),
        (f"/v1/occupations/{MANAGERS}/wages?area=CA", None),
        (f"/v1/wages?code={MANAGERS}&area=CA", None),
        ("/v1/wages?area=CA", None),
    ],
)
async def test_an_empty_list_says_why(
    lacks: Edge, target: str, mark: dict[str, Any] | None
) -> None:
    page = await asked(lacks, target)
    assert page["absent"] == mark
    assert (page["total"] == 0) is (mark is not None)


async def test_what_table_5_4_lacks_of_the_projections_is_not_loaded(
    databases_of: Callable[[str], Databases], tmp_path: Path
) -> None:
    url = databases_of("sqlite").seeded()
    write_xlsx(tmp_path / "table5.4.xlsx", education(2026))
    assert occupations("import", str(tmp_path), url=url).returncode == 0
    mark = not_loaded(f"occupations download bls-ep {THEN}")
    figures = {"base_employment", "annual_openings", "percent_change", "annual_median"}
    with application(url) as app:
        (row,) = (await asked(app, "/v1/projections?code=11-1011&period=2026-36"))["items"]
        assert (row["typical_education"], row["base_employment"]) == (DEGREE, None)
        assert figures < row["marks"].keys()
        assert all(said == mark for said in row["marks"].values())
        page = await asked(app, "/v1/occupations?codes=11-1011")
        (item,) = page["items"]
        assert item["projection_period"] == "2026-36"
        assert item["marks"]["annual_openings"] == item["marks"]["percent_change"] == mark
