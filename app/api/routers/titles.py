"""Job titles matched to occupations."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query
from starlette.responses import Response

from app.api.routers.budget import Budget
from app.api.routers.dependencies import Find, Work
from app.api.routers.responses import JsonAnswer
from app.api.routers.strict_route import StrictRoute
from app.api.schemas.common import Json
from app.api.schemas.titles import MatchParams, TitleMatchList, TitleMatchParams, TitlesIn
from app.finding.indices import Indices
from app.finding.sources import INDEXED_TITLES

TOGETHER = 32
"""Titles of a body that are matched at once, in some 50 ms."""

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["finding"])


@router.get(
    "/titles/match",
    response_model=TitleMatchList,
    operation_id="match_title",
    summary="Match a job title to occupations",
)
def match_title(params: Annotated[TitleMatchParams, Query()], find: Find, work: Work) -> Response:
    """The occupations that a free-text job title may be of, with calibrated confidence.

    Abbreviations, levels, plurals, word order, typing errors and what advertisements add (place,
    shift, pay) are seen through. No match is an empty list.
    """
    return _matched(find(), [params.title], params.limit, params.min_confidence, work)


@router.post(
    "/titles/match",
    response_model=TitleMatchList,
    operation_id="match_titles",
    summary="Match up to 1,000 job titles at once",
)
def match_titles(
    body: Annotated[TitlesIn, Body()],
    params: Annotated[MatchParams, Query()],  # noqa: ARG001 - refuses any
    find: Find,
    work: Work,
) -> Response:
    """The occupations of each of 1 to 1,000 job titles; items in the order sent.

    The body may have 2 MiB: room for all titles that are allowed, written in UTF-8.
    """
    return _matched(find(), body.titles, body.limit, body.min_confidence, work)


def _matched(
    found: Indices, titles: list[str], limit: int, min_confidence: float, work: Budget
) -> JsonAnswer:
    catalog, index = found.reader.catalog, found.titles
    items: list[Json] = []
    for start in range(0, len(titles), TOGETHER):
        work.check()
        some = titles[start : start + TOGETHER]
        items += [
            {
                "title": title,
                "matches": [
                    {
                        "code": match.code,
                        "title": catalog.occupations[match.code].title,
                        "confidence": match.confidence,
                        "matched_title": match.matched_title,
                    }
                    for match in matches
                ],
            }
            for title, matches in zip(some, index.match(some, limit, min_confidence), strict=True)
        ]
    titled = (part for part in catalog.by_dataset.get("titles", ()) if part.latest)
    used = {part.release for part in titled if part.kind in INDEXED_TITLES}
    return JsonAnswer({"items": items, "releases": catalog.provenance(used)})
