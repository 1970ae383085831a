"""The access log, metrics and telemetry: the edge tells them of each request.

They import the server's cache and what the server is handed; none imports the edge.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from app.server.cache import Cache
from app.server.handed import Store
from app.server.observing.access_log import AccessLog
from app.server.observing.telemetry import Telemetry, telemetry
from app.settings import Settings

Gauge = tuple[str, str, Callable[[], float]]
"""Name, what it says, and what reads it."""


class Observers:
    """Those that are told of each request. ``start`` and ``stop`` with the server."""

    def __init__(
        self, settings: Settings, cache: Cache, store: Store, computing: Callable[[], int]
    ) -> None:
        self._settings = settings
        self._shown = cache, store, computing
        self.gauges: list[Gauge] = []  # of the application, shown with the metrics
        self._access = AccessLog(settings)
        self._telemetry: Telemetry | None = None

    def start(self) -> None:
        """Begin to write the log, and whatever the settings or installed packages ask for."""
        if self._settings.metrics_port:
            from app.server.observing import metrics  # noqa: PLC0415 - for those who want it

            shown = metrics.Metrics(*self._shown, self.gauges)
            self._access.readers.append(shown.add)
            metrics.serve(shown, self._settings)
        self._telemetry = telemetry()
        if self._telemetry is not None:
            self._access.readers.append(self._telemetry.tell)
        self._access.start()

    def stop(self) -> None:
        """Write what is left."""
        self._access.stop()

    def note(
        self,
        headers: dict[bytes, bytes],
        method: str,
        route: str,
        status: int,
        started: float,
        identity: bytes,
    ) -> None:
        """Take note of a request that is answered; ``started`` is monotonic."""
        seconds = time.monotonic() - started
        self._access.note(method, route, status, seconds, identity)
        if self._telemetry is not None:
            self._telemetry.note(headers.get(b"traceparent"), method, route, status, seconds)
