"""What a load leaves for readers: tables of the seed, industries, and what follows from parts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from app.database.hierarchy import derive_occupations
from app.database.models import Industry, Part
from app.importers.loading.areas import derive_areas
from app.importers.loading.changes import read_shown, write_changes
from app.importers.loading.completeness import judge_parts
from app.importers.loading.data_version import next_version
from app.importers.loading.latest import choose_parts
from app.importers.rows import IndustryRow


def ensure_rows(connection: Connection, table: Any, rows: Iterable[dict[str, Any]]) -> bool:
    """Insert or update rows by their id. Return whether any changed."""
    before = {row.id: row._asdict() for row in connection.execute(select(table))}
    changed = [one for one in rows if one != {k: before.get(one["id"], {}).get(k) for k in one}]
    for one in changed:
        if one["id"] in before:
            connection.execute(update(table).where(table.c.id == one["id"]).values(**one))
        else:
            connection.execute(insert(table).values(**one))
    return bool(changed)


def save_industries(
    connection: Connection, period: str, release: int, rows: Iterable[IndustryRow]
) -> None:
    """Insert industries. A known one takes the name of the newest period."""
    table: Any = Industry.__table__
    before = {row.code: row for row in connection.execute(select(table))}
    others = (
        select(Part.industry, func.max(Part.period))
        .where(Part.release_id != release)
        .group_by(Part.industry)
    )
    newest: dict[str, str] = {row[0]: row[1] for row in connection.execute(others)}
    new = []
    for row in {row.code: row for row in rows}.values():
        if row.code not in before:
            new.append(row._asdict())
        elif tuple(before[row.code]) != tuple(row) and period >= newest.get(row.code, ""):
            changed = update(table).where(table.c.code == row.code).values(**row._asdict())
            connection.execute(changed)
    if new:
        connection.execute(insert(table), new)


def publish(connection: Connection, why: str, *sources: str) -> int:
    """Bring up to date what follows from the parts of sources; return the new data version.

    What it changes is written down too.
    """
    before = read_shown(connection)
    for source in sources:
        judge_parts(connection, source)
        choose_parts(connection, source)
    derive_areas(connection)
    derive_occupations(connection)
    number = next_version(connection, why)
    write_changes(connection, number, before)
    return number
