"""The seed folder → the database. Every file is checked before anything is written.

Seeding again changes nothing: a release's checksum is over its rows, not over the layout of its
file. A file with other rows supersedes its release. An excerpt never replaces the whole release.
"""

from __future__ import annotations

import errno
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from os.path import realpath
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError
from sqlalchemy import Connection, Engine, select

from app.database.models import Classification, Release, Source
from app.importers.bundles.opening import Bundle
from app.importers.bundles.reader import BundleReader
from app.importers.faults import BadSeed
from app.importers.loading.bundles import sources_of, write_bundle
from app.importers.loading.data_version import current_version
from app.importers.loading.live import live_release
from app.importers.loading.load import (
    ensure_classifications,
    ensure_sources,
    without_garbage_collection,
    write_release,
)
from app.importers.loading.publishing import ensure_rows, publish
from app.importers.loading.writer import writing
from app.importers.reading.opening import open_regular
from app.importers.rows import FileRead, PartRows, Reading, ReleaseHead
from app.importers.seed.areas import AreasFile, area_faults
from app.importers.seed.article import ArticleFile
from app.importers.seed.excerpts import EpFile, SocFile
from app.importers.seed.facts import SEED, Facts, Name, SeedRelease, Text, Url, no_repeats
from app.importers.seed.wages import OewsFile
from app.importers.seed.yaml_lines import Document, Place, read_yaml


class SourceFacts(Facts):
    """A line of the table of sources."""

    id: Name
    rank: int
    publisher: Text
    dataset: Text
    description: Text
    homepage: Url
    licence: Text
    licence_url: Url
    attribution: Text
    not_covered: list[Text] = Field(default_factory=list)


class SourcesFile(Facts):
    """All of ``sources.yaml``."""

    sources: Annotated[Annotated[list[SourceFacts], no_repeats("id")], no_repeats("rank")]


class ClassificationFacts(Facts):
    """A line of the table of classifications."""

    id: Text
    system: Text
    version: Text
    prefix: Text
    source_id: Name
    valid_from: Text
    valid_to: Text | None
    rank: int


class ClassificationsFile(Facts):
    """All of ``classifications.yaml``."""

    classifications: Annotated[
        Annotated[list[ClassificationFacts], no_repeats("id")], no_repeats("prefix")
    ]


SOURCES = "sources.yaml"
CLASSIFICATIONS = "classifications.yaml"
RELEASES: dict[str, type[SeedRelease]] = {
    "soc-2018.yaml": SocFile,
    "bls-oews-2021-05.yaml": OewsFile,
    "bls-ep-2021-31.yaml": EpFile,
    "article.yaml": ArticleFile,
    "omb-cbsa-2013-02.yaml": AreasFile,
    "bls-areas-2021-05.yaml": AreasFile,
    "bls-areas-2025-05.yaml": AreasFile,
}
"""File of the folder → its model, in the order of loading; each is one release."""


MOST_BYTES = 4 << 20
"""Of a seed file; those that come with the program have some 10 KB."""
TABLES = frozenset(
    {
        *("area_names.yaml", "downloads.yaml", "published.yaml", "state_borders.yaml"),
        *("top_codes.yaml", "everyday_names.yaml", "described_work.yaml"),
        *("spanish_names.yaml", "british_names.yaml"),
    }
)
"""Tables of the program that lie in the folder too, and are no seed."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """Something that seeding changed: the table of sources, or a release."""

    name: str
    message: str


def seed_folder() -> Traversable:
    """Return the folder that comes with the program."""
    return files("seed")


def seed_database(
    engine: Engine,
    folder: Traversable | None = None,
    *,
    box: Bundle | None = None,
    wait: float = 30.0,
) -> list[Seeded]:
    """Bring the database up to the folder in one transaction, and return what changed.

    ``folder`` is a ``Path``, or by default the program's own. ``box``: a bundle that is loaded
    first. The database must be migrated. Raises ``BadSeed`` with every fault of every file, or
    another ``ImportFault``; then nothing was written. ``wait``: seconds to wait for another writer.
    """
    sources, releases, classifications = read_seed(folder or seed_folder())
    reader = None if box is None else BundleReader(box)
    if reader is not None:
        reader.check()
    changed: list[Seeded] = []
    published: set[str] = set()
    with without_garbage_collection(), writing(engine, wait) as connection:
        tables: tuple[tuple[Any, Sequence[Facts], str], ...] = (
            (Source, sources, "sources"),
            (Classification, classifications, "classifications"),
        )
        for model, rows, noun in tables:
            if ensure_rows(connection, model.__table__, [row.model_dump() for row in rows]):
                changed.append(Seeded(model.__tablename__, f"{len(rows)} {noun}"))
        # Of two first starts at once the second finds here what the first has loaded.
        if reader is not None and not current_version(connection):
            loaded = write_bundle(connection, reader)
            published |= {*sources_of(reader, loaded)}
            rows_loaded = sum(one.rows for one in loaded)
            changed.append(Seeded("box", f"{rows_loaded:,} rows of {len(loaded)} releases"))
        retired = _retired(connection)
        for release in releases:
            # What somebody has hidden must not come back with an upgrade.
            if release.head.name in retired:
                continue
            replacing = folder is None and _is_older_article(connection, release)
            one = write_release(connection, release, replacing=replacing)
            if one.outcome == "loaded":
                published.add(release.head.source)
                changed.append(Seeded(one.name, one.message.removeprefix(f"{one.name}: ")))
        if changed:
            publish(connection, f"{', '.join(one.name for one in changed)} loaded", *published)
    return changed


def add_missing(engine: Engine, *, wait: float = 30.0) -> None:
    """Add the program's sources and classifications that the database lacks; the others stay."""
    sources, _, classifications = read_seed(seed_folder())
    tables: tuple[tuple[Any, Any, Any], ...] = (
        (Source.id, ensure_sources, sources),
        (Classification.id, ensure_classifications, classifications),
    )
    for column, ensure, rows in tables:
        with engine.connect() as connection:
            known = set(connection.execute(select(column)).scalars())
        if missing := [row.model_dump() for row in rows if row.id not in known]:
            ensure(engine, missing, wait=wait)


def _retired(connection: Connection) -> set[str]:
    names = select(Release.name).where(Release.retired, ~Release.superseded)
    return set(connection.execute(names).scalars())


def _is_older_article(connection: Connection, release: Reading) -> bool:
    """Tell whether another version of the program wrote the article that is loaded.

    Each version may correct it, and take away what was wrong: no file of a publisher has more.
    """
    live = live_release(connection, release.head.name)
    ours = release.head.source == "article"
    return ours and live is not None and bool(live.checksum != release.head.checksum)


def read_seed(
    folder: Traversable,
) -> tuple[list[SourceFacts], list[Reading], list[ClassificationFacts]]:
    """Read and check the folder; raise ``BadSeed`` with all faults found."""
    read: dict[str, tuple[Document, Facts, bytes]] = {}
    models: dict[str, type[Facts]] = {
        SOURCES: SourcesFile,
        CLASSIFICATIONS: ClassificationsFile,
        **RELEASES,
    }
    if not folder.is_dir():
        raise BadSeed([f"{folder.name}: no such folder"])
    faults = [
        f"{folder.name}/{name}: not a seed file; they are: {', '.join(models)}"
        for name in sorted(item.name for item in folder.iterdir())
        if name.endswith((".yaml", ".yml")) and name not in {*models, *TABLES}
    ]
    for name, model in models.items():
        try:
            content = _content(folder, name)
            document = read_yaml(f"{folder.name}/{name}", content)
            read[name] = document, _checked(document, model), content
        except OSError as fault:
            faults.append(f"{folder.name}/{name}: cannot be read: {fault.strerror}")
        except BadSeed as fault:
            faults.extend(fault.faults)
    if not faults:
        faults = list(_across(read))
    if faults:
        raise BadSeed(faults)
    sources, classifications = read[SOURCES][1], read[CLASSIFICATIONS][1]
    assert isinstance(sources, SourcesFile)  # noqa: S101 - its model in the table above
    assert isinstance(classifications, ClassificationsFile)  # noqa: S101 - the same
    releases = [
        _release(name, facts, content)
        for name, (_, facts, content) in read.items()
        if isinstance(facts, SeedRelease)
    ]
    return sources.sources, releases, classifications.classifications


def _content(folder: Traversable, name: str) -> bytes:
    """Return a file's content. In a folder that is given, a link may lead to a file in it only.

    A ConfigMap is mounted with such links. Raises ``OSError``.
    """
    file = folder.joinpath(name)
    if not isinstance(file, Path) or not isinstance(folder, Path):
        return file.read_bytes()
    place = Path(realpath(file))  # unlike resolve, without an exception for links in a circle
    if folder != seed_folder() and not place.is_relative_to(folder.resolve()):
        raise OSError(errno.ELOOP, "a link that leads out of the folder", str(file))
    with open_regular(place) as stream:
        content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise OSError(errno.EFBIG, f"more than {MOST_BYTES:,} bytes", str(file))
    return content


def _checked(document: Document, model: type[Facts]) -> Facts:
    try:
        return model.model_validate(document.data)
    except ValidationError as caught:
        faults = []
        for error in caught.errors(include_url=False):
            place: Place = error["loc"]
            why = _WORDS.get(error["type"], error["msg"])
            if error["type"] == "seed":
                place = (*place, *error["ctx"]["at"])
            elif error["type"] != "missing":
                why += f", not {_shortened(error['input'])}"
            faults.append((document.line(place), document.fault(place, why)))
        raise BadSeed([sentence for _, sentence in sorted(faults)]) from caught


_WORDS = {
    "missing": "is required, and missing",
    "string_type": "should be text",
    "int_type": "should be a whole number",
    "float_type": "should be a number",
    "bool_type": "should be true or false",
    "list_type": "should be a list",
    "date_type": "should be a date, such as 2022-11-10",
}
"""Pydantic's kinds of fault whose words are about Python rather than about the file."""


def _shortened(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _across(read: dict[str, tuple[Document, Facts, bytes]]) -> Iterator[str]:
    """Yield faults between files: sources and occupations that no file has."""
    sources: set[str] = set()
    codes: set[str] = set()
    for _, facts, _ in read.values():
        if isinstance(facts, SourcesFile):
            sources = {source.id for source in facts.sources}
        if isinstance(facts, SocFile):
            codes |= {entry.code for entry in facts.entries}
        if isinstance(facts, OewsFile):
            codes |= {row.code for row in facts.wages if row.level == "total"}
    for document, facts, _ in read.values():
        if isinstance(facts, ClassificationsFile):
            for n, one in enumerate(facts.classifications):
                if one.source_id not in sources:
                    listed = ", ".join(sorted(sources))
                    at: Place = ("classifications", n, "source_id")
                    yield document.fault(at, f"not one of the sources: {listed}")
        if not isinstance(facts, SeedRelease):
            continue
        if facts.release.source not in sources:
            listed = ", ".join(sorted(sources))
            yield document.fault(("release", "source"), f"not one of the sources: {listed}")
        for place, code in facts.codes():
            if code not in codes:
                yield document.fault(place, f"{code} is not among the entries of soc-2018.yaml")
    yield from area_faults(
        (document, facts) for document, facts, _ in read.values() if isinstance(facts, AreasFile)
    )


def _release(name: str, facts: SeedRelease, content: bytes) -> Reading:
    parts = tuple(facts.parts())
    rows = sum(len(list(part.rows)) for part in parts) or len([*facts.areas()])
    file = FileRead(name, SEED, hashlib.sha256(content).hexdigest(), len(content), rows, rows)
    head = facts.head()
    areas = [*facts.areas(), *facts.area_links()] if isinstance(facts, AreasFile) else []
    head = replace(head, checksum=_checksum(head, parts, areas))
    return Reading(
        head,
        parts,
        lambda: (file,),
        facts.areas,
        facts.industries,
        area_links=facts.area_links,
    )


def _checksum(head: ReleaseHead, parts: tuple[PartRows, ...], areas: list[Any]) -> str:
    """Return the SHA-256 of the release's rows, in hex.

    It is not over the file: layout and comments do not change it, and a new version of the program
    that makes other rows of the same file does.
    """
    content: list[Any] = [{k: v for k, v in asdict(head).items() if k != "files"}, *areas]
    for part in parts:
        key = {**asdict(part.key), "row": part.key.row.__name__}
        del key["classification"]  # seeds have none
        content.append([key, part.detail, list(part.rows)])
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
