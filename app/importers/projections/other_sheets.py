"""The other sheets of a workbook of projections: attainment, tables that repeat, and the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from app.importers.faults import BadFile
from app.importers.projections.columns import ANY_YEARS, ATTAINMENT, columns_for, years_of
from app.importers.reading.cells import BadCell, number
from app.importers.reading.columns import find_header
from app.importers.reading.sheets import Document, Header
from app.importers.reading.tables import Record, Table
from app.importers.rows import EducationRow, PartKey, PartRows, Row
from app.importers.rules import Gate
from app.marks import PROJECTION_FIGURES

CODE = re.compile(r"\d\d-\d{4}")
LINES = {"summary": "summary", "line item": "line_item"}
NOTHING = frozenset({"\u2014", "N/A", "n/a"})
"""What stands where there is no figure: a dash in workbooks, N/A in the data tool's export."""
NOTES = re.compile(r"(?:\s*[(\[]\d{1,2}[)\]])+\s*$")
FOOTNOTE = re.compile(r"[(\[](\d{1,2})[)\]]\s+(.+)", re.DOTALL)
OFF = 1
"""Percent that shares, each rounded, may be off 100."""
SOURCE_LINES = "footnotes and source lines"

REPEATED = ("code", "line", "base_employment", "target_employment")
"""A table with all these columns repeats the projections line by line."""
ALONGSIDE = frozenset(PROJECTION_FIGURES) - set(REPEATED)

Read = Callable[[Record, str, str], tuple[Any, str]]


def cleaned(title: str) -> str:
    """Return a title without indents and footnote marks."""
    return NOTES.sub("", title).strip()


def note_of(title: str, notes: Mapping[str, str]) -> str | None:
    """Return the texts of the footnotes that a title is marked with."""
    marks = NOTES.search(title)
    numbers = re.findall(r"\d+", marks[0]) if marks else []
    return " ".join(notes[number] for number in numbers if number in notes) or None


def footnotes(document: Document, sheet: str | None) -> dict[str, str]:
    """Return the sheet's footnotes by their number."""
    first_cells = (next(filter(None, row), "") for _, row in document.rows(sheet))
    found = (FOOTNOTE.match(str(cell).strip()) for cell in first_cells)
    return {note[1]: " ".join(note[2].split()) for note in found if note}


def line_of(record: Record) -> str:
    """Return what kind of line it is: a summary, or a line item, the most detailed there is."""
    text = record.text("line").lower()
    if text not in LINES:
        raise record.fault(f"{text!r} is neither summary nor line item", "line")
    return LINES[text]


def lines(table: Table, *, once: bool = False) -> Iterator[tuple[Record, str]]:
    """Yield the rows with an occupation's code. Rows of one cell are footnotes or sources.

    With ``once``, raises ``BadFile`` for a code that stands twice.
    """
    width = len(table.header.names)
    seen: dict[str, int] = {}
    for record in table.records():
        code = (record.text_or_none("code") or "").removeprefix("=").strip('"')
        if any(record.cells[width:]):
            raise record.fault(f"{len(record.cells)} cells where the header has {width}", "code")
        if CODE.fullmatch(code):
            if once and seen.setdefault(code, record.row) != record.row:
                raise record.fault(f"{code} stands in row {seen[code]} too", "code")
            yield record, code
        elif code or sum(map(bool, record.cells)) > 1:
            raise record.fault(f"{code!r} is no occupation code: NN-NNNN", "code")
        else:
            table.leave_out(SOURCE_LINES)


class OtherSheets:
    """The sheets beside the one with the projections."""

    def __init__(self, document: Document, main: Header, years: tuple[int, int]) -> None:
        self.document, self.main, self.years = document, main, years
        self.sheets = [sheet for sheet in document.sheets() if sheet != main.sheet]
        self.used: list[Table] = []
        self.left_out: dict[str, int] = {}

    def compare(self, rows: Mapping[str, Row], read: Read) -> None:
        """Raise ``BadFile`` if a table repeats a line with another figure; count all other rows."""
        for sheet in self.sheets:
            header = find_header(self.document, sheet, ANY_YEARS, len(REPEATED) + 1)
            if header is not None and _repeats(header):
                self._compare(header, rows, read)
            elif find_header(self.document, sheet, ATTAINMENT, 6) is None:
                count = sum(1 for _, row in self.document.rows(sheet) if any(row))
                self.left_out[f"sheet {sheet!r}: not of this API"] = count

    def _compare(self, header: Header, rows: Mapping[str, Row], read: Read) -> None:
        years = years_of(header.names)
        if tuple(years) != self.years:
            its, main = ("-".join(map(str, span)) for span in (years, self.years))
            why = f"its employment is of {its}, that of sheet {self.main.sheet!r} of {main}"
            raise BadFile(self.document.name, why, sheet=header.sheet, row=header.row)
        table = Table(self.document, header, columns_for(*self.years), ALONGSIDE)
        alone = 0
        for record, code in lines(table):
            row = rows.get(code)
            if row is None:
                alone += 1
                continue
            repeated = {"line": line_of(record)}
            for name in PROJECTION_FIGURES:
                if name in table.columns:
                    repeated[name] = read(record, name, repeated["line"])[0]
            for name, value in repeated.items():
                if value != getattr(row, name):
                    why = f"{code} has {record.cell(name)!r} here and {getattr(row, name)!r} in "
                    raise record.fault(why + row.locator, name)
        if alone:
            why = f"sheet {header.sheet!r}: lines that {self.main.sheet!r} does not have"
            self.left_out[why] = alone
        notes = sum(table.left_out.values())
        why = f"sheet {header.sheet!r}: the same figures again, compared"
        self.left_out[why] = table.read - alone - notes
        self.left_out[SOURCE_LINES] = self.left_out.get(SOURCE_LINES, 0) + notes

    def attainment(self, gate: Gate) -> Iterator[PartRows]:
        """Yield the shares of workers by education, table 5.3, in percent."""
        for sheet in self.sheets:
            header = find_header(self.document, sheet, ATTAINMENT, 6)
            if header is None:
                continue
            table = Table(self.document, header, ATTAINMENT)
            self.used.append(table)
            notes = footnotes(self.document, sheet)
            rows = []
            for record, code in lines(table, once=True):
                note = note_of(record.text("title"), notes)
                levels = list(ATTAINMENT.values())[2:]
                shares = {level: _percent(record, level) for level in levels}
                whole = sum(share or 0 for share in shares.values())
                if None not in shares.values() and abs(whole - 100) > OFF:
                    what = f"the shares of {code} add up to {whole:.1f} %"
                    broken = gate.broken("sum-of-shares", what, partial(record.fault, field="code"))
                    note = f"{note} {broken}" if note else broken
                for level, percent in shares.items():
                    row = EducationRow(code, "attainment", level, percent=percent, note=note)
                    rows.append(row._replace(locator=record.where))
            yield PartRows(PartKey(EducationRow, "attainment"), rows)
            return
        if self.main.sheet is not None:
            self.left_out["no table of educational attainment in this file"] = 0


def _repeats(header: Header) -> bool:
    found = {f for p, f in ANY_YEARS.items() if any(re.fullmatch(p, n) for n in header.names)}
    return found.issuperset(REPEATED)


def _percent(record: Record, level: str) -> float | None:
    cell = record.cell(level)
    if isinstance(cell, str) and cell in NOTHING:
        return None
    try:
        percent = float(number(cell))
    except BadCell as fault:
        raise record.fault(str(fault), level) from None
    if not 0 <= percent <= 100:
        raise record.fault(f"{cell!r} is no percentage", level)
    return percent
