"""Writes what is loaded as a bundle: a folder or a zip with a data package of Parquet files."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import JSON, Connection, Engine, select

from app import marks
from app.api.schemas.words import EVIDENCE
from app.database.models import (
    AreaEntry,
    AreaLink,
    Industry,
    Part,
    Release,
)
from app.exporting import parquet
from app.exporting.bundle_texts import readme
from app.exporting.description import Exported, ReleaseExported, manifest_of
from app.exporting.manifest import FILE
from app.exporting.resources import Field, Resource, resources

Json = dict[str, Any]

PROSE = frozenset({"descriptions", "duties"})
"""Datasets that are the publishers' sentences."""
PROSE_COLUMNS = {"job_zones": ("experience", "education", "training")}
"""The same in other datasets."""
NAMES = "entries"
"""Dataset of the occupations that a release names: in every bundle of it."""
SUFFIX = ".zip"
README = "README.md"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""Time of the files in a zip, so that the same content gives the same bytes."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which of what is loaded goes in; an empty set takes all."""

    sources: frozenset[str] = frozenset()
    releases: frozenset[str] = frozenset()
    datasets: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    prose: bool = True
    evidence: bool = True
    notices: Mapping[str, str] = field(default_factory=dict)  # release → what else to keep in mind
    takes: Callable[[Any], bool] = lambda _release: True

    def takes_release(self, release: Any) -> bool:
        """Tell whether a release goes in."""
        return (
            (not self.sources or release.source_id in self.sources)
            and (not self.releases or release.name in self.releases)
            and self.takes(release)
        )

    def leaves_out(self, part: Any) -> str:
        """Return what is left out with a part: its dataset, or areas; "" if it goes in."""
        if part.dataset != NAMES and self.datasets and part.dataset not in self.datasets:
            return str(part.dataset)
        if not self.prose and part.dataset in PROSE:
            return str(part.dataset)
        if not self.evidence and part.kind in EVIDENCE:
            return str(part.dataset)
        return "areas" if part.area and self.areas and part.area not in self.areas else ""


class NothingToExport(Exception):
    """Nothing loaded is of the selection."""


class UnfitTarget(Exception):
    """The target exists and is no bundle."""


def export_bundle(engine: Engine, target: Path, selection: Selection, title: str) -> list[Exported]:
    """Write a bundle to a folder, or to a zip if its name ends so; return its resources.

    It is written beside the target first: an export that fails leaves what was there. Raises
    ``NothingToExport``, ``UnfitTarget`` or ``OSError``.
    """
    _check(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".bundle-") as made:
        folder = Path(made)
        with snapshot(engine) as connection:
            exported = _write(connection, folder, selection, title)
        if target.suffix == SUFFIX:
            packed = folder / "packed"
            pack({path.name: path for path in folder.iterdir()}, packed)
            packed.replace(target)
        else:
            target.mkdir(exist_ok=True)
            for old in target.glob("*.parquet"):
                old.unlink()
            for new in folder.iterdir():
                shutil.move(new, target / new.name)
    return exported


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Yield a connection that sees one state of the database."""
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            yield connection.execution_options(isolation_level="REPEATABLE READ")
            return
        raw: Any = connection.connection.driver_connection
        before, raw.isolation_level = raw.isolation_level, None
        connection.exec_driver_sql("BEGIN")  # the driver begins none for a select
        try:
            yield connection
        finally:
            connection.exec_driver_sql("ROLLBACK")
            raw.isolation_level = before


def _check(target: Path) -> None:
    if target.suffix == SUFFIX or not target.exists():
        return
    if not target.is_dir():
        message = f"{target} is a file; a bundle is a folder, or a file whose name ends in .zip"
        raise UnfitTarget(message)
    foreign = [one.name for one in target.iterdir() if one.suffix != ".parquet"]
    if set(foreign) - {FILE, README}:
        message = f"{target} has other files in it ({sorted(foreign)[0]}): name a folder of its own"
        raise UnfitTarget(message)


def pack(files: Mapping[str, Path], packed: Path) -> None:
    """Write files into a zip, each under its name; Parquet is compressed already."""
    with zipfile.ZipFile(packed, "w") as archive:
        for name, path in sorted(files.items()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o644 << 16
            with path.open("rb") as stream, archive.open(entry, "w") as out:
                shutil.copyfileobj(stream, out, 1 << 20)


def _write(
    connection: Connection, folder: Path, selection: Selection, title: str
) -> list[Exported]:
    releases = list(selected(connection, selection))
    if not releases:
        message = "nothing that is loaded is of what was chosen"
        raise NothingToExport(message)
    with parquet.connected(folder) as writer:
        written = [
            write_resource(connection, writer, one, releases, folder, prose=selection.prose)
            for one in resources().values()
        ]
    exported = [one for one in written if one is not None]
    describe(manifest_of(connection, releases, exported, title), folder)
    return exported


def write_resource(
    connection: Connection,
    writer: parquet.Writer,
    resource: Resource,
    releases: Sequence[ReleaseExported],
    folder: Path,
    *,
    prose: bool = True,
    level: int = parquet.LEVEL,
) -> Exported | None:
    """Write a resource's file of releases into a folder; None if they have no row of it."""
    rows = rows_of(connection, resource, releases, prose=prose)
    if (first := next(rows, None)) is None:
        return None
    written = parquet.write(writer, resource, chain([first], rows), folder, level)
    path = folder / resource.file
    size, digest = path.stat().st_size, digest_of(path)
    return Exported(resource.name, written.rows, size, written.content, digest)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def describe(manifest: Json, folder: Path) -> None:
    """Write the manifest and the README into a folder."""
    (folder / FILE).write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2) + b"\n")
    (folder / README).write_text(readme(manifest), "utf-8")


def selected(connection: Connection, selection: Selection) -> Iterator[ReleaseExported]:
    """Yield the releases that go in, the classification first, each with parts in their order."""
    live = ~Release.superseded & ~Release.retired & ~Release.purged
    order = (Release.source_id != "soc", Release.name)
    found = connection.execute(select(Release.__table__).where(live).order_by(*order)).all()
    for row in filter(selection.takes_release, found):
        query = select(Part.__table__).where(Part.release_id == row.id, Part.to_number.is_(None))
        query = query.order_by(Part.dataset, Part.kind, Part.area, Part.industry, Part.ownership)
        parts = connection.execute(query).all()
        left_out = {selection.leaves_out(part) for part in parts} - {""}
        kept = [part for part in parts if not selection.leaves_out(part)]
        if not selection.prose:
            left_out |= {
                f"{part.dataset}.{column}"
                for part in kept
                for column in PROSE_COLUMNS.get(part.dataset, ())
            }
        if parts and {part.dataset for part in kept} <= {NAMES} and left_out:
            continue
        said = [*filter(None, [row.notice, selection.notices.get(row.name)])]
        notice = " ".join(said) or None
        release = ReleaseExported(row, kept, sorted({*row.left_out, *left_out}), notice)
        areas: Any = select(AreaEntry.__table__).where(AreaEntry.release_id == row.id)
        links: Any = select(AreaLink.__table__).where(AreaLink.release_id == row.id)
        release.areas = [
            one
            for one in connection.execute(areas.order_by(AreaEntry.code))
            if not selection.areas or one.code in selection.areas
        ]
        links = links.order_by(AreaLink.from_code, AreaLink.to_code)
        release.area_links = list(connection.execute(links))
        yield release


def rows_of(
    connection: Connection,
    resource: Resource,
    releases: Sequence[ReleaseExported],
    *,
    prose: bool = True,
) -> Iterator[Sequence[Any]]:
    """Yield the rows of a resource, a value a field."""
    if resource.model is Industry:
        used = {part.industry for one in releases for part in one.parts} - {""}
        table: Any = Industry.__table__
        query = select(table).where(table.c.code.in_(used)).order_by(table.c.code)
        yield from connection.execute(query)
    elif resource.name in {"area_entries", "area_links"}:
        for release in releases:
            of_release = release.areas if resource.model is AreaEntry else release.area_links
            for row in of_release:
                yield release.row.name, *row[1:]
    else:
        shape = _shape(resource, prose=prose)
        for release in releases:
            for part in release.parts:
                if part.dataset == resource.name:
                    told = tuple(_told(release, part, name) for name in resource.of_part)
                    for row in _of_part(connection, resource, part.id):
                        yield *told, *shape(row)


def _told(release: ReleaseExported, part: Any, name: str) -> Any:
    if name == "release":
        return release.row.name
    return getattr(part, "classification_id" if name == "classification" else name)


def _of_part(connection: Connection, resource: Resource, part: int) -> Iterator[Any]:
    table: Any = resource.model.__table__
    order = [name for name in ("code", "from_code", "to_code", "position") if name in table.c]
    query = select(*(table.c[name] for name in resource.columns)).where(table.c.part_id == part)
    query = query.order_by(*(table.c[name] for name in order))
    yield from connection.execution_options(yield_per=10_000).execute(query)


def _shape(resource: Resource, *, prose: bool) -> Callable[[Any], Sequence[Any]]:
    """Return what makes a row of the table one of the resource."""
    blank = () if prose else PROSE_COLUMNS.get(resource.name, ())
    own = [f for f in resource.fields if not f.of_part]
    changed = [(at, f) for at, f in enumerate(own) if _is_changed(resource, f) or f.name in blank]
    if not changed:
        return lambda row: row

    def shape(row: Any) -> Sequence[Any]:
        values = list(row)
        for at, one in changed:
            value = values[at]
            if value is None or one.name in blank:
                values[at] = None
            elif one.type == "number":
                values[at] = value / 100
            elif one.type == "object":
                values[at] = _marks(resource.name, value)
            else:
                values[at] = orjson.dumps(value).decode()
        return values

    return shape


def _is_changed(resource: Resource, one: Field) -> bool:
    column = resource.model.__table__.c[one.name]
    return one.name.startswith("hourly_") or one.type == "object" or isinstance(column.type, JSON)


@lru_cache(maxsize=4096)
def _marks(dataset: str, text: str) -> str | None:
    """Return a row's marks as JSON; None if no figure is null."""
    pairs = zip(marks.FIGURES[dataset], text, strict=True)
    found = {name: marks.STATUS[mark] for name, mark in pairs if mark != marks.PRESENT}
    return orjson.dumps(found).decode() if found else None
