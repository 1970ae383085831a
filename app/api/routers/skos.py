"""Crosswalks and classifications as SKOS, in JSON-LD and Turtle.

``Accept`` leads from their addresses to the paths here (``app/server/negotiation.py``). An answer
has all pairs or codes: the largest takes 1 MB.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query
from fastapi import Path as PathParameter
from starlette.responses import Response

from app.api.queries import crosswalks
from app.api.routers.dependencies import Data
from app.api.routers.strict_route import StrictRoute
from app.api.schemas.crosswalks import MappingParams
from app.api.schemas.parameters import PinnedParams
from app.database.catalog import Catalog
from app.database.foreign_codes import command_of
from app.errors import NotLoaded
from app.exporting.skos import Graph
from app.exporting.turtle import json_ld, turtle

router = APIRouter(prefix="/v1", route_class=StrictRoute)

Id = Annotated[str, PathParameter(max_length=200)]


def _register(end: str, write: Callable[[Graph], Response]) -> None:
    def crosswalk(
        id: Id,  # noqa: A002 - the name of the path parameter
        params: Annotated[MappingParams, Query()],
        store: Data,
    ) -> Response:
        return write(_crosswalk(id, params, store.catalog))

    def classification(
        id: Id,  # noqa: A002
        _: Annotated[PinnedParams, Query()],
        store: Data,
    ) -> Response:
        return write(_classification(id, store.catalog))

    for kind, endpoint in (("crosswalks", crosswalk), ("classifications", classification)):
        router.add_api_route(f"/{kind}/{{id}}/{end}", endpoint, include_in_schema=False)


def _crosswalk(given: str, params: Any, catalog: Catalog) -> Graph:
    found = crosswalks.pairs(catalog, given, getattr(params, "from"), params.to)
    mark = crosswalks.absence_of_pairs(catalog, given)
    if not found and "command" in mark:
        raise NotLoaded(given, given, str(mark["command"]))
    graph = Graph(catalog)
    graph.add_pairs(found)
    return graph


def _classification(given: str, catalog: Catalog) -> Graph:
    one = crosswalks.classification(catalog, given)
    if not catalog.concordances.codes_in(one.id):
        raise NotLoaded(given, given, command_of(catalog, one))
    graph = Graph(catalog)
    graph.add_codes(one.id)
    return graph


def _in_json_ld(graph: Graph) -> Response:
    return Response(orjson.dumps(json_ld(graph.nodes)), media_type="application/ld+json")


def _in_turtle(graph: Graph) -> Response:
    return Response(turtle(graph.nodes, graph.prefixes), media_type="text/turtle")


for _end, _write in (("linked-data", _in_json_ld), ("turtle", _in_turtle)):
    _register(_end, _write)
