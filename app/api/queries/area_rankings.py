"""One occupation over areas: ranked by a figure of few columns, then read whole for a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, Text, select

from app import marks
from app.api.queries import block_rows
from app.api.queries.absence import mark_of_absence
from app.api.queries.areas import states_of
from app.api.queries.block_rows import given, in_batches, inherited, part_parameters
from app.api.queries.figure_marks import marks_of_figures
from app.api.queries.part_filter import EVERY, LATEST, PartFilter, official_wages
from app.api.queries.sorting import in_order, threshold
from app.api.schemas.area_rankings import CHANGE
from app.api.schemas.common import Json
from app.database.catalog import Catalog
from app.database.driver import cached, run
from app.database.models import Wage
from app.database.models.occupations import ALL_INDUSTRIES, ALL_OWNERSHIPS
from app.database.occupation_info import OccupationInfo
from app.database.parts import PartInfo

CHANGED = ("employment", "annual_median")
"""Figures whose change is told."""
EVERYBODY = PartFilter(EVERY, "bls-oews", industry=ALL_INDUSTRIES, ownership=ALL_OWNERSHIPS)
"""The survey's wages of all industries and owners together."""


class Figures(NamedTuple):
    """What an area is ranked by."""

    employment: int | None
    annual_median: int | None
    rank: float | None  # the figure, or the threshold that it is at least
    marks: str


class Ranked(NamedTuple):
    """An area in the ranking."""

    part: PartInfo
    row_code: str  # that the row belongs to; another than the occupation's if it is inherited
    figures: Figures
    rank: float | None  # what it is ranked by: its figure, or its change
    before: tuple[PartInfo, Figures] | None  # the same area at the base period


Placed = tuple[int | None, Ranked]
"""The place in the ranking, and who has it; None: it has nothing to rank by."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """A ranking: its rows, what the floor leaves out, and the parts that they are from."""

    rows: list[Placed]
    left_out: Json
    period: str
    older: int  # areas of these levels whose newest wages are older

    def notices(self) -> list[str]:
        """Say what to keep in mind when reading it."""
        said = []
        if self.left_out["floor"]:
            said.append(
                f"Areas where the occupation employs fewer than {self.left_out['floor']:,} people, "
                "or where that is not given, are left out; floor=0 shows them."
            )
        if self.older:
            said.append(
                f"Wages are of {self.period}. {self.older:,} areas with older ones alone are not "
                "in the ranking."
            )
        return said


def parts_of(catalog: Catalog, levels: Iterable[str], period: str) -> Sequence[PartInfo]:
    """Return the parts of areas of some levels, of a period, or the newest of each area."""
    key = ("areas of levels", frozenset(levels), period)
    found = catalog.choices.get(key)
    if found is None:
        every = replace(EVERYBODY, periods=frozenset({period})).parts(catalog, "wages")
        found = tuple(part for part in every if catalog.areas[part.area]["level"] in key[1])
        catalog.choices.put(key, found)
    return found


def periods_of(catalog: Catalog, levels: Iterable[str]) -> list[str]:
    """Return the periods with wages of areas of some levels, newest first."""
    every = {part.period for part in parts_of(catalog, levels, "all")}
    return sorted(every, reverse=True)


def newest_of(catalog: Catalog, levels: Iterable[str]) -> str:
    """Return the newest period with wages of areas of some levels; empty if there is none."""
    return max((part.period for part in parts_of(catalog, levels, "latest")), default="")


def figures_by_part(figure: str, count: int) -> Select[Any]:
    """Select the figures that an occupation ranks by, in so many parts."""
    table: Any = Wage.__table__
    columns = (table.c.part_id, table.c.employment, table.c.annual_median, table.c[figure])
    return select(*columns, table.c.marks).where(
        table.c.code == given("code", Text()), table.c.part_id.in_(part_parameters(count))
    )


def _figures(
    connection: Connection, code: str, figure: str, parts: Sequence[PartInfo]
) -> dict[int, Figures]:
    statements = [
        (cached(figures_by_part, connection.dialect, figure, len(batch)), {"code": code, **batch})
        for batch in in_batches(parts)
    ]
    by_id = {part.id: part for part in parts}
    found = {}
    for rows in run(connection, statements):
        for at, employment, median, value, text in rows:
            rank = value if value is not None else threshold("wages", figure, text, by_id[at])
            found[at] = Figures(employment, median, rank, text)
    return found


def ranking(
    connection: Connection,
    catalog: Catalog,
    occupation: OccupationInfo,
    *,
    levels: Iterable[str],
    sort: str,
    floor: int,
    period: str,
    base: str | None,
) -> Ranking:
    """Rank the areas of some levels by a figure of an occupation, or by its change since a base."""
    word = sort.removeprefix("-")
    figure = "annual_median" if word == CHANGE else word
    newest = newest_of(catalog, levels)
    period = newest if period in LATEST else period
    parts = parts_of(catalog, levels, period)
    older = 0
    if period == newest:
        older = sum(part.period < period for part in parts_of(catalog, levels, "latest"))
    code = occupation.code
    found = _figures(connection, code, figure, parts)
    if not found:
        code = next(iter(inherited(catalog, occupation, ("wages",))), code)
        found = _figures(connection, code, figure, parts)
    before = _before(connection, catalog, code, parts, base) if base else {}
    rows = []
    for part in parts:
        if part.id in found:
            its, then = found[part.id], before.get(part.area)
            rank = its.rank
            if word == CHANGE:
                rank = _percent(its.annual_median, then[1].annual_median if then else None)
            rows.append(Ranked(part, code, its, rank, then))
    rows = in_order(rows, sort, lambda one: one.rank)
    shown = [
        one
        for one in rows
        if not floor or (one.figures.employment is not None and one.figures.employment >= floor)
    ]
    first = rows[0].part.area if rows and rows[:1] != shown[:1] else None
    left_out = {"floor": floor, "count": len(rows) - len(shown), "first_without": first}
    return Ranking(_placed(shown), left_out, period, older)


def _placed(rows: list[Ranked]) -> list[Placed]:
    placed: list[Placed] = []
    place, before = 0, None
    for at, one in enumerate(rows, 1):
        if one.rank != before:
            place, before = at, one.rank
        placed.append((None if one.rank is None else place, one))
    return placed


def _before(
    connection: Connection, catalog: Catalog, code: str, parts: Sequence[PartInfo], base: str
) -> dict[str, tuple[PartInfo, Figures]]:
    """Return area → its part and figures of the base period, of areas of the same extent then."""
    areas = {part.area for part in parts if not extent_changed(catalog, part, base)}
    at_base = replace(EVERYBODY, periods=frozenset({base})).parts(catalog, "wages")
    then = [part for part in at_base if part.area in areas]
    found = _figures(connection, code, "annual_median", then)
    return {part.area: (part, found[part.id]) for part in then if part.id in found}


def extent_changed(catalog: Catalog, part: PartInfo, base: str) -> str | None:
    """Return the period since which an area's code stands for other counties than at the base."""
    history = catalog.area_history
    changed = history.changed.get(part.area)
    if changed is None:
        return None
    entries = history.entries.get(part.area, ())
    since = next((e.first for e in entries if e.release == changed.release), None)
    return since if since is not None and base < since <= part.period else None


def items_of(
    connection: Connection,
    catalog: Catalog,
    occupation: OccupationInfo,
    rows: Sequence[Placed],
    base: str | None,
) -> list[Json]:
    """Return the items of a page of the ranking."""
    keys = [(one.part.id, one.row_code) for _, one in rows]
    found = block_rows.rows_at(connection, "wages", keys)
    return [
        block_rows.item_of("wages", found[key][0], one.part, occupation.code)
        | {
            "rank": place,
            "area_name": catalog.areas[one.part.area]["name"],
            "level": catalog.areas[one.part.area]["level"],
            "states": states_of(catalog.areas[one.part.area]),
            "change": None if base is None else _change(catalog, one, base),
        }
        for key, (place, one) in zip(keys, rows, strict=True)
    ]


def _change(catalog: Catalog, one: Ranked, base: str) -> Json:
    """Return how the figures changed since the base period; a null one has its mark."""
    now, then = one.figures, one.before
    changes: Json = {}
    said: dict[str, marks.Mark] = {}
    for name in CHANGED:
        value, earlier = getattr(now, name), getattr(then[1], name) if then else None
        known = value is not None and earlier is not None
        changes[name] = value - earlier if known else None
        changes[f"{name}_percent"] = _percent(value, earlier)
        mark = None if known else _why(catalog, one, name, base)
        said |= {key: mark for key in (name, f"{name}_percent") if mark and changes[key] is None}
        if known and changes[f"{name}_percent"] is None:  # the earlier figure is 0
            said[f"{name}_percent"] = marks.mark("not_applicable")
    release = then[0].release if then else None
    return {"base": base, **changes, "marks": said, "release": release}


def _why(catalog: Catalog, one: Ranked, name: str, base: str) -> marks.Mark:
    """Return the mark of a change that is not known: that of the figure which is missing."""
    if since := extent_changed(catalog, one.part, base):
        reason = f"The area's code stands for other counties since {since}."
        return {**marks.mark("not_applicable"), "reason": reason}
    if one.before is None:
        return mark_of_absence(catalog, "wages", official_wages(one.part.area, base), one.row_code)
    for part, its in ((one.part, one.figures), one.before):
        if getattr(its, name) is None:
            return marks_of_figures(marks.WAGE_FIGURES, its.marks, part)[name]
    return marks.NOT_PUBLISHED_MARK


def _percent(value: float | None, earlier: float | None) -> float | None:
    if value is None or not earlier:
        return None
    return round(100 * (value - earlier) / earlier, 1)
