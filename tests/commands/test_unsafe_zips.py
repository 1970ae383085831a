"""Unsafe zip files: names, kinds and number of their entries."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from app.importers.loading import finder
from app.importers.reading import zips
from tests.builders import line, oews_book
from tests.commands.test_unsafe_files import SECRET, UNKNOWN, left_out, run, zipped


def mode(name: str, kind: int) -> zipfile.ZipInfo:
    """Return an entry with a Unix file type."""
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (kind | 0o644) << 16
    return entry


def test_entries_with_unsafe_paths_are_left_out(tmp_path: Path) -> None:
    unsafe = ["../up.csv", "a/../../up.csv", "/root.csv", "a\\b.csv", "..\\up.csv", "C:drive.csv"]
    unsafe += ["c:/drive.csv", "a//b.csv", "./a.csv", "__MACOSX/../a.csv", "..", "../.hidden"]
    path = zipped(
        tmp_path / "a.zip",
        *((name, SECRET) for name in unsafe),
        ("folder/known.csv", UNKNOWN),
        ("..two dots.csv", UNKNOWN),
        ("__MACOSX/._known.csv", UNKNOWN),
        ("empty/", ""),
    )
    result = run("import", path)
    assert "secret" not in result.output
    assert left_out(result) == {
        **{f"a.zip/{name}": "not a plain relative path" for name in unsafe},
        "a.zip/folder/known.csv": "not a file this program knows; it begins: ISCO, SOC",
    }
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip"]


def test_entries_that_are_no_files_are_left_out(tmp_path: Path) -> None:
    kinds = {
        "link.csv": (stat.S_IFLNK, "a link"),
        "pipe.csv": (stat.S_IFIFO, "a named pipe"),
        "device.csv": (stat.S_IFCHR, "a device"),
        "folder.csv": (stat.S_IFDIR, "a folder"),
    }
    path = zipped(
        tmp_path / "a.zip",
        *((mode(name, kind), "/etc/passwd,x") for name, (kind, _) in kinds.items()),
        (mode("file.csv", stat.S_IFREG), UNKNOWN),
        (mode("no mode.csv", 0), UNKNOWN),
    )
    found = left_out(run("import", path))
    assert {name.partition("/")[2]: why for name, why in found.items() if "begins" not in why} == {
        name: word for name, (_, word) in kinds.items()
    }
    assert len(found) == len(kinds) + 2


def test_encrypted_entries_are_left_out(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("a.csv", UNKNOWN), ("b.csv", UNKNOWN))
    # The flags of b.csv, where it lies and in the list of entries.
    content = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.rfind(mark) + place] |= 1
    path.write_bytes(content)
    found = left_out(run("import", path))
    assert found["a.zip/b.csv"] == "encrypted"
    assert "begins" in found["a.zip/a.csv"]


def test_two_entries_of_one_name_are_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("a.csv", UNKNOWN), ("b.csv", UNKNOWN), ("b.csv", SECRET))
    assert "a.zip: 2 files inside are called b.csv" in run("import", path).stderr
    book = oews_book(tmp_path / "book.xlsx", line())
    with (
        pytest.warns(UserWarning, match="Duplicate name"),
        zipfile.ZipFile(book, "a") as out,
    ):
        out.writestr("xl/workbook.xml", "")
    assert "2 files inside are called xl/workbook.xml" in run("import", book).stderr


def test_a_zip_of_many_files_is_refused_by_their_number(tmp_path: Path) -> None:
    names = [f"{n}.pdf" for n in range(zips.MOST_ENTRIES + 1)]
    path = zipped(tmp_path / "a.zip", *((name, "") for name in names))
    assert run("import", path).stderr == ("occupations: a.zip: 1,001 files inside, 1,000 at most\n")
    zipped(tmp_path / "a.zip", *((name, "") for name in names[1:]))
    assert len(left_out(run("import", path))) == 1_000


def test_a_long_list_of_entries_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = zipped(tmp_path / "a.zip", *((f"{n:03}.csv", UNKNOWN) for n in range(20)))
    size = 20 * (46 + len("000.csv"))
    monkeypatch.setattr(zips, "MOST_DIRECTORY", size)
    assert len(left_out(run("import", path))) == 20
    monkeypatch.setattr(zips, "MOST_DIRECTORY", size - 1)
    made: list[str] = []
    monkeypatch.setattr(zipfile, "ZipFile", made.append)
    assert f"a list of 20 entries in {size:,} bytes" in run("import", path).stderr
    assert not made


def test_zips_in_zips_are_counted_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = zipped(tmp_path / "inner.zip", *((f"{n}.csv", UNKNOWN) for n in range(4)))
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as out:
        out.write(inner, "1.zip")
        out.write(inner, "2.zip")
    monkeypatch.setattr(finder, "MOST_FILES", 10)
    assert len(left_out(run("import", tmp_path / "outer.zip"))) == 8
    monkeypatch.setattr(finder, "MOST_FILES", 9)
    assert "more than 9 files" in run("import", tmp_path / "outer.zip").stderr
