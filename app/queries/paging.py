"""Cursors: where a page ended, tied to the query and to the data it came from.

A cursor is base64url of 8 bytes of digest over the query, 8 bytes of digest over the data, 8
bytes over both and the key, and the key itself as JSON. Cursors carry no secret; the digests
find out alteration, another query and replaced data, and say which.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from app.errors import InvalidCursor, StaleCursor

Key = list[Any]


def digest(*texts: str) -> bytes:
    """Return 8 bytes that stand for the texts."""
    return blake2b("\0".join(texts).encode("utf-8", "surrogatepass"), digest_size=8).digest()


@dataclass(frozen=True, slots=True)
class Paging:
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


def paging(limit: int, cursor: str | None, query: Callable[[], str], data: str) -> Paging:
    """Read ``limit`` and ``cursor`` of a request.

    ``query`` names everything that decides which items the list has and in which order; ``data``
    the releases they come from. Raises ``InvalidCursor`` or ``StaleCursor``.
    """

    def head() -> bytes:
        return digest(query()) + digest(data)

    after = None if cursor is None else _key(cursor, digest(query()), digest(data))
    return Paging(limit, after, head)


def _key(cursor: str, query: bytes, data: bytes) -> Key:
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
    key = json.loads(payload)
    assert isinstance(key, list)  # noqa: S101 - sealed above, so it is what cursor() wrote
    return key
