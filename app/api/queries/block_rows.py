"""Selects over the content tables: by occupation, or part by part for the flat lists.

A flat list gives part after part in the catalog's order, and within a part by code and position,
which an index has ready: the last page costs what the first does, and the total is the sum of the
parts' row counts.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    column,
    func,
    literal,
    or_,
    select,
    values,
)
from sqlalchemy.types import TypeEngine

from app.api.queries.blocks import BLOCKS, Json
from app.api.queries.cursors import RowKey
from app.api.queries.part_filter import PartFilter
from app.database.catalog import Catalog
from app.database.driver import cached, run
from app.database.occupation_info import OccupationInfo
from app.database.parts import PartInfo

BATCH = 64
"""Parts that one statement names at most."""


def given(name: str, kind: TypeEngine[Any]) -> BindParameter[Any]:
    """Return a parameter whose value comes with each run."""
    return bindparam(name, type_=kind, required=False)


def in_batches(parts: Sequence[PartInfo]) -> list[dict[str, Any]]:
    """Return parts as parameters of statements: few statements serve any number of parts.

    A batch is filled up to a power of two by naming its last part again.
    """
    found = []
    for start in range(0, len(parts), BATCH):
        ids = [part.id for part in parts[start : start + BATCH]]
        ids += ids[-1:] * ((1 << (len(ids) - 1).bit_length()) - len(ids))
        found.append({f"part_{n}": part for n, part in enumerate(ids)})
    return found


def part_parameters(count: int) -> list[BindParameter[Any]]:
    """Return the parameters of a batch of so many parts."""
    return [given(f"part_{n}", Integer()) for n in range(count)]


def by_code(block: str, count: int) -> Select[Any]:
    """Select a block's rows of the occupation ``code`` in so many parts."""
    entry = BLOCKS[block]
    table = entry.model.__table__
    query = select(table.c.part_id, *entry.selected).where(
        table.c.code == given("code", Text()), table.c.part_id.in_(part_parameters(count))
    )
    return query.order_by(table.c.part_id, table.c.position) if entry.positioned else query


Flags = tuple[tuple[str, bool], ...]
"""Columns that are filtered by, each with the value that rows have; or ``PUBLISHED``."""
PUBLISHED = ("level", True)
"""Only the publisher's most detailed lines."""


def conditions(block: str, flags: Flags) -> list[ColumnElement[bool]]:
    """Return the conditions that rows meet."""
    entry = BLOCKS[block]
    table = entry.model.__table__
    columns: list[ColumnElement[bool]] = [
        table.c[name].is_(value) for name, value in flags if (name, value) != PUBLISHED
    ]
    if PUBLISHED in flags and entry.detailed is not None:
        columns.append(entry.detailed[0](table))
    return columns


def _meets(block: str, item: Json, flags: Flags) -> bool:
    """Tell whether an item meets them."""
    return all(
        is_detailed(block, item) if flag == PUBLISHED else item[flag[0]] is flag[1]
        for flag in flags
    )


def is_detailed(block: str, item: Json) -> bool:
    """Tell whether an item is one of the publisher's most detailed lines."""
    detailed = BLOCKS[block].detailed
    return detailed is not None and detailed[1](item)


def by_part(block: str, flags: Flags = ()) -> Select[Any]:
    """Select a run of a block's rows of one part, after a code and position, below a code."""
    entry = BLOCKS[block]
    table = entry.model.__table__
    # A wage has no position: it stands as if at 0, after -1 where a run starts.
    position = table.c.position if entry.positioned else literal(0)
    keys = [table.c.code] + ([table.c.position] if entry.positioned else [])
    code = given("code", Text())
    return (
        select(*keys, *entry.selected)
        .where(
            table.c.part_id == given("part", Integer()),
            table.c.code >= code,
            or_(table.c.code > code, position > given("position", Integer())),
            table.c.code < given("below", Text()),
            *conditions(block, flags),
        )
        .order_by(*keys)
        .limit(given("limit", Integer()))
    )


def counts_in_parts(block: str, count: int, flags: Flags = ()) -> Select[Any]:
    """Count a block's rows with a code from ``start`` up to ``below``, in each of some parts."""
    table = BLOCKS[block].model.__table__
    return (
        select(table.c.part_id, func.count())
        .where(
            table.c.part_id.in_(part_parameters(count)),
            table.c.code >= given("start", Text()),
            table.c.code < given("below", Text()),
            *conditions(block, flags),
        )
        .group_by(table.c.part_id)
    )


def blocks_of_occupation(
    connection: Connection,
    catalog: Catalog,
    occupation: OccupationInfo,
    wanted: Mapping[str, PartFilter],
) -> dict[str, list[Json]]:
    """Return the items of some blocks of one occupation, in list order.

    ``latest`` here is the newest period that has this occupation, so that one that a survey has
    since dropped still shows its last figures. A finer O*NET occupation without items of its own
    has those of its SOC parent, and a group of one occupation has that one's figures, said in
    ``inherited_from``.
    """
    items = _own(connection, catalog, occupation.code, wanted)
    empty = {name: wanted[name] for name, found in items.items() if not found}
    head: Json = {"code": occupation.code, "inherited_from": None}
    answer = {name: [head | item for item in found] for name, found in items.items()}
    for code, names in inherited(catalog, occupation, empty).items():
        found = _own(connection, catalog, code, {name: wanted[name] for name in names})
        from_it = {"code": occupation.code, "inherited_from": code}
        answer |= {name: [from_it | item for item in its] for name, its in found.items()}
    return answer


def inherited(
    catalog: Catalog, occupation: OccupationInfo, empty: Iterable[str]
) -> dict[str, list[str]]:
    """Return code → blocks of it that belong to an occupation that has none of its own."""
    found: dict[str, list[str]] = {}
    twins = catalog.twins.get(occupation.code, ())
    for name in empty:
        code = occupation.figures_code
        if code == occupation.code:
            at = catalog.figures_at.get(code, {}).get(name)
            code = at if at in twins else code
        if code != occupation.code:
            found.setdefault(code, []).append(name)
    return found


def rows_of_occupation(
    connection: Connection,
    catalog: Catalog,
    block: str,
    occupation: OccupationInfo,
    wanted: PartFilter,
    flags: Flags = (),
) -> list[Json]:
    """Return one block's items of one occupation, as ``blocks_of_occupation`` does."""
    items = blocks_of_occupation(connection, catalog, occupation, {block: wanted})[block]
    return [item for item in items if _meets(block, item, flags)]


Found = dict[int, list[tuple[Any, ...]]]


def _own(
    connection: Connection, catalog: Catalog, code: str, wanted: Mapping[str, PartFilter]
) -> dict[str, list[Json]]:
    chosen = {name: asked.parts(catalog, name) for name, asked in wanted.items()}
    found = _fetch(connection, code, chosen)
    older = {
        name: older_parts(catalog, name, asked, series_of(chosen[name], found[name]))
        for name, asked in wanted.items()
        if asked.newest
    }
    rest = _fetch(connection, code, {name: parts for name, parts in older.items() if parts})
    items: dict[str, list[Json]] = {}
    for name, parts in chosen.items():
        rows, shown = found[name], parts
        if name in rest:
            rows |= {at: rest[name][at] for at in newest_of(older[name], rest[name])}
            shown = wanted[name].every_period.parts(catalog, name)
        shape = BLOCKS[name].shape
        items[name] = [
            shape(row, part) for part in shown if part.id in rows for row in rows[part.id]
        ]
    return items


def series_of(parts: Iterable[PartInfo], there: Container[int]) -> set[tuple[str, ...]]:
    """Return the series whose latest part is one of those ``there``."""
    return {part.series for part in parts if part.latest and part.id in there}


def older_parts(
    catalog: Catalog, block: str, wanted: PartFilter, have: Container[tuple[str, ...]]
) -> tuple[PartInfo, ...]:
    """Return the older parts, newest first, of series that go on and are not among ``have``."""
    return tuple(
        part
        for part in wanted.every_period.parts(catalog, block)
        if not part.latest and part.series in catalog.current and part.series not in have
    )


def newest_of(older: Iterable[PartInfo], there: Container[int]) -> list[int]:
    """Return the ids, of parts ``there``, of the newest period of each series."""
    newest: dict[tuple[str, ...], str] = {}
    return [
        part.id
        for part in older
        if part.id in there and newest.setdefault(part.series, part.period) == part.period
    ]


def _fetch(
    connection: Connection, code: str, chosen: Mapping[str, Sequence[PartInfo]]
) -> dict[str, Found]:
    """Fetch rows of blocks, by part, all in one round trip."""
    found: dict[str, Found] = {name: {} for name in chosen}
    asked = [(name, batch) for name, parts in chosen.items() for batch in in_batches(parts)]
    statements = [
        (cached(by_code, connection.dialect, name, len(batch)), {"code": code, **batch})
        for name, batch in asked
    ]
    for (name, _), rows in zip(asked, run(connection, statements), strict=True):
        of_block = found[name]
        for row in rows:
            of_block.setdefault(row[0], []).append(row[1:])
    return found


def by_key(block: str, width: int, count: int, flags: Flags) -> Select[Any]:
    """Select rows by so many keys: part and code, and position too if ``width`` is 3."""
    entry = BLOCKS[block]
    table = entry.model.__table__
    columns = (("part_id", Integer()), ("code", Text()), ("position", Integer()))[:width]
    keys = values(*(column(name, kind) for name, kind in columns), name="wanted").data(
        [tuple(given(f"{name}_{n}", kind) for name, kind in columns) for n in range(count)]
    )
    wanted = keys.cte("wanted")
    order = [table.c.part_id, table.c.code, *([table.c.position] if entry.positioned else [])]
    position = table.c.position if entry.positioned else literal(0)
    return (
        select(*order[:2], position, *entry.selected)
        .join_from(wanted, table, and_(*(table.c[name] == wanted.c[name] for name, _ in columns)))
        .where(*conditions(block, flags))
        .order_by(*order)
    )


def rows_at(
    connection: Connection, block: str, keys: Sequence[tuple[Any, ...]], flags: Flags = ()
) -> dict[tuple[Any, ...], list[tuple[Any, ...]]]:
    """Fetch rows by keys, all of one width: part and code, with or without the position."""
    names = ("part_id", "code", "position") if BLOCKS[block].positioned else ("part_id", "code")
    nowhere = (-1, "", -1)
    statements = []
    for start in range(0, len(keys), BATCH):
        batch = [*keys[start : start + BATCH], *[nowhere] * (start + BATCH - len(keys))]
        width = min(len(names), len(batch[0]))
        named = {
            f"{name}_{n}": value
            for n, key in enumerate(batch)
            for name, value in zip(names, key, strict=False)
        }
        statements.append((cached(by_key, connection.dialect, block, width, BATCH, flags), named))
    found: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
    for rows in run(connection, statements):
        for row in rows:
            found.setdefault(row[: len(keys[0])], []).append(row)
    return found


def item_of(block: str, row: tuple[Any, ...], part: PartInfo, code: str) -> Json:
    """Return the item of an occupation and a row: part, code, position, columns."""
    head = {"code": code, "inherited_from": None if row[1] == code else row[1]}
    return head | BLOCKS[block].shape(row[3:], part)


Run = tuple[PartInfo, list[tuple[Any, ...]]]
"""A part and some of its rows: code, position if there is one, columns."""


def run_of_parts(
    connection: Connection,
    block: str,
    parts: Sequence[PartInfo],
    counts: Mapping[int, int],
    codes: tuple[str, str],
    after: RowKey | None,
    limit: int,
    flags: Flags = (),
) -> tuple[list[Run], RowKey | None]:
    """Return the rows of a page of a flat list, and the key of the last one if more follow.

    ``codes``: the least code and the one below which codes stay. ``counts``: how many such rows a
    part has, by its id; there may be hundreds of parts, and few that have any.
    """
    positioned = BLOCKS[block].positioned
    at, code, position = after or (0, codes[0], -1)
    runs: list[Run] = []
    last: RowKey | None = None
    left = limit
    while at < len(parts):
        part = parts[at]
        if part.id in counts:
            bounds = {
                "part": part.id,
                "code": code,
                "position": position,
                "below": codes[1],
                "limit": left + 1,
            }
            (rows,) = run(connection, [(cached(by_part, connection.dialect, block, flags), bounds)])
            if shown := rows[:left]:
                runs.append((part, shown))
                last = at, shown[-1][0], shown[-1][1] if positioned else 0
            if len(rows) > left:  # they go on after the page
                return runs, last
            left -= len(rows)
        at, code, position = at + 1, codes[0], -1
    return runs, None


def items_of_run(block: str, run: Run) -> list[Json]:
    """Return the items of rows of a part."""
    entry, (part, rows) = BLOCKS[block], run
    skip = 2 if entry.positioned else 1
    return [
        {"code": row[0], "inherited_from": None} | entry.shape(row[skip:], part) for row in rows
    ]


def counts_of_parts(
    connection: Connection,
    block: str,
    parts: Sequence[PartInfo],
    codes: tuple[str, str],
    flags: Flags = (),
) -> dict[int, int]:
    """Count the rows of a flat list by part: as loaded, or one by one where rows are filtered."""
    if codes == EVERY_CODE and not flags:
        return {part.id: part.rows for part in parts if part.rows}
    statements = [
        (
            cached(counts_in_parts, connection.dialect, block, len(batch), flags),
            {"start": codes[0], "below": codes[1], **batch},
        )
        for batch in in_batches(parts)
    ]
    found: dict[int, int] = {}
    for rows in run(connection, statements):
        found |= dict(rows)
    return found


EVERY_CODE = ("", "~")
"""The range of all codes: they are digits, hyphens and full stops, all below ``~``."""
