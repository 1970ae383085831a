"""Wages of the state or the nation in the place of those that an area's row lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sqlalchemy import Connection

from app import marks
from app.api.queries.absence import mark_of_absence
from app.api.queries.block_rows import rows_of_occupation
from app.api.queries.part_filter import PartFilter
from app.api.schemas.common import Json
from app.database.catalog import Catalog
from app.database.models.occupations import NATION
from app.database.occupation_info import OccupationInfo

LACKING = frozenset({"withheld", "not_published", "not_loaded"})
"""Statuses of figures that are looked for in the area above: the others say how the figure is."""
GIVEN = frozenset({"top_coded", "not_applicable"})
"""Statuses of figures that an area above has as well as others: they say how the figure is."""
KEY = ("period", "industry", "ownership")


def areas_above(catalog: Catalog, area: str) -> tuple[str, ...]:
    """Return the area's first state and the nation, as far as it is below them."""
    state = catalog.areas.get(area, {}).get("state")
    return tuple(code for code in (state, NATION) if code and area not in {code, NATION})


def filled(
    connection: Connection,
    catalog: Catalog,
    occupation: OccupationInfo,
    wanted: PartFilter,
    rows: list[Json],
) -> list[Json]:
    """Return an area's rows, each with the figures that it lacks from an area above.

    A figure from above keeps the mark of what it stands for, and ``inherited_from_area`` names the
    area. All of a row's come from one area: the state, or the nation where the state lacks a wage
    too. Without a row of the area, those of the area above are its rows.
    """
    area = wanted.area
    absent = mark_of_absence(catalog, "wages", wanted, occupation.code)
    if area is None or (not rows and absent["status"] not in LACKING):
        return rows
    above = {
        code: _rows(connection, catalog, occupation, wanted, code, rows)
        for code in areas_above(catalog, area)
    }
    if not rows:
        first = next((found for found in above.values() if found), {})
        rows = [_without_figures(row, area, absent) for row in first.values()]
    return [_filled(row, {code: its.get(_key(row)) for code, its in above.items()}) for row in rows]


def _rows(
    connection: Connection,
    catalog: Catalog,
    occupation: OccupationInfo,
    wanted: PartFilter,
    area: str,
    own: list[Json],
) -> dict[tuple[str, ...], Json]:
    """Return the rows of an area above, of the periods of the area's own rows if it has any."""
    there = replace(wanted, areas=frozenset({area}))
    if own:
        there = replace(there, periods=frozenset(row["period"] for row in own))
    found = rows_of_occupation(connection, catalog, "wages", occupation, there)
    return {_key(row): row for row in found}


def _key(row: Json) -> tuple[str, ...]:
    return tuple(row[name] for name in KEY)


def _without_figures(row: Json, area: str, absent: marks.Mark) -> Json:
    empty = dict.fromkeys(marks.WAGE_FIGURES)
    return row | empty | {"area": area, "marks": dict.fromkeys(marks.WAGE_FIGURES, absent)}


def _filled(row: Json, above: dict[str, Json | None]) -> Json:
    lacking = [
        name
        for name in marks.WAGE_FIGURES
        if row[name] is None and row["marks"][name]["status"] in LACKING
    ]
    found = [(code, other) for code, other in above.items() if other and _gives(other, lacking)]
    if not found:
        return row
    pay = [name for name in lacking if name.startswith(("hourly_", "annual_"))]
    whole = (one for one in found if all(_has(one[1], name) for name in pay or lacking))
    code, other = next(whole, found[0])
    taken = {name: other[name] for name in lacking if other[name] is not None}
    told = {
        name: other["marks"][name]
        for name in lacking
        if other[name] is None and other["marks"][name]["status"] in GIVEN
    }
    return row | taken | {"marks": row["marks"] | told, "inherited_from_area": code}


def _gives(row: Json, names: Iterable[str]) -> bool:
    """Tell whether a row has any of some figures."""
    return any(_has(row, name) for name in names)


def _has(row: Json, name: str) -> bool:
    return row[name] is not None or row["marks"][name]["status"] in GIVEN


def notices(rows: Iterable[Json]) -> Iterator[str]:
    """Say which areas' figures stand in rows of another."""
    inherited = (row for row in rows if row.get("inherited_from_area"))  # projections have none
    both = ((row["inherited_from_area"], row["area"]) for row in inherited)
    for above, area in dict.fromkeys(both):
        yield (
            f"Figures of {area} that are not given are those of {above}, the area above it; each "
            "has the mark of what is not given."
        )
