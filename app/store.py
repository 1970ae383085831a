"""The reading side of one process: its engine and the catalog of the data version shown now.

A thread looks for a new data version every ``poll_interval`` seconds and swaps the catalog whole.
Each request takes the catalog once and answers from it alone.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.db import reading_engine
from app.errors import ApiError, DatabaseDown
from app.queries.catalog import Catalog, load_catalog, read_number
from app.settings import Settings

log = logging.getLogger("occupations")


class Store:
    """Engine and catalog. ``start`` before use, ``stop`` at the end."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.engine = reading_engine(
            settings.database_url,
            threads=settings.threads,
            statement_timeout=settings.statement_timeout,
        )
        self.fault: ApiError | None = None  # what the last look at the database met
        self._catalog: Catalog | None = None
        self._stopped = Event()
        self._poller = Thread(target=self._poll, name="data-version", daemon=True)

    @property
    def catalog(self) -> Catalog:
        """The catalog shown now; raises what kept it from loading if there is none yet."""
        if self._catalog is None:
            self.refresh()
        if self._catalog is None:
            raise self.fault or DatabaseDown()
        return self._catalog

    def start(self) -> None:
        """Load the catalog and begin to look for new data versions."""
        self.refresh()
        self._poller.start()

    def stop(self) -> None:
        """End the thread and close the connections."""
        self._stopped.set()
        if self._poller.is_alive():
            self._poller.join(timeout=5)
        self.engine.dispose()

    def refresh(self) -> None:
        """Load the catalog if the database shows another version; note what went wrong."""
        try:
            current = self._catalog
            if current is None or read_number(self.engine) != current.number:
                self._catalog = load_catalog(self.engine)
                log.info("data version %s is shown", self._catalog.token[:12])
            self.fault = None
        except ApiError as error:
            if self.fault is None:
                log.warning("the database: %s", error.detail)
            self.fault = error

    def _poll(self) -> None:
        while not self._stopped.wait(self.settings.poll_interval):
            self.refresh()

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """Lend a read-only connection of the pool; ``DatabaseDown`` if there is none to be had."""
        try:
            with self.engine.connect() as connection:
                yield connection
        except (DBAPIError, PoolTimeout) as error:
            raise DatabaseDown from error
