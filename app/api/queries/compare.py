"""Occupations side by side: figures with differences and ratios, and what they have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from app import marks
from app.api.queries import fallback
from app.api.queries.absence import mark_of_absence
from app.api.queries.block_rows import rows_of_occupation
from app.api.queries.part_filter import PartFilter, official_wages
from app.api.queries.projected import official_projections
from app.database.catalog import Catalog
from app.database.occupation_info import OccupationInfo

Json = dict[str, Any]

ALL_OCCUPATIONS = "00-0000"
IMPORTANT = 3.0
"""From this importance on (scale 1 to 5: important) a rated skill counts as the occupation's."""

SHARED = frozenset({"skill", "knowledge", "ability", "work_activity"})
"""Kinds of skills that occupations are compared by: all that are rated for importance and level."""

FIGURES: tuple[tuple[str, str, str], ...] = (
    ("wages", "employment", "persons"),
    ("wages", "annual_mean", "US dollars a year"),
    ("wages", "annual_p10", "US dollars a year"),
    ("wages", "annual_p25", "US dollars a year"),
    ("wages", "annual_median", "US dollars a year"),
    ("wages", "annual_p75", "US dollars a year"),
    ("wages", "annual_p90", "US dollars a year"),
    ("wages", "hourly_mean", "US dollars an hour"),
    ("wages", "hourly_median", "US dollars an hour"),
    ("projections", "base_employment", "persons"),
    ("projections", "target_employment", "persons"),
    ("projections", "change", "persons"),
    ("projections", "percent_change", "percent"),
    ("projections", "annual_openings", "persons"),
)
"""Dataset, figure, unit."""


@dataclass(frozen=True, slots=True)
class Column:
    """An occupation in an area, with its wages and its projection, if any, and those of all."""

    occupation: OccupationInfo
    area: str
    wages: Json | None
    projections: Json | None
    all_wages: Json | None
    all_projections: Json | None
    absent: dict[str, marks.Mark]  # dataset → the mark of its figures where the column has none

    def head(self) -> Json:
        """Return the column's head as it goes out."""
        wages, projections = self.wages or {}, self.projections or {}
        return {
            "code": self.occupation.code,
            "title": self.occupation.title,
            "classification": self.occupation.classification,
            "area": self.area,
            "wage_period": wages.get("period"),
            "projection_period": projections.get("period"),
            "projection_area": projections.get("area"),
            "inherited_from_area": wages.get("inherited_from_area"),
            "inherited_from": wages.get("inherited_from") or projections.get("inherited_from"),
            "wage_release": wages.get("release"),
            "projection_release": projections.get("release"),
        }

    def figure(self, dataset: str, name: str) -> tuple[float | None, Json | None]:
        """Return a figure and, where it is null, its mark."""
        row: Json | None = self.wages if dataset == "wages" else self.projections
        if row is None:
            return None, self.absent[dataset]
        return row[name], row["marks"].get(name)

    def of_all(self, dataset: str, name: str) -> float | None:
        """Return the figure of all occupations."""
        row = self.all_wages if dataset == "wages" else self.all_projections
        return row[name] if row else None


def columns(
    connection: Connection,
    catalog: Catalog,
    occupations: list[OccupationInfo],
    areas: list[str],
    period: str,
    *,
    falls_back: bool = False,
) -> list[Column]:
    """Read the columns: by occupation, area and period, newest first.

    ``falls_back``: wages that an area lacks are those of the area above.
    """
    every = catalog.find(ALL_OCCUPATIONS)
    made: list[Column] = []
    of_all = {
        area: _by_period(connection, catalog, every, area, period) if every else ({}, {})
        for area in areas
    }
    for occupation in occupations:
        for area in areas:
            wages, projections = _by_period(connection, catalog, occupation, area, period)
            if falls_back:
                its = official_wages(area, period), list(wages.values())
                found = fallback.filled(connection, catalog, occupation, *its)
                wages = {row["period"]: row for row in found}
            all_wages, all_projections = of_all[area]
            # One column a pair of periods, the newest with the newest; a dataset with fewer
            # periods leaves its side of the older columns empty.
            wage_periods, projection_periods = list(wages), list(projections)
            for at in range(max(len(wages), len(projections), 1)):
                wage = wage_periods[at] if at < len(wage_periods) else ""
                projection = projection_periods[at] if at < len(projection_periods) else ""
                made.append(
                    Column(
                        occupation,
                        area,
                        wages.get(wage),
                        projections.get(projection),
                        all_wages.get(wage),
                        all_projections.get(projection),
                        _absent(catalog, occupation.code, area, period),
                    )
                )
    return made


def _by_period(
    connection: Connection, catalog: Catalog, occupation: OccupationInfo, area: str, period: str
) -> tuple[dict[str, Json], dict[str, Json]]:
    """Return an occupation's official wages and projections by period, newest first."""
    wages, projections = (
        rows_of_occupation(connection, catalog, dataset, occupation, wanted)
        for dataset, wanted in _wanted(catalog, area, period).items()
    )
    return {row["period"]: row for row in wages}, {row["period"]: row for row in projections}


def _absent(catalog: Catalog, code: str, area: str, period: str) -> dict[str, marks.Mark]:
    wanted = _wanted(catalog, area, period)
    return {
        dataset: mark_of_absence(catalog, dataset, its, code) for dataset, its in wanted.items()
    }


def _wanted(catalog: Catalog, area: str, period: str) -> dict[str, PartFilter]:
    return {
        "wages": official_wages(area, period),
        "projections": official_projections(catalog, area, frozenset({period})),
    }


def figures(compared: list[Column]) -> list[Json]:
    """Return every figure over the columns, with differences and ratios."""
    found = []
    for dataset, name, unit in FIGURES:
        first = compared[0].figure(dataset, name)[0]
        values = []
        for column in compared:
            value, mark = column.figure(dataset, name)
            # A figure that has a mark is of the area above: no ratio to those of this area.
            of_area = unit != "persons" and mark is None
            base = column.of_all(dataset, name) if of_area else None
            values.append(
                {
                    "value": value,
                    "mark": mark,
                    "difference": _difference(value, first),
                    "ratio": _ratio(value, first),
                    "ratio_to_all": _ratio(value, base),
                }
            )
        found.append({"figure": name, "unit": unit, "values": values})
    return found


def _difference(value: float | None, first: float | None) -> float | None:
    # Cents and tenths of a percent: rounding takes out what binary fractions leave behind.
    return None if value is None or first is None else round(value - first, 2)


def _ratio(value: float | None, base: float | None) -> float | None:
    return round(value / base, 4) if value is not None and base else None


def common(
    connection: Connection, catalog: Catalog, occupations: list[OccupationInfo], block: str
) -> tuple[Json, set[str]]:
    """Return what the occupations share of a block and what each has alone, and the releases."""
    names: dict[str, dict[str, str]] = {}  # code → lower case → as written
    releases: set[str] = set()
    key = {"duties": "text", "skills": "name", "titles": "title"}[block]
    for occupation in occupations:
        items = rows_of_occupation(connection, catalog, block, occupation, PartFilter())
        kept = [i for i in items if block != "skills" or (i["kind"] in SHARED and _counts(i))]
        releases |= {item["release"] for item in kept}
        names[occupation.code] = {item[key].casefold(): item[key] for item in kept}
    sets = [set(found) for found in names.values()]
    shared = set.intersection(*sets) if len(sets) > 1 else set()
    first = names[occupations[0].code]
    return {
        "shared": [text for folded, text in first.items() if folded in shared],
        "distinct": {
            code: [
                text
                for folded, text in found.items()
                if all(folded not in other for c, other in names.items() if c != code)
            ]
            for code, found in names.items()
        },
    }, releases


def _counts(skill: Json) -> bool:
    return bool(skill["importance"] is None or skill["importance"] >= IMPORTANT)
