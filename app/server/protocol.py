"""The HTTP protocol: uvicorn's, with a short way for cached answers and limits on clients.

- A cached answer is written while the request's headers are parsed: no task, no ASGI messages.
- Reading is bounded (``app/server/connection.py``).
- Requests beyond ``request_limit``, or beyond what the event loop has time for
  (``app/server/load_shedding.py``), are refused before anything else is done for them. The refused
  client's connection is not read for a moment.
- A client that takes longer than ``client_seconds`` to send a request or to read an answer is
  disconnected. One look a second at all connections finds them.
- At shutdown, requests that were sent before it are still answered.
"""

from __future__ import annotations

import asyncio
import resource
import time
from types import SimpleNamespace
from typing import Any, ClassVar
from weakref import WeakSet

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from app.errors import Overloaded, RequestTimeout
from app.server.connection import CLOSE, PIECE, Connection
from app.server.edge import LIFE
from app.server.request_body import announces_body
from app.server.request_checks import HEADER_LIMIT, joined

LOOK_SECONDS = 1.0
"""Seconds between looks at the connections."""

STEP = 65_536
"""Bytes of progress, of a body or an answer, that give a slow client more time."""

GOODBYE_SECONDS = 0.5
"""Seconds that an idle connection stays open at shutdown, for requests on their way."""


def connections_at_most() -> int:
    """Return how many connections a worker takes: nine tenths of its file descriptors."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0] * 9 // 10


_ALIVE = b"GET " + LIFE
_METHODS = {b"GET": "GET", b"HEAD": "HEAD"}


class _Answered:
    """The cycle of a request that was answered from the cache: it is complete."""

    response_complete = True
    more_body = False
    message_event = asyncio.Event()


class Protocol(Connection):
    """One connection."""

    _looked_at: ClassVar[WeakSet[ServerState]] = WeakSet()

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.limit = self.edge.settings.request_limit
        self.received = 0  # bytes of the body being sent
        self.written = 0  # bytes of answers that were handed to the transport
        self.owed: tuple[object, ...] = ()  # what the client owed at the last look
        self.owed_since = 0.0
        self.count = 0  # requests begun
        self.came = 0.0  # when the request being read began to wait; 0: it did not
        self.late = False  # it waited too long

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin; start the look at all connections if this is the first."""
        super().connection_made(transport)
        self.ending = SimpleNamespace(
            write=self._counted_write, is_closing=transport.is_closing, close=self._linger
        )
        if len(self.connections) > connections_at_most():
            self.limit = 0  # its request is refused
            self.last = True
        if self.server_state not in self._looked_at:
            self._looked_at.add(self.server_state)
            self.loop.call_later(LOOK_SECONDS, _look, self.loop, self.server_state)

    def data_received(self, data: bytes) -> None:
        """Parse bytes, or let them wait if there is no time for another request."""
        if self.unread or self.ends_at or self.fault:
            self._not_yet(data)
        elif self.edge.shedding.full() and self._idle() and not data.startswith(_ALIVE):
            self.edge.shedding.put_off(self._go_on)
            self._put_aside(data)
        elif self.pipeline or len(data) > PIECE:
            self._take(data)
        else:
            self._parse(data)

    def _go_on(self, since: float, late: bool) -> None:
        self.came, self.late = since, late
        self._take_unread()
        self.came, self.late = 0.0, False

    def on_body(self, body: bytes) -> None:
        """Count the bytes of a body."""
        self.received += len(body)
        super().on_body(body)

    def on_headers_complete(self) -> None:
        """Write the cached answer, or call the application."""
        if self._answered():
            self.head = 0
        else:
            super().on_headers_complete()

    def _answered(self) -> bool:
        """Write the cached answer, if there is one and it is this request's turn."""
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
        ready = self.edge.cached(method, self.url, self.headers)
        if ready is None:
            return False
        self._write(*ready)
        self.count += 1
        self.cycle = _Answered  # type: ignore[assignment]
        HttpToolsProtocol.on_response_complete(
            self
        )  # skips Connection's: nothing waits for this request
        return True

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Call the application, or refuse the request if there are too many."""
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
            came = self.came or self.edge.shedding.began or time.monotonic()
            cycle.scope["arrived"] = came  # type: ignore[typeddict-unknown-key]
            cycle.transport = self.ending  # type: ignore[assignment] # all that a cycle uses of it
            super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        """Start what the client sent next."""
        if self.in_hand:
            self.in_hand = False
            self.edge.in_hand -= 1
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Count the connection's request as done."""
        if self.in_hand:
            self.in_hand = False
            self.edge.in_hand -= 1
        super().connection_lost(exc)

    def _refuse(self, cycle: RequestResponseCycle) -> None:
        scope: Scope = cycle.scope  # type: ignore[assignment] # uvicorn has a type of its own
        target = scope["raw_path"] + b"?" + scope["query_string"]
        headers = joined(scope["headers"])
        status, lines, body = self.edge.refusal(Overloaded(), scope["method"], target, headers)
        last = not cycle.keep_alive or (cycle.more_body and announces_body(headers))
        self._write(status, lines + CLOSE if last else lines, body)
        cycle.response_started = cycle.response_complete = True
        cycle.more_body = False
        if last:
            self._linger()
        cycle.on_response()
        self._rest()

    def _rest(self) -> None:
        """Stop reading for a while, after a refusal."""
        if not self.pipeline and not self.ends_at and not self.transport.is_closing():
            self.flow.pause_reading()
            self.edge.shedding.rest(self._wake)

    def _wake(self) -> None:
        if not self.transport.is_closing():
            self.flow.resume_reading()

    def _counted_write(self, data: bytes) -> None:
        self.written += len(data)
        self.transport.write(data)

    def look(self, now: float) -> None:
        """Disconnect the client if it has made no progress for too long."""
        if self.ends_at:
            if now >= self.ends_at:
                self.transport.abort()
            return
        cycle = self.cycle
        to_take = self.transport.get_write_buffer_size()
        answered = self._idle()
        if to_take:
            owed: tuple[object, ...] = (self.count, "take", (self.written - to_take) // STEP)
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
                self._fail(RequestTimeout())

    def shutdown(self) -> None:
        """Close the connection when the requests that were sent are answered."""
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
