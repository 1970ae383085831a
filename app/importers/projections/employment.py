"""Employment projections: the workbook of an edition, or the data tool's export.

Employment comes in thousands with one decimal and becomes persons, exactly. Tables are found by
their headers, never by number: in 2022-32 the projections are table 1.7, from 2024-34 on table 1.2.
Other tables that repeat their figures line by line must agree with them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Any

from app.importers.faults import BadFile
from app.importers.projections import consistency
from app.importers.projections.assignments import assigned
from app.importers.projections.columns import (
    ANY_YEARS,
    ASSIGNED,
    IGNORED,
    MATRIX_YEAR,
    OF_TEN_YEARS,
    ONLY_IN_WORKBOOKS,
    SPAN,
    TELLING,
    WAGE_YEAR,
    columns_for,
    exported,
    years_of,
)
from app.importers.projections.lines import (
    NOTES,
    NOTHING,
    cleaned,
    footnotes,
    line_of,
    lines,
    note_of,
)
from app.importers.projections.other_sheets import OtherSheets
from app.importers.reading import cells
from app.importers.reading.columns import count_matches, normal
from app.importers.reading.headings import find_joined_header
from app.importers.reading.sheets import Document, Header
from app.importers.reading.tables import UNUSED_COLUMN, Record, Table
from app.importers.reading.unknown_columns import UnknownColumns
from app.importers.rows import EntryRow, PartKey, PartRows, ProjectionRow, Row, TitleRow
from app.importers.rules import Gate
from app.marks import NOT_PUBLISHED, PRESENT, PROJECTION_FIGURES, TOP_CODED

TOP_CODED_WAGE = re.compile(r"(?:>=|\u2265|>|\u2267)\s*\$?\s*([\d,]+)(?:\s*[(\[]\d{1,2}[)\]])?")
YEARS_IN_NAME = re.compile(r"(?<!\d)(20\d\d)[-_\u2013](?:20)?(\d\d)(?!\d)")
READ: dict[str, Callable[[Any], int | float]] = {
    "base_employment": cells.thousands,
    "target_employment": cells.thousands,
    "change": cells.signed_thousands,
    "percent_change": cells.signed_rate,
    "annual_openings": cells.thousands,
    "percent_self_employed": cells.rate,
    "annual_median": cells.dollars,
}


def main_table(document: Document) -> tuple[Header, tuple[int, int]] | None:
    """Return the header with the most columns of a projection, with base and target year.

    None if no sheet has such a table. Raises ``BadFile`` if the header's years contradict.
    """
    best: tuple[int, Header] | None = None
    for sheet in document.sheets():
        header = find_joined_header(document, sheet, ANY_YEARS, TELLING)
        if header is None:
            continue
        hits = count_matches(ANY_YEARS, header.names)
        if best is None or hits > best[0]:
            best = hits, header
    if best is None:
        return None
    header = best[1]
    years = years_of(header.names)
    place: dict[str, Any] = {"sheet": header.sheet, "row": header.row}
    if len(years) != 2:
        stated = ", ".join(map(str, years))
        why = f"employment of a base and a target year expected, it has {stated}"
        raise BadFile(document.name, why, **place, column="Employment, YYYY")
    base, target = years
    for name in header.names:
        matrix = MATRIX_YEAR.match(name)
        if _other_spans(name, (base, target)) or (matrix and int(matrix[1]) != base):
            why = f"of another edition than the employment of {base} and {target}"
            raise BadFile(document.name, why, **place, column=name.title())
    return header, (base, target)


def _other_spans(text: str, years: tuple[int, int], span: re.Pattern[str] = SPAN) -> list[str]:
    """Return the spans in a text, 2021-31, that are not of these years."""
    found = span.finditer(text)
    return [one[0] for one in found if (int(one[1]), int(one[2])) != (years[0], years[1] % 100)]


class ProjectionsReader:
    """Reads one file of projections. When all parts are taken, ``used`` has the tables' counts."""

    def __init__(self, document: Document, accepted: Collection[str] = ()) -> None:
        """Take a file, and the rules that its rows may break."""
        found = main_table(document)
        if found is None:
            raise BadFile(document.name, "no sheet has the columns of employment projections")
        self.document, (self.header, self.years) = document, found
        self.sheets = OtherSheets(document, self.header, self.years)
        optional = {*ONLY_IN_WORKBOOKS} if exported(self.header) else set()
        self.ten_years = [n for n in self.header.names if re.fullmatch(OF_TEN_YEARS, n)]
        self.kinds: dict[str, str] = {}
        """Code → kind of line, where another sheet says it: in 2010-20."""
        if self.ten_years:
            optional.add("annual_openings")
            if "occupation type" not in self.header.names:
                self.kinds = self.sheets.kinds_of_lines()
                optional |= {"line"} if self.kinds else set()
        self.table = Table(document, self.header, columns_for(*self.years), optional)
        self.used = [self.table]
        self.unknown, self.gate = UnknownColumns(self.table, IGNORED), Gate(accepted)
        self.detail: dict[str, Any] = {}
        for name in self.header.names:
            if year := WAGE_YEAR.fullmatch(name):
                self.detail["wage_year"] = int(year[1] or year[2])
        self._check_caption()
        self.table.leave_out_unknown_columns(IGNORED)
        for name in self.ten_years:
            self.table.leave_out(f"{UNUSED_COLUMN}: {name} (openings of ten years)")

    @property
    def period(self) -> str:
        """Base and target year: 2021-31."""
        return f"{self.years[0]}-{self.years[1] % 100:02}"

    def parts(self) -> Iterator[PartRows]:
        """Yield occupations, projections, example titles and educational attainment."""
        entries: list[Row] = []
        rows: dict[str, Row] = {}
        examples: list[Row] = []
        notes = footnotes(self.document, self.header.sheet)
        records = list(lines(self.table, once=True))
        if not records:
            raise self.table.fault("no lines under the header")
        for place in self.unknown.places:
            # A row may end before a column that is not read.
            column = [[*record.cells, ""][min(place, len(record.cells))] for record, _ in records]
            self.unknown.check(place, column, records[0][0].row)
        for record, code in records:
            # The data tool writes example titles behind the title: "Title    * A* B".
            title, *others = re.split(r"\s*\*\s*", record.text("title"))
            for one in (title, *filter(None, others)):
                record.check(cells.title, one, "title")
            where, line = record.where, self._line(record, code)
            wage = str(record.cell("annual_median"))
            note = " ".join(filter(None, (note_of(title, notes), note_of(wage, notes)))) or None
            entries.append(EntryRow(code, cleaned(title), level_of(code, line), locator=where))
            row = self._row(record, code, line)._replace(locator=where, note=note)
            for rule, field, what in consistency.breaches(row):
                row = self._noted(row, rule, what, partial(record.fault, field=field))
            rows[code] = row
            examples += [TitleRow(code, o, "example", locator=where) for o in others if o]
        places = {code: record for record, code in records}
        for code, field, what in [*consistency.groups(rows)]:
            fault = partial(places[code].fault, field=field)
            rows[code] = self._noted(rows[code], "employment-of-group", what, fault)
        yield PartRows(PartKey(EntryRow), entries)
        yield PartRows(PartKey(ProjectionRow), list(rows.values()), self.detail)
        if examples:
            yield PartRows(PartKey(TitleRow, "example"), examples)
        self.sheets.compare(rows, self.figure)
        yield from self.sheets.attainment(self.gate)
        for why, count in self.sheets.left_out.items():
            self.table.read += count
            self.table.leave_out(why, count)
        self.used += self.sheets.used

    def _line(self, record: Record, code: str) -> str:
        """Return the kind of a line. The data tool has no column of it: it exports line items."""
        if "line" in self.table.columns:
            return line_of(record)
        if self.kinds and code not in self.kinds:
            raise record.fault(f"no sheet says whether {code} is a summary or a line item", "code")
        return self.kinds.get(code, "line_item")

    def _noted(self, row: Row, rule: str, what: str, fault: Callable[[str], BadFile]) -> Row:
        """Return a row that breaks an accepted rule, with a note; else raise its fault."""
        note = self.gate.broken(rule, what, fault)
        return row._replace(note=f"{row.note} {note}" if row.note else note)

    def figure(self, record: Record, name: str, line: str) -> tuple[Any, str]:
        """Return the figure and its mark from a record's cell."""
        if name in ASSIGNED:
            return assigned(record, name, line)
        cell = record.cell(name)
        if name not in record.table.columns or (isinstance(cell, str) and cell in NOTHING):
            return None, NOT_PUBLISHED
        if name == "annual_median" and isinstance(cell, str):
            if top := TOP_CODED_WAGE.fullmatch(cell):
                self._note_top_code(record, int(top[1].replace(",", "")))
                return None, TOP_CODED
            cell = NOTES.sub("", cell).removeprefix("$")
        try:
            return READ[name](cell), PRESENT
        except cells.BadCell as fault:
            raise record.fault(str(fault), name) from None

    def _row(self, record: Record, code: str, line: str) -> Row:
        read = {name: self.figure(record, name, line) for name in PROJECTION_FIGURES}
        return ProjectionRow(
            code=code,
            line=line,
            base_year=self.years[0],
            target_year=self.years[1],
            marks="".join(mark for _, mark in read.values()),
            **{name: value for name, (value, _) in read.items()},
        )

    def _note_top_code(self, record: Record, dollars: int) -> None:
        if self.detail.setdefault("top_code_annual", dollars) != dollars:
            why = f"top-coded at {dollars:,} here and at {self.detail['top_code_annual']:,} before"
            raise record.fault(why, "annual_median")

    def _check_caption(self) -> None:
        """Raise ``BadFile`` if the file's name or the caption names other years than the header."""
        name = self.document.name.rpartition("/")[2]
        for years in _other_spans(name, self.years, YEARS_IN_NAME):
            if (int(years[:4]) + 10) % 100 == int(years[-2:]):
                why = f"the file's name says {years}, its header {self.period}"
                raise self.table.fault(why, self.header.row)
        for number, row in self.document.head(self.header.sheet):
            if number >= self.header.row:
                break
            if others := _other_spans(" ".join(map(normal, row)), self.years):
                why = f"the caption says {others[0]}, the header {self.period}"
                raise self.table.fault(why, number)


def level_of(code: str, line: str) -> str:
    """Return the level of a line by its code. A line item is the most detailed there is.

    So 13-1020, a broad group of the SOC, is detailed here: the projections do not split it.
    """
    if code == "00-0000":
        return "total"
    if line == "line_item":
        return "detailed"
    if code.endswith("0000"):
        return "major"
    return "minor" if code.endswith("00") else "broad"
