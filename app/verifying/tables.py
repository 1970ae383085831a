"""Raw rows of a sheet, with the columns found by the words of its header."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from app.importers.reading.sheets import Document, Header


class Lines:
    """The rows under a header: their numbers, and their cells as read."""

    def __init__(self, document: Document, header: Header) -> None:
        self.document, self.header, self.sheet = document, header, header.sheet
        self._shown = dict(document.head(header.sheet))[header.row]
        self._used: set[str] = set()

    def column(self, pattern: str) -> int | None:
        """Return the place of the column whose whole name matches, in any case."""
        for place, name in enumerate(self.header.names):
            if re.fullmatch(pattern, name, re.IGNORECASE):
                self._used.add(name)
                return place
        return None

    def name(self, place: int) -> str:
        """Return a column's name as the file has it, on one line."""
        return " ".join(str(self._shown[place]).split())

    def unused(self) -> list[str]:
        """Return the names of the columns that nobody asked for."""
        return [name for name in self.header.names if name and name not in self._used]

    def __iter__(self) -> Iterator[tuple[int, list[Any]]]:
        """Yield number and cells of the rows that are not blank, as wide as the header."""
        width = len(self.header.names)
        for number, cells in self.document.rows(self.sheet):
            if number > self.header.row and any(cell not in {"", None} for cell in cells):
                yield number, [*cells, *[""] * (width - len(cells))]

    def select(self, *patterns: str) -> Iterator[tuple[Any, ...]]:
        """Yield each row's number, cells, and its cell in the column of each pattern.

        The cell of a column that the file lacks is blank.
        """
        places = [self.column(pattern) for pattern in patterns]
        for number, cells in self:
            yield (number, cells, *("" if n is None else cells[n] for n in places))
