"""Bulk lists: each block over all occupations, for partners who copy everything."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import Connection
from starlette.responses import Response

from app import marks
from app.api.queries import block_rows, fallback, history, sorting
from app.api.queries.absence import mark_of_absence
from app.api.queries.block_rows import Flags, Run
from app.api.queries.blocks import BLOCKS
from app.api.queries.cursors import OFFSET, ROW_KEY, Key, Paging, RowKey
from app.api.queries.identity import NOWHERE
from app.api.queries.part_filter import PartFilter
from app.api.queries.several_codes import items_of_runs, runs_of_occupations
from app.api.routers import filters
from app.api.routers.blocks import RESOURCES, Resource
from app.api.routers.dependencies import Data, Path
from app.api.routers.responses import (
    page_answer,
    page_of,
    read_paging,
    rows_answer,
    slice_answer,
    sparse,
    wanted_fields,
    writer_of,
)
from app.api.routers.strict_route import StrictRoute
from app.api.schemas.common import Json
from app.database.catalog import Catalog
from app.database.occupation_info import OccupationInfo
from app.database.parts import PartInfo
from app.database.store import Reader
from app.exporting.formats.templates import Templates

router = APIRouter(prefix="/v1", route_class=StrictRoute)


@dataclass(frozen=True, slots=True)
class FlatList:
    """A block over all occupations, or over several, as a request asks for it."""

    store: Reader
    path: str
    resource: Resource
    params: Any
    wanted: PartFilter
    flags: Flags

    def of_all(self) -> Response:
        """Answer a page in the order of the database, which reads its own rows only."""
        catalog, block = self.store.catalog, self.resource.block
        page = read_paging(self.path, self.params, catalog, ROW_KEY)
        parts, codes = self.wanted.parts(catalog, block), filters.code_range(self.params.group)
        with self.store.connect() as connection:
            counts = {part.id: part.rows for part in parts}
            if self.params.format == "json":
                counts = block_rows.counts_of_parts(connection, block, parts, codes, self.flags)
            runs, after = block_rows.run_of_parts(
                *(connection, block, parts, counts, codes, page.after, page.limit, self.flags)
            )
        if self.params.format != "json" and BLOCKS[block].numbers[1]:
            return self._lines(page, runs, after)
        items = [item for run in runs for item in block_rows.items_of_run(block, run)]
        return self._answer(page, items, sum(counts.values()), after)

    def _lines(self, page: Paging[RowKey], runs: Sequence[Run], after: RowKey | None) -> Response:
        """Answer a page of rows that are mostly numbers in another format than JSON."""
        catalog, block = self.store.catalog, self.resource.block
        wanted = wanted_fields(self.params.fields, self.resource.item)

        def item(row: tuple[Any, ...], part: PartInfo) -> Json:
            items = block_rows.items_of_run(block, (part, [row]))
            return sparse(named(self.store, block, items, self.wanted)[0], wanted)

        writer = writer_of(self.params, catalog, self.resource.item)
        numbers = BLOCKS[block].numbers
        written = [
            Templates(
                writer, numbers, partial(item, part=part), history.extents_of(catalog, part.period)
            ).lines(rows)
            for part, rows in runs
        ]
        count = sum(len(rows) for _, rows in runs)
        cursor = None if after is None else page.cursor(after)
        lines = b"".join(written)
        return rows_answer(self.path, self.params, catalog, writer, lines, count, cursor)

    def of_all_sorted(self, sort: str) -> Response:
        """Answer a page of all occupations, or of a group, in the order of a figure."""
        catalog, block = self.store.catalog, self.resource.block
        page = read_paging(self.path, self.params, catalog, OFFSET)
        start, end = page_of(page)
        parts, codes = self.wanted.parts(catalog, block), filters.code_range(self.params.group)
        with self.store.connect() as connection:
            counts = block_rows.counts_of_parts(connection, block, parts, codes, self.flags)
            total = sum(counts.values())
            filters.check_sortable(self.params, sort, total)
            parts = tuple(part for part in parts if part.id in counts)
            rows = sorting.sorted_range(connection, block, parts, codes, sort, self.flags)
            items = sorting.items_of_rows(connection, block, rows[start:end])
        return self._answer(page, items, total, (end,) if end < total else None)

    def of(self, occupations: Sequence[OccupationInfo], sort: str | None) -> Response:
        """Answer a page of several occupations: each has the rows that it has alone."""
        catalog, block = self.store.catalog, self.resource.block
        page = read_paging(self.path, self.params, catalog, OFFSET)
        start, end = page_of(page)
        with self.store.connect() as connection:
            runs = runs_of_occupations(
                connection, catalog, block, occupations, self.wanted, self.flags
            )
            total = sum(one.count for one in runs)
            if sort is None:
                items = items_of_runs(connection, block, runs, start, end, self.flags)
            else:
                filters.check_sortable(self.params, sort, total)
                rows = sorting.sorted_runs(connection, block, runs, sort, self.flags)
                items = sorting.items_of_rows(connection, block, rows[start:end])
        after = (end,) if end < total else None
        return self._answer(page, items, total, after, [one.code for one in occupations])

    def _answer(
        self,
        page: Paging[Key],
        items: list[Json],
        total: int,
        after: Key | None,
        codes: Sequence[str] | None = None,
    ) -> Response:
        """Answer a page; ``codes``: those asked for, if any are, which are of the group too."""
        catalog, block = self.store.catalog, self.resource.block
        if total:
            absent = None
        elif codes is not None and not codes:  # no code asked for is of the group
            absent = marks.mark("not_applicable")
        else:
            absent = mark_of_absence(catalog, block, self.wanted, *codes or ())
        return page_answer(
            *(self.path, self.params, catalog, self.resource.item),
            named(self.store, block, items, self.wanted),
            total,
            after,
            page,
            absent=absent,
            **(no_series(self.wanted) if block in history.SERIES else {}),
        )


def flat_page(store: Reader, path: str, resource: Resource, params: Any) -> Response:
    """Answer a page of a block over all occupations, or over one, several or a group of them."""
    wanted = filters.part_filter(store, params, resource.block)
    occupations = filters.only(store.catalog, params.code)
    its = [one for one in occupations if one.code.startswith(params.group or "")]
    if len(its) == 1:
        return occupation_page(store, path, resource, its[0], params)
    flags, sort = filters.flags_of(params, resource.block), filters.sort_of(params)
    asked = FlatList(store, path, resource, params, wanted, flags)
    if occupations:
        return asked.of(its, sort)
    return asked.of_all() if sort is None else asked.of_all_sorted(sort)


def occupation_page(
    store: Reader, path: str, resource: Resource, occupation: OccupationInfo, params: Any
) -> Response:
    """Answer a page of a block of one occupation."""
    catalog, block = store.catalog, resource.block
    wanted = filters.part_filter(store, params, block)
    flags = filters.flags_of(params, block)
    linked = getattr(params, "history", "own") == "linked"
    if linked and wanted.newest:
        wanted = wanted.every_period
    more: dict[str, Any] = {}
    with store.connect() as connection:
        items = block_rows.rows_of_occupation(connection, catalog, block, occupation, wanted, flags)
        if filters.falls_back(params, wanted):
            items = fallback.filled(connection, catalog, occupation, wanted, items)
        if block in history.SERIES:
            found = None
            if "all" in wanted.periods or not items:
                found = history.stretches(connection, catalog, block, occupation, wanted, items)
            at = None
            if wanted.newest:
                at = _newest_at(connection, catalog, block, occupation, wanted)
            if at is None and found is not None and not items:
                at = history.stands_at(found, wanted.area)
            more = {
                "figures_at": {**NOWHERE, block: at},
                "continues": None if found is None else history.continues(found),
                "notices": [*wanted.notices, *fallback.notices(items)],
            }
            if linked and found:
                items = history.linked(items, found, occupation.code, wanted.area)
    absent = None if items else mark_of_absence(catalog, block, wanted, occupation.code)
    items = named(store, block, items, wanted)
    sort = filters.sort_of(params)
    if sort is not None:
        items = sorting.sorted_items(items, sort)
    return slice_answer(path, params, catalog, resource.item, items, absent=absent, **more)


def no_series(wanted: PartFilter) -> Json:
    """Return what a list of wages or projections says that is not of one occupation."""
    return {"figures_at": NOWHERE, "continues": None, "notices": list(wanted.notices)}


def _newest_at(
    connection: Connection,
    catalog: Catalog,
    block: str,
    occupation: OccupationInfo,
    wanted: PartFilter,
) -> str | None:
    """Return where the newest figures stand that an occupation lacks, if those wanted do."""
    at = catalog.figures_at.get(occupation.code, {}).get(block)
    if at is None:
        return None
    there = catalog.occupations[at]
    rows = block_rows.rows_of_occupation(connection, catalog, block, there, wanted)
    return at if rows else None


def named(
    store: Reader, block: str, items: list[dict[str, Any]], wanted: PartFilter
) -> list[dict[str, Any]]:
    """Complete items from the catalog: titles of related occupations, codes of another extent.

    Wages say which county or ZIP code was asked for.
    """
    if block == "wages" and wanted.asked:
        # A stretch of the series may be of an area that the one asked for followed.
        alone = wanted.asked.get(wanted.area or "")
        for item in items:
            item["asked_area"] = wanted.asked.get(item["area"], alone)
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
