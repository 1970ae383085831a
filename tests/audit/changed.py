"""A publisher's table under change: its columns, lines and cells by what they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.audit.mutated_files import Book

NUMBER = re.compile(r"-?[\d,]*\.?\d+")
FIGURES = {
    "oews": r"tot_emp|.*_prse|jobs_1000|[ah]_(mean|median|pct\d\d)",
    "projections": r"employment.*|.*openings.*|.*self.employed.*|median annual wage.*",
    "onet": r"data value|n|job zone|rank|(lower|upper) ci bound",
}
"""Columns of figures, by kind."""
TOLD = {
    "oews": r"[ah]_(median|pct\d\d)",
    "projections": r"employment,? \d{4}|employment change,? numeric.*",
    "onet": r"data value",
}
"""Columns of figures of which other cells tell how large they are."""
PAIRS = {
    "oews": (
        *(("a_pct10", "a_pct90"), ("h_pct10", "h_pct25"), ("h_mean", "a_mean")),
        *(("tot_emp", "a_mean"), ("occ_code", "occ_title"), ("tot_emp", "emp_prse")),
    ),
    "projections": ((r"employment,? \d{4}",) * 2, (r".*title", r".*code")),
    "onet": (
        ("lower ci bound", "upper ci bound"),
        (r"o\*net-soc code", "title|element id|task id"),
    ),
    "soc": (("soc code|2018 soc code", ".*title"),),
}
"""Columns whose headers or cells are swapped."""


@dataclass(slots=True)
class Changed:
    """A file under change, and the draw that decides where."""

    draw: Random
    kind: str
    book: Book

    def lines(self) -> list[int]:
        """Return the places of the rows under the header that are no notes."""
        rows = self.book.rows
        return [n for n in range(self.book.header + 1, len(rows)) if sum(map(bool, rows[n])) > 1]

    def columns(self, pattern: str) -> list[int]:
        """Return the places of the columns that a pattern matches."""
        return [n for n, name in enumerate(self.book.names) if re.fullmatch(pattern, name)]

    def cell(self, patterns: dict[str, str], fits: Callable[[Any], bool]) -> tuple[int, int] | None:
        """Draw a cell that fits, of one of the kind's columns."""
        columns = self.columns(patterns.get(self.kind, "-"))
        every = [
            (row, at)
            for row in self.lines()
            for at in columns
            if at < len(self.book.rows[row]) and fits(self.book.rows[row][at])
        ]
        return self.draw.choice(every) if every else None


def number(cell: Any) -> float | None:
    """Return a cell's number, if it is one."""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return None
    if isinstance(cell, str):
        return float(cell.replace(",", "")) if NUMBER.fullmatch(cell) else None
    return float(cell)


def is_number(cell: Any) -> bool:
    return number(cell) is not None


def is_large(cell: Any) -> bool:
    return abs(number(cell) or 0) >= 1


Change = Callable[[Changed], bool]
"""Changes a table. Returns whether there was something to change."""
