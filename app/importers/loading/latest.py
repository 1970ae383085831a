"""Which parts are shown, and which of them are the latest.

Both are worked out anew from the tables, so the order in which releases were loaded does not
matter.
"""

from __future__ import annotations

from sqlalchemy import Connection, func, or_, select, update

from app.database.models import Part, Release


def choose_parts(connection: Connection, source: str) -> None:
    """Set ``shown`` and ``latest`` of every part of the source.

    Of parts that hold the same thing for the same period one is shown: of a whole release before
    an excerpt, then the one with more rows, then by the release's name. Of those shown, the ones
    of the newest period are the latest.
    """
    same = (Part.dataset, Part.kind, Part.area, Part.industry, Part.ownership)
    order = (Release.excerpt, Part.rows.desc(), Release.name, Part.id)
    live = (
        select(
            Part.id,
            Part.period,
            func.row_number().over(partition_by=(*same, Part.period), order_by=order).label("rank"),
            func.max(Part.period).over(partition_by=same).label("newest"),
        )
        .join(Release, Release.id == Part.release_id)
        .where(Release.source_id == source, ~Release.retired, ~Release.superseded)
        .subquery()
    )
    chosen = select(live.c.id).where(live.c.rank == 1)
    shown = Part.id.in_(chosen)
    latest = Part.id.in_(chosen.where(live.c.period == live.c.newest))
    of_source = select(Release.id).where(Release.source_id == source)
    connection.execute(
        update(Part)
        .where(Part.release_id.in_(of_source), or_(Part.shown != shown, Part.latest != latest))
        .values(shown=shown, latest=latest)
        .execution_options(synchronize_session=False)
    )
