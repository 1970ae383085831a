"""Occupations with their figures of one area: filters, orders and what a floor leaves out.

These are plain Python over items in memory, the same on every database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.api.queries import projected
from app.api.queries.occupation_items import FigureParts, figure_parts, item_without_figures
from app.api.schemas.common import Json
from app.api.schemas.occupation_parameters import OccupationFilters, OccupationParams
from app.api.schemas.parameters import PagedParams
from app.api.schemas.words import EDUCATION_LEVELS
from app.database.catalog import Catalog
from app.database.models.classifications import CURRENT
from app.database.occupation_info import OccupationInfo

EMPLOYMENT_FLOOR = 1000
"""Rankings by wage or growth leave out occupations of fewer people: their figures are noise."""

FIGURE_OF_SORT = {
    "wage": "annual_median",
    "growth": "percent_change",
    "openings": "annual_openings",
    "employment": "employment",
}

NARROWING = OccupationFilters.model_fields.keys() - PagedParams.model_fields.keys() - {"area"}
"""Parameters that leave occupations out."""

Codes = tuple[str, ...]


def at_least(item: Json, figure: str) -> float | None:
    """Return the figure or, where it is top-coded, the threshold that it is at least."""
    value: float | None = item[figure]
    if value is None and figure in item["marks"]:
        value = item["marks"][figure]["at_least"]
    return value


def floor_of(params: OccupationParams) -> int | None:
    """Return the least employment that a ranking shows, or None where there is no floor."""
    if params.floor is not None:
        return params.floor or None
    if params.employment_min is not None:
        return None
    return EMPLOYMENT_FLOOR if params.sort.lstrip("-") in {"wage", "growth"} else None


def narrows(params: OccupationFilters) -> bool:
    """Tell whether any filter is given."""
    return any(getattr(params, name) is not None for name in NARROWING)


def of_levels(catalog: Catalog, levels: Codes | None, codes: Iterable[str]) -> list[str]:
    """Return the codes of some levels, ``all`` or ``published``; None: those of the default list.

    ``detailed`` are the occupations of the SOC, ``published`` the most detailed lines of the newest
    wages and projections.
    """
    if levels is None:
        return [code for code in codes if code in catalog.listed]
    known = [one for code in codes if (one := catalog.occupations.get(code)) is not None]
    if "all" in levels:
        return [one.code for one in known if one.current]
    return [
        one.code
        for one in known
        if (one.code in catalog.published and "published" in levels)
        or (one.level in levels and _is_of_soc(one))
    ]


def _is_of_soc(occupation: OccupationInfo) -> bool:
    """Tell whether an occupation is current, and not the survey's own only."""
    return occupation.current and (
        occupation.classification == CURRENT or occupation.level == "onet"
    )


def filtered(items: Iterable[Json], params: OccupationFilters) -> list[Json]:
    """Return the items that pass every filter but that of levels.

    An item without a figure passes no bound on it. A top-coded wage passes a lower bound up to
    its threshold, and no upper bound.
    """
    kept = list(items)
    if params.group:
        kept = [item for item in kept if item["code"].startswith(params.group)]
    if params.education:
        taught = {EDUCATION_LEVELS[level] for level in params.education}
        kept = [item for item in kept if item["typical_education"] in taught]
    for figure, least, most in (
        ("annual_median", params.wage_min, params.wage_max),
        ("percent_change", params.growth_min, params.growth_max),
        ("annual_openings", params.openings_min, None),
        ("employment", params.employment_min or None, None),
    ):
        if least is not None:
            kept = [i for i in kept if (v := at_least(i, figure)) is not None and v >= least]
        if most is not None:
            kept = [i for i in kept if i[figure] is not None and i[figure] <= most]
    return kept


def _chosen(
    catalog: Catalog, items: Mapping[str, Json], params: OccupationParams, codes: Codes | None
) -> list[Json]:
    """Return the items of a list before any other filter, in order of code or as asked for."""
    if params.classification is None and codes is None:
        return [items[code] for code in of_levels(catalog, params.level, items)]
    if params.classification is not None:
        of_it = catalog.codes_of(params.classification)
        infos = [one for one in of_it if codes is None or one.code in codes]
    else:
        infos = [one for code in codes or () if (one := catalog.find(code)) is not None]
    parts = figure_parts(catalog, params.area)
    chosen = [_item(items, one, parts, params.area) for one in infos]
    if params.classification is not None and params.level is not None:
        levels = params.level
        return [item for item in chosen if item["level"] in levels or "all" in levels]
    if params.level is None:
        return chosen
    kept = {*of_levels(catalog, params.level, (item["code"] for item in chosen))}
    return [item for item in chosen if item["code"] in kept]


def _item(items: Mapping[str, Json], one: OccupationInfo, parts: FigureParts, area: str) -> Json:
    """Return an occupation's item; a code that crosswalks alone know has no figures."""
    known = items.get(one.code)
    if known is not None and known["classification"] == one.classification:
        return known
    return item_without_figures(one, parts, area)


def listed(
    catalog: Catalog, items: Mapping[str, Json], params: OccupationParams, codes: Codes | None
) -> tuple[list[Json], Json | None]:
    """Return the list in its order, and what a ranking's floor leaves out of it.

    ``codes`` are the known ones asked for, if any.
    """
    kept = filtered(_chosen(catalog, items, params, codes), params)
    if params.q:
        words = params.q.lower().split()
        kept = [
            item
            for item in kept
            if all(w in item["title"].lower() or item["code"].startswith(w) for w in words)
        ]
    if params.sort != "code":
        kept = _sorted(kept, params.sort)
    floor = floor_of(params)
    if floor is None:
        return kept, None
    shown = [i for i in kept if i["employment"] is not None and i["employment"] >= floor]
    return shown, {
        "floor": floor,
        "count": len(kept) - len(shown),
        "first_without": kept[0]["code"] if kept[:1] != shown[:1] else None,
    }


def notices(params: OccupationParams, items: list[Json], left_out: Json | None) -> list[str]:
    """Say what to keep in mind when reading a list."""
    said = []
    if left_out is not None:
        said.append(
            f"Occupations of fewer than {left_out['floor']:,} people, and those whose employment "
            "is not given, are left out; floor=0 shows them."
        )
    by_wage = params.sort.lstrip("-") == "wage" or params.wage_min is not None
    if by_wage or params.wage_max is not None:
        said += _mixed_bounds(items)
    return said + areas_of(items)


def areas_of(items: Iterable[Json]) -> list[str]:
    """Say of which area the wages of items are, if it is not that of their projections."""
    return projected.notices(
        (i["area"], i["projection_area"], i["projection_period"])
        for i in items
        if i["projection_area"]
    )


def _mixed_bounds(items: list[Json]) -> list[str]:
    """Say where some wages are top-coded and others are published above that bound."""
    marked = (item["marks"].get("annual_median") for item in items)
    bounds = {mark["at_least"] for mark in marked if mark and mark["status"] == "top_coded"}
    bound = min(bounds - {None}, default=None)
    wages = (item["annual_median"] for item in items)
    if bound is None or all(wage is None or wage <= bound for wage in wages):
        return []
    return [
        f"Some wages are published as ${bound:,} or more and rank by this bound. Others above it "
        "are published with their figure, so the order among these is not certain."
    ]


def _sorted(items: list[Json], sort: str) -> list[Json]:
    """Sort; a top-coded wage ranks by its threshold, items without the figure come last by code."""
    word, descending = sort.lstrip("-"), sort.startswith("-")
    if word in {"code", "title"}:
        return sorted(items, key=lambda item: item[word], reverse=descending)
    figure = FIGURE_OF_SORT[word]
    ranked = [(value, item) for item in items if (value := at_least(item, figure)) is not None]
    without = [item for item in items if at_least(item, figure) is None]
    ranked.sort(key=lambda entry: -entry[0] if descending else entry[0])
    return [item for _, item in ranked] + without
