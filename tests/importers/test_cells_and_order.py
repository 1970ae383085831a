"""Cells that would be read as something else are faults with their place, in every kind of file."""

from __future__ import annotations

import zipfile
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pytest

from app.importers.faults import BadFile
from app.importers.reading import cells, grids
from app.verifying.cells import decimal
from tests.builders import write_xlsx
from tests.importers.test_bad_files import altered

COMMAS = {
    "1,234": "1234",
    "436,770": "436770",
    "1,234,567.5": "1234567.5",
    "-1,234": "-1234",
    "+1,234": "1234",
    "12,345,678": "12345678",
}
NO_COMMAS = "41,05 28,3 1,2345 ,123 12,34,567 1234,567 0,123 1,234,5 1.234,5 1,,234 1,234, 1,23 ,"


@pytest.mark.parametrize("read", [cells.number, decimal], ids=["import", "verify"])
def test_commas_group_by_three(read: Any) -> None:
    for written, value in COMMAS.items():
        assert read(written) == Decimal(value), written
    for written in NO_COMMAS.split():
        with pytest.raises((cells.BadCell, InvalidOperation)):
            read(written)


def test_a_text_is_no_error_and_has_no_control_characters() -> None:
    for word in ("#N/A", "#ref!", "#DIV/0!", " #Value! ", "#NAME?", "#NUM!", "#NULL!"):
        for read in (cells.text_or_none, cells.text, cells.title, cells.number):
            with pytest.raises(cells.BadCell):
                read(word)
    for bad in ("a\tb", "a\nb", "a\x00b", "a\x85b", "a\x7fb"):
        with pytest.raises(cells.BadCell, match="control character"):
            cells.text(bad)
    assert cells.text(" #1 fixer, 9\u00a0a.m. \n") == "#1 fixer, 9\u00a0a.m."


def test_a_title_and_a_text_have_their_lengths() -> None:
    for read, most in ((cells.title, cells.MOST_TITLE), (cells.text, cells.MOST_TEXT)):
        assert read("é" * most) == "é" * most
        with pytest.raises(cells.BadCell, match=f"of {most + 1:,} characters, {most:,} at most"):
            read("é" * (most + 1))


BROKEN: dict[str, tuple[str, str]] = {
    "a row twice": ('<row r="2"><c r="A2"><v>1</v></c></row>' * 2, "row 2: the row stands twice"),
    "rows out of order": ('<row r="9"/><row r="4"/>', "row 4: it stands below row 9"),
    "a cell twice": ('<row r="2"><c r="B2"/><c r="B2"/></row>', "row 2, column B: .* twice"),
    "a cell without a name, then the same one": (
        '<row r="2"><c r="A2"/><c><v>1</v></c><c r="B2"/></row>',
        "row 2, column B: .* twice",
    ),
    "cells out of order": ('<row r="2"><c r="AA2"/><c r="Z2"/></row>', "column Z: it stands after"),
    "a cell of another row": ('<row r="2"><c r="A2"/><c r="B3"/></row>', "row 2, column B: .* B3"),
    "an error": ('<row r="2"><c r="C2" t="e"><v>#N/A</v></c></row>', "row 2, column C: '#N/A'"),
    "an error, the type first": (
        "<row r='2'><c t='e' r='C2'><v>#REF!</v></c></row>",
        "row 2, column C: '#REF!' is a spreadsheet's error",
    ),
    "a formula alone": ('<row r="2"><c r="C2"><f>A1</f></c></row>', "column C: a formula without"),
    "a formula, blank": ('<row r="2"><c r="C2"><f>A1</f><v></v></c></row>', "column C: a formula"),
    "a formula, no value": ('<row r="2"><c r="C2"><f>A1</f><v/></c></row>', "column C: a formula"),
    "a shared formula": ('<row r="2"><c r="C2"><f si="0"/></c></row>', "column C: a formula"),
    "two tables": ('</sheetData><sheetData><row r="2"/>', "several tables of cells"),
    "with a prefix": (
        '<x:row r="2"><x:c r="B2"/><x:c r="B2"/></x:row>',
        "row 2, column B: .* twice",
    ),
}
SOUND = {
    "a formula with its value": '<row r="2"><c r="A2"><f>B1</f><v>1</v></c></row>',
    "a shared formula with its value": '<row r="2"><c r="A2"><f si="0"/><v>1</v></c></row>',
    "rows and cells without names": "<row><c><v>1</v></c><c><v>2</v></c></row><row/>",
    "rows without numbers whose cells have names": '<row><c r="A7"/></row><row><c r="A9"/></row>',
    "gaps": '<row r="3"><c r="B3"/><c r="AB3"/></row><row r="33"><c r="AB33"/></row>',
    "other tags that begin alike": '<row r="2"/><rowBreaks/><cols/>',
    "what looks like an error in a text": (
        '<row r="2"><c r="A2" t="inlineStr"><is><t>t="e"</t></is></c></row>'
    ),
}


def book(folder: Path, xml: str) -> Path:
    """Write a workbook whose sheet ``Wages`` has a header and then ``xml``."""
    write_xlsx(folder / "whole.xlsx", {"Wages": [["A", "B"]]})
    return altered(
        folder / "file.xlsx",
        lambda data: data.replace(b"</sheetData>", xml.encode() + b"</sheetData>"),
        whole=folder / "whole.xlsx",
    )


@pytest.mark.parametrize("which", BROKEN)
def test_what_stands_twice_or_lost_its_value_is_refused(tmp_path: Path, which: str) -> None:
    xml, why = BROKEN[which]
    with pytest.raises(BadFile, match=f"file.xlsx, sheet 'Wages'.*{why}"):
        grids.inspect(book(tmp_path, xml), "file.xlsx")


@pytest.mark.parametrize("which", SOUND)
def test_what_is_sound_is_read(tmp_path: Path, which: str) -> None:
    grids.inspect(book(tmp_path, SOUND[which]), "file.xlsx")


def test_a_fault_is_found_wherever_a_piece_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for size in (20, 33, 50):
        monkeypatch.setattr(grids, "PIECE", size)
        for xml, why in BROKEN.values():
            with pytest.raises(BadFile, match=why):
                grids.inspect(book(tmp_path, xml), "file.xlsx")
        for xml in SOUND.values():
            grids.inspect(book(tmp_path, xml), "file.xlsx")


def test_parts_that_differ_in_case_are_one(tmp_path: Path) -> None:
    for again in ("xl/worksheets/SHEET1.xml", "xl\\worksheets\\sheet1.xml"):
        path = book(tmp_path, "")
        with zipfile.ZipFile(path, "a") as out:
            out.writestr(again, "<worksheet/>")
        with pytest.raises(BadFile, match="2 files inside are called xl/worksheets/sheet1"):
            grids.inspect(path, "file.xlsx")


def test_a_boolean_is_no_number_though_python_takes_it_for_one() -> None:
    known = cells.Figures(cells.rate, {})
    assert known.take([1.0, 0.0])[0] == [1.0, 0.0]
    for flag in (True, False):
        with pytest.raises(cells.BadCell, match="is not a number"):
            known.take([1.0, 0.0, flag])
