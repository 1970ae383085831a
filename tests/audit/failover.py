"""Two PostgreSQL servers with streaming replication behind one URL: one killed, then the other.

The URL names both and lets libpq choose. A server whose copy lags must not make an answer wrong.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from bench.speed_data import occupations
from bench.speed_servers import ours, warmed
from tests.audit.meanwhile import PROBLEM_WITHIN, WELL_WITHIN, Asking, Cold, Seen, asking, until
from tests.audit.place import Outcome, Place
from tests.audit.postgres import Cluster, cluster
from tests.builders import line, oews_csv

WEB = "FROM pg_stat_activity WHERE usename = 'web'"
COUNT = f"SELECT count(*) {WEB}"
OPTIONS = "load_balance_hosts=random&target_session_attrs=any"
TARGETS = tuple(
    f"/v1/{path}?period=all&limit={limit}"
    for limit in range(40, 46)
    for path in ("wages", "occupations/11-9111/wages")
)


def url_of(*servers: Cluster) -> str:
    """The URL of several servers, in the form that SQLAlchemy takes."""
    hosts = "&".join(f"host=127.0.0.1:{one.port}" for one in servers)
    return f"postgresql+psycopg://web@/data?{hosts}&{OPTIONS}"


@contextmanager
def pair(place: Place) -> Iterator[tuple[Cluster, Cluster]]:
    """Lend a server with the data and a standby that follows it."""
    with cluster(place.folder / "first-pg") as first:
        if place.short:
            occupations("seed", url=first.url())
        else:
            first.copy_of(place.urls["PostgreSQL"])
        second = first.standby(place.scratch("second-pg"))
        try:
            caught_up(first, second)
            yield first, second
        finally:
            second.thaw()
            second.stop()


def caught_up(first: Cluster, second: Cluster) -> None:
    """Wait until the standby has replayed all that there is."""
    (end,) = first.sql("SELECT pg_current_wal_lsn()")[0]

    def replayed() -> bool:
        return bool(second.sql(f"SELECT pg_last_wal_replay_lsn() >= '{end}'")[0][0])

    if until(replayed, 30) is None:
        raise RuntimeError("the standby does not follow")


def balanced(*servers: Cluster) -> None:
    """Cut connections until each server has some: those that are left are kept for long."""

    def used() -> bool:
        counts = [one.sql(COUNT)[0][0] for one in servers]
        if 0 in counts:
            for one in servers:
                one.sql(f"SELECT pg_terminate_backend(pid) {WEB}")
            time.sleep(0.5)
        return 0 not in counts

    if until(used, 60) is None:
        raise RuntimeError("one of the servers is never used")


def judged(seen: list[Seen], since: float, well_from: float) -> tuple[list[str], int]:
    """Say what was wrong with answers after ``since``; none may be refused from ``well_from``."""
    wrong, refused = [], 0
    for one in seen:
        if one.began < since:
            continue
        refused += one.refused
        if one.status != 200 and not one.refused:
            wrong.append(f"{one.status} {one.body[:60]!r}")
        elif one.seconds > PROBLEM_WITHIN:
            wrong.append(f"{one.status} in {one.seconds:.1f} s")
        elif one.refused and one.began > well_from:
            wrong.append(f"refused {one.began - since:.1f} s after")
    return wrong, refused


def killed(seen: Asking, victim: Cluster, hold: float) -> tuple[list[str], int]:
    """Kill a server under load, bring it back; return what was wrong and the refused."""
    since = time.monotonic()
    victim.kill()
    time.sleep(hold)
    victim.start()
    time.sleep(2)
    return judged(seen.of("cold"), since, since + WELL_WITHIN)


def stuck(seen: Asking, victim: Cluster, hold: float) -> tuple[list[str], int]:
    """Freeze a server under load, let it go on; return what was wrong and the refused."""
    since = time.monotonic()
    victim.freeze()
    time.sleep(hold)
    victim.thaw()
    time.sleep(2)
    return judged(seen.of("cold"), since, since + WELL_WITHIN)


def lagging(first: Cluster, second: Cluster, url: str, place: Place) -> Iterator[Outcome]:
    """Import on the first while the second does not replay: no answer is of both versions."""
    folder = place.scratch("lag")
    # A second period, so that an answer of the new version from old rows would lack some.
    rows = oews_csv(folder / "all_data_M_2020.csv", line(), line(OCC_CODE="29-1141"))
    again = iter(range(10**9))
    with (
        ours(url, cache_bytes="0", poll_interval="0.2") as server,
        httpx.Client(base_url=server.url, timeout=20) as client,
    ):
        old = {target: client.get(target).content for target in TARGETS}
        with asking(server.url) as seen:
            for _ in range(8):
                seen.begin("cold", lambda: TARGETS[next(again) % len(TARGETS)], 0.0)
            time.sleep(0.5)
            second.sql("SELECT pg_wal_replay_pause()")
            given = ("--as", "oews", "--period", "2020-05", "--top-code", "208000/100.00")
            occupations("import", *given, str(rows), url=first.url())
            time.sleep(3)
            second.sql("SELECT pg_wal_replay_resume()")
            caught_up(first, second)
            resumed = time.monotonic()
            time.sleep(WELL_WITHIN + 1)
        new = {target: client.get(target).content for target in TARGETS}
    wrong = Counter[str]()
    for one in seen.of("cold"):
        if one.status != 200 and not one.refused:
            wrong[f"{one.status}"] += 1
        elif one.status == 200 and one.body not in {old[one.target], new[one.target]}:
            wrong["an answer of no version"] += 1
        elif one.began > resumed + WELL_WITHIN and one.body != new[one.target]:
            wrong["old or none after the standby had caught up"] += 1
    refused = sum(one.refused for one in seen.of("cold"))
    different = sum(old[target] != new[target] for target in TARGETS)
    said = f"{refused:,} refused while they differed"
    if wrong or different < len(TARGETS):
        said += f"; wrong: {dict(wrong)}, {different} of {len(TARGETS)} targets changed"
    lost = wrong.total() + (different < len(TARGETS))
    yield Outcome("import while the standby lags", "two PostgreSQL", len(seen.seen), lost, said)


def check(place: Place) -> Iterator[Outcome]:
    """Both used, one killed under load, then the other; and a standby that lags."""
    rounds, hold = (1, 6.0) if place.short else (5, 7.0)
    with pair(place) as (first, second):
        url = url_of(first, second)
        with ours(url) as server:
            warmed(server)
            cold = Cold()
            with asking(server.url) as seen:
                for _ in range(4):
                    seen.begin("cold", cold, 0.02)
                time.sleep(2)
                used = [one.sql(COUNT)[0][0] for one in (first, second)]
                began = [one for one in seen.of("cold") if one.status != 200]
                yield Outcome(
                    "both servers answer",
                    "two PostgreSQL",
                    len(seen.of("cold")),
                    len(began) + (0 in used),
                    f"connections {used[0]} and {used[1]}",
                )
                for name, victim, harm in (
                    ("first killed", first, killed),
                    ("standby killed", second, killed),
                    ("first frozen", first, stuck),
                ):
                    if place.short and victim is not first:
                        continue
                    bad: Counter[str] = Counter()
                    refused, before = 0, len(seen.seen)
                    for _ in range(rounds):
                        balanced(first, second)
                        wrong, some = harm(seen, victim, hold)
                        bad.update(wrong)
                        refused += some
                    said = f"{refused} brief 503 in {rounds} rounds"
                    if bad:
                        said += f"; wrong: {bad.most_common(4)}"
                    tried = len(seen.seen) - before
                    what = f"the {name} under load"
                    yield Outcome(what, "two PostgreSQL", tried, bad.total(), said)
        caught_up(first, second)
        yield from lagging(first, second, url, place)
