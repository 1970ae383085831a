"""Areas as each release names them; the table of areas is derived from the releases shown.

The same releases give the same table, whatever was loaded first.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select, update

from app.database.areas import areas_of
from app.database.models import Area, AreaEntry, AreaLink, Release
from app.importers.rows import AreaLinkRow, AreaRow, ListedAreaRow, Reading


def save_areas(connection: Connection, release: int, reading: Reading) -> int:
    """Write the areas that a release names, and its links. Return the number of areas."""
    return insert_areas(
        connection, release, reading.head.period, reading.areas(), reading.area_links()
    )


def insert_areas(
    connection: Connection,
    release: int,
    period: str,
    areas: Iterable[AreaRow | ListedAreaRow],
    links: Iterable[AreaLinkRow],
) -> int:
    """Insert areas, of the release's period if they state none, and links."""
    span = {"first": period, "last": period}
    entries = {row.code: span | row._asdict() for row in areas}
    linked = {(row.from_code, row.to_code): row._asdict() for row in links}
    for model, rows in ((AreaEntry, entries), (AreaLink, linked)):
        if rows:
            connection.execute(
                insert(model), [{"release_id": release, **row} for row in rows.values()]
            )
    return len(entries)


def derive_areas(connection: Connection) -> None:
    """Bring the table up to date by its difference."""
    now = areas_of(connection, and_(~Release.retired, ~Release.superseded))
    table: Any = Area.__table__
    before = {row.code: row._asdict() for row in connection.execute(select(table))}
    for code, row in now.items():
        if code in before and before[code] != row:
            connection.execute(update(table).where(table.c.code == code).values(**row))
    if new := [row for code, row in now.items() if code not in before]:
        connection.execute(insert(table), new)
    for code in before.keys() - now.keys():
        connection.execute(delete(table).where(table.c.code == code))
