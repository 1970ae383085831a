"""Request bodies: read whole, within a limit for each and one for all that a worker holds."""

from __future__ import annotations

import asyncio

from starlette.types import Receive

from app.errors import BodyTooLarge, MalformedRequest, Overloaded
from app.memory import trim

BODY_LIMIT = 2 * 1024 * 1024
"""Bytes of a body: 1,000 titles of 500 characters, whatever their script, in UTF-8."""

FORM_LIMIT = 4 * 1024 * 1024
"""Bytes of a form that a person sends, a file in it included."""

HELD_LIMIT = 16 * BODY_LIMIT
"""Bytes of unanswered requests that a worker holds."""

FLOOD = 4 * BODY_LIMIT
"""Bytes held from which the memory is given back to the system afterwards."""

TRIM_SECONDS = 2.0
"""Seconds until the memory is given back."""

IGNORED_LIMIT = 65_536
"""Bytes of a body that no route reads, such as that of a GET."""


def announces_body(headers: dict[bytes, bytes]) -> bool:
    """Tell whether a body follows the head."""
    return b"transfer-encoding" in headers or bool(headers.get(b"content-length", b"").strip(b"0"))


class BytesHeld:
    """Counts the bytes of requests that a worker holds.

    After a flood it gives the memory back to the system.
    """

    def __init__(self) -> None:
        self.size = 0
        self._trims = 0  # times to give memory back, still to come

    def add(self, size: int) -> None:
        """Count bytes that are received; a negative size releases them."""
        self.size += size
        if self.size > FLOOD:
            if not self._trims:
                asyncio.get_running_loop().call_later(TRIM_SECONDS, self._trim)
            self._trims = 2  # twice: those refused last may not be gone the first time

    def full(self) -> bool:
        """Tell whether the worker holds more than it may."""
        return self.size > HELD_LIMIT

    def _trim(self) -> None:
        trim()
        self._trims -= 1
        if self._trims:
            asyncio.get_running_loop().call_later(TRIM_SECONDS, self._trim)


class Body:
    """The body of one request."""

    def __init__(self, headers: dict[bytes, bytes], receive: Receive, held: BytesHeld) -> None:
        self._receive = receive
        self._held = held
        self._size = 0
        self.whole = not announces_body(headers)

    async def read(self, limit: int) -> bytes:
        """Read the whole body.

        Raises ``BodyTooLarge``, or ``Overloaded`` if the worker holds too much.
        """
        chunks: list[bytes] = []
        more = not self.whole
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise MalformedRequest("The body is not as it was announced.")
            chunks.append(message.get("body", b""))
            self._size += len(chunks[-1])
            self._held.add(len(chunks[-1]))
            if self._size > limit:
                raise BodyTooLarge
            if self._held.full():
                raise Overloaded
            more = message.get("more_body", False)
        self.whole = True
        return b"".join(chunks)

    def release(self) -> None:
        """Release its bytes."""
        self._held.add(-self._size)
        self._size = 0

    async def client_gone(self) -> None:
        """Wait until the client disconnects; the body must have been read."""
        while (await self._receive())["type"] != "http.disconnect":
            continue
