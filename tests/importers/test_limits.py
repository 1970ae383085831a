"""Files are read up to each limit on their size and shape, and refused beyond it."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.importers.faults import BadFile
from app.importers.loading.finder import Finder
from app.importers.reading.columns import MOST_NAME, named_rows
from app.importers.reading.sheets import open_document
from tests.builders import line, oews_book, write_xlsx
from tests.importers.test_bad_files import altered


def _archive(path: Path, *entries: tuple[str, bytes], size: int = 0) -> Path:
    """Write a zip; a comment makes it ``size`` bytes long."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in entries:
            out.writestr(name, data)
    if size:
        with zipfile.ZipFile(path, "a") as out:
            out.comment = bytes(size - path.stat().st_size)
    return path


def _zeros(folder: Path, count: int) -> Path:
    return _archive(folder / "a.zip", (".hidden", bytes(count)))


def _proportioned(folder: Path, beyond: int) -> Path:
    """Write a zip that unpacks to 120 times its size, and ``beyond`` bytes more."""
    size, noise = 300_000, random.Random(1).randbytes(250_000)
    zeros = bytes(size * 120 - len(noise) + beyond)
    return _archive(folder / "a.zip", (".noise", noise), (".zeros", zeros), size=size)


def _nested(folder: Path, zips: int) -> Path:
    inner, name = b"text", "a.txt"
    for _ in range(zips):
        path = _archive(folder / "a.zip", (name, inner))
        inner, name = path.read_bytes(), "inner.zip"
    return path


def _commas(folder: Path, columns: int) -> Path:
    (folder / "a.csv").write_text("x" + "," * (columns - 1))
    return folder / "a.csv"


def _sheet(folder: Path, rows: bytes) -> Path:
    """Write a workbook of one sheet."""
    write_xlsx(folder / "whole.xlsx", {"Sheet": []})
    return altered(
        folder / "a.xlsx",
        lambda data: data.replace(b"</sheetData>", rows + b"</sheetData>"),
        whole=folder / "whole.xlsx",
    )


def _cell(folder: Path, name: str, rows: bytes = b"") -> Path:
    row = f'<row r="{name.lstrip("ABZ")}"><c r="{name}"><v>1</v></c></row>'
    return _sheet(folder, rows + row.encode())


def _long_comment(folder: Path, size: int) -> Path:
    comment = b"<!--" + b" " * (size - 4) + b"-->"
    return altered(folder / "a.xlsx", lambda data: comment + data)


def _as_many_strings_as_bytes(folder: Path, beyond: int) -> Path:
    name = "xl/sharedStrings.xml"
    with zipfile.ZipFile(oews_book(folder / "whole.xlsx", line())) as whole:
        count = whole.getinfo(name).file_size + len('uniqueCount="9999" ') + beyond
    said = f'<sst uniqueCount="{count}" '.encode()
    return altered(folder / "a.xlsx", lambda data: data.replace(b"<sst ", said), name)


LONG_ROW = b'<row a="' + b"a" * 110 + b'"/>'
"""A row of over 104 bytes: a grid of over 5,000,000 cells must have a byte for each."""
LIMITS: dict[str, tuple[Callable[[Path, Any], Path], Any, Any, str]] = {
    # What writes a file of a size, the greatest that is read, one beyond it, what is said then.
    "files in a zip": (
        lambda folder, n: _archive(folder / "a.zip", *((f".{i}", b"") for i in range(n))),
        *(1_000, 1_001, "1,001 files inside, 1,000 at most"),
    ),
    "zips within each other": (_nested, 3, 4, "archives within archives"),
    "bytes that a zip of any size unpacks to": (
        _zeros,
        32 << 20,
        (32 << 20) + 1,
        "unpacks to .* times its size",
    ),
    "unpacked bytes for each packed one": (
        _proportioned,
        0,
        1,
        "unpacks to 120 times its size, 120 at most",
    ),
    "columns of a text file": (_commas, 702, 703, "703 columns, 702 at most"),
    "columns of a sheet": (
        lambda folder, n: _sheet(folder, b"<row>" + b"<c><v>1</v></c>" * n + b"</row>"),
        *(702, 703, "703 columns, 702 at most"),
    ),
    "rows of a sheet": (_cell, "A99999", "A100000", "cells lie far apart"),
    "rows of a sheet of over 52 columns": (_cell, "BA9999", "BA10000", "cells lie far apart"),
    "columns of a sheet of over 9,999 rows": (_cell, "AZ10000", "BA10000", "cells lie far apart"),
    "rows in a sheet of over 99,999": (  # fewer leave it almost empty
        lambda folder, n: _cell(folder, "A100000", LONG_ROW * (n - 1)),
        *(50_000, 49_999, "cells lie far apart"),
    ),
    "cells without a name": (  # they may be right of Z and below 99,999: 50 by 100,000 cells
        lambda folder, n: _sheet(folder, b'<row r="90000">' + b"<c/>" * n + b"</row>"),
        *(24, 25, "do not say where"),
    ),
    "strings": (_as_many_strings_as_bytes, 0, 1, "says it has .* strings"),
    "bytes between tags": (_long_comment, 4 << 20, 5 << 20, "4,194,304 bytes without a tag"),
}


@pytest.mark.parametrize("which", LIMITS)
def test_a_file_is_read_up_to_each_limit(tmp_path: Path, which: str) -> None:
    make, most, beyond, why = LIMITS[which]
    _look(make(tmp_path, most))
    with pytest.raises(BadFile, match=why):
        _look(make(tmp_path, beyond))


def _look(path: Path) -> None:
    with Finder() as finder:
        list(finder.find([path]))


def test_a_zip_unpacks_to_so_many_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _archive(tmp_path / "a.zip", ("a.txt", b"text"))
    monkeypatch.setattr("app.importers.reading.zips.MOST_BYTES", 4)
    _look(path)
    monkeypatch.setattr("app.importers.reading.zips.MOST_BYTES", 3)
    with pytest.raises(BadFile, match="unpacks to 4 bytes, 3 at most"):
        _look(path)


def test_zips_within_a_zip_count_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _nested(tmp_path, 2)
    with zipfile.ZipFile(path) as outer:
        total = outer.infolist()[0].file_size + len(b"text")
    monkeypatch.setattr("app.importers.loading.finder.MOST_BYTES", total)
    _look(path)
    monkeypatch.setattr("app.importers.loading.finder.MOST_BYTES", total - 1)
    with pytest.raises(BadFile, match=r"unpacks to more than .* in all"):
        _look(path)


def test_the_number_of_a_row_has_six_digits(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="999,999 rows, or no name of a cell"):
        _look(_cell(tmp_path, "A1000000"))


def test_a_full_grid_is_read(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["x"] * 26] * 9
    write_xlsx(tmp_path / "a.xlsx", {"Sheet": rows})
    assert [cells for _, cells in open_document(tmp_path / "a.xlsx", "a").rows("Sheet")] == rows


def test_so_many_characters_of_a_column_s_name_are_matched(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"{'x' * MOST_NAME}y,{'occupation ' * 4_000}\n1,2\n")
    (_, names), *_ = named_rows(open_document(tmp_path / "a.csv", "a.csv"), None)
    assert [len(name) for name in names] == [MOST_NAME, MOST_NAME]
