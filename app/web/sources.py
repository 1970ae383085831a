"""The page of the sources: who published what, under which licence, and what is loaded of it."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from app.web.asking import Answer, Json
from app.web.linked_data import dataset_data, script
from app.web.page import Page, PageQuery

MOST = 200
"""Releases of one answer of the API."""


async def show_sources(
    request: Request,
    params: Annotated[PageQuery, Query()],  # noqa: ARG001
) -> Response:
    """Show every source with its releases and their files."""
    page = Page(request)
    root, sources = await page.asking.all("/v1", f"/v1/sources?limit={MOST}")
    releases = await _releases(page)
    of_source: dict[str, list[Json]] = defaultdict(list)
    for answer in releases:
        for release in answer.rows:
            of_source[release["source"]].append(release)
    for its in of_source.values():
        its.sort(key=lambda release: (release["period"], release["id"]), reverse=True)
    status = {row["source"]: row for row in root["status"]}
    here = page.address(page.language)
    context = {
        "root": root,
        "sources": sources,
        "asked": releases,
        "releases": of_source,
        "status": status,
        "data": [
            script(dataset_data(here, source, status.get(source["id"]), _address(page, source)))
            for source in sources.rows
        ],
        "lacking": _lacking,
    }
    return await page.show("sources.html", context)


async def _releases(page: Page) -> list[Answer]:
    """Ask for all releases, however many pages they have."""
    found = [await page.asking.ask(f"/v1/releases?limit={MOST}")]
    while (following := found[-1]["next"]) is not None:
        found.append(await page.asking.ask(following))
    return found


def _address(page: Page, source: Json) -> str:
    return page.origin + Answer.address("/v1/releases", source=source["id"])


def _lacking(release: Json) -> list[tuple[str, list[str] | int]]:
    """Return what a release lacks of its files and of its publisher's, by the kind of it."""
    lacks = {name: what for name, what in release["lacks"].items() if what}
    return [("left_out", release["left_out"])] * bool(release["left_out"]) + list(lacks.items())
