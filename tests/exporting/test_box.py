"""The box: what a first start has. It is made of the publishers' files and of nothing else."""

from __future__ import annotations

import csv
import hashlib
import lzma
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import httpx
import orjson
import pytest

from app.exporting.bundle_texts import readme
from app.importers.seed.box import box_folder
from tests.conftest import Databases, occupations, occupations_process
from tests.official import SHARED, official
from tests.servers import environment, serving
from tests.test_guides import PAGES, check

FOLDERS = (
    *("soc-2018", "bls-oews", "bls-ep", "bls-ep-older", "state-projections", "onet"),
    *("crosswalks", "esco-1.2.0", "places"),
)
MOST_BYTES = 15_000_000
LONGEST = 300
"""Characters of the longest name: of a level of education, in O*NET."""
PROSE = {"descriptions", "duties"}


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    document: dict[str, Any] = orjson.loads((box_folder() / "datapackage.json").read_bytes())
    return document


def test_its_files_are_those_of_its_manifest(manifest: dict[str, Any]) -> None:
    found = {one.name for one in box_folder().iterdir()}
    assert found == {one["path"] for one in manifest["resources"]} | {
        "datapackage.json",
        "README.md",
    }
    for one in manifest["resources"]:
        content = (box_folder() / one["path"]).read_bytes()
        assert f"sha256:{hashlib.sha256(content).hexdigest()}" == one["hash"], one["path"]
    assert (box_folder() / "README.md").read_text("utf-8") == readme(manifest)
    assert sum(one.stat().st_size for one in box_folder().iterdir()) <= MOST_BYTES


def test_it_holds_no_prose(manifest: dict[str, Any]) -> None:
    contents = manifest["occupations"]
    assert not PROSE & {one["name"] for one in manifest["resources"]}
    assert "soc-2018-definitions" not in {one["name"] for one in contents["releases"]}
    left_out = {one["name"]: one["left_out"] for one in contents["releases"] if one["left_out"]}
    texts = [f"job_zones.{name}" for name in ("education", "experience", "training")]
    assert left_out == {name: [*sorted(PROSE), *texts] for name in ("onet-27.0", "onet-29.3")}
    for one in manifest["resources"]:
        path = box_folder() / one["path"]
        for field in one["schema"]["fields"]:
            if field["type"] == "string":
                longest = f"SELECT max(length(\"{field['name']}\")) FROM '{path}'"
                found = duckdb.execute(longest).fetchone()
                assert found is not None
                assert (found[0] or 0) <= LONGEST, (one["name"], field["name"])


SAMPLE = (
    "soc-2018/soc_structure_2018.xlsx",
    "bls-oews/national_M2025_dl.xlsx",
    "bls-ep/occupation_2024-34.xlsx",
    *(
        f"onet/db_27_0_text/{name}.txt"
        for name in ("Read Me", "Scales Reference", "Occupation Data", "Job Zones", "Interests")
    ),
    "onet/db_27_0_text/Job Zone Reference.txt",
)


def test_built_of_some_files_it_has_the_rows_that_are_committed(tmp_path: Path) -> None:
    paths = [str(official(name)) for name in SAMPLE]
    done = occupations("bundle", "build", *paths, "--to", str(tmp_path / "box"), url="")
    assert done.returncode == 0, done.stderr
    compared = {}
    for path in (tmp_path / "box").glob("*.parquet"):
        made = duckdb.execute(f"SELECT * FROM '{path}'")
        columns, rows = made.description, made.fetchall()
        of_a_release = "release" in {name for name, *_ in columns}
        its = f"WHERE release IN (SELECT release FROM '{path}')" if of_a_release else ""
        committed = duckdb.execute(f"SELECT * FROM '{box_folder() / path.name}' {its}")
        assert committed.description == columns, path.name
        assert committed.fetchall() == rows, path.name
        compared[path.stem] = len(rows)
    assert compared == {
        **{"entries": 4970, "wages": 1394, "projections": 1113, "job_zones": 923},
        **{"interests": 7866, "area_entries": 1, "industries": 1},
    }


@pytest.mark.whole
@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="the official files are absent")
def test_built_again_it_is_the_one_that_is_committed(tmp_path: Path) -> None:
    titles = tmp_path / "employer-titles.tsv"
    filed = str(SHARED / "title-match/employers.tsv.xz")
    counted = ("employers", filed, "--years", "2011-2025", "--to", str(titles))
    done = occupations_process(*counted, url="", timeout=100)
    assert done.returncode == 0, done.stderr
    index = "census/2022-Census-Occupation-Index.xlsx"
    paths = [*(str(SHARED / name) for name in (*FOLDERS, "naics", index)), str(titles)]
    made = occupations_process(
        "bundle", "build", *paths, "--to", str(tmp_path / "box"), url="", timeout=400
    )
    assert made.returncode == 0, made.stderr
    for one in box_folder().iterdir():
        assert (tmp_path / "box" / one.name).read_bytes() == one.read_bytes(), one.name


def test_a_first_start_knows_the_country(boxed: httpx.Client) -> None:
    def get(path: str) -> Any:
        answer = boxed.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    (match,) = get("/v1/titles/match?title=registered+nurse")["items"]
    assert match["matches"][0]["code"] == "29-1141"
    ranked = get("/v1/occupations?sort=-wage&area=CA&education=none,high_school")
    assert ranked["total"] == 330
    assert ranked["items"][0]["code"] == "33-1012"
    wages = get("/v1/occupations/47-2111/wages?period=all")
    years = [f"{year}-05" for year in range(2025, 2012, -1) if year != 2016]
    assert [one["period"] for one in wages["items"]] == years
    compared = get("/v1/compare?codes=29-1141,47-2111&areas=NY,TX")
    assert [(one["code"], one["area"]) for one in compared["columns"]] == [
        (code, area) for code in ("29-1141", "47-2111") for area in ("NY", "TX")
    ]
    assert get("/v1/search?q=nurse")["items"][0]["code"] == "29-1141"
    assert get("/v1/suggest?q=electri")["items"][0]["code"] == "47-2111"
    assert get("/v1/areas")["total"] == 583


PLACES = {
    "new york": "NY 35620",
    "NYC area": "35620",
    "bay area": "41860 41940",
    "st louis": "41180",
    "Saint Louis": "41180",
    "washington dc": "47900",
    "twin cities": "33460",
    "research triangle": "39580 20500",
    "quad cities": "19340",
    "dfw": "19100",
    "la": "31080 LA",
    "philly": "37980",
    "vegas": "29820",
    "texas": "TX 19100 26420",
    "tx": "TX 19100 26420",
    "48": "TX 19100 26420",
    "mayaguez": "32420",
    "the valley": "31080 38060 32580 15180",
    "washington": "WA 47900 42660",
    "portland": "38900 38860",
    "springfield": "44180 44140 21660 44100 44220",
    "columbus": "18140 17980 18020",
    "kansas city": "28140",
    "alaska": "AK 0200006 11260",
    "winston salem": "49180",
    "nueva york": "NY 35620",
}
"""What people type → the first areas that are found."""


@pytest.mark.parametrize("q", PLACES)
def test_a_first_start_knows_places_as_people_name_them(boxed: httpx.Client, q: str) -> None:
    codes = PLACES[q].split()
    page = boxed.get("/v1/areas", params={"q": q}).json()
    assert [area["code"] for area in page["items"]][: len(codes)] == codes


@pytest.mark.parametrize("code", ["12420", "16180", "WY", "0200006", "GU", "US"])
def test_the_lists_of_an_area_are_those_of_the_publishers_file(
    boxed: httpx.Client, code: str
) -> None:
    path = official("bls-oews/areas/all_data_M_2025.csv.xz")
    found = boxed.get(f"/v1/areas/{code}").json()
    with lzma.open(path, "rt", encoding="utf-8-sig", newline="") as stream:
        lines = [
            line
            for line in csv.DictReader(stream)
            if (line["AREA"].zfill(len(found["publisher_code"])), line["I_GROUP"])
            == (found["publisher_code"], "cross-industry")
        ]
    (total,) = [line for line in lines if line["O_GROUP"] == "total"]
    people = int(total["TOT_EMP"].replace(",", ""))
    floor = 500 if people >= 500_000 else max(people // 1000, 30)

    def highest(column: str, least: int) -> list[str]:
        having = []
        for line in lines:
            employed, figure = (line[one].replace(",", "") for one in ("TOT_EMP", column))
            figure = "239200" if figure == "#" else figure  # the bound that the file states
            told = figure.strip("*~") and employed.strip("*")
            if line["O_GROUP"] == "detailed" and told and int(employed) >= least:
                having.append((-float(figure), line["OCC_CODE"]))
        return [occupation for _, occupation in sorted(having)[:10]]

    assert [one["code"] for one in found["largest"]] == highest("TOT_EMP", 0)
    assert [one["code"] for one in found["best_paid"]] == highest("A_MEDIAN", floor)
    assert [one["code"] for one in found["most_concentrated"]] == highest("LOC_QUOTIENT", floor)
    assert found["special"][0]["value"] == people


def test_each_request_of_the_readme_has_the_answer_that_is_shown(boxed: httpx.Client) -> None:
    check(boxed, PAGES[0])


def test_what_it_left_out_is_not_loaded(boxed: httpx.Client) -> None:
    command = "occupations download onet --period 29.3 && occupations import downloads"
    duties = boxed.get("/v1/occupations/29-1141/duties").json()
    assert duties["absent"] == {"status": "not_loaded", "at_least": None, "command": command}
    (zone,) = boxed.get("/v1/occupations/29-1141/job-zones").json()["items"]
    assert (zone["zone"], zone["training"]) == (4, None)
    assert zone["marks"]["training"]["command"] == command
    activities = boxed.get("/v1/occupations/29-1141/activities").json()
    assert activities["total"] > 10
    definition = boxed.get("/v1/occupations/29-1141/descriptions").json()["absent"]
    assert definition["command"].startswith("occupations download soc")


@pytest.mark.parametrize(("seed", "status"), [("none", 503), ("article", 200)])
def test_the_setting_says_what_an_empty_database_gets(
    databases: Databases, tmp_path: Path, seed: str, status: int
) -> None:
    with serving(databases.empty(), seed=seed, index_folder=str(tmp_path)) as api:
        # The first answer has the indices too.
        assert api.get("/v1/titles/match?title=nurse").status_code == status
        assert api.get("/v1/occupations").status_code == status
        if status == 200:
            assert "onet-29.3" not in {one["id"] for one in api.get("/v1/releases").json()["items"]}


def test_a_first_start_loads_the_box_into_either_database(
    databases: Databases, bundle: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    small = bundle()
    monkeypatch.setattr("app.importers.seed.box.box_folder", lambda: small)
    url = databases.migrated()
    done = occupations("seed", url=url, seed="box")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^box: [\d,]+ rows of 2 releases$", done.stdout, re.MULTILINE), done.stdout
    done = occupations("seed", url=url, seed="box")
    assert (done.returncode, done.stdout) == (0, "Nothing changed.\n")


def test_another_database_gets_the_box_by_its_name(
    databases_of: Callable[[str], Databases], boxed_postgresql: httpx.Client
) -> None:
    postgresql = databases_of("postgresql")
    url = postgresql.seeded()
    assert "occupations import box" in occupations("status", url=url).stdout
    done = occupations("seed", url=url, seed="box")
    assert (done.returncode, done.stdout) == (0, "Nothing changed.\n")
    assert "occupations import box" not in occupations("status", url=postgresql.boxed).stdout
    nurses = boxed_postgresql.get("/v1/search?q=nurse&area=TX").json()["items"][0]
    assert (nurses["code"], nurses["area"]) == ("29-1141", "TX")


def test_a_worker_never_imports_what_reads_bundles() -> None:
    code = (
        "import sys; from app.main import create_app; create_app(); "
        "assert not {'duckdb', 'app.exporting.parquet', 'app.importers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_a_full_disk_at_the_first_start_leaves_an_empty_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'full.sqlite3'}"
    assert occupations("migrate", url=url).returncode == 0
    # No file may grow beyond 20 MB; the box takes a hundred.
    code = (
        "import resource, signal, runpy, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20 << 20, 20 << 20)); "
        "sys.argv = ['occupations', 'seed']; runpy.run_module('app.commands', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(url, seed="box"),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1, done.stderr
    assert "the database did not take the rows, nothing was changed" in done.stderr
    assert occupations("status", url=url).stdout.startswith("The database holds no data.")
