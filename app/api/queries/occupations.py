"""Occupations with their figures of one area: read once a data version, then filtered in memory.

There are some two thousand occupations. Two selects give the figures of an area;
what they give is kept as items ready to go out, and filters, orders and pages are plain Python over
it, the same on every database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, false, select

from app import marks
from app.api.queries import national_figures
from app.api.queries.absence import is_military, mark_of_absence
from app.api.queries.figure_marks import marks_of_figures
from app.api.queries.identity import NOWHERE, figures_at
from app.api.queries.part_filter import OFFICIAL_PROJECTIONS, official_wages
from app.api.schemas.common import Json
from app.api.schemas.occupation_parameters import OccupationFilters, OccupationParams
from app.api.schemas.words import EDUCATION_LEVELS
from app.database.catalog import Catalog
from app.database.models import Projection, Wage
from app.database.models.classifications import CURRENT
from app.database.models.occupations import NATION
from app.database.occupation_info import OccupationInfo
from app.database.parts import PartInfo

EMPLOYMENT_FLOOR = 1000
"""Rankings by wage or growth leave out occupations of fewer people: their figures are noise."""

FIGURE_OF_SORT = {
    "wage": "annual_median",
    "growth": "percent_change",
    "openings": "annual_openings",
    "employment": "employment",
}

WAGE_COLUMNS = ("employment", "hourly_median", "annual_mean", "annual_median")
PROJECTION_COLUMNS = ("percent_change", "annual_openings", "typical_education")

Codes = tuple[str, ...]

AREAS_KEPT = 4
"""Areas whose items a catalog keeps; each is some 3 MB."""


@dataclass(frozen=True, slots=True)
class FigureParts:
    """The parts that an occupation list takes its figures from, and the marks of what they lack."""

    wage: PartInfo | None
    projection: PartInfo | None
    no_wage: marks.Mark
    no_projection: marks.Mark


def figure_parts(catalog: Catalog, area: str) -> FigureParts:
    """Choose the newest official wages of the area and the newest projections."""
    of_wages, of_projections = official_wages(area), OFFICIAL_PROJECTIONS
    wages = of_wages.parts(catalog, "wages")
    projections = of_projections.parts(catalog, "projections")
    return FigureParts(
        wages[0] if wages else None,
        projections[0] if projections else None,
        mark_of_absence(catalog, "wages", of_wages),
        mark_of_absence(catalog, "projections", of_projections),
    )


def figures_of(
    model: type[Wage] | type[Projection], columns: tuple[str, ...], part: PartInfo | None
) -> Select[Any]:
    """Select a part's figures by code, with their marks."""
    names = ("code", *columns, "marks")
    where = model.part_id == part.id if part else false()
    return select(*(getattr(model, name) for name in names)).where(where).order_by(model.code)


def items_of_area(connect: Callable[[], Any], catalog: Catalog, area: str) -> dict[str, Json]:
    """Return every occupation's item by code, in order of code; callers must not change them.

    ``connect`` lends a connection if the area's items are not kept.
    """
    found = catalog.items.get(area)
    if found is None:
        parts = figure_parts(catalog, area)
        with connect() as connection:
            found = _read(connection, catalog, parts, area)
        while len(catalog.items) >= AREAS_KEPT:
            catalog.items.pop(next(iter(catalog.items)), None)
        catalog.items[area] = found
    return found


def _read(
    connection: Connection, catalog: Catalog, parts: FigureParts, area: str
) -> dict[str, Json]:
    wages, projections = (
        {row[0]: tuple(row[1:]) for row in connection.execute(query)}
        for query in (
            figures_of(Wage, WAGE_COLUMNS, parts.wage),
            figures_of(Projection, PROJECTION_COLUMNS, parts.projection),
        )
    )
    no_wage = (None,) * (len(WAGE_COLUMNS) + 1)
    no_projection = (None,) * (len(PROJECTION_COLUMNS) + 1)
    return {
        occupation.code: item_of(
            occupation,
            wages.get(occupation.figures_code, no_wage)
            + projections.get(occupation.figures_code, no_projection),
            parts,
            area,
            figures_at(catalog, occupation.code),
        )
        for occupation in catalog.occupations.values()
    }


def item_of(
    occupation: OccupationInfo,
    row: tuple[Any, ...],
    parts: FigureParts,
    area: str,
    pointers: Json,
) -> Json:
    """Make an item of an occupation and its row of figures; ``pointers``: its ``figures_at``."""
    at = len(WAGE_COLUMNS)
    wage = dict(zip(WAGE_COLUMNS, row[:at], strict=True))
    if wage["hourly_median"] is not None:
        wage["hourly_median"] /= 100
    projection = dict(zip(PROJECTION_COLUMNS, row[at + 1 : -1], strict=True))
    wages = parts.wage if row[at] else None
    projections = parts.projection if row[-1] else None
    no_wage, no_projection = parts.no_wage, parts.no_projection
    if is_military(occupation.code):
        no_wage = no_projection = marks.NOT_COVERED_MARK
    own = occupation.figures_code == occupation.code or not (wages or projections)
    return {
        "code": occupation.code,
        "title": occupation.title,
        "slug": occupation.slug,
        "level": occupation.level,
        "parent": occupation.parent,
        "classification": occupation.classification,
        "figures_at": pointers,
        "inherited_from": None if own else occupation.figures_code,
        "area": area,
        "wage_period": wages.period if wages else None,
        **wage,
        "projection_period": projections.period if projections else None,
        "projection_area": NATION if projections else None,
        **projection,
        "marks": _marks(wage, row[at], marks.WAGE_FIGURES, wages, no_wage)
        | _marks(projection, row[-1], marks.PROJECTION_FIGURES, projections, no_projection),
        "wage_release": wages.release if wages else None,
        "projection_release": projections.release if projections else None,
        "release": occupation.release,
    }


def _marks(
    figures: Json,
    text: str,
    names: tuple[str, ...],
    part: PartInfo | None,
    absent: marks.Mark,
) -> dict[str, marks.Mark]:
    if part is None:
        return dict.fromkeys(figures, absent)
    every = marks_of_figures(names, text, part)
    return {name: every[name] for name in figures if name in every}


def at_least(item: Json, figure: str) -> float | None:
    """Return the figure or, where it is top-coded, the threshold that it is at least."""
    value: float | None = item[figure]
    if value is None and figure in item["marks"]:
        value = item["marks"][figure]["at_least"]
    return value


def floor_of(params: OccupationParams) -> int | None:
    """Return the least employment that a ranking shows, or None where there is no floor."""
    if params.employment_min is not None:
        return None
    return EMPLOYMENT_FLOOR if params.sort.lstrip("-") in {"wage", "growth"} else None


def narrows(params: OccupationFilters) -> bool:
    """Tell whether any filter is given."""
    paging = {"limit", "cursor", "fields", "area", "q"}
    return any(
        getattr(params, name) is not None
        for name in OccupationFilters.model_fields
        if name not in paging
    )


def of_levels(catalog: Catalog, items: Iterable[Json], levels: Codes | None) -> list[Json]:
    """Return the items of some levels, ``all`` or ``published``; None: those of the default list.

    ``detailed`` are the occupations of the SOC, ``published`` the most detailed lines of the newest
    wages and projections.
    """
    if levels is None:
        return [item for item in items if item["code"] in catalog.listed]
    occupations = catalog.occupations
    if "all" in levels:
        return [item for item in items if occupations[item["code"]].current]
    return [
        item
        for item in items
        if (item["code"] in catalog.published and "published" in levels)
        or (item["level"] in levels and _is_of_soc(occupations[item["code"]]))
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
    catalog: Catalog, items: dict[str, Json], params: OccupationParams, codes: Codes | None
) -> list[Json]:
    """Return the items of a list before any other filter, in order of code or as asked for."""
    if params.classification is None and codes is None:
        return of_levels(catalog, items.values(), params.level)
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
    return chosen if params.level is None else of_levels(catalog, chosen, params.level)


def _item(items: dict[str, Json], one: OccupationInfo, parts: FigureParts, area: str) -> Json:
    """Return an occupation's item; a code that crosswalks alone know has no figures."""
    known = items.get(one.code)
    if known is not None and known["classification"] == one.classification:
        return known
    empty = (None,) * (len(WAGE_COLUMNS) + len(PROJECTION_COLUMNS) + 2)
    return item_of(one, empty, parts, area, dict(NOWHERE))


def listed(
    catalog: Catalog, items: dict[str, Json], params: OccupationParams, codes: Codes | None
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
            "is not given, are left out; employment_min=0 shows them."
        )
    by_wage = params.sort.lstrip("-") == "wage" or params.wage_min is not None
    if by_wage or params.wage_max is not None:
        said += _mixed_bounds(items)
    return said + areas_of(items)


def areas_of(items: Iterable[Json]) -> list[str]:
    """Say of which area the wages of items are, if it is not that of their projections."""
    return national_figures.notices(i["area"] for i in items if i["projection_area"])


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
