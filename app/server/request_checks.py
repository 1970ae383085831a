"""Checks of a request line and its headers, before anything else reads them."""

from __future__ import annotations

import re
from collections import defaultdict
from urllib.parse import unquote, unquote_to_bytes

from starlette.types import Scope

from app.errors import (
    Fault,
    HeadersTooLarge,
    InvalidParameters,
    MalformedRequest,
    UnsupportedMediaType,
    UriTooLong,
    VersionNotSupported,
)
from app.memory import remembered
from app.server.cache import Header

URL_LIMIT = 8000
"""Bytes of path and query."""

HEADER_LIMIT = 65_536
"""Bytes of all header lines."""

LINE_LIMIT = 100
"""Header lines of a request."""

LINGER_BYTES = 4 * 1024 * 1024
"""Bytes that a client may still send after the last answer of a connection."""

LINGER_SECONDS = 2.0
"""Seconds that it has for that."""

PARAMETER_LIMIT = 100
"""Parameters of a query; no route has a third as many."""

VERSIONS = frozenset({"1.0", "1.1", "2", "3"})
"""Versions of HTTP, as ASGI names them. A server in front of this one may speak 2 and 3."""

FORMS = (b"application/x-www-form-urlencoded", b"multipart/form-data")
"""Media types in which browsers send forms."""

_ONCE = (b"content-length", b"content-type", b"host")
"""Headers that may stand once."""

_CLOSE = {"Connection": "close"}
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
_HOST = re.compile(rb"(?:\[[\w:.%~-]+\]|[\w.~!$&'()*+,;=%-]*)(?::[0-9]*)?")
_ENCODED_SLASH = re.compile(r"%2f", re.IGNORECASE)


def joined(lines: list[Header]) -> dict[bytes, bytes]:
    """Return the headers by name. Lines of one name are joined by commas (RFC 9110, 5.3).

    Blanks around a value are stripped: the parser leaves those at its end.
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
    """Tell whether a Host header is a host and, if given, a port."""
    return _HOST.fullmatch(value) is not None


def plain(headers: dict[bytes, bytes]) -> bool:
    """Tell whether the headers of an HTTP/1.1 request pass ``check``, as most do.

    The caller looks for repeated lines and for the size.
    """
    host = headers.get(b"host")
    if host is None or b"content-length" in headers or b"transfer-encoding" in headers:
        return False
    return names_host(host)


def check(scope: Scope, headers: dict[bytes, bytes]) -> None:
    """Refuse a request that is malformed or too large; raises the error."""
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


def _check_headers(scope: Scope, headers: dict[bytes, bytes]) -> None:
    """Refuse headers that contradict each other, above all on where the body ends."""
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


def path_of(raw: bytes) -> str:
    """Decode a path. An encoded slash stays encoded: it does not separate segments."""
    return "%2F".join(unquote(part) for part in _ENCODED_SLASH.split(raw.decode("latin-1")))


def check_json(headers: dict[bytes, bytes]) -> None:
    """Refuse a body that is not sent as JSON."""
    kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if kind != b"application/json":
        raise UnsupportedMediaType


def check_form(headers: dict[bytes, bytes]) -> None:
    """Refuse a body that is not sent as a form."""
    kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if kind not in FORMS:
        known = " or ".join(form.decode() for form in FORMS)
        raise UnsupportedMediaType(f"A page takes a form: {known}.")
