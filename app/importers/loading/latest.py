"""Which parts are shown, and which of them are the latest.

Both are worked out anew from the tables, so the order in which releases were loaded does not
matter.
"""

from __future__ import annotations

from sqlalchemy import Connection, func, or_, select, update

from app.database.models import Industry, Part, Release


def choose_parts(connection: Connection, source: str) -> None:
    """Set ``shown`` and ``latest`` of every part of the source.

    Of parts that hold the same thing for the same period one is shown: of a whole release before
    an excerpt, then the one with more rows, then by the release's name. Of those shown, the ones
    of the newest period of their area and industry are the latest, whatever their ownership.

    An industry ends when a newer period of its area shows other industries of its level, at least
    three quarters as many as its own newest period does: its last figures are not the latest any
    more. A file of some industries ends no other.
    """
    series = (Part.dataset, Part.kind, Part.area, Part.industry)
    order = (Release.excerpt, Part.rows.desc(), Release.name, Part.id)
    live = (
        select(
            Part.id,
            Part.area,
            Part.industry,
            Part.period,
            func.row_number()
            .over(partition_by=(*series, Part.ownership, Part.period), order_by=order)
            .label("rank"),
            func.max(Part.period).over(partition_by=series).label("newest"),
        )
        .join(Release, Release.id == Part.release_id)
        .where(Release.source_id == source, ~Release.retired, ~Release.superseded)
        .subquery()
    )
    chosen = select(live.c.id).where(live.c.rank == 1)
    size = (
        select(
            live.c.area,
            live.c.period,
            Industry.level,
            func.count(live.c.industry.distinct()).label("industries"),
        )
        .join(Industry, Industry.code == live.c.industry)
        .group_by(live.c.area, live.c.period, Industry.level)
        .cte()
    )
    own, newer = size.alias(), size.alias()
    ended = (
        select(own.c.area, own.c.period, own.c.level)
        .join(
            newer,
            (newer.c.area == own.c.area)
            & (newer.c.level == own.c.level)
            & (newer.c.period > own.c.period)
            & (4 * newer.c.industries >= 3 * own.c.industries),
        )
        .distinct()
        .subquery()
    )
    newest = (
        chosen.where(live.c.period == live.c.newest)
        .outerjoin_from(live, Industry, Industry.code == live.c.industry)
        .outerjoin(
            ended,
            (ended.c.area == live.c.area)
            & (ended.c.period == live.c.period)
            & (ended.c.level == Industry.level),
        )
        .where(ended.c.area.is_(None))
    )
    shown = Part.id.in_(chosen)
    latest = Part.id.in_(newest)
    of_source = select(Release.id).where(Release.source_id == source)
    connection.execute(
        update(Part)
        .where(Part.release_id.in_(of_source), or_(Part.shown != shown, Part.latest != latest))
        .values(shown=shown, latest=latest)
        .execution_options(synchronize_session=False)
    )
