"""Headers that answers have whatever they are about: of every answer, of pages, for browsers."""

from __future__ import annotations

from app import __version__
from app.cache import Header
from app.settings import Settings

EVERY_ANSWER: tuple[Header, ...] = (
    (b"api-version", __version__.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"cross-origin"),
)
PAGE_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    b"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
DATA_POLICY = b"default-src 'none'; frame-ancestors 'none'"
EXPOSED = b"API-Version, ETag, Link, RateLimit, RateLimit-Policy, Request-Id, Retry-After"
PREFLIGHT: tuple[Header, ...] = (
    (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
    (b"access-control-allow-headers", b"Content-Type, If-None-Match, Request-Id, X-API-Key"),
    (b"access-control-max-age", b"86400"),
)
STALE: Header = (b"cache-status", b'occupations; hit; detail="stale: the database is away"')


class Fields:
    """Headers that depend on the settings."""

    def __init__(self, settings: Settings) -> None:
        self.fresh = (
            f"max-age={settings.max_age}, stale-while-revalidate=86400, stale-if-error=604800"
        ).encode()
        self.any_origin = settings.cors_origins == ("*",)
        self._origins = {origin.encode() for origin in settings.cors_origins}
        self.common: list[Header] = [*EVERY_ANSWER]
        if self.any_origin:
            self.common += [
                (b"access-control-allow-origin", b"*"),
                (b"access-control-expose-headers", EXPOSED),
            ]
        else:
            self.common.append((b"vary", b"Origin"))

    def of_origin(self, headers: dict[bytes, bytes]) -> list[Header]:
        """Return what lets the page that asks read the answer, where not every page may."""
        origin = headers.get(b"origin")
        if self.any_origin or origin not in self._origins:
            return []
        return [
            (b"access-control-allow-origin", origin or b""),
            (b"access-control-expose-headers", EXPOSED),
        ]
