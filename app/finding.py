"""The indices behind search, suggestions and title matching, of the data version shown.

They are built from the database by a process of its own, at start and when another data version
is shown, so that neither the time nor the memory that building takes is a worker's; until the
first are there, finding answers ``Warming``. Workers of one host share the files: one has them
built, the others wait for it.
"""

from __future__ import annotations

import fcntl
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread
from typing import Any

from sqlalchemy import Connection, select

from app import __version__, searching
from app.errors import ApiError, Warming
from app.matching.build import OccupationEntry, TitleEntry
from app.matching.index import TitleIndex, build_index
from app.memory import settle
from app.models import Description, Duty, Title
from app.queries.catalog import Catalog
from app.queries.content import PartFilter
from app.queries.occupations import items_of_area
from app.searching.index import SearchIndex, build
from app.settings import Settings
from app.store import Reader, Store

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

    def suggest(self, q: str, limit: int) -> list[searching.Suggestion]:
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
        """Load the indices of a reader's data version, built first if there are no files."""
        folder = folder_of(self.store.settings)
        search, titles = files_of(folder, reader.catalog)
        with _alone(folder / "building.lock"):
            if not (search.exists() and titles.exists()):
                self._have_built(folder, reader, search)
        # Should another data version be shown by now, its files are there, not these: look again.
        if search.exists() and titles.exists():
            try:
                for file in (search, titles):
                    os.utime(file)  # in use: the last to be removed
                self._indices = Indices(reader, SearchIndex.load(search), TitleIndex.load(titles))
            except Exception:
                # Written by another version of the program, or cut short: to be built anew.
                search.unlink(missing_ok=True)
                titles.unlink(missing_ok=True)
                raise

    def _have_built(self, folder: Path, reader: Reader, search: Path) -> None:
        child = subprocess.Popen(  # nosec B603 - this program's own command
            [sys.executable, "-m", "app.finding"],
            env=os.environ
            | {
                "OCCUPATIONS_DATABASE_URL": self.store.settings.database_url,
                "OCCUPATIONS_INDEX_FOLDER": str(folder),
                # Matrices are small: a second thread only spins, at four times the time.
                "OPENBLAS_NUM_THREADS": "1",
            },
            stdin=subprocess.DEVNULL,
        )
        while child.poll() is None:
            if self._stopped.wait(LOOK_SECONDS):
                child.terminate()
                child.wait()
            elif self._indices is None and search.exists():
                self._indices = Indices(reader, SearchIndex.load(search), None)
        if child.returncode != 0 and not self._stopped.is_set():
            raise Unbuilt(f"building ended with {child.returncode}; again in 10 s")


def files_of(folder: Path, catalog: Catalog) -> tuple[Path, Path]:
    """Return the files of the search index and of the title index of a data version."""
    version = f"{__version__}-{catalog.token[:16]}"
    return folder / f"search-{version}.index", folder / f"titles-{version}.index"


def build_files(settings: Settings, folder: Path) -> None:
    """Build the indices of the data version shown; those of older versions go, but for the last."""
    store = Store(settings)
    store.refresh()
    reader = store.reader()
    catalog = reader.catalog
    items = items_of_area(reader.connect, catalog, "US")
    with reader.connect() as connection:
        rows = _read(connection, catalog, items)
    store.stop()
    search, titles = files_of(folder, catalog)
    _make_room(folder)
    entries = searching.Entries(
        [searching.Occupation(*row) for row in rows.occupations],
        [searching.Title(*row) for row in rows.titles],
        [searching.Duty(*row) for row in rows.duties],
        [searching.Description(*row) for row in rows.descriptions],
    )
    build(entries).save(search)
    build_index(*_entries(catalog, rows)).save(titles)


def _make_room(folder: Path) -> None:
    """Leave one version's files: what was shown last is often shown again, a release restored."""
    files = sorted(folder.glob("*.index"), key=lambda file: file.stat().st_mtime)
    for old in files[:-2]:
        old.unlink(missing_ok=True)


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


def folder_of(settings: Settings) -> Path:
    """Return the folder of a database's index files, which this user alone can write to."""
    if settings.index_folder is not None:
        return settings.index_folder
    name = sha256(settings.database_url.encode()).hexdigest()[:16]
    folder = _private_folder() / name
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _private_folder() -> Path:
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


if __name__ == "__main__":
    os.nice(10)  # answers come first
    given = Settings()
    try:
        build_files(given, folder_of(given))
    except ApiError as fault:
        sys.exit(f"the indices: {fault.detail}")
