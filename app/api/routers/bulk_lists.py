"""Bulk lists: each block over all occupations, for partners who copy everything."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import Connection
from starlette.responses import Response

from app.api.queries import block_rows, history
from app.api.queries.absence import mark_of_absence
from app.api.queries.cursors import ROW_KEY
from app.api.queries.identity import NOWHERE
from app.api.routers import filters
from app.api.routers.blocks import RESOURCES, Resource
from app.api.routers.dependencies import Data, Path
from app.api.routers.responses import JsonAnswer, page_answer, read_paging, slice_answer
from app.api.routers.strict_route import StrictRoute
from app.database.catalog import Catalog
from app.database.occupation_info import OccupationInfo
from app.database.store import Reader

router = APIRouter(prefix="/v1", route_class=StrictRoute)


def flat_page(store: Reader, path: str, resource: Resource, params: Any) -> JsonAnswer:
    """Answer a page of a block over all occupations, or over one or a group of them."""
    catalog = store.catalog
    wanted = filters.part_filter(catalog, params, resource.block)
    flags = filters.flags_of(params, resource.block)
    occupation = filters.occupation_of(catalog, params.code)
    if occupation is not None:
        return occupation_page(store, path, resource, occupation, params)
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
    more = NO_SERIES if resource.block in history.SERIES else {}
    items = named(store, resource.block, items)
    return page_answer(
        path, params, catalog, resource.item, items, total, after, page, absent=absent, **more
    )


def occupation_page(
    store: Reader, path: str, resource: Resource, occupation: OccupationInfo, params: Any
) -> JsonAnswer:
    """Answer a page of a block of one occupation."""
    catalog, block = store.catalog, resource.block
    wanted = filters.part_filter(catalog, params, block)
    flags = filters.flags_of(params, block)
    linked = getattr(params, "history", "own") == "linked"
    if linked and wanted.period == "latest":
        wanted = replace(wanted, period="all")
    more: dict[str, Any] = {}
    with store.connect() as connection:
        items = block_rows.rows_of_occupation(connection, catalog, block, occupation, wanted, flags)
        if block in history.SERIES:
            found = None
            if wanted.period == "all" or not items:
                found = history.stretches(connection, catalog, block, occupation, wanted, items)
            at = None
            if wanted.period == "latest":
                at = _newest_at(connection, catalog, block, occupation, wanted)
            if at is None and found is not None and not items:
                at = history.stands_at(found, wanted.area)
            more = {
                "figures_at": {**NOWHERE, block: at},
                "continues": None if found is None else history.continues(found),
            }
            if linked and found:
                items = history.linked(items, found, occupation.code, wanted.area)
    if not occupation.code.startswith(getattr(params, "group", None) or ""):
        items = []
    absent = None if items else mark_of_absence(catalog, block, wanted, occupation.code)
    items = named(store, block, items)
    return slice_answer(path, params, catalog, resource.item, items, absent=absent, **more)


NO_SERIES: dict[str, Any] = {"figures_at": NOWHERE, "continues": None}
"""What a list of wages or projections says that is not of one occupation."""


def _newest_at(
    connection: Connection,
    catalog: Catalog,
    block: str,
    occupation: OccupationInfo,
    wanted: block_rows.PartFilter,
) -> str | None:
    """Return where the newest figures stand that an occupation lacks, if those wanted do."""
    at = catalog.figures_at.get(occupation.code, {}).get(block)
    if at is None:
        return None
    there = catalog.occupations[at]
    rows = block_rows.rows_of_occupation(connection, catalog, block, there, wanted)
    return at if rows else None


def named(store: Reader, block: str, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Complete items from the catalog: titles of related occupations, codes of another extent."""
    if block == "related":
        for item in items:
            related = store.catalog.find(item["related_code"])
            item["related_title"] = related.title if related else None
    if block in history.SERIES:
        return history.with_extents(store.catalog, items)
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
