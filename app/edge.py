"""The layer in front of routing: what every answer needs, whatever it is about.

Refuses requests that are not sane, answers HEAD and OPTIONS wherever GET works, gives each answer
its Request-Id, ETag and security headers, turns a crash into a problem, sheds load, and logs.
"""

from __future__ import annotations

import logging
import re
import time
from hashlib import blake2b
from secrets import token_hex
from typing import Any
from urllib.parse import unquote_to_bytes

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import __version__, problems
from app.access_log import AccessLog
from app.errors import (
    ApiError,
    InternalError,
    MalformedRequest,
    NotAcceptable,
    Overloaded,
    UriTooLong,
)
from app.settings import Settings

log = logging.getLogger("occupations")

URL_LIMIT = 8000
"""Bytes of path and query."""

_SANE_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")

_EVERY_ANSWER = (
    (b"api-version", __version__.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"cross-origin"),
)
_PAGE_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    b"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_DATA_POLICY = b"default-src 'none'; frame-ancestors 'none'"
_EXPOSED = b"API-Version, ETag, Link, Request-Id, Retry-After"


class Edge:
    """ASGI application around the framework's."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self.access = AccessLog(settings.log_format)
        self.in_flight = 0
        self.fresh = (
            f"public, max-age={settings.max_age}, stale-while-revalidate=86400, "
            "stale-if-error=604800"
        ).encode()
        self.any_origin = settings.cors_origins == ("*",)
        self.origins = {origin.encode() for origin in settings.cors_origins}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer an HTTP request; hand anything else on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        headers: dict[bytes, bytes] = dict(scope["headers"])
        given = headers.get(b"request-id", b"")
        request_id = given if _SANE_ID.fullmatch(given) else token_hex(8).encode()
        self.in_flight += 1
        try:
            status, fields, body = await self._answer(scope, headers, receive)
        finally:
            self.in_flight -= 1
        fields = [*fields, (b"request-id", request_id), *_EVERY_ANSWER, *self._cors(headers)]
        content = body if scope["method"] != "HEAD" and status not in {204, 304} else b""
        if status not in {204, 304}:
            fields.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": status, "headers": fields})
        await send({"type": "http.response.body", "body": content})
        self.access.write(scope, status, time.perf_counter() - started, request_id)

    async def _answer(
        self, scope: Scope, headers: dict[bytes, bytes], receive: Receive
    ) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        try:
            _check(scope, headers)
            if scope["method"] == "OPTIONS":
                return 204, [(b"allow", b"GET, HEAD, OPTIONS"), *_PREFLIGHT], b""
            if self.in_flight > self.settings.queue_limit and scope["path"] != "/health/live":
                raise Overloaded
            return await self._inner(scope, headers, receive)
        except ApiError as error:
            return self._problem(scope, error)
        except Exception:
            log.exception("a fault of this server")
            return self._problem(scope, InternalError())

    def _problem(
        self, scope: Scope, error: ApiError
    ) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        instance = problems.instance_of(scope.get("raw_path") or b"", scope["query_string"])
        body = problems.document(error, instance, self.settings.public_url or "")
        extra = [(k.lower().encode(), v.encode()) for k, v in error.headers.items()]
        fields = [
            (b"content-type", b"application/problem+json"),
            (b"cache-control", b"no-store"),
            (b"content-security-policy", _DATA_POLICY),
            *extra,
        ]
        return error.status, fields, body

    async def _inner(
        self, scope: Scope, headers: dict[bytes, bytes], receive: Receive
    ) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        method = scope["method"]
        inner = {**scope, "method": "GET"} if method == "HEAD" else scope
        status = 500
        fields: list[tuple[bytes, bytes]] = []
        chunks: list[bytes] = []

        async def collect(message: Message) -> None:
            nonlocal status, fields
            if message["type"] == "http.response.start":
                status = message["status"]
                fields = [(k, v) for k, v in message["headers"] if k != b"content-length"]
            else:
                chunks.append(message.get("body", b""))

        await self.app(inner, receive, collect)
        scope["route"] = inner.get("route")
        body = b"".join(chunks)
        path = scope["path"]
        kept = dict(fields)
        html = kept.get(b"content-type", b"").startswith(b"text/html")
        fields.append((b"content-security-policy", _PAGE_POLICY if html else _DATA_POLICY))
        if status != 200 or path.startswith("/health"):
            fields.append((b"cache-control", b"no-store"))
            return status, fields, body
        tag = b'"' + blake2b(body, digest_size=12).hexdigest().encode() + b'"'
        fields += [(b"etag", tag), (b"cache-control", self.fresh)]
        if method in {"GET", "HEAD"} and _matches(headers.get(b"if-none-match"), tag):
            return 304, [(k, v) for k, v in fields if k != b"content-type"], b""
        return status, fields, body

    def _cors(self, headers: dict[bytes, bytes]) -> list[tuple[bytes, bytes]]:
        if self.any_origin:
            return [
                (b"access-control-allow-origin", b"*"),
                (b"access-control-expose-headers", _EXPOSED),
            ]
        origin = headers.get(b"origin")
        allowed = (
            []
            if origin not in self.origins
            else [
                (b"access-control-allow-origin", origin or b""),
                (b"access-control-expose-headers", _EXPOSED),
            ]
        )
        return [(b"vary", b"Origin"), *allowed]


_PREFLIGHT = (
    (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
    (b"access-control-allow-headers", b"Content-Type, If-None-Match, Request-Id"),
    (b"access-control-max-age", b"86400"),
    (b"cache-control", b"no-store"),
)


def _check(scope: Scope, headers: dict[bytes, bytes]) -> None:
    """Refuse a request that is not sane, before anything looks at it."""
    raw: bytes = scope.get("raw_path") or b""
    query: bytes = scope["query_string"]
    if len(raw) + len(query) > URL_LIMIT:
        raise UriTooLong
    target = unquote_to_bytes(raw + b"?" + query)
    try:
        target.decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedRequest from None
    if _CONTROL.search(target):
        raise MalformedRequest
    accept = headers.get(b"accept")
    if accept is not None and raw.startswith(b"/v1") and not _serves_json(accept):
        raise NotAcceptable


def _serves_json(accept: bytes) -> bool:
    for entry in accept[:2000].lower().split(b","):
        kind, _, parameters = entry.strip().partition(b";")
        if kind.strip() in {b"", b"*/*", b"application/*", b"application/json"}:
            quality = re.search(rb"(?:^|;)\s*q\s*=\s*([0-9.]+)", parameters)
            if quality is None or _number(quality[1]) > 0:
                return True
    return False


def _number(text: bytes) -> float:
    try:
        return float(text)
    except ValueError:
        return 1.0


def _matches(if_none_match: bytes | None, tag: bytes) -> bool:
    """Compare weakly, as If-None-Match asks."""
    if if_none_match is None:
        return False
    given: Any = {entry.strip().removeprefix(b"W/") for entry in if_none_match.split(b",")}
    return tag in given or b"*" in given
