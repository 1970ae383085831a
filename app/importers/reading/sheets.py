"""Opens the publishers' files, workbooks and text with commas or tabs, and reads their rows."""

from __future__ import annotations

import csv
import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader, TextIOWrapper
from itertools import count, islice
from pathlib import Path
from typing import Any, NamedTuple

from python_calamine import CalamineError, CalamineWorkbook

from app.importers.faults import BadFile
from app.importers.reading.compressed import unpacked_name
from app.importers.reading.encodings import encoding_of
from app.importers.reading.formats import OLD_WORKBOOK, START, ZIP, format_of
from app.importers.reading.grids import MOST_COLUMNS, inspect
from app.importers.reading.old_workbooks import Grids, opened_workbook, read_grids
from app.importers.reading.opening import open_regular
from app.importers.reading.text_chunks import TextChunk, plain_chunks

Cells = list[Any]
DELIMITERS = ",;\t|"
FORMULA = re.compile(r'="([^"]*)"')
"""A text as a formula, ="11-1011", which spreadsheets leave as it is."""
HEAD = 40
"""First rows of a sheet, among which a header is looked for."""
UNSURE = re.compile(r"[-+]?\$?[\d.]*\d,\d[\d,.]*%?|[-+]?\$?[1-9]\d{0,2}(\.\d{3})+(,\d+)?%?")
"""A number in a file with semicolons that has one value with decimal commas, another without."""


class Header(NamedTuple):
    """Where a sheet's header stands, from row 1, and its names in lower case."""

    sheet: str | None
    row: int
    names: tuple[str, ...]


class Document:
    """A file. Its rows may be read again and again, as long as it does not change."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name
        with open_regular(path) as stream:
            found = os.fstat(stream.fileno())
            self.bytes, self._state = found.st_size, _state(found)
            self.sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        self.lines = 0  # about how many rows it has, for progress bars
        self._heads: dict[str | None, list[tuple[int, Cells]]] = {}
        self.head_names: dict[str | None, list[tuple[int, tuple[str, ...]]]] = {}
        """Sheet → number and names of the rows that may be a header, filled in by ``columns``."""
        if not self.bytes:
            raise BadFile(name, "the file is empty")

    def open(self) -> BufferedReader:
        """Open the file again. Raises ``BadFile`` if it has changed."""
        stream = open_regular(self.path)
        try:
            self.check(os.fstat(stream.fileno()))
        except BadFile:
            stream.close()
            raise
        return stream

    def check(self, found: os.stat_result | None = None) -> None:
        """Raise ``BadFile`` if the file was changed or exchanged after its checksum was taken."""
        if _state(found or self.path.lstat()) != self._state:
            raise BadFile(self.name, "it was changed while it was read: import it again")

    def sheets(self) -> list[str | None]:
        """Return the names of the sheets; a text file has one without a name."""
        raise NotImplementedError

    def rows(self, sheet: str | None) -> Iterator[tuple[int, Cells]]:
        """Yield row number, from 1, and cells."""
        raise NotImplementedError

    def chunks(self, sheet: str | None, after: int, size: int) -> Iterator[tuple[int, list[Cells]]]:
        """Yield the rows after row ``after`` in lists of ``size``, each with its first number.

        Blank rows at the end of a list are dropped.
        """
        raise NotImplementedError

    def line(self, row: int) -> int:
        """Return where people find a row: the same number, unless a row is made of several."""
        return row

    def forget(self) -> None:
        """Free the memory of what was read. It is read again when it is needed."""
        self._heads, self.head_names = {}, {}

    def head(self, sheet: str | None) -> list[tuple[int, Cells]]:
        """Return the first ``HEAD`` rows."""
        if sheet not in self._heads:
            self._heads[sheet] = list(islice(self.rows(sheet), HEAD))
        return self._heads[sheet]


class Workbook(Document):
    """An .xlsx file."""

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(path, name)
        self.lines, self._cells = inspect(path, name)
        self._opened: CalamineWorkbook | None = None
        self._sheets: dict[str, Any] = {}

    @property
    def _book(self) -> CalamineWorkbook:
        if self._opened is None:
            self.check()  # the reader takes a path, which must still be the file inspected
            try:
                self._opened = opened_workbook(self.path, ".xlsx", ".xlsm")
            except BaseException as fault:
                if not _is_readers(fault):
                    raise
                raise BadFile(self.name, f"not a readable workbook: {fault}") from fault
        return self._opened

    def forget(self) -> None:
        """Free the memory of what was read. It is read again when it is needed."""
        super().forget()
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
        number = 0
        try:
            # The reader yields the blank rows above the first cell too.
            for number, cells in enumerate(taken.iter_rows(), 1):
                yield number, cells
        except BaseException as fault:
            if not _is_readers(fault):
                raise
            why = f"a date or time that cannot be: {fault}"
            raise BadFile(self.name, why, sheet=sheet, row=number + 1) from fault

    def chunks(self, sheet: str | None, after: int, size: int) -> Iterator[tuple[int, list[Cells]]]:
        """Yield lists of rows."""
        rows = (cells for number, cells in self.rows(sheet) if number > after)
        return _chunks(rows, after + 1, size)

    def _sheet(self, sheet: str | None) -> Any:
        assert sheet is not None  # noqa: S101 - a worksheet has a name
        if sheet not in self._sheets:
            try:
                self._sheets[sheet] = self._book.get_sheet_by_name(sheet)
            except BaseException as fault:
                if not _is_readers(fault):
                    raise
                raise BadFile(self.name, f"cannot be read: {fault}", sheet=sheet) from fault
            if sum(one.width * one.height for one in self._sheets.values()) > self._cells:
                raise BadFile(self.name, "many sheets made of the same cells", sheet=sheet)
        taken = self._sheets[sheet]
        if taken.width > MOST_COLUMNS:
            why = f"{taken.width:,} columns, {MOST_COLUMNS} at most"
            raise BadFile(self.name, why, sheet=sheet)
        return taken


class OldWorkbook(Document):
    """An .xls file."""

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(path, name)
        self._grids: Grids | None = None
        self.lines = sum(map(len, self._sheets.values()))

    @property
    def _sheets(self) -> Grids:
        if self._grids is None:
            self.check()
            self._grids = read_grids(self.path, self.name)
        return self._grids

    def forget(self) -> None:
        """Free the memory of what was read. It is read again when it is needed."""
        super().forget()
        self._grids = None

    def sheets(self) -> list[str | None]:
        """Return the names of the worksheets."""
        return list(self._sheets)

    def rows(self, sheet: str | None) -> Iterator[tuple[int, Cells]]:
        """Yield row number and cells: text, float, bool or a date."""
        return enumerate(self._sheets[sheet or ""], 1)

    def chunks(self, sheet: str | None, after: int, size: int) -> Iterator[tuple[int, list[Cells]]]:
        """Yield lists of rows."""
        return _chunks(iter(self._sheets[sheet or ""][after:]), after + 1, size)


class TextTable(Document):
    """A text file of cells between commas, semicolons or bars (quoted), or tabs (not quoted).

    A number whose value depends on whether its commas mark decimals is refused in a file with
    semicolons, which those who write decimal commas have.
    """

    def __init__(self, path: Path, name: str) -> None:
        super().__init__(path, name)
        with self.open() as stream:
            self.encoding = encoding_of(stream)
            stream.seek(0)
            start = stream.read(65536).decode(self.encoding, "replace")
        if "\0" in start:
            raise BadFile(name, "not a text file: it has zero bytes")
        self.lines = self.bytes * max(1, start.count("\n")) // len(start)
        # A caption may stand above the header.
        lines = start.split("\n")[:HEAD]
        wide = (line for line in lines if any(line.count(d) > 1 for d in DELIMITERS))
        self.delimiter = max(DELIMITERS, key=next(wide, lines[0]).count)
        self._wrapped = '="' in start or '\t"' in start

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

    def plain_chunks(self, after: int, columns: int) -> Iterator[TextChunk | None]:
        """Yield the rows after row ``after`` as arrays; None at the first that are not plain."""
        plain = self.delimiter == "," and self.encoding == "utf-8-sig"
        return plain_chunks(self.path, after, columns) if plain else iter([None])

    @contextmanager
    def _reader(self, row: Callable[[], int]) -> Iterator[Iterator[Cells]]:
        """Yield a reader of rows. A fault is placed in the row after ``row()``, the last read."""
        with TextIOWrapper(self.open(), encoding=self.encoding, newline="") as stream:
            try:
                if self.delimiter == "\t":
                    reader = csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
                else:
                    reader = csv.reader(stream, delimiter=self.delimiter, strict=True)
                rows: Iterator[Cells] = map(_unwrapped, reader) if self._wrapped else reader
                yield map(self._sure, rows, count(1)) if self.delimiter == ";" else rows
            except UnicodeDecodeError as fault:
                why = f"not UTF-8 in or after this row ({fault.reason}): save it as UTF-8"
                raise BadFile(self.name, why, row=row() + 1) from fault
            except csv.Error as fault:
                raise BadFile(self.name, f"not a table: {fault}", row=row() + 1) from fault

    def _sure(self, cells: Cells, row: int) -> Cells:
        for n, cell in enumerate(cells, 1):
            if UNSURE.fullmatch(cell.strip()):
                why = f"{cell!r} is one number with decimal commas, another with decimal points"
                raise BadFile(self.name, why, row=row, column=f"number {n}")
        return cells


def _unwrapped(cells: Cells) -> Cells:
    """Return the texts of cells without what a spreadsheet puts around them.

    It quotes a cell with a comma or a quotation mark between tabs too, where publishers quote none.
    """
    texts = []
    for cell in cells:
        text, inner = cell, cell[1:-1]
        if cell == f'"{inner}"' and not {",", '""'}.isdisjoint(re.findall('""|[",]', inner)):
            text = cell if '"' in inner.replace('""', "") else inner.replace('""', '"')
        formula = FORMULA.fullmatch(text)
        texts.append(formula[1] if formula else text)
    return texts


def _state(found: os.stat_result) -> tuple[int, ...]:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _is_readers(fault: BaseException) -> bool:
    """Tell whether the reader of workbooks raised this, rather than this program or a signal.

    It is native code: its panics are no ordinary exceptions, and no module has their class.
    """
    panic = type(fault).__name__ == "PanicException"
    return panic or isinstance(fault, CalamineError | OSError | OverflowError)


def _chunks(rows: Iterator[Cells], first: int, size: int) -> Iterator[tuple[int, list[Cells]]]:
    while chunk := list(islice(rows, size)):
        taken = len(chunk)
        while chunk and not any(chunk[-1]):
            chunk.pop()
        if chunk:
            yield first, chunk
        first += taken


def open_document(path: Path, name: str) -> Document:
    """Open a workbook or a text file, whichever its first bytes say it is. Raises ``BadFile``."""
    with open_regular(path) as stream:
        start = stream.read(START)
    if start.startswith(ZIP):
        return Workbook(path, name)
    if start.startswith(OLD_WORKBOOK):
        return OldWorkbook(path, name)
    called = unpacked_name(name)
    if what := format_of(start, called):
        raise BadFile(name, what)
    if not start:
        raise BadFile(name, "the file is empty")
    if called.lower().endswith((".xlsx", ".xlsm", ".xls")) and not _is_table(start):
        raise BadFile(name, "not a workbook, or its start is cut off")
    return TextTable(path, name)


def _is_table(start: bytes) -> bool:
    """Tell the start of a text with columns, which people and servers give a workbook's name."""
    line = start.lstrip().splitlines()[0] if start.strip() else b""
    return b"\0" not in start and any(line.count(d.encode()) > 1 for d in DELIMITERS)
