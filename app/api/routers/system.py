"""The entry point, health, the contract, its documentation, and the pages of problem types."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import Annotated, Any

import fastapi_offline
from fastapi import APIRouter, Query
from fastapi import Path as PathParameter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app import __version__
from app.api.queries.status import status_of
from app.api.routers.blocks import RESOURCES
from app.api.routers.dependencies import Data
from app.api.routers.responses import JsonAnswer
from app.api.routers.strict_route import StrictRoute
from app.api.schemas.occupations import HealthOut, RootOut
from app.api.schemas.parameters import NoParams
from app.database.versions import read_number
from app.errors import NotFound
from app.errors.problem_types import PROBLEMS, Problem
from app.finding.indices import IndexLoader

router = APIRouter(route_class=StrictRoute, tags=["system"])

_ASSETS = {
    "swagger-ui.css": (fastapi_offline.__name__, "text/css"),
    "swagger-ui-bundle.js": (fastapi_offline.__name__, "text/javascript"),
    "start.js": ("app.api", "text/javascript"),
    "page.css": ("app.api", "text/css"),
}
"""Asset of a page → the package whose ``static`` folder has it, and its media type."""


@router.get("/v1", response_model=RootOut, operation_id="get_root", summary="Entry point")
def get_root(params: Annotated[NoParams, Query()], store: Data) -> Response:  # noqa: ARG001
    """Links to every resource, the releases shown, and what each source has that is not loaded."""
    catalog = store.catalog
    links = {
        name: f"/v1/{name}"
        for name in (
            *("occupations", "areas", "industries", "classifications", "crosswalks"),
            *("sources", "releases"),
        )
    }
    links |= {resource.block: f"/v1/{resource.segment}" for resource in RESOURCES}
    links["occupation"] = "/v1/occupations/{code}"
    links |= {name: f"/v1/{name}" for name in ("search", "suggest", "compare")}
    links["title_match"] = "/v1/titles/match"
    links["problems"] = "/problems"
    links["health"] = "/health/ready"
    shown: dict[str, list[str]] = {source: [] for source in catalog.sources}
    for release in sorted(catalog.releases.values(), key=lambda r: r["period"], reverse=True):
        shown[release["source"]].append(release["id"])
    return JsonAnswer(
        {
            "name": "Occupations API",
            "version": __version__,
            "documentation": "/docs",
            "openapi": "/openapi.json",
            "data_version": catalog.token,
            "links": links,
            "sources": shown,
            "status": status_of(catalog),
        }
    )


@router.get(
    "/health/live",
    response_model=HealthOut,
    operation_id="get_liveness",
    summary="Is the process alive",
)
async def get_liveness(params: Annotated[NoParams, Query()]) -> Response:  # noqa: ARG001
    """Answer whenever the process runs, whatever the database does."""
    return JsonAnswer({"status": "ok", "checks": {}})


@router.get(
    "/health/ready",
    response_model=HealthOut,
    operation_id="get_readiness",
    summary="Can the process answer every request",
)
def get_readiness(
    params: Annotated[NoParams, Query()],  # noqa: ARG001
    store: Data,
    request: Request,
) -> Response:
    """Answer 200 when the database is reachable and loaded, and the indices are; 503 otherwise.

    `indices` is the data version that search, suggestions and title matching answer from: for
    seconds after an import of titles the one before.
    """
    catalog = store.catalog  # first: it knows why there is none
    read_number(store.engine)
    loader: IndexLoader = request.app.state.loader
    return JsonAnswer(
        {
            "status": "ok",
            "checks": {
                "database": "reachable",
                "data_version": catalog.token[:12],
                "indices": loader.indices.reader.token[:12],
            },
        }
    )


@router.get("/openapi.json", include_in_schema=False)
async def get_openapi(request: Request) -> Response:
    """Give the contract, OpenAPI 3.1."""
    return JsonAnswer(request.app.openapi())


@router.get("/docs", include_in_schema=False)
async def get_docs() -> Response:
    """Show the contract; every script comes from here, none is inline."""
    return _page(
        "Occupations API",
        '<div id="docs"></div><script src="/docs/swagger-ui-bundle.js"></script>'
        '<script src="/docs/start.js"></script>',
        "swagger-ui.css",
    )


@router.get("/docs/{asset}", include_in_schema=False)
def get_asset(asset: str) -> Response:
    """Give a script or style sheet of the pages."""
    if asset not in _ASSETS:
        raise NotFound
    package, media_type = _ASSETS[asset]
    return Response((files(package) / "static" / asset).read_bytes(), media_type=media_type)


@router.get(
    "/problems",
    operation_id="list_problems",
    summary="List problem types",
    response_class=HTMLResponse,
    include_in_schema=False,  # pages for people
)
async def list_problems(params: Annotated[NoParams, Query()]) -> Response:  # noqa: ARG001
    """Show a page that links to the page of every problem type."""
    entries = "".join(
        f'<li><a href="/problems/{code}">{escape(code)}</a> ({p.status}): {escape(p.title)}</li>'
        for code, p in PROBLEMS.items()
    )
    return _page("Problem types", f"<h1>Problem types</h1><ul>{entries}</ul>")


@router.get(
    "/problems/{code}",
    operation_id="get_problem",
    summary="Explain a problem type",
    response_class=HTMLResponse,
    include_in_schema=False,
)
async def get_problem(
    code: Annotated[
        str,
        PathParameter(
            description="`code` of an error.", examples=["unknown_occupation"], max_length=100
        ),
    ],
    params: Annotated[NoParams, Query()],  # noqa: ARG001
) -> Response:
    """Show what an error means and what to do about it; `type` of every error leads here."""
    problem = PROBLEMS.get(code)
    if problem is None:
        raise NotFound(f"There is no problem type {code!r}. GET /problems lists them.")
    return _page(problem.title, _explanation(code, problem))


def _explanation(code: str, problem: Problem) -> str:
    return (
        f"<h1>{escape(problem.title)}</h1><p><code>{escape(code)}</code>, HTTP status "
        f'{problem.status}</p><p>{escape(problem.meaning)}</p><p><a href="/problems">All problem '
        "types</a></p>"
    )


def _page(title: str, body: str, style: str = "page.css") -> Response:
    html: Any = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
        f'<link rel="stylesheet" href="/docs/{style}"></head><body>{body}</body></html>'
    )
    return HTMLResponse(html)
