"""PostgreSQL down, restarted, frozen, out of connections: what a server answers meanwhile.

Cold requests get a 503 problem with Retry-After within 3 s, readiness 503, liveness 200; what was
answered before is answered again, marked stale; all is well within 5 s of the fault's end.
"""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import httpx
import psycopg

from bench.speed_data import occupations
from bench.speed_servers import Server, ours, warmed
from tests.audit.meanwhile import PROBLEM_WITHIN, WELL_WITHIN, Asking, Cold, ask, asking, until
from tests.audit.place import Outcome, Place
from tests.audit.postgres import Cluster, cluster

WARM = ("/v1/occupations/11-9111", "/v1/wages?limit=3", "/v1/compare?codes=11-9111,29-1141", "/v1")
NOTICED_WITHIN = 4.0
"""Seconds after which no answer may look fresh: a look each second, two for its statement."""
LASTS = 6.0
"""Seconds that a fault is held."""

Fault = Callable[[Cluster], AbstractContextManager[None]]


@contextmanager
def down(server: Cluster) -> Iterator[None]:
    """Stopped, and started again at the end."""
    server.stop()
    yield
    server.start()


@contextmanager
def restarted(server: Cluster) -> Iterator[None]:
    """Stopped and started at once: every connection is cut."""
    server.stop()
    server.start()
    yield


@contextmanager
def frozen(server: Cluster) -> Iterator[None]:
    """No process of it moves, its sockets stay open."""
    server.freeze()
    yield
    server.thaw()


@contextmanager
def full(server: Cluster) -> Iterator[None]:
    """Others hold every connection that it gives."""
    held: list[psycopg.Connection[None]] = []

    def take() -> None:
        with contextlib.suppress(psycopg.OperationalError):
            while True:
                held.append(server.connect("web", "data"))

    take()
    quiet = 0
    while quiet < 5:  # the server asks again for what it lost: whoever is faster
        mine = {one.info.backend_pid for one in held}
        others = server.sql("SELECT pid FROM pg_stat_activity WHERE usename = 'web'")
        for (pid,) in others:
            if pid not in mine:
                server.sql(f"SELECT pg_terminate_backend({pid}, 1000)")
                take()
        quiet = quiet + 1 if {pid for (pid,) in others} <= mine else 0
        take()
    yield
    for one in held:
        one.close()


FAULTS: dict[str, Fault] = {
    "down": down,
    "restarted": restarted,
    "frozen": frozen,
    "out of connections": full,
}
IN_SHORT = (frozen, full)
"""What CI tries: the other two are tried by the tests or seen at once."""


def wrong_meanwhile(seen: Asking, since: float, end: float, bodies: dict[str, bytes]) -> list[str]:
    """Say what was not as it should be while the database was away."""
    wrong = [
        f"live {one.status} in {one.seconds:.1f} s"
        for one in seen.of("live", since)
        if one.status != 200 or one.seconds > 1
    ]
    for kind in ("cold", "ready"):
        for one in seen.of(kind, since):
            if one.began + PROBLEM_WITHIN > end:
                continue  # may have been answered after the fault
            if not one.refused or one.seconds > PROBLEM_WITHIN:
                wrong.append(f"{kind} {one.status} {one.media} in {one.seconds:.1f} s")
    for one in seen.of("warm", since):
        if one.status != 200 or one.body != bodies[one.target]:
            wrong.append(f"warm {one.status}")
        elif not one.stale and since + NOTICED_WITHIN < one.began < end - 0.5:
            wrong.append(f"warm, not marked after {one.began - since:.1f} s")
    return wrong


def one_round(
    server: Server, database: Cluster, fault: Fault, cold: Cold
) -> tuple[list[str], float, int]:
    """Break it and mend it; return what was wrong, the seconds to recover, and the requests."""
    with httpx.Client(base_url=server.url, timeout=30) as client:
        bodies = {target: client.get(target).content for target in WARM}
        turns = iter(range(10**9))
        with asking(server.url) as seen:
            with fault(database):
                since = time.monotonic()
                for _ in range(4):
                    seen.begin("cold", cold)
                seen.begin("live", lambda: "/health/live")
                seen.begin("ready", lambda: "/health/ready")
                seen.begin("warm", lambda: WARM[next(turns) % len(WARM)])
                if fault is not restarted:
                    time.sleep(LASTS)
                end = time.monotonic()
            mended = time.monotonic()

            def well() -> bool:
                some = [ask(client, "", target) for target in (cold(), "/health/ready", WARM[0])]
                return all(one.status == 200 and not one.stale for one in some)

            recovered = until(well, 20)
            settled = time.monotonic()
            time.sleep(1)
        wrong = wrong_meanwhile(seen, since, end, bodies) if fault is not restarted else []
        for one in seen.seen:
            known = one.status == 200 or one.refused
            if not known or one.seconds > PROBLEM_WITHIN + 0.5:
                wrong.append(f"{one.kind} {one.status} in {one.seconds:.1f} s {one.body[:40]!r}")
            elif one.began > settled and one.status != 200:
                wrong.append(f"{one.kind} {one.status} after all was well")
            elif one.kind == "warm" and one.body != bodies[one.target]:
                wrong.append("warm, another body")
    took = settled - mended
    if recovered is None or took > WELL_WITHIN:
        wrong.append(f"well after {took:.1f} s")
    return wrong, took, len(seen.seen)


def check(place: Place) -> Iterator[Outcome]:
    """Each fault, ten times in the long form."""
    rounds = 1 if place.short else 10
    with cluster(place.folder / "faults-pg", "max_connections=30") as database:
        if place.short:
            occupations("seed", url=database.url())
        else:
            database.copy_of(place.urls["PostgreSQL"])
        with ours(database.url("web")) as server:
            warmed(server)
            cold = Cold()
            for name, fault in FAULTS.items():
                if place.short and fault not in IN_SHORT:
                    continue
                bad: Counter[str] = Counter()
                lost, slowest, requests = 0, 0.0, 0
                for _ in range(rounds):
                    wrong, took, asked = one_round(server, database, fault, cold)
                    lost += bool(wrong)
                    slowest, requests = max(slowest, took), requests + asked
                    bad.update(wrong)
                said = f"{requests:,} requests; well again after {slowest:.1f} s at most"
                if bad:
                    said += "; wrong: " + ", ".join(f"{n} times {w}" for w, n in bad.most_common(5))
                yield Outcome(f"PostgreSQL {name}", "PostgreSQL", rounds, lost, said)
