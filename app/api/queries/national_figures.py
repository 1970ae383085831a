"""Projections: their publisher gives them for the nation only, whatever area the wages are of."""

from __future__ import annotations

from collections.abc import Iterable

from app.api.schemas.occupation_parameters import OccupationFilters
from app.database.models.occupations import NATION

SORTS = frozenset({"growth", "openings"})
FILTERS = ("growth_min", "growth_max", "openings_min")


def projected_parameters(params: OccupationFilters) -> dict[str, str]:
    """Return the parameters given that rank or filter by projections → their values."""
    names = [name for name in FILTERS if getattr(params, name) is not None]
    if getattr(params, "sort", "").lstrip("-") in SORTS:
        names.append("sort")
    return {name: str(getattr(params, name)) for name in names}


def notices(areas: Iterable[str]) -> list[str]:
    """Say of which areas the wages are, if projections stand beside wages of other areas.

    ``areas``: those of the wages of each row that has projections; ``all`` is every area.
    """
    others = [area for area in dict.fromkeys(areas) if area != NATION]
    if not others:
        return []
    *first, last = ["the area that each row names" if area == "all" else area for area in others]
    named = f"{', '.join(first)} and {last}" if first else last
    return [f"Employment and wages are of {named}; projections are of the nation ({NATION})."]
