"""Projections: of which area those are that stand beside an area's wages.

A state's agency projects for the state, the Bureau of Labor Statistics for the nation. All other
areas have the nation's projections beside their wages.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.api.queries.part_filter import LATEST, PartFilter
from app.api.schemas.occupation_parameters import OccupationFilters
from app.database.catalog import Catalog
from app.database.models.occupations import NATION

SORTS = frozenset({"growth", "openings"})
FILTERS = ("growth_min", "growth_max", "openings_min")
OF_STATES = "projections-central"
"""The source of the states' projections."""
MOST_NAMED = 5
"""Areas that a notice names; of more it gives the number."""


def official_projections(
    catalog: Catalog, area: str, periods: frozenset[str] = LATEST
) -> PartFilter:
    """Return the parts with an area's own projections, or with the nation's if it has none."""
    if area in catalog.projected:
        return PartFilter(periods, OF_STATES, areas=frozenset({area}))
    return PartFilter(periods, "bls-ep", areas=frozenset({NATION}))


def projected_parameters(params: OccupationFilters) -> dict[str, str]:
    """Return the parameters given that rank or filter by projections → their values."""
    names = [name for name in FILTERS if getattr(params, name) is not None]
    if getattr(params, "sort", "").lstrip("-") in SORTS:
        names.append("sort")
    return {name: str(getattr(params, name)) for name in names}


def notices(rows: Iterable[tuple[str, str, str]]) -> list[str]:
    """Say of which areas wages and projections are, and which decades stand side by side.

    ``rows``: the area of the wages (``all`` is every area), and area and period of the projection
    beside them.
    """
    found = [*dict.fromkeys(rows)]
    own = {wages for wages, area, _ in found if area != NATION}
    others = [w for w in dict.fromkeys(w for w, _, _ in found) if w not in {NATION, *own}]
    said = []
    if others:
        named = _listed(["the area that each row names" if w == "all" else w for w in others])
        said.append(f"Employment and wages are of {named}; projections are of the nation (US).")
    newest: dict[str, str] = {}
    for _, area, period in found:
        newest[area] = max(period, newest.get(area, ""))
    if len({*newest.values()}) > 1:
        decades = (
            (period, [area for area, its in newest.items() if its == period])
            for period in sorted({*newest.values()}, reverse=True)
        )
        each = _listed([f"{period} of {_few(areas)}" for period, areas in decades])
        said.append(f"Projections of different decades stand side by side: {each}.")
    return said


def _few(areas: list[str]) -> str:
    return _listed(areas) if len(areas) <= MOST_NAMED else f"{len(areas)} areas"


def _listed(names: list[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
