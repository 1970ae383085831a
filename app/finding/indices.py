"""The indices behind search, suggestions and title matching: loaded, and kept up to date.

When a server starts or the data version changes, one worker has the indices built by a process of
its own. All workers of the host load the same files. Until the first indices are there, requests
that need them are answered ``Warming``.
"""

from __future__ import annotations

import logging
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import TypeVar

from app import child_process
from app.database.store import Reader, Store
from app.errors import Warming
from app.finding import index_folder
from app.finding.index_builder import files_of, is_held
from app.finding.index_folder import Folder
from app.finding.search import SearchIndex, Suggestion
from app.finding.titles.matcher import TitleMatcher
from app.memory import settle

log = logging.getLogger("occupations")

LOOK_SECONDS = 0.2
"""How often to look for another data version."""
RETRY_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Indices:
    """The indices of one data version, and its catalog."""

    reader: Reader
    search: SearchIndex
    title_matcher: TitleMatcher | None  # its file takes longer to build

    @property
    def titles(self) -> TitleMatcher:
        """The title index; raises ``Warming`` while the first one is being built."""
        if self.title_matcher is None:
            raise Warming
        return self.title_matcher

    def suggest(self, q: str, limit: int) -> list[Suggestion]:
        """Suggest occupations that people hold: a group has the title of its only member."""
        found = self.search.suggest(q, limit + 12)
        return [s for s in found if is_held(self.reader.catalog, s.code)][:limit]


class BuildFailed(Exception):
    """The building process ended with an error, which it has logged."""


class IndexLoader:
    """A thread that keeps the indices of the store's data version loaded."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._indices: Indices | None = None
        self._stopped = Event()
        self._loader = Thread(target=self._run, name="index-loader", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._loader.start()

    def stop(self) -> None:
        """Stop the thread, and the building process if there is one."""
        self._stopped.set()
        if self._loader.is_alive():
            self._loader.join(timeout=2)

    @property
    def indices(self) -> Indices:
        """The indices; raises ``Warming`` while the first ones are being built.

        While new ones are being built, these are of the previous data version.
        """
        if self._indices is None:
            raise Warming
        return self._indices

    def _run(self) -> None:
        while not self._stopped.wait(LOOK_SECONDS):
            reader = self.store.reader()
            have = self._indices
            complete = have and have.title_matcher and have.reader.number == reader.number
            if reader.number == -1 or complete:
                index_folder.mark(self.store.settings)
                continue
            began = time.monotonic()
            try:
                self._load(reader)
            except BuildFailed as error:
                log.warning("the indices: %s", error)
                self._stopped.wait(RETRY_SECONDS)
            except Exception:
                log.exception("the indices could not be built")
                self._stopped.wait(RETRY_SECONDS)
            else:
                settle()
                log.info("indices after %.1f s", time.monotonic() - began)

    def _load(self, reader: Reader) -> None:
        """Load the indices of a data version, from the shared folder if it can be used."""
        try:
            with index_folder.shared(self.store.settings) as folder:
                self._load_from(folder, reader)
        except OSError as error:
            log.warning("the shared index folder is not used: %s", error)
            with index_folder.own() as folder:
                self._load_from(folder, reader)

    def _load_from(self, folder: Folder, reader: Reader) -> None:
        """Load the index files; build them first if one is missing or damaged."""
        files = files_of(folder.path, reader.catalog)
        found = self._read(reader, *files)
        if found is None:
            self._build(folder, reader, files[0])
            found = self._read(reader, *files)
        # If the data version has changed meanwhile, its files were built: `_run` looks again.
        if found is not None:
            self._indices = found

    def _read(self, reader: Reader, search: Path, titles: Path) -> Indices | None:
        have = self._indices
        found = have.search if have and have.reader is reader else _loaded(SearchIndex, search)
        matcher = _loaded(TitleMatcher, titles)
        return Indices(reader, found, matcher) if found and matcher else None

    def _build(self, folder: Folder, reader: Reader, search: Path) -> None:
        """Run the building process. The first search index is used before titles are ready."""
        command = child_process.of_module(
            "app.finding.index_builder",
            OCCUPATIONS_DATABASE_URL=self.store.settings.database_url,
            OCCUPATIONS_INDEX_FOLDER=str(folder.path),
            # The matrices are small: a second thread takes four times the processor time.
            OPENBLAS_NUM_THREADS="1",
        )
        child = subprocess.Popen(**command, stdin=subprocess.DEVNULL)  # nosec B603 - our own
        while child.poll() is None:
            folder.beat()
            if self._stopped.wait(LOOK_SECONDS):
                child.terminate()
                child.wait()
            elif self._indices is None and (found := _loaded(SearchIndex, search)):
                self._indices = Indices(reader, found, None)
        if child.returncode != 0 and not self._stopped.is_set():
            raise BuildFailed(f"building ended with {child.returncode}; again in {RETRY_SECONDS} s")


Index = TypeVar("Index", SearchIndex, TitleMatcher)


def _loaded(kind: type[Index], file: Path) -> Index | None:
    """Load an index; return None if there is no file. A damaged file is removed."""
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
