"""The routes of the pages."""

from __future__ import annotations

from fastapi import APIRouter

from app.api.routers.strict_route import StrictRoute
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
