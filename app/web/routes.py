"""The routes of the pages, their style sheet and script, and the page of an error."""

from __future__ import annotations

from importlib.resources import files
from typing import Annotated

from fastapi import APIRouter
from fastapi import Path as PathParameter
from starlette.responses import Response

from app.api.routers.strict_route import StrictRoute
from app.errors import NotFound
from app.web.area import show_area, show_areas
from app.web.compare import show_compare
from app.web.home import show_home
from app.web.match import show_match
from app.web.occupation import show_occupation
from app.web.page import add_page
from app.web.rankings import show_rankings
from app.web.robots import show_robots, show_sitemap
from app.web.searching import show_search
from app.web.sources import show_sources
from app.web.take_away import show_frame, show_picture

router = APIRouter(route_class=StrictRoute)

ASSETS = {"explorer.css": "text/css", "explorer.js": "text/javascript"}

add_page(router, "/", show_home)
add_page(router, "/occupations/{slug}", show_occupation)
add_page(router, "/occupations/{slug}/pay.svg", show_picture)
add_page(router, "/embed/occupations/{slug}/pay", show_frame)
add_page(router, "/search", show_search)
add_page(router, "/match", show_match, methods=("GET", "POST"))
add_page(router, "/sources", show_sources)
router.add_api_route("/sitemap.xml", show_sitemap, include_in_schema=False)
router.add_api_route("/robots.txt", show_robots, include_in_schema=False)
add_page(router, "/rankings", show_rankings)
add_page(router, "/compare", show_compare)
add_page(router, "/areas", show_areas)
add_page(router, "/areas/{code}", show_area)


@router.get("/static/{asset}", include_in_schema=False)
def get_static(
    asset: Annotated[str, PathParameter(max_length=100)],
) -> Response:
    """Give the style sheet or the script of the pages."""
    if asset not in ASSETS:
        raise NotFound
    content = (files("app.web") / "static" / asset).read_bytes()
    return Response(content, media_type=ASSETS[asset])
