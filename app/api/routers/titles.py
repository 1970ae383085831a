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
from app.database.catalog import Catalog
from app.finding.indices import Indices
from app.finding.titles.matcher import EVERYDAY, TitleMatch

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
    shift, pay) are seen through. No match is an empty list, with the `nearest` occupations beside
    it. A corrected spelling is told (`corrected_to`), and each match says what it rests on (`why`).
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
    sources = _sources(catalog)
    distinct = list(dict.fromkeys(titles))
    items: dict[str, Json] = {}
    for start in range(0, len(distinct), TOGETHER):
        work.check()
        some = distinct[start : start + TOGETHER]
        items |= {
            title: {
                "title": title,
                "matches": [_match(catalog, sources, match) for match in answer.matches],
                "nearest": [
                    {"code": code, "title": catalog.occupations[code].title}
                    for code in answer.nearest
                ],
                "corrected_to": answer.corrected_to,
            }
            for title, answer in zip(some, index.answers(some, limit, min_confidence), strict=True)
        }
    titled = (part for part in catalog.by_dataset.get("titles", ()) if part.latest)
    used = {part.release for part in titled}
    answers = [items[title] for title in titles]
    return JsonAnswer({"items": answers, "releases": catalog.provenance(used)})


def _sources(catalog: Catalog) -> dict[str, str]:
    """Return the source of each kind of titles."""
    parts = catalog.by_dataset.get("titles", ())
    return {EVERYDAY: EVERYDAY} | {part.kind: part.source for part in parts if part.latest}


def _match(catalog: Catalog, sources: dict[str, str], match: TitleMatch) -> Json:
    occupation = catalog.occupations[match.code]
    own = catalog.releases[occupation.release]["source"]
    return {
        "code": match.code,
        "title": occupation.title,
        "confidence": match.confidence,
        "matched_title": match.matched_title,
        "why": {"source": sources.get(match.kind, own), "how": match.how, "filings": match.filings},
    }
