"""How a cell of a file becomes a figure or a text: exactly, or as a fault. Never 0, never a guess.

A column is read through a ``Cached``, a dictionary from the cell to what it means. Wages repeat so
much that a file of 400,000 rows has some ten thousand different cells a column, so most cells cost
one look-up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from app.marks import NOT_PUBLISHED, PRESENT

MOST_CACHED = 200_000
"""Different cells that a column remembers."""
ROUNDING = Decimal("1e-6")
NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d\d?)?\s*", re.ASCII)
GROUPED = re.compile(r"\s*[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?\s*", re.ASCII)
"""A number with thousands commas. Any other comma may be a decimal one: 41,05 is no 4,105."""
MOST_DIGITS = 15
"""Digits before the point: what database integers and the precision of a float still hold."""
BLANK = frozenset({"", "n/a", "N/A"})
"""What publishers write where there is no text."""
ERRORS = frozenset(
    {"#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
)
"""What a spreadsheet shows where a formula failed. Saved as csv, it becomes the cell's text."""
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
"""Control characters. No publisher's table has one in a cell, not even a line end or a tab."""
MOST_TITLE = 300
"""Characters of a name or title. The longest published one is an industry's, of 143."""
MOST_TEXT = 4_000
"""Characters of a text. The longest published definition has 828; a title with all its examples,
which the projections' data tool exports in one cell, 1,152."""


class BadCell(ValueError):
    """A cell that cannot be read. The message says why, but not where."""


def text_or_none(cell: Any) -> str | None:
    """Return the cell's text, or None if it is blank or n/a. 8823.0 in a workbook is "8823".

    Raises ``BadCell`` for a spreadsheet's error, control characters and more than ``MOST_TEXT``.
    """
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    found = str(cell).strip()
    if found in BLANK:
        return None
    if found.upper() in ERRORS:
        raise BadCell(f"{found!r} is a spreadsheet's error")
    if bad := CONTROL.search(found):
        raise BadCell(f"{found!r:.60} has a control character, {bad[0]!r}")
    if len(found) > MOST_TEXT:
        raise BadCell(f"a text of {len(found):,} characters, {MOST_TEXT:,} at most")
    return found


def text(cell: Any) -> str:
    """Return the cell's text. Raises ``BadCell`` if there is none."""
    found = text_or_none(cell)
    if found is None:
        raise BadCell("blank")
    return found


def title(cell: Any) -> str:
    """Return a name or title. Raises ``BadCell`` if there is none or it is too long for one."""
    if isinstance(cell, str) and len(cell.strip()) > MOST_TITLE:
        raise BadCell(f"a title of {len(cell.strip()):,} characters, {MOST_TITLE:,} at most")
    return text(cell)


def number(cell: Any) -> Decimal:
    """Return the number as the publisher wrote it: 27.41, "436,770", 140886310.0."""
    # repr of a float is the shortest text that reads back as it: the decimal that was typed.
    written = cell if isinstance(cell, str) else repr(cell)
    if "," in written:
        if not GROUPED.fullmatch(written):
            raise BadCell(f"{cell!r:.60} has a comma that does not stand before three digits")
        written = written.replace(",", "")
    if isinstance(cell, bool) or written.lower().strip() in {"inf", "-inf", "nan"}:
        raise BadCell(f"{cell!r} is not a number")
    if not NUMBER.fullmatch(written):
        raise BadCell(f"{cell!r} is neither a number nor a known mark")
    value = Decimal(written)
    if value.adjusted() >= MOST_DIGITS:
        raise BadCell(f"{cell!r:.60} is larger than any figure")
    return value


def scaled(cell: Any, factor: int, unit: str) -> int:
    """Return the cell times ``factor`` as a whole number of ``unit``."""
    value = number(cell) * factor
    whole = value.to_integral_value()
    # A cell that a program computed may hold 28.700000000000003 and mean 28.7.
    if abs(value - whole) > ROUNDING:
        raise BadCell(f"{cell!r} is not a whole number of {unit}")
    return int(whole)


def persons(cell: Any) -> int:
    """Return a head count."""
    return int(not_negative(scaled(cell, 1, "persons"), cell))


def dollars(cell: Any) -> int:
    """Return dollars a year."""
    return int(not_negative(scaled(cell, 1, "dollars"), cell))


def cents(cell: Any) -> int:
    """Return cents an hour from dollars with cents."""
    return int(not_negative(scaled(cell, 100, "cents"), cell))


def signed_thousands(cell: Any) -> int:
    """Return persons from thousands. A change may be negative."""
    return scaled(cell, 1000, "persons")


def thousands(cell: Any) -> int:
    """Return persons from thousands."""
    return int(not_negative(signed_thousands(cell), cell))


def signed_rate(cell: Any) -> float:
    """Return a percentage as it stands. A change may be negative."""
    return float(number(cell))


def rate(cell: Any) -> float:
    """Return a percentage, ratio or quotient as it stands."""
    return float(not_negative(signed_rate(cell), cell))


def not_negative(value: Any, cell: Any) -> Any:
    """Return ``value``. Raises ``BadCell`` if it is negative."""
    if value < 0:
        raise BadCell(f"{cell!r} is negative")
    return value


class Cached(dict[Any, Any]):
    """Cell → what ``read`` makes of it. Each different cell is read once."""

    def __init__(self, read: Callable[[Any], Any]) -> None:
        super().__init__()
        self.read = read

    def __missing__(self, cell: Any) -> Any:
        if len(self) > MOST_CACHED:
            self.clear()
        found = self[cell] = self.read(cell)
        return found

    def take(self, column: Sequence[Any]) -> Any:
        """Return what the cells mean. Raises ``BadCell`` at the first that cannot be read."""
        if bool in {*map(type, column)}:  # to a dictionary True is 1
            return [self.read(one) if isinstance(one, bool) else self[one] for one in column]
        return [*map(self.__getitem__, column)]


class Figures(Cached):
    """Cell → figure, or None where ``marks`` says why there is no figure."""

    def __init__(self, read: Callable[[Any], Any], marks: Mapping[str, str]) -> None:
        super().__init__(read)
        self.marks: dict[Any, str] = {"": NOT_PUBLISHED, **marks}

    def __missing__(self, cell: Any) -> Any:
        text = cell.strip() if isinstance(cell, str) else None
        if text in self.marks:
            self.marks[cell] = self.marks[text]
            self[cell] = None
            return None
        return super().__missing__(cell)

    def take(self, column: Sequence[Any]) -> tuple[list[Any], list[str]]:
        """Return the column's figures and marks. Raises ``BadCell`` at the first bad cell."""
        rows = len(column)
        if column[0] == "" and column.count("") == rows:
            return [None] * rows, [NOT_PUBLISHED] * rows
        values = super().take(column)
        marks = [PRESENT] * rows
        place = -1
        for _ in range(values.count(None)):
            place = values.index(None, place + 1)
            marks[place] = self.marks[column[place]]
        return values, marks
