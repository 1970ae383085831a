"""Representations of one address: a page's language, other media types than JSON.

A request is led to the address of the one that it asks for, which has a cache key of its own.
"""

from __future__ import annotations

from starlette.types import Scope

from app.errors import NotAcceptable
from app.server.cache import CachedAnswer
from app.server.cache_key import CacheKeys
from app.server.negotiation import ENDS, JSON, OTHERS, language_for, liked_best, prefers_html

FORMAT = "format"
FORMATS = {b"text/csv": "csv", b"application/x-ndjson": "ndjson"}
"""Media type → value of the parameter that lists take."""

FILES = "/v1/exports/"
"""Beginning of the paths of files, which have one media type each, whatever a client accepts."""

Headers = dict[bytes, bytes]


class Representations:
    """Chooses what a request gets; ``keys`` know which routes are of pages."""

    def __init__(self, keys: CacheKeys) -> None:
        self._keys = keys

    def suits(self, entry: CachedAnswer, headers: Headers) -> bool:
        """Tell whether the answer kept for an address is the one that a request asks for."""
        accept = headers.get(b"accept")
        if entry.route.startswith("/v1"):
            return accept is None or liked_best(accept) == JSON
        if entry.by_language and language_for(headers.get(b"accept-language", b"")):
            return False
        return entry.route != "/" or prefers_html(accept or b"")

    def choose(self, scope: Scope, headers: Headers) -> None:
        """Lead a request to what it asks for; raises ``NotAcceptable``."""
        if scope["path"].startswith(FILES):
            return
        if scope["path"].startswith("/v1"):
            self._choose_kind(scope, headers.get(b"accept"))
            return
        language = language_for(headers.get(b"accept-language", b""))
        if language and self._keys.by_language(scope["path"]):
            scope["path"] = f"/{language}{scope['path']}".rstrip("/")
            scope["raw_path"] = b"/%s%s" % (language.encode(), scope["raw_path"].rstrip(b"/"))

    def _choose_kind(self, scope: Scope, accept: bytes | None) -> None:
        if accept is None or any(name == FORMAT for name, _ in scope["pairs"]):
            return
        others = tuple(kind for kind in OTHERS if self._takes(scope["path"], kind))
        kind = liked_best(accept, others)
        if kind is None:
            raise NotAcceptable
        if kind in FORMATS:
            scope["pairs"] = [*scope["pairs"], (FORMAT, FORMATS[kind])]
            given = scope["query_string"] + b"&" if scope["query_string"] else b""
            scope["query_string"] = b"%s%s=%s" % (given, FORMAT.encode(), FORMATS[kind].encode())
        elif kind in ENDS and not scope["path"].endswith(ENDS[kind]):
            scope["path"] += ENDS[kind]
            scope["raw_path"] += ENDS[kind].encode()

    def _takes(self, path: str, kind: bytes) -> bool:
        """Tell whether a path has answers of a media type, or is of one that has."""
        if kind in FORMATS:
            return self._keys.knows(path, FORMAT)
        return kind in ENDS and (path.endswith(ENDS[kind]) or self._keys.takes(path, ENDS[kind]))

    def is_page(self, path: str, headers: Headers) -> bool:
        """Tell whether a page is asked for, or by a browser what is no address at all."""
        if self._keys.for_people(path):
            return True
        return not path.startswith("/v1") and prefers_html(headers.get(b"accept", b""))
