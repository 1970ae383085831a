"""Load shedding: requests that one iteration of the event loop has no time for wait, or get 503.

In each iteration the loop reads what has arrived on all connections. Under a flood these are
thousands of requests, and a later client waits for all of them. So an iteration starts requests
only for ``TURN_SECONDS``. It leaves the others unread, and the loop reads a share of them between
the iterations that follow. Iterations stay short, and a liveness probe, which never waits, is
answered quickly. A request that has waited too long is refused.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable

TURN_SECONDS = 0.1
"""Seconds of an iteration in which requests are started."""

SHARE_SECONDS = 0.07
"""Seconds between two iterations in which waiting requests are started."""

WAIT_SECONDS = 0.4
"""Processor seconds that the process may spend on other requests before it refuses a waiting one.

Processor time, not time: on a machine that is busy with something else, refusing helps nobody.
"""

REST_SECONDS = 0.35
"""Seconds, at least, for which a refused client's connection is not read; at most twice as many."""

WAKES = 10
"""Groups in which the connections refused together are read again."""


class LoadShedding:
    """The waiting and refused requests of one worker."""

    def __init__(self) -> None:
        self.began = 0.0  # when this iteration read first; 0: it has not yet
        # When each began to wait: by the clock, and by the processor seconds of the process.
        self.late: deque[tuple[float, float, Callable[[float, bool], object]]] = deque()
        self._resting: list[
            Callable[[], object]
        ] = []  # of the connections refused in this iteration

    def full(self) -> bool:
        """Tell whether this iteration starts no more requests. The first call begins its time."""
        now = time.monotonic()
        if not self.began:
            self.began = now
            asyncio.get_running_loop().call_soon(self._end)
        return now - self.began > TURN_SECONDS

    def put_off(self, go_on: Callable[[float, bool], object]) -> None:
        """Call ``go_on`` when there is time.

        Its arguments: when it began to wait, and whether that is too long ago.
        """
        self.late.append((time.monotonic(), time.process_time(), go_on))

    def _end(self) -> None:
        """Start a share of the waiting requests; the others wait for the next iteration."""
        began = now = time.monotonic()
        while self.late and now - began < SHARE_SECONDS:
            since, worked, go_on = self.late.popleft()
            go_on(since, time.process_time() - worked > WAIT_SECONDS)
            now = time.monotonic()
        self.began = 0.0
        if self.late:
            self.full()

    def rest(self, wake: Callable[[], object]) -> None:
        """Call ``wake`` when a refused client's connection may be read again."""
        if not self._resting:
            asyncio.get_running_loop().call_soon(self._wake_later)
        self._resting.append(wake)

    def _wake_later(self) -> None:
        """Wake the connections refused in one iteration, a group at a time.

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
