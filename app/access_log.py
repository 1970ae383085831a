"""One structured line a request: readable on a terminal, JSON otherwise.

Lines are gathered and written together a few times a second, so that logging costs a request
next to nothing; what is gathered is written before the process ends.
"""

from __future__ import annotations

import sys
import time
from threading import Event, Thread

FLUSH_SECONDS = 0.2


class AccessLog:
    """Writes to standard error; ``form`` is json, text or auto."""

    def __init__(self, form: str) -> None:
        self.text = form == "text" or (form == "auto" and sys.stderr.isatty())
        self._lines: list[tuple[str, str, int, float, bytes]] = []
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
        if self.text:
            written = [
                f"{method} {route} {status} {seconds * 1000:.2f} ms {identity.decode()}\n"
                for method, route, status, seconds, identity in lines
            ]
        else:
            now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            written = [
                f'{{"time":"{now}","method":"{method}","route":"{route}","status":{status},'
                f'"ms":{seconds * 1000:.2f},"request_id":"{identity.decode()}"}}\n'
                for method, route, status, seconds, identity in lines
            ]
        sys.stderr.write("".join(written))
        sys.stderr.flush()
