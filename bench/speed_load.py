"""Loads a server with wrk, or two servers in turn, and takes medians."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.speed_servers import Server

SCRIPT = Path(__file__).parent / "load.lua"


@dataclass(frozen=True)
class Load:
    """What wrk measured, or the medians of several runs."""

    rate: float  # requests a second
    p50: float  # milliseconds
    p99: float
    cpu: float  # microseconds of the server's processor time a request
    failed: int


@dataclass(frozen=True)
class Plan:
    """How many seconds a measurement takes, and how often it is taken."""

    seconds: float = 2.0
    rounds: int = 5


@dataclass
class Row:
    """A row of the table: two servers compared."""

    what: str
    against: str
    a: Load
    b: Load
    ratio: float
    """Ours divided by theirs, of the medians: the figure that the target is for."""
    target: float | None
    at_most: bool = False
    by_cpu: float | None = None
    """The same ratio by processor time a request, which other processes affect less."""
    load: float = field(default_factory=lambda: os.getloadavg()[0])

    @property
    def reached(self) -> str:
        """Whether the target is reached: yes, no, or empty without a target."""
        if self.target is None:
            return ""
        return "yes" if (self.ratio <= self.target) == self.at_most else "no"


def need_wrk() -> None:
    """End the program if wrk is not installed."""
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing: apt-get install wrk")


def wrk(
    server: Server, targets: Path, connections: int, seconds: float, headers: Sequence[str] = ()
) -> Load:
    """Load a server with one thread of wrk."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "10s"]
    for header in headers:
        command += ["-H", header]
    before = server.cpu_seconds()
    command += ["-s", str(SCRIPT), server.url, "--", str(targets)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    cpu = server.cpu_seconds() - before
    found = json.loads(done.stdout.splitlines()[-1])
    asked = max(found["requests"], 1)
    return Load(
        found["requests"] / found["seconds"],
        found["p50"] / 1000,
        found["p99"] / 1000,
        cpu / asked * 1e6,
        found["failed"],
    )


def medians(loads: Sequence[Load]) -> Load:
    """Return the median of each figure."""

    def middle(name: str) -> float:
        return float(statistics.median(getattr(one, name) for one in loads))

    failed = sum(one.failed for one in loads)
    return Load(middle("rate"), middle("p50"), middle("p99"), middle("cpu"), failed)


def compare(
    plan: Plan,
    one: Callable[[float], Load],
    other: Callable[[float], Load],
    figure: str = "rate",
) -> tuple[Load, Load, float, float]:
    """Load two servers in turn; return both medians, their ratio and that by processor time."""
    one(1)
    other(1)
    mine, theirs = [], []
    for _ in range(plan.rounds):
        mine.append(one(plan.seconds))
        theirs.append(other(plan.seconds))
    a, b = medians(mine), medians(theirs)
    return a, b, getattr(a, figure) / max(getattr(b, figure), 1e-9), b.cpu / max(a.cpu, 1e-9)
