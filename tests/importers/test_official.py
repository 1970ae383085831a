"""The official files, loaded whole into a database; they are not in the repository.

`make verify` runs the tests with the mark ``whole`` too: all of these on PostgreSQL.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import create_engine

from app.api.schemas.words import KINDS
from tests.api.test_tried import gets, opened
from tests.conftest import DATABASES, Databases, occupations_process
from tests.importers.loaded_rows import SUMS, Onet, digests
from tests.official import gathered, official
from tests.servers import serving

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return gathered(tmp_path_factory.mktemp("official"))


@pytest.fixture(scope="module")
def loaded(files: Path, databases_of: Callable[[str], Databases]) -> Callable[[str], str]:
    """Give the URL of a database of a kind with all the files, imported when first asked for."""

    @cache
    def url_of(kind: str) -> str:
        url = databases_of(kind).empty()
        made = occupations_process("import", str(files), url=url, timeout=600)
        assert made.returncode == 0, made.stderr
        return url

    return url_of


@pytest.mark.whole
def test_both_databases_hold_the_same_rows(loaded: Callable[[str], str]) -> None:
    sqlite, postgresql = (digests(loaded(kind)) for kind in DATABASES)
    assert sqlite == postgresql


SAMPLE = (
    "soc-2018/soc_2018_definitions.xlsx",
    "bls-oews/national_M2013_dl.xls",
    "bls-oews/national_M2025_dl.xlsx",
    "bls-ep/Employment Projections 2021-31.csv",
    "bls-ep/occupation_2024-34.xlsx",
    "crosswalks/soc_2010_to_2018_crosswalk.xlsx",
)
"""Files of each publisher and format. `make verify` compares every cell of every file."""


def test_every_cell_of_some_files_is_answered(loaded: Callable[[str], str], files: Path) -> None:
    paths = [str(files / name) for name in SAMPLE]
    answer = occupations_process("verify", *paths, url=loaded("sqlite"), timeout=600)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    total = re.search(r"^in all +([\d,]+) +(\d+)", answer.stdout, re.MULTILINE)
    assert total, answer.stdout
    assert int(total[1].replace(",", "")) > 100_000
    assert total[2] == "0"


KINDS_HERE = ("sqlite", pytest.param("postgresql", marks=pytest.mark.whole))


@pytest.fixture(params=KINDS_HERE)
def onet(
    request: pytest.FixtureRequest, loaded: Callable[[str], str]
) -> Iterator[Callable[[str], Onet]]:
    engine = create_engine(loaded(request.param))
    yield lambda release: Onet(engine, release)
    engine.dispose()


def test_the_whole_of_27_0(onet: Callable[[str], Onet]) -> None:
    whole = onet("onet-27.0")
    assert {table: whole.counts(table) for table in SUMS} == {
        "entries": {"detailed": 867, "onet": 149},
        "descriptions": {"definition": 1016},
        "duties": {
            "core": 13225,
            "supplemental": 4728,
            "unrated": 1312,
            "new": 201,
            "revision": 35,
        },
        "titles": {"alternate": 52754, "reported": 7541},
        "skills": {"work_style": 13968, "work_value": 7866},
        "technologies": whole.counts("technologies"),
        "education": {"required_level": 10224},
        "experience": {
            "related_work": 9372,
            "on_site_training": 7668,
            "on_the_job_training": 7668,
        },
        "job_zones": whole.counts("job_zones"),
        "interests": {"OI": 5244, "IH": 2622},
        "related": {"primary_short": 4615, "primary_long": 4615, "supplemental": 9230},
    }
    assert sum(whole.counts("technologies").values()) == 30826 + 41644
    assert sum(whole.counts("job_zones").values()) == 923
    assert whole.rows("count(*), count(DISTINCT code)", "activities") == [(17902, 923)]
    columns = "text, incumbents_responding, collected, domain_source"
    assert whole.rows(columns, "duties", "AND task_id = '15287'") == [
        (
            'Conduct "head counts" to help predict the outcome of upcoming votes.',
            None,
            "2006-06",
            "Analyst",
        )
    ]
    columns = "percent, n, standard_error, lower, upper, suppress"
    assert whole.rows(columns, "education", "AND code = '11-1011' AND category = 9") == [
        (19.23, 27, 16.21, 2.71, 67.05, True)
    ]
    columns = "zone, name, svp_range, collected"
    assert whole.rows(columns, "job_zones", "AND code = '11-9111'") == [
        (4, "Job Zone Four: Considerable Preparation Needed", "(7.0 to < 8.0)", "2022-08")
    ]
    licensed = whole.rows("title, origin", "titles", "AND short_title = 'LMHC'")
    assert ("Licensed Mental Health Counselor (LMHC)", "02,04") in licensed
    nearest = whole.rows("related_code, rank", "related", "AND code = '11-1011' AND rank = 1")
    assert nearest == [("11-1021", 1)]


def test_the_whole_of_29_3(onet: Callable[[str], Onet]) -> None:
    whole = onet("onet-29.3")
    assert whole.counts("entries") == {"detailed": 867, "onet": 149}
    assert whole.counts("duties") == {
        "core": 13417,
        "supplemental": 4222,
        "unrated": 1157,
        "new": 247,
        "revision": 48,
    }
    assert whole.counts("skills") == {
        "skill": 30765,
        "knowledge": 29007,
        "work_style": 14064,
        "work_value": 7866,
    }
    assert whole.counts("technologies") == {True: 11616, False: 21065, None: 41662}
    linked = whole.rows("activities", "duties", "AND activities IS NOT NULL")
    links = [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in linked]
    assert sum(map(len, links)) == 23233
    of_activities = [row[0] for row in whole.rows("tasks", "activities")]
    tasks = [json.loads(one) if isinstance(one, str) else one for one in of_activities]
    assert (len(tasks), sum(map(len, tasks))) == (17806, 23233)
    first = whole.rows("name", "technologies", "AND code = '15-1252' AND position = 1 AND hot")
    assert first == [("Amazon Web Services AWS software",)]
    assert whole.counts("experience") == {
        "related_work": 9438,
        "on_site_training": 7722,
        "on_the_job_training": 7722,
    }
    assert whole.counts("education") == {"required_level": 10296}
    assert sum(whole.counts("interests").values()) == 8307
    assert sum(whole.counts("related").values()) == 18460
    columns = "importance, importance_n, level, level_se, level_lower, level_upper,"
    columns += " level_suppress, not_relevant"
    assert whole.rows(columns, "skills", "AND code = '11-9111' AND element_id = '2.A.1.a'") == [
        (4.0, 8, 4.12, 0.125, 3.88, 4.37, False, False)
    ]
    (row,) = whole.rows(columns, "skills", "AND code = '11-3031' AND element_id = '2.B.3.a'")
    assert row[2:7] == (
        1.12,
        0.5154,
        0.1148,
        2.1352,
        True,
    )
    assert whole.rows(columns, "skills", "AND code = '11-9111' AND element_id = '2.C.1.a'") == [
        (4.68, 28, 5.5, None, None, None, None, False)
    ]
    suppressed = whole.rows("sum(CASE WHEN level_suppress THEN 1 ELSE 0 END)", "skills")
    assert suppressed == [(118 + 6 + 3727 + 1051,)]


@pytest.fixture(scope="module", params=KINDS_HERE)
def served(request: pytest.FixtureRequest, loaded: Callable[[str], str]) -> Iterator[httpx.Client]:
    with serving(loaded(request.param)) as client:
        yield client


def walked(client: httpx.Client, path: str, **query: str) -> Iterator[dict[str, Any]]:
    """Give the items of all pages of a list."""
    page = client.get(path, params={**query, "limit": "200"}).json()
    while True:
        yield from page["items"]
        if page["next"] is None:
            return
        page = client.get(page["next"]).json()


WAGE_TOTALS = {
    "2013-05": (820, 132_588_900, 90),
    "2014-05": (820, 135_128_140, -120),
    "2015-05": (820, 137_896_690, 30),
    "2017-05": (809, 142_549_100, -150),
    "2018-05": (808, 144_731_220, -2_050),
    "2019-05": (789, 146_873_470, -2_010),
    "2020-05": (789, 139_096_790, -2_780),
    "2021-05": (831, 140_885_570, -740),
    "2022-05": (830, 147_884_760, -1_240),
    "2023-05": (831, 151_853_170, -700),
    "2024-05": (831, 154_186_300, -1_080),
    "2025-05": (830, 155_481_840, -13_890),  # 11-1031, the legislators, are absent
}
"""Period → detailed lines in the file, what they add up to, and that less the file's total."""
PROJECTION_TOTALS = {
    "2010-20": (749, 143_069_200, 1_000),
    "2018-28": (809, 161_037_700, 0),
    "2019-29": (790, 162_796_600, 1_000),
    "2021-31": (832, 158_135_300, None),  # the export has no total
    "2022-32": (832, 164_483_200, 600),
    "2024-34": (832, 169_956_400, 300),
}


def test_detailed_lines_add_up_as_in_the_files(served: httpx.Client) -> None:
    wages = {
        "source": "bls-oews",
        "area": "US",
        "ownership": "1235",
        "level": "published",
        "fields": "employment",
    }
    for period, (lines, employed, less) in WAGE_TOTALS.items():
        rows = [*walked(served, "/v1/wages", period=period, **wages)]
        found = (len(rows), sum(row["employment"] or 0 for row in rows))
        assert found == (lines, employed), period
        assert found == detailed_lines(period)
        whole = {"source": "bls-oews", "period": period, "ownership": "1235"}
        (total,) = served.get("/v1/occupations/00-0000/wages", params=whole).json()["items"]
        assert employed - total["employment"] == less
        assert abs(less) <= total["employment"] / 10_000


def detailed_lines(period: str) -> tuple[int, int]:
    """Return number and employment of the lines that a national file itself calls detailed."""
    year = period[:4]
    path = official(f"bls-oews/national_M{year}_dl.xls{'' if year == '2013' else 'x'}")
    book = CalamineWorkbook.from_path(path)
    for sheet in book.sheet_names:
        head, *lines = book.get_sheet_by_name(sheet).to_python()
        names = [str(name).upper() for name in head]
        level = next((n for n, name in enumerate(names) if name in {"O_GROUP", "OCC_GROUP"}), None)
        if level is not None:
            at = names.index("TOT_EMP")
            found = [line[at] for line in lines if line[level] == "detailed"]
            return len(found), sum(int(one) for one in found if isinstance(one, (int, float)))
    raise AssertionError(path)


def test_projected_lines_add_up_as_in_the_files(served: httpx.Client) -> None:
    for period, (lines, employed, less) in PROJECTION_TOTALS.items():
        asked = {"source": "bls-ep", "period": period, "level": "published"}
        rows = [*walked(served, "/v1/projections", **asked, fields="base_employment")]
        assert (len(rows), sum(row["base_employment"] for row in rows)) == (lines, employed)
        whole = {"source": "bls-ep", "period": period}
        totals = served.get("/v1/occupations/00-0000/projections", params=whole).json()["items"]
        assert [employed - total["base_employment"] for total in totals] == (
            [] if less is None else [less]
        )
        assert less is None or abs(less) <= employed / 10_000


def test_the_default_list_is_of_whole_and_current_occupations(served: httpx.Client) -> None:
    default = [*walked(served, "/v1/occupations")]
    assert len(default) == 851
    assert sum(item["employment"] or 0 for item in default) == WAGE_TOTALS["2025-05"][1]
    detailed = [*walked(served, "/v1/occupations", level="detailed")]
    assert len(detailed) == 867
    assert {item["classification"] for item in detailed} == {"soc-2018"}
    published = [*walked(served, "/v1/occupations", level="published")]
    assert len(published) == 832
    military = {item["code"] for item in default} - {item["code"] for item in published}
    assert len(military) == 19
    assert all(code.startswith("55-") for code in military)


def test_every_current_occupation_has_figures_or_says_where(served: httpx.Client) -> None:
    counts: Counter[str] = Counter()
    for item in walked(served, "/v1/occupations", level="all"):
        if item["employment"] is not None or item["annual_openings"] is not None:
            counts["figures"] += 1
        elif any(item["figures_at"].values()):
            counts["pointer"] += 1
        else:
            counts[item["marks"]["employment"]["status"]] += 1
    assert counts == {"figures": 1540, "pointer": 36, "not_covered": 26}


def test_the_largest_occupation_leads(served: httpx.Client) -> None:
    def first(sort: str, count: int = 1) -> list[str]:
        page = served.get("/v1/occupations", params={"sort": sort, "limit": count}).json()
        return [item["code"] for item in page["items"]]

    assert first("-employment") == ["31-1120"]
    assert first("-openings", 2) == ["35-3023", "31-1120"]


def test_codes_lead_on(served: httpx.Client) -> None:
    for code, at in (("31-1121", "31-1120"), ("13-1021", "13-1020"), ("21-1011", "21-1018")):
        for block in ("wages", "projections"):
            page = served.get(f"/v1/occupations/{code}/{block}").json()
            assert page["figures_at"][block] == at
            assert {row["period"][:4] for row in page["items"]} <= {"2010", "2015", "2018"}
            assert served.get(f"/v1/occupations/{code}").json()["figures_at"][block] == at
    page = served.get("/v1/occupations/15-1252/wages", params={"period": "2019-05"}).json()
    assert (page["items"], page["figures_at"]["wages"]) == ([], "15-1256")
    retired = served.get("/v1/occupations/15-1132").json()
    assert not retired["current"]
    assert retired["classification"] == "soc-2010"
    assert retired["successors"][0]["code"] == "15-1252"
    assert {row["period"] for row in retired["wages"]} == {"2018-05"}
    military = served.get("/v1/occupations/55-1011").json()
    for block in ("wages", "projections"):
        assert military["marks"][block]["status"] == "not_covered"
        assert military["marks"][block]["reason"]


def test_a_series_that_went_into_a_group_says_so(served: httpx.Client) -> None:
    page = served.get("/v1/occupations/13-1021/wages", params={"period": "all"}).json()
    (group,) = page["continues"]["later"]
    assert (group["code"], group["relation"]) == ("13-1020", "merged")
    assert page["continues"]["earlier"] == []
    groups = served.get("/v1/occupations/15-1250/wages", params={"period": "all"}).json()
    assert groups["continues"] == {"earlier": [], "later": []}


def test_a_series_goes_on_under_other_codes(served: httpx.Client) -> None:
    wages = "/v1/occupations/15-1252/wages"
    own = served.get(wages, params={"period": "all", "ownership": "1235"}).json()
    assert {row["code"] for row in own["items"]} == {"15-1252"}
    stretches = {one["code"]: one for one in own["continues"]["earlier"]}
    assert own["continues"]["later"] == []
    assert stretches["15-1256"]["periods"] == ["2020-05", "2019-05"]
    assert stretches["15-1256"]["relation"] == "split"
    assert stretches["15-1132"]["periods"][0] == "2018-05"
    asked = {"period": "all", "history": "linked", "ownership": "1235", "limit": "200"}
    linked = served.get(wages, params=asked).json()["items"]
    periods = [row["period"] for row in linked]
    assert periods == sorted(periods, reverse=True)
    assert {row["period"]: row["code"] for row in linked if row["period"] > "2019"} == {
        **dict.fromkeys(["2025-05", "2024-05", "2023-05", "2022-05", "2021-05"], "15-1252"),
        **dict.fromkeys(["2020-05", "2019-05"], "15-1256"),
    }
    assert all((row["notes"] == {}) == (row["code"] == "15-1252") for row in linked)


def test_related_occupations_come_nearest_first(served: httpx.Client) -> None:
    nurses = {"code": "29-1141"}
    for path, query in (("/v1/occupations/29-1141/related", {}), ("/v1/related", nurses)):
        tiers = [item["tier"] for item in walked(served, path, **query)]
        assert list(dict.fromkeys(tiers)) == list(KINDS["related"][:3])
        assert tiers == sorted(tiers, key=KINDS["related"].index)


OF_AREAS = frozenset({"/v1/occupations/{code}/areas"})
"""Addresses that show nothing without wages of areas: the box has them, these files have not."""


def test_every_operation_shows_data_as_it_opens(served: httpx.Client) -> None:
    for contract, path, operation in gets(served):
        if path in OF_AREAS:
            continue
        answer = served.get(opened(contract, path, operation))
        if answer.headers["content-type"] == "application/atom+xml":
            assert "<entry>" in answer.text, answer.url
        else:
            assert answer.json().get("items", [answer.url]), answer.url
