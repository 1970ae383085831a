"""Requests while something is broken, and what may be answered."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

PROBLEM_WITHIN = 3.0
"""Seconds in which a request that cannot be answered is told so."""
WELL_WITHIN = 5.0
"""Seconds in which everything is well after a fault has passed."""

LISTS = ("wages", "skills", "duties", "titles", "projections", "education", "descriptions")


@dataclass(frozen=True, slots=True)
class Seen:
    """One answer, or none: status 0."""

    kind: str
    target: str
    began: float
    seconds: float
    status: int
    media: str = ""
    retry_after: str = ""
    cache_status: str = ""
    body: bytes = b""

    @property
    def stale(self) -> bool:
        """Whether the answer says that the database is away."""
        return "stale" in self.cache_status

    @property
    def refused(self) -> bool:
        """Whether it is the 503 that a client can work with."""
        return (
            self.status == 503
            and self.media == "application/problem+json"
            and self.retry_after.isdigit()
            and b'"status":503' in self.body
            and b"Traceback" not in self.body
        )


def ask(client: httpx.Client, kind: str, target: str) -> Seen:
    """Ask once."""
    began = time.monotonic()
    try:
        got = client.get(target)
    except httpx.HTTPError as error:
        said = type(error).__name__.encode()
        return Seen(kind, target, began, time.monotonic() - began, 0, body=said)
    return Seen(
        kind,
        target,
        began,
        time.monotonic() - began,
        got.status_code,
        got.headers.get("content-type", ""),
        got.headers.get("retry-after", ""),
        got.headers.get("cache-status", ""),
        got.content,
    )


class Cold:
    """Targets that were never asked for before, each of which needs the database."""

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self._lock = threading.Lock()

    def __call__(self) -> str:
        """Return the next one."""
        with self._lock:
            number = next(self._numbers)
        name = LISTS[number % len(LISTS)]
        number //= len(LISTS)
        # 200 sizes of a page, then groups: each is an answer of its own.
        return f"/v1/{name}?period=all&limit={1 + number % 200}&group={11 + number // 200 * 2}"


@dataclass
class Asking:
    """Threads that ask until told to stop; what they saw is in ``seen``."""

    url: str
    seen: list[Seen] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def begin(self, kind: str, target: Callable[[], str], pause: float = 0.05) -> None:
        """Start a thread that asks for one target after another."""

        def run() -> None:
            with httpx.Client(base_url=self.url, timeout=20) as client:
                while not self.stopped.is_set():
                    self.seen.append(ask(client, kind, target()))
                    self.stopped.wait(pause)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        self.threads.append(thread)

    def of(self, kind: str, since: float = 0.0) -> list[Seen]:
        """What was asked of a kind, from a moment on."""
        return [one for one in list(self.seen) if one.kind == kind and one.began >= since]


@contextmanager
def asking(url: str) -> Iterator[Asking]:
    """Lend threads that end with the block."""
    made = Asking(url)
    try:
        yield made
    finally:
        made.stopped.set()
        for thread in made.threads:
            thread.join(25)


def until(good: Callable[[], bool], within: float) -> float | None:
    """Return the seconds until ``good``; None if it never was."""
    began = time.monotonic()
    while time.monotonic() - began < within:
        if good():
            return time.monotonic() - began
        time.sleep(0.05)
    return None
