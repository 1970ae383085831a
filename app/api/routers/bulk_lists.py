"""Bulk lists: each block over all occupations, for partners who copy everything."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.api.queries import block_rows
from app.api.queries.absence import mark_of_absence
from app.api.queries.cursors import ROW_KEY
from app.api.routers import filters
from app.api.routers.blocks import RESOURCES, Resource
from app.api.routers.dependencies import Data, Path
from app.api.routers.responses import JsonAnswer, page_answer, read_paging, slice_answer
from app.api.routers.strict_route import StrictRoute
from app.database.store import Reader

router = APIRouter(prefix="/v1", route_class=StrictRoute)


def flat_page(store: Reader, path: str, resource: Resource, params: Any) -> JsonAnswer:
    """Answer a page of a block over all occupations, or over one or a group of them."""
    catalog = store.catalog
    wanted = filters.part_filter(catalog, params, resource.block)
    flags = filters.flags_of(params, resource.block)
    occupation = filters.occupation_of(catalog, params.code)
    if occupation is not None:
        with store.connect() as connection:
            items = block_rows.rows_of_occupation(
                connection, catalog, resource.block, occupation, wanted, flags
            )
        if not occupation.code.startswith(params.group or ""):
            items = []
        absent = None if items else mark_of_absence(catalog, resource.block, wanted)
        items = named(store, items)
        return slice_answer(path, params, catalog, resource.item, items, absent=absent)
    page = read_paging(path, params, catalog, ROW_KEY)
    parts = wanted.parts(catalog, resource.block)
    codes = filters.code_range(params.group)
    with store.connect() as connection:
        counts = block_rows.counts_of_parts(connection, resource.block, parts, codes, flags)
        items, after = block_rows.run_of_parts(
            connection, resource.block, parts, counts, codes, page.after, params.limit, flags
        )
    total = sum(counts.values())
    absent = None if total else mark_of_absence(catalog, resource.block, wanted)
    items = named(store, items)
    return page_answer(
        path, params, catalog, resource.item, items, total, after, page, absent=absent
    )


def named(store: Reader, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give related occupations their titles, which the catalog has."""
    if items and "related_code" in items[0] and "tier" in items[0]:
        known = store.catalog.occupations
        for item in items:
            related = known.get(item["related_code"])
            item["related_title"] = related.title if related else None
    return items


def _register(resource: Resource) -> None:
    def endpoint(
        params: Annotated[resource.flat_params, Query()],  # type: ignore[name-defined]
        store: Data,
        path: Path,
    ) -> Response:
        return flat_page(store, path, resource, params)

    router.add_api_route(
        f"/{resource.segment}",
        endpoint,
        response_model=resource.page,
        operation_id=f"list_{resource.block}",
        summary=f"List {resource.noun} of all occupations",
        description=resource.about,
        tags=["bulk"],
    )


for _resource in RESOURCES:
    _register(_resource)
