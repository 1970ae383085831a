"""OEWS: wages and employment by occupation, of the nation, its states, areas and industries.

A file becomes parts, one an area, industry and ownership. It is read by columns in chunks, so that
a file of 400,000 rows takes seconds and little memory. Lines that stand twice, such as a broad
occupation that is also the most detailed one, become one row. If their figures differ, the import
stops.
"""

from __future__ import annotations

import re
import sys
from array import array
from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from itertools import repeat
from typing import Any, NamedTuple

from app.importers.faults import BadFile
from app.importers.oews import consistency, plain_text
from app.importers.oews.areas import Places
from app.importers.oews.columns import (
    COLUMNS,
    LEVEL_WORDS,
    OCCUPATION_LEVELS,
    PLACES,
    open_table,
)
from app.importers.oews.marks import FLAGS, ONE_BASIS, marks_of
from app.importers.reading import cells
from app.importers.reading.columns import find_header
from app.importers.reading.sheets import Document, Header, TextTable
from app.importers.reading.tables import UNUSED_COLUMN, file_read
from app.importers.reading.unknown_columns import UnknownColumns
from app.importers.rows import EntryRow, FileRead, PartKey, PartRows, Row
from app.importers.rules import Gate
from app.marks import NOT_APPLICABLE, PRESENT, TOP_CODED, WAGE_FIGURES, WITHHELD

CHUNK = 250
"""Rows read at a time: few enough that their cells are still in the processor's cache."""
CODE = re.compile(r"\d\d-\d{4}")

READ = {
    **dict.fromkeys(WAGE_FIGURES, cells.rate),
    "employment": cells.persons,
    **{name: cells.cents for name in WAGE_FIGURES if name.startswith("hourly")},
    **{name: cells.dollars for name in WAGE_FIGURES if name.startswith("annual")},
}
"""Figure → how its cells are read."""

TopCodes = tuple[int, int] | None
"""Dollars a year and cents an hour."""


def data_header(document: Document, least: int = 16) -> Header | None:
    """Return the header of the sheet with the data; None if the file is no OEWS file."""
    found = [find_header(document, sheet, COLUMNS, least) for sheet in document.sheets()]
    headers = [header for header in found if header is not None]
    if len(headers) > 1:
        names = ", ".join(repr(header.sheet) for header in headers)
        raise BadFile(document.name, f"more than one sheet holds such data: {names}")
    return headers[0] if headers else None


class OewsFile(NamedTuple):
    """A file of a release, and what was found out about it when the release was planned."""

    document: Document
    kind: str
    top_codes: TopCodes
    owners_told: bool = True
    """Whether its OWN_CODE says whose lines they are; else the industry does."""
    companions: tuple[Document, ...] = ()
    """Files that explain it, which were read when the release was planned."""


class _Taken(NamedTuple):
    """A run of lines already taken: first row, occupations, digests of the whole lines."""

    row: int
    codes: list[str]
    digests: array[int]

    def lines(self) -> dict[str, tuple[int, int]]:
        """Return each occupation's first row and digest."""
        lines: dict[str, tuple[int, int]] = {}
        for row, (code, digest) in enumerate(zip(self.codes, self.digests, strict=True), self.row):
            lines.setdefault(code, (row, digest))
        return lines


def _code(cell: Any) -> str:
    text = sys.intern(str(cell).strip())
    if not CODE.fullmatch(text):
        raise cells.BadCell(f"{text!r} is no occupation code: NN-NNNN")
    return text


def _level(cell: Any) -> str:
    text = str(cell).strip().lower()
    if text not in LEVEL_WORDS:
        raise cells.BadCell(f"{text!r} is none of {', '.join(OCCUPATION_LEVELS)}")
    return LEVEL_WORDS[text]


class OewsReader:
    """Reads the files of one release. Areas, industries and counts are complete at the end."""

    def __init__(
        self,
        oews_files: Sequence[OewsFile],
        levels: frozenset[str] | None = None,
        *,
        bounded: bool = True,
        accepted: Collection[str] = (),
    ) -> None:
        """Take the files, and the levels of area allowed.

        ``bounded``: no percentile of this period reaches the top codes. ``accepted``: rules that
        rows may break.
        """
        self.oews_files, self.places = oews_files, Places(levels)
        self.bounded, self.gate, self.groups = bounded, Gate(accepted), consistency.Groups()
        self.files: list[FileRead] = []
        self.notices: list[str] = []
        self.taken: dict[PartKey, _Taken | dict[str, tuple[int, int]]] = {}
        self.titles: dict[str, str] = {}
        self.levels: dict[str, set[str]] = {}

    def parts(self) -> Iterator[PartRows]:
        """Yield runs of wages, then the occupations named."""
        for one in self.oews_files:
            header = data_header(one.document)
            if header is None:
                raise BadFile(one.document.name, "no sheet has the columns of the OEWS")
            sheet = _SheetReader(one, header, self)
            yield from sheet.parts()
            sheet.check_late_groups()
            sheet.table.leave_out_unknown_columns()
            self.files.append(file_read(one.document, one.kind, [sheet.table]))
        others = {other: one.kind for one in self.oews_files for other in one.companions}
        self.files += [file_read(other, kind, []) for other, kind in others.items()]
        yield PartRows(PartKey(EntryRow), [self._entry(code) for code in sorted(self.titles)])

    def result(self) -> tuple[Places, list[FileRead], list[str]]:
        """Return what there is beside the parts once they are read, to pass between processes."""
        return self.places, self.files, self.notices

    def adopt(self, result: tuple[Places, list[FileRead], list[str]]) -> None:
        """Take over the result of a reader in another process."""
        self.places, self.files, self.notices = result

    def _entry(self, code: str) -> Row:
        level, *others = self.levels[code]
        if others:
            level = "broad" if code.endswith("0") else "detailed"
        return EntryRow(code, self.titles[code], level)


class _SheetReader:
    """Reads one sheet."""

    def __init__(self, file: OewsFile, header: Header, release: OewsReader) -> None:
        self.release, self.top_codes = release, file.top_codes
        self.table = open_table(file.document, header)
        self.unknown = UnknownColumns(self.table)
        if not file.owners_told:
            # As a column that is not read, it must say the same on every line.
            self.unknown.places.append(self.table.columns.pop("own_code"))
            self.table.leave_out(f"{UNUSED_COLUMN}: OWN_CODE, the same on every line")
        self.detail = (
            {"top_code_annual": self.top_codes[0], "top_code_hourly": self.top_codes[1]}
            if self.top_codes
            else {}
        )
        # Columns that are read alike share what they remember.
        alike: dict[Any, cells.Figures] = {}
        self.figures = {
            name: alike.setdefault((read, *marks_of(name)), cells.Figures(read, marks_of(name)))
            for name, read in READ.items()
        }
        self.codes, self.levels = cells.Cached(_code), cells.Cached(_level)
        if header.names[self.table.columns["level"]] == "group":
            self.levels[""] = "detailed"
        self.titles: dict[str, str] = {}
        self._key: PartKey | None = None
        self._run: list[tuple[Any, ...]] = []
        self._start = 0

    def parts(self) -> Iterator[PartRows]:
        """Yield runs of rows of one area, industry and ownership."""
        table, document = self.table, self.table.document
        if not (isinstance(document, TextTable) and (yield from self._plain(document))):
            header = table.header
            for first, chunk in document.chunks(header.sheet, header.row + table.read, CHUNK):
                table.read += len(chunk)
                rows = range(first, first + len(chunk))
                table.check_width(rows, chunk)
                columns = list(zip(*chunk, strict=False))
                for place in self.unknown.places:
                    self.unknown.check(place, columns[place], first)
                wages, runs = self._wages(columns, rows), self._runs(columns, rows)
                self._check(wages, first)
                yield from self._collect(wages, runs, first)
        if self._key is not None:
            yield self._flush(self._key)
        table.require_rows()

    def _plain(self, document: TextTable) -> Generator[PartRows, None, bool]:
        """Yield runs from the rows that are plain and right. Return whether these were all."""
        table = self.table
        for chunk in document.plain_chunks(table.header.row, len(table.header.names)):
            first = table.header.row + table.read + 1
            try:
                if chunk is None:
                    return False
                for place in self.unknown.places:
                    same = not chunk.changes(place).any()
                    column = [chunk.text(place, 0)] if same else chunk.texts(place)
                    self.unknown.check(place, column, first)
                rows = plain_text.wages(chunk, self)
                self._check(rows, first)
                edges = plain_text.edges(chunk, table)
                runs = [*self.release.places.runs(table, first, edges, chunk.text)]
            except (cells.BadCell, KeyError, BadFile):
                return False
            table.read += len(rows)
            yield from self._collect(rows, runs, first)
        return True

    def _check(self, rows: list[tuple[Any, ...]], first: int) -> None:
        """Raise ``BadFile`` for a row that breaks a rule, or give it a note if that is accepted."""
        bound = self.top_codes if self.release.bounded else None
        for at, rule, field, what in consistency.breaches(rows, bound):
            rows[at] = self._noted(rows[at], first + at, rule, field, what)

    def _noted(
        self, row: tuple[Any, ...], number: int, rule: str, field: str, what: str
    ) -> tuple[Any, ...]:
        note = self.release.gate.broken(
            rule, what, lambda why: self.table.fault(why, number, field)
        )
        return (*row[:-1], f"{row[-1]} {note}" if row[-1] else note)

    def check_late_groups(self) -> None:
        """Check the occupations whose groups stand further down, in another run of their part.

        Their rows are on their way, so what is accepted of them is noted on the release.
        """
        for number, what in self.release.groups.late():
            *_, note = self._noted((None,), number, "employment-of-group", "employment", what)
            self.release.notices.append(note)

    def _runs(
        self, columns: list[tuple[Any, ...]], rows: range
    ) -> Iterator[tuple[int, int, PartKey]]:
        """Yield start, end and key of rows that stand together."""
        wanted = [columns[at] for name, at in self.table.columns.items() if name in PLACES]
        # Most of these columns do not change within a chunk: look at those that do.
        moving = [column for column in wanted if column.count(column[0]) < len(rows)]
        lines = list(zip(*moving, strict=True))
        edges = [n for n in range(1, len(lines)) if lines[n] != lines[n - 1]]
        return self.release.places.runs(
            self.table,
            rows.start,
            [0, *edges, len(rows)],
            lambda column, row: columns[column][row],
        )

    def _collect(
        self, rows: list[tuple[Any, ...]], runs: Iterable[tuple[int, int, PartKey]], first: int
    ) -> Iterator[PartRows]:
        """Add rows to the run under way, and yield it where another part begins."""
        for start, end, key in runs:
            if key is not self._key:
                if self._key is not None:
                    yield self._flush(self._key)
                self._key, self._start = key, first + start
            self._run += rows[start:end]

    def _wages(self, columns: list[tuple[Any, ...]], rows: range) -> list[tuple[Any, ...]]:
        """Return the rows, whatever part they belong to."""
        values, marks = [], []
        table, at = self.table, self.table.columns
        blank = ("",) * len(rows)
        for name in WAGE_FIGURES:
            column = columns[at[name]] if name in at else blank
            value, mark = table.take(name, self.figures[name], column, rows)
            values.append(value)
            marks.append(mark)
        both = self._mark_not_applicable(columns, marks, rows)
        if self.top_codes is None:
            for name, column in zip(WAGE_FIGURES, marks, strict=True):
                if TOP_CODED in column:
                    why = "a wage is top-coded (#) and the file does not say at what: give "
                    raise table.fault(why + "--top-code", rows[column.index(TOP_CODED)], name)
        codes = table.take("code", self.codes, columns[at["code"]], rows)
        levels = table.take("level", self.levels, columns[at["level"]], rows)
        self.note_occupations(codes, levels, columns[at["title"]], rows.start)
        joined = map("".join, zip(*marks, strict=True))
        none = repeat(None)
        # Plain tuples in the order of WageRow: making 400,000 of the class itself takes seconds.
        wages = [*zip(codes, levels, *values, joined, none, none)]  # noqa: B905
        for n, (field, what) in both.items():
            wages[n] = self._noted(wages[n], rows[n], "one-basis", field, what)
        return wages

    def note_occupations(
        self, codes: list[str], levels: list[str], titles: Sequence[Any], first: int
    ) -> None:
        """Keep the occupations' levels and titles. Raises ``BadFile`` if one has two titles."""
        for code, level in set(zip(codes, levels, strict=True)):
            self.release.levels.setdefault(code, set()).add(level)
        known = self.titles
        pairs = [*zip(codes, titles, strict=True)]
        for code, cell in dict.fromkeys(pairs):
            if known.get(code) == cell:
                continue
            try:
                title = cells.title(cell)
                self.release.titles.setdefault(code, title)
                # Files by industry call the total "Industry Total", others "All Occupations".
                if known.setdefault(code, title) != title and code != "00-0000":
                    raise cells.BadCell(f"{code} is {title!r} here and {known[code]!r} above")
            except cells.BadCell as fault:
                row = first + pairs.index((code, cell))
                raise self.table.fault(str(fault), row, "title") from None

    def _mark_not_applicable(
        self, columns: list[tuple[Any, ...]], marks: list[list[str]], rows: range
    ) -> dict[int, tuple[str, str]]:
        """Mark wages as not applicable where they are released on the other basis only.

        Return the places of rows that have wages on both bases all the same, with field and fault.
        """
        broken: dict[int, tuple[str, str]] = {}
        for field, others in ONE_BASIS.items():
            column = columns[self.table.columns[field]]
            if not any(column):
                continue
            for n, cell in enumerate(column):
                flag = FLAGS.get(cell.strip().upper() if isinstance(cell, str) else cell)
                if flag is None:
                    raise self.table.fault(f"{cell!r} is neither TRUE nor blank", rows[n], field)
                for figure in others if flag else ():
                    if marks[figure][n] == WITHHELD:
                        marks[figure][n] = NOT_APPLICABLE
                    elif marks[figure][n] in {PRESENT, TOP_CODED}:
                        broken[n] = field, f"TRUE, and the row has {WAGE_FIGURES[figure]}"
        return broken

    def _flush(self, key: PartKey) -> PartRows:
        """Return the run collected, each occupation once."""
        run, row, taken = self._run, self._start, self.release.taken
        self._run = []
        for at, what in self.release.groups.breaches(key, run, row):
            run[at] = self._noted(run[at], row + at, "employment-of-group", "employment", what)
        for at, rule, field, what in consistency.partly_blank(run):
            run[at] = self._noted(run[at], row + at, rule, field, what)
        codes = [line[0] for line in run]
        before = taken.get(key)
        now = _Taken(row, codes, array("q", map(hash, run)))
        if before is None and len(set(codes)) == len(codes):
            taken[key] = now
            kept = run
        else:
            lines = before.lines() if isinstance(before, _Taken) else before or {}
            kept = self._once(run, row, lines)
            taken[key] = now.lines() | lines
        if len(kept) < len(run):
            why = "stands twice with equal figures: one row"
            self.table.leave_out(why, len(run) - len(kept))
        return PartRows(key, kept, self.detail)

    def _once(
        self, run: list[tuple[Any, ...]], row: int, before: dict[str, tuple[int, int]]
    ) -> list[tuple[Any, ...]]:
        """Return the lines, each occupation once. Raises ``BadFile`` if figures differ."""
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
        line = self.table.document.line(row)
        why = f"{code} stands in row {line} too, with other figures"
        return self.table.fault(why, again, "code")
