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
from dataclasses import dataclass
from dataclasses import replace as changed
from typing import Any

from sqlalchemy import Connection, Engine, Row, select, update

from app.database.models import Classification, Part, Release, Source
from app.database.part_lacks import PUBLISHERS
from app.database.versions import PROGRAM, is_derived
from app.importers.faults import BadFile, RowsDeleted, SameFigures, UnknownRelease
from app.importers.loading.areas import save_areas
from app.importers.loading.completeness import groups_lacking, in_words
from app.importers.loading.completing import succeed
from app.importers.loading.crosswalk_checks import FaultAt, check_crosswalks, codes_not_listed
from app.importers.loading.data_version import current_version
from app.importers.loading.live import insert_files, insert_release, live_release, settled
from app.importers.loading.publishing import ensure_rows, publish, save_industries
from app.importers.loading.same_figures import same_as
from app.importers.loading.writer import PartWriter, writing
from app.importers.rows import Reading
from app.importers.rules import SAME_FIGURES


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a release: ``outcome`` is loaded, unchanged, retired or skipped."""

    name: str
    outcome: str
    message: str
    rows: int = 0
    parts: int = 0
    seconds: float = 0.0
    release: int = 0  # its id in the database
    version: int = 0
    lacks: tuple[str, ...] = ()  # what its parts lack of what the publisher has, in sentences
    warnings: tuple[str, ...] = ()  # what contradicts it among what is loaded


class Undo(Exception):
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
    try:
        with without_garbage_collection(), writing(engine, wait) as connection:
            loaded = _load(connection, reading, progress, accepted, replacing=replace)
            if dry_run:
                raise Undo
    except Undo:
        pass
    return loaded


def _load(
    connection: Connection,
    reading: Reading,
    progress: Callable[[int], None] | None,
    accepted: Collection[str],
    *,
    replacing: bool,
) -> Loaded:
    began = time.monotonic()
    loaded = write_release(
        connection, reading, progress=progress, accepted=accepted, replacing=replacing
    )
    if loaded.outcome != "loaded":
        return changed(loaded, version=current_version(connection))
    version = publish(connection, f"{loaded.name} loaded", reading.head.source)
    lacks = () if reading.head.excerpt else tuple(in_words(connection, loaded.release))
    spent = time.monotonic() - began
    return changed(loaded, version=version, lacks=lacks, seconds=spent)


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Rows are plain tuples without cycles: looking for cycles among them doubles the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def write_release(
    connection: Connection,
    reading: Reading,
    *,
    progress: Callable[[int], None] | None = None,
    accepted: Collection[str] = (),
    replacing: bool = False,
) -> Loaded:
    """Write one release in a transaction that is open. If it is loaded, ``publish`` must follow."""
    started = time.monotonic()
    head = reading.head
    live = live_release(connection, head.name)
    if outcome := settled(connection, head, live, replace=replacing):
        return Loaded(head.name, *outcome, seconds=time.monotonic() - started)
    writer = _write(connection, reading, live, progress)
    release = writer.release
    check_crosswalks(connection, release, reading.fault_at or _fault_of(head.name))
    _accepted(connection, reading, release, accepted)
    if head.source in PUBLISHERS and not head.excerpt:
        _note_groups_lacking(connection, writer)
    insert_files(connection, release, reading.files(), head.citations)
    areas = save_areas(connection, release, reading)
    save_industries(connection, head.period, release, reading.industries())
    rows, parts = sum(writer.rows.values()), len(writer.rows)
    held = f"{rows:,} rows in {parts:,} {'part' if parts == 1 else 'parts'}"
    succeeded = succeed(connection, head, live, release, replacing=replacing)
    spent = time.monotonic() - started
    if succeeded is None:
        return Loaded(head.name, "unchanged", f"{head.name} is loaded already", seconds=spent)
    release, said = succeeded
    message = f"{head.name}: {held if parts else f'{areas:,} areas'}{said}"
    warnings = tuple(codes_not_listed(connection, release))
    return Loaded(head.name, "loaded", message, rows, parts, spent, release, warnings=warnings)


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
        changed = ensure_rows(connection, Source.__table__, sources)
        if changed:
            publish(connection, "sources changed")
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
        publish(connection, f"derived anew by {PROGRAM}", *sources)
    return True


def ensure_classifications(
    engine: Engine, classifications: Iterable[dict[str, Any]], *, wait: float = 30.0
) -> bool:
    """Insert or update classifications, whose sources must be there, as ``ensure_sources`` does."""
    with writing(engine, wait) as connection:
        changed = ensure_rows(connection, Classification.__table__, classifications)
        if changed:
            publish(connection, "classifications changed")
    return changed


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
    writer = PartWriter(connection)
    writer.begin(insert_release(connection, reading.head, live), reading.head.period)
    done = 0
    for run in reading.parts:
        done += writer.write(run)
        if progress is not None:
            progress(done)
    writer.close()
    return writer


def _note_groups_lacking(connection: Connection, writer: PartWriter) -> None:
    """Note in the new parts which major groups each lacks; ``judge_parts`` does the rest."""
    columns = (Part.id, Part.dataset, Part.kind, Part.area, Part.industry, Part.ownership)
    parts = connection.execute(select(*columns).where(Part.release_id == writer.release)).all()
    for part, groups in groups_lacking(connection, parts, writer.codes).items():
        lacks = {"whole": False, "lacks": {"groups": groups}}
        connection.execute(update(Part).where(Part.id == part).values(**lacks))


def _set_retired(engine: Engine, name: str, retired: bool, wait: float) -> bool:
    with writing(engine, wait) as connection:
        live = live_release(connection, name)
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
        publish(connection, f"{name} {'retired' if retired else 'restored'}", live.source_id)
    return True
