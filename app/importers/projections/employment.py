"""Employment projections: the workbook of an edition, or the data tool's export.

Employment comes in thousands with one decimal and becomes persons, exactly. Tables are found by
what their headers say, never by number: in 2022-32 the projections are table 1.7, from 2024-34 on
table 1.2. Other tables that repeat their figures line by line must agree with them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from app.importers.faults import BadFile
from app.importers.projections.columns import (
    ANY_YEARS,
    IGNORED,
    MATRIX_YEAR,
    ONLY_IN_WORKBOOKS,
    SPAN,
    TELLING,
    WAGE_YEAR,
    columns_for,
    exported,
    years_of,
)
from app.importers.projections.other_sheets import (
    NOTHING,
    OtherSheets,
    cleaned,
    footnotes,
    line_of,
    lines,
    note_of,
)
from app.importers.reading import cells
from app.importers.reading.columns import find_header, normal, unknown_columns
from app.importers.reading.records import Record, Table
from app.importers.reading.sheets import Document, Header
from app.importers.rows import EntryRow, PartKey, PartRows, ProjectionRow, Row, TitleRow
from app.marks import NOT_APPLICABLE, NOT_PUBLISHED, PRESENT, PROJECTION_FIGURES, TOP_CODED

TOP_CODED_WAGE = re.compile(r"(?:>=|\u2265|>|\u2267)\s*\$?\s*([\d,]+)(?:\s*[(\[]\d{1,2}[)\]])?")
NAMED = re.compile(r"(?<!\d)(20\d\d)[-_\u2013](?:20)?(\d\d)(?!\d)")
ASSIGNED = frozenset({"typical_education", "work_experience", "training"})
WORDS = re.compile(r"[A-Za-z\d][A-Za-z\d ,.'\u2019/()&-]{2,}")
"""What may stand in a column of words; anything else is a mark that is not known."""


def _not_negative(read: Callable[[Any], int | float]) -> Callable[[Any], int | float]:
    def figure(cell: Any) -> int | float:
        value = read(cell)
        if value < 0:
            raise cells.BadCell(f"{cell!r} is negative")
        return value

    return figure


READ: dict[str, Callable[[Any], int | float]] = {
    "base_employment": _not_negative(cells.thousands),
    "target_employment": _not_negative(cells.thousands),
    "change": cells.thousands,
    "percent_change": cells.plain,
    "annual_openings": _not_negative(cells.thousands),
    "percent_self_employed": cells.share,
    "annual_median": cells.dollars,
}


def main_table(document: Document) -> tuple[Header, tuple[int, int]] | None:
    """Return the header with the most columns of a projection, and its years.

    None if no sheet has such a table; raises ``BadFile`` if its years contradict each other.
    """
    best: tuple[int, Header] | None = None
    for sheet in document.sheets():
        header = find_header(document, sheet, ANY_YEARS, TELLING)
        if header is None:
            continue
        hits = sum(any(re.fullmatch(p, n, re.I) for n in header.names) for p in ANY_YEARS)
        if best is None or hits > best[0]:
            best = hits, header
    if best is None:
        return None
    header = best[1]
    years = years_of(header.names)
    if len(years) != 2:
        said = ", ".join(map(str, years))
        why = f"employment of a base and a target year expected, it has {said}"
        raise BadFile(
            document.name, why, sheet=header.sheet, row=header.row, column="Employment, YYYY"
        )
    _check_years(document, header, years[0], years[1])
    return header, (years[0], years[1])


def _check_years(document: Document, header: Header, base: int, target: int) -> None:
    """Refuse a header of which some columns are of another edition than the employment."""
    for name in header.names:
        named = MATRIX_YEAR.match(name)
        spans = [(int(said[1]), int(said[2])) for said in SPAN.finditer(name)]
        if any(span != (base, target % 100) for span in spans) or (named and int(named[1]) != base):
            raise BadFile(
                document.name,
                f"of another edition than the employment of {base} and {target}",
                sheet=header.sheet,
                row=header.row,
                column=name.title(),
            )


class ProjectionsReader:
    """Reads one file of projections; counts are in ``used`` when all parts have been taken."""

    def __init__(self, document: Document) -> None:
        found = main_table(document)
        if found is None:
            raise BadFile(document.name, "no sheet has the columns of employment projections")
        self.document, (self.header, self.years) = document, found
        self.columns = columns_for(*self.years)
        optional = ONLY_IN_WORKBOOKS if exported(self.header) else ()
        self.table = Table(document, self.header, self.columns, optional)
        self.used = [self.table]
        self.detail: dict[str, Any] = {}
        for name in self.header.names:
            if year := WAGE_YEAR.fullmatch(name):
                self.detail["wage_year"] = int(year[1])
        self._check_caption()
        extra = [
            name
            for name in unknown_columns(self.header, self.columns)
            if not re.fullmatch(IGNORED, name)
        ]
        if extra:
            self.table.leave_out(f"columns not known: {', '.join(extra)}", len(extra))

    @property
    def period(self) -> str:
        """Base and target year: 2021-31."""
        return f"{self.years[0]}-{self.years[1] % 100:02}"

    def parts(self) -> Iterator[PartRows]:
        """Yield occupations, projections, example titles and educational attainment."""
        entries: list[Row] = []
        rows: dict[str, Row] = {}
        examples: list[Row] = []
        seen: dict[str, int] = {}
        notes = footnotes(self.document, self.header.sheet)
        for record, code in lines(self.table):
            if code in seen:
                raise record.fault(f"{code} stands in row {seen[code]} too", "code")
            seen[code] = record.row
            # The data tool writes example titles behind the title: "Title    * A* B".
            title, *others = re.split(r"\s*\*\s*", record.text("title"))
            where, note = record.where, note_of(title, notes)
            line = self._line(record)
            level = level_of(code, line)
            entries.append(EntryRow(code, cleaned(title), level, locator=where))
            rows[code] = self._row(record, code, line)._replace(locator=where, note=note)
            examples += [TitleRow(code, o, "example", locator=where) for o in others if o]
        if not rows:
            raise BadFile(self.document.name, "no lines under the header", sheet=self.header.sheet)
        yield PartRows(PartKey(EntryRow), entries)
        yield PartRows(PartKey(ProjectionRow), list(rows.values()), self.detail)
        if examples:
            yield PartRows(PartKey(TitleRow, "example"), examples)
        sheets = OtherSheets(self.document, self.header, self.years)
        sheets.compare(rows, self.figure)
        yield from sheets.attainment()
        for why, count in sheets.left_out.items():
            self.table.read += count
            self.table.leave_out(why, count)
        self.used += sheets.used

    def figure(self, record: Record, name: str, line: str) -> tuple[Any, str]:
        """Return a figure and its mark, as they stand in the record's cell."""
        cell = record.cell(name)
        if isinstance(cell, str) and cell in NOTHING:
            # A summary line has no education of its own; elsewhere a dash means unavailable.
            none = name in ASSIGNED and line == "summary" and name in record.table.columns
            return None, NOT_APPLICABLE if none else NOT_PUBLISHED
        if name in ASSIGNED:
            text = str(cell)
            if not WORDS.fullmatch(text):
                raise record.fault(f"{text!r} is neither words nor a mark known here", name)
            return text, PRESENT
        if name == "annual_median" and isinstance(cell, str):
            if top := TOP_CODED_WAGE.fullmatch(cell):
                self._top_code(record, int(top[1].replace(",", "")))
                return None, TOP_CODED
            cell = cell.removeprefix("$")
        try:
            return READ[name](cell), PRESENT
        except cells.BadCell as fault:
            raise record.fault(str(fault), name) from None

    def _line(self, record: Record) -> str:
        if "line" not in self.table.columns:
            return "line_item"  # the data tool exports these only
        return line_of(record)

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

    def _top_code(self, record: Record, dollars: int) -> None:
        if self.detail.setdefault("top_code_annual", dollars) != dollars:
            why = f"top-coded at {dollars:,} here and at {self.detail['top_code_annual']:,} before"
            raise record.fault(why, "annual_median")

    def _check_caption(self) -> None:
        """Refuse a table whose caption or file names other years than its header."""
        name = self.document.name.rpartition("/")[2]
        for said in NAMED.finditer(name):
            base, target = int(said[1]), int(said[2])
            if (base + 10) % 100 == target and (base, target) != (
                self.years[0],
                self.years[1] % 100,
            ):
                why = f"the file's name says {said[0]}, its header {self.period}"
                raise BadFile(self.document.name, why, sheet=self.header.sheet, row=self.header.row)
        for number, row in self.document.head(self.header.sheet):
            if number >= self.header.row:
                break
            for said in SPAN.finditer(" ".join(normal(cell) for cell in row)):
                if (int(said[1]), int(said[2])) != (self.years[0], self.years[1] % 100):
                    why = f"the caption says {said[0]}, the header {self.period}"
                    raise BadFile(self.document.name, why, sheet=self.header.sheet, row=number)


def level_of(code: str, line: str) -> str:
    """Return the level of a line by its code; a line item is the most detailed there is.

    So 13-1020, a broad group of the SOC, is detailed here: the projections do not split it.
    """
    if code == "00-0000":
        return "total"
    if line == "line_item":
        return "detailed"
    if code.endswith("0000"):
        return "major"
    return "minor" if code.endswith("00") else "broad"
