"""Metrics for Prometheus, on a port of their own, if ``metrics_port`` is set.

They are counted from the lines of the access log when these are written, so that counting costs a
request nothing. Each worker shows its own metrics on its own port.
"""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

from prometheus_client import (
    CollectorRegistry,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
    start_http_server,
)
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from app.server.cache import Cache
from app.server.handed import Store
from app.server.observing.access_log import Line
from app.settings import Settings

log = logging.getLogger("occupations")

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Seconds at most, of the histogram's buckets; one more has the rest."""

_NAMES = (*(str(bound) for bound in BOUNDS), "+Inf")


class Metrics(Collector):
    """The metrics of one worker. The thread of the log writes them, that of the port reads them."""

    def __init__(
        self,
        cache: Cache,
        store: Store,
        computing: Callable[[], int],
        gauges: Sequence[tuple[str, str, Callable[[], float]]] = (),
    ) -> None:
        self.gauges = gauges
        self.cache = cache
        self.store = store
        self.computing = computing
        self.requests: Counter[tuple[str, str, str]] = Counter()
        self.buckets: dict[str, list[int]] = defaultdict(lambda: [0] * len(_NAMES))
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def add(self, lines: Sequence[Line]) -> None:
        """Count answered requests."""
        for method, route, status, seconds, _ in lines:
            self.requests[method, route, str(status)] += 1
            self.buckets[route][bisect_left(BOUNDS, seconds)] += 1
            self.seconds[route] += seconds

    def collect(self) -> Iterator[Metric]:
        """Return the metrics as they are now."""
        requests = CounterMetricFamily(
            "http_requests", "Requests answered.", labels=("method", "route", "status")
        )
        for labels, count in list(self.requests.items()):
            requests.add_metric(labels, count)
        yield requests
        durations = HistogramMetricFamily(
            "http_request_duration_seconds",
            "Seconds from a request's head to its answer, given to the system to send.",
            labels=("route",),
        )
        for route, counts in list(self.buckets.items()):
            named = list(zip(_NAMES, accumulate(counts), strict=True))
            durations.add_metric((route,), named, self.seconds[route])
        yield durations
        yield from self._cache()
        yield from self._database()
        yield _gauge(
            "occupations_requests_computing",
            "Requests that wait for a thread or are being computed.",
            self.computing(),
        )
        for name, text, read in self.gauges:
            yield _gauge(name, text, read())

    def _cache(self) -> Iterator[Metric]:
        cache = self.cache
        asked = CounterMetricFamily("occupations_cache_requests", "Looks.", labels=("result",))
        asked.add_metric(("hit",), cache.hits)
        asked.add_metric(("miss",), cache.misses)
        yield asked
        size = GaugeMetricFamily("occupations_cache_bytes", "Bytes kept.", labels=("share",))
        count = GaugeMetricFamily("occupations_cache_entries", "Answers kept.", labels=("share",))
        for n, share in enumerate(("plain", "free_text")):
            size.add_metric((share,), cache.sizes[n])
            count.add_metric((share,), len(cache.entries[n]))
        yield size
        yield count

    def _database(self) -> Iterator[Metric]:
        store = self.store
        shown = InfoMetricFamily("occupations_data_version", "The data version that is shown.")
        shown.add_metric((), {"token": store.token, "number": str(store.number)})
        yield shown
        yield _gauge(
            "occupations_database_up",
            "1 where the last look at the database went well.",
            int(not store.failing),
        )
        lent, most = store.pool()
        yield _gauge("occupations_pool_connections_in_use", "Connections lent.", lent)
        yield _gauge("occupations_pool_connections_max", "Connections at most.", most)


def _gauge(name: str, text: str, value: float) -> Metric:
    family = GaugeMetricFamily(name, text)
    family.add_metric((), value)
    return family


def serve(metrics: Metrics, settings: Settings) -> None:
    """Show the figures on the first free port of as many as there are workers."""
    host, port, workers = settings.metrics_host, settings.metrics_port, settings.workers
    registry = CollectorRegistry()
    registry.register(metrics)
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    for offered in range(port, port + workers):
        try:
            start_http_server(offered, host, registry)
        except OSError:
            continue
        log.info("http://%s:%s/metrics", host, offered, extra={"event": "metrics"})
        return
    message = "no port for metrics: %s to %s are taken"
    log.error(message, port, port + workers - 1, extra={"event": "metrics"})
