"""Evidence for titles: the Census Bureau's index and employers' titles, in and out again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.exporting.export_index import read_index
from tests.conftest import DATABASES, Databases, occupations
from tests.importers.crosswalks.loaded import MAPPINGS, rows
from tests.importers.evidence import (
    AGGREGATE,
    HEAD,
    LED,
    LINES,
    PAIRS,
    TITLES,
    index_of,
    written,
)
from tests.servers import serving, warmed

KINDS = {"index", "employer"}
INDEX, FILINGS = "census-occupations-2022", "dol-oflc-2025"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("evidence")
    return [str(index_of(folder)), str(written(folder / "employers.tsv", AGGREGATE))]


@pytest.fixture(scope="module", params=DATABASES)
def url(
    request: pytest.FixtureRequest, databases_of: Callable[[str], Databases], files: list[str]
) -> str:
    found = databases_of(request.param).seeded()
    made = occupations("import", *files, url=found)
    assert made.returncode == 0, made.stdout + made.stderr
    said = made.stdout + made.stderr
    assert "5 rows, titles that lead to others" in said
    assert "1 rows, lines without a title" in said
    assert "1 rows, titles with a Census code alone" in said
    assert "2 lines whose codes are not taken for a pair, under 1 Census codes" in said
    return found


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[httpx.Client]:
    with serving(url) as server:
        yield warmed(server)


def items(client: httpx.Client, path: str) -> list[dict[str, Any]]:
    answer = client.get(f"/v1/{path}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def test_the_index_is_listed_by_its_source(client: httpx.Client) -> None:
    for asked in ("source=census", "kind=index", f"release={INDEX}", "source=census&kind=index"):
        found = items(client, f"titles?{asked}&limit=200")
        assert [
            (one["code"], one["title"], one["industries"], one["origin"], one["note"])
            for one in found
        ] == [(*head, note and f"Published {note}") for *head, note in TITLES]
        assert {(one["kind"], one["n"], one["release"]) for one in found} == {
            ("index", None, INDEX)
        }
    one = items(client, "titles?source=census&code=31-9092,29-2072")
    assert [item["title"] for item in one] == [
        "Chart keeper",
        "Chart reader",
        "Jack",
        "Jack of all\\ ns",
        "Reader of charts",
        "Jill",
    ]
    release = client.get(f"/v1/releases/{INDEX}").json()
    assert (release["published"], release["period"]) == ("2024-09-12", "2022")


def test_titles_of_employers_have_their_filings(client: httpx.Client) -> None:
    found = items(client, "titles?source=dol-oflc")
    assert sorted((one["title"], one["code"], one["n"]) for one in found) == [
        (title, code, int(n))
        for title, code, n in (line.split("\t") for line in AGGREGATE.splitlines()[1:])
    ]
    assert {one["kind"] for one in found} == {"employer"}
    assert [one["n"] for one in items(client, "titles?source=dol-oflc&code=13-2011")] == [801]


@pytest.mark.parametrize(
    "path",
    [
        "titles?limit=200",
        "titles?code=29-1141&limit=200",
        "titles?code=29-1141,11-9111&limit=200",
        "titles?kind=job&limit=200",
        "titles?source=article&limit=200",
        "titles?group=29-1&limit=200",
        "occupations/29-1141/titles?period=all&limit=200",
        "occupations/29-1141/titles?source=census",
        "occupations/29-1141/titles?source=dol-oflc",
        "occupations/29-1141/titles?kind=index",
    ],
)
def test_no_other_list_has_evidence(client: httpx.Client, path: str) -> None:
    assert not KINDS & {one["kind"] for one in items(client, path)}


def test_profiles_comparisons_and_pages_have_none(client: httpx.Client) -> None:
    for path in (
        "/v1/occupations/29-1141?include=titles",
        "/v1/occupations/29-1141?include=titles&source=census",
        "/v1/occupations/29-1141?include=titles&period=all",
        "/v1/compare?codes=29-1141,11-9111",
        "/occupations/registered-nurses",
        "/v1/search?q=ward%20nurse",
    ):
        answer = client.get(path, follow_redirects=True)
        assert answer.status_code == 200
        assert "Ward nurse\\" not in answer.text
        assert "wrangler" not in answer.text
        assert FILINGS not in answer.text


def test_a_match_says_that_it_rests_on_filings(client: httpx.Client) -> None:
    answer = client.get("/v1/titles/match", params={"title": "Senior  Nurse Wrangler"}).json()
    why = {match["code"]: match["why"] for match in answer["items"][0]["matches"]}
    assert why["29-1141"] == {"source": "dol-oflc", "how": "employers", "filings": 12}
    assert FILINGS in str(answer["releases"])


def test_exports_have_none(url: str, tmp_path: Path) -> None:
    done = occupations("export", url=url, export_folder=str(tmp_path))
    assert done.returncode == 0, done.stderr
    index = read_index(tmp_path)
    assert index is not None
    assert not any(FILINGS in one.releases for one in index.entries)
    names = {one.newest: one.name for one in index.entries}
    *lines, end = (tmp_path / names["titles.ndjson"]).read_text("utf-8").splitlines()
    assert {json.loads(line)["kind"] for line in lines} == {"job"}
    assert json.loads(end)["complete"] is True


def test_census_codes_stand_beside_the_soc(client: httpx.Client) -> None:
    assert [one["id"] for one in items(client, "crosswalks")] == [INDEX]
    found = items(client, f"crosswalks/{INDEX}")
    names = ("from_code", "to_code", "relation", "match", "note")
    assert [tuple(one[name] for name in names) for one in found] == PAIRS
    codes = items(client, f"classifications/census-2018?release={INDEX}")
    assert codes == items(client, "classifications/census-2018")
    assert {one["code"]: one["title"] for one in codes} == {
        "0010": "Chief Executives",
        "0136": "Human Resources Managers",
        "0137": "Human Resources Managers",
        "0350": "Medical and Health Services Managers",
        "0360": "Medical and Health Services Managers",
        "0800": "Accountants and Auditors",
        "0801": "Accountants and Auditors",
        "3255": "Registered Nurses",
        "3515": "Health Technologists and Technicians",
        "3645": "Miscellaneous Healthcare Support Occupations",
    }


@pytest.mark.parametrize(
    ("given", "answered"),
    [
        ("census:3255", "29-1141"),
        ("CENSUS:0010", "11-1011"),
        ("census:3515", "29-2000"),
        ("census:3645", "31-9090"),
    ],
)
def test_a_census_code_leads_to_an_occupation_or_group(
    client: httpx.Client, given: str, answered: str
) -> None:
    answer = client.get(f"/v1/occupations/{given}")
    assert (answer.status_code, answer.json()["code"]) == (200, answered)
    assert answer.headers["Content-Location"] == f"/v1/occupations/{answered}"
    listed = client.get("/v1/titles", params={"code": given, "source": "census"}).json()["items"]
    assert {one["code"] for one in listed} <= {answered}


def test_an_unknown_census_code_is_refused(client: httpx.Client) -> None:
    answer = client.get("/v1/occupations/census:3256")
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["did_you_mean"] == ["census:3255", "census:3515"]


@pytest.mark.parametrize(
    ("code", "leads"),
    [
        ("29-1141", [("census:3255", "renamed", ["29-1141"])]),
        (
            "13-2011",
            [("census:0800", "merged", ["13-2011"]), ("census:0801", "merged", ["13-2011"])],
        ),
        ("29-2072", [("census:3515", "split", ["29-2072"])]),
        ("29-2000", [("census:3515", "merged", ["29-2000"])]),
        # It stands beside no Census code: one stands beside its group.
        ("31-9092", [("census:3645", "part", ["31-9090", "31-9092"])]),
        ("43-1011", []),
    ],
)
def test_codes_of_an_occupation(
    client: httpx.Client, code: str, leads: list[tuple[str, str, list[str]]]
) -> None:
    found = items(client, f"occupations/{code}/codes?classification=census-2018")
    assert [
        (one["prefixed"], one["relation"], [step["code"] for step in one["chain"]]) for one in found
    ] == leads


def test_what_is_not_loaded_says_how_to_get_it(databases_of: Callable[[str], Databases]) -> None:
    with serving(databases_of("sqlite").seeded()) as server:
        client = warmed(server)
        for asked in ("source=census", "source=dol-oflc", "kind=index"):
            absent = client.get(f"/v1/titles?{asked}").json()["absent"]
            assert absent["status"] == "not_loaded"
            assert absent["command"] == "occupations import box"
        assert client.get("/v1/titles?source=onet&kind=index").json()["absent"]["status"] != "ok"
        problem = client.get("/v1/occupations/census:3255")
        assert (problem.status_code, problem.json()["code"]) == (404, "not_loaded")


def test_verify_reads_each_cell_again(url: str, files: list[str]) -> None:
    made = occupations("verify", *files, url=url)
    assert made.returncode == 0, made.stdout + made.stderr
    # Of a title that leads to another, its own cell alone.
    led = [note for *_, note in TITLES if note and note.startswith("without")]
    assert f" {4 * (len(TITLES) - len(led)) + LED + 21} " in made.stdout


ROWS = """SELECT r.name, t.code, t.position, t.title, t.kind, t.origin, t.industries, t.n, t.note
    FROM titles t JOIN parts p ON p.id = t.part_id JOIN releases r ON r.id = p.release_id
    WHERE t.kind IN ('index', 'employer') ORDER BY 1, 2, 3"""


def test_a_bundle_brings_all_of_it(
    url: str, databases_of: Callable[[str], Databases], tmp_path: Path
) -> None:
    bundle = str(tmp_path / "all.zip")
    chosen = ("--source", "census", "--source", "dol-oflc")
    assert occupations("export", bundle, *chosen, url=url).returncode == 0
    again = databases_of("sqlite").seeded()
    made = occupations("import", bundle, url=again)
    assert made.returncode == 0, made.stdout + made.stderr
    assert rows(again, ROWS) == rows(url, ROWS)
    assert rows(again, MAPPINGS) == rows(url, MAPPINGS)


def _line(*changed: Any) -> list[list[Any]]:
    return [*LINES, list(changed)]


@pytest.mark.parametrize(
    ("lines", "head", "said"),
    [
        (
            _line("A", "", "3255", "29-114"),
            HEAD,
            f"row {len(HEAD) + len(LINES) + 1}, column 2018 SOC Code: '29-114' is no code",
        ),
        (
            _line("A", "", "3255", "29-X141"),
            HEAD,
            "'29-X141' is no code of the SOC, also not with X",
        ),
        (_line("A", "", "325", "29-1141"), HEAD, "column 2018 Census Occupation Code: '325' is no"),
        (_line("A", "", "", "29-1141"), HEAD, "column 2018 Census Occupation Code: blank"),
        (_line("A", 81900.0, "3255", "29-1141"), HEAD, "'81900' is no code of four digits"),
        (_line("A", "", "", ""), HEAD, "no code, and no other title that it leads to"),
        (_line("A" * 301, "", "3255", "29-1141"), HEAD, "a title of 301 characters"),
        (LINES, [["2021 Census Alphabetical Index of Occupations"], *HEAD[1:]], "2021, 2022"),
        (LINES, [HEAD[0], [*HEAD[5], "State"]], "column STATE"),
        ([], HEAD, "no rows under the header"),
    ],
)
def test_an_index_with_a_fault_is_refused_with_its_place(
    sqlite: str, tmp_path: Path, lines: list[list[Any]], head: list[list[Any]], said: str
) -> None:
    made = occupations("import", "--dry-run", str(index_of(tmp_path, lines, head)), url=sqlite)
    assert made.returncode == 1, made.stdout
    assert said in " ".join((made.stdout + made.stderr).split())


@pytest.fixture(scope="module")
def sqlite(databases_of: Callable[[str], Databases]) -> str:
    return databases_of("sqlite").seeded()


HEADING = AGGREGATE.splitlines()[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{HEADING}\nnurse\t29-114\t3\n", "'29-114' is no occupation code"),
        (
            f"{HEADING}\nnurse\t29-1141\t0\n",
            "row 2, column filings, fiscal years 2011 to 2025: no filing",
        ),
        (f"{HEADING}\nnurse\t29-1141\tmany\n", "neither a number nor a known mark"),
        (f"{HEADING}\nn\t29-1141\t3\nn\t29-1141\t3\n", "'n' has 29-1141 in row 2 too"),
        (f"{HEADING}\n\t29-1141\t3\n", "column employers' job title"),
        (f"{HEADING}\n", "no rows under the header"),
        (AGGREGATE.replace("2011 to 2025", "2025 to 2011"), "its header names no fiscal years"),
        (AGGREGATE.replace("2011 to 2025", "2011 to 2091"), "its period is 2091"),
    ],
)
def test_a_list_of_titles_with_a_fault_is_refused(
    sqlite: str, tmp_path: Path, text: str, said: str
) -> None:
    file = written(tmp_path / "employers.tsv", text)
    made = occupations("import", "--dry-run", str(file), url=sqlite)
    assert made.returncode == 1, made.stdout
    assert said.lower() in " ".join((made.stdout + made.stderr).split()).lower()
