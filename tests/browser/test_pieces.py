"""A page that arrives in pieces, as over a slow line: nothing that is painted moves later."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from playwright.sync_api import BrowserContext

from tests.browser.addresses import Address
from tests.browser.opening import Visit, none_of

LATER = 0.15
"""Seconds between the pieces: several frames."""
PIECES = 10


class Slowly(ThreadingHTTPServer):
    """Gives what another server gives, a page in two pieces."""

    daemon_threads = True

    def __init__(self, client: httpx.Client) -> None:
        super().__init__(("127.0.0.1", 0), Passing)
        self.client = client
        self.first = 0
        """How many tenths of a page are its first piece."""


class Passing(BaseHTTPRequestHandler):
    """One request, passed on."""

    server: Slowly

    def do_GET(self) -> None:
        answer = self.server.client.get(self.path)
        kind = answer.headers["content-type"]
        self.send_response(answer.status_code)
        self.send_header("content-type", kind)
        self.end_headers()
        body = answer.content
        cut = len(body) * self.server.first // PIECES if kind.startswith("text/html") else 0
        if cut:
            self.wfile.write(body[:cut])
            time.sleep(LATER)
        self.wfile.write(body[cut:])

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def slowly(boxed: httpx.Client) -> Iterator[Slowly]:
    """Lend the server."""
    with Slowly(boxed) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize("path", ["/search?q=nurse", "/rankings", "/occupations/registered-nurses"])
def test_nothing_moves_when_the_rest_arrives(
    slowly: Slowly, context: BrowserContext, path: str
) -> None:
    visit = Visit(context, f"http://127.0.0.1:{slowly.server_port}")
    for slowly.first in range(1, PIECES):
        visit.open(Address(path), width=320)
        none_of(visit.faults())
    visit.page.close()
