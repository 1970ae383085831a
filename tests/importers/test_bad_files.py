"""Bad files are refused with a reason, within seconds and little memory, and nothing is written."""

from __future__ import annotations

import os
import re
import time
import zipfile
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from app.importers.faults import BadFile
from app.importers.loading.finder import Finder
from app.importers.loading.planned import Options
from app.importers.loading.releases import plan
from app.importers.reading.grids import inspect
from app.importers.reading.sheets import open_document
from tests.builders import OEWS_HEADER, line, oews_book, oews_csv, write_xlsx
from tests.servers import FORKING

SHEET = "xl/worksheets/sheet1.xml"


def measure(path: Path, tell: Connection) -> None:
    """Read a file as an import does; send why it is refused, the seconds and the megabytes."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # where the reader prints when it panics
    start = time.monotonic()
    why = ""
    try:
        with Finder() as finder:
            for one in plan(list(finder.find([path])), Options()):
                for run in one.read().parts:
                    list(run.rows)
    except BadFile as fault:
        why = str(fault)
    # Not getrusage: its peak is the parent's own.
    status = Path("/proc/self/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0])
    tell.send((why, time.monotonic() - start, peak // 1024))


def altered(
    path: Path,
    change: Callable[[bytes], bytes],
    name: str = SHEET,
    whole: Path | None = None,
    **more: bytes,
) -> Path:
    """Write a sound workbook with one of its files changed, and more files in ``xl``."""
    whole = whole or oews_book(path.with_name("whole.xlsx"), line())
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for entry in source.infolist():
            data = source.read(entry)
            out.writestr(entry.filename, change(data) if entry.filename == name else data)
        for stem, data in more.items():
            out.writestr(f"xl/{stem}.xml", data)
    return path


def _truncated(folder: Path) -> Path:
    path = oews_book(folder / "a.xlsx", line())
    path.write_bytes(path.read_bytes()[:-700])
    return path


def _written(name: str, content: bytes) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return write


def _bomb(folder: Path) -> Path:
    row = b'<row r="2"><c r="A2"><v>1</v></c></row>' * 10_000
    return altered(folder / "a.xlsx", lambda data: data + row * 100)


def _entities(folder: Path) -> Path:
    declared = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    return altered(folder / "a.xlsx", lambda data: declared + data)


def _entities_below(folder: Path) -> Path:
    declared = b"<!--" + b" " * (1 << 21) + b'--><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'
    return altered(folder / "a.xlsx", lambda data: declared + data)


def _wide(folder: Path) -> Path:
    path = folder / "a.csv"
    path.write_text(",".join(OEWS_HEADER + [f"c{n}" for n in range(10_000)]) + "\n")
    return path


def _wide_book(folder: Path) -> Path:
    cells = "".join(f"<c><v>{n}</v></c>" for n in range(10_000)).encode()
    return altered(
        folder / "a.xlsx",
        lambda data: data.replace(b"</sheetData>", b"<row>" + cells + b"</row></sheetData>"),
    )


def _far(cell: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        there = f'<row r="{cell.lstrip("ABCDEFGXZ")}"><c r="{cell}"><v>1</v></c></row></sheetData>'
        return altered(
            folder / "a.xlsx", lambda data: data.replace(b"</sheetData>", there.encode())
        )

    return write


def _added(rows: bytes) -> Callable[[Path], Path]:
    """Return what writes a workbook with more rows in its sheet."""
    return lambda folder: altered(
        folder / "a.xlsx", lambda data: data.replace(b"</sheetData>", rows + b"</sheetData>")
    )


def _sheet_elsewhere(folder: Path) -> Path:
    far = b'<worksheet><sheetData><row><c r="A1"/><c r="ZZZZZ1"><v>1</v></c></row></sheetData>'
    return altered(
        folder / "a.xlsx",
        lambda data: data.replace(b"worksheets/sheet1.xml", b"elsewhere.xml"),
        "xl/_rels/workbook.xml.rels",
        elsewhere=far,
    )


def _same_sheet(folder: Path) -> Path:
    again = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="r1"/>' for n in range(9, 99)).encode()
    return altered(
        folder / "a.xlsx",
        lambda data: data.replace(b"</sheets>", again + b"</sheets>"),
        "xl/workbook.xml",
    )


def _strings(count: int) -> Callable[[Path], Path]:
    said = f'<sst uniqueCount="{count}" '.encode()
    return lambda folder: altered(
        folder / "a.xlsx", lambda data: data.replace(b"<sst ", said), "xl/sharedStrings.xml"
    )


def dated(number: str) -> Callable[[Path], Path]:
    """Return what writes a workbook with a time in its last row."""
    styles = (
        b'<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[h]:mm"/></numFmts>'
        b'<cellXfs><xf numFmtId="164"/></cellXfs></styleSheet>'
    )
    row = f'<row r="3"><c r="A3" s="0"><v>{number}</v></c></row></sheetData>'.encode()
    return lambda folder: altered(
        folder / "a.xlsx", lambda data: data.replace(b"</sheetData>", row), styles=styles
    )


def _zip_of_zips(folder: Path) -> Path:
    inner = folder / "0.zip"
    with zipfile.ZipFile(inner, "w") as out:
        out.writestr("a.txt", "text")
    for depth in range(1, 5):
        outer = folder / f"{depth}.zip"
        with zipfile.ZipFile(outer, "w") as out:
            out.write(inner, "inner.zip")
        inner = outer
    return inner


def _mac(folder: Path) -> Path:
    path = oews_csv(folder / "a.csv", line(OCC_TITLE="Naïve"))
    path.write_bytes(path.read_text("utf-8-sig").encode("mac_roman"))
    return path


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "truncated": (_truncated, "not a whole (zip|workbook): its end is cut off"),
    "not a zip": (_written("a.xlsx", b"403 Forbidden"), "not a workbook"),
    "not a zip of files": (_written("a.zip", b"nothing"), "not a zip file"),
    "empty": (_written("a.xlsx", b""), "empty"),
    "empty text": (_written("a.csv", b""), "the file is empty"),
    "zeros": (_written("a.csv", b"\0" * 4096), "not a text file"),
    "UTF-16 that does not say so": (
        _written("a.csv", "AREA,AREA_TITLE".encode("utf-16-le")),
        "not a text file",
    ),
    "a web page": (_written("a.csv", b"<html>403 Forbidden</html>"), "a web page, not a table"),
    "Mac OS Roman": (_mac, "row .*: not UTF-8"),
    "zip bomb": (_bomb, "unpacks to .* times its size"),
    "entity bomb": (_entities, "declares a document type or entities"),
    "entities below a comment": (_entities_below, "declares a document type or entities"),
    "10,000 columns": (_wide, r"10,\d{3} columns, 702 at most"),
    "10,000 columns in a workbook": (_wide_book, "10,000 columns, 702 at most"),
    "a cell in the last corner": (_far("XFD1048576"), "more than 702 columns"),
    "a cell far to the right": (_far("ZZ99999"), "cells lie far apart"),
    "a cell far below": (_far("A999999"), "cells lie far apart"),
    "a name of many letters": (_added(b'<row><c r="AAAAAAA9"/></row>'), "no name of a cell"),
    "a name of small letters": (_added(b'<row><c r="aaaa9"/></row>'), "no name of a cell"),
    "a name in other quotes": (_added(b"<row><c r='AAAA9'/></row>"), "no name of a cell"),
    "a name set apart": (_added(b'<row><c s="1"\nr =\n"AAAA9"/></row>'), "no name of a cell"),
    "a row of ten digits": (_added(b'<row r="4295067296"><c/></row>'), "no name of a cell"),
    "a name with a prefix": (_added(b'<x:row><x:c r="AAAA9"/></x:row>'), "no name of a cell"),
    "a far cell among empty rows": (
        _added(b"<row/>" * 50_000 + b'<row><c r="AF999999"><v>1</v></c></row>'),
        "cells lie far apart",
    ),
    "long rows of cells without names": (
        _added(b"<row>" + b"<c><v>1</v></c>" * 20_000 + b"</row>" + b"<row/>" * 20_000),
        "do not say where",
    ),
    "a sheet where none should be": (_sheet_elsewhere, "national_M2021_dl.*no name of a cell"),
    "a sheet many times": (_same_sheet, "many sheets made of the same cells"),
    "billions of strings": (_strings(4_000_000_000), "says it has 4,000,000,000 strings"),
    "more strings than can be": (_strings((1 << 64) - 1), "says it has .* strings"),
    "a time that cannot be": (dated("1e300"), "row 3: a date or time that cannot be"),
    "a time before all times": (dated("-1e300"), "row 3: a date or time that cannot be"),
    "zips in zips": (_zip_of_zips, "archives within archives"),
    "only a header": (lambda folder: oews_book(folder / "a.xlsx"), "no rows under the header"),
}


@pytest.mark.parametrize("which", BAD)
def test_a_bad_file_is_refused_soon_and_cheaply(tmp_path: Path, which: str) -> None:
    make, why = BAD[which]
    path = make(tmp_path)
    told, tell = FORKING.Pipe(duplex=False)
    process = FORKING.Process(target=measure, args=(path, tell))
    process.start()
    tell.close()  # so that a reader that dies ends the wait
    try:
        assert told.poll(60), "the reader does not end"
        said, seconds, megabytes = told.recv()
    finally:
        process.kill()
        process.join()
    with pytest.raises(BadFile, match=why):
        raise BadFile("", said)
    assert seconds < 10
    assert megabytes < 300


def test_folders_and_nested_zips_are_searched(tmp_path: Path) -> None:
    inner = oews_book(tmp_path / "national_M2021_dl.xlsx", line())
    with zipfile.ZipFile(tmp_path / "oesm21nat.zip", "w") as out:
        out.write(inner, "oesm21nat/national_M2021_dl.xlsx")
        out.writestr("oesm21nat/readme.pdf", "not data")
        out.writestr("__MACOSX/._x.xlsx", "not data")
    inner.unlink()
    with Finder() as finder:
        found = list(finder.find([tmp_path]))
        assert [(f.kind, f.why) for f in found] == [("oews", ""), ("", "not a data file")]
        (release,) = plan(found, Options())
        assert release.name == "bls-oews-2021-05"


def test_a_file_that_is_not_known_is_left_out_by_its_first_cells(tmp_path: Path) -> None:
    cells: list[list[Any]] = [["ISCO", "SOC"], ["1", "2"]]
    write_xlsx(tmp_path / "a.xlsx", {"Sheet": cells})
    with Finder() as finder:
        (found,) = finder.find([tmp_path / "a.xlsx"])
    assert found.kind == ""
    assert "it begins: ISCO, SOC" in found.why
    (tmp_path / "a.txt").write_text('"One column"\n1\n')
    with Finder() as finder:
        (found,) = finder.find([tmp_path / "a.txt"])
    assert (found.document, found.why) == (None, "text without columns")


def test_cells_may_be_written_in_every_sound_way(tmp_path: Path) -> None:
    """With a prefix, in other quotes, the name behind, or rows without a name."""
    ways: dict[str, tuple[bytes, bytes]] = {
        "prefix": (rb"<(/?)(row|c|v|sheetData|worksheet)\b", rb"<\1x:\2"),
        "quotes": (rb'r="(\w+)"', rb"r='\1'"),
        "behind": (rb'<c (r="\w+") (t="s")', rb"<c \2 \1"),
        "nameless rows": (rb'<row r="\d+"', rb"<row"),
    }
    sound = oews_book(tmp_path / "sound.xlsx", *[line()] * 200)
    for way, (pattern, new) in ways.items():
        change = partial(re.compile(pattern).sub, new)
        path = altered(tmp_path / f"{way}.xlsx", change, whole=sound)
        rows = [[*open_document(p, p.name).rows("national_M2021_dl")] for p in (sound, path)]
        assert rows[0] == rows[1], way
        assert inspect(path, way) == inspect(sound, way), way
