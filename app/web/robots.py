"""What crawlers read: which pages there are, and what they should leave alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from app.api.schemas.parameters import NoParams
from app.server.negotiation import LANGUAGES
from app.web.asking import Asking, Json
from app.web.page import Page

FIXED = ("/", "/search", "/rankings", "/compare", "/areas", "/match", "/sources")
"""Pages that are there whatever is loaded."""


async def show_sitemap(
    request: Request,
    params: Annotated[NoParams, Query()],  # noqa: ARG001
) -> Response:
    """List every page in each language: the fixed ones, the occupations, the areas."""
    page = Page(request)
    paths = [*FIXED]
    occupations = "/v1/occupations?level=all&limit=200&fields=slug"
    paths += [f"/occupations/{item['slug']}" async for item in _items(page.asking, occupations)]
    areas = "/v1/areas?limit=200&fields=code"
    paths += [f"/areas/{item['code']}" async for item in _items(page.asking, areas)]
    addresses = [
        {language: page.address(language, path) for language in LANGUAGES} for path in paths
    ]
    response = await page.show("sitemap.xml", {"addresses": addresses})
    response.headers["Content-Type"] = "application/xml"
    del response.headers["Content-Language"]
    return response


async def show_robots(
    request: Request,
    params: Annotated[NoParams, Query()],  # noqa: ARG001
) -> Response:
    """Admit crawlers to all but the matching of titles, whole lists and files, which cost most."""
    page = Page(request)
    dear = (
        f"Disallow: {page.base}/v1/{path}" for path in ("titles/match", "exports/", "*limit=all")
    )
    lines = ["User-agent: *", *dear, "Allow: /", ""]
    return PlainTextResponse("\n".join([*lines, f"Sitemap: {page.origin}/sitemap.xml", ""]))


async def _items(asking: Asking, target: str | None) -> AsyncIterator[Json]:
    """Yield the items of a list, however many pages it has."""
    while target is not None:
        found = await asking.ask(target)
        for item in found.rows:
            yield item
        target = found["next"]
