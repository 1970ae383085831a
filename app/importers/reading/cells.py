"""A cell becomes a figure: exact, or its mark, or a fault; never 0, never silently null.

Each column has a ``Figures``: a cache from the cell as read to the figure and to its mark. Wages
repeat so much that a file of 400,000 rows has but some ten thousand different cells a column, and
a look into a dictionary is all that most cells cost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from app.marks import NOT_PUBLISHED, PRESENT

MOST_CACHED = 200_000
DRIFT = Decimal("1e-6")
NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d\d?)?\s*", re.ASCII)
MOST_DIGITS = 15
"""Of a number's whole part: what a database's integers and a float's digits still hold."""


class BadCell(ValueError):
    """What is wrong with a cell."""


def number(cell: Any) -> Decimal:
    """Return the cell's number exactly as the publisher wrote it: 27.41, "436,770", 140886310.0."""
    if isinstance(cell, bool):
        raise BadCell(f"{cell!r} is not a number")
    # repr of a float is the shortest text that reads back as it: the decimal that was typed.
    text = cell.replace(",", "") if isinstance(cell, str) else repr(cell)
    if text.lower().strip() in {"inf", "-inf", "nan"}:
        raise BadCell(f"{cell!r} is not a number")
    if not NUMBER.fullmatch(text):
        raise BadCell(f"{cell!r} is neither a number nor a mark known here")
    value = Decimal(text)
    if value.adjusted() >= MOST_DIGITS:
        raise BadCell(f"{cell!r:.60} is larger than any figure")
    return value


def scaled(cell: Any, factor: int, unit: str) -> int:
    """Return the cell times ``factor`` as a whole number of ``unit``."""
    value = number(cell) * factor
    # A cell that a program computed may hold 28.700000000000003 and mean 28.7.
    if abs(value - value.to_integral_value()) > DRIFT:
        raise BadCell(f"{cell!r} is not a whole number of {unit}")
    return int(value.to_integral_value())


def persons(cell: Any) -> int:
    """Return a head count."""
    return int(_not_negative(scaled(cell, 1, "persons"), cell))


def dollars(cell: Any) -> int:
    """Return dollars a year."""
    return int(_not_negative(scaled(cell, 1, "dollars"), cell))


def cents(cell: Any) -> int:
    """Return cents an hour from dollars with cents."""
    return int(_not_negative(scaled(cell, 100, "cents"), cell))


def thousands(cell: Any) -> int:
    """Return persons from thousands; a change may be negative."""
    return scaled(cell, 1000, "persons")


def plain(cell: Any) -> float:
    """Return a percentage, ratio or quotient as it stands; a change may be negative."""
    return float(number(cell))


def share(cell: Any) -> float:
    """Return a percentage, ratio or quotient that cannot be negative."""
    return float(_not_negative(plain(cell), cell))


def _not_negative(value: Any, cell: Any) -> Any:
    if value < 0:
        raise BadCell(f"{cell!r} is negative")
    return value


class Figures(dict[Any, Any]):
    """Cell → figure, or None where ``marks`` has the reason; a cell's first sight is worked out."""

    def __init__(self, read: Callable[[Any], Any], marks: Mapping[str, str]) -> None:
        super().__init__()
        self.read = read
        self.marks: dict[Any, str] = {"": NOT_PUBLISHED, **marks}

    def __missing__(self, cell: Any) -> Any:
        text = cell.strip() if isinstance(cell, str) else cell
        mark = self.marks.get(text) if isinstance(text, str) else None
        if mark:
            self.marks[cell] = mark
            value = None
        else:
            value = self.read(text)
        self[cell] = value
        return value

    def take(self, column: Sequence[Any]) -> tuple[list[Any], list[str]]:
        """Return the column's figures and marks; raises ``BadCell`` from the first bad cell."""
        rows = len(column)
        if column[0] == "" and column.count("") == rows:
            return [None] * rows, [NOT_PUBLISHED] * rows
        if len(self) > MOST_CACHED:
            self.clear()
        values = [*map(self.__getitem__, column)]
        marks = [PRESENT] * rows
        place = -1
        for _ in range(values.count(None)):
            place = values.index(None, place + 1)
            marks[place] = self.marks[column[place]]
        return values, marks
