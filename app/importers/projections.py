"""Employment projections: the workbook of an edition, or the data tool's export.

Employment comes in thousands with one decimal and becomes persons, exactly. Tables are found by
what their headers say: the one with the most columns of a projection, and educational attainment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from app.importers import cells
from app.importers.columns import FOOTNOTE, find_header, unknown_columns
from app.importers.faults import BadFile
from app.importers.projections_columns import (
    ATTAINMENT,
    IGNORED,
    OPTIONAL,
    columns_for,
    years_of,
)
from app.importers.records import Record, Table
from app.importers.rows import EducationRow, EntryRow, PartKey, PartRows, ProjectionRow, TitleRow
from app.importers.sheets import Document, Header
from app.marks import NOT_APPLICABLE, NOT_PUBLISHED, PRESENT, PROJECTION_FIGURES, TOP_CODED

CODE = re.compile(r"\d\d-\d{4}")
TOP_CODED_WAGE = re.compile(r"(?:>=|\u2265|>|\u2267)\s*\$?\s*([\d,]+)")
NOTHING = frozenset({"", "\u2014", "\u2013", "-", "N/A", "n/a"})
LINES = {"summary": "summary", "line item": "line_item"}
ASSIGNED = frozenset({"typical_education", "work_experience", "training"})

READ: dict[str, Callable[[Any], int | float]] = {
    "base_employment": cells.thousands,
    "target_employment": cells.thousands,
    "change": cells.thousands,
    "percent_change": cells.plain,
    "annual_openings": cells.thousands,
    "percent_self_employed": cells.share,
    "annual_median": cells.dollars,
}


def main_table(document: Document) -> tuple[Header, tuple[int, int]] | None:
    """Return the header with the most columns of a projection, and its years, or None.

    It must tell the kind of each line or be the only table: short lists of the fastest growing
    occupations have the same columns but that.
    """
    best: tuple[int, Header, tuple[int, int]] | None = None
    for sheet in document.sheets():
        for number, names in document.head(sheet):
            years = years_of(str(name) for name in names)
            if years is None:
                continue
            table = columns_for(*years)
            header = find_header(document, sheet, table, 6)
            if header is None or header.row != number:
                continue
            hits = sum(any(re.fullmatch(p, n, re.I) for n in header.names) for p in table)
            lists_lines = sheet is None or "occupation type" in header.names
            if lists_lines and (best is None or hits > best[0]):
                best = hits, header, years
            break
    return (best[1], best[2]) if best else None


class ProjectionsReader:
    """Reads one file of projections."""

    def __init__(self, document: Document) -> None:
        found = main_table(document)
        if found is None:
            raise BadFile(document.name, "no sheet has the columns of employment projections")
        self.document, (self.header, self.years) = document, found
        self.table = Table(document, self.header, columns_for(*self.years), OPTIONAL)
        self.used = [self.table]
        self.detail: dict[str, Any] = {}
        for name in self.header.names:
            if year := re.fullmatch(r"median annual wage.*(\d{4})", name):
                self.detail["wage_year"] = int(year[1])
        extra = [
            name
            for name in unknown_columns(self.header, columns_for(*self.years))
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
        entries: list[EntryRow] = []
        rows: list[ProjectionRow] = []
        examples: list[TitleRow] = []
        seen: dict[str, int] = {}
        for record, code in _lines(self.table):
            if code in seen:
                raise record.fault(f"{code} stands in row {seen[code]} too", "code")
            seen[code] = record.row
            # The data tool writes example titles behind the title: "Title    * A* B".
            title, *others = re.split(r"\s*\*\s*", record.text("title"))
            line = self._line(record)
            entries.append(EntryRow(code, FOOTNOTE.sub("", title), _level(code, line)))
            rows.append(self._row(record, code, line))
            examples += [TitleRow(code, other, "example") for other in others if other]
        yield PartRows(PartKey(EntryRow), entries)
        yield PartRows(PartKey(ProjectionRow), rows, self.detail)
        if examples:
            yield PartRows(PartKey(TitleRow, "example"), examples)
        yield from self._attainment()

    def _line(self, record: Record) -> str:
        if "line" not in self.table.columns:
            return "line_item"  # the data tool exports these only
        text = record.text("line").lower()
        if text not in LINES:
            raise record.fault(f"{text!r} is neither summary nor line item", "line")
        return LINES[text]

    def _row(self, record: Record, code: str, line: str) -> ProjectionRow:
        figures: dict[str, Any] = {}
        marks = []
        for name in PROJECTION_FIGURES:
            cell = record.cell(name)
            value: Any
            mark = PRESENT
            if isinstance(cell, str) and cell in NOTHING:
                value = None
                # A summary line has no education of its own; elsewhere a dash means unavailable.
                none = name in ASSIGNED and line == "summary"
                mark = NOT_APPLICABLE if none else NOT_PUBLISHED
            elif name in ASSIGNED:
                value = str(cell)
            elif name == "annual_median" and (
                top := TOP_CODED_WAGE.fullmatch(cell) if isinstance(cell, str) else None
            ):
                value, mark = None, TOP_CODED
                self._top_code(record, int(top[1].replace(",", "")))
            else:
                try:
                    value = READ[name](cell.replace("$", "") if isinstance(cell, str) else cell)
                except cells.BadCell as fault:
                    raise record.fault(str(fault), name) from None
            figures[name] = value
            marks.append(mark)
        return ProjectionRow(
            code=code,
            line=line,
            base_year=self.years[0],
            target_year=self.years[1],
            marks="".join(marks),
            **figures,
        )

    def _top_code(self, record: Record, dollars: int) -> None:
        if self.detail.setdefault("top_code_annual", dollars) != dollars:
            why = f"top-coded at {dollars:,} here and at {self.detail['top_code_annual']:,} before"
            raise record.fault(why, "annual_median")

    def _attainment(self) -> Iterator[PartRows]:
        for sheet in self.document.sheets():
            header = find_header(self.document, sheet, ATTAINMENT, 6) if sheet else None
            if header is None:
                continue
            table = Table(self.document, header, ATTAINMENT)
            self.used.append(table)
            notes = _footnotes(self.document, sheet)
            rows = []
            for record, code in _lines(table):
                mark = FOOTNOTE.search(record.text("title"))
                note = notes.get(mark[0].strip()) if mark else None
                for level in list(ATTAINMENT.values())[2:]:
                    cell = record.cell(level)
                    percent = None if cell in NOTHING else record.real(level)
                    rows.append(EducationRow(code, "attainment", level, percent=percent, note=note))
            yield PartRows(PartKey(EducationRow, "attainment"), rows)
            return


def _lines(table: Table) -> Iterator[tuple[Record, str]]:
    """Yield rows with an occupation's code; after the last come only footnotes."""
    for record in table.records():
        code = (record.maybe("code") or "").removeprefix("=").strip('"')
        if CODE.fullmatch(code):
            yield record, code
        elif code:
            raise record.fault(f"{code!r} is no occupation code: NN-NNNN", "code")
        else:
            table.leave_out("footnotes and source lines")


def _footnotes(document: Document, sheet: str | None) -> dict[str, str]:
    """Return the sheet's footnotes by their mark, (1)."""
    found = {}
    for _, row in document.rows(sheet):
        if row and (note := re.match(r"([(\[]\d{1,2}[)\]])\s+(.+)", str(row[0]), re.DOTALL)):
            found[note[1]] = note[2].strip()
    return found


def _level(code: str, line: str) -> str:
    """Return the level of a line by its code; a line item is the most detailed there is."""
    if code == "00-0000":
        return "total"
    if line == "line_item":
        return "detailed"
    if code.endswith("0000"):
        return "major"
    return "minor" if code.endswith("00") else "broad"
