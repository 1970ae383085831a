"""Refuses columns that no name is wanted of, where they may say what a row's figures are about.

A column of states that nobody reads would make a state's figures the nation's. So a column that is
not known is left out only if its name tells nothing apart and all its cells are equal, or if it
numbers the rows.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from app.importers.faults import BadFile
from app.importers.reading.tables import Table

TELLING = re.compile(
    # Anywhere in a name, for names are written together too: STATENAME.
    r"state|area|count(?:y|ies)|metro|cbsa|region|location|geo|territor|province|jurisdiction|postal"
    r"|naics|industr|sector|owner|class.?of.?worker|year|period|vintage"
    # Short words stand alone: ST, but not LAST.
    r"|(?:^|[\W_])(?:st|fips|msa|place|city|zip|country|sic|own|entity|yr|date|month|quarter)(?:$|[\W_\d])"
)
"""Words in a column's name that tell places, industries, owners or years apart."""
YEAR = re.compile(r"(?:19|20)\d\d(?:\.0)?")
WHY = "this program does not know this column, and it may say which rows are about what"


def refuse_telling_names(table: Table, ignored: str = "") -> list[int]:
    """Return the places of the columns that are not read. Raises ``BadFile`` for one by its name.

    ``ignored``: pattern of names that are known to tell nothing apart.
    """
    read = set(table.columns.values())
    places = [
        n
        for n, name in enumerate(table.header.names)
        if n not in read and not (name and re.fullmatch(ignored, name))
    ]
    for n in places:
        if TELLING.search(table.header.names[n]):
            why = f"{WHY}: it names places, industries, owners or years"
            raise _fault(table, n, why, table.header.row)
    return places


class UnknownColumns:
    """The columns of a table that are not read, and whose cells must tell nothing apart."""

    def __init__(self, table: Table, ignored: str = "") -> None:
        """Refuse columns by their names, as ``refuse_telling_names`` does."""
        self.table, self.places = table, refuse_telling_names(table, ignored)
        self._first: dict[int, Any] = {}
        self._numbered: Collection[int] = ()  # columns that number the rows, as far as seen

    def check(self, place: int, cells: Sequence[Any], row: int) -> None:
        """Take the next cells of a column, from this row on. Raises ``BadFile`` if they differ."""
        first = self._first.setdefault(place, cells[0])
        if place not in self._numbered:
            other = next((n for n, cell in enumerate(cells) if cell != first), None)
            if other is None and YEAR.fullmatch(str(first).strip()):
                raise _fault(
                    self.table, place, f"{WHY}: its cells are a year, {_shown(first)}", row
                )
            if other is None:
                return
            start = row - self.table.header.row - 1
            if start or not _counts(cells, _number(first)):
                why = f"{WHY}: its cells differ, {_shown(first)} and {_shown(cells[other])}"
                raise _fault(self.table, place, why, row + other)
            self._numbered = {*self._numbered, place}
        elif not _counts(cells, (_number(first) or 0) + row - self.table.header.row - 1):
            raise _fault(self.table, place, f"{WHY}: it does not number the rows throughout", row)


def _fault(table: Table, place: int, why: str, row: int) -> BadFile:
    name = table.header.names[place]
    return table.fault(why, row, name.upper() if name else f"number {place + 1}")


def _number(cell: Any) -> int | None:
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
    return int(text) if re.fullmatch(r"\d{1,9}", text) else None


def _counts(cells: Sequence[Any], start: int | None) -> bool:
    """Tell whether the cells are whole numbers, each one more than the one before."""
    return start is not None and all(_number(c) == n for n, c in enumerate(cells, start))


def _shown(cell: Any) -> str:
    return repr(str(cell)[:40])
