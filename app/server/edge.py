"""The ASGI application in front of the API: checks, cache, HEAD and OPTIONS, errors, limits, log.

An answer of the data version shown comes from the cache. If it is not there, the edge computes it
once, however many clients ask for it at the same time. It answers HEAD and OPTIONS wherever GET
works, makes an exception a problem document, and tells the observers of each request.
"""

from __future__ import annotations

import asyncio
import logging
import time
from threading import Event

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.errors import ApiError, DatabaseDown, InternalError, NotFound, Overloaded
from app.logs import request_id
from app.server import problems
from app.server.cache import Cache, CachedAnswer, Header, Variant, header_lines
from app.server.cache_key import CacheKeys
from app.server.file_answers import file_answer
from app.server.handed import Dispatch, ErrorPage, FileBody, Pieces, Reader, Store
from app.server.load_shedding import LoadShedding
from app.server.negotiation import RequestIds, encoding_for
from app.server.observing import Observers
from app.server.proxies import Proxies
from app.server.rate_limit import RateLimit
from app.server.redirects import redirect
from app.server.representation import Representations
from app.server.request_body import BODY_LIMIT, FORM_LIMIT, IGNORED_LIMIT, Body, BytesHeld
from app.server.request_checks import (
    LINE_LIMIT,
    check,
    check_form,
    check_json,
    joined,
    path_of,
    plain,
)
from app.server.response_headers import CLOSE, STALE, ResponseHeaders
from app.server.streaming import Stream, Streams
from app.settings import Settings

log = logging.getLogger("occupations")

MARGIN = 0.5
"""Seconds that a client waits beyond the statement timeout; then it gets 503."""

LIFE = b"/health/live"
"""The path that is always answered."""

POST_SECONDS = 30.0
"""Seconds that a client waits for the answer to a POST; then it gets 503."""

Content = bytes | Stream
"""A body, or one that has begun."""

_READING = frozenset({"GET", "HEAD"})

_OF_THE_MOMENT = ("/health", "/.well-known/security.txt")
"""Prefixes of the paths whose answers are never cached."""


class Edge:
    """The ASGI application around FastAPI's; without ``error_page`` it has no pages for people."""

    def __init__(
        self,
        api: FastAPI,
        dispatch: Dispatch,
        store: Store,
        settings: Settings,
        error_page: ErrorPage | None = None,
    ) -> None:
        self.api = api
        self.dispatch = dispatch
        self.error_page = error_page
        self.store = store
        self.settings = settings
        self.cache = Cache(settings.cache_bytes)
        self.cache_key = CacheKeys(api.state.routes)
        self.representations = Representations(self.cache_key)
        self.under_way: dict[tuple[int, bytes], asyncio.Task[CachedAnswer]] = {}
        self.computing = 0
        self.shedding = LoadShedding()
        self.held = BytesHeld()
        self.in_hand = 0  # requests that the protocol has started and not answered yet
        self.limiter = RateLimit(settings) if settings.rate_limit else None
        self.observers = Observers(settings, self.cache, store, lambda: self.computing)
        self.streams = Streams()
        self._posts = {
            r.path for r in api.routes if isinstance(r, APIRoute) and "POST" in (r.methods or ())
        }
        self._ids = RequestIds()
        self._proxies = Proxies(settings, (route.path for route in api.state.routes))
        self._headers = ResponseHeaders(settings, api.state.deprecated)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer an HTTP request; pass anything else to FastAPI."""
        if scope["type"] != "http":
            await self._lifespan(scope, receive, send)
            return
        started = time.monotonic()
        headers = joined(scope["headers"])
        if b"%" in scope["raw_path"]:
            scope["path"] = path_of(scope["raw_path"])
        self._proxies.enter(scope, headers)
        body = Body(headers, receive, self.held)
        identity = self._ids.of(headers)
        request_id.set(identity)
        method = scope["method"]
        taken = self.limiter.take(scope, headers) if self.limiter else None
        if taken is not None:
            scope["charge"] = taken.charge
        if taken is not None and taken.wait:
            content: Content
            route, (status, fields, content) = "-", self._problem(scope, taken.refusal())
        else:
            route, status, fields, content = await self._answer(scope, headers, body, started)
        fields = fields + self._headers.of_origin(headers)
        if taken is not None:
            fields = [*fields, *taken.fields]
        if not body.whole and CLOSE not in fields:
            fields = [*fields, CLOSE]
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [*fields, (b"request-id", identity)],
            }
        )
        if isinstance(content, Stream):
            await self.streams.send(content, send, body)
        else:
            await send({"type": "http.response.body", "body": b"" if method == "HEAD" else content})
        if "told" not in scope:  # by the protocol, which had to end the connection
            self.observers.note(headers, method, route, status, started, identity)

    def refusal(
        self, error: ApiError, method: str, target: bytes, headers: dict[bytes, bytes]
    ) -> tuple[int, bytes, bytes]:
        """Return status, header lines and body for a request that the protocol refuses."""
        started, identity = time.monotonic(), self._ids.of(headers)
        path, _, query = target.partition(b"?")
        scope = {"raw_path": path, "query_string": query, "path": path.decode("latin-1")}
        self._proxies.enter(scope, headers)
        status, fields, body = self._problem(scope, error)
        fields += [*self._headers.of_origin(headers), (b"request-id", identity)]
        self.observers.note(headers, method, "-", status, started, identity)
        return status, header_lines(fields), b"" if method == "HEAD" else body

    def cached(
        self, method: str, target: bytes, given: list[Header]
    ) -> tuple[int, bytes, bytes] | None:
        """Return status, header lines and body of a cached answer, for the protocol to write.

        This spares the task, the messages and the checks of an ASGI call. None: the answer is not
        cached, or the headers need ``__call__``'s checks, or a rate limit is set; then the protocol
        calls the application. Only for HTTP/1.1 requests with headers of a usual size.
        """
        started = time.monotonic()
        entry = self.cache.hot.get(target)
        if entry is None or entry.number != self.store.number or self.limiter is not None:
            return None
        headers = dict(given)
        if not len(headers) == len(given) <= LINE_LIMIT or not plain(headers):
            return None
        if not self.representations.suits(entry, headers) or self._proxies.say_prefix(headers):
            return None
        self.cache.used(entry)
        variant, unchanged = self._choose(entry, headers)
        identity = self._ids.of(headers)
        lines = b"%srequest-id: %s\r\n" % (variant.lines(unchanged), identity)
        if not self._headers.any_origin:
            lines += header_lines(self._headers.of_origin(headers))
        if self.store.away(started):
            lines += header_lines([STALE])
        status = 304 if unchanged else entry.status
        body = b"" if unchanged or method == "HEAD" else variant.body
        self.observers.note(headers, method, entry.route, status, started, identity)
        return status, lines, body

    async def _answer(
        self, scope: Scope, headers: dict[bytes, bytes], body: Body, now: float
    ) -> tuple[str, int, list[Header], Content]:
        """Answer a request with the route, status, headers and body."""
        route = "-"
        try:
            check(scope, headers)
            query = scope["query_string"].decode("latin-1")
            scope["pairs"] = self.cache_key.pairs(scope["path"], query)
            leads_on = redirect(scope, headers, pages=self.error_page is not None)
            if leads_on is not None:
                await body.read(BODY_LIMIT)  # as much as where it leads
                status, location = leads_on
                moved = self._headers.of_redirect(scope["path"], location, self.store.name)
                return route, status, moved, b""
            self.representations.choose(scope, headers)
            posted = scope["method"] == "POST" and scope["path"] in self._posts
            if not posted:
                await body.read(IGNORED_LIMIT)
            if scope["method"] in _READING:
                entry = await self._entry(scope)
                return entry.route, *await self._read(entry, scope["method"], headers, now)
            if scope["method"] == "OPTIONS":
                allow = problems.allowed_methods(scope["path"], self.api)
                if not allow:
                    raise NotFound
                asked = b"access-control-request-method" in headers
                fields = self._headers.of_options(scope["path"], allow, asked, self.store.name)
                return route, 204, fields, b""
            if posted:
                made = await self._posted(scope, headers, body)
            else:  # no route takes it
                made = await self._compute(scope, self.store.reader())
            return made.route, *self._from(made, {}, now)
        except ApiError as error:
            return route, *self._problem(scope, error)
        except Exception:
            log.exception("a fault of this server", extra={"event": "fault"})
            return route, *self._problem(scope, InternalError())
        finally:
            body.release()

    async def _read(
        self, entry: CachedAnswer, method: str, headers: dict[bytes, bytes], now: float
    ) -> tuple[int, list[Header], Content]:
        """Return status, headers and body of the answer to a GET or HEAD."""
        if entry.file is not None:
            return await file_answer(entry, entry.file, method, headers, self.streams)
        if entry.pieces is None:
            return self._from(entry, headers, now)
        begun = b"" if method == "HEAD" else await self.streams.begin(entry.pieces)
        return entry.status, entry.headers, begun

    def _from(
        self, entry: CachedAnswer, headers: dict[bytes, bytes], now: float
    ) -> tuple[int, list[Header], bytes]:
        """Return status, headers and body of an answer in the encoding that the client accepts."""
        variant, unchanged = self._choose(entry, headers)
        fields = variant.headers_304 if unchanged else variant.headers
        if entry.aliases and self.store.away(now):
            fields = [*fields, STALE]
        return (304, fields, b"") if unchanged else (entry.status, fields, variant.body)

    def _choose(self, entry: CachedAnswer, headers: dict[bytes, bytes]) -> tuple[Variant, bool]:
        """Choose the encoding; tell whether the client has the answer already (304)."""
        accepted = headers.get(b"accept-encoding")
        encoding = encoding_for(accepted) if accepted else "identity"
        variant = entry.variants.get(encoding)
        if variant is None:
            variant = entry.variant(encoding)
            self.cache.charge(entry)
        tags = headers.get(b"if-none-match")
        known = tags is not None and entry.tagged
        return variant, known and (tags == variant.tag or entry.unchanged(tags or b""))

    async def _entry(self, scope: Scope) -> CachedAnswer:
        """Find the answer by its cache key, or compute it once for all who ask for this target."""
        forwarded: bytes = scope["forwarded"]
        target: bytes = forwarded + scope["cut"] + scope["raw_path"]
        if scope["query_string"]:
            target += b"?" + scope["query_string"]
        canonical, free_text = self.cache_key(scope["path"], scope["pairs"])
        canonical = forwarded + canonical
        entry = self.cache.find(canonical, target)
        if entry is not None and entry.number == self.store.number:
            self.cache.hits += 1
            return entry
        self.cache.misses += 1
        live = scope["path"] == "/health/live"
        if live:
            return await self._compute({**scope, "method": "GET"}, None)
        reader = self.store.reader()
        # By data version: a request after a change must not get what was computed before it.
        # By target, not by cache key: an error repeats the target as it was written.
        task = self.under_way.get((reader.number, target))
        if task is None:
            if self.computing >= self.settings.queue_limit:
                raise Overloaded
            self.computing += 1
            inner = {**scope, "method": "GET"}
            task = asyncio.create_task(self._computed(inner, target, canonical, free_text, reader))
            self.under_way[reader.number, target] = task
        return await self._bounded(task)

    async def _computed(
        self, scope: Scope, target: bytes, canonical: bytes, free_text: bool, reader: Reader
    ) -> CachedAnswer:
        try:
            entry = await self._compute(scope, reader)
            entry.canonical, entry.free_text = canonical, free_text
            if entry.tagged and entry.number == self.store.number:
                self.cache.keep(target, entry)
            return entry
        finally:
            self.computing -= 1
            self.under_way.pop((reader.number, target), None)

    async def _posted(self, scope: Scope, headers: dict[bytes, bytes], body: Body) -> CachedAnswer:
        """Read the body and compute the answer, which is not cached.

        The work ends when the client disconnects or has its 503.
        """
        if self.computing >= self.settings.queue_limit:
            raise Overloaded
        form = self.cache_key.for_people(scope["path"])
        (check_form if form else check_json)(headers)
        given_up = Event()
        content = await body.read(FORM_LIMIT if form else BODY_LIMIT)
        inner = {**scope, "body": content, "given_up": given_up}
        self.computing += 1
        task = asyncio.create_task(self._compute(inner, self.store.reader()))
        task.add_done_callback(self._ended)
        gone = asyncio.create_task(body.client_gone())
        await asyncio.wait({task, gone}, timeout=POST_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        if not task.done():
            given_up.set()
            task.add_done_callback(_forget)
            raise Overloaded
        return task.result()

    def _ended(self, _: object) -> None:
        self.computing -= 1

    async def _bounded(self, task: asyncio.Task[CachedAnswer]) -> CachedAnswer:
        """Wait for a computation as long as its statements may take; then it goes on alone."""
        done, _ = await asyncio.wait({task}, timeout=self.settings.statement_timeout + MARGIN)
        if not done:
            task.add_done_callback(_forget)
            raise DatabaseDown
        return task.result()

    async def _compute(self, scope: Scope, reader: Reader | None) -> CachedAnswer:
        """Dispatch the request and return its answer, ready for the cache.

        What answers it may take another reader than is given: of an older data version, or of the
        one that the indices are of. It says so if its answer is ``of_the_moment``.
        """
        scope["reader"] = reader
        scope["app"] = self.api
        found = await self._plainly(scope)
        status, body = found.status_code, bytes(found.body)
        fields = [one for one in found.raw_headers if one[0] != b"content-length"]
        html = dict(fields).get(b"content-type", b"").startswith(b"text/html")
        pieces: Pieces | None = getattr(found, "pieces", None)  # it is made while it is sent
        file: FileBody | None = getattr(found, "file", None)
        kept = status == 200 and scope["method"] == "GET" and reader is not None
        kept = kept and pieces is None and file is None
        kept = kept and not (scope["path"].startswith(_OF_THE_MOMENT) or "of_the_moment" in scope)
        answered_from: Reader = scope["reader"] or self.store
        fields = self._headers.completed(fields, scope, answered_from.name, html=html, fresh=kept)
        route = getattr(scope.get("route"), "path", "-")
        return CachedAnswer(
            *(status, body, fields, answered_from.number, route, kept),
            by_language=self.cache_key.by_language(scope["path"]),
            pieces=pieces,
            file=file,
        )

    async def _plainly(self, scope: Scope) -> Response:
        """Dispatch the request; make an error of the API a problem document, or a page."""
        try:
            found = await self.dispatch(scope)
            if found is None:
                raise problems.unrouted(scope)
        except ApiError as error:
            request = Request(scope)
            headers = joined(scope["headers"])
            if self.error_page and self.representations.is_page(scope["path"], headers):
                return await self.error_page(error, request)
            return problems.answer(error, request)
        return found

    def _problem(self, scope: Scope, error: ApiError) -> tuple[int, list[Header], bytes]:
        instance = problems.instance_of(scope.get("raw_path") or b"", scope["query_string"])
        body = problems.document(error, instance)
        fields = self._headers.of_problem(error, scope["path"], len(body), self.store.name)
        return error.status, fields, body

    async def _lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        self.store.changed = lambda: loop.call_soon_threadsafe(self.cache.clear)
        self.observers.start()
        try:
            await self.api(scope, receive, send)
        finally:
            self.observers.stop()


def _forget(task: asyncio.Future[CachedAnswer]) -> None:
    """Retrieve the exception of an abandoned task, so that asyncio does not report it."""
    if not task.cancelled():
        task.exception()
