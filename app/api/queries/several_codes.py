"""Rows of several occupations in one list: each occupation has those that it has alone.

They are counted first, by occupation and part, so that a page reads its own rows only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, Text, func, select, true

from app.api.queries import block_rows
from app.api.queries.block_rows import Flags, conditions, given, in_batches, part_parameters
from app.api.queries.blocks import BLOCKS, Json
from app.api.queries.part_filter import PartFilter
from app.database.catalog import Catalog
from app.database.driver import cached, run
from app.database.occupation_info import OccupationInfo
from app.database.parts import PartInfo


@dataclass(frozen=True, slots=True)
class Run:
    """The rows of an occupation in a part: so many, under its own code or an inherited one."""

    part: PartInfo
    code: str
    row_code: str
    count: int


def runs_of_occupations(
    connection: Connection,
    catalog: Catalog,
    block: str,
    occupations: Sequence[OccupationInfo],
    wanted: PartFilter,
    flags: Flags = (),
) -> list[Run]:
    """Return the rows of some occupations in list order: by part, then by code."""
    own = _counted(connection, catalog, block, [one.code for one in occupations], wanted, flags)
    row_codes = {
        one.code: next(iter(block_rows.inherited(catalog, one, (block,))), one.code)
        for one in occupations
        if one.code not in own
    }
    theirs = _counted(connection, catalog, block, set(row_codes.values()), wanted, flags)
    counts = own | theirs
    places = {part.id: place for place, part in enumerate(catalog.by_dataset.get(block, ()))}
    runs = [
        Run(catalog.part[at], one.code, row_code, count)
        for one in occupations
        for row_code in (row_codes.get(one.code, one.code),)
        for at, count in counts.get(row_code, {}).items()
        if count
    ]
    return sorted(runs, key=lambda one: (places[one.part.id], one.code))


def items_of_runs(
    connection: Connection, block: str, runs: Sequence[Run], start: int, end: int, flags: Flags = ()
) -> list[Json]:
    """Return the items from one place of the list up to another."""
    page: list[Run] = []
    before = after = 0
    for one in runs:
        if after < end and after + one.count > start:
            page.append(one)
        elif after + one.count <= start:
            before += one.count
        after += one.count
    keys = list(dict.fromkeys((one.part.id, one.row_code) for one in page))
    rows = block_rows.rows_at(connection, block, keys, flags)
    items = [
        block_rows.item_of(block, row, one.part, one.code)
        for one in page
        for row in rows.get((one.part.id, one.row_code), ())
    ]
    return items[start - before : end - before]


def counts_by_code(block: str, parts: int, codes: int, flags: Flags) -> Select[Any]:
    """Count a block's rows of some codes in some parts: all, and those that meet the conditions."""
    table = BLOCKS[block].model.__table__
    met = func.count().filter(*conditions(block, flags) or [true()])
    return (
        select(table.c.part_id, table.c.code, met)
        .where(
            table.c.part_id.in_(part_parameters(parts)), table.c.code.in_(code_parameters(codes))
        )
        .group_by(table.c.part_id, table.c.code)
    )


def code_parameters(count: int) -> list[BindParameter[Any]]:
    """Return the parameters of a batch of codes."""
    return [given(f"code_{n}", Text()) for n in range(count)]


def code_batches(codes: Collection[str]) -> Iterator[dict[str, Any]]:
    """Give codes as parameters of statements; the last batch names its last code again."""
    every, size = sorted(codes), block_rows.BATCH
    for start in range(0, len(every), size):
        batch = every[start : start + size]
        batch += batch[-1:] * (size - len(batch))
        yield {f"code_{n}": code for n, code in enumerate(batch)}


Counts = dict[str, dict[int, int]]
"""Code → id of a part → rows there that meet the conditions; a part that has any row is named."""


def _counted(
    connection: Connection,
    catalog: Catalog,
    block: str,
    codes: Collection[str],
    wanted: PartFilter,
    flags: Flags,
) -> Counts:
    """Count the rows of codes as ``block_rows.blocks_of_occupation`` chooses them."""
    chosen = wanted.parts(catalog, block)
    found = _counts(connection, block, codes, chosen, flags)
    if not wanted.newest:
        return found
    series = {code: block_rows.series_of(chosen, found.get(code, ())) for code in codes}
    every = set[tuple[str, ...]]().intersection(*series.values()) if series else set()
    older = block_rows.older_parts(catalog, block, wanted, every)
    rest = _counts(connection, block, codes, older, flags)
    for code, counts in rest.items():
        lacking = [part for part in older if part.series not in series[code]]
        newest = block_rows.newest_of(lacking, counts)
        found.setdefault(code, {}).update((at, counts[at]) for at in newest)
    return {code: counts for code, counts in found.items() if counts}


def _counts(
    connection: Connection,
    block: str,
    codes: Collection[str],
    parts: Sequence[PartInfo],
    flags: Flags,
) -> Counts:
    statements = [
        (
            cached(counts_by_code, connection.dialect, block, len(batch), block_rows.BATCH, flags),
            {**batch, **named},
        )
        for batch in in_batches(parts)
        for named in code_batches(codes)
    ]
    found: Counts = {}
    for rows in run(connection, statements):
        for part, code, count in rows:
            found.setdefault(code, {})[part] = count
    return found
