"""Reading a connection: in bounded pieces, with refusals that the client can read.

- Requests sent one behind another are parsed a few at a time, so that a packet of them does not
  become eighty times its size in memory. What is held of requests that are not whole is counted.
- What the parser refuses (raw bytes over 127 in a URL, no HTTP at all) is answered with the same
  problem as everywhere, not in plain text, and after what came before it.
- A connection that ends is read on for a moment, so that the client can read its last answer.
- A request to change to another protocol is read as if it did not ask.
"""

from __future__ import annotations

from typing import Any, ClassVar

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from app.errors import ApiError, HeadersTooLarge, MalformedRequest, Overloaded, UriTooLong
from app.server.cache import Header, header_lines
from app.server.edge import Edge
from app.server.request_checks import (
    HEADER_LIMIT,
    LINE_LIMIT,
    LINGER_BYTES,
    LINGER_SECONDS,
    URL_LIMIT,
)

PIECE = 1024
"""Bytes parsed at once: some forty of the shortest requests, each then 2 KB of objects."""

HEAD_LIMIT = URL_LIMIT + HEADER_LIMIT + 4096
"""Bytes of an incomplete head that are read: more than any head that is accepted."""

CLOSE = b"connection: close\r\n"

Fault = tuple[ApiError, str, bytes]
"""An error, and the method and target of its request."""


def _edge_in(application: Any) -> Edge:
    """Return the edge, which uvicorn may have wrapped."""
    while not isinstance(application, Edge):
        application = application.app
    return application


class Connection(HttpToolsProtocol):
    """uvicorn's connection, with bounded reading."""

    _first: ClassVar[tuple[list[Header], bytes]] = (
        [],
        b"",
    )  # uvicorn's default headers, and their lines

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.edge = _edge_in(self.app)
        self._begin()
        self.url = b""
        self.head = 0  # bytes of an incomplete head, with the piece it began in
        self.unread = b""  # received, and not parsed yet
        self.held = 0  # bytes of both, as the edge counts them
        self.in_hand = False  # the application is answering a request
        self.fault: Fault | None = None  # to be answered after the request in hand
        self.last = False  # the next answer is the connection's last
        self.ends_at = 0.0  # when a closing connection is aborted; 0: it is not closing
        self.dropped = 0  # bytes received while it was closing

    def _begin(self) -> None:
        """Make the parser. It accepts any HTTP version: the edge refuses the wrong ones."""
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True, lenient_version=True)

    def _not_yet(self, data: bytes) -> None:
        """Append bytes to those that wait, or drop them on a closing connection."""
        if self.unread:
            self._put_aside(self.unread + data)
            return
        self.dropped += len(data)
        if self.dropped > LINGER_BYTES:
            self.transport.abort()

    def _put_aside(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        self.flow.pause_reading()
        self.unread = data
        self._count_held()

    def _take_unread(self) -> None:
        data, self.unread = self.unread, b""
        if not self.transport.is_closing():
            self.flow.resume_reading()
            self._take(data)
        self._count_held()

    def _take(self, data: bytes) -> None:
        """Parse bytes, up to the first request that has to wait for another."""
        at = 0
        while at < len(data) and not self.pipeline and not self.fault and not self.ends_at:
            self._parse(data[at : at + PIECE])
            at += PIECE
        if at < len(data) and self.pipeline and not self.fault:
            self._put_aside(data[at:])

    def _parse(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        self.head += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._stay(data[upgrade.args[0] :])
        except httptools.HttpParserError as error:
            if not self._too_large():
                known = not isinstance(error, httptools.HttpParserInvalidMethodError)
                fault = MalformedRequest("The request is not HTTP.")
                self._fail(fault, method=known, url=self._in_body())
        if self.head or self.held:
            too_large = self._too_large()
            if too_large:
                self._fail(too_large)
            self._count_held()

    def _too_large(self) -> ApiError | None:
        """Return the error of an incomplete head that is too large; the parser has no limits."""
        if self._in_body():
            self.head = 0
        elif len(self.url) > URL_LIMIT:
            return UriTooLong()
        elif self.head > HEAD_LIMIT or len(self.headers or ()) > LINE_LIMIT:
            return HeadersTooLarge()
        return None

    def _count_held(self) -> None:
        """Count the bytes held; refuse the request if the worker holds too many."""
        more = self.head + len(self.unread) - self.held
        self.held += more
        self.edge.held.add(more)
        if more > 0 and self.edge.held.full():
            self._fail(Overloaded())

    def _should_upgrade(self) -> bool:
        return True  # so that uvicorn does not handle such a request: `_stay` reads it again

    def _stay(self, rest: bytes) -> None:
        """Read a request with an Upgrade header again, without that header.

        The parser takes what follows for that protocol: it may be the request's body.
        """
        method, version = self.parser.get_method(), self.parser.get_http_version()
        if method == b"CONNECT":
            self._fail(MalformedRequest("This server is no proxy."))
            return
        lines = header_lines(header for header in self.headers if header[0] != b"upgrade")
        self._begin()
        head = b"%b %b HTTP/%b\r\n%b\r\n" % (method, self.url, version.encode(), lines)
        self._parse(head + rest)

    def on_headers_complete(self) -> None:
        """Have the request answered."""
        super().on_headers_complete()
        self.head = 0

    def on_response_complete(self) -> None:
        """Start the client's next request, or answer what is wrong with it."""
        if self.ends_at:
            return
        super().on_response_complete()
        if self.unread:
            self.flow.pause_reading()
            if not self.pipeline:
                self.loop.call_soon(self._take_unread)
        elif self.fault and not self.in_hand and not self.transport.is_closing():
            self._end(*self.fault)

    def connection_lost(self, exc: Exception | None) -> None:
        """Release what the connection held."""
        self.head, self.unread = 0, b""
        self._count_held()
        super().connection_lost(exc)

    def _in_body(self) -> bool:
        """Tell whether the next bytes belong to the body of the last request."""
        return self.cycle is not None and self.cycle.more_body

    def _idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _fail(self, error: ApiError, *, method: bool = True, url: bool = True) -> None:
        """Refuse a request and close the connection, once the requests before it are answered.

        ``method``, ``url``: whether the parser knows them, of this very request and whole.
        """
        if self.ends_at or self.fault:
            return
        fault = (
            error,
            self.parser.get_method().decode() if method else "GET",
            self.url if url else b"",
        )
        begun = self.in_hand
        if self._in_body():
            begun = bool(self.pipeline)
            if begun:
                self.pipeline.popleft()
        if begun:
            self.fault = fault
        else:
            self._end(*fault)

    def _end(self, error: ApiError, method: str, target: bytes) -> None:
        """Write a problem document and close the connection."""
        cycle = self.cycle
        if self._idle() or not cycle.response_started:
            status, lines, body = self.edge.refusal(error, method, target, {})
            self._write(status, lines + CLOSE, body)
        if not self._idle():
            cycle.scope["told"] = True  # type: ignore[typeddict-unknown-key]
            cycle.disconnected = True  # the application's answer is dropped
            cycle.message_event.set()
        self._linger()

    def _write(self, status: int, lines: bytes, body: bytes) -> None:
        """Write a whole answer in one call."""
        headers = self.server_state.default_headers  # a new list each second
        if headers is not self._first[0]:
            Connection._first = headers, header_lines(headers)
        self.transport.write(b"%b%b%b\r\n%b" % (STATUS_LINE[status], self._first[1], lines, body))

    def _linger(self) -> None:
        """Close the connection, but read on for a moment.

        Otherwise the system resets the connection, and the client may never see the answer.
        """
        self._unset_keepalive_if_required()
        self.pipeline.clear()
        self.head, self.unread = 0, b""
        self._count_held()
        self.headers = []
        self.ends_at = self.loop.time() + LINGER_SECONDS
        if self.last or not self.transport.can_write_eof():
            self.transport.close()
        elif not self.transport.is_closing():
            self.flow.resume_reading()
            self.transport.write_eof()
