"""Plain requests answered without the framework's general machinery.

The framework looks through its routes, resolves dependencies and checks types anew for each
request, some 0.3 ms; here that is worked out once a route. A request is plain if it is a GET that
a route takes as it stands. Any other (an unknown path, a fault, a body) is the framework's, which
knows to say what is wrong.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from inspect import iscoroutinefunction, signature
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import Scope

from app.errors import ConnectionLost, InvalidParameters, Overloaded
from app.routers.strict import StrictRoute

TURN = 0.005
"""Seconds that answers may take of one turn of the event loop where a file is the database."""

ATTEMPTS = 3
"""Times that a request is tried whose connections break off."""


@lru_cache(maxsize=256)
def pairs_of(query: bytes) -> tuple[tuple[str, str], ...]:
    """Return names and values of a query, as they stand."""
    return tuple(parse_qsl(query.decode("latin-1"), keep_blank_values=True))


@dataclass(slots=True)
class _Plan:
    """What a route's function is called with; ``took``: seconds it took the last time."""

    route: APIRoute
    call: Callable[..., Any]
    waits: bool  # the function is a coroutine function
    place: int  # of the path's parameter among its segments; 0: it has none
    parameter: str
    value: TypeAdapter[Any]
    query: tuple[str, type[BaseModel]] | None
    dependencies: tuple[tuple[str, Callable[[Request], Any]], ...]
    took: float = 0.0

    def run(self, values: dict[str, Any]) -> Response:
        """Call the function and note how long it took."""
        began = time.perf_counter()
        try:
            return _persistently(partial(self.call, **values))
        finally:
            self.took = time.perf_counter() - began


class Direct:
    """Finds and calls the function of a plain request.

    Functions that read the database run in ``threads`` threads. With a file as the database
    (``at_hand``) most take less time than the change of threads there and back, some 0.1 ms; such
    a function is called right away, as long as answers take no more than ``TURN`` of a turn of the
    event loop and it was quick the last time: a slow disk or a locked file soon has the threads to
    itself.

    A request that arrived over ``patience`` seconds before a thread is free for it is refused if
    more than there are threads want one: under too much load answers are late by that much and no
    more, however long each takes. Who waited for a slow machine alone is in nobody's way.
    """

    def __init__(
        self, routes: Iterable[BaseRoute], threads: int, *, at_hand: bool, patience: float
    ) -> None:
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="answer")
        self._wanting = 0  # requests that have a thread or wait for one
        self._at_hand = at_hand
        self._patience = patience
        self._spent = 0.0  # seconds of answers in this turn of the event loop
        self._plans: dict[str, _Plan] = {}
        for route in routes:
            if isinstance(route, StrictRoute) and "GET" in (route.methods or ()):
                plan = _plan(route)
                if plan is not None:
                    self._plans.setdefault(_template(route.path, plan.place), plan)
        self._places = sorted({plan.place for plan in self._plans.values()})

    async def __call__(self, scope: Scope) -> Response | None:
        """Answer a plain request; None: it is the framework's."""
        path: str = scope["path"]
        plan = None
        for place in self._places:
            plan = self._plans.get(_template(path, place))
            if plan is not None:
                break
        else:
            return None
        pairs = pairs_of(scope["query_string"])
        given = dict(pairs)
        if len(given) < len(pairs):
            return None
        scope["route"] = plan.route
        request = Request(scope)
        values: dict[str, Any] = {}
        try:
            if plan.query is not None:
                name, model = plan.query
                values[name] = model.model_validate(given)
            if plan.place:
                segment = path.split("/")[plan.place]
                values[plan.parameter] = plan.value.validate_python(segment)
            for name, dependency in plan.dependencies:
                values[name] = await dependency(request)
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
        except (ValidationError, InvalidParameters):
            return None  # the framework's way collects every fault

    async def _in_a_thread(self, plan: _Plan, values: dict[str, Any], latest: float) -> Response:
        """Call the function in a thread; raises ``Overloaded`` if that is too late."""

        def in_time() -> Response:
            if self._wanting > self._threads and time.monotonic() > latest:
                raise Overloaded
            return plan.run(values)

        self._wanting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, in_time)
        finally:
            self._wanting -= 1

    def _turned(self) -> None:
        self._spent = 0.0


def _persistently(call: Callable[[], Response]) -> Response:
    """Call again where a connection broke off: a read does no harm twice, and another may hold."""
    for _ in range(ATTEMPTS - 1):
        try:
            return call()
        except ConnectionLost:
            continue
    return call()


def _template(path: str, place: int) -> str:
    """Write a path with its parameter, if the segment there is not empty, left out."""
    if not place:
        return path
    parts = path.split("/")
    if len(parts) > place and parts[place]:
        parts[place] = "{}"
    return "/".join(parts)


def _plan(route: APIRoute) -> _Plan | None:
    """Work out how to call a route's function; None if it takes more than is known here."""
    needs = route.dependant
    places = [n for n, segment in enumerate(route.path.split("/")) if segment.startswith("{")]
    models = [
        (field.name, field.field_info.annotation)
        for field in needs.query_params
        if isinstance(field.field_info.annotation, type)
        and issubclass(field.field_info.annotation, BaseModel)
    ]
    fields = needs.path_params
    dependencies = [(one.name or "", one.call) for one in needs.dependencies]
    known = {name for name, _ in (*models, *dependencies)} | {field.name for field in fields}
    if known != set(signature(route.endpoint).parameters) or len(places) > 1 or len(models) > 1:
        return None
    if any(set(signature(call).parameters) != {"request"} for _, call in dependencies if call):
        return None
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
        models[0] if models else None,
        tuple((name, call) for name, call in dependencies if call),
    )
