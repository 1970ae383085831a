"""The server's HTTP protocol: uvicorn's, shorter where the answer is ready, and hard to misuse.

- A request whose answer is kept is answered while its headers are read: no task, no messages, one
  write.
- It reads within bounds, and refuses so that it is heard: ``app/server/connection.py``.
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
"""Bytes of a body or of an answer that buy a slow client more time."""

GOODBYE_SECONDS = 0.5
"""Seconds that an idle connection stays open at the end, for what is on its way already."""


def connections_at_most() -> int:
    """Return how many connections leave some file descriptors for the rest."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0] * 9 // 10


_ALIVE = b"GET " + LIFE
_METHODS = {b"GET": "GET", b"HEAD": "HEAD"}


class _Answered:
    """Stands for a request that was answered at once: nothing of it is under way."""

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
        self.owed: tuple[object, ...] = ()  # what the client owed at the last look
        self.owed_since = 0.0
        self.count = 0  # requests begun
        self.came = 0.0  # when what is read now had been put off; 0: it has not
        self.late = False  # it has waited for too long

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, and see that somebody looks after the connection."""
        super().connection_made(transport)
        self.ending = SimpleNamespace(
            write=transport.write, is_closing=transport.is_closing, close=self._linger
        )
        if len(self.connections) > connections_at_most():
            self.limit = 0  # its request is refused
            self.last = True
        if self.server_state not in self._looked_at:
            self._looked_at.add(self.server_state)
            self.loop.call_later(LOOK_SECONDS, _look, self.loop, self.server_state)

    def data_received(self, data: bytes) -> None:
        """Take bytes, or put them off if there is no time for another request."""
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
        """Take a part of a body."""
        self.received += len(body)
        super().on_body(body)

    def on_headers_complete(self) -> None:
        """Answer at once if that can be done; else let the application be called."""
        if self._answered():
            self.head = 0
        else:
            super().on_headers_complete()

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
        ready = self.edge.cached(method, self.url, self.headers)
        if ready is None:
            return False
        self._write(*ready)
        self.count += 1
        self.cycle = _Answered  # type: ignore[assignment]
        HttpToolsProtocol.on_response_complete(self)  # nothing else waits for its end
        return True

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
            came = self.came or self.edge.shedding.began or time.monotonic()
            cycle.scope["arrived"] = came  # type: ignore[typeddict-unknown-key]
            cycle.transport = self.ending  # type: ignore[assignment] # all that a cycle asks of one
            super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        """Go on to what the client sent next."""
        if self.in_hand:
            self.in_hand = False
            self.edge.in_hand -= 1
        super().on_response_complete()

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
        """Read no more for a while: who was refused is told to come back later, not at once."""
        if not self.pipeline and not self.ends_at and not self.transport.is_closing():
            self.flow.pause_reading()
            self.edge.shedding.rest(self._wake)

    def _wake(self) -> None:
        if not self.transport.is_closing():
            self.flow.resume_reading()

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
                self._fail(RequestTimeout())

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
