"""What is exported and imported again is the same, in whichever database."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pytest
from sqlalchemy import create_engine, select

from app.database.models import Base
from tests.conftest import DATABASES, Databases, occupations
from tests.servers import serving

DERIVED = {"occupations", "areas", "addresses", "data_versions", "release_spans", "changes"}
NUMBERS = {"id", "part_id", "release_id", "loaded_at", "from_number", "to_number"}


def _all_rows(url: str) -> dict[str, list[str]]:
    """Return every row of every table, without the numbers that a database gives."""
    engine = create_engine(url)
    found = {}
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name in DERIVED:
                continue
            columns = [c for c in table.columns if c.name not in NUMBERS]
            rows = connection.execute(select(*columns))
            found[table.name] = sorted(repr(tuple(row)) for row in rows)
    engine.dispose()
    return found


def _export(url: str, target: Path, *options: str) -> dict[str, Any]:
    done = occupations("export", str(target), *options, url=url)
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = orjson.loads((target / "datapackage.json").read_bytes())
    return document


@pytest.mark.parametrize("other", DATABASES)
def test_every_row_comes_back_and_the_bundle_again_with_the_same_bytes(
    loaded: str, databases_of: Callable[[str], Databases], other: str, tmp_path: Path
) -> None:
    first = _export(loaded, tmp_path / "first")
    url = databases_of(other).migrated()
    done = occupations("import", str(tmp_path / "first"), url=url)
    assert done.returncode == 0, done.stderr
    assert _all_rows(url) == _all_rows(loaded)
    assert _export(url, tmp_path / "second") == first
    for path in (tmp_path / "first").iterdir():
        assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes(), path.name


def test_a_second_import_finds_all_of_it_loaded(loaded: str, tmp_path: Path) -> None:
    _export(loaded, tmp_path / "first")
    before = _all_rows(loaded)
    done = occupations("import", str(tmp_path / "first"), url=loaded)
    assert done.returncode == 0, done.stderr
    outcomes = {line.split()[1] for line in done.stdout.splitlines() if "-20" in line}
    assert outcomes == {"unchanged"}
    assert _all_rows(loaded) == before


def test_a_zip_holds_the_same_as_the_folder(
    loaded: str, databases: Databases, tmp_path: Path
) -> None:
    _export(loaded, tmp_path / "folder")
    done = occupations("export", str(tmp_path / "bundle.zip"), url=loaded)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    assert held == {one.name: one.read_bytes() for one in (tmp_path / "folder").iterdir()}
    url = databases.migrated()
    assert occupations("import", str(tmp_path / "bundle.zip"), url=url).returncode == 0
    assert _all_rows(url) == _all_rows(loaded)


def test_an_export_takes_the_place_of_an_older_one(loaded: str, tmp_path: Path) -> None:
    _export(loaded, tmp_path / "bundle")
    document = _export(loaded, tmp_path / "bundle", "--source", "bls-oews")
    named = {one["path"] for one in document["resources"]}
    assert {one.name for one in (tmp_path / "bundle").glob("*.parquet")} == named


def test_other_files_are_left_alone(loaded: str, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear", "utf-8")
    done = occupations("export", str(tmp_path / "mine"), url=loaded)
    assert done.returncode == 1
    assert "other files in it (letter.txt)" in done.stderr
    assert [one.name for one in (tmp_path / "mine").iterdir()] == ["letter.txt"]


def test_what_is_chosen_goes_in_with_the_occupations(loaded: str, tmp_path: Path) -> None:
    document = _export(loaded, tmp_path / "chosen", "--dataset", "skills", "--source", "onet")
    assert [one["name"] for one in document["resources"]] == ["entries", "skills"]
    (release,) = document["occupations"]["releases"]
    assert release["name"] == "onet-30.1"
    assert release["left_out"] == [
        "activities",
        "descriptions",
        "duties",
        "job_zones",
        "technologies",
    ]


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--dataset", "wage", "did you mean wages?"),
        ("--source", "bls-oes", "did you mean bls-oews?"),
        ("--release", "onet-30", "did you mean onet-30.1?"),
        ("--area", "ZZ", "there is none loaded"),
    ],
)
def test_an_unknown_choice_is_named(
    loaded: str, tmp_path: Path, option: str, value: str, said: str
) -> None:
    done = occupations("export", str(tmp_path / "none"), option, value, url=loaded)
    assert done.returncode == 2
    assert f"{option} {value}" in done.stderr
    assert said in done.stderr
    assert not (tmp_path / "none").exists()


def test_a_stranger_reads_wages_in_dollars_with_units_and_marks(
    loaded: str, tmp_path: Path
) -> None:
    document = _export(loaded, tmp_path / "bundle")
    wages = next(one for one in document["resources"] if one["name"] == "wages")
    fields = {field["name"]: field for field in wages["schema"]["fields"]}
    assert fields["hourly_median"]["unit"] == "US dollars an hour"
    assert fields["annual_p90"]["unit"] == "US dollars a year"
    assert all(field["description"] for field in fields.values())
    rows = duckdb.execute(
        f"SELECT hourly_median, annual_median, annual_p90, marks "
        f"FROM '{tmp_path / 'bundle' / 'wages.parquet'}' "
        "WHERE release = 'bls-oews-2021-05' AND code = '11-9111'"
    ).fetchall()
    ((hourly, annual, top, marks),) = rows
    assert (hourly, annual, top) == (48.72, 101_340, None)
    assert orjson.loads(marks)["annual_p90"] == "top_coded"
    assert orjson.loads(marks)["employment"] == "withheld"


def test_answers_are_the_same_but_for_the_time_of_loading(
    loaded: str, databases: Databases, tmp_path: Path
) -> None:
    _export(loaded, tmp_path / "bundle")
    url = databases.migrated()
    assert occupations("import", str(tmp_path / "bundle"), url=url).returncode == 0
    with serving(loaded) as first, serving(url) as second:
        for path in (
            "/v1/occupations/11-9111",
            "/v1/wages?code=11-9111&period=all",
            "/v1/releases",
            "/v1/areas",
            "/v1/sources",
        ):
            assert first.get(path).json() == second.get(path).json(), path
        assert first.get("/v1").headers["Data-Version"] == second.get("/v1").headers["Data-Version"]
