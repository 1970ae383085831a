"""Search, suggestions, and job titles matched to occupations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from app.finding import Finder, Indices
from app.queries import occupations
from app.queries.catalog import Catalog
from app.queries.paging import OFFSET
from app.routers import filters
from app.routers.answer import JsonAnswer, Path, page_answer, read_paging
from app.routers.budget import Budget, Work
from app.routers.strict import StrictRoute
from app.schemas.common import Json
from app.schemas.finding import (
    HitOut,
    SearchPage,
    SearchParams,
    SuggestionList,
    SuggestParams,
    TitleMatchList,
    TitleMatchParams,
    TitlesIn,
)
from app.schemas.parameters import EDUCATION_LEVELS, LEVELS, NoParams

TOGETHER = 32
"""Titles of a body that are matched at once, in some 50 ms."""

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["finding"])


async def _indices(request: Request) -> Callable[[], Indices]:
    """Give a way to the indices, so that a parameter at fault is said before `Warming`."""

    def indices() -> Indices:
        finder: Finder = request.app.state.finder
        found = finder.indices
        # The edge keeps an answer only if it is of the data version shown.
        request.scope["answered_from"] = found.reader.number
        return found

    return indices


Find = Annotated[Callable[[], Indices], Depends(_indices)]


@router.get(
    "/search",
    response_model=SearchPage,
    operation_id="search_occupations",
    summary="Search occupations",
)
def search_occupations(
    params: Annotated[SearchParams, Query()], find: Find, path: Path
) -> Response:
    """Find occupations by title, duty or code, typing errors forgiven, best first.

    Each hit says what matched and where. Filters of /v1/occupations narrow the search; facets
    count all that was found, over every page. Where nothing is found, `suggestions` are given.
    """
    found = find()
    catalog = found.reader.catalog
    filters.check_area(catalog, params.area)
    page = read_paging(path, params, catalog, OFFSET)
    start = page.after[0] if page.after else 0
    known = occupations.items_of_area(found.reader.connect, catalog, params.area)
    allowed = None
    if occupations.narrows(params):
        narrowed = occupations.filtered(known.values(), params, params.level or "all")
        allowed = {item["code"] for item in narrowed}
    result = found.search.search(params.q, allowed, params.limit, start)
    items = [
        known[hit.code]
        | {
            "score": round(hit.score, 4),
            "matched": {"kind": hit.kind, "text": hit.text, "span": list(hit.span)},
        }
        for hit in result.hits
    ]
    end = start + params.limit
    return page_answer(
        path,
        params,
        catalog,
        HitOut,
        items,
        result.total,
        (end,) if end < result.total else None,
        page,
        facets=_facets(catalog, result.codes, known),
        suggestions=[suggestion.matched_title for suggestion in result.suggestions],
    )


def _facets(catalog: Catalog, codes: list[str], known: dict[str, dict[str, Any]]) -> dict[str, Any]:
    groups = Counter(code[:2] for code in codes)
    levels = Counter(catalog.occupations[code].level for code in codes)
    taught = Counter(known[code]["typical_education"] for code in codes)
    titles = {
        group: major.title
        for group in groups
        if (major := catalog.occupations.get(f"{group}-0000")) is not None
    }
    return {
        "group": [
            _facet(group, titles.get(group, group), groups[group]) for group in sorted(groups)
        ],
        "education": [
            _facet(word, title, taught[title])
            for word, title in EDUCATION_LEVELS.items()
            if taught[title]
        ],
        "level": [_facet(level, level, levels[level]) for level in LEVELS if levels[level]],
    }


def _facet(value: str, title: str, count: int) -> dict[str, Any]:
    return {"value": value, "title": title, "count": count}


@router.get(
    "/suggest",
    response_model=SuggestionList,
    operation_id="suggest_occupations",
    summary="Suggest occupations as somebody types",
)
def suggest_occupations(params: Annotated[SuggestParams, Query()], find: Find) -> Response:
    """Suggest occupations from the first letter on; small enough for every key stroke."""
    suggestions = find().suggest(params.q, params.limit)
    return JsonAnswer(
        {
            "items": [
                {
                    "code": s.code,
                    "title": s.title,
                    "matched_title": s.matched_title,
                    "span": list(s.span),
                }
                for s in suggestions
            ]
        }
    )


@router.get(
    "/titles/match",
    response_model=TitleMatchList,
    operation_id="match_title",
    summary="Match a job title to occupations",
)
def match_title(params: Annotated[TitleMatchParams, Query()], find: Find, work: Work) -> Response:
    """Rank the occupations that a free-text job title may be of, with calibrated confidence.

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
    params: Annotated[NoParams, Query()],  # noqa: ARG001 - refuses any
    find: Find,
    work: Work,
) -> Response:
    """Rank the occupations of each of 1 to 1,000 job titles; items in the order sent.

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
    used = {part.release for part in catalog.by_dataset.get("titles", ()) if part.latest}
    return JsonAnswer({"items": items, "releases": catalog.provenance(used)})
