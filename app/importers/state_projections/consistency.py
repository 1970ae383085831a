"""Looks for states' projections that contradict themselves, by ``app.importers.rules``.

The file of 2020-30 has each change and each percentage worked out from the figures beside it. The
bounds leave room for figures that were rounded one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.importers.rows import Row
from app.importers.rules import MAJOR_GROUPS

TOTAL = "00-0000"
ROUNDED = 15
"""Persons that a sum of three figures may be off: each is rounded to ten."""
PERCENT_ROUNDED = 0.05 / 100


def breaches(row: Row) -> Iterator[tuple[str, str, str]]:
    """Yield rule, field and fault of what a row breaks by itself."""
    base, target, change = row.base_employment, row.target_employment, row.change
    if row.code[:2] not in MAJOR_GROUPS:
        yield "major-group", "code", f"{row.code} is in no major group of the SOC"
    if None not in {base, target, change} and abs(target - base - change) > ROUNDED:
        yield "change", "change", f"{change:,} is not {target:,} less {base:,}"
    if None not in {base, change, row.percent_change}:
        meant = row.percent_change * base / 100
        if abs(meant - change) > PERCENT_ROUNDED * base + ROUNDED:
            what = f"{row.percent_change:g} % of {base:,} is not {change:,}"
            yield "change", "percent_change", what
    most = max(base or 0, target or 0)
    if row.annual_openings is not None and most and row.annual_openings > most:
        what = f"{row.annual_openings:,} a year is more than all {most:,} employed"
        yield "openings", "annual_openings", what


def over_the_total(rows: Mapping[str, Row]) -> Iterator[tuple[str, str, str]]:
    """Yield code, field and fault of a state's occupations with more employment than all."""
    for code, row in rows.items():
        for field in ("base_employment", "target_employment"):
            its, most = getattr(row, field), getattr(rows.get(TOTAL), field, None)
            if None not in {its, most} and its > most:
                yield code, field, f"{code} has {its:,} employed, all of {TOTAL} {most:,}"
