"""The only writer: a release goes in, is retired or restored, each in one transaction.

Readers see what was there before or what is there after. Content rows are never changed: a later
release of the same name supersedes the earlier one, whose rows go at the first load that comes
more than ``GRACE`` after, when no answer can still be under way from them.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, update
from sqlalchemy.orm import aliased

from app.database.models import (
    Area,
    Citation,
    DataVersion,
    Industry,
    Part,
    Release,
    ReleaseFile,
    Source,
)
from app.importers.faults import PoorerFile, UnknownRelease, UnknownSource
from app.importers.loading.hierarchy import derive_occupations
from app.importers.loading.latest import choose_parts, next_version
from app.importers.loading.writer import PartWriter, writing
from app.importers.rows import TABLES, FileRead, Reading, ReleaseHead

GRACE = timedelta(seconds=60)
RICHER = {"projections_csv": "projections_workbook"}
"""Kind of file → the kind that holds all of it and more."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a release: ``outcome`` is loaded, unchanged, retired or skipped."""

    name: str
    outcome: str
    message: str
    rows: int
    parts: int
    version: int
    seconds: float


class _Undo(Exception):
    pass


def load_release(
    engine: Engine,
    reading: Reading,
    *,
    progress: Callable[[int], None] | None = None,
    wait: float = 30.0,
    dry_run: bool = False,
) -> Loaded:
    """Load one release in one transaction and return what became of it.

    ``progress`` is called with the rows taken so far. With ``dry_run`` everything is done but the
    commit. Raises an ``ImportFault``, or what the reading raises; then nothing changed.
    """
    head = reading.head
    started = time.monotonic()
    loaded: Loaded | None = None
    # Rows are plain tuples without cycles: looking for cycles among them doubles the time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        with writing(engine, wait) as connection:
            live = _live(connection, head.name)
            said = _settled(connection, head, live)
            if said is not None:
                number = connection.execute(select(DataVersion.number)).scalar_one_or_none()
                spent = time.monotonic() - started
                return Loaded(head.name, said[0], said[1], 0, 0, number or 0, spent)
            writer = _write(connection, reading, live, progress)
            if live is not None:
                _check_nothing_lost(connection, head, live, writer.release)
            _describe(connection, writer.release, head, reading.files())
            _places(connection, head, writer.release, Area, reading.areas())
            _places(connection, head, writer.release, Industry, reading.industries())
            number = _settle(connection, head.source)
            rows = sum(writer.rows.values())
            said_now = f"{head.name}: {rows:,} rows in {len(writer.rows):,} parts"
            if live is not None:
                said_now += f"; replaces the {'excerpt' if live.excerpt else 'revision'} of before"
            spent = time.monotonic() - started
            loaded = Loaded(head.name, "loaded", said_now, rows, len(writer.rows), number, spent)
            if dry_run:
                raise _Undo
    except _Undo:
        pass
    finally:
        if collecting:
            gc.enable()
    assert loaded is not None  # noqa: S101 - _Undo is raised after it is set
    return loaded


def retire(engine: Engine, name: str, *, wait: float = 30.0) -> bool:
    """Hide a release from answers; return False if it was hidden already."""
    return _set_retired(engine, name, True, wait)


def restore(engine: Engine, name: str, *, wait: float = 30.0) -> bool:
    """Show a retired release again; return False if it was not retired."""
    return _set_retired(engine, name, False, wait)


def ensure_sources(
    engine: Engine, sources: Iterable[dict[str, Any]], *, wait: float = 30.0
) -> bool:
    """Make the table of sources hold ``sources`` (its columns as keys); return whether it changed.

    Sources that are not named stay: a release may stand under them.
    """
    table: Any = Source.__table__
    with writing(engine, wait) as connection:
        before = {row.id: row._asdict() for row in connection.execute(select(table))}
        changed = [one for one in sources if before.get(one["id"]) != one]
        for one in changed:
            if one["id"] in before:
                connection.execute(update(table).where(table.c.id == one["id"]).values(**one))
            else:
                connection.execute(insert(table).values(**one))
        if changed:
            derive_occupations(connection)
            next_version(connection)
    return bool(changed)


def _live(connection: Connection, name: str) -> Row[Any] | None:
    table: Any = Release.__table__
    return connection.execute(
        select(table).where(table.c.name == name, ~table.c.superseded)
    ).one_or_none()


def _settled(
    connection: Connection, head: ReleaseHead, live: Row[Any] | None
) -> tuple[str, str] | None:
    """Return outcome and reason if there is nothing to load; raise if loading would lose data."""
    if connection.execute(select(Source.id).where(Source.id == head.source)).first() is None:
        raise UnknownSource(head.source)
    if live is None:
        return None
    if live.retired and (head.excerpt or live.checksum == head.checksum):
        return "retired", (
            f"{head.name} is loaded but retired: show it again with "
            f"`occupations releases restore {head.name}`"
        )
    if live.checksum == head.checksum:
        return "unchanged", f"{head.name} is loaded from these very files: nothing to change"
    if head.excerpt and not live.excerpt:
        return "skipped", f"{head.name} is loaded whole: the excerpt adds nothing"
    if not live.excerpt and not live.retired:
        files = _files(connection, live)
        kinds = set(files.values())
        missing = {k for k in kinds if k not in head.kinds and RICHER.get(k) not in head.kinds}
        if missing and head.kinds:
            raise PoorerFile(head.name, sorted(missing), files)
    return None


def _files(connection: Connection, live: Row[Any]) -> dict[str, str]:
    """Return name → kind of the files that a release was loaded from."""
    found = connection.execute(
        select(ReleaseFile.name, ReleaseFile.kind).where(ReleaseFile.release_id == live.id)
    )
    return {row.name: row.kind for row in found}


def _check_nothing_lost(
    connection: Connection, head: ReleaseHead, live: Row[Any], release: int
) -> None:
    """Raise ``PoorerFile`` if the release loaded has wages of areas or industries not given now."""
    if live.excerpt or live.retired:
        return
    before, now = (
        {
            (row.area, row.industry, row.ownership)
            for row in connection.execute(
                select(Part.area, Part.industry, Part.ownership).where(
                    Part.release_id == one, Part.dataset == "wages"
                )
            )
        }
        for one in (live.id, release)
    )
    lost = [
        f"area {area}, industry {industry}, ownership {ownership}"
        for area, industry, ownership in sorted(before - now)
    ]
    if lost:
        raise PoorerFile(head.name, lost, _files(connection, live))


def _write(
    connection: Connection,
    reading: Reading,
    live: Row[Any] | None,
    progress: Callable[[int], None] | None,
) -> PartWriter:
    head = reading.head
    # Before old parts go: a part's id is never given out twice, or a cached answer could lie.
    highest = connection.execute(select(func.max(Part.id))).scalar_one()
    _purge(connection)
    if live is not None:
        connection.execute(update(Release).where(Release.id == live.id).values(superseded=True))
    release = connection.execute(
        insert(Release)
        .values(
            name=head.name,
            source_id=head.source,
            period=head.period,
            title=head.title,
            published=head.published,
            source_url=head.source_url,
            checksum=head.checksum,
            excerpt=head.excerpt,
            retired=False,
            superseded=False,
            loaded_at=datetime.now(UTC),
            notice=head.notice,
        )
        .returning(Release.id)
    ).scalar_one()
    writer = PartWriter(connection, release, head.period, (highest or 0) + 1)
    done = 0
    for run in reading.parts:
        done += writer.write(run.key, run.rows, run.detail)
        if progress is not None:
            progress(done)
    writer.close()
    return writer


def _purge(connection: Connection) -> None:
    """Delete releases superseded long enough ago: by a release of the same name that old."""
    newer = aliased(Release)
    old = list(
        connection.execute(
            select(Release.id).where(
                Release.superseded,
                select(newer.id)
                .where(
                    newer.name == Release.name,
                    newer.id > Release.id,
                    newer.loaded_at < datetime.now(UTC) - GRACE,
                )
                .exists(),
            )
        ).scalars()
    )
    if not old:
        return
    parts = select(Part.id).where(Part.release_id.in_(old))
    for model in TABLES.values():
        table: Any = model.__table__
        connection.execute(delete(table).where(table.c.part_id.in_(parts)))
    connection.execute(delete(Release).where(Release.id.in_(old)))


def _describe(
    connection: Connection, release: int, head: ReleaseHead, files: Iterable[FileRead]
) -> None:
    read = [
        {
            "release_id": release,
            "name": f.name,
            "kind": f.kind,
            "sha256": f.sha256,
            "bytes": f.bytes,
            "rows_read": f.rows_read,
            "rows_loaded": f.rows_loaded,
            "left_out": f.left_out,
        }
        for f in files
    ]
    if read:
        connection.execute(insert(ReleaseFile), read)
    if head.citations:
        connection.execute(
            insert(Citation),
            [
                {
                    "release_id": release,
                    "number": c.number,
                    "publisher": c.publisher,
                    "title": c.title,
                    "accessed": c.accessed,
                    "locator": c.locator,
                }
                for c in head.citations
            ],
        )


def _places(
    connection: Connection,
    head: ReleaseHead,
    release: int,
    model: type[Area] | type[Industry],
    rows: Iterable[Any],
) -> None:
    """Insert areas or industries; one that is known takes the name of the newest period."""
    table: Any = model.__table__
    used: Any = Part.area if model is Area else Part.industry
    before = {row.code: row for row in connection.execute(select(table))}
    periods: dict[str, str] = {
        one.code: one.newest
        for one in connection.execute(
            select(used.label("code"), func.max(Part.period).label("newest"))
            .where(Part.release_id != release)
            .group_by(used)
        )
    }
    new = []
    for row in {row.code: row for row in rows}.values():
        if row.code not in before:
            new.append(row._asdict())
        elif tuple(before[row.code]) != tuple(row) and head.period >= periods.get(row.code, ""):
            connection.execute(
                update(table).where(table.c.code == row.code).values(**row._asdict())
            )
    if new:
        connection.execute(insert(table), new)


def _settle(connection: Connection, source: str) -> int:
    choose_parts(connection, source)
    derive_occupations(connection)
    return next_version(connection)


def _set_retired(engine: Engine, name: str, retired: bool, wait: float) -> bool:
    with writing(engine, wait) as connection:
        live = _live(connection, name)
        if live is None:
            known = connection.execute(
                select(Release.name).where(~Release.superseded).order_by(Release.name)
            ).scalars()
            raise UnknownRelease(name, list(known))
        if live.retired == retired:
            return False
        connection.execute(update(Release).where(Release.id == live.id).values(retired=retired))
        _settle(connection, live.source_id)
    return True
