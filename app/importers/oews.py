"""OEWS: wages and employment by occupation, of the nation, its states, areas and industries.

A file becomes parts, one an area, industry and ownership. It is read by columns in chunks of
``CHUNK`` rows, so that a file of 400,000 rows takes seconds and little memory. Lines that stand
twice, a broad occupation that is also the most detailed one, become one row; if their figures
differ the import stops.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, repeat
from typing import Any, NamedTuple

from app.importers import cells
from app.importers.columns import find_header, match_columns, unknown_columns
from app.importers.faults import BadFile
from app.importers.oews_columns import COLUMNS, OCCUPATION_LEVELS, OPTIONAL
from app.importers.oews_places import Places
from app.importers.rows import EntryRow, FileRead, PartKey, PartRows, WageRow
from app.importers.sheets import Document, Header
from app.marks import NOT_APPLICABLE, TOP_CODED, WAGE_FIGURES, WITHHELD

CHUNK = 8_000
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


def data_header(document: Document) -> Header | None:
    """Return the header of the sheet with the data; None if the file is no OEWS file."""
    found = [find_header(document, sheet, COLUMNS, 20) for sheet in document.sheets()]
    headers = [header for header in found if header is not None]
    if len(headers) > 1:
        names = ", ".join(repr(header.sheet) for header in headers)
        raise BadFile(document.name, f"more than one sheet holds such data: {names}")
    return headers[0] if headers else None


class _Line(NamedTuple):
    """Where a line already taken stands, and a digest of its figures."""

    row: int
    digest: int


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
        self._seen: dict[PartKey, dict[str, _Line]] = {}
        self._titles: dict[str, str] = {}
        self._levels: dict[str, set[str]] = {}

    def parts(self) -> Iterator[PartRows]:
        """Yield runs of wages, then the occupations named."""
        for document, kind, top_codes in self.documents:
            yield from self._file(document, kind, top_codes)
        yield PartRows(PartKey(EntryRow), [self._entry(code) for code in sorted(self._titles)])

    def _entry(self, code: str) -> EntryRow:
        levels = self._levels[code]
        if len(levels) > 1:
            level = "broad" if code.endswith("0") else "detailed"
        else:
            level = next(iter(levels))
        return EntryRow(code, self._titles[code], level)

    def _file(
        self, document: Document, kind: str, top_codes: tuple[int, int] | None
    ) -> Iterator[PartRows]:
        header = data_header(document)
        if header is None:
            raise BadFile(document.name, "no sheet has the columns of the OEWS")
        sheet = _SheetReader(document, header, self, top_codes)
        yield from sheet.parts()
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
        self.columns = match_columns(document, header, COLUMNS, OPTIONAL)
        self.top_codes = top_codes
        self.detail = (
            {"top_code_annual": top_codes[0], "top_code_hourly": top_codes[1]} if top_codes else {}
        )
        self.figures = {name: cells.Figures(READ[name], marks_of(name)) for name in WAGE_FIGURES}
        self.flags = {"": False, "FALSE": False, False: False, "TRUE": True, True: True}
        self.read = self.loaded = self.doubled = 0
        self._key: PartKey | None = None
        self._run: list[WageRow] = []
        self._start = 0

    def fault(self, why: str, row: int, field: str) -> BadFile:
        """Return the fault with its place."""
        column = self.header.names[self.columns[field]].upper()
        return BadFile(self.document.name, why, sheet=self.header.sheet, row=row, column=column)

    def parts(self) -> Iterator[PartRows]:
        """Yield runs of rows of one area, industry and ownership."""
        rows = self.document.rows(self.header.sheet)
        for number, _ in rows:
            if number == self.header.row:
                break
        first = self.header.row + 1
        while chunk := [cells for _, cells in islice(rows, CHUNK)]:
            while chunk and not any(chunk[-1]):
                chunk.pop()  # blank rows at the end
            if chunk:
                yield from self._chunk(chunk, first)
            first += CHUNK
        if self._key is not None:
            yield self._flush()
        if not self.read:
            raise BadFile(self.document.name, "no rows under the header", sheet=self.header.sheet)

    def _chunk(self, chunk: list[list[Any]], first: int) -> Iterator[PartRows]:
        self.read += len(chunk)
        width, least = len(chunk[0]), len(self.header.names)
        if width < least or any(len(row) != width for row in chunk):
            n = next(n for n, row in enumerate(chunk) if len(row) != width or width < least)
            why = f"{len(chunk[n])} cells where the header has {least}"
            raise BadFile(self.document.name, why, sheet=self.header.sheet, row=first + n)
        columns = list(zip(*chunk, strict=True))
        rows = self._wages(columns, first)
        keys = self.release.places.keys(self, columns, first)
        start = 0
        for end in range(1, len(rows) + 1):
            if end < len(rows) and keys[end] is keys[start]:
                continue
            if keys[start] is not self._key:
                if self._key is not None:
                    yield self._flush()
                self._key, self._start = keys[start], first + start
            self._run += rows[start:end]
            start = end

    def _wages(self, columns: list[tuple[Any, ...]], first: int) -> list[WageRow]:
        """Return the chunk's rows, whatever part they belong to."""
        values, marks = [], []
        blank = ("",) * len(columns[0])
        for name in WAGE_FIGURES:
            column = columns[self.columns[name]] if name in self.columns else blank
            try:
                value, mark = self.figures[name].take(column)
            except cells.BadCell as fault:
                raise self._locate(name, column, first, str(fault)) from None
            values.append(value)
            marks.append(mark)
        self._not_applicable(columns, marks, first)
        if self.top_codes is None:
            self._no_top_codes(marks, first)
        codes = [str(cell).strip() for cell in columns[self.columns["code"]]]
        levels = [str(cell).strip().lower() for cell in columns[self.columns["level"]]]
        titles = columns[self.columns["title"]]
        for code, level, title in set(zip(codes, levels, titles, strict=True)):
            if not CODE.fullmatch(code):
                why = f"{code!r} is no occupation code: NN-NNNN"
                raise self.fault(why, first + codes.index(code), "code")
            if level not in OCCUPATION_LEVELS:
                why = f"{level!r} is none of {', '.join(OCCUPATION_LEVELS)}"
                raise self.fault(why, first + levels.index(level), "level")
            named = str(title).strip()
            known = self.release._titles.setdefault(code, named)
            self.release._titles[code] = min(known, named)
            self.release._levels.setdefault(code, set()).add(level)
        joined = map("".join, zip(*marks, strict=True))
        none = repeat(None)
        return [*map(WageRow._make, zip(codes, levels, *values, joined, none, none))]  # noqa: B905

    def _not_applicable(
        self, columns: list[tuple[Any, ...]], marks: list[list[str]], first: int
    ) -> None:
        """Where only one basis is released, ``*`` on the other means: there is none."""
        for field, others in (("annual_only", HOURLY), ("hourly_only", ANNUAL)):
            column = columns[self.columns[field]]
            if not any(column):
                continue
            for n, cell in enumerate(column):
                flag = self.flags.get(cell.strip() if isinstance(cell, str) else cell)
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

    def _locate(self, name: str, column: Sequence[Any], first: int, why: str) -> BadFile:
        for n, cell in enumerate(column):
            try:
                self.figures[name][cell]
            except cells.BadCell:
                return self.fault(why, first + n, name)
        raise AssertionError(name)  # the column had a bad cell a moment ago

    def _flush(self) -> PartRows:
        """Return the run collected, each occupation once."""
        assert self._key is not None  # noqa: S101 - called with a run begun
        key, run, row = self._key, self._run, self._start
        self._run = []
        seen = self.release._seen.setdefault(key, {})
        fresh: dict[str, int] = {}
        kept: list[WageRow] = []
        for n, wage in enumerate(run):
            code, digest = wage[0], hash(wage[2:22])
            before = seen.get(code)
            if before is None:
                seen[code] = _Line(row + n, digest)
                fresh[code] = len(kept)
                kept.append(wage)
                continue
            if before.digest != digest:
                why = f"{code} stands in row {before.row} too, with other figures"
                raise self.fault(why, row + n, "code")
            self.doubled += 1
            place = fresh.get(code)
            if place is not None and wage[1] not in kept[place][1].split():
                levels = sorted([*kept[place][1].split(), wage[1]], key=OCCUPATION_LEVELS.index)
                kept[place] = kept[place]._replace(published_levels=" ".join(levels))
        self.loaded += len(kept)
        return PartRows(key, kept, self.detail)
