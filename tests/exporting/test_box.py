"""The box: what a first start has. It is made of the publishers' files and of nothing else."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import httpx
import orjson
import pytest

from app.exporting.bundle_texts import readme
from app.importers.seed.box import box_folder
from tests.conftest import Databases, occupations, occupations_process
from tests.official import SHARED
from tests.servers import environment, serving, warmed
from tests.test_guides import PAGES, check

FOLDERS = ("soc-2018", "bls-oews", "bls-ep", "bls-ep-older", "onet", "crosswalks", "esco-1.2.0")
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


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="the official files are absent")
def test_built_again_it_is_the_one_that_is_committed(tmp_path: Path) -> None:
    paths = [str(SHARED / name) for name in (*FOLDERS, "naics")]
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


def test_another_database_gets_the_box_by_its_name(databases_of: Any) -> None:
    url = databases_of("postgresql").seeded()
    assert "occupations import box" in occupations("status", url=url).stdout
    done = occupations("seed", url=url, seed="box")
    assert (done.returncode, done.stdout) == (0, "Nothing changed.\n")
    done = occupations_process("import", "box", url=url)
    assert done.returncode == 0, done.stderr
    assert "occupations import box" not in occupations("status", url=url).stdout
    with serving(url) as api:
        nurses = warmed(api).get("/v1/search?q=nurse&area=TX").json()["items"][0]
        assert (nurses["code"], nurses["area"]) == ("29-1141", "TX")


def test_a_worker_never_imports_what_reads_bundles() -> None:
    code = (
        "import sys; from app.main import create_app; create_app(); "
        "assert not {'duckdb', 'app.exporting', 'app.importers'} & set(sys.modules)"
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
