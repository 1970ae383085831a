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
        head = dict(document.head(header.sheet))
        self.names = [*header.names]
        self._shown = [*head[header.row]]
        self._used: set[str] = set()
        over: list[list[Any]] = []
        while len(_filled(head.get(header.row - len(over) - 1, []))) > 1:
            over.insert(0, head[header.row - len(over) - 1])
        if over:  # headings over headings
            width = max(map(len, [*over, self._shown]))
            rows = [[*row, *[""] * (width - len(row))] for row in [*over, self._shown]]
            self._shown = _headings(rows, 0, width)
            self.names = [name.lower() for name in self._shown]
        elif "title and code" in str(self._shown[0]):
            self._shown[1:2] = [f"{str(self._shown[0]).strip()} / 2"]
            self.names = [str(name).strip().lower() for name in self._shown]

    def column(self, pattern: str) -> int | None:
        """Return the place of the column whose whole name matches, in any case."""
        for place, name in enumerate(self.names):
            if re.fullmatch(pattern, name, re.IGNORECASE):
                self._used.add(name)
                return place
        return None

    def name(self, place: int) -> str:
        """Return a column's name as the file has it, on one line."""
        return " ".join(str(self._shown[place]).split())

    def unused(self) -> list[str]:
        """Return the names of the columns that nobody asked for."""
        return [name for name in self.names if name and name not in self._used]

    def __iter__(self) -> Iterator[tuple[int, list[Any]]]:
        """Yield number and cells of the rows that are not blank, as wide as the header."""
        width = len(self.names)
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


def _filled(cells: list[Any]) -> list[Any]:
    return [cell for cell in cells if str(cell).strip()]


def _headings(rows: list[list[Any]], start: int, end: int) -> list[str]:
    """Return the names of the columns from ``start`` to ``end``: their headings with slashes.

    A heading covers the columns up to the next heading of its row. A column that no lower heading
    tells from the one before it is its second.
    """
    if not rows:
        return [f" / {n + 1}" if n else "" for n in range(end - start)]
    row = rows[0]
    starts = [n for n in range(start, end) if str(row[n]).strip()]
    if not starts:
        return _headings(rows[1:], start, end)
    names = _headings(rows[1:], start, starts[0])
    for n, next_one in zip(starts, [*starts[1:], end], strict=True):
        shown = row[n]
        if isinstance(shown, float):
            shown = f"{shown:.15g}"
        heading = re.sub(r"\s*\(\d+\)\s*$", "", " ".join(str(shown).split()))
        below = _headings(rows[1:], n, next_one)
        names += [
            f"{heading}{name}" if not name or name.startswith(" / ") else f"{heading} / {name}"
            for name in below
        ]
    return names
