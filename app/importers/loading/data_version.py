"""Data versions as they are written: what each shows, and what need not be kept any more."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from app.database.models import Classification, DataVersion, Part, Release, ReleaseSpan, Source
from app.database.versions import DERIVATION, PROGRAM, newest
from app.importers.rows import TABLES
from app.settings import Settings


def current_version(connection: Connection) -> int:
    """Return the number of the newest data version; 0 before the first."""
    return connection.execute(newest(DataVersion.number)).scalar_one_or_none() or 0


def next_version(connection: Connection, why: str) -> int:
    """Add a data version that shows the releases that are live now; return its number."""
    number = current_version(connection) + 1
    live = select(Release.id, Release.name, Release.checksum, Release.left_out).where(
        ~Release.superseded, ~Release.retired
    )
    releases = {
        row.id: " ".join([row.name, row.checksum, *row.left_out])
        for row in connection.execute(live)
    }
    connection.execute(
        insert(DataVersion).values(
            number=number,
            token=_token(connection, list(releases.values())),
            changed_at=datetime.now(UTC),
            program=PROGRAM,
            why=why,
        )
    )
    open_ = select(ReleaseSpan.release_id).where(ReleaseSpan.to_number.is_(None))
    before = set(connection.execute(open_).scalars())
    for release in before - releases.keys():
        connection.execute(
            update(ReleaseSpan)
            .where(ReleaseSpan.release_id == release, ReleaseSpan.to_number.is_(None))
            .values(to_number=number)
        )
    for release in releases.keys() - before:
        connection.execute(insert(ReleaseSpan).values(release_id=release, from_number=number))
    _purge(connection)
    return number


def _token(connection: Connection, releases: list[str]) -> str:
    """Return a digest of the releases, of the tables that the seed keeps, and of the derivation."""
    lines = [*releases]
    for model in (Source, Classification):
        table: Any = model.__table__
        lines += [repr(tuple(row)) for row in connection.execute(select(table))]
    lines.append(f"derivation {DERIVATION}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def _purge(connection: Connection) -> None:
    """Delete the rows of releases that no version has shown for ``keep_days``."""
    latest = datetime.now(UTC) - timedelta(days=Settings().keep_days)
    kept = (
        select(ReleaseSpan.release_id)
        .outerjoin(DataVersion, DataVersion.number == ReleaseSpan.to_number)
        .where(or_(ReleaseSpan.to_number.is_(None), DataVersion.changed_at > latest))
    )
    gone = select(Release.id).where(
        or_(Release.superseded, Release.retired), ~Release.purged, Release.id.not_in(kept)
    )
    releases = list(connection.execute(gone).scalars())
    if not releases:
        return
    parts = select(Part.id).where(Part.release_id.in_(releases))
    for model in TABLES.values():
        table: Any = model.__table__
        connection.execute(delete(table).where(table.c.part_id.in_(parts)))
    connection.execute(delete(Part).where(Part.release_id.in_(releases)))
    connection.execute(update(Release).where(Release.id.in_(releases)).values(purged=True))
