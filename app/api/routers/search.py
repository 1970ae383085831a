"""Search and suggestions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.api.queries import area_names, occupations
from app.api.queries.cursors import OFFSET
from app.api.queries.identity import in_force
from app.api.queries.occupation_items import items_of_area
from app.api.queries.projected import projected_parameters
from app.api.routers import filters
from app.api.routers.dependencies import Find, Path
from app.api.routers.responses import JsonAnswer, page_answer, read_paging
from app.api.routers.strict_route import StrictRoute
from app.api.schemas.search import (
    HitOut,
    SearchPage,
    SearchParams,
    SuggestionList,
    SuggestParams,
)
from app.api.schemas.words import EDUCATION_LEVELS, LEVELS
from app.database.catalog import Catalog
from app.database.models.occupations import NATION
from app.finding.search import Understood, understand

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["finding"])


@router.get(
    "/search",
    response_model=SearchPage,
    operation_id="search_occupations",
    summary="Search occupations",
)
def search_occupations(
    params: Annotated[SearchParams, Query()], find: Find, path: Path
) -> Response:
    """Occupations by title, duty or code, typing errors forgiven, best first.

    A code that is not in force finds the occupation that it leads on to first. Each hit says what
    matched and where. Filters of /v1/occupations narrow the search; facets
    count all that was found, over every page. Where nothing is found, `suggestions` are given.

    Words that ask for facts or name a place (wages of nurses in texas) are not searched for, unless
    they belong to a name (salary administrator): `understood` says so, and hits have the figures of
    the place.
    """
    found = find()
    catalog = found.reader.catalog
    located = filters.area_of_list(found.reader, params, path)
    given = next(iter(located.codes), None)
    page = read_paging(path, params, catalog, OFFSET)
    start = page.after[0] if page.after else 0
    meant = understand(found.search, params.q, partial(area_names.named, catalog))
    area = _place(catalog, params, meant)
    known = items_of_area(found.reader.connect, catalog, given or area or NATION)
    allowed = None
    if occupations.narrows(params):
        codes = occupations.of_levels(catalog, params.level or ("all",), known)
        narrowed = occupations.filtered((known[code] for code in codes), params)
        allowed = {item["code"] for item in narrowed}
    result = found.search.search(in_force(catalog, meant.q), allowed, params.limit, start)
    items = [
        located.said_of(known[hit.code])
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
        notices=[*occupations.areas_of(items), *located.notices, *_several_places(params, meant)],
        understood={
            "q": meant.q,
            "blocks": meant.blocks,
            "area": area,
            "places": [
                {key: catalog.areas[code][key] for key in ("code", "name")} for code in meant.places
            ],
            "words": meant.words,
        },
        facets=_facets(catalog, result.codes, known),
        suggestions=[suggestion.matched_title for suggestion in result.suggestions],
    )


def _place(catalog: Catalog, params: SearchParams, meant: Understood) -> str | None:
    """Return the area whose figures hits have because the query names it, and it alone.

    Where hits are filtered by projections, it is one that has some of its own.
    """
    if params.area or len(meant.places) != 1:
        return None
    (place,) = meant.places
    return place if place in catalog.projected or not projected_parameters(params) else None


def _several_places(params: SearchParams, meant: Understood) -> list[str]:
    """Say that the query's place is several, if no area is chosen."""
    if len(meant.places) < 2 or params.area:
        return []
    choices = " and ".join(f"area={code}" for code in meant.places)
    return [f'"{meant.words[-1]}" may be several places: {choices} choose one.']


def _facets(
    catalog: Catalog, codes: list[str], known: Mapping[str, dict[str, Any]]
) -> dict[str, Any]:
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
    """Occupations from the first letter on; small enough for every key stroke."""
    found = find()
    suggestions = found.search.suggest(in_force(found.reader.catalog, params.q), params.limit)
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
