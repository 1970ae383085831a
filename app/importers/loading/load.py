"""The only writer. A release is loaded, retired or restored, each in one transaction.

Readers see what was there before or what is there after. Content rows never change: a later
release of the same name supersedes the earlier one, whose rows are kept for those who read an older
data version (``app.importers.loading.data_version``).
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, insert, select, update

from app.database.hierarchy import derive_occupations
from app.database.models import (
    Citation,
    Classification,
    Industry,
    Part,
    Release,
    ReleaseFile,
    Source,
)
from app.database.part_lacks import PUBLISHERS
from app.database.versions import PROGRAM, is_derived
from app.importers.faults import (
    BadFile,
    PoorerFile,
    RowsDeleted,
    SameFigures,
    UnknownRelease,
    UnknownSource,
)
from app.importers.loading.areas import derive_areas, save_areas
from app.importers.loading.completeness import groups_lacking, in_words, judge_parts
from app.importers.loading.crosswalk_checks import FaultAt, check_crosswalks, codes_not_listed
from app.importers.loading.data_version import current_version, next_version
from app.importers.loading.latest import choose_parts
from app.importers.loading.losses import losses
from app.importers.loading.same_figures import same_as
from app.importers.loading.writer import PartWriter, writing
from app.importers.rows import IndustryRow, Reading, ReleaseHead
from app.importers.rules import SAME_FIGURES


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
    lacks: tuple[str, ...] = ()  # what its parts lack of what the publisher has, in sentences
    warnings: tuple[str, ...] = ()  # what contradicts it among what is loaded


class _Undo(Exception):
    """Rolls a dry run back."""


def load_release(
    engine: Engine,
    reading: Reading,
    *,
    progress: Callable[[int], None] | None = None,
    wait: float = 30.0,
    dry_run: bool = False,
    replace: bool = False,
    accepted: Collection[str] = (),
) -> Loaded:
    """Load one release in one transaction and return what became of it.

    ``progress`` is called with the number of rows taken so far. ``dry_run`` does everything but
    the commit. ``replace``: the release may lose what it had; ``accepted``: rules that it may
    break. Raises an ``ImportFault``, or what the reading raises; then nothing changed.
    """
    started = time.monotonic()
    try:
        with _without_garbage_collection(), writing(engine, wait) as connection:
            loaded = _load(connection, reading, started, progress, accepted, replace=replace)
            if dry_run:
                raise _Undo
    except _Undo:
        pass
    return loaded


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Rows are plain tuples without cycles: looking for cycles among them doubles the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _load(
    connection: Connection,
    reading: Reading,
    started: float,
    progress: Callable[[int], None] | None,
    accepted: Collection[str],
    *,
    replace: bool,
) -> Loaded:
    head = reading.head
    live = _live(connection, head.name)
    if settled := _settled(connection, head, live, replace=replace):
        version, spent = current_version(connection), time.monotonic() - started
        return Loaded(head.name, *settled, 0, 0, version, spent)
    writer = _write(connection, reading, live, progress)
    release = writer.release
    check_crosswalks(connection, release, reading.fault_at or _fault_of(head.name))
    if live is not None and not replace:
        _check_nothing_lost(connection, head, live, release)
    _accepted(connection, reading, release, accepted)
    if head.source in PUBLISHERS and not head.excerpt:
        _note_groups_lacking(connection, writer)
    for model, found in ((ReleaseFile, reading.files()), (Citation, head.citations)):
        if found_rows := [{"release_id": release, **asdict(one)} for one in found]:
            connection.execute(insert(model), found_rows)
    areas = save_areas(connection, release, reading)
    _save_industries(connection, head, release, reading.industries())
    version = _publish(connection, f"{head.name} loaded", head.source)
    rows, parts = sum(writer.rows.values()), len(writer.rows)
    noun = "part" if parts == 1 else "parts"
    held = f"{rows:,} rows in {parts:,} {noun}" if parts else f"{areas:,} areas"
    message = f"{head.name}: {held}"
    if live is not None and not live.purged:
        message += f"; replaces the earlier {'excerpt' if live.excerpt else 'revision'}"
    lacks = () if head.excerpt else tuple(in_words(connection, release))
    spent = time.monotonic() - started
    warnings = tuple(codes_not_listed(connection, release))
    return Loaded(head.name, "loaded", message, rows, parts, version, spent, lacks, warnings)


def _fault_of(name: str) -> FaultAt:
    """Return what makes faults of a release that is not read from one file."""
    return lambda _classification, _code, why: BadFile(name, why)


def retire(engine: Engine, name: str, *, wait: float = 30.0) -> bool:
    """Hide a release from answers; return False if it was hidden already."""
    return _set_retired(engine, name, True, wait)


def restore(engine: Engine, name: str, *, wait: float = 30.0) -> bool:
    """Show a retired release again; return False if it was not retired."""
    return _set_retired(engine, name, False, wait)


def ensure_sources(
    engine: Engine, sources: Iterable[dict[str, Any]], *, wait: float = 30.0
) -> bool:
    """Insert or update sources, mappings of the table's columns. Return whether any changed.

    Sources that are not named stay: a release may belong to them.
    """
    with writing(engine, wait) as connection:
        changed = _ensure(connection, Source.__table__, sources)
        if changed:
            derive_areas(connection)
            derive_occupations(connection)
            next_version(connection, "sources changed")
    return changed


def derive_anew(engine: Engine, *, wait: float = 30.0) -> bool:
    """Derive what another program derived otherwise. Return False if nothing was to be done.

    These are the parts shown, what they lack, and the occupations. No row of a release is read
    from a file or written.
    """
    with writing(engine, wait) as connection:
        if is_derived(connection):
            return False
        sources = connection.execute(select(Source.id).order_by(Source.id)).scalars()
        _publish(connection, f"derived anew by {PROGRAM}", *sources)
    return True


def ensure_classifications(
    engine: Engine, classifications: Iterable[dict[str, Any]], *, wait: float = 30.0
) -> bool:
    """Insert or update classifications, whose sources must be there, as ``ensure_sources`` does."""
    with writing(engine, wait) as connection:
        changed = _ensure(connection, Classification.__table__, classifications)
        if changed:
            derive_occupations(connection)
            next_version(connection, "classifications changed")
    return changed


def _ensure(connection: Connection, table: Any, rows: Iterable[dict[str, Any]]) -> bool:
    """Insert or update rows by their id. Return whether any changed."""
    before = {row.id: row._asdict() for row in connection.execute(select(table))}
    changed = [one for one in rows if before.get(one["id"]) != one]
    for one in changed:
        if one["id"] in before:
            connection.execute(update(table).where(table.c.id == one["id"]).values(**one))
        else:
            connection.execute(insert(table).values(**one))
    return bool(changed)


def _live(connection: Connection, name: str) -> Row[Any] | None:
    table: Any = Release.__table__
    query = select(table).where(table.c.name == name, ~table.c.superseded)
    return connection.execute(query).one_or_none()


def _settled(
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
    if live.checksum == head.checksum and not replace:
        return "unchanged", f"{head.name} is loaded from these very files: nothing to change"
    if head.excerpt and not live.excerpt:
        return "skipped", f"{head.name} is loaded whole: the excerpt adds nothing"
    if not (live.excerpt or live.retired or replace):
        files = _files(connection, live)
        kinds = set(files.values())
        missing = kinds.difference(head.kinds)
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
    """Raise ``PoorerFile`` if the release loaded has notably more than the one given now."""
    if live.excerpt or live.retired:
        return
    if lost := list(losses(connection, live.id, release)):
        raise PoorerFile(head.name, lost, _files(connection, live))


def _accepted(
    connection: Connection, reading: Reading, release: int, accepted: Collection[str]
) -> None:
    """Note on the release what was accepted of all of it. Raises ``SameFigures``."""
    said = [*filter(None, [reading.head.notice]), *reading.notices()]
    found = None if reading.head.excerpt else same_as(connection, release)
    if found is not None:
        fault = SameFigures(reading.head.name, *found)
        if SAME_FIGURES not in accepted:
            raise fault
        said.append(f"Accepted at import: {fault.what}.")
    notice = " ".join(said) or None
    if notice != reading.head.notice:
        connection.execute(update(Release).where(Release.id == release).values(notice=notice))


def _write(
    connection: Connection,
    reading: Reading,
    live: Row[Any] | None,
    progress: Callable[[int], None] | None,
) -> PartWriter:
    head = reading.head
    highest = connection.execute(select(func.max(Part.id))).scalar_one()
    if live is not None:
        connection.execute(update(Release).where(Release.id == live.id).values(superseded=True))
    columns = Release.__table__.columns.keys()
    values = {name: value for name, value in asdict(head).items() if name in columns}
    values |= {"source_id": head.source, "loaded_at": datetime.now(UTC)}
    release = connection.execute(
        insert(Release).values(**values, retired=False, superseded=False).returning(Release.id)
    ).scalar_one()
    writer = PartWriter(connection, release, head.period, (highest or 0) + 1)
    done = 0
    for run in reading.parts:
        done += writer.write(run.key, run.rows, run.detail)
        if progress is not None:
            progress(done)
    writer.close()
    return writer


def _save_industries(
    connection: Connection, head: ReleaseHead, release: int, rows: Iterable[IndustryRow]
) -> None:
    """Insert industries. A known one takes the name of the newest period."""
    table: Any = Industry.__table__
    before = {row.code: row for row in connection.execute(select(table))}
    others = (
        select(Part.industry, func.max(Part.period))
        .where(Part.release_id != release)
        .group_by(Part.industry)
    )
    newest: dict[str, str] = {row[0]: row[1] for row in connection.execute(others)}
    new = []
    for row in {row.code: row for row in rows}.values():
        if row.code not in before:
            new.append(row._asdict())
        elif tuple(before[row.code]) != tuple(row) and head.period >= newest.get(row.code, ""):
            changed = update(table).where(table.c.code == row.code).values(**row._asdict())
            connection.execute(changed)
    if new:
        connection.execute(insert(table), new)


def _note_groups_lacking(connection: Connection, writer: PartWriter) -> None:
    """Note in the new parts which major groups each lacks; ``judge_parts`` does the rest."""
    columns = (Part.id, Part.dataset, Part.kind, Part.area, Part.industry, Part.ownership)
    parts = connection.execute(select(*columns).where(Part.release_id == writer.release)).all()
    for part, groups in groups_lacking(connection, parts, writer.codes).items():
        lacks = {"whole": False, "lacks": {"groups": groups}}
        connection.execute(update(Part).where(Part.id == part).values(**lacks))


def _publish(connection: Connection, why: str, *sources: str) -> int:
    """Bring up to date what follows from the parts of sources; return the new data version."""
    for source in sources:
        judge_parts(connection, source)
        choose_parts(connection, source)
    derive_areas(connection)
    derive_occupations(connection)
    return next_version(connection, why)


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
        if live.purged:
            raise RowsDeleted(name)
        connection.execute(update(Release).where(Release.id == live.id).values(retired=retired))
        if not retired:
            check_crosswalks(connection, live.id, _fault_of(name))
        _publish(connection, f"{name} {'retired' if retired else 'restored'}", live.source_id)
    return True
