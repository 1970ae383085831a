"""Paths that lead on to another: the root, and every path with a slash at its end."""

from __future__ import annotations

from urllib.parse import quote

from starlette.types import Scope

from app.addresses import prefixed
from app.server.cache import Header
from app.server.negotiation import prefers_html

FOR_PEOPLE, FOR_PROGRAMS = "/docs", "/v1"
"""Where the root leads browsers, and whatever else asks."""

_SAFE = "/%:@!$&'()*+,;=?"


def redirect(
    scope: Scope, headers: dict[bytes, bytes], *, pages: bool
) -> tuple[int, Header] | None:
    """Return status and Location of a path that leads on; None: it does not.

    With ``pages`` the root is one, and leads nobody on who takes HTML.

    A path that begins with two slashes does not: as a Location it would name another host. What a
    browser takes for a slash, a backslash, is written percent-encoded.
    """
    path: str = scope["path"]
    if path == "/":
        people = prefers_html(headers.get(b"accept", b""))
        if people and pages:
            return None
        return 307, _location(FOR_PEOPLE if people else FOR_PROGRAMS)
    if not path.endswith("/") or path.startswith("//"):
        return None
    target = scope["raw_path"].rstrip(b"/")
    if scope["query_string"]:
        target += b"?" + scope["query_string"]
    return 308, _location(quote(target, safe=_SAFE))


def _location(path: str) -> Header:
    return b"location", prefixed(path).encode()
