"""Finds the same figures under another period: one of the two has a wrong name.

Wages of one area and industry, or projections, of two periods have few rows in common whose figures
are all equal; a file whose year was changed has nothing else.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, case, func, select
from sqlalchemy.orm import aliased

from app.database.models import Part, Projection, Release, Wage

SERIES = ("dataset", "area", "industry", "ownership")
COMPARED: dict[str, tuple[type[Any], tuple[str, ...], tuple[str, ...]]] = {
    "wages": (
        Wage,
        ("employment", "annual_mean"),
        ("employment", "employment_rse", "annual_mean", "annual_median", "hourly_median"),
    ),
    "projections": (
        Projection,
        ("base_employment", "target_employment"),
        ("base_employment", "target_employment", "change", "annual_openings"),
    ),
}
"""Dataset → its table, the figures without which a row is not compared, and those compared."""


def same_as(connection: Connection, release: int) -> tuple[str, int, int] | None:
    """Return another period's release with the figures of this one; None if there is none.

    With its name, how many rows the two have in common, and in how many all figures are equal:
    more than half.
    """
    common: Counter[str] = Counter()
    same: Counter[str] = Counter()
    part, beside, own = aliased(Part), aliased(Part), aliased(Release)
    pairs = (
        select(part.id, beside.id, part.dataset, Release.name)
        .join(own, own.id == part.release_id)
        .join(Release, Release.source_id == own.source_id)
        .join(beside, beside.release_id == Release.id)
        .where(part.release_id == release, part.dataset.in_(COMPARED))
        .where(~Release.superseded, ~Release.retired, beside.period != part.period)
        .where(part.to_number.is_(None), beside.to_number.is_(None))
        .where(*(getattr(beside, n) == getattr(part, n) for n in SERIES))
    )
    for first, second, dataset, name in connection.execute(pairs).all():
        counts = connection.execute(_pairs_of_rows(dataset), {"first": first, "second": second})
        both, equal = counts.one()
        common[name] += both
        same[name] += equal or 0
    wrong = [name for name in sorted(same) if same[name] * 2 > common[name]]
    return (wrong[0], common[wrong[0]], same[wrong[0]]) if wrong else None


@cache
def _pairs_of_rows(dataset: str) -> Select[int, Any]:
    """Select how many rows two parts have in common, and in how many all figures are equal."""
    model, needed, compared = COMPARED[dataset]
    row, other = aliased(model), aliased(model)
    equal = and_(*(getattr(row, f).is_not_distinct_from(getattr(other, f)) for f in compared))
    return (
        select(func.count(), func.sum(case((equal, 1), else_=0)))
        .join_from(row, other, other.code == row.code)
        .where(row.part_id == bindparam("first"), other.part_id == bindparam("second"))
        .where(*(getattr(one, f).is_not(None) for one in (row, other) for f in needed))
    )
