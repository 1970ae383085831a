"""Opens a bundle, a folder or a zip, and reads its manifest. Nothing of it is trusted."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from pydantic import ValidationError

from app.exporting.manifest import FILE, FORMAT, Manifest, ResourceEntry
from app.exporting.resources import LATER, resources
from app.importers.faults import BadFile
from app.importers.reading.formats import START, format_of
from app.importers.reading.opening import open_regular, special
from app.importers.reading.zips import check_totals, opened_zip, unfit

MOST_MANIFEST = 32 << 20
"""Bytes of ``datapackage.json``; the box's is 0.4 MB."""
MAGIC = b"PAR1"
SUFFIX = ".zip"


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle whose manifest is sound and whose files are those that it names."""

    name: str
    folder: Path
    manifest: Manifest

    def path(self, resource: ResourceEntry) -> Path:
        """Return where a resource lies."""
        return self.folder / resource.path


def is_bundle(path: Path) -> bool:
    """Tell whether a folder or a zip has a manifest. What cannot be read is none."""
    try:
        if path.is_dir():
            return (path / FILE).is_file()
        if path.suffix.lower() != SUFFIX:
            return False
        with opened_zip(path.resolve(), path.name, "zip") as archive:
            return FILE in archive.namelist()
    except (BadFile, OSError):
        return False


@contextmanager
def opened_bundle(path: Path) -> Iterator[Bundle]:
    """Yield a bundle; a zip is unpacked until it is left. Raises ``BadFile``."""
    place = path.resolve()
    if place.is_dir():
        yield _checked(path.name, place)
        return
    with tempfile.TemporaryDirectory(prefix="occupations-bundle-") as made:
        folder = Path(made)
        with opened_zip(place, path.name, "zip") as archive:
            check_totals(archive, place, path.name)
            wanted = {FILE, *(one.file for one in resources().values())}
            for entry in archive.infolist():
                if why := unfit(entry):
                    raise BadFile(f"{path.name}/{entry.filename}", why)
                if entry.filename in wanted:
                    with archive.open(entry) as packed, (folder / entry.filename).open("wb") as out:
                        shutil.copyfileobj(packed, out, 1 << 20)
        yield _checked(path.name, folder)


def _checked(name: str, folder: Path) -> Bundle:
    manifest = _manifest(f"{name}/{FILE}", folder / FILE)
    bundle = Bundle(name, folder, manifest)
    _check_releases(bundle)
    _check_resources(bundle)
    return bundle


def _manifest(name: str, path: Path) -> Manifest:
    try:
        with open_regular(path) as stream:
            content = stream.read(MOST_MANIFEST + 1)
    except OSError as fault:
        raise BadFile(name, f"cannot be read: {fault.strerror}") from fault
    if len(content) > MOST_MANIFEST:
        raise BadFile(name, f"more than {MOST_MANIFEST:,} bytes")
    try:
        document: Any = orjson.loads(content)
    except orjson.JSONDecodeError as fault:
        raise BadFile(name, f"not JSON: {fault}") from fault
    own = document.get("occupations") if isinstance(document, dict) else None
    if not isinstance(own, dict):
        raise BadFile(name, "no bundle of this program: it has no key 'occupations'")
    written = own.get("format")
    if isinstance(written, int) and written > FORMAT:
        raise BadFile(
            name,
            f"written by Occupations API {own.get('program')} in format {written}; this program "
            f"reads format {FORMAT}: update it",
        )
    try:
        return Manifest.model_validate(document)
    except ValidationError as fault:
        first = fault.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise BadFile(name, f"{place}: {first['msg']}") from fault


def _check_releases(bundle: Bundle) -> None:
    """Check that parts and releases stand once, and name what there is."""
    where = f"{bundle.name}/{FILE}"
    contents = bundle.manifest.occupations
    named = {one.name for one in bundle.manifest.resources}
    sources = {source.id for source in contents.sources}
    _check_once(where, "release", [release.name for release in contents.releases])
    for release in contents.releases:
        if release.source not in sources:
            raise BadFile(where, f"{release.name}: its source {release.source!r} is not listed")
        for part in release.parts:
            if part.dataset not in resources():
                known = ", ".join(resources())
                raise BadFile(where, f"unknown dataset {part.dataset!r}; known are {known}")
            if part.dataset not in named:
                raise BadFile(where, f"{release.name} has {part.dataset}, and no resource has")
        keys = [(p.dataset, p.kind, p.area, p.industry, p.ownership) for p in release.parts]
        _check_once(where, f"part of {release.name}", keys)


def _check_once(where: str, what: str, keys: list[Any]) -> None:
    for key, times in Counter(keys).most_common(1):
        if times > 1:
            raise BadFile(where, f"{times} times the {what} {key}")


def _check_resources(bundle: Bundle) -> None:
    """Check each resource's name, path, file, size, checksum and fields."""
    where = f"{bundle.name}/{FILE}"
    known = resources()
    _check_once(where, "resource", [one.name for one in bundle.manifest.resources])
    for entry in bundle.manifest.resources:
        if entry.name not in known:
            raise BadFile(where, f"unknown dataset {entry.name!r}; known are {', '.join(known)}")
        expected = known[entry.name]
        if entry.path != expected.file:
            why = f"the path of {entry.name} is {entry.path!r}, it must be {expected.file!r}"
            raise BadFile(where, why)
        fields = [(one.name, one.type, one.unit) for one in entry.table.fields]
        names = {name for name, _, _ in fields}
        absent = LATER.get(entry.name, {}).keys() - names
        wanted = [one for one in expected.fields if one.name not in absent]
        for given, own in zip(fields, wanted, strict=False):
            if given != (own.name, own.type, own.unit):
                said = f"{own.name}, {own.type}" + (f", in {own.unit}" if own.unit else "")
                name, type_, unit = given
                read = f"{name}, {type_}" + (f", in {unit}" if unit else "")
                raise BadFile(where, f"{entry.name}: a field is {read}; it must be {said}")
        if len(fields) != len(wanted):
            why = f"{entry.name} has {len(fields)} fields, it must have {len(wanted)}"
            raise BadFile(where, why)
        _check_file(f"{bundle.name}/{entry.path}", bundle.path(entry), entry)


def _check_file(name: str, path: Path, entry: ResourceEntry) -> None:
    try:
        state = path.lstat()
    except FileNotFoundError as fault:
        raise BadFile(name, "missing; the manifest names it") from fault
    if what := special(state.st_mode):
        raise BadFile(name, f"{what}, not a regular file")
    size = state.st_size
    if size != entry.size:
        raise BadFile(name, f"{size:,} bytes, {entry.size:,} in the manifest")
    with open_regular(path) as stream:
        start = stream.read(START)
        if not start.startswith(MAGIC):
            raise BadFile(name, format_of(start, name) or "not a Parquet file")
        stream.seek(0)
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if f"sha256:{digest}" != entry.hash:
        raise BadFile(
            name, f"its SHA-256 is {digest}, {entry.hash.removeprefix('sha256:')} in the manifest"
        )
