"""The access log: one line for each request, text on a terminal and JSON otherwise.

A line has the route's template, never what a client wrote in the path, the query or the body.
Lines are written together, twenty times a second and when the process ends.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from threading import Event, Thread

FLUSH_SECONDS = 0.05
"""Short, so that writing the lines never holds up a busy server for long."""


Line = tuple[str, str, int, float, bytes]
"""Method, the route's template, status, seconds, Request-Id."""


class AccessLog:
    """Writes to standard error; ``form`` is json, text or auto."""

    def __init__(self, form: str) -> None:
        self.text = form == "text" or (form == "auto" and sys.stderr.isatty())
        self._line = "%s %.2f ms %s\n" if self.text else '%s,"ms":%.2f,"request_id":"%s"}\n'
        self._lines: list[Line] = []
        self.readers: list[
            Callable[[Sequence[Line]], object]
        ] = []  # called with the lines that are written
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
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        # Lines of one flush share few beginnings: each is written once.
        heads: dict[tuple[str, str, int], str] = {}
        written = []
        for method, route, status, seconds, identity in lines:
            about = method, route, status
            head = heads.get(about)
            if head is None:
                head = heads[about] = self._head(now, *about)
            written.append(self._line % (head, seconds * 1000, identity.decode()))
        for read in self.readers:
            read(lines)
        sys.stderr.write("".join(written))
        sys.stderr.flush()

    def _head(self, now: str, method: str, route: str, status: int) -> str:
        if self.text:
            return f"{method} {route} {status}"
        return f'{{"time":"{now}","method":"{method}","route":"{route}","status":{status}'
