"""The indices behind search, suggestions and title matching: loaded, and kept up to date.

When a server starts or the texts change, one worker has the indices built by a process of its own.
All workers of the host load the same files. Until the first indices are there, requests that need
them are answered ``Warming``. Until the next ones are there, the previous ones answer, whole: with
the catalog of their data version.
"""

from __future__ import annotations

import logging
import os
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any, TypeVar

from app import child_process
from app.api.queries.occupation_items import items_of_area
from app.database.models.occupations import NATION
from app.database.store import Reader, Store
from app.errors import ApiError, Warming
from app.finding import index_folder
from app.finding.index_folder import Folder, files_of
from app.finding.ranking import with_titles
from app.finding.search import SearchIndex
from app.finding.sources import key_of
from app.finding.titles.matcher import TitleMatcher
from app.memory import settle
from app.settings import Settings

log = logging.getLogger("occupations")

LOOK_SECONDS = 0.1
"""How often to look for another data version."""
RETRY_SECONDS = 10.0, 60.0
"""The first pause after a failure, and the longest: a full disk gets a line a minute."""
LATER = 10
"""How much requests come before the building process (``nice``) while older indices answer."""


@dataclass(frozen=True, slots=True)
class Indices:
    """The indices for one data version, and its catalog."""

    key: str
    reader: Reader
    search: SearchIndex
    titles: TitleMatcher

    @classmethod
    def of(cls, key: str, reader: Reader, search: SearchIndex, titles: TitleMatcher) -> Indices:
        """Return the indices for a data version: search knows its employment, and titles."""
        items = items_of_area(reader.connect, reader.catalog, NATION)
        employment = {code: item["employment"] for code, item in items.items()}
        return cls(key, reader, with_titles(search.with_employment(employment), titles), titles)


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
        """Load the index files that are there, and start the thread, which has the others built."""
        with suppress(Exception):  # the thread tries again, and says what is wrong
            reader = self.store.reader()
            path = index_folder.opened(self.store.settings)
            self._load_files(path, reader, key_of(reader.catalog))
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

    @property
    def ready(self) -> bool:
        """Tell whether there are indices to answer from."""
        return self._indices is not None

    def _rest(self, seconds: float) -> float:
        """Wait after a failure; return how long to wait after the next one."""
        self._stopped.wait(seconds)
        return min(2 * seconds, RETRY_SECONDS[1])

    def _run(self) -> None:
        pause = RETRY_SECONDS[0]
        while not self._stopped.is_set():
            reader = self.store.reader()
            have = self._indices
            if reader.number == -1 or (have and have.reader.number == reader.number):
                index_folder.mark(self.store.settings)
                self._stopped.wait(LOOK_SECONDS)
                continue
            began = time.monotonic()
            try:
                self._load(reader)
            except ApiError as error:  # of the database
                log.warning("%s", error.detail, extra={"event": "indices_failed", "every": 60.0})
                self._stopped.wait(self.store.settings.poll_interval)
            except BuildFailed as error:
                log.warning("%s", error, extra={"event": "indices_failed", "every": 60.0})
                pause = self._rest(pause)
            except OSError as error:
                message = "the indices can be built nowhere: %s"
                log.error(message, error, extra={"event": "indices_failed", "every": 300.0})
                pause = self._rest(pause)
            except Exception:
                log.exception("the indices could not be built", extra={"event": "indices_failed"})
                pause = self._rest(pause)
            else:
                settle()
                pause = RETRY_SECONDS[0]
                seconds = time.monotonic() - began
                log.info("indices after %.1f s", seconds, extra={"event": "indices_ready"})

    def _load(self, reader: Reader) -> None:
        """Load the indices for a data version, from the shared folder if it can be used."""
        key = key_of(reader.catalog)
        have = self._indices
        if have and have.key == key:
            self._indices = Indices.of(key, reader, have.search, have.titles)
            return
        try:
            path = index_folder.opened(self.store.settings)
            if self._load_files(path, reader, key):
                return  # it may be a folder that can only be read
            with index_folder.shared(self.store.settings) as folder:
                self._build_or_wait(folder, reader, key)
        except OSError as error:
            _tell_unused(error)
            self._build_alone(reader, key)

    def _build_or_wait(self, folder: Folder, reader: Reader, key: str) -> None:
        """Load the index files as soon as they are there; build them if no other process does.

        If the data version changes meanwhile, the files of that one are built: `_run` looks again.
        """
        while not self._stopped.is_set() and reader.number == self.store.number:
            mine = folder.take()
            if self._load_files(folder.path, reader, key):
                return
            if mine:
                self._build(folder)
                self._load_files(folder.path, reader, key)
                return
            self._stopped.wait(LOOK_SECONDS)

    def _build_alone(self, reader: Reader, key: str) -> None:
        """Build the index files in a temporary folder, unless the shared ones come sooner."""
        path = index_folder.path_of(self.store.settings)
        with index_folder.own() as folder:
            self._build(folder, lambda: self._load_files(path, reader, key))
            self._load_files(folder.path, reader, key)

    def _load_files(self, folder: Path, reader: Reader, key: str) -> bool:
        """Load the index files for a data version; return False if one is missing or damaged."""
        search, titles = files_of(folder, key)
        if not (os.path.lexists(search) and os.path.lexists(titles)):
            return False
        index, matcher = _loaded(SearchIndex, search), _loaded(TitleMatcher, titles)
        if index is None or matcher is None:
            return False
        self._indices = Indices.of(key, reader, index, matcher)
        return True

    def _build(self, folder: Folder, spared: Callable[[], bool] = lambda: False) -> None:
        """Run the building process, until it ends or is not needed any more."""
        command = _builder(self.store.settings, folder, urgent=self._indices is None)
        child = subprocess.Popen(**command, stdin=subprocess.DEVNULL)  # nosec B603 - our own
        while child.poll() is None:
            folder.beat()
            if self._stopped.wait(LOOK_SECONDS) or spared():
                child.terminate()
                child.wait()
                return
        if child.returncode != 0:
            raise BuildFailed(f"building ended with {child.returncode}")


def build_ahead(settings: Settings) -> None:
    """Build the index files before a server starts; what fails here, the server tries again."""
    try:
        with index_folder.shared(settings) as folder:
            if not folder.take():
                return  # another server builds them
            command = _builder(settings, folder, urgent=True)
            subprocess.run(**command, stdin=subprocess.DEVNULL, check=False)  # nosec B603 - our own
    except OSError as error:
        _tell_unused(error)


def _tell_unused(error: OSError) -> None:
    why = f"{error.filename}: {error.strerror}" if error.filename else error
    message = "the shared index folder is not used: %s; this process has one of its own"
    log.warning(message, why, extra={"event": "index_folder", "every": 300.0})


def _builder(settings: Settings, folder: Folder, *, urgent: bool) -> dict[str, Any]:
    """Return how ``subprocess`` runs the building process; ``urgent``: no indices answer yet."""
    return child_process.of_module(
        "app.finding.index_builder",
        str(os.getpid()),
        str(0 if urgent else LATER),
        OCCUPATIONS_DATABASE_URL=settings.database_url,
        OCCUPATIONS_INDEX_FOLDER=str(folder.path),
        # Which data version it reads is no news to anybody.
        OCCUPATIONS_LOG_LEVEL="error" if settings.log_level == "error" else "warning",
        # The matrices are small: a second thread takes four times the processor time.
        OPENBLAS_NUM_THREADS="1",
    )


Index = TypeVar("Index", SearchIndex, TitleMatcher)


def _loaded(kind: type[Index], file: Path) -> Index | None:
    """Load an index; return None if there is no file. A damaged file is removed."""
    try:
        index = kind.load(file)
        with suppress(OSError):  # of a folder that can only be read
            os.utime(file)  # `make_room` keeps the files that were used last
    except FileNotFoundError:
        return None
    except ValueError as error:
        message = "the index file %s is removed and built anew: %s"
        log.warning(message, file.name, error, extra={"event": "index_folder"})
        index_folder.remove(file)
        return None
    return index
