"""The page of the sources: who published what, under which licence, and what is loaded of it."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from app.errors import ApiError
from app.web.asking import Answer, Json
from app.web.linked_data import dataset_data, script
from app.web.page import Page, PageQuery

MOST = 200
"""Items of one answer of the API."""
FORMATS = ("parquet", "csv", "ndjson")
"""Formats in which a dataset is offered, in the order of the columns."""


async def show_sources(
    request: Request,
    params: Annotated[PageQuery, Query()],  # noqa: ARG001
) -> Response:
    """Show every source with its releases and their files."""
    page = Page(request)
    root, sources = await page.asking.all("/v1", f"/v1/sources?limit={MOST}")
    releases = await _pages(page, f"/v1/releases?limit={MOST}")
    files, no_files = await _files(page)
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
        "files": files,
        "no_files": no_files,
        "datasets": _by_dataset(files),
        "formats": FORMATS,
    }
    return await page.show("sources.html", context)


async def _files(page: Page) -> tuple[list[Answer], str]:
    """Ask for the files of whole datasets; or return the code of why there are none."""
    try:
        return await _pages(page, f"/v1/exports?limit={MOST}"), ""
    except ApiError as error:
        return [], error.code


def _by_dataset(files: list[Answer]) -> dict[str | None, dict[str, Json]]:
    """Return the files by dataset and format; under None those of all datasets."""
    found: dict[str | None, dict[str, Json]] = defaultdict(dict)
    for answer in files:
        for one in answer.rows:
            found[one["dataset"]][one["format"]] = one
    return dict(found)


async def _pages(page: Page, target: str) -> list[Answer]:
    """Ask for a whole list, however many pages it has."""
    found = [await page.asking.ask(target)]
    while (following := found[-1]["next"]) is not None:
        found.append(await page.asking.ask(following))
    return found


def _address(page: Page, source: Json) -> str:
    return page.origin + Answer.address("/v1/releases", source=source["id"])


def _lacking(release: Json) -> list[tuple[str, list[str] | int]]:
    """Return what a release lacks of its files and of its publisher's, by the kind of it."""
    lacks = {name: what for name, what in release["lacks"].items() if what}
    return [("left_out", release["left_out"])] * bool(release["left_out"]) + list(lacks.items())
