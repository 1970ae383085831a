"""How much work a request may cause: so much processor time, and only while somebody waits."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from app.errors import Overloaded

SECONDS = 10.0
"""Seconds of processor for one request; a body of 1,000 titles takes about one."""


class Budget:
    """The work that one request may still cause. Long work asks ``check`` between its steps."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self.ended = False
        self._began: float | None = None

    def end(self) -> None:
        """Let the next check end the work: the client has its answer, or is gone."""
        self.ended = True

    def check(self) -> None:
        """Raise ``Overloaded`` if the work has to end. The time is that of the calling thread."""
        now = time.thread_time()
        if self._began is None:
            self._began = now
        if self.ended or now - self._began > self.seconds:
            raise Overloaded("The request took more work than one request may. Ask for less.")


async def _budget(request: Request) -> Budget:
    return request.scope.get("budget") or Budget()


Work = Annotated[Budget, Depends(_budget)]
