"""The access log: one line for each request, in the form that all lines of the log have.

A line has the route's template, never what a client wrote in the path, the query or the body.
Lines are written together, twenty times a second and when the process ends.
"""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from threading import Event, Thread

from app.logs import is_text, stamp
from app.settings import Settings

FLUSH_SECONDS = 0.05
"""Short, so that writing the lines never holds up a busy server for long."""


Line = tuple[str, str, int, float, bytes]
"""Method, the route's template, status, seconds, Request-Id."""


class AccessLog:
    """Writes to standard error; ``readers`` get the lines whether they are written or not."""

    def __init__(self, settings: Settings) -> None:
        self.text = is_text(settings.log_format)
        self._writes = settings.access_log == "on" and settings.log_level in {"debug", "info"}
        self._line = (
            "%s %.2f ms request_id=%s\n" if self.text else '%s,"ms":%.2f,"request_id":"%s"}\n'
        )
        self._lines: list[Line] = []
        self.readers: list[Callable[[Sequence[Line]], object]] = []
        self._stopped = Event()
        self._writer = Thread(target=self._run, name="access-log", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._writer.start()

    def stop(self) -> None:
        """Write what is left and end."""
        self._stopped.set()
        if self._writer.is_alive():
            self._writer.join(timeout=2)
        self._flush()

    def note(self, method: str, route: str, status: int, seconds: float, identity: bytes) -> None:
        """Take the line of one request: the route's template, never raw text of the client's."""
        self._lines.append((method, route, status, seconds, identity))

    def _run(self) -> None:
        while not self._stopped.wait(FLUSH_SECONDS):
            self._flush()

    def _flush(self) -> None:
        lines, self._lines = self._lines, []
        if not lines:
            return
        for read in self.readers:
            read(lines)
        if self._writes:
            with suppress(OSError):  # a full disk: what cannot be written is lost, not counted less
                for piece in pieces(self._written(lines)):
                    sys.stderr.write(piece)
                    sys.stderr.flush()

    def _written(self, lines: Sequence[Line]) -> str:
        now = stamp(time.time())
        # Lines of one flush share few beginnings: each is written once.
        heads: dict[tuple[str, str, int], str] = {}
        written = []
        for method, route, status, seconds, identity in lines:
            about = method, route, status
            head = heads.get(about)
            if head is None:
                head = heads[about] = self._head(now, *about)
            written.append(self._line % (head, seconds * 1000, identity.decode()))
        return "".join(written)

    def _head(self, now: str, method: str, route: str, status: int) -> str:
        text = f"{method} {route} {status}"
        if self.text:
            return f"{now} INFO request {text}"
        return (
            f'{{"time":"{now}","level":"info","worker":{os.getpid()},"event":"request",'
            f'"text":"{text}","method":"{method}","route":"{route}","status":{status}'
        )


def pieces(lines: str, most: int = select.PIPE_BUF) -> Iterator[str]:
    """Cut lines of ASCII into pieces that a pipe takes whole, however many processes write."""
    start = 0
    while start < len(lines):
        end = len(lines)
        if end - start > most:
            end = lines.rfind("\n", start, start + most) + 1 or lines.index("\n", start) + 1
        yield lines[start:end]
        start = end
