"""Writes the export folder: each dataset as Parquet, csv and NDJSON, and the whole as a bundle.

A dataset is made from the parts that show it, which never change. So what the index says it was
made from tells whether it must be written again, without reading a row. Files get the names of
their contents: a new one replaces none, and whoever reads an old one can finish.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import orjson
from sqlalchemy import Connection, Engine, select

from app.database.models import DataVersion, Source
from app.database.versions import newest
from app.exporting import parquet
from app.exporting.bundle_writer import (
    README,
    Selection,
    describe,
    digest_of,
    pack,
    rows_of,
    selected,
    snapshot,
    write_resource,
)
from app.exporting.conversions import write_csv, write_ndjson
from app.exporting.description import LOADED, Exported, ReleaseExported, manifest_of
from app.exporting.export_index import (
    FORMAT,
    INDEX,
    LICENCE,
    PACKAGE,
    Entry,
    Index,
    Licence,
    read_index,
)
from app.exporting.export_texts import licence_text
from app.exporting.manifest import FILE
from app.exporting.resources import Resource, resources

LEVEL = 3
"""Of zstd: 3 percent larger than the box's, in half the time."""
LOCK = ".lock"
MAKING = ".making-"
"""Beginning of the folder in which files are made."""
OURS = re.compile(r"[A-Za-z_]+(-[a-z_]+)*-[0-9a-f]{16}\.(parquet|csv|ndjson|zip|json|txt)")
FORMATS = ("parquet", "csv", "ndjson")


class ExportFailed(Exception):
    """The folder cannot be written; what the index names is as it was."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of an export."""

    index: Index
    written: list[Entry]


def write_exports(engine: Engine, folder: Path) -> Report:
    """Bring the folder up to the newest data version; only what changed is written.

    All is read in one transaction. Raises ``ExportFailed``.
    """
    try:
        with _locked(folder), snapshot(engine) as connection:
            before = read_index(folder)
            _clean(folder, before)
            try:
                with tempfile.TemporaryDirectory(dir=folder, prefix=MAKING) as making:
                    run = _Run(connection, folder, Path(making), before)
                    index = run.index()
            finally:
                _clean(folder, read_index(folder))
            return Report(index, run.written)
    except (OSError, duckdb.Error) as error:
        why = getattr(error, "strerror", None) or str(error).splitlines()[0]
        message = f"the exports cannot be written to {folder}: {why}"
        raise ExportFailed(message) from error


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Make the folder, and wait for another export into it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _clean(folder: Path, index: Index | None) -> None:
    """Delete what an export left that did not end, and files that no entry names."""
    named = {one.name for one in (*index.entries, *index.previous)} if index else set()
    for path in folder.iterdir():
        if path.name.startswith(MAKING):
            for left in path.iterdir():
                left.unlink()
            path.rmdir()
        elif OURS.fullmatch(path.name) and path.name not in named:
            path.unlink()


@dataclass(slots=True)
class _Run:
    """One export."""

    connection: Connection
    folder: Path
    making: Path
    before: Index | None
    licences: list[Licence] = field(default_factory=list)
    written: list[Entry] = field(default_factory=list)
    now: str = field(default_factory=lambda: f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")

    def index(self) -> Index:
        """Write what is missing, then the index; return it."""
        version = self.connection.execute(newest(DataVersion.number, DataVersion.token)).first()
        number, token = version or (0, "")
        releases = list(selected(self.connection, Selection(evidence=False)))
        self.licences = self._licences(releases)
        entries: list[Entry] = []
        exported: list[Exported] = []
        with parquet.connected(self.making) as writer:
            for resource in resources().values():
                its = [one for one in releases if _has(one, resource)]
                made = self._resource(writer, resource, its, releases)
                entries += made
                exported += [
                    Exported(resource.name, one.rows or 0, one.bytes, one.content, one.digest)
                    for one in made
                    if one.format == "parquet"
                ]
        if exported:
            entries += self._package(releases, exported, entries)
        return self._publish(number, token, entries)

    def _publish(self, number: int, token: str, entries: list[Entry]) -> Index:
        before = self.before
        if before and (before.number, before.licences, before.entries) == (
            *(number, self.licences, entries),
        ):
            return before
        names = {one.name for one in entries}
        was = (before.entries, before.previous) if before else ()
        gone, earlier = ([one for one in its if one.name not in names] for its in was or ([], []))
        index = Index(
            format=FORMAT,
            number=number,
            data_version=token,
            created_at=self.now,
            licences=self.licences,
            entries=entries,
            previous=gone or earlier,
        )
        path = self.making / INDEX
        path.write_bytes(orjson.dumps(index.model_dump(), option=orjson.OPT_INDENT_2) + b"\n")
        _to_disk(path)
        path.replace(self.folder / INDEX)
        return index

    def _resource(
        self,
        writer: parquet.Writer,
        resource: Resource,
        its: Sequence[ReleaseExported],
        releases: Sequence[ReleaseExported],
    ) -> list[Entry]:
        """Return the entries of a resource, and write those that are not there."""
        if not its:
            return []
        made_from = _made_from(self.connection, resource, its, releases)
        names, sources = [one.row.name for one in its], _sources(its)
        found = [self._found(f"{resource.name}.{format_}", made_from) for format_ in FORMATS]
        kept = [
            one.model_copy(update={"releases": names, "sources": sources})
            for one in found
            if one is not None
        ]
        if len(kept) == len(FORMATS):
            return [*kept, self._licence(resource.name, kept[0])]
        exported = write_resource(
            self.connection, writer, resource, releases, self.making, level=LEVEL
        )
        if exported is None:
            return []
        file = self.making / resource.file
        csv, ndjson = file.with_suffix(".csv"), file.with_suffix(".ndjson")
        write_csv(writer, resource, file, csv)
        write_ndjson(writer, resource, file, ndjson, exported.rows)
        about: dict[str, Any] = {
            "dataset": resource.name,
            "rows": exported.rows,
            "releases": names,
            "sources": sources,
            "made_from": made_from,
        }
        kept = [
            self._entry(file, **about, content=exported.content),
            self._entry(csv, **about),
            self._entry(ndjson, **about),
        ]
        return [*kept, self._licence(resource.name, kept[0])]

    def _package(
        self,
        releases: Sequence[ReleaseExported],
        exported: Sequence[Exported],
        entries: Sequence[Entry],
    ) -> list[Entry]:
        """Return the bundle of all resources, and the descriptor of the files beside it."""
        manifest = manifest_of(self.connection, releases, exported, LOADED)
        describe(manifest, self.making)
        files = {f"{one.dataset}.parquet": one for one in entries if one.format == "parquet"}
        about: dict[str, Any] = {
            "dataset": None,
            "rows": sum(one.rows for one in exported),
            "releases": [one.row.name for one in releases],
            "sources": _sources(releases),
            "made_from": digest_of(self.making / FILE),
        }
        package = self._found(f"{PACKAGE}.zip", about["made_from"])
        if package is None:
            target = self.making / f"{PACKAGE}.zip"
            parts = {name: self.folder / one.name for name, one in files.items()}
            pack(parts | {name: self.making / name for name in (FILE, README)}, target)
            package = self._entry(target, **about)
        for one in manifest["resources"]:
            one["path"] = files[one["path"]].name  # beside the descriptor
        described = self.making / FILE
        described.write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2) + b"\n")
        descriptor = self._entry(described, **{**about, "rows": None})
        return [package, descriptor, self._licence(PACKAGE, package)]

    def _licence(self, what: str, entry: Entry) -> Entry:
        """Return the entry of the text about an entry's licences."""
        path = self.making / f"{LICENCE}-{what}.txt"
        its = [one for one in self.licences if one.source in entry.sources]
        path.write_text(licence_text(what, entry.releases, its), "utf-8")
        return self._entry(
            path,
            dataset=entry.dataset,
            rows=None,
            releases=entry.releases,
            sources=entry.sources,
            made_from="",
        )

    def _licences(self, releases: Sequence[ReleaseExported]) -> list[Licence]:
        used = {one.row.source_id for one in releases}
        table: Any = Source.__table__
        return [
            Licence(
                source=row.id,
                publisher=row.publisher,
                name=row.licence,
                url=row.licence_url,
                attribution=row.attribution,
            )
            for row in self.connection.execute(select(table).order_by(table.c.rank))
            if row.id in used
        ]

    def _found(self, newest_name: str, made_from: str) -> Entry | None:
        """Return an entry that was made from the same before, if its file is still there."""
        return self._known(lambda one: (one.newest, one.made_from) == (newest_name, made_from))

    def _known(self, is_it: Callable[[Entry], bool]) -> Entry | None:
        for one in (*self.before.entries, *self.before.previous) if self.before else ():
            path = self.folder / one.name
            if is_it(one) and path.is_file() and path.stat().st_size == one.bytes:
                return one
        return None

    def _entry(self, path: Path, **about: Any) -> Entry:
        """Return the entry of a file that was made, and move the file to its place."""
        digest = digest_of(path)
        name = f"{path.stem}-{digest[:16]}{path.suffix}"
        known = self._known(lambda one: one.name == name)
        entry = Entry(
            name=name,
            newest=path.name,
            format=path.suffix[1:],
            bytes=path.stat().st_size,
            digest=digest,
            created_at=known.created_at if known else self.now,
            **about,
        )
        if known is None:
            _to_disk(path)
            path.replace(self.folder / name)
            self.written.append(entry)
        return entry


def _has(release: ReleaseExported, resource: Resource) -> bool:
    """Tell whether a release has rows of a resource."""
    if resource.name == "area_entries":
        return bool(release.areas)
    if resource.name == "area_links":
        return bool(release.area_links)
    if resource.name == "industries":
        return any(part.industry for part in release.parts)
    return any(part.dataset == resource.name for part in release.parts)


def _made_from(
    connection: Connection,
    resource: Resource,
    its: Sequence[ReleaseExported],
    releases: Sequence[ReleaseExported],
) -> str:
    """Return a digest of what a resource is made from: its releases, and their parts or rows."""
    digest = hashlib.sha256()
    told: list[Any] = [parquet.WRITER, LEVEL, [[f.name, f.column] for f in resource.fields]]
    for one in its:
        told.append([one.row.name, one.row.checksum, one.row.loaded_at])
        told += [
            [p.id, p.kind, p.area, p.industry, p.ownership, p.classification_id, p.rows]
            for p in one.parts
            if p.dataset == resource.name
        ]
    if resource.name in {"area_entries", "area_links", "industries"}:  # of no part, and few
        told += [list(row) for row in rows_of(connection, resource, releases)]
    for one in told:
        digest.update(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE))
    return digest.hexdigest()


def _sources(releases: Sequence[ReleaseExported]) -> list[str]:
    return sorted({one.row.source_id for one in releases})


def _to_disk(path: Path) -> None:
    """Have a file written to disk, before the index names it."""
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
