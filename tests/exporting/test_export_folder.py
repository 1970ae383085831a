"""The export folder: what is in it, what is written anew, and what fails in one sentence."""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pytest

from app.exporting import parquet
from app.exporting.conversions import write_csv
from app.exporting.export_index import Entry, Index, read_index
from app.exporting.resources import resources
from tests.builders import line, oews_year
from tests.conftest import Databases, occupations
from tests.servers import environment

NOTHING_ELSE = {"index.json", ".lock"}


def _export(url: str, folder: Path) -> Index:
    done = occupations("export", url=url, export_folder=str(folder))
    assert done.returncode == 0, done.stderr
    index = read_index(folder)
    assert index is not None
    return index


def _by_name(index: Index) -> dict[str, Entry]:
    return {one.newest: one for one in index.entries}


def _states(folder: Path) -> dict[str, tuple[int, int]]:
    return {p.name: (p.stat().st_ino, p.stat().st_mtime_ns) for p in folder.iterdir()}


ALL = line(OCC_CODE="00-0000", OCC_TITLE="All Occupations", O_GROUP="total", TOT_EMP=147886000.0)
"""The line by which a file says that it has all occupations."""


def test_each_file_is_what_the_index_says(loaded: str, tmp_path: Path) -> None:
    folder = tmp_path / "made" / "exports"
    index = _export(loaded, folder)
    assert {p.name for p in folder.iterdir()} - NOTHING_ELSE == {e.name for e in index.entries}
    for one in index.entries:
        content = (folder / one.name).read_bytes()
        assert len(content) == one.bytes, one.name
        assert hashlib.sha256(content).hexdigest() == one.digest, one.name
        assert one.digest[:16] in one.name
    assert not index.previous
    assert len({one.newest for one in index.entries}) == len(index.entries)


def test_the_package_has_the_same_parquet_files_and_is_loaded_like_any_bundle(
    loaded: str, databases: Databases, tmp_path: Path
) -> None:
    folder = tmp_path / "exports"
    entries = _by_name(_export(loaded, folder))
    package = folder / entries["occupations.zip"].name
    with zipfile.ZipFile(package) as archive:
        for name in archive.namelist():
            if name.endswith(".parquet"):
                assert archive.read(name) == (folder / entries[name].name).read_bytes(), name
    beside = orjson.loads((folder / entries["datapackage.json"].name).read_bytes())
    for one in beside["resources"]:
        content = (folder / one["path"]).read_bytes()
        assert one["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert one["size"] == len(content)
    again = databases.migrated()
    named = tmp_path / "package.zip"
    shutil.copyfile(package, named)
    assert occupations("import", str(named), url=again).returncode == 0
    assert _by_name(_export(again, tmp_path / "again"))["wages.parquet"].digest == (
        entries["wages.parquet"].digest
    )


def test_csv_and_ndjson_hold_what_the_parquet_does(loaded: str, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    entries = _by_name(_export(loaded, folder))
    datasets = {one.dataset for one in entries.values() if one.dataset}
    assert {"wages", "duties", "activities", "projections", "area_entries"} <= datasets
    for dataset in datasets:
        parquet, text, lines = (
            folder / entries[f"{dataset}.{end}"].name for end in ("parquet", "csv", "ndjson")
        )
        expected = _rows_of(parquet)
        *given, last = [orjson.loads(one) for one in lines.read_bytes().splitlines()]
        assert last == {"complete": True, "rows": len(expected)}
        assert [_as_parquet(row) for row in given] == expected, dataset
        table = list(csv.DictReader(io.StringIO(text.read_text("utf-8"), newline="")))
        assert len(table) == len(expected) == entries[f"{dataset}.csv"].rows
        for row, want in zip(table, expected, strict=True):
            marks = orjson.loads(want.pop("marks", None) or "{}")
            statuses = {n: row.pop(n) for n in list(row) if n.endswith("_status")}
            assert {n: v for n, v in statuses.items() if v} == {
                f"{n}_status": v for n, v in marks.items()
            }
            assert {n: _cell(v) for n, v in want.items()} == row, dataset


def _rows_of(parquet: Path) -> list[dict[str, Any]]:
    with duckdb.connect() as connection:
        cursor = connection.execute("SELECT * FROM read_parquet($1)", [str(parquet)])
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _as_parquet(row: dict[str, Any]) -> dict[str, Any]:
    return {
        n: orjson.dumps(v).decode() if isinstance(v, dict | list) else v for n, v in row.items()
    }


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(tuple("=+-@\t\r")) else text


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_of_csv_is_a_formula(start: str, tmp_path: Path) -> None:
    of = resources()["industries"]
    with parquet.connected(tmp_path) as writer:
        parquet.write(
            writer, of, [("-1", f'{start}1+"2"', ""), ("a=b", f"x{start}", None)], tmp_path
        )
        write_csv(writer, of, tmp_path / of.file, tmp_path / "industries.csv")
    with (tmp_path / "industries.csv").open(newline="") as stream:
        _, first, second = csv.reader(stream)
    assert first == ["'-1", f'\'{start}1+"2"', ""]
    assert second == ["a=b", f"x{start}", ""]


def test_negative_numbers_stay_numbers(loaded: str, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    entries = _by_name(_export(loaded, folder))
    with (folder / entries["projections.csv"].name).open(newline="") as stream:
        assert not [row for row in csv.DictReader(stream) if row["change"].startswith("'")]


def test_only_what_changed_is_written_anew_and_a_restored_release_brings_the_names_back(
    loaded: str, tmp_path: Path
) -> None:
    folder = tmp_path / "exports"
    first = _export(loaded, folder)
    before = _states(folder)
    assert _export(loaded, folder) == first
    assert _states(folder) == before
    settings = {"url": loaded, "export_folder": str(folder)}
    done = occupations("import", str(oews_year(tmp_path, 476_750.0, ALL)), **settings)
    assert done.returncode == 0, done.stderr
    second = read_index(folder)
    assert second is not None
    assert second.number > first.number
    after = _states(folder)
    changed = {one.newest for one in second.entries if one.name not in before}
    assert {"wages.parquet", "wages.csv", "wages.ndjson", "occupations.zip"} <= changed
    assert not {name for name in changed if name.startswith(("duties", "skills", "titles"))}
    kept = before.keys() - {"index.json"}
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert {one.name for one in second.previous} == {one.name for one in first.entries} - {
        one.name for one in second.entries
    }
    assert occupations("releases", "retire", "bls-oews-2022-05", **settings).returncode == 0
    third = read_index(folder)
    assert third is not None
    assert third.entries == first.entries
    assert {n: s for n, s in _states(folder).items() if n in kept} == {n: before[n] for n in kept}
    assert occupations("releases", "restore", "bls-oews-2022-05", **settings).returncode == 0
    fourth = read_index(folder)
    assert fourth is not None
    assert fourth.entries == second.entries


def test_files_that_neither_this_index_nor_the_one_before_names_go(
    loaded: str, tmp_path: Path
) -> None:
    folder = tmp_path / "exports"
    first = _by_name(_export(loaded, folder))
    settings = {"url": loaded, "export_folder": str(folder)}
    assert (
        occupations("import", str(oews_year(tmp_path, 476_750.0, ALL)), **settings).returncode == 0
    )
    assert (folder / first["wages.csv"].name).exists()
    assert occupations("releases", "retire", "bls-oews-2021-05", **settings).returncode == 0
    index = read_index(folder)
    assert index is not None
    assert not (folder / first["wages.csv"].name).exists()
    named = {one.name for one in (*index.entries, *index.previous)}
    assert {p.name for p in folder.iterdir()} - NOTHING_ELSE == named


def test_a_file_that_is_gone_or_cut_is_made_again(loaded: str, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    entries = _by_name(_export(loaded, folder))
    (folder / entries["wages.csv"].name).unlink()
    cut = folder / entries["duties.ndjson"].name
    cut.write_bytes(cut.read_bytes()[:-1])
    (folder / "index.json").write_text("{")
    assert read_index(folder) is None
    index = _export(loaded, folder)
    for one in index.entries:
        assert hashlib.sha256((folder / one.name).read_bytes()).hexdigest() == one.digest


@pytest.mark.parametrize("command", ["import", "export", "retire", "restore"])
def test_a_folder_that_cannot_be_written_is_said_in_a_sentence_and_the_change_stays(
    databases: Databases, tmp_path: Path, command: str
) -> None:
    url = databases.seeded()
    book = str(oews_year(tmp_path, 476_750.0, ALL))
    if command != "import":
        assert occupations("import", book, url=url).returncode == 0
    name = "bls-oews-2022-05"
    if command == "restore":
        assert occupations("releases", "retire", name, url=url).returncode == 0
    file = tmp_path / "file"
    file.write_text("")
    arguments = {"import": ["import", book], "export": ["export"]}.get(
        command, ["releases", command, name]
    )
    done = occupations(*arguments, url=url, export_folder=str(file / "exports"))
    assert done.returncode == 1
    sentence = f"the exports cannot be written to {file / 'exports'}: Not a directory"
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
    assert ("`occupations export` makes them" in done.stderr) == (command != "export")
    shown = occupations("releases", "list", url=url).stdout
    state = "retired" if command == "retire" else "shown"
    assert [one.split()[2] for one in shown.splitlines() if name in one] == [state]


def test_a_full_disk_leaves_the_old_index_and_nothing_half(loaded: str, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    small = tmp_path / "small"
    small.mkdir()
    shutil.copyfile(__file__, small / "note.txt")  # another's file stays
    script = (
        "import resource, signal, runpy, sys;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (40000, 40000));"
        "sys.argv = ['occupations', 'export'];"
        "runpy.run_module('app.commands', run_name='__main__')"
    )

    def full(where: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", script],
            env=environment(loaded, export_folder=str(where)),
            capture_output=True,
            text=True,
        )

    done = full(small)
    assert done.returncode == 1
    assert f"the exports cannot be written to {small}: " in done.stderr
    assert "Traceback" not in done.stderr
    assert {p.name for p in small.iterdir()} == {".lock", "note.txt"}
    index = _export(loaded, folder)
    (folder / next(e.name for e in index.entries if e.newest == "duties.csv")).unlink()
    before = _states(folder)
    assert full(folder).returncode == 1
    after = _states(folder)
    assert {name: after[name] for name in before} == before
    assert not list(folder.glob(".making-*"))


def test_an_export_that_is_killed_leaves_the_old_index_and_the_next_cleans_up(
    loaded: str, tmp_path: Path
) -> None:
    folder = tmp_path / "exports"
    first = _export(loaded, folder)
    (folder / next(e.name for e in first.entries if e.newest == "duties.csv")).unlink()
    process = subprocess.Popen(
        [sys.executable, "-m", "app.commands", "export"],
        env=environment(loaded, export_folder=str(folder)),
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 30
    while not list(folder.glob(".making-*/duties*")) and time.monotonic() < deadline:
        assert process.poll() is None, "it ended before it was killed"
    process.send_signal(signal.SIGKILL)
    process.wait()
    left = list(folder.glob(".making-*"))
    assert left
    assert read_index(folder) == first
    assert [e.name for e in _export(loaded, folder).entries] == [e.name for e in first.entries]
    assert {p.name for p in folder.iterdir()} - NOTHING_ELSE == {e.name for e in first.entries}


def test_two_exports_at_once_wait_for_each_other(loaded: str, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "app.commands", "export"],
            env=environment(loaded, export_folder=str(folder)),
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = sorted(str(process.communicate(timeout=60)[0].splitlines()[-1]) for process in processes)
    assert [process.returncode for process in processes] == [0, 0]
    count = len(_export(loaded, folder).entries)
    assert said == [
        f"Exports: {count} files in {folder}, {new} of them new." for new in sorted((0, count))
    ]


def test_without_a_folder_there_are_no_exports(databases: Databases, tmp_path: Path) -> None:
    url = databases.seeded()
    done = occupations("export", url=url, export_folder="none")
    assert (done.returncode, done.stdout) == (2, "")
    assert "OCCUPATIONS_EXPORT_FOLDER" in done.stderr
    done = occupations("export", "--source", "onet", url=url)
    assert done.returncode == 2
    assert "name a folder or zip" in done.stderr
    env = environment(url, export_folder=None)
    command = [sys.executable, "-m", "app.commands", "export"]
    default = subprocess.run(command, env=env, capture_output=True, text=True)
    if databases.kind == "sqlite":
        assert default.returncode == 0, default.stderr
        folder = Path(f"{url.removeprefix('sqlite:///')}-exports")
        assert read_index(folder) is not None
    else:
        assert default.returncode == 2
        assert "OCCUPATIONS_EXPORT_FOLDER" in default.stderr
    assert not tmp_path.joinpath("none").exists()


def test_a_trial_import_writes_no_exports(databases: Databases, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    done = occupations(
        "import",
        str(oews_year(tmp_path, 476_750.0, ALL)),
        "--dry-run",
        url=databases.seeded(),
        export_folder=str(folder),
    )
    assert done.returncode == 0, done.stderr
    assert not folder.exists()
