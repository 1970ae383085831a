"""A page of which one part cannot be answered now is refused whole, and is there afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
import pytest
from starlette.responses import Response
from starlette.types import Scope

from app.errors import Overloaded
from app.main import create_app
from app.server.edge import Edge
from app.settings import Settings

PAGES = {
    "/occupations/medical-and-health-services-managers": "/v1/occupations/11-9111/areas",
    "/": "/v1/occupations/registered-nurses/wages",
    "/compare?codes=medical-and-health-services-managers": (
        "/v1/occupations/medical-and-health-services-managers"
    ),
}
"""Page → the address of a part that it can do without."""


@pytest.mark.parametrize(("page", "part"), PAGES.items())
def test_no_page_is_kept_without_a_part(seeded: Callable[[str], str], page: str, part: str) -> None:
    app = create_app(Settings(database_url=seeded("sqlite")), finds=False)
    assert isinstance(app, Edge)
    app.api.state.store.refresh()
    dispatch, refused = app.api.state.dispatch, [part]

    async def busy(scope: Scope) -> Response | None:
        if scope["path"] in refused:
            raise Overloaded
        found: Response | None = await dispatch(scope)
        return found

    app.api.state.dispatch = busy

    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            headers = {"Accept": "text/html"}
            first = await client.get(page, headers=headers)
            refused.clear()
            return [first, await client.get(page, headers=headers)]

    first, second = asyncio.run(ask())
    app.api.state.store.stop()
    assert (first.status_code, second.status_code) == (503, 200)
    assert "no-store" in first.headers["cache-control"]
