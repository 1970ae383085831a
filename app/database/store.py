"""The store of a process: its reading engine, and catalogs of the newest data version and one more.

A thread looks for a new data version every ``poll_interval`` seconds and swaps the catalog whole.
Each request takes a ``Reader`` once and answers from its catalog alone.

A request may ask for an older version that is still kept: a list that was begun before a change
goes on in it. The catalog before the newest is at hand for a while; another takes its place on
demand, but clients can name any version, so loading takes a tenth of the time at most.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from threading import Event, Lock, Thread

import psycopg
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from app.database import versions
from app.database.catalog import Catalog
from app.database.catalog_reader import load_catalog
from app.database.engines import has_several, is_lost, reading_engine
from app.database.migration_state import newer
from app.database.models import DataVersion
from app.database.outage import Outage, cause_of
from app.database.read_only_file import changed
from app.errors import (
    ApiError,
    ConnectionLost,
    DatabaseDown,
    NotReady,
    Overloaded,
    StaleCursor,
    VersionGone,
)
from app.memory import settle
from app.settings import Settings

log = logging.getLogger("occupations")


OLDER_SECONDS = 600.0
"""Seconds that the catalog of an older version is held after it was last asked for."""

REST = 9
"""Times as long as the catalog of an older version took to load, none is loaded after it."""


@dataclass(frozen=True, slots=True)
class Reader:
    """What one request reads from: the catalog of one data version, and connections."""

    engine: Engine
    number: int
    _catalog: Catalog | None
    _fault: ApiError | None
    _several: bool = False  # servers, of which one may lag behind the catalog
    older: bool = False  # of a version that the writer may delete, unlike the newest
    pinned: bool = False  # the request names the version itself

    @property
    def token(self) -> str:
        """The token of the data version; empty: none is loaded."""
        return self._catalog.token if self._catalog else ""

    @property
    def name(self) -> str:
        """The name of the data version, as the header Data-Version has it."""
        return self.token[: versions.NAME]

    @property
    def catalog(self) -> Catalog:
        """The catalog; raises what kept it from loading."""
        if self._catalog is None:
            raise self._fault or DatabaseDown()
        return self._catalog

    @property
    def well(self) -> bool:
        """Whether the last look at the database succeeded."""
        return self._fault is None

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """Lend a read-only connection of the pool; ``DatabaseDown`` if there is none to be had.

        ``ConnectionLost`` if it breaks off, or is to a server that has not come as far as the
        catalog: another one may do. ``StaleCursor`` if rows of the catalog are deleted by now,
        ``VersionGone`` if the request names the version itself.
        """
        try:
            with self.engine.connect() as connection:
                try:
                    if self._several:
                        self._keep_up(connection)
                    yield connection
                    # What is kept now was whole while it was read.
                    if self.older and not versions.is_kept(connection, self.number):
                        raise VersionGone if self.pinned else StaleCursor
                except (sqlite3.Error, psycopg.Error) as error:
                    connection.invalidate(error)
                    if is_lost(error):
                        raise ConnectionLost from error
                    raise
                if changed(connection.info):
                    raise ConnectionLost
        except (DBAPIError, PoolTimeout, sqlite3.Error, psycopg.Error) as error:
            about = {"event": "database_error", "every": 60.0}
            url = self.engine.url.render_as_string(hide_password=False)
            log.warning("the database: %s", cause_of(error, url), extra=about)
            raise (ConnectionLost if is_lost(error) else DatabaseDown) from error

    def _keep_up(self, connection: Connection) -> None:
        """Check that the connection's server has this data version, once for each."""
        if connection.info.get("number", -1) >= self.number:
            return
        number = connection.execute(versions.newest(DataVersion.number)).scalar_one()
        if number < self.number:
            connection.invalidate()
            raise ConnectionLost
        connection.info["number"] = number


class Store:
    """Engine and catalog. ``start`` before use, ``stop`` at the end."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.engine = reading_engine(
            settings.database_url,
            threads=settings.threads,
            statement_timeout=settings.statement_timeout,
        )
        self._several = has_several(settings.database_url)
        # Called when another data version is shown.
        self.changed: Callable[[], object] = lambda: None
        self.number = -1  # of the data version shown; -1 before there is one
        self._catalog: Catalog | None = None
        self._older: Catalog | None = None  # of one other version
        self._older_used = 0.0  # when it was last asked for
        self._load_after = 0.0  # when the next older one may be loaded
        self._loading = Lock()
        self._fault: ApiError | None = None  # of the last look at the database, if it failed
        self._patience = settings.poll_interval + settings.statement_timeout
        self._looked = 0.0  # when the last look that succeeded began
        self._outage = Outage(settings.database_url)
        self._refreshing = Lock()
        self._stopped = Event()
        self._poller = Thread(target=self._poll, name="data-version", daemon=True)

    def reader(self) -> Reader:
        """Return what a request answers from."""
        catalog = self._catalog
        number = catalog.number if catalog else -1
        return Reader(self.engine, number, catalog, self._fault, self._several)

    def at(self, name: str) -> Reader | None:
        """Return a reader of the data version of this name; None if it was never shown.

        It asks the database and may load a catalog, so call it in a thread. Raises ``VersionGone``,
        and ``Overloaded`` if the last one was loaded a moment ago.
        """
        with self._loading:
            try:
                number, is_kept = self._find(name)
            except ConnectionLost:
                number, is_kept = self._find(name)
            if number is None:
                return None
            if not is_kept:
                raise VersionGone
            if number > self.number:  # another worker shows it already
                self.refresh()
            if self.token.startswith(name):
                return self.reader()
            older = self._older
            if older is None or older.number != number:
                older = self._load_older(number)
            self._older_used = time.monotonic()
            return Reader(self.engine, older.number, older, self._fault, self._several, older=True)

    def _find(self, name: str) -> tuple[int | None, bool]:
        with self.reader().connect() as connection:
            number = versions.find(connection, name)
            return number, number is not None and versions.is_kept(connection, number)

    def _load_older(self, number: int) -> Catalog:
        began = time.monotonic()
        if began < self._load_after:
            seconds = ceil(self._load_after - began)
            raise Overloaded(f"Older data can be read again in {seconds} s.", seconds)
        try:
            self._older = catalog = load_catalog(self.engine, number)
            settle()
        finally:
            ended = time.monotonic()
            self._load_after = ended + REST * (ended - began)
        return catalog

    def unseen(self) -> float:
        """Return how many seconds ago the last look that succeeded began."""
        return time.monotonic() - self._looked if self._looked else float("inf")

    def away(self, now: float) -> bool:
        """Tell whether the database has not answered for a while; ``now`` is monotonic."""
        return self._fault is not None or now - self._looked > self._patience

    @property
    def token(self) -> str:
        """The token of the data version shown; empty before there is one."""
        return self._catalog.token if self._catalog else ""

    @property
    def name(self) -> str:
        """The name of the data version shown, as the header Data-Version has it."""
        return self.token[: versions.NAME]

    @property
    def failing(self) -> bool:
        """Tell whether the last look at the database met a fault."""
        return self._fault is not None

    def pool(self) -> tuple[int, int]:
        """Return how many connections are lent, and how many there can be."""
        pool = self.engine.pool
        assert isinstance(pool, QueuePool)  # noqa: S101 - of both databases
        return pool.checkedout(), pool.size()

    def start(self) -> None:
        """Load the catalog and begin to look for new data versions."""
        self.refresh()
        self._poller.start()

    def stop(self) -> None:
        """End the thread and close the connections."""
        self._stopped.set()
        if self._poller.is_alive():
            self._poller.join(timeout=2)
        self.engine.dispose()

    def refresh(self) -> None:
        """Load the catalog if the database shows another version; note what went wrong."""
        with self._refreshing:
            began = time.monotonic()
            try:
                found = self._look()
                if found is not None:
                    # The number first: from here on no answer of the version before is found in
                    # a cache, and only then can one of the new version be made.
                    self.number = found.number
                    self._older, self._older_used = self._catalog, began
                    self._catalog = found
                    settle()
                    self.changed()
                    about = {"event": "data_version"}
                    log.info("data version %s is shown", found.token[:12], extra=about)
                elif began - self._older_used > OLDER_SECONDS:
                    self._older = None
                self._fault = None
                self._looked = began
                self._outage.over()
            except ApiError as error:
                self._fault = error
                self._outage.met(error)

    def _look(self) -> Catalog | None:
        """Return the catalog of another data version, if one is shown; try a lost connection again.

        Of several servers one that lags may answer: what it shows is older, and passed over.
        """
        for last in (False, True):
            try:
                current = self._catalog
                if current is None:
                    self._refuse_newer()
                    return load_catalog(self.engine)
                number = versions.read_number(self.engine)
                if number == current.number or (self._several and number < current.number):
                    return None
                found = load_catalog(self.engine)
            except ConnectionLost:
                if last:
                    raise
            else:
                return None if self._several and found.number <= current.number else found
        return None

    def _refuse_newer(self) -> None:
        """Raise ``NotReady`` if the process is started on a database of a newer program.

        A process that runs while its database is migrated goes on as long as its statements work.
        """
        try:
            why = newer(self.engine)
        except SQLAlchemyError as error:
            raise (ConnectionLost if is_lost(error) else DatabaseDown) from error
        if why:
            raise NotReady(why[0].upper() + why[1:] + ".")

    def _poll(self) -> None:
        while not self._stopped.wait(self.settings.poll_interval):
            try:
                self.refresh()
            except Exception:  # a thread that ends would never show new data again
                message = "the look for a new data version failed"
                log.exception(message, extra={"event": "fault"})
