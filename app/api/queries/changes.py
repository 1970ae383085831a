"""Selects of what data versions changed, and of the versions since a token or a time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from app.api.schemas.changes import DatasetCountsOut
from app.api.schemas.common import Json
from app.database import versions
from app.database.catalog import Catalog
from app.database.models import Change, DataVersion
from app.errors import Overloaded, VersionGone, VersionUnknown

COUNTS = [name for name in DatasetCountsOut.model_fields if name != "dataset"]


def number_of(connection: Connection, token: str, newest: int) -> int:
    """Return the number of the data version that changes are asked since.

    Raises ``VersionUnknown``, ``VersionGone``, and ``Overloaded`` if it is newer than what this
    worker shows: another one was asked before.
    """
    number = versions.find(connection, token)
    if number is None:
        raise VersionUnknown
    if number > newest:
        raise Overloaded("This worker shows that data version in a moment.")
    if not versions.is_kept(connection, number):
        raise VersionGone
    return number


def number_before(connection: Connection, time: datetime, newest: int) -> int:
    """Return the number of the data version before the first one that is newer than a time."""
    later = select(func.min(DataVersion.number)).where(DataVersion.changed_at > time)
    first: int | None = connection.execute(later).scalar_one()
    return newest if first is None else min(first - 1, newest)


def count(connection: Connection, since: int, newest: int, subject: str | None) -> int:
    """Count the changes after one data version, up to another."""
    found: int = connection.execute(
        _between(select(func.count()), since, newest, subject)
    ).scalar_one()
    return found


def items(
    connection: Connection, catalog: Catalog, since: int, subject: str | None, page: tuple[int, int]
) -> list[tuple[int, Json]]:
    """Return the changes after one data version, each with the number of its own.

    ``page``: how many to pass over, and how many to return.
    """
    columns: Select[Any] = select(Change.__table__, DataVersion.token, DataVersion.changed_at)
    query = (
        _between(columns, since, catalog.number, subject)
        .join(DataVersion, DataVersion.number == Change.number)
        .order_by(Change.number, Change.subject, Change.id, Change.kind)
        .offset(page[0])
        .limit(page[1])
    )
    return [(row.number, _item(row, catalog)) for row in connection.execute(query)]


def passed(connection: Connection, first: int, last: int) -> list[Json]:
    """Return the data versions from one number to another, both included, the oldest first."""
    query = (
        select(DataVersion.token, DataVersion.changed_at, DataVersion.why)
        .where(DataVersion.number >= first, DataVersion.number <= last)
        .order_by(DataVersion.number)
    )
    return [
        {"data_version": row.token, "changed_at": utc(row.changed_at), "why": row.why}
        for row in connection.execute(query)
    ]


def utc(time: datetime) -> datetime:
    """Return a time of the database, which SQLite keeps without its zone."""
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _between(query: Select[Any], since: int, newest: int, subject: str | None) -> Select[Any]:
    query = query.select_from(Change).where(Change.number > since, Change.number <= newest)
    return query if subject is None else query.where(Change.subject == subject)


def _item(row: Any, catalog: Catalog) -> Json:
    detail = row.detail
    is_shown = row.subject == "release" and row.id in catalog.releases
    return {
        "data_version": row.token,
        "changed_at": utc(row.changed_at),
        "subject": row.subject,
        "id": row.id,
        "kind": row.kind,
        **{name: detail.get(name) for name in ("title", "source", "period", "codes")},
        "differences": [
            {"field": field, "before": before, "after": after}
            for field, before, after in detail.get("fields", ())
        ],
        "counts": [
            {"dataset": dataset, **{name: its.get(name, 0) for name in COUNTS}}
            for dataset, its in detail.get("datasets", {}).items()
        ],
        "release": row.id if is_shown else None,
    }
