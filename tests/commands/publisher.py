"""A publisher's server on loopback: serves a file, drops connections, counts requests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Publisher:
    """What the server does: ``plan`` has one word for each answer to come, then all is well.

    ``503``, ``404`` and so on answer that; ``503:7`` with Retry-After; ``drop:1000`` promises the
    whole and hangs up after 1,000 bytes; ``cut:1000`` gives 1,000 bytes without a length.
    """

    content: bytes
    etag: str | None = '"one"'
    modified: str | None = None
    ranges: bool = True
    lengths: bool = True
    plan: list[str] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    url: str = ""
    sent: int = 0


@contextmanager
def serving(publisher: Publisher) -> Iterator[Publisher]:
    """Run the server until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            publisher.asked.append({k.lower(): v for k, v in self.headers.items()})
            word, _, number = (publisher.plan.pop(0) if publisher.plan else "").partition(":")
            self.close_connection = True
            if word.isdecimal():
                self.send_response(int(word))
                if number:
                    self.send_header("Retry-After", number)
                self.send_header("Content-Length", "0")
                self.end_headers()
            elif self.headers.get("If-None-Match") == publisher.etag and publisher.etag:
                self.send_response(304)
                self.end_headers()
            else:
                self._file(word, int(number or 0))

        def _file(self, word: str, most: int) -> None:
            start = self._start()
            body = publisher.content[start:]
            self.send_response(206 if start else 200)
            if start:
                whole = len(publisher.content)
                self.send_header("Content-Range", f"bytes {start}-{whole - 1}/{whole}")
            for name, value in (("ETag", publisher.etag), ("Last-Modified", publisher.modified)):
                if value:
                    self.send_header(name, value)
            if publisher.lengths and word != "cut":
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            body = body[:most] if word else body
            publisher.sent += len(body)
            self.wfile.write(body)

        def _start(self) -> int:
            asked = self.headers.get("Range")
            current = self.headers.get("If-Range") in {publisher.etag, publisher.modified}
            if not asked or not publisher.ranges or not current:
                return 0
            return int(asked.removeprefix("bytes=").rstrip("-"))

        def log_message(self, *_given: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    publisher.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield publisher
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
