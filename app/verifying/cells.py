"""What a publisher's cell must be in JSON, by rules of its own.

Sources: the OEWS ``Field Descriptions`` sheet, the footnotes of the projections, the O*NET data
dictionary. A number in a workbook is binary and means its 15 significant digits, which is what
a spreadsheet keeps and shows; money, percent and persons are then exact in JSON.
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
    """A value in JSON; ``mark`` is its entry in ``marks``, None if that is not looked at."""

    value: Any
    mark: Mark | None = None


class Unreadable(NamedTuple):
    """A cell of which no rule knows what it means: it always differs."""

    why: str


class Holds(NamedTuple):
    """A list in JSON that must hold this word."""

    word: str


class Told(NamedTuple):
    """A value that is the item's own or, being another line's, stands in its note."""

    value: Any


Rule = Callable[[Any], Expected]


def text(cell: Any) -> str:
    """Return what a reader of the file sees, without blanks around it."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float | int):
        number = Decimal(f"{cell:.15g}")
        return str(int(number)) if number == number.to_integral_value() else str(number)
    return str(cell).strip()


def decimal(cell: Any) -> Decimal:
    """Return the number that a cell shows; raise ``InvalidOperation`` if it shows none."""
    shown = text(cell).replace("$", "").replace(",", "")
    found = Decimal(shown)
    if not re.fullmatch(r"[+-]?\d*\.?\d*(E[+-]?\d+)?", shown, re.IGNORECASE):
        raise InvalidOperation(shown)
    return found


def number(factor: int = 1, *, whole: bool = False) -> Rule:
    """Return a rule of a figure: the number times ``factor``; a whole one is an integer in JSON."""

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
    """Return a rule of a figure that may be one of the publisher's marks; those are null."""

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
    """Text as it stands, or null."""
    return Expected(given(cell))


def one_of(known: Mapping[str, str]) -> Rule:
    """Return a rule for the publisher's words, which have words of this API's own."""

    def rule(cell: Any) -> Expected:
        found = known.get((given(cell) or "").lower())
        return Expected(found if found else Unreadable("a word that is not known here"))

    return rule


def yes_no(cell: Any) -> Expected:
    """Y is true, N is false, nothing is null."""
    found = given(cell)
    known = {"Y": True, "N": False, None: None}
    return Expected(known[found] if found in known else Unreadable("neither Y nor N"))


def month(cell: Any) -> Expected:
    """MM/YYYY is YYYY-MM."""
    if isinstance(cell, datetime.date):
        return Expected(f"{cell:%Y-%m}")
    found = given(cell)
    if found is None:
        return Expected(None)
    shown = re.fullmatch(r"(\d\d)/(\d{4})", found)
    return Expected(f"{shown[2]}-{shown[1]}" if shown else Unreadable("no month: MM/YYYY"))


def estimate(*, whole: bool = False, marked: bool = True) -> Rule:
    """Return a rule of a number of O*NET's; one that is not there is marked so, or merely null."""
    rule = number(whole=whole)

    def read(cell: Any) -> Expected:
        if given(cell) is None:
            return Expected(None, mark("not_published") if marked else None)
        found = rule(cell)
        return found if marked else Expected(found.value)

    return read


def onet_code(cell: Any) -> str:
    """Return this API's code of an O*NET-SOC occupation: .00 is the SOC occupation itself."""
    return text(cell).removesuffix(".00")
