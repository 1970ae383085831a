"""Publishers' files complete what a bundle brought without their sentences."""

from __future__ import annotations

import lzma
import shutil
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import create_engine, text

from tests.conftest import Databases, occupations
from tests.servers import serving

RELEASE = "onet-30.1"
COMMAND = "occupations download onet --period 30.1 && occupations import downloads"
DUTIES = "/v1/occupations/11-9111/duties"
ZONES = "/v1/occupations/11-9111/job-zones"


def outcomes(printed: str) -> dict[str, str]:
    """Return release → outcome of an import's closing table."""
    lines = (line.split() for line in printed.splitlines())
    return {line[0]: line[1] for line in lines if len(line) == 5 and line[-1][0].isdigit()}


def _import(url: str, *paths: Path, status: int = 0) -> dict[str, str]:
    done = occupations("import", *map(str, paths), url=url)
    assert done.returncode == status, done.stdout + done.stderr
    return outcomes(done.stdout)


def _superseded(url: str) -> int:
    engine = create_engine(url)
    query = f"SELECT count(*) FROM releases WHERE superseded AND name = '{RELEASE}'"
    with engine.connect() as connection:
        found = connection.execute(text(query)).scalar_one()
    engine.dispose()
    return int(found)


def test_what_the_bundle_left_out_is_not_loaded(
    databases: Databases, bundle: Callable[..., Path]
) -> None:
    url = databases.seeded()
    _import(url, bundle())
    with serving(url) as api:
        absent = api.get(DUTIES, params={"source": "onet"}).json()["absent"]
        assert absent == {"status": "not_loaded", "at_least": None, "command": COMMAND}
        release = api.get(f"/v1/releases/{RELEASE}").json()
        assert release["whole"] is False
        assert {"duties", "descriptions"} <= set(release["lacks"]["datasets"])


def test_the_files_complete_the_release_and_supersede_nothing(
    databases: Databases, bundle: Callable[..., Path], files: Path
) -> None:
    url = databases.seeded()
    _import(url, bundle())
    with serving(url) as api:
        before = api.get(ZONES)
        (zone,) = before.json()["items"]
        assert (zone["zone"], zone["experience"], zone["svp_range"]) == (4, None, "(7.0 to < 8.0)")
        skills = api.get("/v1/occupations/11-9111/skills?source=onet").json()
        first = api.get("/v1/technologies?limit=1").json()

        done = occupations("import", str(files), url=url)
        assert done.returncode == 0, done.stderr
        assert outcomes(done.stdout)[RELEASE] == "loaded"
        assert f"{RELEASE}: " in done.stdout
        assert "completes what was loaded" in done.stdout
        assert _superseded(url) == 0

        while api.get("/v1").headers["Data-Version"] == before.headers["Data-Version"]:
            pass
        (zone,) = api.get(ZONES).json()["items"]
        assert zone["experience"] == "Much experience."
        duties = api.get(DUTIES, params={"source": "onet"}).json()
        assert duties["items"][0]["text"] == "Plan the work."
        assert api.get("/v1/occupations/11-9111/skills?source=onet").json() == skills
        # A list that was begun before goes on in what it showed then.
        rest = api.get(first["next"])
        assert rest.headers["Data-Version"] == before.headers["Data-Version"]
    # The data are now those of a database that never saw the bundle.
    other = databases.seeded()
    _import(other, files)
    with serving(url) as api, serving(other) as fresh:
        assert api.get("/v1").headers["Data-Version"] == fresh.get("/v1").headers["Data-Version"]
        path = "/v1/occupations/11-9111"
        assert api.get(path).json() == fresh.get(path).json()


def test_what_is_loaded_already_says_so_and_is_no_error(
    databases: Databases, bundle: Callable[..., Path], files: Path, tmp_path: Path
) -> None:
    url = databases.seeded()
    _import(url, bundle())
    wages = files / "national_M2021_dl.xlsx"
    assert _import(url, wages) == {"bls-oews-2021-05": "unchanged"}
    packed = tmp_path / "again.xlsx.xz"
    packed.write_bytes(lzma.compress(wages.read_bytes()))
    assert _import(url, packed) == {"bls-oews-2021-05": "unchanged"}
    _import(url, files)
    assert set(_import(url, files).values()) == {"unchanged"}
    # One file of many says nothing new, and takes nothing away.
    alone = tmp_path / "alone"
    alone.mkdir()
    for name in ("Read Me.txt", "Work Values.txt", "Scales Reference.txt"):
        shutil.copy(files / "onet" / name, alone / name)
    assert _import(url, alone) == {RELEASE: "unchanged"}


def test_a_file_alone_brings_what_it_has(
    databases: Databases, bundle: Callable[..., Path], files: Path, tmp_path: Path
) -> None:
    url = databases.seeded()
    _import(url, bundle())
    alone = tmp_path / "alone"
    alone.mkdir()
    for name in ("Read Me.txt", "Job Zones.txt", "Job Zone Reference.txt", "Occupation Data.txt"):
        shutil.copy(files / "onet" / name, alone / name)
    assert _import(url, alone) == {RELEASE: "loaded"}
    with serving(url) as api:
        (zone,) = api.get(ZONES).json()["items"]
        assert zone["training"] == "Years of training."
        assert api.get("/v1/technologies").json()["total"] == 10
        assert api.get(DUTIES, params={"source": "onet"}).json()["absent"]["command"] == COMMAND
    assert _import(url, files) == {"bls-oews-2021-05": "unchanged", RELEASE: "loaded"}


def test_other_figures_are_a_revision(
    databases: Databases, bundle: Callable[..., Path], files: Path
) -> None:
    url = databases.seeded()
    _import(url, bundle())
    values = files / "onet" / "Work Values.txt"
    values.write_text(values.read_text("utf-8").replace("5.83", "5.84"), "utf-8")
    done = occupations("import", str(files), url=url)
    assert done.returncode == 0, done.stderr
    assert "replaces the earlier revision" in done.stdout
    assert _superseded(url) == 1


def test_a_bundle_never_takes_the_place_of_more(
    databases: Databases, bundle: Callable[..., Path], files: Path
) -> None:
    url = databases.seeded()
    _import(url, files)
    assert _import(url, bundle())[RELEASE] == "unchanged"


def test_a_bundle_with_more_completes_one_with_less(
    databases: Databases, files: Path, tmp_path: Path
) -> None:
    source = databases.seeded()
    _import(source, files)
    for name, options in (("some", ("--dataset", "skills")), ("all", ())):
        arguments = ("export", str(tmp_path / name), "--source", "onet", *options)
        assert occupations(*arguments, url=source).returncode == 0
    url = databases.seeded()
    assert _import(url, tmp_path / "some")[RELEASE] == "loaded"
    assert _import(url, tmp_path / "all")[RELEASE] == "loaded"
    assert _superseded(url) == 0
    assert _import(url, tmp_path / "some")[RELEASE] == "unchanged"


def test_verify_says_what_the_bundle_left_out(
    databases: Databases, bundle: Callable[..., Path], files: Path
) -> None:
    url = databases.seeded()
    _import(url, bundle())
    done = occupations("verify", str(files), url=url)
    assert done.returncode == 0, done.stdout
    assert "Task Statements.txt: 21 cells are not loaded: the bundle that onet-30.1" in done.stdout
    assert "Job Zone Reference.txt: 3 cells are not loaded" in done.stdout
    zones = files / "onet" / "Job Zones.txt"
    zones.write_text(zones.read_text("utf-8").replace("\t4\t", "\t5\t"), "utf-8")
    reference = files / "onet" / "Job Zone Reference.txt"
    reference.write_text(reference.read_text("utf-8").replace("4\tZone", "5\tZone"), "utf-8")
    done = occupations("verify", str(files), url=url)
    assert done.returncode == 1
    assert "differs: " in done.stdout
