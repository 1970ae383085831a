"""What becomes of requests that one turn of the event loop has no time for.

In each turn the loop reads whatever has come on all connections. Under a flood that is thousands of
requests, and whoever comes after it waits for all of them. So a turn takes up requests for so long
only; those it could not are put off unread, and refused in small shares between the turns that
follow, so that every turn is short and what it takes up is answered soon.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable

TURN_SECONDS = 0.1
"""Seconds of a turn in which requests are taken up."""

TURN_READS = 64
"""Times that a turn reads in any case: a turn may be long because of one slow piece of work."""

SHARE_SECONDS = 0.07
"""Seconds between two turns in which requests that were put off are refused."""


class Turns:
    """The turns of a worker's event loop."""

    def __init__(self) -> None:
        self.began = 0.0  # when this turn read first; 0: it has not yet
        self.reads = 0
        self.late: deque[Callable[[], object]] = deque()

    def full(self) -> bool:
        """Tell, before each read, whether this turn takes up no more requests."""
        if not self.began:
            self.began = time.monotonic()
            asyncio.get_running_loop().call_soon(self._end)
        self.reads += 1
        return self.reads > TURN_READS and time.monotonic() - self.began > TURN_SECONDS

    def put_off(self, refuse: Callable[[], object]) -> None:
        """Have a request refused when there is time."""
        self.late.append(refuse)

    def _end(self) -> None:
        """Refuse a share of what was put off; the rest waits until the next turn is over."""
        until = time.monotonic() + SHARE_SECONDS
        while self.late and time.monotonic() < until:
            self.late.popleft()()
        self.began, self.reads = 0.0, 0
        if self.late:
            self.full()
