"""Looks for OEWS rows that contradict themselves, by the rules of ``app.importers.rules``.

Rows are checked as they go to the database, many at a time, whichever reader read them: in the
order of ``WageRow``, wages in dollars a year and cents an hour.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.importers.rules import MAJOR_GROUPS, level_fits
from app.marks import NOT_APPLICABLE, NOT_PUBLISHED, TOP_CODED, WAGE_FIGURES

POINTS = ("p10", "p25", "median", "p75", "p90")
AT = {name: n for n, name in enumerate(WAGE_FIGURES)}
PERCENTILES = {basis: [AT[f"{basis}_{p}"] for p in POINTS] for basis in ("hourly", "annual")}
PAIRS = [(AT[f"hourly_{p}"], AT[f"annual_{p}"]) for p in (*POINTS, "mean")]
WAGES = [at for pair in PAIRS for at in pair]
HOURS = 2080
FILLED = [AT[name] for name in ("employment", "employment_rse", "wage_rse")] + WAGES
"""Columns in which every cell has a figure or a mark."""
UNIFORM = ("jobs_per_1000", "location_quotient", "percent_of_industry", "percent_reporting")
"""Columns that are blank for all rows of an area and industry, or for none."""
MOST = {
    "percent_of_industry": ("share", 100),
    "percent_reporting": ("share", 100),
    "jobs_per_1000": ("share", 1000),
    "employment_rse": ("standard-error", 100),
    "wage_rse": ("standard-error", 100),
}
"""Figure → rule, and the most that it can be."""


class Breach(NamedTuple):
    """A row, counted from 0, that breaks a rule; the field that shows it; and how."""

    at: int
    rule: str
    field: str
    what: str


def breaches(
    rows: Sequence[tuple[Any, ...]], top_codes: tuple[int, int] | None
) -> Iterator[Breach]:
    """Yield what the rows break, rule by rule.

    ``top_codes``: dollars a year and cents an hour that no percentile reaches; None if some may.
    """
    values = np.array([row[2 : 2 + len(WAGE_FIGURES)] for row in rows], float)
    text = "".join([row[2 + len(WAGE_FIGURES)] for row in rows])
    marks = np.frombuffer(text.encode(), np.uint8).reshape(values.shape)
    yield from _codes_and_levels(rows)
    yield from _percentiles(values, marks, top_codes)
    hourly, annual = (values[:, list(columns)] for columns in zip(*PAIRS, strict=True))
    far = np.abs(hourly / 100 * HOURS - annual) > annual / 100
    for at, n in np.argwhere(far):
        other, name = PAIRS[n]
        what = f"{_shown(values, at, name)} is not {HOURS:,} times {_shown(values, at, other)}"
        yield Breach(int(at), "annual-from-hourly", WAGE_FIGURES[name], what)
    neither = (marks[:, [AT["hourly_mean"], AT["annual_mean"]]] == ord(NOT_APPLICABLE)).all(axis=1)
    for at in np.flatnonzero(neither):
        what = "TRUE under ANNUAL and HOURLY both"
        yield Breach(int(at), "one-basis", "hourly_only", what)
    for at, n in np.argwhere(marks[:, FILLED] == ord(NOT_PUBLISHED)):
        yield Breach(int(at), "blank", WAGE_FIGURES[FILLED[n]], "blank, without a mark")
    for at, n in np.argwhere(values[:, WAGES] == 0):
        yield Breach(int(at), "zero-wage", WAGE_FIGURES[WAGES[n]], "a wage of 0")
    for name, (rule, most) in MOST.items():
        for at in np.flatnonzero(values[:, AT[name]] > most):
            yield Breach(int(at), rule, name, f"{name} {values[at, AT[name]]:g} is over {most:,}")


def _codes_and_levels(rows: Sequence[tuple[Any, ...]]) -> Iterator[Breach]:
    pairs = {(row[0], row[1]) for row in rows}
    for code, level in sorted(pairs):
        if code[:2] not in MAJOR_GROUPS:
            broken, field, what = "major-group", "code", f"{code} is in no major group of the SOC"
        elif not level_fits(code, level):
            broken, field, what = "level", "level", f"{code} is no {level} occupation"
        else:
            continue
        for at, row in enumerate(rows):
            if row[:2] == (code, level):
                yield Breach(at, broken, field, what)


def _percentiles(
    values: NDArray[np.float64], marks: NDArray[np.uint8], top_codes: tuple[int, int] | None
) -> Iterator[Breach]:
    for basis, columns in PERCENTILES.items():
        # A top-coded wage is above every figure. The comparisons pass over what is not there.
        wages = np.where(marks[:, columns] == ord(TOP_CODED), np.inf, values[:, columns])
        highest = np.fmax.accumulate(wages, axis=1)
        for at, n in np.argwhere(wages < highest):
            before = columns[int(np.argmax(wages[at] == highest[at, n]))]
            what = f"{_shown(values, at, columns[n])} is under {_shown(values, at, before)}"
            yield Breach(int(at), "percentile-order", WAGE_FIGURES[columns[n]], what)
        if top_codes is not None:
            bound = top_codes[basis == "hourly"]
            for at, n in np.argwhere(np.isfinite(wages) & (wages >= bound)):
                what = f"{_shown(values, at, columns[n])} has no #, which stands from "
                what += f"${bound:,}" if basis == "annual" else f"${bound / 100:,.2f}"
                yield Breach(int(at), "top-code", WAGE_FIGURES[columns[n]], what)


def _shown(values: NDArray[np.float64], at: int, column: int) -> str:
    """Return a wage as people write it, with its name: "hourly_p10 12.50"."""
    name, value = WAGE_FIGURES[column], values[at, column]
    if np.isnan(value):
        return f"{name} #"
    return f"{name} {value / 100:,.2f}" if name.startswith("hourly") else f"{name} {value:,.0f}"


def partly_blank(rows: Sequence[tuple[Any, ...]]) -> Iterator[Breach]:
    """Yield rows of one area and industry that are blank in a column in which others are not."""
    for name in UNIFORM:
        blank = [row[2 + len(WAGE_FIGURES)][AT[name]] == NOT_PUBLISHED for row in rows]
        if any(blank) and not all(blank):
            yield Breach(blank.index(True), "blank", name, "blank, and other rows are not")


class Groups:
    """Compares each occupation's employment with its major group's and the total's, by part."""

    def __init__(self) -> None:
        self._groups: dict[Any, dict[str, int]] = {}
        self._largest: dict[tuple[Any, str], tuple[int, str, int]] = {}
        """Part and group that has not come → the most employment in it, its code and row."""

    def breaches(
        self, key: Any, rows: Sequence[tuple[Any, ...]], first: int
    ) -> Iterator[tuple[int, str]]:
        """Yield place in the rows, and how it breaks the rule. ``first``: the row of place 0."""
        groups = self._groups.setdefault(key, {})
        groups |= {row[0]: row[2] for row in rows if row[0][2:] == "-0000" and row[2] is not None}
        most = {code[:2]: employment for code, employment in groups.items()}
        least = most.get("00", -1)
        for at, row in enumerate(rows):
            code, employment = row[0], row[2]
            if employment is None or employment <= min(least, most.get(code[:2], -1)):
                continue
            for group in {f"{code[:2]}-0000", "00-0000"} - {code}:
                if group not in groups:
                    one = (employment, code, first + at)
                    self._largest[key, group] = max(one, self._largest.get((key, group), one))
                elif employment > groups[group]:
                    yield at, _exceeds(code, employment, group, groups[group])

    def late(self) -> Iterator[tuple[int, str]]:
        """Yield row and fault of occupations that came before their group did."""
        for (key, group), (employment, code, row) in self._largest.items():
            most = self._groups[key].get(group)
            if most is not None and employment > most:
                yield row, _exceeds(code, employment, group, most)


def _exceeds(code: str, employment: int, group: str, most: int) -> str:
    return f"{code} has {employment:,} employed, its group {group} {most:,}"
