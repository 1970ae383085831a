"""Selects over the content tables: by occupation, or part by part for the flat lists.

A flat list gives part after part in the catalog's order, and within a part by code and position,
which an index has ready: the last page costs what the first does, and the total is the sum of the
parts' row counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Integer, Select, bindparam, func, literal, or_, select

from app.queries.blocks import BLOCKS, Json
from app.queries.catalog import Catalog, OccupationInfo, PartInfo


@dataclass(frozen=True, slots=True)
class PartFilter:
    """Which parts of a dataset a request asks for."""

    period: str = "latest"
    source: str | None = None
    kind: str | None = None
    area: str | None = None
    industry: str | None = None

    def parts(self, catalog: Catalog, dataset: str) -> tuple[PartInfo, ...]:
        """Choose the parts, in list order."""
        return tuple(
            part
            for part in catalog.by_dataset.get(dataset, ())
            if (self.period in {"all", part.period} or (self.period == "latest" and part.latest))
            and self.source in {None, part.source}
            and self.kind in {None, part.kind}
            and self.area in {None, "all", part.area}
            and self.industry in {None, "all", part.industry}
        )


@cache
def by_code(block: str) -> Select[Any]:
    """Select a block's rows of the occupation ``code`` in the parts ``parts``."""
    entry = BLOCKS[block]
    table = entry.model.__table__
    query = select(table.c.part_id, *(table.c[name] for name in entry.columns)).where(
        table.c.code == bindparam("code"),
        table.c.part_id.in_(bindparam("parts", expanding=True)),
    )
    return query.order_by(table.c.part_id, table.c.position) if entry.positioned else query


@cache
def by_part(block: str) -> Select[Any]:
    """Select a run of a block's rows of one part, after a code and position, below a code."""
    entry = BLOCKS[block]
    table = entry.model.__table__
    # A wage has no position: it stands as if at 0, after -1 where a run starts.
    position = table.c.position if entry.positioned else literal(0)
    keys = [table.c.code] + ([table.c.position] if entry.positioned else [])
    columns = [table.c[name] for name in entry.columns]
    return (
        select(*keys, *columns)
        .where(
            table.c.part_id == bindparam("part"),
            table.c.code >= bindparam("code"),
            or_(table.c.code > bindparam("code"), position > bindparam("position", type_=Integer)),
            table.c.code < bindparam("below"),
        )
        .order_by(*keys)
        .limit(bindparam("limit"))
    )


@cache
def count_in_part(block: str) -> Select[Any]:
    """Count a block's rows of the parts ``parts`` with a code from ``start`` up to ``below``."""
    table = BLOCKS[block].model.__table__
    return select(func.count()).where(
        table.c.part_id.in_(bindparam("parts", expanding=True)),
        table.c.code >= bindparam("start"),
        table.c.code < bindparam("below"),
    )


def rows_of_occupation(
    connection: Connection,
    catalog: Catalog,
    block: str,
    occupation: OccupationInfo,
    wanted: PartFilter,
) -> list[Json]:
    """Return a block's items of one occupation, in list order.

    ``latest`` here is the newest period that has this occupation, so that one that a survey has
    since dropped still shows its last figures. A finer O*NET occupation without items of its own
    has those of its SOC parent, said in ``inherited_from``.
    """
    for code in dict.fromkeys((occupation.code, occupation.figures_code)):
        items = _rows_of_code(connection, catalog, block, code, wanted)
        if items:
            inherited = code if code != occupation.code else None
            return [{"code": occupation.code, "inherited_from": inherited} | i for i in items]
    return []


def _rows_of_code(
    connection: Connection, catalog: Catalog, block: str, code: str, wanted: PartFilter
) -> list[Json]:
    entry = BLOCKS[block]
    parts = wanted.parts(catalog, block)
    found = _fetch(connection, block, code, parts)
    if wanted.period == "latest":
        have = {part.series for part in parts if part.id in found}
        every = PartFilter("all", wanted.source, wanted.kind, wanted.area, wanted.industry)
        older = tuple(
            part
            for part in every.parts(catalog, block)
            if not part.latest and part.series not in have
        )
        if older:
            rest = _fetch(connection, block, code, older)
            for part in older:  # newest first
                if part.id in rest and part.series not in have:
                    have.add(part.series)
                    found[part.id] = rest[part.id]
            parts = tuple(part for part in every.parts(catalog, block) if part.id in found)
    return [entry.shape(row, part) for part in parts if part.id in found for row in found[part.id]]


def _fetch(
    connection: Connection, block: str, code: str, parts: Sequence[PartInfo]
) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = {}
    if parts:
        ids = [part.id for part in parts]
        for row in connection.execute(by_code(block), {"code": code, "parts": ids}):
            found.setdefault(row[0], []).append(row[1:])
    return found


def run_of_parts(
    connection: Connection,
    block: str,
    parts: Sequence[PartInfo],
    codes: tuple[str, str],
    after: list[Any] | None,
    limit: int,
) -> tuple[list[Json], list[Any] | None]:
    """Return a page of a flat list and the key of its last item if more follow.

    ``codes``: the least code and the one below which codes stay. ``after``: place of the part in
    ``parts``, code, position.
    """
    entry = BLOCKS[block]
    at, code, position = after or (0, codes[0], -1)
    items: list[Json] = []
    keys: list[list[Any]] = []
    while at < len(parts) and len(items) <= limit:
        part = parts[at]
        values = {
            "part": part.id,
            "code": code,
            "position": position,
            "below": codes[1],
            "limit": limit + 1 - len(items),
        }
        skip = 2 if entry.positioned else 1
        for row in connection.execute(by_part(block), values):
            items.append(
                {"code": row[0], "inherited_from": None} | entry.shape(tuple(row[skip:]), part)
            )
            keys.append([at, row[0], row[1] if entry.positioned else 0])
        at, code, position = at + 1, codes[0], -1
    more = len(items) > limit
    return items[:limit], keys[limit - 1] if more else None


def count_of_parts(
    connection: Connection, block: str, parts: Sequence[PartInfo], codes: tuple[str, str]
) -> int:
    """Count a flat list: from the parts' row counts, or by index where codes are filtered."""
    if codes == EVERY_CODE:
        return sum(part.rows for part in parts)
    if not parts:
        return 0
    values = {"parts": [part.id for part in parts], "start": codes[0], "below": codes[1]}
    return int(connection.execute(count_in_part(block), values).scalar_one())


EVERY_CODE = ("", "~")
"""The range of all codes: they are digits, hyphens and full stops, all below ``~``."""
