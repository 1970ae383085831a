"""Looks for states' projections that contradict themselves, by ``app.importers.rules``.

The file of 2020-30 has each change and each percentage worked out from the figures beside it. The
bounds leave room for figures that were rounded one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.importers.rows import Row

TOTAL = "00-0000"
ROUNDED = 15
"""Persons that a sum of three figures may be off: each is rounded to ten."""


def over_the_total(rows: Mapping[str, Row]) -> Iterator[tuple[str, str, str]]:
    """Yield code, field and fault of a state's occupations with more employment than all."""
    for code, row in rows.items():
        for field in ("base_employment", "target_employment"):
            its, most = getattr(row, field), getattr(rows.get(TOTAL), field, None)
            if None not in {its, most} and its > most:
                yield code, field, f"{code} has {its:,} employed, all of {TOTAL} {most:,}"
