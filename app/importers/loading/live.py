"""The release of a name that is live, whether another may take its place, and that other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from app.database.models import Citation, Release, ReleaseFile, Source
from app.importers.faults import PoorerFile, UnknownSource
from app.importers.loading.losses import losses
from app.importers.rows import CitationRow, FileRead, ReleaseHead


def live_release(connection: Connection, name: str) -> Row[Any] | None:
    """Return the release of this name that is not superseded."""
    table: Any = Release.__table__
    query = select(table).where(table.c.name == name, ~table.c.superseded)
    return connection.execute(query).one_or_none()


def settled(
    connection: Connection, head: ReleaseHead, live: Row[Any] | None, *, replace: bool
) -> tuple[str, str] | None:
    """Return outcome and reason if there is nothing to load; raise if loading would lose data."""
    if connection.execute(select(Source.id).where(Source.id == head.source)).first() is None:
        raise UnknownSource(head.source)
    if live is None or live.purged:
        return None
    if live.retired and (head.excerpt or live.checksum == head.checksum):
        return "retired", (
            f"{head.name} is loaded but retired: show it again with "
            f"`occupations releases restore {head.name}`"
        )
    if not (live.left_out or live.retired or replace) and _has_files(connection, live, head):
        return "unchanged", f"{head.name} is loaded already, from these very files"
    if head.excerpt and not live.excerpt:
        return "skipped", f"{head.name} is loaded whole: the excerpt adds nothing"
    if not (live.excerpt or live.retired or live.left_out or replace):
        files = files_of(connection, live)
        kinds = set(files.values())
        missing = kinds.difference(head.kinds)
        if missing and head.kinds:
            raise PoorerFile(head.name, sorted(missing), files)
    return None


def _has_files(connection: Connection, live: Row[Any], head: ReleaseHead) -> bool:
    """Tell whether a release was loaded from all files of another."""
    if live.checksum == head.checksum:
        return True
    known = select(ReleaseFile.sha256).where(ReleaseFile.release_id == live.id)
    return bool(head.files) and head.files <= set(connection.execute(known).scalars())


def files_of(connection: Connection, live: Row[Any]) -> dict[str, str]:
    """Return name → kind of the files that a release was loaded from."""
    found = connection.execute(
        select(ReleaseFile.name, ReleaseFile.kind).where(ReleaseFile.release_id == live.id)
    )
    return {row.name: row.kind for row in found}


def check_nothing_lost(
    connection: Connection, head: ReleaseHead, live: Row[Any], release: int
) -> None:
    """Raise ``PoorerFile`` if the release loaded has notably more than the one given now."""
    if live.excerpt or live.retired:
        return
    if lost := list(losses(connection, live.id, release)):
        raise PoorerFile(head.name, lost, files_of(connection, live))


def insert_release(
    connection: Connection, head: ReleaseHead, live: Row[Any] | None, left_out: Sequence[str] = ()
) -> int:
    """Insert a release that supersedes the one that is live; return its id."""
    if live is not None:
        connection.execute(update(Release).where(Release.id == live.id).values(superseded=True))
    columns = Release.__table__.columns.keys()
    values = {name: value for name, value in asdict(head).items() if name in columns}
    values |= {"source_id": head.source, "loaded_at": datetime.now(UTC)}
    new = insert(Release).values(**values, left_out=list(left_out), retired=False, superseded=False)
    return connection.execute(new.returning(Release.id)).scalar_one()


def insert_files(
    connection: Connection,
    release: int,
    files: Iterable[FileRead],
    citations: Iterable[CitationRow],
) -> None:
    """Insert what a release was read from, and what it cites."""
    for model, found in ((ReleaseFile, files), (Citation, citations)):
        if rows := [{"release_id": release, **asdict(one)} for one in found]:
            connection.execute(insert(model), rows)
