"""Response headers: of every answer, for caches, for browsers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.types import Scope

from app import __version__
from app.errors import ApiError
from app.server.cache import Header
from app.server.negotiation import LANGUAGES
from app.settings import Settings

EVERY_ANSWER: tuple[Header, ...] = (
    (b"api-version", __version__.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"cross-origin"),
)
PAGE_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    b"connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
DATA_POLICY = b"default-src 'none'; frame-ancestors 'none'"
EXPOSED = (
    b"API-Version, Accept-Ranges, Content-Disposition, Content-Location, Content-Range, "
    b"Data-Version, Deprecation, ETag, Link, RateLimit, RateLimit-Policy, Repr-Digest, Request-Id, "
    b"Retry-After, Sunset"
)
PREFLIGHT: tuple[Header, ...] = (
    (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
    (
        b"access-control-allow-headers",
        b"Content-Type, If-None-Match, If-Range, Range, Request-Id, X-API-Key",
    ),
    (b"access-control-max-age", b"86400"),
)
CLOSE: Header = (b"connection", b"close")
PRIVATE = frozenset(
    {"/v1/titles/match", "/match", *(f"/{language}/match" for language in LANGUAGES)}
)
"""Paths whose answers repeat what somebody typed: shared caches must not store them."""

STALE: Header = (b"cache-status", b'occupations; hit; detail="stale: the database is away"')


class ResponseHeaders:
    """The response headers, under given settings.

    ``deprecated``: path of a route → the headers that its answers have besides.
    """

    def __init__(self, settings: Settings, deprecated: Mapping[str, Sequence[Header]]) -> None:
        self._deprecated = deprecated
        self.fresh = (
            f"max-age={settings.max_age}, stale-while-revalidate=86400, stale-if-error=604800"
        ).encode()
        self.any_origin = settings.cors_origins == ("*",)
        self._origins = {origin.encode() for origin in settings.cors_origins}
        # In one line: some caches read the last of several only.
        varies = b"Accept, Accept-Encoding" + (b"" if self.any_origin else b", Origin")
        self._varies = varies
        self._common: list[Header] = [*EVERY_ANSWER, (b"vary", varies)]
        if self.any_origin:
            self._common += [
                (b"access-control-allow-origin", b"*"),
                (b"access-control-expose-headers", EXPOSED),
            ]

    def common(self, data_version: str, *, html: bool = False) -> list[Header]:
        """Return the headers of every answer; ``data_version`` is empty if none is loaded.

        A page varies by language besides.
        """
        named = [(b"data-version", data_version.encode())] if data_version else []
        if html:
            varies = [(b"vary", self._varies + b", Accept-Language")]
            return [*varies, *(one for one in self._common if one[0] != b"vary"), *named]
        return [*self._common, *named]

    def completed(
        self, fields: list[Header], scope: Scope, data_version: str, *, html: bool, fresh: bool
    ) -> list[Header]:
        """Return the headers of an answer; what its route says of caches and policy stays."""
        of_route = self._deprecated.get(getattr(scope.get("route"), "path", ""), ())
        own = {name for name, _ in fields}
        added = (
            (b"content-security-policy", PAGE_POLICY if html else DATA_POLICY),
            self.keeping(scope["path"], fresh=fresh),
        )
        missing = [one for one in added if one[0] not in own]
        return [*fields, *missing, *of_route, *self.common(data_version, html=html)]

    def keeping(self, path: str, *, fresh: bool) -> Header:
        """Return Cache-Control; ``fresh``: caches may store the answer."""
        owner = b"private, " if path in PRIVATE else b""
        return b"cache-control", owner + (self.fresh if fresh else b"no-store")

    def of_problem(
        self, error: ApiError, path: str, length: int, data_version: str
    ) -> list[Header]:
        """Return the headers of a problem document of so many bytes."""
        return [
            (b"content-type", b"application/problem+json"),
            (b"content-length", str(length).encode()),
            self.keeping(path, fresh=False),
            (b"content-security-policy", DATA_POLICY),
            *((name.lower().encode(), value.encode()) for name, value in error.headers.items()),
            *self.common(data_version),
        ]

    def of_options(self, path: str, allow: bytes, asked: bool, data_version: str) -> list[Header]:
        """Return the headers of an OPTIONS answer; ``asked``: it is a CORS preflight."""
        of_page = PREFLIGHT if asked else ()
        keeping = self.keeping(path, fresh=False)
        return [*self.common(data_version), (b"allow", allow), keeping, *of_page]

    def of_redirect(self, path: str, location: Header, data_version: str) -> list[Header]:
        """Return the headers of a redirect."""
        keeping = self.keeping(path, fresh=False)
        return [location, (b"content-length", b"0"), keeping, *self.common(data_version)]

    def of_origin(self, headers: dict[bytes, bytes]) -> list[Header]:
        """Return the CORS headers for an origin that the settings allow; none if they allow all."""
        origin = headers.get(b"origin", b"").strip(b" \t")
        if self.any_origin or origin not in self._origins:
            return []
        return [
            (b"access-control-allow-origin", origin),
            (b"access-control-expose-headers", EXPOSED),
        ]
