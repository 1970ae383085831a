"""Rows of smaller tables, cell by cell, each fault with its place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from app.importers.faults import BadFile
from app.importers.reading.cells import BadCell, number
from app.importers.reading.columns import match_columns
from app.importers.reading.sheets import Document, Header

MONTH = re.compile(r"(0[1-9]|1[0-2])/((?:19|20)\d\d)")
ABSENT = frozenset({"", "n/a", "N/A"})
"""What O*NET and the data tool write where there is nothing."""


class Record:
    """One row; cells by our field names. An absent optional column reads as blank."""

    __slots__ = ("cells", "row", "table")

    def __init__(self, table: Table, row: int, cells: list[Any]) -> None:
        self.table, self.row, self.cells = table, row, cells

    def cell(self, field: str) -> Any:
        """Return the cell as read, text without blanks around it."""
        place = self.table.columns.get(field)
        if place is None:
            return ""
        cell = self.cells[place]
        return cell.strip() if isinstance(cell, str) else cell

    @property
    def where(self) -> str:
        """Its place for people: sheet and row, or the line of a text file."""
        sheet = self.table.header.sheet
        return f"line {self.row}" if sheet is None else f"{sheet}, row {self.row}"

    def fault(self, why: str, field: str) -> BadFile:
        """Return the fault with its place."""
        header = self.table.header
        place = self.table.columns.get(field)
        column = header.names[place].title() if place is not None else field
        return BadFile(
            self.table.document.name, why, sheet=header.sheet, row=self.row, column=column
        )

    def text(self, field: str) -> str:
        """Return text that must be there."""
        found = self.maybe(field)
        if found is None:
            raise self.fault("blank", field)
        return found

    def maybe(self, field: str) -> str | None:
        """Return text, or None where there is none; a whole number reads without ``.0``."""
        cell = self.cell(field)
        if isinstance(cell, float) and cell.is_integer():
            cell = int(cell)
        text = str(cell)
        return None if text in ABSENT else text

    def whole(self, field: str) -> int | None:
        """Return a whole number, or None."""
        cell = self.cell(field)
        if isinstance(cell, str) and cell in ABSENT:
            return None
        value = self._number(cell, field)
        if value != int(value):
            raise self.fault(f"{cell!r} is not a whole number", field)
        return int(value)

    def real(self, field: str) -> float | None:
        """Return a number as it stands, or None."""
        cell = self.cell(field)
        if isinstance(cell, float):
            return cell
        return None if cell in ABSENT else float(self._number(cell, field))

    def _number(self, cell: Any, field: str) -> Any:
        try:
            return number(cell)
        except BadCell as fault:
            raise self.fault(str(fault), field) from None

    def month(self, field: str) -> str | None:
        """Return MM/YYYY as YYYY-MM, or None."""
        text = self.maybe(field)
        if text is None:
            return None
        found = MONTH.fullmatch(text)
        if found is None:
            raise self.fault(f"{text!r} is no month: MM/YYYY", field)
        return f"{found[2]}-{found[1]}"

    def flag(self, field: str) -> bool | None:
        """Return Y or N as a truth, or None."""
        text = self.maybe(field)
        if text is None:
            return None
        if text not in {"Y", "N"}:
            raise self.fault(f"{text!r} is neither Y nor N", field)
        return text == "Y"


class Table:
    """A sheet with its columns matched; counts what is read and why rows are left out."""

    def __init__(
        self,
        document: Document,
        header: Header,
        columns: Mapping[str, str],
        optional: Collection[str] = (),
    ) -> None:
        self.document, self.header = document, header
        self.columns = match_columns(document, header, columns, optional)
        self.read = 0
        self.left_out: dict[str, int] = {}

    def records(self) -> Iterator[Record]:
        """Yield the rows under the header that are not blank."""
        least = max(self.columns.values())
        for number_, cells in self.document.rows(self.header.sheet):
            if number_ <= self.header.row or not any(cells):
                continue
            self.read += 1
            record = Record(self, number_, cells)
            if len(cells) <= least and self.header.sheet is None:
                why = f"{len(cells)} cells where the header has {len(self.header.names)}"
                raise BadFile(self.document.name, why, row=number_)
            yield record

    def leave_out(self, why: str, rows: int = 1) -> None:
        """Count rows that are not loaded."""
        self.left_out[why] = self.left_out.get(why, 0) + rows
