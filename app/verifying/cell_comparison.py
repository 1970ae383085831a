"""Compares a cell with the item that answers it, and counts and words the result."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.importers.faults import place_of
from app.verifying.answers import Item
from app.verifying.cells import Contains, OwnOrNoted, Unreadable
from app.verifying.rows import Cell


@dataclass(slots=True)
class Tally:
    """The result of comparing one file, in cells."""

    file: str
    release: str = ""
    compared: int = 0
    differ: int = 0
    elsewhere: int = 0  # names of occupations and areas that the API has from another release
    left_out: int = 0  # of what the bundle that the release came in left out
    seconds: float = 0.0
    unused: list[str] = field(default_factory=list)  # columns that the API does not carry


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that the API answers differently, or an answer without a row."""

    file: str
    sheet: str | None
    row: int | None
    column: str
    why: str
    url: str

    def __str__(self) -> str:
        place = place_of(self.file, self.sheet, self.row, self.column or None)
        return f"{place}: {self.why}; {self.url}"


def agrees(item: Item, cell: Cell) -> bool:
    """Tell whether the item has the value, and the mark if it is a figure."""
    expected, path = cell.expected, cell.path
    holder: Any = item
    for name in path[:-1]:
        holder = step(holder, name)
        if holder is None:  # an estimate of which nothing is given
            return expected.value is None
    if not _equal(expected.value, holder.get(path[-1]), item):
        return False
    if expected.mark is None:
        return True
    entry = (holder.get("marks") or {}).get(path[-1])
    return bool(entry == (expected.mark or None))


def is_not_loaded(item: Item, cell: Cell) -> bool:
    """Tell whether the item says of the cell that it is not loaded."""
    entry = (item.get("marks") or {}).get(cell.path[0]) or {}
    return item.get(str(cell.path[0])) is None and entry.get("status") == "not_loaded"


def step(holder: Any, name: str | int) -> Any:
    """Return what stands there in an item, or in a list of entries with a category or an id."""
    if isinstance(holder, list):
        return next((entry for entry in holder if entry_id(entry) == name), None)
    return holder.get(name)


def entry_id(entry: Item) -> Any:
    """Return what tells an entry of a list from the others."""
    return entry.get("category", entry.get("id"))


def _equal(expected: Any, value: Any, item: Item) -> bool:
    if isinstance(expected, float):  # 27.0 may be written 27, an integer never 27.0
        return type(value) in {int, float} and value == expected
    if isinstance(expected, OwnOrNoted):
        return value == expected.value or str(expected.value) in (item.get("note") or "")
    if isinstance(expected, Contains):
        return isinstance(value, list) and expected.word in value
    return type(value) is type(expected) and bool(value == expected)


def explain(item: Item, cell: Cell) -> str:
    """Return a sentence: what the file has, what that means, and what the API answers."""
    holder: Any = item
    for name in cell.path[:-1]:
        holder = step(holder, name) or {}
    entry = (holder.get("marks") or {}).get(cell.path[-1])
    value = cell.expected.value
    meant = value.why if isinstance(value, Unreadable) else _display(value, cell.expected.mark)
    return f"{cell.raw!r} means {meant}; answered {_display(holder.get(cell.path[-1]), entry)}"


def _display(value: Any, entry: dict[str, Any] | None) -> str:
    if isinstance(value, Contains | OwnOrNoted):
        value = value[0]
    text = "null" if value is None else repr(value)
    if not entry:
        return text
    least = entry.get("at_least")
    return f"{text} ({entry.get('status')}{'' if least is None else f', at least {least}'})"
