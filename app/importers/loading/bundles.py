"""Loads a bundle in one transaction: all of its releases, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, select

from app.database.models import Classification, Source
from app.exporting.manifest import ReleaseEntry
from app.importers.bundles.opening import Bundle
from app.importers.bundles.reader import BundleReader, key_of
from app.importers.faults import BadFile
from app.importers.loading.areas import insert_areas
from app.importers.loading.completing import succeed
from app.importers.loading.crosswalk_checks import check_crosswalks
from app.importers.loading.live import insert_files, insert_release, live_release, settled
from app.importers.loading.load import Loaded, Undo, without_garbage_collection
from app.importers.loading.publishing import ensure_rows, publish, save_industries
from app.importers.loading.reader_process import can_fork, read_in_child
from app.importers.loading.writer import PartWriter, writing
from app.importers.rows import CitationRow, FileRead, PartRows, ReleaseHead


@dataclass(slots=True)
class _Coming:
    """A release of the bundle that is loaded."""

    entry: ReleaseEntry
    head: ReleaseHead
    live: Any
    id: int = 0
    rows: int = 0
    parts: int = 0


def load_bundle(
    engine: Engine,
    bundle: Bundle,
    *,
    progress: Callable[[int], None] | None = None,
    wait: float = 30.0,
    replacing: bool = False,
    dry_run: bool = False,
) -> list[Loaded]:
    """Load every release of a bundle in one transaction; return what became of each.

    ``progress`` is called with the number of rows taken so far. ``replacing``: releases may lose
    what they had. ``dry_run`` does everything but the commit. Raises an ``ImportFault``; then
    nothing changed.
    """
    reader = BundleReader(bundle)
    reader.check()
    try:
        with without_garbage_collection(), writing(engine, wait) as connection:
            loaded = write_bundle(connection, reader, progress=progress, replacing=replacing)
            if sources := sources_of(reader, loaded):
                publish(connection, f"{bundle.name} loaded", *sources)
            if dry_run:
                raise Undo
    except Undo:
        pass
    return loaded


def sources_of(reader: BundleReader, loaded: Sequence[Loaded]) -> list[str]:
    """Return the sources of the releases that were loaded."""
    pairs = zip(reader.releases, loaded, strict=True)
    return sorted({entry.source for entry, one in pairs if one.outcome == "loaded"})


def write_bundle(
    connection: Connection,
    reader: BundleReader,
    *,
    progress: Callable[[int], None] | None = None,
    replacing: bool = False,
) -> list[Loaded]:
    """Write the releases of a bundle that was checked, in a transaction that is open.

    If any is loaded, ``publish`` must follow.
    """
    _add_missing(connection, reader.bundle)
    done: dict[str, Loaded] = {}
    coming: dict[str, _Coming] = {}
    for entry in reader.releases:
        head = _head(entry)
        live = live_release(connection, head.name)
        if outcome := _settled(connection, entry, head, live, replacing=replacing):
            done[head.name] = Loaded(head.name, *outcome)
        else:
            coming[head.name] = _Coming(entry, head, live)
    if coming:
        _write(connection, reader, coming, progress)
    for one in coming.values():
        done[one.head.name] = _finish(connection, reader.bundle, one, replacing=replacing)
    return [done[entry.name] for entry in reader.releases]


def _add_missing(connection: Connection, bundle: Bundle) -> None:
    """Add the sources and classifications that the database lacks; the others stay."""
    contents = bundle.manifest.occupations
    for model, entries in ((Source, contents.sources), (Classification, contents.classifications)):
        table: Any = model.__table__
        known = set(connection.execute(select(table.c.id)).scalars())
        ensure_rows(connection, table, [e.model_dump() for e in entries if e.id not in known])


def _head(entry: ReleaseEntry) -> ReleaseHead:
    return ReleaseHead(
        name=entry.name,
        source=entry.source,
        period=entry.period,
        title=entry.title,
        source_url=entry.source_url,
        checksum=entry.checksum,
        published=entry.published,
        excerpt=entry.excerpt,
        notice=entry.notice,
        citations=tuple(CitationRow(**one.model_dump()) for one in entry.citations),
        kinds=tuple(sorted({file.kind for file in entry.files})),
        files=frozenset(file.sha256 for file in entry.files),
    )


def _settled(
    connection: Connection, entry: ReleaseEntry, head: ReleaseHead, live: Any, *, replacing: bool
) -> tuple[str, str] | None:
    """Return outcome and reason if there is nothing to load of a release."""
    is_less = live is not None and not set(live.left_out) - set(entry.left_out)
    if live is not None and not (live.excerpt or live.retired or replacing or live.purged):
        if live.checksum == head.checksum and is_less:
            return "unchanged", f"{head.name} is loaded already"
        if entry.left_out and is_less:
            return "skipped", f"{head.name} is loaded with more than the bundle has"
    return settled(connection, head, live, replace=replacing)


def _write(
    connection: Connection,
    reader: BundleReader,
    coming: dict[str, _Coming],
    progress: Callable[[int], None] | None,
) -> None:
    """Write the rows of the releases that come, and what stands beside them."""
    for one in coming.values():
        one.id = insert_release(connection, one.head, one.live, one.entry.left_out)
    writer = PartWriter(connection)
    groups = {
        (one.head.name, key_of(part)): part.groups
        for one in coming.values()
        for part in one.entry.parts
    }
    done = 0
    for run in _runs(reader, frozenset(coming)):
        one = coming[run.release]
        writer.begin(one.id, one.head.period)
        lacking = groups[run.release, run.key]
        one.rows += (rows := writer.write(run, {"groups": lacking} if lacking else {}))
        done += rows
        if progress is not None:
            progress(done)
    writer.close()
    areas, links, industries = reader.areas(), reader.area_links(), reader.industries()
    for name, one in coming.items():
        one.parts = len(one.entry.parts)
        files = [FileRead(**file.model_dump()) for file in one.entry.files]
        insert_files(connection, one.id, files, one.head.citations)
        its_areas, its_links = areas.get(name, ()), links.get(name, ())
        insert_areas(connection, one.id, one.head.period, its_areas, its_links)
        used = {part.industry for part in one.entry.parts}
        its = [industry for industry in industries if industry.code in used]
        save_industries(connection, one.head.period, one.id, its)


def _runs(reader: BundleReader, wanted: frozenset[str]) -> Iterator[PartRows]:
    """Yield the runs of rows, read by a process beside this one where that is possible."""
    if can_fork():
        return read_in_child(lambda: reader.parts(wanted), lambda: None, lambda _: None)
    return reader.parts(wanted)


def _finish(connection: Connection, bundle: Bundle, one: _Coming, *, replacing: bool) -> Loaded:
    """Check a release that was written against what was there; say what became of it."""
    name = one.head.name

    def fault_at(_classification: str, _code: str, why: str) -> BadFile:
        return BadFile(f"{bundle.name}, release {name}", why)

    check_crosswalks(connection, one.id, fault_at)
    lacking = one.entry.left_out
    succeeded = succeed(
        connection, one.head, one.live, one.id, lacking=lacking, replacing=replacing
    )
    if succeeded is None:
        return Loaded(name, "unchanged", f"{name} is loaded already")
    held = f"{one.rows:,} rows in {one.parts:,} {'part' if one.parts == 1 else 'parts'}"
    return Loaded(name, "loaded", f"{name}: {held}{succeeded[1]}", one.rows, one.parts)
