"""Writes down which parts are shown, and which of them are the latest.

Both are worked out anew from the releases, so the order in which they were loaded does not matter.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from app.database.models import Part, Release
from app.database.shown_parts import Candidate, candidates, choose, industry_levels


def choose_parts(connection: Connection, source: str) -> None:
    """Set ``shown`` and ``latest`` of every part of the source."""
    live = candidates().where(
        Release.source_id == source,
        ~Release.retired,
        ~Release.superseded,
        Part.to_number.is_(None),
    )
    shown, latest = choose(
        map(Candidate._make, connection.execute(live)), industry_levels(connection)
    )
    before = (
        select(Part.id, Part.shown, Part.latest)
        .join(Release, Release.id == Part.release_id)
        .where(Release.source_id == source)
    )
    changed = [
        {"part": part, "is_shown": part in shown, "is_latest": part in latest}
        for part, was_shown, was_latest in connection.execute(before)
        if (was_shown, was_latest) != (part in shown, part in latest)
    ]
    if changed:
        table: Any = Part.__table__
        connection.execute(
            update(table)
            .where(table.c.id == bindparam("part"))
            .values(shown=bindparam("is_shown"), latest=bindparam("is_latest")),
            changed,
        )
