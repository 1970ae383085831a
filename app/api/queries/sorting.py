"""Lists of figures in the order of a figure, the same on both databases.

Only the figure and the key of each row are read and sorted here; a page then reads its own rows.
That of ``MOST_SORTED`` rows, the most that a request may ask for, takes some 0.1 s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Connection, Select, Text, literal, null, select

from app import marks
from app.api.queries import block_rows
from app.api.queries.block_rows import Flags, conditions, given, in_batches, part_parameters
from app.api.queries.blocks import BLOCKS, Json
from app.api.queries.figure_marks import marks_of_figures
from app.api.queries.occupations import at_least
from app.api.queries.several_codes import Run, code_batches, code_parameters
from app.database.driver import cached, run
from app.database.parts import PartInfo

Row = TypeVar("Row")


class SortedRow(NamedTuple):
    """A row of a sorted list: its place in the list that is not sorted, rank, and key."""

    place: int  # of its part
    code: str
    position: int
    rank: float | None
    part: PartInfo
    row_code: str  # that the row belongs to; another than ``code`` if it is inherited


def in_order(rows: Iterable[Row], sort: str, rank: Callable[[Row], float | None]) -> list[Row]:
    """Sort rows by their rank, those without it last. Rows of one rank stay in their order."""
    ranked, without = [], []
    for row in rows:
        value = rank(row)
        if value is None:
            without.append(row)
        else:
            ranked.append((value, row))
    ranked.sort(key=itemgetter(0), reverse=sort.startswith("-"))
    return [row for _, row in ranked] + without


def sorted_items(items: Iterable[Json], sort: str) -> list[Json]:
    """Sort items by a figure; a top-coded wage ranks by its threshold."""
    figure = sort.removeprefix("-")
    return in_order(items, sort, lambda item: at_least(item, figure))


def sorted_range(
    connection: Connection,
    block: str,
    parts: Sequence[PartInfo],
    codes: tuple[str, str],
    sort: str,
    flags: Flags,
) -> list[SortedRow]:
    """Return the rows of some parts with a code from the first up to the second, sorted."""
    named = [{"start": codes[0], "below": codes[1]}]
    return _sorted(connection, block, parts, named, sort, flags, lambda _, code: (code,))


def sorted_runs(
    connection: Connection, block: str, runs: Sequence[Run], sort: str, flags: Flags
) -> list[SortedRow]:
    """Return the rows of some occupations, sorted."""
    asked: dict[tuple[int, str], list[str]] = {}
    for one in runs:
        asked.setdefault((one.part.id, one.row_code), []).append(one.code)
    parts = list({one.part.id: one.part for one in runs}.values())
    named = list(code_batches({one.row_code for one in runs}))
    return _sorted(
        *(connection, block, parts, named, sort, flags),
        lambda part, code: asked.get((part, code), ()),
    )


def items_of_rows(connection: Connection, block: str, rows: Sequence[SortedRow]) -> list[Json]:
    """Return the items of a page's rows."""
    keys = [(row.part.id, row.row_code, row.position) for row in rows]
    found = block_rows.rows_at(connection, block, list(dict.fromkeys(keys)))
    return [
        block_rows.item_of(block, found[key][0], row.part, row.code)
        for key, row in zip(keys, rows, strict=True)
    ]


def _sorted(
    connection: Connection,
    block: str,
    parts: Sequence[PartInfo],
    named: Sequence[dict[str, Any]],
    sort: str,
    flags: Flags,
    asked: Callable[[int, str], Iterable[str]],
) -> list[SortedRow]:
    """Return rows, sorted; ``asked``: id of a part and code → codes asked for that have the row."""
    figure = sort.removeprefix("-")
    codes = sum(name.startswith("code_") for name in named[0]) if named else 0
    statements = [
        (
            cached(figures_in_parts, connection.dialect, block, figure, len(batch), codes, flags),
            {**batch, **values},
        )
        for batch in in_batches(parts)
        for values in named
    ]
    places = {part.id: (place, part) for place, part in enumerate(parts)}
    rows = []
    for found in run(connection, statements):
        for part_id, row_code, position, value, text in found:
            place, part = places[part_id]
            rank = value if value is not None else threshold(block, figure, text, part)
            rows += [
                SortedRow(place, code, position, rank, part, row_code)
                for code in asked(part_id, row_code)
            ]
    rows.sort(key=itemgetter(0, 1, 2))
    return in_order(rows, sort, itemgetter(3))


def threshold(block: str, figure: str, text: str, part: PartInfo) -> float | None:
    """Return what a top-coded figure is at least, in the unit of the database."""
    if block not in marks.FIGURES:
        return None
    bound = marks_of_figures(marks.FIGURES[block], text, part)[figure]["at_least"]
    if isinstance(bound, float | int) and figure.startswith("hourly"):
        return round(bound * 100)
    return bound  # type: ignore[return-value] # no text: a number or null


def figures_in_parts(block: str, figure: str, parts: int, codes: int, flags: Flags) -> Select[Any]:
    """Select a figure of the rows in some parts: of some codes, or of a range if ``codes`` is 0."""
    entry = BLOCKS[block]
    table = entry.model.__table__
    code: tuple[ColumnElement[bool], ...] = (table.c.code.in_(code_parameters(codes)),)
    if not codes:
        code = (table.c.code >= given("start", Text()), table.c.code < given("below", Text()))
    return select(
        table.c.part_id,
        table.c.code,
        table.c.position if entry.positioned else literal(0),
        table.c[figure],
        table.c.marks if block in marks.FIGURES else null(),
    ).where(
        table.c.part_id.in_(part_parameters(parts)),
        *code,
        *conditions(block, flags),
    )
