"""What becomes of requests that one turn of the event loop has no time for.

In each turn the loop reads whatever has come on all connections. Under a flood that is thousands of
requests, and whoever comes after them waits for all of them. So a turn takes up requests for so
long only. Those it could not are put off unread, and taken up in small shares between the turns
that follow: each turn is short, and a liveness probe, which is never put off, sees no flood. What
had to wait for too long by then is refused.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable

TURN_SECONDS = 0.1
"""Seconds of a turn in which requests are taken up."""

SHARE_SECONDS = 0.07
"""Seconds between two turns in which requests that were put off are taken up."""

WAIT_SECONDS = 0.4
"""Seconds of work that the process may have done for others since it put a request off; then that
is refused. On a machine that is busy with something else, refusing would leave room for nobody."""

REST_SECONDS = 0.35
"""Seconds, up to twice as many, in which a refused client is not heard; Retry-After says 1."""

WAKES = 10
"""Shares in which those who were refused together are heard again."""


class LoadShedding:
    """The turns of a worker's event loop."""

    def __init__(self) -> None:
        self.began = 0.0  # when this turn read first; 0: it has not yet
        # When each was put off, by the clock and by the process's seconds of work.
        self.late: deque[tuple[float, float, Callable[[float, bool], object]]] = deque()
        self._resting: list[Callable[[], object]] = []  # of those who were refused in this turn

    def full(self) -> bool:
        """Tell whether this turn takes up no more requests; its first question begins it."""
        now = time.monotonic()
        if not self.began:
            self.began = now
            asyncio.get_running_loop().call_soon(self._end)
        return now - self.began > TURN_SECONDS

    def put_off(self, go_on: Callable[[float, bool], object]) -> None:
        """Have ``go_on`` called when there is time, with this moment and whether it is too late."""
        self.late.append((time.monotonic(), time.process_time(), go_on))

    def _end(self) -> None:
        """Take up a share of what was put off; the rest waits until the next turn is over."""
        began = now = time.monotonic()
        while self.late and now - began < SHARE_SECONDS:
            since, worked, go_on = self.late.popleft()
            go_on(since, time.process_time() - worked > WAIT_SECONDS)
            now = time.monotonic()
        self.began = 0.0
        if self.late:
            self.full()

    def rest(self, wake: Callable[[], object]) -> None:
        """Have ``wake`` called when a client that was refused may be heard again."""
        if not self._resting:
            asyncio.get_running_loop().call_soon(self._wake_later)
        self._resting.append(wake)

    def _wake_later(self) -> None:
        """Hear again who was refused in one turn: not all at once, and before they may ask again.

        A timer for each of thousands would cost more than their refusals.
        """
        resting, self._resting = self._resting, []
        for n in range(WAKES):
            share = resting[n::WAKES]
            if share:
                seconds = REST_SECONDS * (1 + n / WAKES)
                asyncio.get_running_loop().call_later(seconds, _wake, share)


def _wake(share: list[Callable[[], object]]) -> None:
    for wake in share:
        wake()
