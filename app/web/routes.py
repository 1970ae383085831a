"""The routes of the pages, their style sheet and script, and the page of an error."""

from __future__ import annotations

from importlib.resources import files
from typing import Annotated

from fastapi import APIRouter
from fastapi import Path as PathParameter
from starlette.requests import Request
from starlette.responses import Response

from app.api.routers.strict_route import StrictRoute
from app.errors import NotFound
from app.web.home import show_home
from app.web.occupation import show_occupation
from app.web.page import add_page
from app.web.rankings import show_rankings

router = APIRouter(route_class=StrictRoute)

ASSETS = {"explorer.css": "text/css", "explorer.js": "text/javascript"}

add_page(router, "/", show_home)
add_page(router, "/occupations/{slug}", show_occupation)
add_page(router, "/rankings", show_rankings)


@router.get("/static/{asset}", include_in_schema=False)
def get_static(
    request: Request,  # noqa: ARG001
    asset: Annotated[str, PathParameter(max_length=100)],
) -> Response:
    """Give the style sheet or the script of the pages."""
    if asset not in ASSETS:
        raise NotFound
    content = (files("app.web") / "static" / asset).read_bytes()
    return Response(content, media_type=ASSETS[asset])
