"""One table in every container, encoding and delimiter; and files that are not what they seem."""

from __future__ import annotations

import csv
import gzip
import lzma
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.importers.faults import BadFile
from app.importers.reading.formats import OLD_WORKBOOK
from app.importers.reading.sheets import open_document
from tests.builders import OEWS_HEADER, line, oews_csv, write_xlsx
from tests.importers.old_books import NA, record, write_xls
from tests.importers.planned import planned

ROWS = [OEWS_HEADER, line(OCC_TITLE="Mayagüez Managers"), line(OCC_CODE="29-1141", TOT_EMP=1200.0)]
NAME = "national_M2021_dl"


def table(folder: Path, delimiter: str, encoding: str, suffix: str = ".csv") -> Path:
    """Write the rows as text, without commas in numbers."""
    path = folder / f"{NAME}{suffix}"
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(ROWS)
    return path


def packed(path: Path, pack: Callable[[bytes], bytes], suffix: str) -> Path:
    """Replace a file by what ``pack`` makes of it."""
    made = path.with_name(path.name + suffix)
    made.write_bytes(pack(path.read_bytes()))
    path.unlink()
    return made


def in_zip(path: Path) -> Path:
    with zipfile.ZipFile(path.parent / "oesm21nat.zip", "w") as out:
        out.write(path, f"oesm21nat/{path.name}")
    path.unlink()
    return path.parent / "oesm21nat.zip"


def old(folder: Path) -> Path:
    return write_xls(folder / f"{NAME}.xls", {"Notes": [["May 2021 estimates"]], "data": ROWS})


def new(folder: Path) -> Path:
    write_xlsx(folder / f"{NAME}.xlsx", {"data": ROWS})
    return folder / f"{NAME}.xlsx"


def numbers(folder: Path) -> Path:
    """Write a workbook as Apple's Numbers exports it: a summary, and a caption above the table."""
    path = folder / f"{NAME}.xlsx"
    summary = [["This document was exported from Numbers."], ["Numbers Sheet Name", "Excel Sheet"]]
    write_xlsx(path, {"Export Summary": summary, "Sheet 1 - Table 1": [["Table 1"], *ROWS]})
    return path


def captioned(path: Path) -> Path:
    path.write_text(f"Table 1, {NAME}\n{path.read_text('utf-8')}", "utf-8")
    return path.rename(path.with_name(f"{NAME}-Table 1.csv"))


def formulas(path: Path) -> Path:
    """Write codes as a spreadsheet keeps them from being numbers, and quote them."""
    encoding = "utf-16" if path.suffix == ".txt" else "utf-8"
    text = re.sub(r"\d\d-\d{4}|000000", r'"=""\g<0>"""', path.read_text(encoding))
    path.write_text(text, encoding)
    return path


def trailing(path: Path) -> Path:
    text = path.read_text("utf-8").replace("\n", ",,\n")
    blank = "," * text.splitlines()[0].count(",")
    path.write_text(f"{text}{blank}\n{blank}\n", "utf-8")
    return path


WAYS: dict[str, Callable[[Path], Path]] = {
    ".xls": old,
    ".xls in a folder": lambda folder: old(folder).parent,
    ".xls in a zip": lambda folder: in_zip(old(folder)),
    ".csv.gz": lambda folder: packed(table(folder, ",", "utf-8"), gzip.compress, ".gz"),
    ".csv.xz": lambda folder: packed(table(folder, ",", "utf-8"), lzma.compress, ".xz"),
    ".csv.xz in a zip": lambda folder: in_zip(
        packed(table(folder, ",", "utf-8"), lzma.compress, ".xz")
    ),
    ".xls.gz": lambda folder: packed(old(folder), gzip.compress, ".gz"),
    "an export of Numbers": numbers,
    "an export of Numbers as text": lambda folder: captioned(table(folder, ",", "utf-8")),
    "semicolons below a caption": lambda folder: captioned(table(folder, ";", "utf-8")),
    "semicolons": lambda folder: table(folder, ";", "utf-8"),
    "tabs": lambda folder: table(folder, "\t", "utf-8", ".txt"),
    "UTF-16": lambda folder: table(folder, ",", "utf-16"),
    "UTF-16 with tabs": lambda folder: table(folder, "\t", "utf-16", ".txt"),
    "bars": lambda folder: table(folder, "|", "utf-8"),
    "text called .xls": lambda folder: table(folder, "\t", "utf-8", ".xls"),
    "text called .xlsx": lambda folder: table(folder, ",", "utf-8", ".xlsx"),
    ".xls called .xlsx": lambda folder: old(folder).rename(folder / f"{NAME}.xlsx"),
    ".xlsx called .xls": lambda folder: new(folder).rename(folder / f"{NAME}.xls"),
    "codes as formulas": lambda folder: formulas(table(folder, ",", "utf-8")),
    "Excel's text with quotes between tabs": lambda folder: formulas(
        table(folder, "\t", "utf-16", ".txt")
    ),
    "blank rows and columns at the end": lambda folder: trailing(table(folder, ",", "utf-8")),
    "Windows-1252": lambda folder: table(folder, ",", "cp1252"),
}


def read(path: Path) -> list[tuple[Any, ...]]:
    """Return the rows of the one release of a file."""
    (release,) = planned(path)
    return [tuple(row) for part in release.read().parts for row in part.rows]


@pytest.mark.parametrize("way", WAYS)
def test_a_table_is_the_same_however_it_is_kept(tmp_path: Path, way: str) -> None:
    write_xlsx(tmp_path / f"{NAME}.xlsx", {"data": ROWS})
    (tmp_path / "other").mkdir()
    given = WAYS[way](tmp_path / "other")
    if given.suffix == ".zip" or "folder" in way or ".gz" in way or ".xz" in way:
        (release,) = planned(given)
        assert release.name == "bls-oews-2021-05"
        given = old(tmp_path) if "xls" in way else table(tmp_path, ",", "utf-8")
    assert read(given) == read(tmp_path / f"{NAME}.xlsx")


@pytest.mark.parametrize(
    "cell", ["41,05", "1,234", "1.234", "47.230", "135.128.260", "$1,234", "1.234,5", "-12,5"]
)
def test_a_number_of_two_meanings_between_semicolons_is_refused(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"A;B\nx;1.5\ny;{cell}\n")
    document = open_document(path, "a.csv")
    with pytest.raises(BadFile, match=r"a.csv, row 3, column number 2: '.*' is one number"):
        list(document.rows(None))


@pytest.mark.parametrize("cell", ["0.189", "12.5", "1234", "1.2345", "1, 2 and 3", "11-1011", "*"])
def test_other_cells_between_semicolons_are_read(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"A;B\nx;{cell}\n")
    assert list(open_document(path, "a.csv").rows(None))[1] == (2, ["x", cell])


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Mayagüez, PR", "cp1252"),
        ("CAÑON CITY", "cp1252"),
        ("driver\u2019s", "cp1252"),
        ("Do\u00f1a Ana", "utf-8"),
    ],
)
def test_words_say_the_encoding(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"A\tB\n1\t{text}\n".encode(encoding))
    assert list(open_document(path, "a.csv").rows(None))[1][1] == ["1", text]


@pytest.mark.parametrize("text", ["Mayagüez, PR", "driver\u2019s", "Doña Ana"])
def test_an_encoding_that_is_not_certain_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"A\tB\n1\t{text}\n".encode("mac_roman"))
    with pytest.raises(BadFile, match="row 1: not UTF-8"):
        list(open_document(path, "a.csv").rows(None))


def _written(name: str, content: bytes) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return write


def _package(inside: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        with zipfile.ZipFile(folder / "a.xlsx", "w") as out:
            out.writestr("[Content_Types].xml", "<Types/>")
            out.writestr(inside, "")
        return folder / "a.xlsx"

    return write


def _cut(folder: Path) -> Path:
    path = old(folder)
    path.write_bytes(path.read_bytes()[:3000])
    return path


def _far(folder: Path) -> Path:
    far = record(0x0203, struct.pack("<HHHd", 65_535, 255, 0, 1.0))
    return write_xls(folder / "a.xls", {"A": [[1.0]]}, far)


PAGE = b"<!DOCTYPE html><html><table><tr><th>AREA</th></tr></table></html>"
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n"
PADDED = b"-- comment\n/* another */\nINSERT INTO occupation VALUES (1);"
PASSWORD = record(0x002F, bytes.fromhex("010001000100") + bytes(48))
FAULTS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "page .xls": (_written("a.xls", PAGE), "a.xls: a web page, not a workbook"),
    "page .xlsx": (_written("a.xlsx", PAGE), "a.xlsx: a web page, not a workbook"),
    "page .csv": (_written("a.csv", b"\xef\xbb\xbf\n" + PAGE), "a.csv: a web page, not a table"),
    "page .zip": (_written("a.zip", PAGE), "a.zip: a web page, not a zip"),
    "page .csv.gz": (_written("a.csv.gz", gzip.compress(PAGE)), "a web page, not a table"),
    "pointer .csv": (_written("a.csv", POINTER), "a.csv: a Git LFS pointer"),
    "pointer .xlsx": (_written("a.xlsx", POINTER), "a.xlsx: a Git LFS pointer"),
    "SQL": (_written("a.sql", PADDED), "a.sql: an SQL dump, not a table"),
    "JSON": (_written("a.json", b'{"occupation": []}'), "a.json: JSON, not a table"),
    "PDF": (_written("a.csv", b"%PDF-1.7"), "a PDF document"),
    "a tar archive": (_written("a.csv.gz", gzip.compress(bytes(257) + b"ustar")), "a tar archive"),
    "not compressed": (_written("a.csv.xz", b"A,B\n"), "not a whole compressed file"),
    "cut .xz": (_written("a.csv.xz", lzma.compress(bytes(9999))[:60]), "not a whole compressed"),
    "cut .gz": (_written("a.csv.gz", gzip.compress(b"A,B" * 99)[:-4]), "not a whole compressed"),
    "an .xz bomb": (
        _written("a.csv.xz", lzma.compress(bytes((32 << 20) + 1))),
        "a.csv.xz: unpacks to .* times its size, 120 at most",
    ),
    "a .gz bomb": (
        _written("a.csv.gz", gzip.compress(bytes(80 << 20))),
        "a.csv.gz: unpacks to .* times its size, 120 at most",
    ),
    "encrypted .xls": (
        lambda folder: write_xls(folder / "a.xls", {"A": [[1.0]]}, first=PASSWORD),
        "a.xls: encrypted",
    ),
    "a server's error .xlsx": (
        _written("a.xlsx", b'<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>'),
        "a.xlsx: an error of the publisher's server, not a workbook",
    ),
    "a server's error .csv": (
        _written("a.csv", b"Access Denied\nYou don't have permission\n"),
        "a.csv: an error of the publisher's server, not a table",
    ),
    "words called .xls": (_written("a.xls", b"Just words.\n"), "a.xls: not a workbook"),
    "RTF": (_written("a.xls", b"{\\rtf1 a, b, c}"), "a.xls: an RTF document, not a workbook"),
    "an encrypted .xlsx": (
        _written("a.xlsx", OLD_WORKBOOK + "EncryptedPackage".encode("utf-16-le")),
        "a.xlsx: encrypted",
    ),
    "a Word document called .xls": (
        _written("a.xls", OLD_WORKBOOK + "WordDocument".encode("utf-16-le")),
        "a.xls: a Word document",
    ),
    "a Word document called .xlsx": (_package("word/document.xml"), "a.xlsx: a Word document"),
    "an OpenDocument file": (_package("mimetype"), "a.xlsx: an OpenDocument file"),
    "a document of Numbers": (_package("Index/Document.iwa"), "a.xlsx: a document of Numbers"),
    "empty .zip": (_written("a.zip", b""), "a.zip: the file is empty"),
    "cut .xls": (_cut, "not a readable workbook, it is damaged or cut off"),
    "an error in an .xls": (
        lambda folder: write_xls(folder / "a.xls", {"A": [["x", 1.0], ["y", NA]]}),
        "a.xls, row 2, column number 2: a spreadsheet's error",
    ),
    "a far cell in an .xls": (_far, "a.xls: not a readable workbook: reading it takes more"),
}


@pytest.mark.parametrize("what", FAULTS)
def test_a_file_that_is_not_what_it_seems_is_named(tmp_path: Path, what: str) -> None:
    make, why = FAULTS[what]
    with pytest.raises(BadFile, match=why):
        planned(make(tmp_path))


@pytest.mark.parametrize("comment", ["<!---->", "/**/", "--\n"])
def test_comments_are_passed_over_once(tmp_path: Path, comment: str) -> None:
    """A pattern that tried every way to part them would not end."""
    path = tmp_path / "a.csv"
    path.write_text(comment * 500 + "A,B,C\n1,2,3\n")
    assert planned(path) == []


def test_up_to_the_limit_a_compressed_file_is_unpacked(tmp_path: Path) -> None:
    path = _written("a.txt.xz", lzma.compress((b" " * 1023 + b"\n") * (32 << 10)))(tmp_path)
    assert planned(path) == []


def test_an_old_workbook_of_as_many_cells_as_may_be_is_read(tmp_path: Path) -> None:
    last = record(0x0203, struct.pack("<HHHd", 49_999, 99, 0, 1.0))
    document = open_document(write_xls(tmp_path / "a.xls", {"A": [[1.0]]}, last), "a.xls")
    assert document.lines == 50_000
    last = record(0x0203, struct.pack("<HHHd", 50_000, 99, 0, 1.0))
    with pytest.raises(BadFile, match="5,000,100 cells"):
        open_document(write_xls(tmp_path / "a.xls", {"A": [[1.0]]}, last), "a.xls").sheets()


def test_oews_text_is_read_alike_by_both_readers(tmp_path: Path) -> None:
    """The fast reader of plain text takes UTF-8 with commas only."""
    plain = oews_csv(tmp_path / f"{NAME}.csv", *ROWS[1:])
    assert read(plain) == read(table(tmp_path, ";", "utf-8", ".tsv"))


def test_no_module_of_the_working_folder_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pickle.py", "app.py"):
        (tmp_path / name).write_text(f"open({str(tmp_path / 'run')!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    (release,) = planned(old(tmp_path))
    assert release.name == "bls-oews-2021-05"
    assert not (tmp_path / "run").exists()
