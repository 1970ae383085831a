"""Areas: where wages are of."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi import Path as PathParameter
from starlette.responses import Response

from app.api.queries import areas
from app.api.routers.dependencies import Data, Path
from app.api.routers.responses import JsonAnswer, slice_answer, sparse, wanted_fields
from app.api.routers.strict_route import StrictRoute
from app.api.schemas.areas import (
    AreaOut,
    AreaPage,
    AreaParams,
    AreaProfileOut,
    AreaProfileParams,
)

router = APIRouter(prefix="/v1/areas", route_class=StrictRoute, tags=["provenance"])


@router.get("", response_model=AreaPage, operation_id="list_areas", summary="List areas with wages")
def list_areas(params: Annotated[AreaParams, Query()], store: Data, path: Path) -> Response:
    """The nation, states, territories, metropolitan and nonmetropolitan areas with wages.

    What `q` names comes first, then states, then areas whose name begins with it, then those whose
    name has it inside or that lie in the state of that name. Among each the one that employs most
    people comes first.
    """
    catalog = store.catalog
    items = areas.areas(catalog) if params.q is None else areas.found(catalog, params.q)
    items = [area for area in items if params.level in {None, area["level"]}]
    return slice_answer(path, params, catalog, AreaOut, items)


@router.get(
    "/{code}",
    response_model=AreaProfileOut,
    operation_id="get_area",
    summary="Get one area through time",
)
def get_area(
    code: Annotated[
        str,
        PathParameter(
            max_length=200,
            description="Code: US, a state's postal abbreviation, or the survey's five or seven "
            "digits, of any year.",
            examples=["14460"],
        ),
    ],
    params: Annotated[AreaProfileParams, Query()],
    store: Data,
) -> Response:
    """What the code stood for in which periods, which areas it followed, and which followed it.

    Metropolitan and nonmetropolitan areas change when the Office of Management and Budget draws
    them anew: for the survey in May 2015 and May 2024. A code that has no wages here is answered
    too.
    """
    catalog = store.catalog
    fields = wanted_fields(params.fields, AreaProfileOut)
    area = areas.area_of(catalog, code)
    answer = sparse(area, fields)
    answer["releases"] = catalog.provenance(areas.releases_of(answer))
    return JsonAnswer(answer, {"canonical": f"/v1/areas/{area['code']}"})
