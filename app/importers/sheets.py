"""Opening the publishers' files: workbooks, and text with commas or tabs.

A workbook is a zip of XML, and one of 400 kB can unpack to gigabytes or name a cell in the last
corner of the grid; so its own totals, document types and cell names are looked at before the
reader, which makes a dense grid of it, may see it.
"""

from __future__ import annotations

import csv
import hashlib
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from python_calamine import CalamineError, CalamineWorkbook

from app.importers.blocks import Block, plain_blocks
from app.importers.faults import BadFile
from app.importers.zips import check_totals, opened_zip

Cells = list[Any]
HEAD = 40
"""Rows in which a header is looked for."""

MOST_COLUMNS = 702  # ZZ
XML_WITHOUT = (b"<!DOCTYPE", b"<!ENTITY")
# A three-letter column, or a row of seven digits: no publisher goes there.
FAR_CELL = re.compile(rb'r="(?:[A-Z]{3}\d|[A-Z]{0,2}\d{7})')
WIDE_CELL = re.compile(rb'r="(?:[B-Z][A-Z])\d')
LOW_CELL = re.compile(rb'r="[A-Z]{0,2}\d{5}')
DEEP_CELL = re.compile(rb'r="[A-Z]{0,2}\d{6}')


class Header(NamedTuple):
    """Where a sheet's header stands, from row 1, and what it says."""

    sheet: str | None
    row: int
    names: tuple[str, ...]


class Document:
    """One file, opened once; ``rows`` may be taken again and again."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name
        self.bytes = path.stat().st_size
        with path.open("rb") as stream:
            self.sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        self.lines = 0  # about how many rows there are, for progress bars
        if not self.bytes:
            raise BadFile(name, "the file is empty")

    def sheets(self) -> list[str | None]:
        """Return the names of the sheets; a text file has one without a name."""
        raise NotImplementedError

    def rows(self, sheet: str | None) -> Iterator[tuple[int, Cells]]:
        """Yield row number, from 1, and cells."""
        raise NotImplementedError

    def chunks(self, sheet: str | None, after: int, size: int) -> Iterator[tuple[int, list[Cells]]]:
        """Yield the rows after row ``after`` in lists of ``size``, with the first one's number.

        Blank rows at the end of a list are dropped.
        """
        raise NotImplementedError

    def forget(self) -> None:
        """Give back the memory of what was read."""

    def head(self, sheet: str | None) -> list[tuple[int, Cells]]:
        """Return the first ``HEAD`` rows."""
        found = []
        for row in self.rows(sheet):
            found.append(row)
            if len(found) == HEAD:
                break
        return found


class Workbook(Document):
    """An .xlsx file."""

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(path, name)
        self.lines = _inspect(path, name)
        self._opened: CalamineWorkbook | None = None
        self._sheets: dict[str, Any] = {}

    @property
    def _book(self) -> CalamineWorkbook:
        if self._opened is None:
            try:
                self._opened = CalamineWorkbook.from_path(str(self.path))
            except (CalamineError, OSError) as fault:
                raise BadFile(self.name, f"not a readable workbook: {fault}") from fault
        return self._opened

    def forget(self) -> None:
        """Give back the memory of what was read; it is read again when asked for."""
        self._opened = None
        self._sheets = {}

    def sheets(self) -> list[str | None]:
        """Return the names of the worksheets."""
        names: list[str | None] = list(self._book.sheet_names)
        if not names:
            raise BadFile(self.name, "a workbook without a sheet")
        return names

    def rows(self, sheet: str | None) -> Iterator[tuple[int, Cells]]:
        """Yield row number and cells: text, float, bool or a date."""
        taken = self._sheet(sheet)
        return enumerate(taken.iter_rows(), taken.start[0] + 1 if taken.start else 1)

    def chunks(self, sheet: str | None, after: int, size: int) -> Iterator[tuple[int, list[Cells]]]:
        """Yield lists of rows."""
        taken = self._sheet(sheet)
        rows = taken.iter_rows()
        for _ in range(after - (taken.start[0] if taken.start else 0)):
            next(rows)
        return _chunks(rows, after + 1, size)

    def _sheet(self, sheet: str | None) -> Any:
        assert sheet is not None  # noqa: S101 - a worksheet has a name
        if sheet not in self._sheets:
            try:
                self._sheets[sheet] = self._book.get_sheet_by_name(sheet)
            except BaseException as fault:
                # The reader is native code: its panics are no ordinary exceptions.
                if isinstance(fault, KeyboardInterrupt | SystemExit | MemoryError):
                    raise
                raise BadFile(self.name, f"cannot be read: {fault}", sheet=sheet) from fault
        taken = self._sheets[sheet]
        if taken.width > MOST_COLUMNS:
            raise BadFile(
                self.name, f"{taken.width:,} columns, {MOST_COLUMNS} at most", sheet=sheet
            )
        return taken


class TextTable(Document):
    """A text file of cells between commas (quoted) or tabs (never quoted), in UTF-8."""

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(path, name)
        with path.open("rb") as stream:
            start = stream.read(65536)
        if b"\0" in start:
            raise BadFile(name, "not a text file in UTF-8: it has zero bytes")
        self.lines = self.bytes * max(1, start.count(b"\n")) // len(start)
        first = start.partition(b"\n")[0]
        self.delimiter = "\t" if first.count(b"\t") > first.count(b",") else ","

    def sheets(self) -> list[str | None]:
        """Return the one table."""
        return [None]

    def rows(self, _sheet: str | None) -> Iterator[tuple[int, Cells]]:
        """Yield row number and cells, all text."""
        number = 0
        with self._reader(lambda: number) as reader:
            for number, cells in enumerate(reader, 1):
                if len(cells) > MOST_COLUMNS:
                    why = f"{len(cells):,} columns, {MOST_COLUMNS} at most"
                    raise BadFile(self.name, why, row=number)
                yield number, cells

    def chunks(
        self, _sheet: str | None, after: int, size: int
    ) -> Iterator[tuple[int, list[Cells]]]:
        """Yield lists of rows."""
        number = after
        with self._reader(lambda: number) as reader:
            for _ in range(after):
                next(reader)
            for number, rows in _chunks(reader, after + 1, size):
                yield number, rows

    def blocks(self, after: int, columns: int) -> Iterator[Block | None]:
        """Yield the rows after row ``after`` as arrays; None at the first that are not plain."""
        return plain_blocks(self.path, after, columns) if self.delimiter == "," else iter([None])

    @contextmanager
    def _reader(self, row: Callable[[], int]) -> Iterator[Iterator[Cells]]:
        """Yield a reader of rows; its faults tell the row last read."""
        with self.path.open(encoding="utf-8-sig", newline="") as stream:
            try:
                if self.delimiter == "\t":
                    yield csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
                else:
                    yield csv.reader(stream, strict=True)
            except UnicodeDecodeError as fault:
                why = f"not UTF-8 in or after this row ({fault.reason}): save it as UTF-8"
                raise BadFile(self.name, why, row=row() + 1) from fault
            except csv.Error as fault:
                raise BadFile(self.name, f"not a table: {fault}", row=row() + 1) from fault


def _chunks(rows: Iterator[Cells], first: int, size: int) -> Iterator[tuple[int, list[Cells]]]:
    while chunk := list(islice(rows, size)):
        taken = len(chunk)
        while chunk and not any(chunk[-1]):
            chunk.pop()
        if chunk:
            yield first, chunk
        first += taken


def open_document(path: Path, name: str) -> Document:
    """Open a workbook or a text file, whichever its first bytes say it is."""
    with path.open("rb") as stream:
        start = stream.read(8)
    if start[:4] == b"PK\x03\x04":
        return Workbook(path, name)
    if path.suffix.lower() in {".xlsx", ".xlsm"} or name.lower().endswith((".xlsx", ".xlsm")):
        what = (
            "empty" if not start else "not a workbook: it is no zip file, or its start is cut off"
        )
        raise BadFile(name, what)
    if start == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise BadFile(name, "an old .xls workbook: save it as .xlsx")
    return TextTable(path, name)


def _inspect(path: Path, name: str) -> int:
    """Refuse what would harm the reader, a piece at a time; return the number of rows inside."""
    rows = 0
    with opened_zip(path, name, "workbook") as archive:
        check_totals(archive, path, name)
        for entry in archive.infolist():
            if entry.filename.endswith((".xml", ".rels")):
                rows += _inspect_xml(archive, entry, name)
    return rows


def _inspect_xml(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> int:
    sheet = entry.filename.startswith("xl/worksheets/")
    rows, wide, low, deep, tail = 0, False, False, False, b""
    with archive.open(entry) as stream:
        for piece in iter(lambda: stream.read(1 << 20), b""):
            # They stand before the first row, maybe below a long comment.
            if (not sheet or not rows) and any(mark in piece for mark in XML_WITHOUT):
                raise BadFile(name, f"{entry.filename} declares a document type or entities")
            if not sheet:
                continue
            text = tail + piece
            tail = piece[-32:]
            rows += piece.count(b"<row")
            if FAR_CELL.search(text):
                why = f"more than {MOST_COLUMNS} columns or 999,999 rows"
                raise BadFile(name, why, sheet=entry.filename)
            wide = wide or WIDE_CELL.search(text) is not None
            low = low or LOW_CELL.search(text) is not None
            deep = deep or DEEP_CELL.search(text) is not None
    # A dense grid is made of what lies between the first and the last cell, so the last must be
    # near the others: wide sheets short, long sheets full.
    if (wide and low) or (deep and rows < 50_000):
        raise BadFile(name, "cells lie far apart in an almost empty grid", sheet=entry.filename)
    return rows
