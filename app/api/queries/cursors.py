"""Cursors: where a page ended, tied to the query and to the data version it came from.

A cursor is base64url of 8 bytes of digest over the query, the first 8 bytes of the data version's
token, 8 bytes of digest over both and the key, and the key itself as JSON. Without a key it is of
the list's first page. The digests find out alteration and another query. They need no secret, so
that a cursor is good on every host of a database; anybody can make them, so a key is checked
against the type that its list declares.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated, Generic, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from app.database.versions import NAME
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
    head: Callable[[], bytes]  # of its cursors; most answers need none

    def cursor(self, key: Key) -> str:
        """Write the cursor that continues after ``key``."""
        return _sealed(self.head(), json.dumps(key, separators=(",", ":")).encode())


def _sealed(head: bytes, payload: bytes) -> str:
    seal = blake2b(head + payload, digest_size=8).digest()
    return base64.urlsafe_b64encode(head + seal + payload).decode().rstrip("=")


def version_of(cursor: str) -> str | None:
    """Return the name of the data version that a cursor belongs to; None: it is no cursor."""
    with suppress(InvalidCursor):
        name = _bytes(cursor)[8:16].hex()
        return name if len(name) == NAME else None
    return None


def paging(
    limit: int, cursor: str | None, query: Callable[[], str], token: str, key: TypeAdapter[Key]
) -> Paging[Key]:
    """Read ``limit`` and ``cursor`` of a request.

    ``query`` names everything that decides which items the list has and in which order; ``token``
    is that of the data version answered from; ``key`` is the type of the list's keys. Raises
    ``InvalidCursor`` or ``StaleCursor``, which name the cursor of the first page.
    """

    def head() -> bytes:
        return digest(query()) + bytes.fromhex(token[:NAME])

    try:
        after = None if cursor is None else _key(cursor, head(), key)
    except InvalidCursor as error:
        error.first = _sealed(head(), b"")
        raise
    return Paging(limit, after, head)


def _key(cursor: str, head: bytes, key: TypeAdapter[Key]) -> Key | None:
    """Return the key that a cursor of this head holds; None: it is of the first page."""
    raw = _bytes(cursor)
    payload = raw[24:]
    # Base64 has several spellings of the same bytes; only the one that was given is good.
    if _sealed(raw[:16], payload) != cursor:
        raise InvalidCursor("The cursor was altered.")
    if raw[:8] != head[:8]:
        raise InvalidCursor("The cursor belongs to a list with other parameters.")
    if raw[8:16] != head[8:]:
        raise StaleCursor
    try:
        return key.validate_json(payload, strict=True) if payload else None
    except ValidationError:
        raise InvalidCursor("The cursor is not one that this list gave.") from None


def _bytes(cursor: str) -> bytes:
    """Return the bytes of a cursor, which anybody may have written."""
    try:
        return base64.b64decode(
            cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True
        )
    except (UnicodeEncodeError, binascii.Error, ValueError):
        raise InvalidCursor("The cursor is not one that this API gave.") from None
