"""The server's HTTP protocol, shorter where the answer is ready, and with problems of our own.

A request whose answer is kept is answered while its headers are read: no task, no messages, two
writes. uvicorn answers what its parser refuses (a URL over 64 KB, raw bytes over 127, no HTTP at
all) by itself and in plain text; here such an answer is the same problem as everywhere.
"""

from __future__ import annotations

from asyncio import AbstractEventLoop, Event
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from app.cache import header_lines
from app.edge import Edge
from app.errors import MalformedRequest, UriTooLong

PARSED_URL_LIMIT = 65_535
"""Bytes of a URL that the parser reads; the application's own limit is far lower."""


_METHODS = {b"GET": "GET", b"HEAD": "HEAD"}


class _Answered:
    """Stands for a request that was answered at once: nothing of it is under way."""

    response_complete = True
    message_event = Event()


def _edge_in(application: Any) -> Edge:
    """Find the edge inside what the server wraps around it."""
    while not isinstance(application, Edge):
        application = application.app
    return application


class Protocol(HttpToolsProtocol):
    """uvicorn's, but for answers that are ready and its answer to what is not HTTP."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.edge = _edge_in(self.app)

    def on_headers_complete(self) -> None:
        """Answer at once if that can be done; else let the application be called."""
        if not self._answered():
            super().on_headers_complete()

    def _answered(self) -> bool:
        """Write the answer if it is ready, the one before is out, and the client reads."""
        cycle, parser = self.cycle, self.parser
        if (cycle is not None and not cycle.response_complete) or self.flow.write_paused:
            return False
        method = _METHODS.get(parser.get_method())
        if method is None or parser.should_upgrade() or not parser.should_keep_alive():
            return False
        if parser.get_http_version() != "1.1":
            return False
        ready = self.edge.at_once(method, self.url, dict(self.headers))
        if ready is None:
            return False
        status, lines, body = ready
        head = (STATUS_LINE[status], header_lines(self.server_state.default_headers), lines)
        self.transport.write(b"%b%b%b\r\n%b" % (*head, body))
        self.cycle = _Answered  # type: ignore[assignment]
        self.on_response_complete()
        return True

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the problem says it better
        """Answer with a problem and close."""
        url: bytes = getattr(self, "url", b"")
        too_long = len(url) > PARSED_URL_LIMIT
        error = UriTooLong() if too_long else MalformedRequest("The request is not HTTP.")
        reason = "URI Too Long" if too_long else "Bad Request"
        lines, body = self.edge.refused(url, error)
        head = f"HTTP/1.1 {error.status} {reason}\r\n".encode()
        self.transport.write(b"%b%bconnection: close\r\n\r\n%b" % (head, lines, body))
        self.transport.close()
