"""What of a request is taken at all: its head, its URL, its body."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from urllib.parse import unquote, unquote_to_bytes

from starlette.types import Receive, Scope

from app.errors import (
    BodyTooLarge,
    Fault,
    HeadersTooLarge,
    InvalidParameters,
    MalformedRequest,
    NotAcceptable,
    Overloaded,
    UnsupportedMediaType,
    UriTooLong,
    VersionNotSupported,
)
from app.memory import remembered, trim
from app.server.cache import Header
from app.server.negotiation import serves_json

URL_LIMIT = 8000
"""Bytes of path and query."""

HEADER_LIMIT = 65_536
"""Bytes of all header lines."""

LINE_LIMIT = 100
"""Header lines of a request; each becomes an object or three, however short it is."""

BODY_LIMIT = 2 * 1024 * 1024
"""Bytes of a body: 1,000 titles of 500 characters, whatever their script, in UTF-8."""

HELD_LIMIT = 16 * BODY_LIMIT
"""Bytes of requests that a worker holds: received, and not answered yet."""

FLOOD = 4 * BODY_LIMIT
"""Bytes held that are out of the ordinary."""

TRIM_SECONDS = 2.0
"""Seconds between two times that memory is given back."""

IGNORED_LIMIT = 65_536
"""Bytes of a body that no route reads, such as that of a GET."""

LINGER_BYTES = 4 * 1024 * 1024
"""Bytes that a client may go on sending after the last answer, so that it can read it."""

LINGER_SECONDS = 2.0
"""Seconds that it may take to do so."""

PARAMETER_LIMIT = 100
"""Parameters of a query; no route has a third of them, and each at fault is looked into."""

VERSIONS = frozenset({"1.0", "1.1", "2", "3"})
"""Versions of HTTP, as ASGI names them; the last two a server in front may speak."""

_ONCE = (b"content-length", b"content-type", b"host")
"""Headers that are no lists: which of two should count is anybody's guess."""

_CLOSE = {"Connection": "close"}
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
_HOST = re.compile(rb"(?:\[[\w:.%~-]+\]|[\w.~!$&'()*+,;=%-]*)(?::[0-9]*)?")
_ENCODED_SLASH = re.compile(r"%2f", re.IGNORECASE)


def joined(lines: list[Header]) -> dict[bytes, bytes]:
    """Return the headers by name; lines of one name are one list (RFC 9110, 5.3).

    The parser leaves blanks at the end of a value.
    """
    found = {name: value.strip(b" \t") for name, value in lines}
    if len(found) < len(lines):
        values = defaultdict(list)
        for name, value in lines:
            values[name].append(value.strip(b" \t"))
        found = {name: b", ".join(each) for name, each in values.items()}
    return found


@remembered(most=64, longest=256)
def names_host(value: bytes) -> bool:
    """Tell whether a Host header is of the form that it must have."""
    return _HOST.fullmatch(value) is not None


def plain(headers: dict[bytes, bytes]) -> bool:
    """Tell whether ``check`` has nothing to say about the headers of an HTTP/1.1 request.

    Lines of one name, and headers that are large, are for the caller to see.
    """
    host = headers.get(b"host")
    if host is None or b"content-length" in headers or b"transfer-encoding" in headers:
        return False
    return names_host(host)


def check(scope: Scope, headers: dict[bytes, bytes]) -> None:
    """Refuse a request that is not sane, before anything looks at it."""
    raw: bytes = scope["raw_path"]
    query: bytes = scope["query_string"]
    if len(raw) + len(query) > URL_LIMIT:
        raise UriTooLong(headers=_CLOSE)
    lines = scope["headers"]
    size = sum(len(name) + len(value) + 4 for name, value in lines)
    if len(lines) > LINE_LIMIT or size > HEADER_LIMIT:
        raise HeadersTooLarge(headers=_CLOSE)
    if scope["http_version"] not in VERSIONS:
        raise VersionNotSupported(headers=_CLOSE)
    _check_headers(scope, headers)
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
    accept = headers.get(b"accept")
    if accept is not None and scope["path"].startswith("/v1") and not serves_json(accept):
        raise NotAcceptable


def _check_headers(scope: Scope, headers: dict[bytes, bytes]) -> None:
    """Refuse headers that contradict each other; where a body ends must be beyond doubt."""
    version = scope["http_version"]
    coding = headers.get(b"transfer-encoding")
    if coding is not None and (
        coding.lower() != b"chunked" or b"content-length" in headers or version != "1.1"
    ):
        raise MalformedRequest(
            "A body is framed by Content-Length or by Transfer-Encoding: chunked, nothing else.",
            headers=_CLOSE,
        )
    if len(headers) < len(scope["headers"]):
        names = [name for name, _ in scope["headers"]]
        for name in _ONCE:
            if names.count(name) > 1:
                raise MalformedRequest(
                    f"{name.decode().title()} stands more than once.", headers=_CLOSE
                )
    host = headers.get(b"host")
    if host is None and version == "1.1":
        raise MalformedRequest("HTTP/1.1 asks for a Host header.", headers=_CLOSE)
    if host is not None and not names_host(host):
        raise MalformedRequest("Host is not the name of a host.", headers=_CLOSE)


def announces_body(headers: dict[bytes, bytes]) -> bool:
    """Tell whether a body follows the head."""
    return b"transfer-encoding" in headers or bool(headers.get(b"content-length", b"").strip(b"0"))


def path_of(raw: bytes) -> str:
    """Decode a path. An encoded slash stays as it is: it is data and parts no segments."""
    return "%2F".join(unquote(part) for part in _ENCODED_SLASH.split(raw.decode("latin-1")))


class Held:
    """How many bytes of requests a worker holds; whoever takes some gives them back.

    After a flood the memory is given back to the system, too.
    """

    def __init__(self) -> None:
        self.size = 0
        self._trims = 0  # times that memory is still to be given back

    def add(self, size: int) -> None:
        """Count bytes that were taken, or less than none: given back."""
        self.size += size
        if self.size > FLOOD:
            if not self._trims:
                asyncio.get_running_loop().call_later(TRIM_SECONDS, self._trim)
            self._trims = 2  # the second time those have gone too who were refused at the end

    def full(self) -> bool:
        """Tell whether no more may be taken."""
        return self.size > HELD_LIMIT

    def _trim(self) -> None:
        trim()
        self._trims -= 1
        if self._trims:
            asyncio.get_running_loop().call_later(TRIM_SECONDS, self._trim)


class Body:
    """The body of one request, as far as it has been read."""

    def __init__(self, headers: dict[bytes, bytes], receive: Receive, held: Held) -> None:
        self._receive = receive
        self._held = held
        self._size = 0
        self.whole = not announces_body(headers)

    async def read(self, limit: int) -> bytes:
        """Read it whole; raises ``BodyTooLarge``, or ``Overloaded`` if too much is held."""
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
        """Hold it no longer."""
        self._held.add(-self._size)
        self._size = 0

    async def client_gone(self) -> None:
        """Wait until the client of a request that was read whole goes away."""
        while (await self._receive())["type"] != "http.disconnect":
            continue


def check_json(headers: dict[bytes, bytes]) -> None:
    """Refuse a body that is not sent as JSON."""
    kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if kind != b"application/json":
        raise UnsupportedMediaType
