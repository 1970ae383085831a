"""An import onto a disk that is full before its end, at many sizes, on both databases.

A real file system in memory, of the size that is wanted. The import says so in one line and ends
with 1, what was there before is served all along, and with room the repeat succeeds.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.audit import commands, held
from tests.audit.inputs import Input, inputs
from tests.audit.killed import TARGETS, Ground, between, fresh, prepare, shows, sqlite_ground
from tests.audit.meanwhile import asking
from tests.audit.place import Outcome, Place
from tests.audit.postgres import cluster, owned

ROOM = 512 * 1024 * 1024
PAGE = 4096


def mount(*arguments: str) -> None:
    """Mount; raises CalledProcessError where that is not allowed."""
    subprocess.run(["mount", *arguments], check=True, capture_output=True)


def cannot_mount(folder: Path) -> str:
    """Say why file systems cannot be mounted here; empty if they can."""
    try:
        mount("-t", "tmpfs", "tmpfs", str(folder))
        subprocess.run(["umount", str(folder)], check=True)
    except (OSError, subprocess.CalledProcessError):
        return "mounting a file system is not allowed here"
    return ""


@contextmanager
def disk(folder: Path) -> Iterator[Path]:
    """Lend a file system of its own, with room until it is resized."""
    folder.mkdir(parents=True)
    mount("-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(folder))
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def resize(folder: Path, size: int) -> None:
    """Give a file system another size, in bytes."""
    mount("-o", f"remount,size={-(-size // PAGE) * PAGE}", str(folder))


def used(folder: Path) -> int:
    """Bytes of a file system in use."""
    return shutil.disk_usage(folder).used


def most(folder: Path, work: Callable[[], object]) -> int:
    """Return the most bytes in use while ``work`` runs."""
    peak, ended = used(folder), threading.Event()

    def look() -> None:
        nonlocal peak
        while not ended.wait(0.005):
            peak = max(peak, used(folder))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        work()
    finally:
        ended.set()
        thread.join()
    return peak


def one_size(
    ground: Ground, client: httpx.Client, place: Path, one: Input, room: int
) -> tuple[list[str], bool]:
    """Import with so many bytes of room; return what was wrong, and whether it was too little."""
    turns = iter(range(10**9))
    resize(place, used(place) + room)
    with asking(str(client.base_url)) as seen:
        seen.begin("fresh", lambda: TARGETS[next(turns) % len(TARGETS)], 0.02)
        command = commands.start(ground.folder, ground.url, *one.command)
        code = command.end()
        errors = command.errors
    committed = held.number(ground.url) != ground.first
    wrong = between(ground, seen.of("fresh"), not committed)
    if code == 0:
        if not committed or held.content(ground.url) != ground.clean:
            wrong.append("ended with 0 and did not hold all")
    else:
        said = errors.strip().splitlines()
        plain = [line for line in said if line.startswith("occupations: ")]
        if code != 1 or len(said) != 1 or len(plain) != 1:
            wrong.append(f"ended with {code} and said {errors[-160:]!r}")
        elif "full" not in plain[0] and "No space" not in plain[0]:
            wrong.append(f"did not say that the disk is full: {plain[0][:120]!r}")
        if committed:
            wrong.append("failed, and yet something was written")
        if not committed and not shows(client, ground.old):
            wrong.append("not what was there before")
    resize(place, ROOM)
    wrong += held.unsound(ground.url)
    commands.finish(ground.folder, ground.url, *one.command)
    if held.content(ground.url) != ground.clean or not shows(client, ground.new):
        wrong.append("the repeat did not make what a clean import makes")
    return wrong, code != 0


def sizes(ground: Ground, where: str, place: Path, one: Input, times: int) -> Outcome:
    """Import at so many sizes, from hardly any room to almost enough."""
    bad: Counter[str] = Counter()
    lost = full = 0
    ground.reset()
    with fresh(ground.url) as server:
        prepare(ground, server, one)
        with httpx.Client(base_url=server.url, timeout=30) as client:
            before = used(place)
            work = lambda: commands.finish(ground.folder, ground.url, *one.command)  # noqa: E731
            needed = max(most(place, work) - before, 64 * 1024)
            for n in range(times):
                ground.reset()
                shows(client, ground.old)
                room = int(needed * (n + 0.2) / times)
                wrong, failed = one_size(ground, client, place, one, room)
                lost += bool(wrong)
                full += failed
                bad.update(wrong)
    said = f"{full} of {times} had too little room of {needed / 1e6:.1f} MB"
    if bad:
        said += f"; wrong: {bad.most_common(4)}"
    return Outcome(f"disk full during the import of {one.name}", where, times, lost, said)


def check(place: Place) -> Iterator[Outcome]:
    """Twenty sizes in the long form, on both databases."""
    folder = place.scratch("full")
    times = 4 if place.short else 20
    given = inputs(place, folder)
    wanted = ("OEWS",) if place.short else ("SOC", "projections")
    if said := cannot_mount(folder):
        yield Outcome("disk full", "", 0, 0, said, done=False)
        return
    for one in (one for one in given if one.name in wanted):
        name = one.name
        with disk(folder / f"disk-{name}") as small:
            yield sizes(sqlite_ground(folder, one, small), "SQLite", small, one, times)
        (folder / "base.sqlite3").unlink()
        if place.short:
            continue
        with (
            disk(folder / f"pg-disk-{name}") as small,
            tablespace(place, small, folder, one) as ground,
        ):
            yield sizes(ground, "PostgreSQL", small, one, times)


@contextmanager
def tablespace(place: Place, small: Path, folder: Path, one: Input) -> Iterator[Ground]:
    """Lend a PostgreSQL database whose tables stand on the disk, and its server's log elsewhere."""
    with cluster(place.folder / "full-pg") as server:
        owned(small)
        server.sql(f"CREATE TABLESPACE small LOCATION '{small}'")
        server.sql("CREATE DATABASE base")
        commands.finish(folder, server.url(name="base"), *one.before)

        def reset() -> None:
            server.sql("DROP DATABASE IF EXISTS work WITH (FORCE)")
            server.sql("CREATE DATABASE work TEMPLATE base TABLESPACE small")

        yield Ground(server.url(name="work"), reset, folder)
        with contextlib.suppress(Exception):
            server.sql("DROP DATABASE IF EXISTS work WITH (FORCE)")
