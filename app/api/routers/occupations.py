"""Occupations: the list, the profile, and each block of one occupation."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi import Path as PathParameter
from starlette.responses import Response

from app.api.queries import occupations
from app.api.queries.absence import mark_of_absence
from app.api.queries.block_rows import (
    PartFilter,
    blocks_of_occupation,
    rows_of_occupation,
)
from app.api.routers import filters
from app.api.routers.blocks import RESOURCES, Resource
from app.api.routers.bulk_lists import named
from app.api.routers.dependencies import Data, Path
from app.api.routers.responses import JsonAnswer, release_ids, slice_answer, sparse, wanted_fields
from app.api.routers.strict_route import StrictRoute
from app.api.schemas.occupations import OccupationOut, OccupationPage, ProfileOut
from app.api.schemas.parameters import BLOCK_NAMES, OccupationParams, ProfileParams
from app.database.catalog import Catalog, OccupationInfo
from app.database.models.occupations import ALL_INDUSTRIES, ALL_OWNERSHIPS
from app.database.store import Reader

router = APIRouter(prefix="/v1/occupations", route_class=StrictRoute, tags=["occupations"])

MOST_SUGGESTED = 3
"""Unknown codes of a list for which near ones are looked up: each costs milliseconds."""

Code = Annotated[
    str,
    PathParameter(
        max_length=200,
        description="Code (11-9111, 119111, 11-9111.00; 11-91XX of a group) or slug of the "
        "occupation.",
        examples=["11-9111"],
    ),
]


@router.get(
    "",
    response_model=OccupationPage,
    operation_id="list_occupations",
    summary="List and rank occupations",
)
def list_occupations(
    params: Annotated[OccupationParams, Query()], store: Data, path: Path
) -> Response:
    """Filter by title, group, wage, growth, openings, employment and education; sort by any.

    Figures are the newest official ones of the area. A top-coded wage ranks by its threshold.
    """
    catalog = store.catalog
    filters.check_area(catalog, params.area)
    known, unknown = _asked(store, params.codes)
    items = occupations.items_of_area(store.connect, catalog, params.area)
    found, left_out = occupations.listed(items, params, known)
    return slice_answer(
        path,
        params,
        catalog,
        OccupationOut,
        found,
        unknown_codes=unknown,
        left_out=left_out,
        notices=[
            *occupations.notices(params, found, left_out),
            *(_nearest(catalog, code) for code in unknown[:MOST_SUGGESTED]),
        ],
    )


def _nearest(catalog: Catalog, unknown: str) -> str:
    near = ", ".join(catalog.nearest_occupations(unknown))
    return f"No occupation has the code {unknown}" + (f"; nearest are {near}." if near else ".")


def _asked(store: Reader, codes: str | None) -> tuple[tuple[str, ...] | None, list[str]]:
    """Resolve ``codes``: the known ones in the order asked, each once, and the unknown ones."""
    if codes is None:
        return None, []
    catalog = store.catalog
    known: dict[str, None] = {}
    unknown: dict[str, None] = {}
    for given in codes.split(","):
        found = catalog.find(given)
        if found is None:
            unknown[given] = None
        else:
            known[found.code] = None
    return tuple(known), list(unknown)


@router.get(
    "/{code}",
    response_model=ProfileOut,
    response_model_exclude_unset=True,
    operation_id="get_occupation",
    summary="Get one occupation whole",
)
def get_occupation(code: Code, params: Annotated[ProfileParams, Query()], store: Data) -> Response:
    """Duties, titles, wages, outlook, skills, education and more in one request.

    Official sources lead each block. `include` names the blocks wanted; `period` and `source`
    narrow them. A block without items says why in `marks`.
    """
    catalog = store.catalog
    occupation = catalog.occupation(code)
    wanted = filters.part_filter(catalog, params)
    fields = wanted_fields(params.fields, ProfileOut)
    names = BLOCK_NAMES if "all" in params.include.split(",") else params.include.split(",")
    if fields is not None:
        names = [name for name in names if name in fields]
    asked = {name: _narrowed(wanted, name) for name in names}
    with store.connect() as connection:
        blocks = blocks_of_occupation(connection, catalog, occupation, asked)
    for items in blocks.values():
        named(store, items)
    document: dict[str, Any] = {
        "code": occupation.code,
        "title": occupation.title,
        "slug": occupation.slug,
        "level": occupation.level,
        "parent": occupation.parent,
        "ancestors": [_reference(o) for o in catalog.ancestors(occupation.code)],
        "children": [
            _reference(catalog.occupations[child])
            for child in catalog.children.get(occupation.code, ())
        ],
        "release": occupation.release,
        "marks": {
            name: mark_of_absence(catalog, name, asked[name])
            for name, items in blocks.items()
            if not items
        },
        **blocks,
    }
    used = {occupation.release}.union(*(release_ids(items) for items in blocks.values()))
    answer = sparse(document, fields)
    answer["releases"] = catalog.provenance(used)
    return JsonAnswer(answer, {"canonical": f"/v1/occupations/{occupation.code}"})


def _narrowed(wanted: PartFilter, block: str) -> PartFilter:
    """Area, industry and ownership are of wages only."""
    if block == "wages":
        return replace(wanted, industry=ALL_INDUSTRIES, ownership=ALL_OWNERSHIPS)
    return PartFilter(wanted.period, wanted.source)


def _reference(occupation: OccupationInfo) -> dict[str, str]:
    return {"code": occupation.code, "title": occupation.title, "level": occupation.level}


def _block_page(store: Reader, path: str, resource: Resource, code: str, params: Any) -> JsonAnswer:
    catalog = store.catalog
    occupation = catalog.occupation(code)
    wanted = filters.part_filter(catalog, params, resource.block)
    canonical = f"/v1/occupations/{occupation.code}/{resource.segment}"
    flags = filters.flags_of(params, resource.block)
    with store.connect() as connection:
        items = rows_of_occupation(connection, catalog, resource.block, occupation, wanted, flags)
    absent = None if items else mark_of_absence(catalog, resource.block, wanted)
    items = named(store, items)
    answer = slice_answer(canonical, params, catalog, resource.item, items, absent=absent)
    if path != canonical:
        links = [f'<{canonical}>; rel="canonical"', answer.headers.get("Link")]
        answer.headers["Link"] = ", ".join(filter(None, links))
    return answer


def _register(resource: Resource) -> None:
    def endpoint(
        code: Code,
        params: Annotated[resource.block_params, Query()],  # type: ignore[name-defined]
        store: Data,
        path: Path,
    ) -> Response:
        return _block_page(store, path, resource, code, params)

    router.add_api_route(
        f"/{{code}}/{resource.segment}",
        endpoint,
        response_model=resource.page,
        operation_id=f"list_occupation_{resource.block}",
        summary=f"List {resource.noun} of one occupation",
        description=resource.about,
    )


for _resource in RESOURCES:
    _register(_resource)
