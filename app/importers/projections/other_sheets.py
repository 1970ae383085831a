"""The other sheets of a workbook of projections: attainment, tables that repeat, and the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from app.importers.faults import BadFile
from app.importers.projections.columns import (
    ANY_YEARS,
    ASSIGNED,
    ATTAINMENT,
    KINDS_OF_LINES,
    OF_TEN_YEARS,
    columns_for,
    years_of,
)
from app.importers.projections.lines import NOTHING, footnotes, line_of, lines, note_of
from app.importers.reading.cells import BadCell, number
from app.importers.reading.headings import find_joined_header
from app.importers.reading.sheets import Document, Header
from app.importers.reading.tables import Record, Table
from app.importers.rows import EducationRow, PartKey, PartRows, Row
from app.importers.rules import Gate
from app.marks import PROJECTION_FIGURES

OFF = 1
"""Percent that shares, each rounded, may be off 100."""
INDEX = re.compile(r"(Table \d+\.\d+)\b")

Read = Callable[[Record, str, str], tuple[Any, str]]


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
            header = find_joined_header(self.document, sheet, ANY_YEARS, 5)
            if header is not None and _repeats(header):
                self._compare(header, rows, read)
            elif find_joined_header(self.document, sheet, ATTAINMENT, 6) is None:
                count = sum(1 for _, row in self.document.rows(sheet) if any(row))
                self.left_out[f"sheet {sheet!r}: not of this API"] = count
        for name in missing_sheets(self.document):
            self.left_out[f"no sheet {name!r}, which the index names"] = 0

    def _compare(self, header: Header, rows: Mapping[str, Row], read: Read) -> None:
        years = tuple(years_of(header.names))
        if years not in {self.years, ()}:
            its, main = ("-".join(map(str, span)) for span in (years, self.years))
            why = f"its employment is of {its}, that of sheet {self.main.sheet!r} of {main}"
            raise BadFile(self.document.name, why, sheet=header.sheet, row=header.row)
        columns = columns_for(*self.years)
        table = Table(self.document, header, columns, {*columns.values()} - {"code"})
        alone = same = 0
        for record, code in lines(table):
            row = rows.get(code)
            if row is None:
                alone += 1
                continue
            same += 1
            line = line_of(record) if "line" in table.columns else row.line
            repeated = {"line": line}
            for name in PROJECTION_FIGURES:
                if name in table.columns:
                    repeated[name] = read(record, name, line)[0]
            for name, value in repeated.items():
                if value != getattr(row, name):
                    why = f"{code} has {record.cell(name)!r} here and {getattr(row, name)!r} in "
                    raise record.fault(why + row.locator, name)
        if alone:
            why = f"sheet {header.sheet!r}: lines that {self.main.sheet!r} does not have"
            self.left_out[why] = alone
        self.left_out[f"sheet {header.sheet!r}: the same figures again, compared"] = same
        for why, count in table.left_out.items():
            self.left_out[why] = self.left_out.get(why, 0) + count

    def kinds_of_lines(self) -> dict[str, str]:
        """Return code → kind of line, from a sheet that says so of each code: 1.8 in 2010-20."""
        for sheet in self.sheets:
            header = find_joined_header(self.document, sheet, KINDS_OF_LINES, len(KINDS_OF_LINES))
            if header is not None:
                table = Table(self.document, header, KINDS_OF_LINES)
                return {code: line_of(record) for record, code in lines(table, once=True)}
        return {}

    def attainment(self, gate: Gate) -> Iterator[PartRows]:
        """Yield the shares of workers by education, table 5.3, in percent."""
        for sheet in self.sheets:
            header = find_joined_header(self.document, sheet, ATTAINMENT, 6)
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


def missing_sheets(document: Document) -> list[str]:
    """Return the names of the sheets that a workbook's index names and that are not there."""
    sheets = document.sheets()
    if "Index" not in sheets:
        return []
    firsts = (str(row[0]) if row else "" for _, row in document.rows("Index"))
    named = [found[1] for first in firsts if (found := INDEX.match(first.strip()))]
    return [name for name in named if name not in sheets]


def _repeats(header: Header) -> bool:
    """Tell whether a table repeats the projections line by line.

    It has employment, and says of each line what kind it is or, before 2016-26, has openings. Lists
    of the fastest growing occupations have neither. Or it has the columns of assigned words.
    """
    found = {f for p, f in ANY_YEARS.items() if any(re.fullmatch(p, n) for n in header.names)}
    openings = any(re.fullmatch(OF_TEN_YEARS, name) for name in header.names)
    employment = {"code", "base_employment", "target_employment"} <= found
    return (employment and ("line" in found or openings)) or found >= {"code", *ASSIGNED}


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
