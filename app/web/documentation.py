"""The documentation of the API and of its problems, in the frame of the pages.

It answers with the pages turned off too, and needs no data and no network but this server.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Annotated, Any

import fastapi_offline
from fastapi import APIRouter, Query
from fastapi import Path as PathParameter
from starlette.requests import Request
from starlette.responses import Response

from app.api.routers.strict_route import StrictRoute
from app.api.schemas.parameters import NoParams
from app.errors import NotFound
from app.errors.problem_types import PROBLEMS
from app.web.page import Page

router = APIRouter(route_class=StrictRoute, include_in_schema=False)

OURS = "app.web"
ASSETS = {
    "/docs": {
        "swagger-ui.css": (fastapi_offline.__name__, "text/css"),
        "swagger-ui-bundle.js": (fastapi_offline.__name__, "text/javascript"),
        "docs.css": (OURS, "text/css"),
        "docs.js": (OURS, "text/javascript"),
    },
    "/static": {
        "explorer.css": (OURS, "text/css"),
        "explorer.js": (OURS, "text/javascript"),
    },
}
"""Folder → file → the package whose ``static`` folder has it, and its media type."""

Nothing = Annotated[NoParams, Query()]


@router.get("/docs")
async def get_docs(request: Request) -> Response:
    """Show the contract; a script of ours makes it one that can be tried."""
    page = Page(request)
    contract = request.app.openapi()
    operations: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in contract["tags"]}
    for path, methods in contract["paths"].items():
        for method, operation in methods.items():
            shown = {"path": path, "method": method.upper(), **operation}
            operations[operation["tags"][0]].append(shown)
    return await page.show("docs.html", {"contract": contract, "operations": operations})


@router.get("/problems")
async def list_problems(request: Request, params: Nothing) -> Response:  # noqa: ARG001
    """Show a page that links to the page of every problem type."""
    return await Page(request).show("problems.html", {"problems": PROBLEMS, "only": None})


@router.get("/problems/{code}")
async def get_problem(
    request: Request,
    code: Annotated[str, PathParameter(max_length=100)],
    params: Nothing,  # noqa: ARG001
) -> Response:
    """Show what an error means and what to do about it; `type` of every error leads here."""
    if code not in PROBLEMS:
        raise NotFound(f"There is no problem type {code!r}. GET /problems lists them.")
    return await Page(request).show("problems.html", {"problems": PROBLEMS, "only": code})


@router.get("/docs/{asset}")
@router.get("/static/{asset}")
def get_asset(request: Request, asset: str) -> Response:
    """Give a script or a style sheet of the pages."""
    folder = request.scope["path"].rpartition("/")[0]
    if asset not in ASSETS[folder]:
        raise NotFound
    package, media_type = ASSETS[folder][asset]
    return Response((files(package) / "static" / asset).read_bytes(), media_type=media_type)
