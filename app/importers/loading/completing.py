"""Completes a release that a bundle brought with less than its publisher's files have.

What the bundle left out comes with the files: the parts that are new, and parts with more in them.
The release stays what it is, and each older data version shows what it showed: a part says from
which version on it is shown, and up to which.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import JSON, Connection, Row, Text, cast, delete, except_, func, select, update

from app.database.models import AreaEntry, AreaLink, Part, Release, ReleaseFile
from app.importers.loading.data_version import current_version
from app.importers.loading.live import check_nothing_lost
from app.importers.loading.row_differences import NOT_COMPARED, PART_KEY
from app.importers.rows import TABLES, ReleaseHead

CONTENT: dict[str, Any] = {model.__tablename__: model.__table__ for model in TABLES.values()}


def succeed(
    connection: Connection,
    head: ReleaseHead,
    live: Row[Any] | None,
    release: int,
    *,
    lacking: Collection[str] = (),
    replacing: bool = False,
) -> tuple[int, str] | None:
    """Let a release that was just written complete the live one, or take its place.

    Return the id of the release that is shown then, and what to say of it. None: it has nothing
    that the live one has not, and is gone. ``lacking``: what it leaves out itself; ``replacing``:
    it may have less. Raises ``PoorerFile``.
    """
    if live is None or live.purged:
        return release, ""
    if live.left_out and not live.retired:
        more = complete(connection, live, release, lacking)
        if more is not None:
            return (live.id, "; completes what was loaded") if more else None
    if not replacing:
        check_nothing_lost(connection, head, live, release)
    return release, f"; replaces the earlier {'excerpt' if live.excerpt else 'revision'}"


def complete(
    connection: Connection, live: Any, release: int, lacking: Collection[str] = ()
) -> int | None:
    """Give the live release what one that was just written has more; return its new parts.

    The release just written is gone afterwards. ``lacking``: what it leaves out itself. None: it
    has other figures than the live one, and nothing was changed.
    """
    old, new = _parts(connection, live.id), _parts(connection, release)
    same = []
    for key in old.keys() & new.keys():
        blank = {name.split(".")[1] for name in live.left_out if name.startswith(f"{key[0]}.")}
        table = CONTENT[key[0]]
        if not _is_within(connection, table, old[key], new[key], blank):
            return None
        if not blank and _is_within(connection, table, new[key], old[key], blank):
            same.append(key)
    number = current_version(connection) + 1
    for key in same:
        rows = CONTENT[key[0]]
        connection.execute(delete(rows).where(rows.c.part_id == new[key]))
    connection.execute(delete(Part).where(Part.id.in_([new[key] for key in same])))
    kept = [new[key] for key in new.keys() - set(same)]
    replaced = [old[key] for key in old.keys() & new.keys() - set(same)]
    connection.execute(update(Part).where(Part.id.in_(replaced)).values(to_number=number))
    moved = {"release_id": live.id, "from_number": number}
    connection.execute(update(Part).where(Part.id.in_(kept)).values(**moved))
    _move_areas(connection, live.id, release)
    brought = {key[0] for key in new} | ({"areas"} if any(key[2] for key in new) else set())
    left_out = [
        name for name in live.left_out if name in lacking or name.split(".")[0] not in brought
    ]
    _take_over(connection, live, release, left_out)
    return len(kept)


def _parts(connection: Connection, release: int) -> dict[tuple[str, ...], int]:
    """Return what tells a part → its id, of those that are not replaced."""
    columns = [getattr(Part, name) for name in PART_KEY]
    query = select(*columns, Part.id).where(Part.release_id == release, Part.to_number.is_(None))
    return {tuple(key): part for *key, part in connection.execute(query)}


def _is_within(connection: Connection, table: Any, part: int, other: int, blank: set[str]) -> bool:
    """Tell whether another part has every row of a part, but for columns that it left out."""
    columns = [
        cast(column, Text) if isinstance(column.type, JSON) else column
        for column in table.columns
        if column.name not in NOT_COMPARED | blank
    ]
    rows = [select(*columns).where(table.c.part_id == one) for one in (part, other)]
    missing = except_(*rows).subquery()
    return connection.execute(select(func.count()).select_from(missing)).scalar_one() == 0


def _move_areas(connection: Connection, live: int, release: int) -> None:
    """Give the live release the areas and links that it has not; delete the others."""
    for model, keys in ((AreaEntry, ("code",)), (AreaLink, ("from_code", "to_code"))):
        table: Any = model.__table__
        known = select(*(table.c[key] for key in keys)).where(table.c.release_id == live)
        has = {tuple(row) for row in connection.execute(known)}
        its = select(*(table.c[key] for key in keys)).where(table.c.release_id == release)
        for key in {tuple(row) for row in connection.execute(its)} - has:
            row = [table.c.release_id == release]
            row += [table.c[name] == value for name, value in zip(keys, key, strict=True)]
            connection.execute(update(table).where(*row).values(release_id=live))
        connection.execute(delete(table).where(table.c.release_id == release))


def _take_over(connection: Connection, live: Any, release: int, left_out: list[str]) -> None:
    """Bring the live release's head and files up to date; delete the one just written."""
    table: Any = Release.__table__
    now = connection.execute(select(table).where(table.c.id == release)).one()
    files: Any = ReleaseFile.__table__
    known = select(files.c.sha256).where(files.c.release_id == live.id)
    has = set(connection.execute(known).scalars())
    given = connection.execute(select(files).where(files.c.release_id == release)).all()
    for file in given:
        if file.sha256 in has:
            old = (files.c.release_id == live.id) & (files.c.sha256 == file.sha256)
            connection.execute(delete(files).where(old))
    moved = update(files).where(files.c.release_id == release).values(release_id=live.id)
    connection.execute(moved)
    whole = has <= {file.sha256 for file in given}
    connection.execute(delete(table).where(table.c.id == release))
    values: dict[str, Any] = {"superseded": False, "left_out": left_out}
    if whole:
        values |= {"checksum": now.checksum, "title": now.title, "notice": now.notice}
    connection.execute(update(table).where(table.c.id == live.id).values(**values))
