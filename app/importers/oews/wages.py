"""OEWS: wages and employment by occupation, of the nation, its states, areas and industries.

A file becomes parts, one an area, industry and ownership. It is read by columns in chunks of
``CHUNK`` rows, so that a file of 400,000 rows takes seconds and little memory. Lines that stand
twice, a broad occupation that is also the most detailed one, become one row; if their figures
differ the import stops.
"""

from __future__ import annotations

import re
import sys
from array import array
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any, NamedTuple

from app.importers.faults import BadFile
from app.importers.oews import text
from app.importers.oews.areas import Places, match_oews
from app.importers.oews.columns import COLUMNS, OCCUPATION_LEVELS
from app.importers.reading import cells
from app.importers.reading.columns import find_header, unknown_columns
from app.importers.reading.sheets import Document, Header, TextTable
from app.importers.rows import EntryRow, FileRead, PartKey, PartRows, Row
from app.marks import NOT_APPLICABLE, TOP_CODED, WAGE_FIGURES, WITHHELD

CHUNK = 250
"""Rows read at a time: few enough that their cells are still in the processor's cache."""
CODE = re.compile(r"\d\d-\d{4}")
MARKS = {"*": WITHHELD, "**": WITHHELD}
"""In any column: a wage, or an employment, that the publisher does not release."""

READ = {
    **dict.fromkeys(WAGE_FIGURES, cells.share),
    "employment": cells.persons,
    **{name: cells.cents for name in WAGE_FIGURES if name.startswith("hourly")},
    **{name: cells.dollars for name in WAGE_FIGURES if name.startswith("annual")},
}
HOURLY = [n for n, name in enumerate(WAGE_FIGURES) if name.startswith("hourly")]
ANNUAL = [n for n, name in enumerate(WAGE_FIGURES) if name.startswith("annual")]


def marks_of(figure: str) -> dict[str, str]:
    """Return the marks known in a figure's column."""
    if figure.startswith(("hourly", "annual")):
        return {**MARKS, "#": TOP_CODED}
    if figure == "percent_reporting":
        # Under 0.5 %: there is a figure and it is not told, as with the other marks.
        return {**MARKS, "~": WITHHELD}
    return MARKS


def data_header(document: Document, least: int = 16) -> Header | None:
    """Return the header of the sheet with the data; None if the file is no OEWS file."""
    found = [find_header(document, sheet, COLUMNS, least) for sheet in document.sheets()]
    headers = [header for header in found if header is not None]
    if len(headers) > 1:
        names = ", ".join(repr(header.sheet) for header in headers)
        raise BadFile(document.name, f"more than one sheet holds such data: {names}")
    return headers[0] if headers else None


class _Taken(NamedTuple):
    """A run of lines already taken: first row, occupations, digests of the whole lines."""

    row: int
    codes: list[str]
    digests: array[int]

    def lines(self) -> dict[str, tuple[int, int]]:
        """Return each occupation's first row and digest."""
        rows = range(self.row + len(self.codes) - 1, self.row - 1, -1)
        return dict(
            zip(
                reversed(self.codes),
                zip(rows, reversed(self.digests), strict=True),
                strict=True,
            )
        )


class _Checked(dict[Any, str]):
    """Cell → its text, checked at first sight."""

    def __init__(self, check: Callable[[str], str | None]) -> None:
        super().__init__()
        self.check = check

    def __missing__(self, cell: Any) -> str:
        text = sys.intern(str(cell).strip().lower())
        why = self.check(text)
        if why:
            raise cells.BadCell(why)
        self[cell] = text
        return text


def _code(text: str) -> str | None:
    return None if CODE.fullmatch(text) else f"{text!r} is no occupation code: NN-NNNN"


def _level(text: str) -> str | None:
    levels = OCCUPATION_LEVELS
    return None if text in levels else f"{text!r} is none of {', '.join(levels)}"


class OewsReader:
    """Reads the files of one release; areas, industries and counts are there when it is done."""

    def __init__(
        self,
        documents: Sequence[tuple[Document, str, tuple[int, int] | None]],
        levels: frozenset[str] | None = None,
    ) -> None:
        """Take documents with their kind and top codes (dollars a year, cents an hour)."""
        self.documents, self.places = documents, Places(levels)
        self.files: list[FileRead] = []
        self.seen: dict[PartKey, _Taken | dict[str, tuple[int, int]]] = {}
        self.titles: dict[str, str] = {}
        self.levels: dict[str, set[str]] = {}

    def parts(self) -> Iterator[PartRows]:
        """Yield runs of wages, then the occupations named."""
        for document, kind, top_codes in self.documents:
            yield from self._file(document, kind, top_codes)
        yield PartRows(PartKey(EntryRow), [self._entry(code) for code in sorted(self.titles)])

    def result(self) -> tuple[Places, list[FileRead]]:
        """Return what there is beside the parts once they are read, to pass between processes."""
        return self.places, self.files

    def adopt(self, result: tuple[Places, list[FileRead]]) -> None:
        """Take over the result of a reader in another process."""
        self.places, self.files = result

    def _entry(self, code: str) -> Row:
        levels = self.levels[code]
        if len(levels) > 1:
            level = "broad" if code.endswith("0") else "detailed"
        else:
            level = next(iter(levels))
        return EntryRow(code, self.titles[code], level)

    def _file(
        self, document: Document, kind: str, top_codes: tuple[int, int] | None
    ) -> Iterator[PartRows]:
        header = data_header(document)
        if header is None:
            raise BadFile(document.name, "no sheet has the columns of the OEWS")
        sheet = _SheetReader(document, header, self, top_codes)
        yield from sheet.parts()
        document.check()
        left_out = (
            {"stands twice with equal figures: one row": sheet.doubled} if sheet.doubled else {}
        )
        extra = unknown_columns(header, COLUMNS)
        if extra:
            left_out[f"columns not known: {', '.join(extra)}"] = len(extra)
        self.files.append(
            FileRead(
                document.name,
                kind,
                document.sha256,
                document.bytes,
                sheet.read,
                sheet.loaded,
                left_out,
            )
        )


class _SheetReader:
    """Reads one sheet."""

    def __init__(
        self,
        document: Document,
        header: Header,
        release: OewsReader,
        top_codes: tuple[int, int] | None,
    ) -> None:
        self.document, self.header, self.release = document, header, release
        self.columns = match_oews(document, header)
        self.top_codes = top_codes
        self.detail = (
            {"top_code_annual": top_codes[0], "top_code_hourly": top_codes[1]} if top_codes else {}
        )
        # Columns read alike share what they have seen.
        alike: dict[Any, cells.Figures] = {}
        self.figures = {
            name: alike.setdefault(
                (READ[name], *marks_of(name)), cells.Figures(READ[name], marks_of(name))
            )
            for name in WAGE_FIGURES
        }
        self.codes, self.groups = _Checked(_code), _Checked(_level)
        if header.names[self.columns["level"]] == "group":
            self.groups[""] = "detailed"
        self.flags = {"": False, "FALSE": False, False: False, "TRUE": True, True: True}
        self.read = self.loaded = self.doubled = 0
        self._key: PartKey | None = None
        self._run: list[tuple[Any, ...]] = []
        self._start = 0

    def fault(self, why: str, row: int, field: str) -> BadFile:
        """Return the fault with its place."""
        column = self.header.names[self.columns[field]].upper()
        return BadFile(self.document.name, why, sheet=self.header.sheet, row=row, column=column)

    def parts(self) -> Iterator[PartRows]:
        """Yield runs of rows of one area, industry and ownership."""
        if not (isinstance(self.document, TextTable) and (yield from self._plain(self.document))):
            after = self.header.row + self.read
            for first, chunk in self.document.chunks(self.header.sheet, after, CHUNK):
                yield from self._chunk(chunk, first)
        if self._key is not None:
            yield self._flush()
        if not self.read:
            raise BadFile(self.document.name, "no rows under the header", sheet=self.header.sheet)

    def _plain(self, document: TextTable) -> Generator[PartRows, None, bool]:
        """Yield runs from the rows that are plain and right; return whether these were all."""
        for block in document.blocks(self.header.row, len(self.header.names)):
            first = self.header.row + self.read + 1
            try:
                if block is None:
                    return False
                rows = text.wages(block, self)
                runs = [*self.release.places.runs_of_block(self, block, first)]
            except (cells.BadCell, KeyError, BadFile):
                return False
            self.read += len(rows)
            yield from self._collect(rows, runs, first)
        return True

    def _chunk(self, chunk: list[list[Any]], first: int) -> Iterator[PartRows]:
        self.read += len(chunk)
        width = len(self.header.names)
        if set(map(len, chunk)) != {width}:
            for row, taken in enumerate(chunk, first):
                if len(taken) < width or any(taken[width:]):
                    why = f"{len(taken)} cells where the header has {width}"
                    raise BadFile(self.document.name, why, sheet=self.header.sheet, row=row)
        columns = list(zip(*chunk, strict=False))
        rows = self._wages(columns, first)
        yield from self._collect(rows, self.release.places.runs(self, columns, first), first)

    def _collect(
        self, rows: list[tuple[Any, ...]], runs: Iterable[tuple[int, int, PartKey]], first: int
    ) -> Iterator[PartRows]:
        """Take the rows into the run under way, and yield it where another part begins."""
        for start, end, key in runs:
            if key is not self._key:
                if self._key is not None:
                    yield self._flush()
                self._key, self._start = key, first + start
            self._run += rows[start:end]

    def _wages(self, columns: list[tuple[Any, ...]], first: int) -> list[tuple[Any, ...]]:
        """Return the chunk's rows, whatever part they belong to."""
        values, marks = [], []
        blank = ("",) * len(columns[0])
        for name in WAGE_FIGURES:
            column = columns[self.columns[name]] if name in self.columns else blank
            value, mark = self._checked(name, self.figures[name].take, column, first)
            values.append(value)
            marks.append(mark)
        self._not_applicable(columns, marks, first)
        if self.top_codes is None:
            self._no_top_codes(marks, first)
        codes = self._texts("code", self.codes, columns, first)
        levels = self._texts("level", self.groups, columns, first)
        self.name(codes, levels, columns[self.columns["title"]].__getitem__, first)
        joined = map("".join, zip(*marks, strict=True))
        none = repeat(None)
        # Plain tuples in the order of WageRow: making 400,000 of the class itself takes seconds.
        return [*zip(codes, levels, *values, joined, none, none)]  # noqa: B905

    def name(
        self, codes: list[str], levels: list[str], title: Callable[[int], Any], first: int
    ) -> None:
        """Keep the levels of the occupations, and the title in the row where each is first met."""
        for code, level in set(zip(codes, levels, strict=True)):
            self.release.levels.setdefault(code, set()).add(level)
        for code in set(codes) - self.release.titles.keys():
            row = codes.index(code)
            text = str(title(row)).strip()
            if not text:
                raise self.fault("blank", first + row, "title")
            self.release.titles[code] = text

    def _texts(
        self, field: str, known: _Checked, columns: list[tuple[Any, ...]], first: int
    ) -> list[str]:
        column = columns[self.columns[field]]
        texts: list[str] = self._checked(
            field, lambda cells: [*map(known.__getitem__, cells)], column, first
        )
        return texts

    def _checked(
        self, field: str, take: Callable[[Any], Any], column: Sequence[Any], first: int
    ) -> Any:
        """Return what ``take`` makes of the column; a bad cell is found again one by one."""
        try:
            return take(column)
        except cells.BadCell:
            for n, cell in enumerate(column):
                try:
                    take((cell,))
                except cells.BadCell as fault:
                    raise self.fault(str(fault), first + n, field) from None
            raise

    def _not_applicable(
        self, columns: list[tuple[Any, ...]], marks: list[list[str]], first: int
    ) -> None:
        """Where only one basis is released, ``*`` on the other means: there is none."""
        for field, others in (("annual_only", HOURLY), ("hourly_only", ANNUAL)):
            column = columns[self.columns[field]]
            if not any(column):
                continue
            for n, cell in enumerate(column):
                flag = self.flags.get(cell.strip().upper() if isinstance(cell, str) else cell)
                if flag is None:
                    raise self.fault(f"{cell!r} is neither TRUE nor blank", first + n, field)
                if flag:
                    for figure in others:
                        if marks[figure][n] == WITHHELD:
                            marks[figure][n] = NOT_APPLICABLE

    def _no_top_codes(self, marks: list[list[str]], first: int) -> None:
        for name, column in zip(WAGE_FIGURES, marks, strict=True):
            if TOP_CODED in column:
                why = "a wage is top-coded (#) and the file does not say at what: give --top-code"
                raise self.fault(why, first + column.index(TOP_CODED), name)

    def _flush(self) -> PartRows:
        """Return the run collected, each occupation once."""
        assert self._key is not None  # noqa: S101 - called with a run begun
        key, run, row = self._key, self._run, self._start
        self._run = []
        codes = [line[0] for line in run]
        before = self.release.seen.get(key)
        now = _Taken(row, codes, array("q", map(hash, run)))
        if before is None and len(set(codes)) == len(codes):
            kept = run
            self.release.seen[key] = now
        else:
            lines = before if isinstance(before, dict) else before.lines() if before else {}
            kept = self._once(run, row, lines)
            self.release.seen[key] = now.lines() | lines
        self.doubled += len(run) - len(kept)
        self.loaded += len(kept)
        return PartRows(key, kept, self.detail)

    def _once(
        self, run: list[tuple[Any, ...]], row: int, before: dict[str, tuple[int, int]]
    ) -> list[tuple[Any, ...]]:
        """Return the lines without those that stand twice; raises if their figures differ."""
        kept: dict[str, tuple[Any, ...]] = {}
        for n, line in enumerate(run):
            code = line[0]
            if code in before:
                same = {hash((code, level, *line[2:])) for level in ("broad", "detailed")}
                if before[code][1] not in same | {hash(line)}:
                    raise self._differs(code, before[code][0], row + n)
                continue
            first = kept.setdefault(code, line)
            if first[2:] != line[2:]:
                raise self._differs(code, row + [one[0] for one in run].index(code), row + n)
            levels = {*first[1].split(), *line[1].split()}
            both = " ".join(sorted(levels, key=OCCUPATION_LEVELS.index))
            kept[code] = (code, both, *line[2:])
        return list(kept.values())

    def _differs(self, code: str, row: int, again: int) -> BadFile:
        return self.fault(f"{code} stands in row {row} too, with other figures", again, "code")
