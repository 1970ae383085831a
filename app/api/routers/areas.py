"""Areas: where wages are of."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi import Path as PathParameter
from starlette.responses import Response

from app import marks
from app.api.queries import area_names, area_profile, area_search, areas
from app.api.queries.area_search import Found, areas_of
from app.api.queries.places import is_place, place_of
from app.api.routers import filters
from app.api.routers.dependencies import Data, Path
from app.api.routers.place_areas import asked_place, sole
from app.api.routers.responses import JsonAnswer, located, slice_answer, sparse, wanted_fields
from app.api.routers.strict_route import StrictRoute
from app.api.schemas.areas import (
    AreaOut,
    AreaPage,
    AreaParams,
    AreaProfileOut,
    AreaProfileParams,
)

NOT_COVERED: marks.Mark = {
    **marks.mark("not_covered"),
    "reason": "The survey is of the states, Guam, Puerto Rico and the Virgin Islands.",
}
"""The mark of a list of areas of a place that is in none."""

router = APIRouter(prefix="/v1/areas", route_class=StrictRoute, tags=["provenance"])


@router.get("", response_model=AreaPage, operation_id="list_areas", summary="List areas with wages")
def list_areas(params: Annotated[AreaParams, Query()], store: Data, path: Path) -> Response:
    """The nation, states, territories, metropolitan and nonmetropolitan areas with wages.

    What `q` names comes first, also by a name that people use (`nyc`, `twin cities`); then states,
    then areas whose name begins with it, then those whose name has it inside or that lie in the
    state of that name. Among each the one that employs most people comes first. Where `q` finds
    nothing, `nearest` has areas with a name like it.

    A county or a ZIP code leads to the areas that it lies in, and each names it in `asked_area`: no
    figure is the county's own. `place` says which counties and which list of areas that rests on.
    """
    catalog = store.catalog
    filters.check_parent(catalog, params.parent)
    place = asked_place(store, params)
    if place is not None:
        found = Found(areas_of(catalog, place), place.notices(), place.releases)
    elif params.q is not None:
        found = area_search.found(store.connect, catalog, params.q)
    else:
        found = Found(areas.listing(catalog).items, [])
    nearest = area_names.alike(catalog, params.q) if params.q and not found.areas else []
    return slice_answer(
        path,
        params,
        catalog,
        AreaOut,
        areas.within(found.areas, params.level, params.parent),
        beside=found.releases,
        place=None if place is None else place.as_json(),
        nearest=[areas.reference(catalog, area["code"]) for area in nearest],
        notices=found.notices,
        absent=NOT_COVERED if place is not None and not place.areas else None,
    )


@router.get(
    "/{code}",
    response_model=AreaProfileOut,
    operation_id="get_area",
    summary="Get one area: what it is, who works there",
)
def get_area(
    code: Annotated[
        str,
        PathParameter(
            max_length=200,
            description="Code: US, a state's postal abbreviation, or the survey's five or seven "
            "digits, of any year; or a county (county:48453) or ZIP code (zip:78701) that lies in "
            "one area.",
            examples=["14460"],
        ),
    ],
    params: Annotated[AreaProfileParams, Query()],
    store: Data,
    path: Path,
) -> Response:
    """Where an area lies, what its code stood for, and by its newest wages who works there.

    Its largest, best paid and most concentrated occupations stand beside the nation's median wages
    of the same period, and `special` tells what sets it apart.

    Metropolitan and nonmetropolitan areas change when the Office of Management and Budget draws
    them anew: for the survey in May 2015 and May 2024. A code that has no wages here is answered
    too.
    """
    catalog = store.catalog
    fields = wanted_fields(params.fields, AreaProfileOut)
    place = place_of(store.connect, catalog, code) if is_place(code) else None
    found = code if place is None else sole(store, place)
    area = area_profile.profile(store.connect, catalog, found)
    if place is not None:
        area["asked_area"] = place.code
    answer = sparse(area, fields)
    answer["releases"] = catalog.provenance(area_profile.releases_of(answer))
    canonical = f"/v1/areas/{area['code']}"
    return located(JsonAnswer(answer), canonical, path, params)
