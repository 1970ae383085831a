"""The indices behind search, suggestions and title matching, of the data version shown.

They are built in the background, from the database, at start and when another data version is
shown; until the first are there, finding answers ``Warming``. A file keeps the title index, so
that of several workers one builds it and the others map it.
"""

from __future__ import annotations

import fcntl
import logging
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any

from sqlalchemy import Connection, select

from app import __version__, searching
from app.errors import ApiError, Warming
from app.matching.build import OccupationEntry, TitleEntry
from app.matching.index import TitleIndex, build_index
from app.models import Description, Duty, Title
from app.queries.catalog import Catalog
from app.queries.content import PartFilter
from app.queries.occupations import items_of_area
from app.searching.index import SearchIndex, build
from app.store import Reader, Store

log = logging.getLogger("occupations")

LOOK_SECONDS = 0.2
"""How often to see whether the store shows another data version."""


@dataclass(frozen=True, slots=True)
class Indices:
    """What finding answers from: one catalog and the indices over its rows."""

    reader: Reader
    search: SearchIndex
    titles: TitleIndex

    def suggest(self, q: str, limit: int) -> list[searching.Suggestion]:
        """Suggest occupations that people hold; a group has the title of its only member."""
        known = self.reader.catalog
        found = self.search.suggest(q, limit + 12)
        return [s for s in found if held(known, s.code)][:limit]


class Finder:
    """Builds the indices of whatever the store shows."""

    def __init__(self, store: Store, folder: Path | None = None) -> None:
        self.store = store
        self.folder = folder
        self._indices: Indices | None = None
        self._stopped = Event()
        self._builder = Thread(target=self._run, name="finder", daemon=True)

    def start(self) -> None:
        """Begin to build."""
        self._builder.start()

    def stop(self) -> None:
        """End the thread as soon as it is between two builds."""
        self._stopped.set()

    @property
    def indices(self) -> Indices:
        """The indices there are; raises ``Warming`` while the first are being built.

        They may be of the data version before the one shown, for the seconds that building takes.
        """
        if self._indices is None:
            raise Warming
        return self._indices

    def _run(self) -> None:
        while not self._stopped.wait(LOOK_SECONDS):
            reader = self.store.reader()
            if reader.number < 0:
                continue
            if self._indices is None or self._indices.reader.number != reader.number:
                try:
                    self._indices = self._build(reader)
                except ApiError:
                    continue  # the database is away: look again
                except Exception:
                    log.exception("the indices could not be built")
                    self._stopped.wait(10)

    def _build(self, reader: Reader) -> Indices:
        began = time.monotonic()
        items = items_of_area(reader.connect, reader.catalog, "US")
        with reader.connect() as connection:
            rows = _read(connection, reader.catalog, items)
        search = build(
            searching.Entries(
                [searching.Occupation(*row) for row in rows.occupations],
                [searching.Title(*row) for row in rows.titles],
                [searching.Duty(*row) for row in rows.duties],
                [searching.Description(*row) for row in rows.descriptions],
            )
        )
        titles = self._titles(reader.catalog, rows)
        log.info(
            "indices of data version %s: %d titles, %.1f s",
            reader.catalog.token[:12],
            len(rows.titles),
            time.monotonic() - began,
        )
        return Indices(reader, search, titles)

    def _titles(self, catalog: Catalog, rows: Rows) -> TitleIndex:
        folder = self.folder or private_folder()
        path = folder / f"titles-{__version__}-{catalog.token[:16]}.index"
        with _alone(folder / "titles.lock"):
            if path.exists():
                return TitleIndex.load(path)
            for old in folder.glob("titles-*.index"):
                old.unlink(missing_ok=True)
            build_index(*_entries(catalog, rows)).save(path)
        # Mapped from the file even by the process that made it: the pages are shared.
        return TitleIndex.load(path)


@dataclass(frozen=True, slots=True)
class Rows:
    """What the indices are made from, as it stands in the database."""

    occupations: list[tuple[str, str, str, str | None, int | None]]
    titles: list[tuple[str, str, str]]
    duties: list[tuple[str, str]]
    descriptions: list[tuple[str, str]]


def _read(connection: Connection, catalog: Catalog, items: dict[str, dict[str, Any]]) -> Rows:
    def rows(dataset: str, *columns: Any) -> list[Any]:
        parts = [part.id for part in PartFilter().parts(catalog, dataset)]
        if not parts:
            return []
        table = columns[0].class_
        query = select(*columns).where(table.part_id.in_(parts)).order_by(*columns)
        return [tuple(row) for row in connection.execute(query)]

    return Rows(
        [
            (o.code, o.title, o.level, o.parent, items[o.code]["employment"])
            for o in catalog.occupations.values()
        ],
        rows("titles", Title.code, Title.title, Title.kind),
        rows("duties", Duty.code, Duty.text),
        rows("descriptions", Description.code, Description.text),
    )


def _entries(catalog: Catalog, rows: Rows) -> tuple[list[OccupationEntry], list[TitleEntry]]:
    """Return what titles are matched to: occupations people hold, not groups of them."""
    duties: dict[str, list[str]] = {}
    for code, text in rows.duties:
        duties.setdefault(code, []).append(text)
    described = dict(rows.descriptions)
    kept = [code for code in catalog.occupations if held(catalog, code)]
    occupations = [
        OccupationEntry(
            code,
            catalog.occupations[code].title,
            described.get(code, ""),
            tuple(sorted(duties.get(code, ()))),
        )
        for code in kept
    ]
    titles = [
        TitleEntry(*row)
        for row in rows.titles
        if row[0] in catalog.occupations and held(catalog, row[0])
    ]
    return occupations, titles


def held(catalog: Catalog, code: str) -> bool:
    """Tell whether people hold the occupation itself: it is no group of others."""
    occupation = catalog.occupations[code]
    return occupation.level in {"detailed", "onet"} or not catalog.children.get(code)


def private_folder() -> Path:
    """Return a folder for index files that this user alone can write to."""
    folder = Path(tempfile.gettempdir()) / f"occupations-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    state = folder.lstat()
    if state.st_uid != os.getuid() or state.st_mode & 0o077 or folder.is_symlink():
        return Path(tempfile.mkdtemp(prefix="occupations-"))
    return folder


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
