"""Selects over occupations with their figures, filtered and sorted at will."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, literal, or_, select

from app import marks
from app.models import Occupation, Projection, Wage
from app.queries.catalog import Catalog, OccupationInfo, PartInfo
from app.queries.content import PartFilter
from app.schemas.common import Json
from app.schemas.parameters import EDUCATION_LEVELS, OccupationParams

EMPLOYMENT_FLOOR = 1000
"""Rankings by wage or growth leave out occupations of fewer people: their figures are noise."""

SORT_COLUMNS: dict[str, Any] = {
    "code": Occupation.code,
    "title": Occupation.title,
    "growth": Projection.percent_change,
    "openings": Projection.annual_openings,
    "employment": Wage.employment,
}

WAGE_COLUMNS = ("employment", "hourly_median", "annual_mean", "annual_median")
PROJECTION_COLUMNS = ("percent_change", "annual_openings", "typical_education")


@dataclass(frozen=True, slots=True)
class FigureParts:
    """The parts that an occupation list takes its figures from."""

    wage: PartInfo | None
    projection: PartInfo | None


def figure_parts(catalog: Catalog, area: str) -> FigureParts:
    """Choose the newest official wages of the area and the newest projections."""
    wages = PartFilter(source="bls-oews", area=area, industry="000000").parts(catalog, "wages")
    projections = PartFilter(source="bls-ep").parts(catalog, "projections")
    return FigureParts(wages[0] if wages else None, projections[0] if projections else None)


def wage_floor(parts: FigureParts) -> Any:
    """Return the annual median or, where it is top-coded, the threshold it is at least."""
    top = parts.wage.detail.get("top_code_annual") if parts.wage else None
    if top is None:
        return Wage.annual_median
    at = marks.WAGE_FIGURES.index("annual_median") + 1
    return case(
        (func.substr(Wage.marks, at, 1) == marks.TOP_CODED, literal(top)),
        else_=Wage.annual_median,
    )


def sort_column(params: OccupationParams, parts: FigureParts) -> Any:
    """Return what the list is sorted by; a top-coded wage ranks by its threshold."""
    word = params.sort.lstrip("-")
    return wage_floor(parts) if word == "wage" else SORT_COLUMNS[word]


def floor_of(params: OccupationParams) -> int | None:
    """Return the least employment that a ranking shows, or None where there is no floor."""
    if params.employment_min is not None:
        return None
    return EMPLOYMENT_FLOOR if params.sort.lstrip("-") in {"wage", "growth"} else None


def filtered(
    params: OccupationParams, parts: FigureParts, codes: tuple[str, ...] | None
) -> list[ColumnElement[bool]]:
    """Return the conditions of a list; ``codes`` are the known ones asked for."""
    conditions: list[ColumnElement[bool]] = []
    if codes is not None:
        conditions.append(Occupation.code.in_(codes))
    levels = params.level or ("detailed" if codes is None else "all")
    if levels != "all":
        conditions.append(Occupation.level.in_(levels.split(",")))
    if params.group:
        conditions += [Occupation.code >= params.group, Occupation.code < params.group + "~"]
    if params.q:
        conditions += [
            or_(
                func.lower(Occupation.title).contains(word, autoescape=True),
                Occupation.code.startswith(word, autoescape=True),
            )
            for word in params.q.lower().split()
        ]
    if params.education:
        words = [EDUCATION_LEVELS[level] for level in params.education.split(",")]
        conditions.append(Projection.typical_education.in_(words))
    bounds: tuple[tuple[Any, float | None, Any, float | None], ...] = (
        (wage_floor(parts), params.wage_min, Wage.annual_median, params.wage_max),
        (
            Projection.percent_change,
            params.growth_min,
            Projection.percent_change,
            params.growth_max,
        ),
        (Projection.annual_openings, params.openings_min, None, None),
        (Wage.employment, params.employment_min or None, None, None),
    )
    for at_least, least, at_most, most in bounds:
        if least is not None:
            conditions.append(at_least >= least)
        if most is not None:
            conditions.append(at_most <= most)
    floor = floor_of(params)
    if floor is not None:
        conditions.append(or_(Wage.employment >= floor, Wage.employment.is_(None)))
    return conditions


def joined(query: Select[Any], parts: FigureParts) -> Select[Any]:
    """Join the occupations with the figures of the parts."""
    wage_part = parts.wage.id if parts.wage else None
    projection_part = parts.projection.id if parts.projection else None
    return (
        query.select_from(Occupation)
        .outerjoin(
            Wage,
            and_(Wage.code == Occupation.figures_code, Wage.part_id == wage_part)
            if wage_part is not None
            else false(),
        )
        .outerjoin(
            Projection,
            and_(
                Projection.code == Occupation.figures_code,
                Projection.part_id == projection_part,
            )
            if projection_part is not None
            else false(),
        )
    )


def occupations(
    params: OccupationParams, parts: FigureParts, codes: tuple[str, ...] | None
) -> Select[Any]:
    """Select the list in its order; the sort key comes first in each row, then the code."""
    column = sort_column(params, parts)
    order = column.desc() if params.sort.startswith("-") else column.asc()
    query = select(
        column.label("key"),
        Occupation.code,
        *(getattr(Wage, name) for name in WAGE_COLUMNS),
        Wage.marks.label("wage_marks"),
        *(getattr(Projection, name) for name in PROJECTION_COLUMNS),
        Projection.marks.label("projection_marks"),
    )
    return (
        joined(query, parts)
        .where(*filtered(params, parts, codes))
        .order_by(column.is_(None), order, Occupation.code)
    )


def after_key(
    query: Select[Any], params: OccupationParams, parts: FigureParts, key: list[Any]
) -> Select[Any]:
    """Go on after the key [sort key, code] of a page's last item; nulls come last."""
    value, code = key
    column = sort_column(params, parts)
    if value is None:
        return query.where(column.is_(None), Occupation.code > code)
    beyond = column < value if params.sort.startswith("-") else column > value
    return query.where(or_(beyond, and_(column == value, Occupation.code > code), column.is_(None)))


def count(
    params: OccupationParams, parts: FigureParts, codes: tuple[str, ...] | None
) -> Select[Any]:
    """Count the list."""
    return joined(select(func.count(Occupation.code)), parts).where(*filtered(params, parts, codes))


def occupation_item(
    occupation: OccupationInfo, row: tuple[Any, ...], parts: FigureParts, area: str
) -> Json:
    """Shape a row of ``occupations`` (without key and code) as it goes out."""
    at = len(WAGE_COLUMNS)
    wage = dict(zip(WAGE_COLUMNS, row[:at], strict=True))
    if wage["hourly_median"] is not None:
        wage["hourly_median"] /= 100
    projection = dict(zip(PROJECTION_COLUMNS, row[at + 1 : -1], strict=True))
    return {
        "code": occupation.code,
        "title": occupation.title,
        "slug": occupation.slug,
        "level": occupation.level,
        "parent": occupation.parent,
        "inherited_from": occupation.figures_code
        if occupation.figures_code != occupation.code
        else None,
        "area": area,
        "wage_period": parts.wage.period if parts.wage and row[at] else None,
        **wage,
        "projection_period": parts.projection.period if parts.projection and row[-1] else None,
        **projection,
        "marks": _marks(wage, row[at], marks.WAGE_FIGURES, parts.wage)
        | _marks(projection, row[-1], marks.PROJECTION_FIGURES, parts.projection),
        "wage_release": parts.wage.release if parts.wage and row[at] else None,
        "projection_release": parts.projection.release if parts.projection and row[-1] else None,
        "release": occupation.release,
    }


def _marks(
    figures: Json, text: str | None, names: tuple[str, ...], part: PartInfo | None
) -> dict[str, marks.Mark]:
    if text is None or part is None:
        return dict.fromkeys(figures, marks.NOT_PUBLISHED_MARK)
    every = marks.decode(
        names, text, part.detail.get("top_code_annual"), part.detail.get("top_code_hourly")
    )
    return {name: every[name] for name in figures if name in every}
