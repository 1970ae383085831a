"""The work budget of a request: processor time, and only while the client waits."""

from __future__ import annotations

import time
from threading import Event

from app.errors import Overloaded

SECONDS = 10.0
"""Seconds of processor for one request; a body of 1,000 titles takes about one."""


class Budget:
    """The budget of one request. Long work calls ``check`` between its steps."""

    def __init__(self, given_up: Event | None = None, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self._given_up = given_up or Event()
        self._began: float | None = None

    def check(self) -> None:
        """Raise ``Overloaded`` if the work has to end: nobody waits for it, or it took too long.

        The time is that of the calling thread.
        """
        now = time.thread_time()
        if self._began is None:
            self._began = now
        if self._given_up.is_set() or now - self._began > self.seconds:
            raise Overloaded("The request took more work than one request may. Ask for less.")
