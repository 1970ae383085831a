"""Looks for O*NET lines that contradict themselves, by the rules of ``app.importers.rules``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any

from app.importers.rules import MAJOR_GROUPS

Columns = Mapping[str, Sequence[Any]]
"""Field → its cells in some lines, as read."""

OFF = 1
"""Percent that shares of people, each rounded, may be off 100."""


MAY_BE_BLANK = frozenset(
    {
        *("n", "standard_error", "lower", "upper", "suppress", "not_relevant", "category"),
        *("short_title", "original_task_id", "kind", "incumbents_responding", "write_in_total"),
    }
)
"""Fields that have n/a in the text editions of 27.0 and 30.0, which workbooks leave blank."""

Breach = tuple[int, str, str, str]
"""A line, counted from 0; the rule that it breaks; the field that shows it; and how."""


def codes(columns: Columns) -> Iterator[Breach]:
    """Yield lines of an occupation in no major group."""
    strange = {code for code in columns["code"] if code[:2] not in MAJOR_GROUPS}
    for at, code in enumerate(columns["code"] if strange else ()):
        if code in strange:
            yield at, "major-group", "code", f"{code} is in no major group of the SOC"


def blanks(raw: Columns, *, text: bool) -> Iterator[Breach]:
    """Yield blank cells, field by field. ``raw``: cells as they stand in the file.

    The text edition has n/a where there is nothing, workbooks have blanks in some columns.
    """
    for field, column in raw.items():
        if "" in column and (text or field not in MAY_BE_BLANK):
            for at, cell in enumerate(column):
                if cell == "":
                    yield at, "blank", field, "blank"


def collected(columns: Columns, period: str) -> Iterator[Breach]:
    """Yield lines whose figures were collected after their release's month."""
    months = columns.get("collected", ())
    late = {month for month in months if month is not None and month > period}
    for at, month in enumerate(months if late else ()):
        if month in late:
            what = f"collected {month}, after the release of {period}"
            yield at, "collected", "collected", what


def estimates(columns: Columns, bounds: Mapping[str, Sequence[float]]) -> Iterator[Breach]:
    """Yield lines whose value or interval is outside its scale, or whose value is outside both."""
    none = [None] * len(columns["scale"])
    names = ("scale", "value", "lower", "upper", "standard_error", "n")
    of_names = (columns.get(name, none) for name in names)
    for at, (scale, value, lower, upper, error, n) in enumerate(zip(*of_names, strict=True)):
        least, most = bounds.get(scale, (None, None))
        for field, figure in (("value", value), ("lower", lower), ("upper", upper)):
            if figure is not None and least is not None and not least <= figure <= most:
                what = f"{figure:g} is not on the scale {scale}, {least:g} to {most:g}"
                yield at, "scale", field, what
        if None not in {value, lower} and value < lower:
            yield at, "interval", "lower", f"{lower:g} is over the value, {value:g}"
        if None not in {value, upper} and value > upper:
            yield at, "interval", "upper", f"{upper:g} is under the value, {value:g}"
        if (lower is None) is not (upper is None):
            yield (
                at,
                "interval",
                "lower" if lower is None else "upper",
                "one bound of two is missing",
            )
        if error is None and lower is not None:
            yield at, "interval", "standard_error", "missing, and there is an interval"
        if n is None and error is not None:
            yield at, "interval", "n", "missing, and there is a standard error"
        if error is not None and error < 0:
            yield at, "interval", "standard_error", f"{error:g} is negative"


def shares(every: Sequence[Columns], scales: Container[str]) -> dict[tuple[Any, ...], str]:
    """Return occupation, element and scale whose categories do not add up to 100 → fault."""
    found: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for columns in every:
        names = ("code", "element_id", "scale", "value")
        for *key, value in zip(*(columns[name] for name in names), strict=True):
            found[tuple(key)].append(value)
    return {
        key: f"the shares of {key[0]}, scale {key[2]}, add up to {sum(values):.2f}"
        for key, values in found.items()
        if key[2] in scales and None not in values and abs(sum(values) - 100) > OFF
    }
