"""Which parts are shown and which are the latest, and the version of what is shown.

Both are worked out anew from the tables, never stepped forward, so the order in which releases
were loaded does not matter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, update

from app.database.models import DataVersion, Part, Release, Source


class _Line(NamedTuple):
    """A part with what decides on it."""

    id: int
    same: tuple[str, ...]  # dataset, kind, area, industry, ownership
    period: str
    live: bool
    choice: tuple[Any, ...]  # the smallest of the same thing and period is shown
    before: tuple[bool, bool]  # shown, latest


def choose_parts(connection: Connection, source: str) -> None:
    """Set ``shown`` and ``latest`` of every part of the source.

    Of parts that hold the same thing for the same period one is shown: of a whole release before
    an excerpt, then with more rows, then by the release's name.
    """
    lines = list(_lines(connection, source))
    shown: dict[tuple[Any, ...], _Line] = {}
    for line in lines:
        if line.live:
            key = (line.same, line.period)
            shown[key] = min(shown.get(key, line), line, key=lambda one: one.choice)
    newest: dict[tuple[str, ...], str] = {}
    for line in shown.values():
        newest[line.same] = max(newest.get(line.same, ""), line.period)
    ids = {line.id for line in shown.values()}
    changes = []
    for line in lines:
        now = (line.id in ids, line.id in ids and newest[line.same] == line.period)
        if now != line.before:
            changes.append({"part": line.id, "now_shown": now[0], "now_latest": now[1]})
    if changes:
        parts = Part.__table__
        connection.execute(
            update(parts)  # type: ignore[arg-type]
            .where(parts.c.id == bindparam("part"))
            .values(shown=bindparam("now_shown"), latest=bindparam("now_latest")),
            changes,
        )


def _lines(connection: Connection, source: str) -> Iterable[_Line]:
    found = connection.execute(
        select(
            Part.id,
            Part.dataset,
            Part.kind,
            Part.area,
            Part.industry,
            Part.ownership,
            Part.period,
            Part.rows,
            Part.shown,
            Part.latest,
            Release.name,
            Release.excerpt,
            Release.retired,
            Release.superseded,
        )
        .join(Release, Release.id == Part.release_id)
        .where(Release.source_id == source)
        .order_by(Part.id)
    )
    for line in found:
        yield _Line(
            line.id,
            tuple(line[1:6]),
            line.period,
            not (line.retired or line.superseded),
            (line.excerpt, -line.rows, line.name, line.id),
            (line.shown, line.latest),
        )


def next_version(connection: Connection) -> int:
    """Count the data version up and return it; its token digests sources and releases shown."""
    lines = [
        f"{name} {checksum}"
        for name, checksum in connection.execute(
            select(Release.name, Release.checksum).where(
                ~Release.superseded,
                ~Release.retired,
            )
        )
    ]
    sources: Any = Source.__table__
    lines += [repr(tuple(row)) for row in connection.execute(select(sources))]
    token = hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
    before = connection.execute(select(DataVersion.number)).scalar_one_or_none()
    values = {"number": (before or 0) + 1, "token": token, "changed_at": datetime.now(UTC)}
    if before is None:
        connection.execute(insert(DataVersion).values(id=1, **values))
    else:
        connection.execute(update(DataVersion).values(**values))
    return (before or 0) + 1
