"""What of a request is taken at all: its URL, its headers, its body."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from starlette.types import Receive, Scope

from app.errors import (
    BodyTooLarge,
    Fault,
    HeadersTooLarge,
    InvalidParameters,
    MalformedRequest,
    NotAcceptable,
    UnsupportedMediaType,
    UriTooLong,
)
from app.negotiation import serves_json

URL_LIMIT = 8000
"""Bytes of path and query."""

HEADER_LIMIT = 65_536
"""Bytes of all request headers."""

BODY_LIMIT = 4_000_000
"""Bytes of a body: 1,000 titles of 500 characters, even each written as \\uXXXX."""

PARAMETER_LIMIT = 100
"""Parameters of a query; no route has a third of them, and each at fault is looked into."""

_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")


def check(scope: Scope, headers: dict[bytes, bytes]) -> None:
    """Refuse a request that is not sane, before anything looks at it."""
    raw: bytes = scope["raw_path"]
    query: bytes = scope["query_string"]
    if len(raw) + len(query) > URL_LIMIT:
        raise UriTooLong
    if sum(map(len, headers)) + sum(map(len, headers.values())) > HEADER_LIMIT:
        raise HeadersTooLarge
    target = unquote_to_bytes(raw + b"?" + query)
    try:
        target.decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedRequest from None
    if _CONTROL.search(target):
        raise MalformedRequest
    given = query.count(b"&") + 1
    if given > PARAMETER_LIMIT:
        most = f"at most {PARAMETER_LIMIT}"
        raise InvalidParameters(Fault("query", None, f"{given:,} parameters", most))
    if not json_taken(raw, headers):
        raise NotAcceptable


def json_taken(raw: bytes, headers: dict[bytes, bytes]) -> bool:
    """Tell whether the client takes what this path gives; pages are not looked at."""
    accept = headers.get(b"accept")
    return accept is None or not raw.startswith(b"/v1") or serves_json(accept)


async def read_body(headers: dict[bytes, bytes], receive: Receive) -> bytes:
    """Read a JSON body whole; refuse what is not sent as JSON or is too large."""
    kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if kind != b"application/json":
        raise UnsupportedMediaType
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise MalformedRequest("The client went away before the body was whole.")
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > BODY_LIMIT:
            raise BodyTooLarge
        if not message.get("more_body", False):
            return b"".join(chunks)
