"""kill -9 at random moments of each importer, while a server answers, on both databases.

The old release is served throughout, or the new one if it was committed; the repeat succeeds, and
then the database holds what one clean import makes of it.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bench.speed_servers import Server, ours
from tests.audit import commands, held
from tests.audit.inputs import Input, inputs
from tests.audit.meanwhile import WELL_WITHIN, Seen, ask, asking, until
from tests.audit.place import Outcome, Place
from tests.audit.postgres import Cluster, cluster

TARGETS = ("/v1", "/v1/releases", "/v1/occupations/11-9111", "/v1/wages?period=all&limit=50")


IN_SHORT = {("seed", "SQLite"), ("OEWS", "PostgreSQL")}
"""Importers that CI kills: one that makes several releases, and one of a file."""


@dataclass
class Ground:
    """A database that is brought back to its beginning after each round."""

    url: str
    reset: Callable[[], None]
    folder: Path
    clean: held.Content = field(default_factory=dict)
    old: dict[str, bytes] = field(default_factory=dict)
    new: dict[str, bytes] = field(default_factory=dict)
    first: int = 0
    seconds: float = 0.0


def fresh(url: str) -> AbstractContextManager[Server]:
    """Run a server that answers from the database each time."""
    return ours(url, cache_bytes="0", poll_interval="0.1")


def answers(client: httpx.Client) -> dict[str, bytes]:
    """What a server answers now."""
    return {target: client.get(target).content for target in TARGETS}


def shows(client: httpx.Client, wanted: dict[str, bytes]) -> bool:
    """Whether a server answers what is wanted, within the seconds it has to notice."""
    return until(lambda: answers(client) == wanted, 2 * WELL_WITHIN) is not None


def sqlite_ground(folder: Path, one: Input, disk: Path | None = None) -> Ground:
    """Make a SQLite database, on a disk of its own if given one, and a copy to bring it back from.

    It is brought back as a writer would do it, under the server that reads it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    base, data = folder / "base.sqlite3", (disk or folder) / "data.sqlite3"
    commands.finish(folder, f"sqlite:///{base}", *one.before)

    def reset() -> None:
        with sqlite3.connect(base) as source:
            target = sqlite3.connect(data, timeout=30)
            source.backup(target)
            target.execute("PRAGMA journal_mode = WAL")
            target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            target.close()

    return Ground(f"sqlite:///{data}", reset, folder)


def postgresql_ground(folder: Path, one: Input, server: Cluster) -> Ground:
    """Make a PostgreSQL database, and a template to bring it back from."""
    folder.mkdir(parents=True)
    server.sql("DROP DATABASE IF EXISTS base WITH (FORCE)")
    server.sql("CREATE DATABASE base")
    commands.finish(folder, server.url(name="base"), *one.before)
    return Ground(server.url(name="work"), lambda: _again(server), folder)


def _again(server: Cluster) -> None:
    server.again("work", "base")


def prepare(ground: Ground, server: Server, one: Input) -> None:
    """Import once undisturbed, to know what is right."""
    with httpx.Client(base_url=server.url, timeout=30) as client:
        until(lambda: client.get("/health/ready").status_code == 200, 20)
        ground.old = answers(client)
        ground.first = held.number(ground.url)
        ground.seconds = commands.finish(ground.folder, ground.url, *one.command)
        token = held.token(ground.url)
        until(lambda: bool(client.get("/v1").json().get("data_version") == token), 20)
        ground.new = answers(client)
        ground.clean = held.content(ground.url)
        ground.reset()
        if not shows(client, ground.old) or ground.old == ground.new:
            raise RuntimeError(f"{one.name}: could not go back to the beginning")


def between(ground: Ground, seen: list[Seen], old: bool) -> list[str]:
    """Say which answers are neither of before nor, if it was committed, of after."""
    wrong = []
    for got in seen:
        right = {ground.old[got.target]} | (set() if old else {ground.new[got.target]})
        if got.status != 200:
            wrong.append(f"{got.status} while it ran")
        elif got.body not in right:
            wrong.append("an answer of no release")
    return wrong


def one_kill(
    ground: Ground, server: Server, one: Input, after: float, repeat: bool
) -> tuple[list[str], bool]:
    """Kill an import ``after`` seconds, look, and import again; return what was wrong."""
    turns = iter(range(10**9))
    with httpx.Client(base_url=server.url, timeout=30) as client:
        with asking(server.url) as seen:
            seen.begin("fresh", lambda: TARGETS[next(turns) % len(TARGETS)], 0.02)
            command = commands.start(ground.folder, ground.url, *one.command)
            time.sleep(after)
            command.kill()
            time.sleep(0.1)
            committed = held.number(ground.url) != ground.first
        wrong = between(ground, seen.of("fresh"), not committed)
        wrong += held.unsound(ground.url)
        if not committed and not shows(client, ground.old):
            wrong.append("not what was there before")
        if repeat:
            commands.finish(ground.folder, ground.url, *one.command)
            after_it = held.content(ground.url)
            unlike = [name for name in after_it if after_it[name] != ground.clean[name]]
            wrong += [f"{name}: not what a clean import makes" for name in unlike]
            wrong += held.unsound(ground.url)
            last = ask(client, "", TARGETS[0])
            if not shows(client, ground.new):
                wrong.append(f"the server does not show the repeat: {last.status}")
        if repeat or committed:
            ground.reset()
            if not shows(client, ground.old):
                wrong.append("could not go back to the beginning")
    return wrong, committed


def importer(ground: Ground, one: Input, where: str, times: int, each: int) -> Outcome:
    """Kill one importer ``times``, with a repeat after each ``each``."""
    ground.reset()
    draw = random.Random(f"{one.name} {where}")
    bad: Counter[str] = Counter()
    lost = committed = 0
    with fresh(ground.url) as server:
        prepare(ground, server, one)
        for n in range(1, times + 1):
            moment = draw.uniform(0.03, 1.02) * ground.seconds
            wrong, done = one_kill(ground, server, one, moment, n % each == 0 or n == times)
            lost += bool(wrong)
            committed += done
            bad.update(wrong)
    said = f"import of {ground.seconds:.1f} s; {committed} killed after the commit"
    if bad:
        said += f"; wrong: {bad.most_common(4)}"
    return Outcome(f"kill -9 of the import of {one.name}", where, times, lost, said)


def check(place: Place) -> Iterator[Outcome]:
    """Each importer, 50 times in the long form, on both databases."""
    folder = place.scratch("killed")
    times = 5 if place.short else 50
    with ExitStack() as stack:
        server = stack.enter_context(cluster(place.folder / "killed-pg"))
        for one in inputs(place, folder):
            name = one.name.replace("*", "")
            each = 5 if place.short or one.name == "O*NET" else 2
            for where in ("SQLite", "PostgreSQL"):
                if place.short and (one.name, where) not in IN_SHORT:
                    continue
                here = folder / f"{where}-{name}"
                if where == "SQLite":
                    ground = sqlite_ground(here, one)
                else:
                    ground = postgresql_ground(here, one, server)
                yield importer(ground, one, where, times, each)
