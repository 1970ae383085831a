"""Typical education, experience and training, which the publisher assigns to occupations.

They stand beside the projections, and in a table of their own: 5.4, or 1.12 in 2010-20. That table
may be a file of its own. It then makes a release of its edition with these columns only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from app.importers.faults import BadFile
from app.importers.projections.columns import ASSIGNED, ASSIGNMENTS, IGNORED, MATRIX_YEAR
from app.importers.projections.lines import NOTHING, cleaned, footnotes, lines, note_of
from app.importers.reading.headings import find_joined_header
from app.importers.reading.sheets import Document, Header
from app.importers.reading.tables import Record, Table
from app.importers.reading.unknown_columns import refuse_telling_names
from app.importers.rows import EntryRow, PartKey, PartRows, ProjectionRow, Row
from app.marks import NOT_APPLICABLE, NOT_PUBLISHED, PRESENT, PROJECTION_FIGURES

WORDS = re.compile(r"[A-Za-z\d][A-Za-z\d ,.'\u2019/()&-]{2,}")
"""What may stand in a column of words. Anything else is an unknown mark."""
PERIOD = re.compile(r"(20\d\d)-(\d\d)")
NOTHING_GIVEN: tuple[str | None, str] = (None, NOT_PUBLISHED)
"""Of the columns that another table has. Answers say ``not_loaded``, as the part's detail does."""
YEARS = 10
"""Years that every edition projects: the header of this table names the first of them only."""


def assigned(record: Record, name: str, line: str) -> tuple[str | None, str]:
    """Return the words of a cell and their mark."""
    cell = record.cell(name)
    if name not in record.table.columns or (isinstance(cell, str) and cell in NOTHING):
        # A summary line has no education of its own; elsewhere a dash means unavailable.
        none = line == "summary" and name in record.table.columns
        return None, NOT_APPLICABLE if none else NOT_PUBLISHED
    if not WORDS.fullmatch(str(cell)):
        raise record.fault(f"{str(cell)!r} is neither words nor a known mark", name)
    return str(cell), PRESENT


def assignments_header(document: Document) -> Header | None:
    """Return the header of a table of these columns, if a sheet has one."""
    for sheet in document.sheets():
        if header := find_joined_header(document, sheet, ASSIGNMENTS, len(ASSIGNMENTS)):
            return header
    return None


class AssignmentsReader:
    """Reads a file that has these columns only. ``used`` has the table's counts."""

    def __init__(self, document: Document, period: str | None = None) -> None:
        """Take a file, and its edition where neither its header nor its title names the year."""
        header = assignments_header(document)
        if header is None:
            raise BadFile(document.name, "no sheet has the columns of typical education")
        self.document, self.header = document, header
        self.table = Table(document, header, ASSIGNMENTS)
        self.used = [self.table]
        self.detail: dict[str, Any] = {"not_loaded": sorted({*PROJECTION_FIGURES} - {*ASSIGNED})}
        self.years = self._years(period)
        refuse_telling_names(self.table, f"{IGNORED}|{MATRIX_YEAR.pattern}.*")
        self.table.leave_out_unknown_columns(IGNORED)

    @property
    def period(self) -> str:
        """Base and target year: 2024-34."""
        return f"{self.years[0]}-{self.years[1] % 100:02}"

    def parts(self) -> Iterator[PartRows]:
        """Yield occupations, and projections without a figure of employment."""
        entries: list[Row] = []
        rows: list[Row] = []
        notes = footnotes(self.document, self.header.sheet)
        for record, code in lines(self.table, once=True):
            title, where = record.title("title"), record.where
            read = dict.fromkeys(PROJECTION_FIGURES, NOTHING_GIVEN)
            read |= {name: assigned(record, name, "line_item") for name in ASSIGNED}
            entries.append(EntryRow(code, cleaned(title), "detailed", locator=where))
            row = ProjectionRow(
                code=code,
                line="line_item",
                base_year=self.years[0],
                target_year=self.years[1],
                marks="".join(mark for _, mark in read.values()),
                locator=where,
                note=note_of(title, notes),
                **{name: value for name, (value, _) in read.items()},
            )
            rows.append(row)
        if not rows:
            raise self.table.fault("no lines under the header")
        yield PartRows(PartKey(EntryRow), entries)
        yield PartRows(PartKey(ProjectionRow), rows, self.detail)

    def _years(self, period: str | None) -> tuple[int, int]:
        """Return base and target year. Raises ``BadFile`` if none is stated, or two differ."""
        stated = {int(y[1]) for name in self.header.names if (y := MATRIX_YEAR.match(name))}
        asked = PERIOD.fullmatch(period or "")
        if asked and (int(asked[1]) + YEARS) % 100 == int(asked[2]):
            stated.add(int(asked[1]))
        if len(stated) != 1:
            why = f"its years are {sorted(stated)}" if stated else "neither names the edition"
            raise self.table.fault(
                f"the header or --period 2024-34 must name one edition: {why}", self.header.row
            )
        (base,) = stated
        return base, base + YEARS
