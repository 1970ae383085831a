"""Raw rows of a sheet, with the columns found by the words of its header."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from app.importers.reading.sheets import Document, Header


class Lines:
    """The rows under a header: their numbers and their cells as read."""

    def __init__(self, document: Document, header: Header) -> None:
        self.document, self.header = document, header
        head = dict(document.head(header.sheet))
        self.shown = [str(cell).strip() for cell in head[header.row]]

    def column(self, pattern: str) -> int | None:
        """Return the place of the column whose whole name is this, in any case."""
        for at, name in enumerate(self.header.names):
            if re.fullmatch(pattern, name, re.IGNORECASE):
                return at
        return None

    def name(self, at: int) -> str:
        """Return a column's name as the file has it, on one line."""
        return " ".join(self.shown[at].split())

    def __iter__(self) -> Iterator[tuple[int, list[Any]]]:
        """Yield row number and cells of rows that are not blank, as wide as the header."""
        width = len(self.header.names)
        for number, cells in self.document.rows(self.header.sheet):
            if number > self.header.row and any(cell not in {"", None} for cell in cells):
                yield number, [*cells, *[""] * (width - len(cells))]


def at(cells: list[Any], place: int | None) -> Any:
    """Return the cell of a column, blank where the file lacks the column."""
    return "" if place is None else cells[place]
