"""The server's HTTP protocol: uvicorn's, shorter where the answer is ready, and hard to misuse.

- A request whose answer is kept is answered while its headers are read: no task, no messages, one
  write.
- What uvicorn's parser refuses (a URL over 64 KB, raw bytes over 127, no HTTP at all) is answered
  with the same problem as everywhere, not in plain text, and in its turn.
- Requests sent one behind another are parsed a few at a time, so that a packet of them does not
  become a thousand times its size in memory.
- A connection that ends with a refusal is read on for a moment, so that the client can read why.
- More requests at once than ``request_limit``, or than a turn of the event loop has time for, are
  refused before anything else is done for them, and a client that was refused is not heard for a
  moment, so that a flood leaves room for answers.
- Whoever takes too long to send a request or to take its answer is cut off (``client_seconds``).
  One look a second at all connections costs a request nothing.
- At the end, what was sent before the server said goodbye is still answered.
"""

from __future__ import annotations

import asyncio
import resource
import time
from typing import Any, ClassVar
from weakref import WeakSet

import httptools
from starlette.types import Scope
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)
from uvicorn.server import ServerState

from app.cache import header_lines
from app.edge import LIFE, Edge
from app.errors import (
    ApiError,
    HeadersTooLarge,
    MalformedRequest,
    Overloaded,
    RequestTimeout,
    UriTooLong,
)
from app.intake import HEADER_LIMIT, LINGER_BYTES, LINGER_SECONDS, announces_body, joined

PARSED_URL_LIMIT = 65_535
"""Bytes of a URL that the parser reads; the application's own limit is far lower."""

LOOK_SECONDS = 1.0
"""Seconds between looks at the connections."""

HEAD_LIMIT = 200_000
"""Bytes of a head that are read at all; whole heads over 65,536 bytes are refused further in."""

PIECE = 4096
"""Bytes that are parsed at once: a hundred of the shortest requests, of which each becomes 3 KB."""

STEP = 65_536
"""Bytes of a body or of an answer that buy a slow client more time."""

GOODBYE_SECONDS = 0.5
"""Seconds that an idle connection stays open at the end, for what is on its way already."""


def connections_at_most() -> int:
    """Return how many connections leave some file descriptors for the rest."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0] * 9 // 10


CLOSE = b"connection: close\r\n"
_ALIVE = b"GET " + LIFE
_METHODS = {b"GET": "GET", b"HEAD": "HEAD"}


class _Answered:
    """Stands for a request that was answered at once: nothing of it is under way."""

    response_complete = True
    more_body = False
    message_event = asyncio.Event()


def _edge_in(application: Any) -> Edge:
    """Find the edge inside what the server wraps around it."""
    while not isinstance(application, Edge):
        application = application.app
    return application


class Protocol(HttpToolsProtocol):
    """One connection."""

    _looked_at: ClassVar[WeakSet[ServerState]] = WeakSet()

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.edge = _edge_in(self.app)
        self.limit = self.edge.settings.request_limit
        self._begin()
        self.received = 0  # bytes of the body being sent
        self.head = 0  # bytes since the last whole head or answer
        self.owed: tuple[object, ...] = ()  # what the client owed at the last look
        self.owed_since = 0.0
        self.count = 0  # requests begun
        self.last = False  # the next answer is the connection's last
        self.in_hand = False
        self.fault: ApiError | None = None  # to be told after what is being answered
        self.ends_at = 0.0  # when a connection that is ending is cut off; 0: it is not ending
        self.dropped = 0  # bytes that came while it was ending
        self.unread = b""  # what came when there was no time for it
        self.came = 0.0  # when what is read now had been put off; 0: it has not
        self.late = False  # it has waited for too long

    def _begin(self) -> None:
        """Parse from here on, as uvicorn does, and leave it to a problem to tell of versions."""
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True, lenient_version=True)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, and see that somebody looks after the connection."""
        super().connection_made(transport)
        if len(self.connections) > connections_at_most():
            self.limit = 0  # its request is refused
            self.last = True
        if self.server_state not in self._looked_at:
            self._looked_at.add(self.server_state)
            self.loop.call_later(LOOK_SECONDS, _look, self.loop, self.server_state)

    def data_received(self, data: bytes) -> None:
        """Take bytes, or put them off if there is no time for another request."""
        if self.ends_at or self.fault:
            self.dropped += len(data)
            if self.dropped > LINGER_BYTES:
                self.transport.abort()
        elif self.unread:
            self.unread += data
        elif self.edge.turns.full() and self._idle() and not data.startswith(_ALIVE):
            self._unset_keepalive_if_required()
            self.flow.pause_reading()
            self.unread = data
            self.edge.turns.put_off(self._go_on)
        elif self.pipeline or len(data) > PIECE:
            self._take(data)
        else:
            self._parse(data)

    def _go_on(self, since: float = 0.0, late: bool = False) -> None:
        data, self.unread = self.unread, b""
        if not self.transport.is_closing():
            self.flow.resume_reading()
            self.came, self.late = since, late
            self._take(data)
            self.came, self.late = 0.0, False

    def _take(self, data: bytes) -> None:
        """Parse bytes. What stands behind a request that waits for its turn waits unparsed."""
        at = 0
        while at < len(data) and not self.pipeline and not self.fault and not self.ends_at:
            self._parse(data[at : at + PIECE])
            at += PIECE
        if at < len(data) and self.pipeline:
            self.unread = data[at:]
            self.flow.pause_reading()

    def _parse(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        self.head += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._stay(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            too_long = len(getattr(self, "url", b"")) > PARSED_URL_LIMIT
            self._fail(UriTooLong() if too_long else MalformedRequest("The request is not HTTP."))
        if self.head > HEAD_LIMIT and not self._in_body():
            self._fail(HeadersTooLarge())  # the parser alone would gather a head without end

    def _stay(self, rest: bytes) -> None:
        """Read a request that asks for another protocol again, as if it did not.

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

    def on_body(self, body: bytes) -> None:
        """Take a part of a body."""
        self.received += len(body)
        super().on_body(body)

    def on_headers_complete(self) -> None:
        """Answer at once if that can be done; else let the application be called."""
        if not self._answered():
            super().on_headers_complete()
        self.head = 0

    def _should_upgrade(self) -> bool:
        return True  # so that nothing is made of such a request: it is read again

    def _answered(self) -> bool:
        """Write the answer if it is ready, the one before is out, and the client reads."""
        cycle, parser = self.cycle, self.parser
        if self.late:
            return False  # but refused
        if (cycle is not None and not cycle.response_complete) or self.flow.write_paused:
            return False
        method = _METHODS.get(parser.get_method())
        if method is None or parser.should_upgrade() or not parser.should_keep_alive():
            return False
        if self.last or parser.get_http_version() != "1.1" or self.head > HEADER_LIMIT - PIECE:
            return False
        ready = self.edge.at_once(method, self.url, self.headers)
        if ready is None:
            return False
        self._write(*ready)
        self.count += 1
        self.cycle = _Answered  # type: ignore[assignment]
        self.on_response_complete()
        return True

    def _write(self, status: int, lines: bytes, body: bytes) -> None:
        """Write an answer whole, in one go."""
        first = STATUS_LINE[status], header_lines(self.server_state.default_headers)
        self.transport.write(b"%b%b%b\r\n%b" % (*first, lines, body))

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Answer a request, or refuse it where there are too many."""
        if self.last:
            cycle.keep_alive = False
        self.received = 0
        self.count += 1
        self.in_hand = True
        self.edge.in_hand += 1
        many = self.late or self.edge.in_hand > self.limit
        if many and cycle.scope["raw_path"] != LIFE:
            self._refuse(cycle)
        else:
            came = self.came or self.edge.turns.began or time.monotonic()
            cycle.scope["arrived"] = came  # type: ignore[typeddict-unknown-key]
            super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        """Go on to the client's next request, or to what is wrong with it."""
        if self.in_hand:
            self.in_hand = False
            self.edge.in_hand -= 1
        self.head = 0
        if self.ends_at:
            return
        super().on_response_complete()
        if self.unread:
            self.flow.pause_reading()
            if not self.pipeline:
                self.loop.call_soon(self._go_on)
        elif self.fault and not self.in_hand and not self.transport.is_closing():
            self._end(self.fault)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget a connection, and the request of it that was in hand."""
        if self.in_hand:
            self.in_hand = False
            self.edge.in_hand -= 1
        super().connection_lost(exc)

    def _refuse(self, cycle: RequestResponseCycle) -> None:
        scope: Scope = cycle.scope  # type: ignore[assignment] # uvicorn has a type of its own
        target = scope["raw_path"] + b"?" + scope["query_string"]
        headers = joined(scope["headers"])
        status, lines, body = self.edge.turned_away(Overloaded(), scope["method"], target, headers)
        last = not cycle.keep_alive or (cycle.more_body and announces_body(headers))
        self._write(status, lines + CLOSE if last else lines, body)
        cycle.response_started = cycle.response_complete = True
        cycle.more_body = False
        if last:
            self._linger()
        cycle.on_response()
        self._rest()

    def _rest(self) -> None:
        """Read no more for a while: who was refused is told to come back later, not at once."""
        if not self.pipeline and not self.ends_at and not self.transport.is_closing():
            self.flow.pause_reading()
            self.edge.turns.rest(self._wake)

    def _wake(self) -> None:
        if not self.transport.is_closing():
            self.flow.resume_reading()

    def _fail(self, error: ApiError) -> None:
        """End with a problem, after what came before is answered."""
        if self.ends_at or self.fault:
            return
        begun = self.in_hand
        if self._in_body():
            begun = bool(self.pipeline)
            if begun:
                self.pipeline.popleft()
        if begun:
            self.fault = error
        else:
            self._end(error)

    def _end(self, error: ApiError) -> None:
        """Answer with a problem that ends the connection; of its request little may be known."""
        cycle = self.cycle
        if self._idle() or not cycle.response_started:
            target: bytes = getattr(self, "url", b"")
            status, lines, body = self.edge.turned_away(error, "GET", target, {})
            self._write(status, lines + CLOSE, body)
        if not self._idle():
            cycle.scope["told"] = True  # type: ignore[typeddict-unknown-key]
            cycle.disconnected = True  # what the application says of it comes too late
            cycle.message_event.set()
        self._linger()

    def _linger(self) -> None:
        """Close, but take for a moment what the client still sends.

        Were it not taken, the system would reset the connection, and the answer might be lost.
        """
        self._unset_keepalive_if_required()
        self.pipeline.clear()
        self.unread = b""
        self.ends_at = self.loop.time() + LINGER_SECONDS
        if not self.transport.is_closing():
            self.flow.resume_reading()
            if self.transport.can_write_eof():
                self.transport.write_eof()
            else:
                self.transport.close()

    def _in_body(self) -> bool:
        """Tell whether what comes next belongs to the body of the last request."""
        return self.cycle is not None and self.cycle.more_body

    def _idle(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def look(self, now: float) -> None:
        """Cut the client off if it has owed the same thing for too long."""
        if self.ends_at:
            if now >= self.ends_at:
                self.transport.abort()
            return
        cycle = self.cycle
        to_take = self.transport.get_write_buffer_size()
        answered = self._idle()
        if to_take:
            owed: tuple[object, ...] = (self.count, "take", to_take // STEP)
        elif not answered and cycle.more_body and not self.pipeline:
            owed = (self.count, "body", self.received // STEP)
        elif answered and self.timeout_keep_alive_task is None:
            owed = (self.count, "head")
        else:
            self.owed = ()
            return
        if owed != self.owed:
            self.owed, self.owed_since = owed, now
        elif now - self.owed_since >= self.edge.settings.client_seconds:
            silent = self.headers is None or (not answered and cycle.response_started)
            if to_take or self.transport.is_closing() or silent:
                self.transport.abort()
            else:
                self._end(RequestTimeout())

    def shutdown(self) -> None:
        """End when what was sent has been answered."""
        self.last = True
        if self._idle():
            self.loop.call_later(GOODBYE_SECONDS, self._leave)
        else:
            self.cycle.keep_alive = False

    def _leave(self) -> None:
        if self.unread:
            self.loop.call_later(GOODBYE_SECONDS, self._leave)
        elif self._idle():
            self.transport.close()


def _look(loop: asyncio.AbstractEventLoop, server: ServerState) -> None:
    now = loop.time()
    for connection in list(server.connections):
        if isinstance(connection, Protocol):
            connection.look(now)
    loop.call_later(LOOK_SECONDS, _look, loop, server)
