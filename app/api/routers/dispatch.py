"""Dispatch: finds a request's route, reads its parameters and calls its function.

FastAPI looks through its routes, resolves dependencies and inspects types for each request, some
0.3 ms. Here that is done once for each route. FastAPI still keeps the table of routes and derives
the contract from it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from inspect import iscoroutinefunction, signature
from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import Scope

from app.api.routers.bodies import read_body
from app.api.routers.dependencies import pinned_reader, reader_of
from app.api.routers.rows import PART, is_whole, whole_list
from app.api.routers.strict_route import StrictRoute
from app.api.routers.validation import path_faults, repeated_faults
from app.api.schemas.parameters import PinnedParams, Posted
from app.errors import ConnectionLost, InvalidParameters, Overloaded

TURN = 0.005
"""Seconds that functions may take of one iteration of the event loop, with SQLite."""

ATTEMPTS = 3
"""Times that a function is called whose database connection breaks off."""

BODY_THREADS = 2
"""Threads that parse and answer bodies; those need no database connection."""


@dataclass(slots=True)
class _Plan:
    """How to call a route's function; ``took``: the seconds that the last call took."""

    route: StrictRoute
    call: Callable[..., Any]
    waits: bool  # the function is a coroutine function
    place: int  # of the path's parameter among its segments; 0: it has none
    parameter: str
    value: TypeAdapter[Any]
    query: tuple[str, type[BaseModel]] | None
    body: tuple[str, type[Posted]] | None
    request: str | None  # name of the parameter that takes the request itself
    dependencies: tuple[tuple[str, Callable[[Request], Any]], ...]
    took: float = 0.0

    def read(self, path: str, pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
        """Read the parameters of the path and of the query; raises ``InvalidParameters``."""
        given = dict(pairs)
        if len(given) < len(pairs):
            raise InvalidParameters(*repeated_faults(pairs))
        values: dict[str, Any] = {}
        if self.place:
            try:
                values[self.parameter] = self.value.validate_python(path.split("/")[self.place])
            except ValidationError as error:
                raise InvalidParameters(*path_faults(error, self.parameter)) from None
        if self.query is not None:
            name, model = self.query
            try:
                values[name] = model.model_validate(given)
            except ValidationError:
                raise InvalidParameters from None  # ``all_faults`` names them
        return values

    def run(self, values: dict[str, Any]) -> Response:
        """Call the function and note how long it took."""
        began = time.perf_counter()
        try:
            return _persistently(partial(self.call, **values))
        finally:
            self.took = time.perf_counter() - began


class Dispatcher:
    """Calls the function of the route that takes a request.

    Functions that read the database run in ``threads`` threads. With SQLite (``at_hand``) most
    take less time than handing them to a thread, some 0.1 ms. Those run on the event loop, as long
    as they take no more than ``TURN`` of an iteration together and the function was quick the last
    time: with a slow disk or a locked file it moves to the threads.

    A request that waits longer than ``patience`` seconds for a thread is refused, if others wait
    too. So under too much load answers are late by that much and no more. On a machine that is
    slow, but has no queue, nobody is refused.

    A body is parsed, checked and answered in one of ``BODY_THREADS`` other threads. Faults of
    parameters are found on the event loop, in a millisecond, and wait for no thread.
    """

    def __init__(
        self, routes: Iterable[BaseRoute], threads: int, *, at_hand: bool, patience: float
    ) -> None:
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="answer")
        self._bodies = ThreadPoolExecutor(BODY_THREADS, thread_name_prefix="body")
        self._body_threads = asyncio.Semaphore(BODY_THREADS)  # the free ones
        self._wanting = 0  # requests that have a thread or wait for one
        self._at_hand = at_hand
        self._patience = patience
        self._spent = 0.0  # seconds of functions in this iteration of the event loop
        self._plans: dict[tuple[str, str], _Plan] = {}
        for route in routes:
            if isinstance(route, StrictRoute):
                plan = _plan(route)
                for method in route.methods or ():
                    template = _template(route.path, plan.place)
                    self._plans.setdefault((method, template), plan)
        self._places = sorted({plan.place for plan in self._plans.values()})

    async def __call__(self, scope: Scope) -> Response | None:
        """Answer a request; None: no route takes it."""
        path: str = scope["path"]
        plan = None
        for place in self._places:
            plan = self._plans.get((scope["method"], _template(path, place)))
            if plan is not None:
                break
        else:
            return None
        pairs: Sequence[tuple[str, str]] = scope["pairs"]
        scope["route"] = plan.route
        request = Request(scope)
        try:
            values = plan.read(path, pairs)
            if plan.request is not None:
                values[plan.request] = request
            for name, dependency in plan.dependencies:
                values[name] = await dependency(request)
            if plan.body is not None:
                return await self._with_body(plan, values, scope)
            if plan.query is not None and is_whole(values[plan.query[0]]):
                return await self._whole(plan, plan.query[0], values)
            if plan.waits:
                answer: Response = await plan.call(**values)
                return answer
            well = self._at_hand and scope["reader"].well
            if well and self._spent < TURN and plan.took < TURN:
                if not self._spent:
                    asyncio.get_running_loop().call_soon(self._turned)
                try:
                    return plan.run(values)
                finally:
                    self._spent += plan.took
            latest = scope.get("arrived", time.monotonic()) + self._patience
            return await self._in_a_thread(plan, values, latest)
        except InvalidParameters as error:
            raise await _every_fault(error, plan, request) from None

    async def _whole(self, plan: _Plan, query: str, values: dict[str, Any]) -> Response:
        """Answer with a list whole. Its first page finds what is wrong with the request."""
        params = values[query].model_copy(update={"limit": PART})

        def page(cursor: str) -> Any:
            following = params.model_copy(update={"cursor": cursor})
            return _persistently(partial(plan.call, **{**values, query: following}))

        latest = time.monotonic() + self._patience
        first: Any = await self._in_a_thread(plan, {**values, query: params}, latest)
        return whole_list(first, page)

    async def _with_body(self, plan: _Plan, values: dict[str, Any], scope: Scope) -> Response:
        """Parse the body and call the function with it, in a thread."""
        assert plan.body is not None  # noqa: S101 - the caller has looked
        name, model = plan.body

        def answer() -> Response:
            body = read_body(model, scope["body"])
            if "charge" in scope:
                scope["charge"](body.cost)
            return plan.run({**values, name: body})

        try:
            await asyncio.wait_for(self._body_threads.acquire(), self._patience)
        except TimeoutError:
            raise Overloaded from None
        try:
            return await _within(self._bodies, answer)
        finally:
            self._body_threads.release()

    async def _in_a_thread(self, plan: _Plan, values: dict[str, Any], latest: float) -> Response:
        """Call the function in a thread; raises ``Overloaded`` if that is too late."""

        def in_time() -> Response:
            if self._wanting > self._threads and time.monotonic() > latest:
                raise Overloaded
            return plan.run(values)

        self._wanting += 1
        try:
            return await _within(self._pool, in_time)
        finally:
            self._wanting -= 1

    def _turned(self) -> None:
        self._spent = 0.0


async def _within(pool: ThreadPoolExecutor, call: Callable[[], Response]) -> Response:
    """Call a function in a thread, which knows where the client sees this server."""
    run = copy_context().run
    return await asyncio.get_running_loop().run_in_executor(pool, run, call)


def _persistently(call: Callable[[], Response]) -> Response:
    """Call a function again if its database connection broke off: it only reads."""
    for _ in range(ATTEMPTS - 1):
        try:
            return call()
        except ConnectionLost:
            continue
    return call()


async def _every_fault(
    error: InvalidParameters, plan: _Plan, request: Request
) -> InvalidParameters:
    """Return the faults found with all others, judged by the data version that is asked for."""
    model = plan.query[1] if plan.query else None
    found, data = [*error.faults], reader_of(request)
    if model is not None and issubclass(model, PinnedParams):
        try:
            data = await pinned_reader(request)
        except InvalidParameters as of_version:
            found += of_version.faults
    return plan.route.all_faults(found, dict(request.scope["pairs"]), model, data)


def _template(path: str, place: int) -> str:
    """Return a path with its parameter, the segment at ``place``, replaced by ``{}``."""
    if not place:
        return path
    parts = path.split("/")
    if len(parts) > place and parts[place]:
        parts[place] = "{}"
    return "/".join(parts)


def _plan(route: StrictRoute) -> _Plan:
    """Work out how to call a route's function."""
    needs = route.dependant
    places = [n for n, segment in enumerate(route.path.split("/")) if segment.startswith("{")]
    queries, bodies = _models(needs.query_params), _models(needs.body_params)
    fields = needs.path_params
    dependencies = [(one.name or "", one.call) for one in needs.dependencies]
    known = {name for name, _ in (*queries, *bodies, *dependencies)}
    known |= {field.name for field in fields}
    known |= {needs.request_param_name} if needs.request_param_name else set()
    simple = all(set(signature(call).parameters) == {"request"} for _, call in dependencies if call)
    if not simple or known != set(signature(route.endpoint).parameters) or len(places) > 1:
        raise TypeError(f"{route.path}: more is asked for than is known here")
    kind: Any = str
    for rule in fields[0].field_info.metadata if fields else ():
        kind = Annotated[kind, rule]
    return _Plan(
        route,
        route.endpoint,
        iscoroutinefunction(route.endpoint),
        places[0] if places else 0,
        fields[0].name if fields else "",
        TypeAdapter(kind),
        queries[0] if queries else None,
        bodies[0] if bodies else None,
        needs.request_param_name,
        tuple((name, call) for name, call in dependencies if call),
    )


def _models(fields: Iterable[Any]) -> list[tuple[str, type[Any]]]:
    """Return the parameters that are models, by name."""
    found = ((field.name, field.field_info.annotation) for field in fields)
    return [(n, k) for n, k in found if isinstance(k, type) and issubclass(k, BaseModel)]
