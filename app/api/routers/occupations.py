"""Occupations: the list, the profile, and each block of one occupation."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi import Path as PathParameter
from starlette.responses import Response

from app.api.queries import fallback, history, occupations, projected
from app.api.queries.absence import mark_of_absence
from app.api.queries.block_rows import blocks_of_occupation, rows_of_occupation
from app.api.queries.identity import identity
from app.api.queries.occupation_items import items_of_area
from app.api.queries.occupations import Codes
from app.api.queries.part_filter import PartFilter
from app.api.routers import filters
from app.api.routers.blocks import RESOURCES, Resource
from app.api.routers.bulk_lists import named, occupation_page
from app.api.routers.dependencies import Data, Path
from app.api.routers.responses import (
    JsonAnswer,
    crosswalk_ids,
    located,
    pinned,
    release_ids,
    slice_answer,
    sparse,
    wanted_fields,
)
from app.api.routers.strict_route import StrictRoute
from app.api.schemas.linked_data import OCCUPATION
from app.api.schemas.occupation_parameters import OccupationParams
from app.api.schemas.occupations import OccupationOut, OccupationPage, ProfileOut
from app.api.schemas.parameters import BLOCK_NAMES, ProfileParams
from app.database.catalog import Catalog
from app.database.foreign_codes import command_of
from app.database.models.occupations import ALL_INDUSTRIES, ALL_OWNERSHIPS, NATION
from app.database.occupation_info import OccupationInfo
from app.database.store import Reader
from app.errors import InvalidParameters

router = APIRouter(prefix="/v1/occupations", route_class=StrictRoute, tags=["occupations"])

MOST_SUGGESTED = 3
"""Unknown codes of a list for which near ones are looked up: each costs milliseconds."""

Code = Annotated[
    str,
    PathParameter(
        max_length=200,
        description="Code (11-9111, 119111, 11-9111.00; 11-91XX of a group) or slug of the "
        "occupation, or a code of another classification with its prefix (soc2010:15-1132, "
        "isco:2221, esco:3119.16.1, onet2019:15-1252.00, cip:51.0701, census:3255; "
        "/v1/classifications has them all).",
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
    """Occupations with employment, wages, growth, openings and education, filtered and sorted.

    Figures are the newest official ones of the area. A top-coded wage ranks by its threshold.
    """
    catalog = store.catalog
    located = filters.area_of_list(store, params, path)
    filters.check_classification(catalog, params.classification)
    known, unknown = _asked(store, params.codes)
    of_area = params.model_copy(update={"area": located.codes[0]})
    items = items_of_area(store.connect, catalog, of_area.area)
    found, left_out = occupations.listed(catalog, items, of_area, known)
    return slice_answer(
        path,
        params,
        catalog,
        OccupationOut,
        found,
        item=located.said_of,
        unknown_codes=unknown,
        left_out=left_out,
        notices=[
            *occupations.notices(of_area, found, left_out),
            *located.notices,
            *_not_loaded(catalog, params.classification),
            *(_nearest(catalog, code) for code in unknown[:MOST_SUGGESTED]),
        ],
    )


def _not_loaded(catalog: Catalog, classification: str | None) -> list[str]:
    """Say how to load a classification of which no code is loaded."""
    if classification is None or catalog.codes_of(classification):
        return []
    command = command_of(catalog, catalog.concordances.classifications[classification])
    return [f"No codes of {classification} are loaded: {command}."]


def _nearest(catalog: Catalog, unknown: str) -> str:
    near = ", ".join(catalog.nearest_occupations(unknown))
    return f"No occupation has the code {unknown}" + (f"; nearest are {near}." if near else ".")


def _asked(store: Reader, codes: Codes | None) -> tuple[tuple[str, ...] | None, list[str]]:
    """Resolve ``codes``: the known ones in the order asked, each once, and the unknown ones.

    A code with a prefix that leads to no occupation, or to several, raises ``InvalidParameters``.
    """
    if codes is None:
        return None, []
    found, faults = filters.occupations_of(store.catalog, codes)
    of_others = [fault for fault in faults if ":" in str(fault.value)]
    if of_others:
        raise InvalidParameters(*of_others)
    return tuple(found), list(dict.fromkeys(str(fault.value) for fault in faults))


@router.get(
    "/{code}",
    response_model=ProfileOut,
    operation_id="get_occupation",
    summary="Get one occupation whole",
    responses=OCCUPATION,
)
def get_occupation(
    code: Code, params: Annotated[ProfileParams, Query()], store: Data, path: Path
) -> Response:
    """One occupation whole: duties, titles, wages, outlook, skills, education and more.

    Official sources lead each block. `include` names the blocks wanted; `period` and `source`
    narrow them. A block without items says why in `marks`.

    `Accept: application/ld+json` gives linked data of schema.org instead, an `Occupation` with its
    pay as `estimatedSalary`; of the parameters these take `area` and `period`. They leave out what
    is missing.
    """
    catalog = store.catalog
    occupation = catalog.occupation(code)
    wanted = filters.part_filter(store, params)
    fields = wanted_fields(params.fields, ProfileOut)
    names = BLOCK_NAMES if "all" in params.include else params.include
    if fields is not None:
        needed = {*fields, *(history.SERIES if "continues" in fields else ())}
        names = tuple(name for name in names if name in needed)
    asked = {name: _narrowed(wanted, name) for name in names}
    with store.connect() as connection:
        blocks = blocks_of_occupation(connection, catalog, occupation, asked)
        if "wages" in blocks and filters.falls_back(params, asked["wages"]):
            its = asked["wages"], blocks["wages"]
            blocks["wages"] = fallback.filled(connection, catalog, occupation, *its)
        beside = history.of_profile(connection, catalog, occupation, asked, blocks)
        area = wanted.area or "all"
        if "projections" in blocks and area in catalog.projected:
            own = replace(asked["projections"], areas=frozenset({area}))
            of_area = rows_of_occupation(connection, catalog, "projections", occupation, own)
            blocks["projections"] = [*of_area, *blocks["projections"]]
    blocks = {name: named(store, name, items, wanted) for name, items in blocks.items()}
    about = identity(catalog, occupation)
    document: dict[str, Any] = {
        "code": occupation.code,
        "title": occupation.title,
        "slug": occupation.slug,
        "level": occupation.level,
        "parent": occupation.parent,
        **about,
        "continues": beside,
        "notices": [
            *about["notices"],
            *wanted.notices,
            *fallback.notices(blocks.get("wages", ())),
            *projected.notices(
                (area, row["area"], row["period"]) for row in blocks.get("projections", ())
            ),
        ],
        "ancestors": [_reference(o) for o in catalog.ancestors(occupation)],
        "children": [
            _reference(catalog.occupations[child])
            for child in catalog.children.get(occupation.code, ())
        ],
        "release": occupation.release,
        "marks": {
            name: mark_of_absence(catalog, name, asked[name], occupation.code)
            for name, items in blocks.items()
            if not items
        },
        **blocks,
    }
    used = {occupation.release}.union(*(release_ids(items) for items in blocks.values()))
    for key in ("predecessors", "successors"):
        used |= crosswalk_ids(document[key])
    for series in filter(None, beside.values()):
        used |= crosswalk_ids((*series["earlier"], *series["later"]))
    answer = sparse(document, fields)
    answer["releases"] = catalog.provenance(used)
    canonical = f"/v1/occupations/{occupation.code}"
    links = {"canonical": pinned(canonical, params)} if path == canonical else None
    return located(JsonAnswer(answer, links), canonical, path, params)


def _narrowed(wanted: PartFilter, block: str) -> PartFilter:
    """Industry and ownership are of wages only, areas of wages and projections.

    The nation's projections are asked for first, whatever the area: most have none of their own.
    """
    if block == "wages":
        return replace(wanted, industry=ALL_INDUSTRIES, ownership=ALL_OWNERSHIPS)
    if block == "projections" and wanted.area is not None:
        return PartFilter(wanted.periods, wanted.source, areas=frozenset({NATION}))
    return PartFilter(wanted.periods, wanted.source)


def _reference(occupation: OccupationInfo) -> dict[str, str]:
    return {"code": occupation.code, "title": occupation.title, "level": occupation.level}


def _block_page(store: Reader, path: str, resource: Resource, code: str, params: Any) -> Response:
    catalog = store.catalog
    occupation = catalog.occupation(code)
    canonical = f"/v1/occupations/{occupation.code}/{resource.segment}"
    answer = occupation_page(store, canonical, resource, occupation, params)
    return located(answer, canonical, path, params)


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
