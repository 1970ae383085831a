"""Representations of one address: a page's language, linked data in place of JSON.

A request is led to the address of the one that it asks for, which has a cache key of its own.
"""

from __future__ import annotations

from starlette.types import Scope

from app.errors import NotAcceptable
from app.server.cache import CachedAnswer
from app.server.cache_key import CacheKeys
from app.server.negotiation import (
    language_for,
    prefers_html,
    prefers_json,
    prefers_linked_data,
    serves_json,
)

LINKED_DATA = "/linked-data"
"""End of the paths that answer with linked data what the path before it answers with JSON."""

Headers = dict[bytes, bytes]


class Representations:
    """Chooses what a request gets; ``keys`` know which routes are of pages."""

    def __init__(self, keys: CacheKeys) -> None:
        self._keys = keys

    def suits(self, entry: CachedAnswer, headers: Headers) -> bool:
        """Tell whether the answer kept for an address is the one that a request asks for."""
        accept = headers.get(b"accept")
        if entry.route.startswith("/v1"):
            return accept is None or prefers_json(accept)
        if entry.by_language and language_for(headers.get(b"accept-language", b"")):
            return False
        return entry.route != "/" or prefers_html(accept or b"")

    def choose(self, scope: Scope, headers: Headers) -> None:
        """Lead a request to what it asks for; raises ``NotAcceptable``."""
        if scope["path"].startswith("/v1"):
            self._choose_kind(scope, headers.get(b"accept"))
            return
        language = language_for(headers.get(b"accept-language", b""))
        if language and self._keys.by_language(scope["path"]):
            scope["path"] = f"/{language}{scope['path']}".rstrip("/")
            scope["raw_path"] = b"/%s%s" % (language.encode(), scope["raw_path"].rstrip(b"/"))

    def _choose_kind(self, scope: Scope, accept: bytes | None) -> None:
        if accept is None:
            return
        path: str = scope["path"]
        linked = prefers_linked_data(accept)
        if linked and self._keys.takes(path, LINKED_DATA):
            scope["path"] = path + LINKED_DATA
            scope["raw_path"] += LINKED_DATA.encode()
        elif not (serves_json(accept) or (linked and path.endswith(LINKED_DATA))):
            raise NotAcceptable

    def is_page(self, path: str, headers: Headers) -> bool:
        """Tell whether a page is asked for, or by a browser what is no address at all."""
        if self._keys.for_people(path):
            return True
        return not path.startswith("/v1") and prefers_html(headers.get(b"accept", b""))
