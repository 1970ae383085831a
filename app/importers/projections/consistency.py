"""Looks for projections that contradict themselves, by the rules of ``app.importers.rules``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.importers.rows import Row
from app.importers.rules import projected

ROUNDED = 150
"""Persons that a sum of three figures may be off: each is rounded to a tenth of a thousand."""


def breaches(row: Row) -> Iterator[tuple[str, str, str]]:
    """Yield rule, field and fault of what a row breaks by itself."""
    yield from projected(row, ROUNDED)
    if (row.percent_self_employed or 0) > 100:
        yield "share", "percent_self_employed", f"{row.percent_self_employed:g} is over 100"
    if row.annual_median == 0:
        yield "zero-wage", "annual_median", "a wage of 0"


def groups(rows: Mapping[str, Row]) -> Iterator[tuple[str, str, str]]:
    """Yield code, field and fault of occupations with more employment than their groups."""
    for code, row in rows.items():
        for group in (f"{code[:2]}-0000", "00-0000"):
            for field in ("base_employment", "target_employment"):
                its, most = getattr(row, field), getattr(rows.get(group), field, None)
                if None not in {its, most} and its > most:
                    yield code, field, f"{code} has {its:,} employed, its group {group} {most:,}"
