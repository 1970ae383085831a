"""What a publisher's cell must be in JSON. The rules are not those of the importers.

Sources: the OEWS ``Field Descriptions`` sheet, the footnotes of the projections, the O*NET data
dictionary. A number in a workbook is binary and means its 15 significant digits, as a spreadsheet
shows it. Money, percentages and persons are then exact in JSON.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

Mark = dict[str, Any]
NO_MARK: Mark = {}
"""The item's ``marks`` must have no entry for this figure."""


class Expected(NamedTuple):
    """A value in JSON. ``mark`` is its entry in ``marks``; None if that is not compared."""

    value: Any
    mark: Mark | None = None


class Unreadable(NamedTuple):
    """A cell that no rule can read. It always differs."""

    why: str


class Contains(NamedTuple):
    """A list in JSON that must contain this word."""

    word: str


class OwnOrNoted(NamedTuple):
    """A value that the item has or, as another line has another value, that its note states."""

    value: Any


Rule = Callable[[Any], Expected]


WRITTEN = re.compile(r"[+-]?\d*\.?\d*(E[+-]?\d+)?", re.IGNORECASE)
"""A number without commas between its digits."""


def text(cell: Any) -> str:
    """Return what a person sees in the file, without blanks around it."""
    if isinstance(cell, str):  # millions of cells are
        return cell.strip()
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float | int):
        number = Decimal(f"{cell:.15g}")
        return str(int(number)) if number == number.to_integral_value() else str(number)
    return str(cell).strip()


def decimal(cell: Any) -> Decimal:
    """Return the number that a cell shows. Raises ``InvalidOperation`` if it shows none."""
    shown = text(cell).replace("$", "")
    written = shown.replace(",", "")
    found = Decimal(written)
    if not WRITTEN.fullmatch(written):
        raise InvalidOperation(shown)
    # Commas group thousands: 41,05 has a decimal comma, which no publisher writes.
    if "," in shown and f"{found:,}" != shown.lstrip("+").rstrip("."):
        raise InvalidOperation(shown)
    return found


def number(factor: int = 1, *, whole: bool = False) -> Rule:
    """Return a rule for the number times ``factor``. With ``whole`` it is an integer in JSON."""

    def rule(cell: Any) -> Expected:
        try:
            value = decimal(cell) * factor
        except InvalidOperation:
            return Expected(Unreadable("neither a number nor a mark that the publisher explains"))
        if whole and value != value.to_integral_value():
            return Expected(Unreadable("not a whole number of its unit"))
        return Expected(int(value) if whole else float(value), NO_MARK)

    return rule


def figure(rule: Rule, marks: Mapping[str, Mark]) -> Rule:
    """Return a rule for a figure, or a mark of the publisher's, which is null in JSON."""

    def marked(cell: Any) -> Expected:
        mark = marks.get(text(cell)) if isinstance(cell, str) else None
        return rule(cell) if mark is None else Expected(None, mark)

    return marked


def mark(status: str, at_least: float | None = None) -> Mark:
    """Return an entry of ``marks``."""
    return {"status": status, "at_least": at_least}


def given(cell: Any) -> str | None:
    """Return a text, or None where O*NET has none: blank, or n/a."""
    found = text(cell)
    return None if found.lower() in {"", "n/a"} else found


def words(cell: Any) -> Expected:
    """Read text as it stands, or null."""
    return Expected(given(cell))


def one_of(known: Mapping[str, str]) -> Rule:
    """Return a rule that translates the publisher's words to the API's."""

    def rule(cell: Any) -> Expected:
        found = known.get((given(cell) or "").lower())
        return Expected(found if found else Unreadable("a word that is not known here"))

    return rule


def yes_no(cell: Any) -> Expected:
    """Read Y as true, N as false, and nothing as null."""
    found = given(cell)
    known = {"Y": True, "N": False, None: None}
    return Expected(known[found] if found in known else Unreadable("neither Y nor N"))


def month(cell: Any) -> Expected:
    """Read MM/YYYY, or a date, as YYYY-MM."""
    if isinstance(cell, datetime.date):
        return Expected(f"{cell:%Y-%m}")
    found = given(cell)
    if found is None:
        return Expected(None)
    parts = re.fullmatch(r"(\d\d)/(\d{4})", found)
    return Expected(f"{parts[2]}-{parts[1]}" if parts else Unreadable("no month: MM/YYYY"))


def estimate(*, whole: bool = False, marked: bool = True) -> Rule:
    """Return a rule for a number of O*NET's. An absent one is marked so, or merely null."""
    rule = number(whole=whole)

    def read(cell: Any) -> Expected:
        if given(cell) is None:
            return Expected(None, mark("not_published") if marked else None)
        found = rule(cell)
        return found if marked else Expected(found.value)

    return read


def onet_code(cell: Any) -> str:
    """Return an O*NET-SOC code as the API writes it: .00 is the SOC occupation itself."""
    return text(cell).removesuffix(".00")
