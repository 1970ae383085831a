"""Refuses workbooks whose cells lie so far apart that reading them would take too much memory.

A workbook is a zip of XML. One of 400 kB can unpack to gigabytes or name a cell in the last corner
of the grid. The reader is native code: it makes a dense grid from the first to the last cell of a
sheet, and ends the process when memory runs out. It accepts any letters and digits as the name of a
cell, and any file of the zip as a sheet. So each file's XML is searched before the reader sees it:
every name must be plain, and the grid is taken to be as large as the names allow. ``cell_order``
checks the same pieces for cells that the reader would drop without a word.
"""

from __future__ import annotations

import html
import re
import zipfile
from functools import cache
from pathlib import Path
from typing import NamedTuple

from app.importers.faults import BadFile
from app.importers.reading.cell_order import CellOrder
from app.importers.reading.zips import check_names, check_totals, opened_zip

MOST_COLUMNS = 702  # ZZ
MOST_SPARSE = 5_000_000
"""Cells of a workbook's grids, 31 bytes each, that may be mostly empty."""
PIECE = 1 << 20
"""Bytes of XML that are searched at a time."""
LONGEST = 4 << 20
"""Bytes from the end of a tag to the end of the next."""
MOST_NAMING = 1 << 20
"""Bytes of the parts that name a workbook's sheets; the publishers' have some thousand."""
XML_WITHOUT = (b"<!DOCTYPE", b"<!ENTITY")

PREFIXED = re.compile(rb":(?:c|row)[\s/>]")
PREFIX = re.compile(rb"<(/?)[^\s<>/:]+:")
UNNAMED = re.compile(rb"""<c(?! r=["']|(?:\s[a-z]+="\w*")+\sr=["'])[\s/>]""")
"""A cell without a name, which the reader places after the one before."""
STRINGS = re.compile(rb"""uniqueCount\s*=\s*["'](\d+)""")
NAME = re.compile(rb"""r=["']([A-Z]{0,2})([1-9]\d{0,5})["']""")

FAR_APART = "cells lie far apart in an almost empty grid"


class Inspected(NamedTuple):
    """Rows of all sheets of a workbook, and the most cells that their grids can have."""

    rows: int
    cells: int


class Sheet:
    """The size of a sheet, as far as it has been searched.

    Columns and rows are rounded up to the last with the same first letter or digit. One search
    skips all names within them, and a sheet has only a few names beyond them.
    """

    def __init__(self, file: str, name: str) -> None:
        self.file, self.name = file, name
        self.order = CellOrder(file, name)
        self.linked = False  # cells of another workbook, kept beside a link to it
        self.bytes = self.rows = self.unnamed = 0
        self.letter, self.digits, self.first = "", 1, 9

    def look(self, text: bytes, end: int) -> None:
        """Search the text before ``end``."""
        self.bytes += end
        self.rows += text.count(b"<row", 0, end)
        unnamed = len(UNNAMED.findall(text, 0, end))
        self.unnamed += unnamed
        at = 0
        while found := _beyond(self.letter, self.digits, self.first).search(text, at, end):
            at = found.start()
            name = NAME.match(text, at, end)
            if name is None:
                found_text = text[at : at + 24].partition(b">")[0].decode("ascii", "replace")
                why = f"more than {MOST_COLUMNS} columns or 999,999 rows, or no name of a cell"
                raise BadFile(self.file, f"{why} (A1 to ZZ999999): {found_text}", sheet=self.name)
            column, row = name[1].decode(), name[2].decode()
            self.letter = max(self.letter, column[:-1])
            self.digits, self.first = max((self.digits, self.first), (len(row), int(row[0])))
        self.linked = self.linked or b"<sheetDataSet" in text
        if not self.linked:
            self.order.look(text[:end], unnamed=bool(unnamed))

    def cells(self) -> int:
        """Return the most cells that the grid has. Raises ``BadFile`` if it is almost empty."""
        columns = 26 * (ord(self.letter or "@") - ord("@") + 1)
        height: int = (self.first + 1) * 10 ** (self.digits - 1) - 1
        # Wide sheets must be short, long sheets full.
        if (columns > 52 and height > 9_999) or (height > 99_999 and self.rows < 50_000):
            raise BadFile(self.file, FAR_APART, sheet=self.name)
        # A cell without a name is right of the one before it, maybe in a row without a name.
        return (columns + self.unnamed) * (height + (self.rows if self.unnamed else 0))


def inspect(path: Path, name: str) -> Inspected:
    """Search a workbook piece by piece. Raises ``BadFile`` for what would harm the reader."""
    rows = cells = size = unnamed = 0
    with opened_zip(path, name, "workbook") as archive:
        check_totals(archive, path, name)
        # The reader takes x/A.xml, x/a.XML and x\\A.xml for one name.
        names = (entry.filename.lower().replace("\\", "/") for entry in archive.infolist())
        check_names(names, name)
        called = _sheet_names(archive)
        for entry in archive.infolist():
            sheet = _look_through(
                archive, entry, Sheet(name, called.get(entry.filename, entry.filename))
            )
            if not sheet.bytes:
                continue
            rows += sheet.rows
            cells += sheet.cells()
            size += sheet.bytes
            unnamed += sheet.unnamed
    # The XML of a cell takes far more than one byte.
    if cells > max(MOST_SPARSE, size):
        why = f', or {unnamed:,} of them do not say where (r="A1")' if unnamed else ""
        raise BadFile(name, FAR_APART + why)
    return Inspected(rows, cells)


def _look_through(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, sheet: Sheet) -> Sheet:
    name, seen, rest, more = sheet.file, False, b"", True
    with archive.open(entry) as stream:
        while more:
            piece = stream.read(PIECE)
            text, more = rest + piece, bool(piece)
            # Declarations stand before the first row, maybe below a long comment.
            if not sheet.rows and any(mark in text for mark in XML_WITHOUT):
                raise BadFile(name, f"{entry.filename} declares a document type or entities")
            seen = seen or b"sheetData" in text
            end = _end_of_piece(text) if more else len(text)  # the rest is searched with the next
            if seen and PREFIXED.search(text):
                plain = PREFIX.sub(rb"<\1", text[:end])
                sheet.look(plain, len(plain))
            elif seen:
                sheet.look(text, end)
            # The reader allocates memory for so many.
            if b"uniqueCount" in text:
                for count in STRINGS.findall(text):
                    if int(count) > entry.file_size:
                        raise BadFile(name, f"{entry.filename} says it has {int(count):,} strings")
            rest = text[end:]
            if len(rest) > LONGEST:
                raise BadFile(name, f"{entry.filename} has {LONGEST:,} bytes without a tag")
    return sheet


def _end_of_piece(text: bytes) -> int:
    """Return where the last row begins; failing that the last cell, or where the last tag ends."""
    for mark in (b"<row", b":row", b"<c ", b":c "):
        at = text.rfind(b"<", 0, text.rfind(mark) + 1)
        if at > 0:
            return at
    return text.rfind(b">") + 1


def _sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return entry → name of the sheet in it, for those where the workbook says it plainly."""
    parts = {entry.filename: entry for entry in archive.infolist()}
    links, sheets = parts.get("xl/_rels/workbook.xml.rels"), parts.get("xl/workbook.xml")
    if not links or not sheets or max(links.file_size, sheets.file_size) > MOST_NAMING:
        return {}
    targets = {
        _attribute(tag, b"Id"): _attribute(tag, b"Target").removeprefix("/xl/")
        for tag in re.findall(rb"<Relationship\s[^>]*>", archive.read(links))
    }
    return {
        f"xl/{targets.get(_attribute(tag, b'r:id'))}": _attribute(tag, b"name")
        for tag in re.findall(rb"<sheet\s[^>]*>", archive.read(sheets))
    }


def _attribute(tag: bytes, name: bytes) -> str:
    found = re.search(rb"\s" + name + rb'="([^"]*)"', tag)
    return html.unescape(found[1].decode("utf-8", "replace")) if found else ""


@cache
def _beyond(letter: str, digits: int, first: int) -> re.Pattern[bytes]:
    """Return a pattern for a name beyond these columns and rows, or an ``r`` without a name."""
    columns = f"(?:[A-{letter}]?[A-Z])?" if letter else "[A-Z]?"
    rows = rf"[1-{first}]\d{{{digits - 1}}}"
    if digits > 1:
        rows += rf"|[1-9]\d{{0,{digits - 2}}}"
    return re.compile(rf"""r(?!=["']{columns}(?:{rows})["'])(?<=[\s"']r)\s*=""".encode())
