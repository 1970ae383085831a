"""/metrics counts what was asked, worker by worker, and is nowhere unless it is asked for."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from functools import partial

import httpx
from prometheus_client.parser import text_string_to_metric_families

from bench.speed_servers import Server, free_port, ours
from tests.audit import meanwhile
from tests.audit.place import Outcome, Place

ASKED = {
    ("/v1/occupations/11-9111", "/v1/occupations/{code}", "200"): 40,
    ("/v1/wages?limit=0", "/v1/wages", "400"): 7,
    ("/v1/nothing", "-", "404"): 3,
}
BEGUN_WITHIN = 60.0
"""Seconds in which every worker begins, on a machine that is busy."""

HAS = {
    "http_request_duration_seconds_bucket",
    "occupations_cache_requests_total",
    "occupations_cache_bytes",
    "occupations_pool_connections_in_use",
    "occupations_data_version_info",
    "process_resident_memory_bytes",
}


def scrape(port: int) -> tuple[Counter[tuple[str, str]], set[str]]:
    """Return requests counted by route and status, and the names of all samples."""
    counted: Counter[tuple[str, str]] = Counter()
    names = set()
    text = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            names.add(sample.name)
            if sample.name == "http_requests_total":
                counted[sample.labels["route"], sample.labels["status"]] += int(sample.value)
    return counted, names


def scraped(port: int) -> bool:
    """Tell whether a worker has begun."""
    try:
        scrape(port)
    except httpx.TransportError:
        return False
    return True


def faults_of(server: Server, port: int, workers: int) -> list[str]:
    """Ask, and compare what is counted with what was asked."""
    for (target, _, _), times in ASKED.items():
        for _ in range(times):
            server.get(target)
    time.sleep(0.5)
    total: Counter[tuple[str, str]] = Counter()
    faults = []
    for number in range(workers):
        counted, names = scrape(port + number)
        total += counted
        faults += [f"no {name}" for name in HAS - names]
    for (_, route, status), times in ASKED.items():
        if total[route, status] != times:
            faults.append(f"{total[route, status]} of {times} {status} on {route}")
    if server.get("/metrics").status_code != 404:
        faults.append("/metrics answers on the API's port")
    return faults


def watching(place: Place) -> Iterator[Outcome]:
    for where, url in place.some("SQLite").items():
        for workers in (1, 2):
            port = free_port()
            with ours(url, workers=workers, metrics_port=str(port)) as server:
                for number in range(workers):
                    meanwhile.until(partial(scraped, port + number), BEGUN_WITHIN)
                faults = faults_of(server, port, workers)
            yield Outcome(
                f"metrics, {workers} worker{'s' * (workers > 1)}: as many as were asked",
                where,
                sum(ASKED.values()),
                len(faults),
                "; ".join(faults)[:200],
            )
