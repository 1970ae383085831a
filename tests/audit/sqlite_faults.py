"""The SQLite file read-only, on a read-only file system, locked, or corrupted.

Either the start says in one line what is wrong, or each answer is the right one or a 503.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from sqlalchemy import make_url

from bench.speed_servers import HERE, free_port
from tests.audit import commands
from tests.audit.disk_full import cannot_mount, mount
from tests.audit.inputs import inputs
from tests.audit.meanwhile import PROBLEM_WITHIN, WELL_WITHIN, ask, asking, until
from tests.audit.place import Outcome, Place

TARGETS = (
    "/v1",
    "/v1/releases",
    "/v1/occupations?limit=200",
    "/v1/occupations?sort=-wage",
    "/v1/areas",
    "/v1/sources",
    "/v1/compare?codes=11-9111,29-1141",
    *(f"/v1/occupations/{code}" for code in ("11-9111", "29-1141", "29-1215", "43-1011")),
    *(
        f"/v1/{name}?period=all&limit=200"
        for name in ("wages", "projections", "titles", "duties", "skills", "descriptions")
    ),
)
ORDINARY = "-dac_override,-dac_read_search"
"""What root must give up to be refused what a file's mode refuses."""
PAGE = 4096


@dataclass
class Started:
    """`occupations serve`, or why it did not start."""

    process: subprocess.Popen[str]
    url: str
    said: Path

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    @property
    def errors(self) -> str:
        """What it wrote to standard error."""
        return self.said.read_text()


@contextmanager
def serving(file: Path, folder: Path, ordinary: bool = False) -> Iterator[Started]:
    """Run `occupations serve` on a file until the block ends; lend it when it answers or ended."""
    port = free_port()
    said = folder / f"said-{port}"
    # As root a file's mode means nothing: give up the right to pass it over.
    prefix = ["setpriv", f"--bounding-set={ORDINARY}"] if ordinary and not os.geteuid() else []
    environment = {
        "OCCUPATIONS_DATABASE_URL": f"sqlite:///{file}",
        "OCCUPATIONS_LOG_FORMAT": "json",
        "OCCUPATIONS_POLL_INTERVAL": "0.2",
        "OCCUPATIONS_CACHE_BYTES": "0",
    }
    with said.open("w") as stream:
        process = subprocess.Popen(
            [*prefix, sys.executable, "-m", "app.commands", "serve", "--port", str(port)],
            cwd=HERE,
            env={**os.environ, **environment},
            stdout=subprocess.DEVNULL,
            stderr=stream,
            text=True,
        )
    started = Started(process, f"http://127.0.0.1:{port}", said)

    def settled() -> bool:
        try:
            httpx.get(started.url + "/health/live", timeout=5)
        except httpx.TransportError:
            return not started.runs
        return True

    try:
        until(settled, 90)
        yield started
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(15)


def judged(started: Started, right: list[dict[str, bytes]]) -> tuple[list[str], str]:
    """Say what was wrong with a start or its answers, and which of the two it was."""
    if not started.runs:
        lines = started.errors.splitlines()
        said = [json.loads(line) for line in lines if line.startswith("{")]
        reasons = [entry for entry in said if entry["event"] == "stopped"]
        plain = len(said) == len(lines) and len(reasons) == 1
        code = started.process.returncode
        if plain and code == 1 and not any("traceback" in entry for entry in said):
            return [], "said at start"
        return [f"ended with {code}: {started.errors[-160:]!r}"], "said at start"
    wrong, refused = [], 0
    with (
        asking(started.url) as seen,
        httpx.Client(base_url=started.url, timeout=20) as client,
    ):
        seen.begin("live", lambda: "/health/live")
        for target in TARGETS:
            got = ask(client, "", target)
            if got.status == 200:
                if got.body not in [one[target] for one in right]:
                    wrong.append(f"a wrong answer at {target}")
            elif not got.refused or got.seconds > PROBLEM_WITHIN:
                wrong.append(f"{got.status} in {got.seconds:.1f} s at {target}: {got.body[:60]!r}")
            refused += got.refused
    slow = [one for one in seen.of("live") if one.status != 200 or one.seconds > 1]
    wrong += [f"liveness {one.status} in {one.seconds:.1f} s" for one in slow]
    if "Traceback" in started.errors:
        wrong.append(f"a traceback: {started.errors.strip().splitlines()[-1][:120]}")
    return wrong, "some refused" if refused else "all answered"


def row(what: str, results: list[tuple[list[str], str]], more: str = "") -> Outcome:
    """Sum up rounds as one row of the table."""
    bad = Counter(wrong for one, _ in results for wrong in set(one))
    ways = Counter(way for _, way in results)
    said = ", ".join(f"{n} {way}" for way, n in ways.most_common()) + more
    if bad:
        said += f"; wrong: {bad.most_common(4)}"
    return Outcome(what, "SQLite", len(results), sum(bool(one) for one, _ in results), said)


def read_only(file: Path, folder: Path, right: dict[str, bytes], short: bool) -> Iterator[Outcome]:
    """The file's mode and its folder's, and a file system that is mounted read-only."""
    for what, file_mode, folder_mode in (
        ("file read-only", 0o444, 0o755),
        ("file and folder read-only", 0o444, 0o555),
    ):
        if short and folder_mode == 0o755:
            continue
        place = folder / what.replace(" ", "-")
        place.mkdir()
        copy = Path(shutil.copyfile(file, place / "data.sqlite3"))
        copy.chmod(file_mode)
        place.chmod(folder_mode)
        with serving(copy, folder, ordinary=True) as started:
            yield row(what, [judged(started, [right])])
        place.chmod(0o755)
    if os.geteuid() != 0:
        yield Outcome(
            "a read-only file system", "SQLite", 0, 0, "mounted by root alone", done=False
        )
        return
    yield from mounted(file, folder, right, short)


def mounted(file: Path, folder: Path, right: dict[str, bytes], short: bool) -> Iterator[Outcome]:
    """A second, read-only view of a folder; then what is written through the first."""
    place, view = folder / "behind", folder / "view"
    place.mkdir()
    view.mkdir()
    if said := cannot_mount(view):
        yield Outcome("a read-only file system", "SQLite", 0, 0, said, done=False)
        return
    copy = Path(shutil.copyfile(file, place / "data.sqlite3"))
    mount("--bind", str(place), str(view))
    try:
        mount("-o", "remount,ro,bind", str(view))
        with serving(view / copy.name, folder) as started:
            yield row("a read-only file system", [judged(started, [right])])
            if started.runs and not short:
                after = changed(copy, folder)
                results = [judged(started, [right, after]) for _ in range(3)]
                time.sleep(WELL_WITHIN)
                results.append(judged(started, [after]))
                yield row("… written to from elsewhere meanwhile", results)
        if short:
            return
        leave_a_log(copy)
        with serving(view / copy.name, folder) as started:
            both = [judged(started, [changed_right(copy, folder)])]
        yield row("… with a log that a killed writer left", both)
    finally:
        subprocess.run(["umount", "--lazy", str(view)], check=True)


def changed(copy: Path, folder: Path) -> dict[str, bytes]:
    """Hide a release by the command line; return the right answers after it."""
    commands.finish(folder, f"sqlite:///{copy}", "releases", "retire", "bls-ep-2021-31")
    return changed_right(copy, folder)


def changed_right(copy: Path, folder: Path) -> dict[str, bytes]:
    """Return the right answers of a file as it is, with its log."""
    other = folder / f"right-{time.monotonic_ns()}.sqlite3"
    for end in ("", "-wal"):
        if Path(f"{copy}{end}").exists():
            shutil.copyfile(f"{copy}{end}", f"{other}{end}")
    return reference(other, folder)


def leave_a_log(copy: Path) -> None:
    """Commit to the log and die before it is taken into the file."""
    text = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1]);"
        "c.execute('PRAGMA wal_autocheckpoint = 0');"
        "c.execute('UPDATE data_versions SET number = number + 1 WHERE number = "
        "(SELECT max(number) FROM data_versions)'); c.commit();"
        "os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", text, str(copy)])


def reference(file: Path, folder: Path) -> dict[str, bytes]:
    """Return the right answers of a file."""
    with serving(file, folder) as started, httpx.Client(base_url=started.url, timeout=60) as client:
        got = {target: client.get(target) for target in TARGETS}
    if {one.status_code for one in got.values()} != {200}:
        raise RuntimeError(f"{file.name}: {Counter(one.status_code for one in got.values())}")
    return {target: one.content for target, one in got.items()}


def locked(file: Path, folder: Path, right: dict[str, bytes], short: bool) -> Iterator[Outcome]:
    """Another process holds the file, as a writer or as its only user."""
    for what, mode, before in (
        ("BEGIN EXCLUSIVE held by another process", "WAL", True),
        ("BEGIN EXCLUSIVE, begun while it is served", "WAL", False),
        ("held by its only user", "EXCLUSIVE", True),
        ("BEGIN EXCLUSIVE on a file without a log", "DELETE", False),
    ):
        if short and mode != "DELETE":
            continue
        copy = Path(shutil.copyfile(file, folder / f"locked-{time.monotonic_ns()}.sqlite3"))
        holder = sqlite3.connect(copy, isolation_level=None, timeout=30, check_same_thread=False)
        if mode == "EXCLUSIVE":
            holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        else:
            holder.execute(f"PRAGMA journal_mode = {mode}")
        if before:
            holder.execute("BEGIN EXCLUSIVE")
            holder.execute("UPDATE data_versions SET number = number")
        with serving(copy, folder) as started:
            if not before:
                holder.execute("BEGIN EXCLUSIVE")
            result = judged(started, [right])
            holder.execute("ROLLBACK")
            holder.close()
            more = ""
            if started.runs:
                since = time.monotonic()

                def well(url: str = started.url) -> bool:
                    return httpx.get(url + TARGETS[-1], timeout=20).status_code == 200

                until(well, 20)
                spent = time.monotonic() - since
                more = f"; well again after {spent:.1f} s"
                if spent > WELL_WITHIN:
                    result[0].append(f"well after {spent:.1f} s")
        yield row(what, [result], more)


def garbage(file: Path, draw: random.Random) -> None:
    """Write noise or zeros over three pages somewhere."""
    with file.open("r+b") as stream:
        for _ in range(3):
            stream.seek(draw.randrange(1, file.stat().st_size // PAGE) * PAGE)
            stream.write(draw.choice((draw.randbytes(PAGE), bytes(PAGE))))


def header(file: Path, draw: random.Random) -> None:
    """Write noise over the beginning."""
    with file.open("r+b") as stream:
        stream.write(draw.randbytes(draw.choice((16, 100, PAGE))))


def cut(file: Path, draw: random.Random) -> None:
    """Cut the end off, anywhere."""
    os.truncate(file, draw.randrange(0, file.stat().st_size))


HARM: dict[str, Callable[[Path, random.Random], None]] = {
    "garbage in random pages": garbage,
    "garbage in the header": header,
    "cut short": cut,
}


def harmed(
    file: Path, folder: Path, right: dict[str, bytes], times: dict[str, int]
) -> Iterator[Outcome]:
    """Harm the file before the start, and while it is served."""
    for what, harm in HARM.items():
        if not times[what]:
            continue
        draw = random.Random(what)
        results = []
        for _ in range(times[what]):
            copy = Path(shutil.copyfile(file, folder / f"harmed-{time.monotonic_ns()}.sqlite3"))
            harm(copy, draw)
            with serving(copy, folder) as started:
                results.append(judged(started, [right]))
            copy.unlink()
        yield row(f"{what}, then started", results)
        results = []
        for _ in range(max(1, times[what] // 2)):
            copy = Path(shutil.copyfile(file, folder / f"harmed-{time.monotonic_ns()}.sqlite3"))
            with serving(copy, folder) as started:
                with asking(started.url) as seen:
                    for _ in range(3):  # so that statements are under way at the moment
                        seen.begin("", lambda: random.choice(TARGETS), 0.0)
                    time.sleep(0.5)
                    harm(copy, draw)
                    time.sleep(0.5)
                wrong, way = judged(started, [right])
                wrong += [
                    f"{one.status} while it happened"
                    for one in seen.seen
                    if not one.refused and one.body != right[one.target]
                ]
                results.append((wrong, way))
        yield row(f"{what} while it is served", results)


def ways(place: Place) -> dict[str, int]:
    """Times of each harm, before the start; half as often while it is served."""
    return dict(zip(HARM, (1, 0, 1) if place.short else (20, 6, 12), strict=True))


def check(place: Place) -> Iterator[Outcome]:
    """Every way in which a file can fail, on the seed in the short form."""
    folder = place.scratch("sqlite-faults")
    file = folder / "whole.sqlite3"
    source = make_url(place.sqlite_copy("whole")).database or ""
    if not place.short:
        # SOC and OEWS with the seed: a file of some MB is enough to be broken in many places.
        source = str(folder / "made.sqlite3")
        for one in inputs(place, place.scratch("sqlite-inputs"))[:3]:
            commands.finish(folder, f"sqlite:///{source}", *one.command)
    shutil.copyfile(source, file)
    right = reference(file, folder)
    yield from read_only(file, folder, right, place.short)
    yield from locked(file, folder, right, place.short)
    yield from harmed(file, folder, right, ways(place))
