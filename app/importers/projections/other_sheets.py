"""The other sheets of a workbook of projections: what they add, repeat, or leave to others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from app.importers.faults import BadFile
from app.importers.projections.columns import ANY_YEARS, ATTAINMENT, columns_for, years_of
from app.importers.reading.columns import find_header
from app.importers.reading.records import Record, Table
from app.importers.reading.sheets import Document, Header
from app.importers.rows import EducationRow, PartKey, PartRows, Row
from app.marks import PROJECTION_FIGURES

CODE = re.compile(r"\d\d-\d{4}")
LINES = {"summary": "summary", "line item": "line_item"}
NOTHING = frozenset({"", "\u2014", "\u2013", "-", "N/A", "n/a"})
"""What stands where there is no figure."""
NOTES = re.compile(r"(?:\s*[(\[]\d{1,2}[)\]])+\s*$")
FOOTNOTE = re.compile(r"[(\[](\d{1,2})[)\]]\s+(.+)", re.DOTALL)

SOURCE_LINES = "footnotes and source lines"

REPEATED = ("code", "line", "base_employment", "target_employment")
"""Columns by which a table is known to repeat the projections line by line."""
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
    found = {}
    for _, row in document.rows(sheet):
        first = next((cell for cell in row if cell), "")
        if note := FOOTNOTE.match(str(first).strip()):
            found[note[1]] = " ".join(note[2].split())
    return found


def line_of(record: Record) -> str:
    """Return what kind of line it is: a summary, or the most detailed one there is."""
    text = record.text("line").lower()
    if text not in LINES:
        raise record.fault(f"{text!r} is neither summary nor line item", "line")
    return LINES[text]


def lines(table: Table) -> Iterator[tuple[Record, str]]:
    """Yield rows with an occupation's code; a row of one cell is a footnote or a source."""
    width = len(table.header.names)
    for record in table.records():
        code = (record.maybe("code") or "").removeprefix("=").strip('"')
        if any(record.cells[width:]):
            raise record.fault(f"{len(record.cells)} cells where the header has {width}", "code")
        if CODE.fullmatch(code):
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
        """Refuse tables that repeat a line with another figure; count the rows of the others."""
        for sheet in self.sheets:
            header = find_header(self.document, sheet, ANY_YEARS, len(REPEATED) + 1)
            repeats = header is not None and self._repeats(header)
            if header is not None and repeats:
                self._compare(header, rows, read)
            elif find_header(self.document, sheet, ATTAINMENT, 6) is None:
                count = sum(1 for _, row in self.document.rows(sheet) if any(row))
                self.left_out[f"sheet {sheet!r}: not of this API"] = count

    def _repeats(self, header: Header) -> bool:
        found = {f for p, f in ANY_YEARS.items() if any(re.fullmatch(p, n) for n in header.names)}
        return found.issuperset(REPEATED)

    def _compare(self, header: Header, rows: Mapping[str, Row], read: Read) -> None:
        if tuple(years_of(header.names)) != self.years:
            said = "-".join(map(str, years_of(header.names)))
            why = f"its employment is of {said}, that of sheet {self.main.sheet!r} of "
            why += "-".join(map(str, self.years))
            raise BadFile(self.document.name, why, sheet=header.sheet, row=header.row)
        table = Table(self.document, header, columns_for(*self.years), ALONGSIDE)
        alone = 0
        for record, code in lines(table):
            row = rows.get(code)
            if row is None:
                alone += 1
                continue
            if line_of(record) != row.line:
                raise self._differs(record, "line", row, row.line)
            for name in (name for name in PROJECTION_FIGURES if name in table.columns):
                if read(record, name, line_of(record))[0] != getattr(row, name):
                    raise self._differs(record, name, row, getattr(row, name))
        if alone:
            why = f"sheet {header.sheet!r}: lines that {self.main.sheet!r} does not have"
            self.left_out[why] = alone
        why = f"sheet {header.sheet!r}: the same figures again, compared"
        notes = sum(table.left_out.values())
        self.left_out[why] = table.read - alone - notes
        self.left_out[SOURCE_LINES] = self.left_out.get(SOURCE_LINES, 0) + notes

    def _differs(self, record: Record, name: str, row: Row, value: Any) -> BadFile:
        why = f"{row.code} has {record.cell(name)!r} here and {value!r} in {row.locator}"
        return record.fault(why, name)

    def attainment(self) -> Iterator[PartRows]:
        """Yield the shares of workers by education, table 5.3, in percent."""
        for sheet in self.sheets:
            header = find_header(self.document, sheet, ATTAINMENT, 6)
            if header is None:
                continue
            table = Table(self.document, header, ATTAINMENT)
            self.used.append(table)
            notes = footnotes(self.document, sheet)
            seen: dict[str, int] = {}
            rows = []
            for record, code in lines(table):
                if code in seen:
                    raise record.fault(f"{code} stands in row {seen[code]} too", "code")
                seen[code] = record.row
                note = note_of(record.text("title"), notes)
                rows += [
                    EducationRow(
                        code,
                        "attainment",
                        level,
                        percent=_percent(record, level),
                        locator=record.where,
                        note=note,
                    )
                    for level in list(ATTAINMENT.values())[2:]
                ]
            yield PartRows(PartKey(EducationRow, "attainment"), rows)
            return
        if self.main.sheet is not None:
            self.left_out["no table of educational attainment in this file"] = 0


def _percent(record: Record, level: str) -> float | None:
    cell = record.cell(level)
    if isinstance(cell, str) and cell in NOTHING:
        return None
    percent = record.real(level)
    if percent is None or not 0 <= percent <= 100:
        raise record.fault(f"{cell!r} is no percentage", level)
    return percent
