"""Cursors: where a page ended, tied to the query and to the data it came from.

A cursor is base64url of 8 bytes of digest over the query, 8 bytes of digest over the data, 8
bytes over both and the key, and the key itself as JSON. The digests find out alteration, another
query and replaced data, and say which. They need no secret, so that a cursor is good on every host
of a database; anybody can make them, so a key is checked against the type that its list declares.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated, Generic, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from app.errors import InvalidCursor, StaleCursor

Count = Annotated[int, Field(ge=0, lt=2**31)]  # as large as an INTEGER of PostgreSQL

Offset = tuple[Count]
"""Key of a list that is at hand whole: how many items stand before the page."""

RowKey = tuple[Count, Annotated[str, Field(pattern=r"^[0-9.-]{1,20}$")], Count]
"""Key of a flat list: place of the part among the list's parts, code, position."""

OFFSET: TypeAdapter[Offset] = TypeAdapter(Offset)
ROW_KEY: TypeAdapter[RowKey] = TypeAdapter(RowKey)

Key = TypeVar("Key", Offset, RowKey)


def digest(*texts: str) -> bytes:
    """Return 8 bytes that stand for the texts."""
    return blake2b("\0".join(texts).encode("utf-8", "surrogatepass"), digest_size=8).digest()


@dataclass(frozen=True, slots=True)
class Paging(Generic[Key]):
    """The paging of one request: how many items, after which key, of which query and data."""

    limit: int
    after: Key | None
    head: Callable[[], bytes]  # digests of query and data; most answers need none

    def cursor(self, key: Key) -> str:
        """Write the cursor that continues after ``key``."""
        payload = json.dumps(key, separators=(",", ":")).encode()
        head = self.head()
        seal = blake2b(head + payload, digest_size=8).digest()
        return base64.urlsafe_b64encode(head + seal + payload).decode().rstrip("=")


def paging(
    limit: int, cursor: str | None, query: Callable[[], str], data: str, key: TypeAdapter[Key]
) -> Paging[Key]:
    """Read ``limit`` and ``cursor`` of a request.

    ``query`` names everything that decides which items the list has and in which order; ``data``
    the releases they come from; ``key`` is the type of the list's keys. Raises ``InvalidCursor``
    or ``StaleCursor``.
    """

    def head() -> bytes:
        return digest(query()) + digest(data)

    after = None
    if cursor is not None:
        try:
            after = key.validate_json(_payload(cursor, digest(query()), digest(data)), strict=True)
        except ValidationError:
            raise InvalidCursor("The cursor is not one that this list gave.") from None
    return Paging(limit, after, head)


def _payload(cursor: str, query: bytes, data: bytes) -> bytes:
    """Return the key that a cursor holds, as JSON that anybody may have written."""
    try:
        raw = base64.b64decode(
            cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True
        )
    except (UnicodeEncodeError, binascii.Error, ValueError):
        raise InvalidCursor("The cursor is not one that this API gave.") from None
    head, seal, payload = raw[:16], raw[16:24], raw[24:]
    if blake2b(head + payload, digest_size=8).digest() != seal:
        raise InvalidCursor("The cursor was altered.")
    # Base64 has several spellings of the same bytes; only the one that was given is good.
    if base64.urlsafe_b64encode(raw).decode().rstrip("=") != cursor:
        raise InvalidCursor("The cursor was altered.")
    if head[:8] != query:
        raise InvalidCursor("The cursor belongs to a list with other parameters.")
    if head[8:] != data:
        raise StaleCursor
    return payload
