"""What a release would lose if another took its place: parts, occupations, rows, figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, func, select

from app.database.models import Part
from app.importers.rows import TABLES

NOTABLE = 0.05
"""Share of a part's rows, or of a column's cells, that may go: a revision drops a few."""
WHERE = frozenset({"part_id", "id", "position", "locator", "note"})
"""Columns that say where a row stands, and what an import accepted."""


PLACES = {"counties": "counties", "county_areas": "counties", "zip_counties": "ZIP code areas"}
"""Table → what its rows are of, where that is no occupation."""


def losses(connection: Connection, before: int, now: int) -> Iterator[str]:
    """Yield what the release ``before`` has and the release ``now`` has not."""
    parts, others = _parts(connection, before), _parts(connection, now)
    others |= _told_by_kind(parts, others)
    for key in sorted(parts.keys() - others.keys()):
        yield _named(*key)
    for row, model in TABLES.items():
        table: Any = model.__table__
        code = table.c[row._fields[0]]
        if table.name not in {key[0] for key in parts.keys() & others.keys()}:
            continue
        had, has = (
            set(
                connection.execute(
                    select(code)
                    .join(Part, Part.id == table.c.part_id)
                    .where(Part.release_id == release, Part.to_number.is_(None))
                    .distinct()
                ).scalars()
            )
            for release in (before, now)
        )
        if gone := sorted(had - has):
            listed = ", ".join(gone[:3]) + (", …" if len(gone) > 3 else "")
            whose = PLACES.get(table.name, "occupations")
            yield f"{table.name} of {len(gone):,} {whose} ({listed})"
        (rows, filled), (rows_now, still) = (
            _filled(connection, table, release) for release in (before, now)
        )
        for column, cells in filled.items():
            # Of the rows that are left, a smaller share is filled. New rows may be blank.
            if still[column] * rows < cells * min(rows, rows_now) * (1 - NOTABLE):
                yield f"{cells - still[column]:,} of {cells:,} cells of {table.name}.{column}"
    for key in sorted(parts.keys() & others.keys()):
        if others[key] < parts[key] * (1 - NOTABLE):
            yield f"{parts[key] - others[key]:,} of {parts[key]:,} rows of {_named(*key)}"


def _filled(connection: Connection, table: Any, release: int) -> tuple[int, dict[str, int]]:
    """Return a release's rows, and column → how many of them have something in it."""
    columns = [column for column in table.c if column.nullable and column.name not in WHERE]
    counts = (
        select(func.count(), *(func.count(column) for column in columns))
        .select_from(table)
        .join(Part, Part.id == table.c.part_id)
        .where(Part.release_id == release, Part.to_number.is_(None))
    )
    rows, *filled = connection.execute(counts).one()
    return rows, dict(zip((column.name for column in columns), filled, strict=True))


def _parts(connection: Connection, release: int) -> dict[tuple[str, ...], int]:
    """Return dataset, kind, area, industry and ownership → rows."""
    columns = (Part.dataset, Part.kind, Part.area, Part.industry, Part.ownership, Part.rows)
    rows = connection.execute(
        select(*columns).where(Part.release_id == release, Part.to_number.is_(None))
    )
    return {tuple(key): count for *key, count in rows}


def _told_by_kind(
    parts: dict[tuple[str, ...], int], others: dict[tuple[str, ...], int]
) -> dict[tuple[str, ...], int]:
    """Return the parts without a kind of which another release has kinds, with the sum of these."""
    sums: Counter[tuple[str, ...]] = Counter()
    for (dataset, _, *place), rows in others.items():
        sums[dataset, "", *place] += rows
    return {key: sums[key] for key in parts.keys() - others.keys() if sums[key]}


def _named(dataset: str, kind: str, area: str, industry: str, ownership: str) -> str:
    if not area:
        return f"{dataset} ({kind})" if kind else dataset
    if not industry:
        return f"{dataset} of area {area}"
    return f"{dataset} of area {area}, industry {industry}, ownership {ownership or 'not said'}"
