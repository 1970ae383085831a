"""The indices behind search, suggestions and title matching, of the data version shown.

They are built from the database by a process of its own, at start and when another data version
is shown, so that neither the time nor the memory that building takes is a worker's; until the
first are there, finding answers ``Warming``. Workers of one host share the files: one has them
built, the others wait for it.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from app import __version__
from app.api.queries.block_rows import PartFilter
from app.api.queries.occupations import items_of_area
from app.database.catalog import Catalog
from app.database.models import Description, Duty, Title
from app.database.store import Reader, Store
from app.errors import ApiError, Warming
from app.finding import index_folder
from app.finding import search as engine
from app.finding.index_folder import INDEX, Folder
from app.finding.search.index import SearchIndex, build
from app.finding.titles.build import OccupationEntry, TitleEntry
from app.finding.titles.index import TitleIndex, build_index
from app.memory import settle
from app.settings import Settings

log = logging.getLogger("occupations")

LOOK_SECONDS = 0.2
"""How often to see whether the store shows another data version."""


@dataclass(frozen=True, slots=True)
class Indices:
    """What finding answers from: one catalog and the indices over its rows."""

    reader: Reader
    search: SearchIndex
    title_index: TitleIndex | None  # takes longer to build than the search index

    @property
    def titles(self) -> TitleIndex:
        """The title index; raises ``Warming`` while the first is being built."""
        if self.title_index is None:
            raise Warming
        return self.title_index

    def suggest(self, q: str, limit: int) -> list[engine.Suggestion]:
        """Suggest occupations that people hold; a group has the title of its only member."""
        known = self.reader.catalog
        found = self.search.suggest(q, limit + 12)
        return [s for s in found if held(known, s.code)][:limit]


class Unbuilt(Exception):
    """The building process ended before its time, having said why."""


class Finder:
    """Has the indices of whatever the store shows built, and loads them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._indices: Indices | None = None
        self._stopped = Event()
        self._loader = Thread(target=self._run, name="finder", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._loader.start()

    def stop(self) -> None:
        """End the thread, and the building process if there is one."""
        self._stopped.set()
        if self._loader.is_alive():
            self._loader.join(timeout=2)

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
            have = self._indices
            whole = have is not None and have.title_index is not None
            if reader.number == -1 or (have and whole and have.reader.number == reader.number):
                index_folder.mark(self.store.settings)
                continue
            began = time.monotonic()
            try:
                self._load(reader)
            except Unbuilt as error:
                log.warning("the indices: %s", error)
                self._stopped.wait(10)
            except Exception:
                log.exception("the indices could not be built")
                self._stopped.wait(10)
            else:
                settle()
                log.info("indices after %.1f s", time.monotonic() - began)

    def _load(self, reader: Reader) -> None:
        """Load the indices of a reader's data version, from the shared folder if it can be used."""
        try:
            with index_folder.shared(self.store.settings) as folder:
                self._load_from(folder, reader)
        except OSError as error:
            log.warning("the shared index folder is not used: %s", error)
            with index_folder.own() as folder:
                self._load_from(folder, reader)

    def _load_from(self, folder: Folder, reader: Reader) -> None:
        """Load the indices from their files, which are built first if one is missing or damaged."""
        files = files_of(folder.path, reader.catalog)
        found = self._read(reader, *files)
        if found is None:
            self._have_built(folder, reader, files[0])
            found = self._read(reader, *files)
        # Should another data version be shown by now, its files are there, not these: look again.
        if found is not None:
            self._indices = found

    def _read(self, reader: Reader, search: Path, titles: Path) -> Indices | None:
        have = self._indices
        found = have.search if have and have.reader is reader else _loaded(SearchIndex, search)
        title_index = _loaded(TitleIndex, titles)
        return Indices(reader, found, title_index) if found and title_index else None

    def _have_built(self, folder: Folder, reader: Reader, search: Path) -> None:
        child = subprocess.Popen(  # nosec B603 - this program's own command
            [sys.executable, "-m", "app.finding.indices"],
            env=os.environ
            | {
                "OCCUPATIONS_DATABASE_URL": self.store.settings.database_url,
                "OCCUPATIONS_INDEX_FOLDER": str(folder.path),
                # Matrices are small: a second thread only spins, at four times the time.
                "OPENBLAS_NUM_THREADS": "1",
            },
            stdin=subprocess.DEVNULL,
        )
        while child.poll() is None:
            folder.beat()
            if self._stopped.wait(LOOK_SECONDS):
                child.terminate()
                child.wait()
            elif self._indices is None and (found := _loaded(SearchIndex, search)):
                self._indices = Indices(reader, found, None)
        if child.returncode != 0 and not self._stopped.is_set():
            raise Unbuilt(f"building ended with {child.returncode}; again in 10 s")


Index = TypeVar("Index", SearchIndex, TitleIndex)


def _loaded(kind: type[Index], file: Path) -> Index | None:
    """Load an index; None if there is no file. A damaged file is removed."""
    try:
        index = kind.load(file)
        os.utime(file)  # `make_room` keeps the files that were used last
    except FileNotFoundError:
        return None
    except ValueError as error:
        log.warning("the index file %s is removed and built anew: %s", file.name, error)
        index_folder.remove(file)
        return None
    return index


def files_of(folder: Path, catalog: Catalog) -> tuple[Path, Path]:
    """Return the files of the search index and of the title index of a data version."""
    version = f"{__version__}-{catalog.token[:16]}"
    return folder / f"search-{version}{INDEX}", folder / f"titles-{version}{INDEX}"


def build_files(settings: Settings, folder: Path) -> None:
    """Build the indices of the data version shown; remove those of older versions but the last."""
    store = Store(settings)
    store.refresh()
    reader = store.reader()
    catalog = reader.catalog
    items = items_of_area(reader.connect, catalog, "US")
    with reader.connect() as connection:
        rows = _read(connection, catalog, items)
    store.stop()
    search, titles = files_of(folder, catalog)
    index_folder.make_room(folder)
    entries = engine.Entries(
        [engine.Occupation(*row) for row in rows.occupations],
        [engine.Title(*row) for row in rows.titles],
        [engine.Duty(*row) for row in rows.duties],
        [engine.Description(*row) for row in rows.descriptions],
    )
    build(entries).save(search)
    build_index(*_entries(catalog, rows)).save(titles)


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


if __name__ == "__main__":
    os.nice(10)  # answers come first
    given = Settings()
    try:
        build_files(given, index_folder.path_of(given))
    except ApiError as fault:
        sys.exit(f"the indices: {fault.detail}")
