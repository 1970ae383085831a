"""Occupations as items of a list, with their figures of one area: read once a data version.

There are some two thousand occupations. A select gives an area's wages, another its projections if
it has any of its own. The nation's projections stand beside the wages of most areas, so they are
read once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Integer, Select, select

from app import marks
from app.api.queries.absence import is_military, mark_of_absence
from app.api.queries.block_rows import given
from app.api.queries.figure_marks import marks_of_figures
from app.api.queries.identity import NOWHERE, figures_at
from app.api.queries.part_filter import official_wages
from app.api.queries.projected import official_projections
from app.api.schemas.common import Json
from app.database.catalog import Catalog
from app.database.driver import cached, run
from app.database.models import Projection, Wage
from app.database.models.occupations import NATION
from app.database.occupation_info import OccupationInfo
from app.database.parts import PartInfo

WAGE_COLUMNS = ("employment", "hourly_median", "annual_mean", "annual_median")
PROJECTED = ("percent_change", "annual_openings")
EDUCATION = ("typical_education",)
"""The nation's in every item: no state assigns any to occupations."""
PROJECTION_COLUMNS = PROJECTED + EDUCATION

AREAS_KEPT = 4
"""Areas whose items a catalog keeps; each is some 3 MB."""


@dataclass(frozen=True, slots=True)
class FigureParts:
    """The parts that a list takes its figures from, and the marks of what has no row in them."""

    wage: PartInfo | None
    projection: PartInfo | None
    education: PartInfo | None
    no_wage: marks.Mark
    no_projection: marks.Mark
    no_education: marks.Mark


class Figures(NamedTuple):
    """What a row gives an item: some of its keys, and the marks of those that are null."""

    values: Json
    marks: dict[str, marks.Mark]


ByCode = Mapping[str, Figures]
Known = dict[str, dict[str, marks.Mark]]
"""Marks as the database has them → those of an item; the rows of a part share few."""


def figure_parts(catalog: Catalog, area: str) -> FigureParts:
    """Choose the newest official wages of the area and the newest projections.

    Projections are the area's own, or the nation's if it has none.
    """
    asked = (
        ("wages", official_wages(area)),
        ("projections", official_projections(catalog, area)),
        ("projections", official_projections(catalog, NATION)),
    )
    wage, projection, education = (
        next(iter(wanted.parts(catalog, dataset)), None) for dataset, wanted in asked
    )
    absent = (mark_of_absence(catalog, dataset, wanted) for dataset, wanted in asked)
    return FigureParts(wage, projection, education, *absent)


def items_of_area(connect: Callable[[], Any], catalog: Catalog, area: str) -> Mapping[str, Json]:
    """Return every occupation's item by code, in order of code; callers must not change them.

    ``connect`` lends a connection if the area's items are not kept.
    """
    found = catalog.items.get(area)
    if found is None:
        with connect() as connection:
            found = _read(connection, catalog, figure_parts(catalog, area), area)
        while len(catalog.items) >= AREAS_KEPT:
            catalog.items.pop(next(iter(catalog.items)), None)
        catalog.items[area] = found
    return found


def _read(connection: Connection, catalog: Catalog, parts: FigureParts, area: str) -> Items:
    wages = _figures(_rows(connection, Wage, parts.wage), parts.wage, wage_figures)
    if "projections" not in catalog.derived:
        rows = _rows(connection, Projection, parts.education)
        catalog.derived["projections"] = (
            _figures(rows, parts.education, projection_figures),
            _figures(rows, parts.education, education_figures),
        )
    projections, education = catalog.derived["projections"]
    if parts.projection is not parts.education:
        rows = _rows(connection, Projection, parts.projection)
        projections = _figures(rows, parts.projection, projection_figures)
    absent = no_figures(parts, military=False), no_figures(parts, military=True)
    return Items(catalog, area, (wages, projections, education), absent)


class Items(Mapping[str, Json]):
    """Code → item of an area, in order of code. An item is made when it is first asked for."""

    def __init__(
        self,
        catalog: Catalog,
        area: str,
        figures: tuple[ByCode, ByCode, ByCode],
        absent: tuple[list[Figures], list[Figures]],
    ) -> None:
        self._blanks = _blanks(catalog)
        self._area = area
        self._figures = figures
        self._absent = absent
        self._made: dict[str, Json] = {}

    def __getitem__(self, code: str) -> Json:
        item = self._made.get(code)
        if item is None:
            occupation, blank = self._blanks[code]
            at, lacking = occupation.figures_code, self._absent[is_military(code)]
            wages, projections, education = self._figures
            item = self._made[code] = item_of(
                *(occupation, blank, self._area, wages.get(at, lacking[0])),
                *(projections.get(at, lacking[1]), education.get(at, lacking[2])),
            )
        return item

    def __iter__(self) -> Iterator[str]:
        return iter(self._blanks)

    def __len__(self) -> int:
        return len(self._blanks)


def _blanks(catalog: Catalog) -> dict[str, tuple[OccupationInfo, Json]]:
    """Return every occupation with its item before there are figures in it, made once."""
    if "blank items" not in catalog.derived:
        catalog.derived["blank items"] = {
            code: (one, blank_item(one, figures_at(catalog, code)))
            for code, one in catalog.occupations.items()
        }
    found: dict[str, tuple[OccupationInfo, Json]] = catalog.derived["blank items"]
    return found


def figures_of_part(model: type[Wage] | type[Projection]) -> Select[Any]:
    """Select a part's figures by code, with their marks."""
    columns = WAGE_COLUMNS if model is Wage else PROJECTION_COLUMNS
    table: Any = model.__table__
    query = select(table.c.code, *(table.c[name] for name in columns), table.c.marks)
    return query.where(table.c.part_id == given("part", Integer()))


def _rows(
    connection: Connection, model: type[Wage] | type[Projection], part: PartInfo | None
) -> list[tuple[Any, ...]]:
    if part is None:
        return []
    statement = cached(figures_of_part, connection.dialect, model)
    return run(connection, [(statement, {"part": part.id})])[0]


def _figures(
    rows: Sequence[tuple[Any, ...]],
    part: PartInfo | None,
    figures: Callable[[Sequence[Any], PartInfo, Known], Figures],
) -> ByCode:
    if part is None:
        return {}
    known: Known = {}
    return {code: figures(row, part, known) for code, *row in rows}


def wage_figures(row: Sequence[Any], part: PartInfo, known: Known) -> Figures:
    """Return what a row gives: ``WAGE_COLUMNS``, then marks."""
    employment, hourly_median, annual_mean, annual_median, text = row
    values = {
        "wage_period": part.period,
        "employment": employment,
        "hourly_median": None if hourly_median is None else hourly_median / 100,
        "annual_mean": annual_mean,
        "annual_median": annual_median,
        "wage_release": part.release,
    }
    return Figures(values, _marks(WAGE_COLUMNS, marks.WAGE_FIGURES, text, part, known))


def projection_figures(row: Sequence[Any], part: PartInfo, known: Known) -> Figures:
    """Return what a row gives: ``PROJECTION_COLUMNS``, then marks; but the education."""
    percent_change, annual_openings, _, text = row
    values = {
        "projection_period": part.period,
        "projection_area": part.area or NATION,
        "percent_change": percent_change,
        "annual_openings": annual_openings,
        "projection_release": part.release,
    }
    return Figures(values, _marks(PROJECTED, marks.PROJECTION_FIGURES, text, part, known))


def education_figures(row: Sequence[Any], part: PartInfo, known: Known) -> Figures:
    """Return the education that the same row gives."""
    values = {"typical_education": row[2], "education_release": part.release}
    return Figures(values, _marks(EDUCATION, marks.PROJECTION_FIGURES, row[3], part, known))


def _marks(
    shown: tuple[str, ...], figures: tuple[str, ...], text: str, part: PartInfo, known: Known
) -> dict[str, marks.Mark]:
    if text not in known:
        every = marks_of_figures(figures, text, part)
        known[text] = {name: every[name] for name in shown if name in every}
    return known[text]


def no_figures(parts: FigureParts, *, military: bool) -> list[Figures]:
    """Return what stands in an item without wages, projections and education."""
    said = (parts.no_wage, parts.no_projection, parts.no_education)
    return [
        Figures({}, dict.fromkeys(names, marks.NOT_COVERED_MARK if military else mark))
        for names, mark in zip((WAGE_COLUMNS, PROJECTED, EDUCATION), said, strict=True)
    ]


def blank_item(occupation: OccupationInfo, pointers: Mapping[str, str | None]) -> Json:
    """Return an occupation's item with no figures; ``pointers``: its ``figures_at``."""
    return {
        "code": occupation.code,
        "title": occupation.title,
        "slug": occupation.slug,
        "level": occupation.level,
        "parent": occupation.parent,
        "classification": occupation.classification,
        "figures_at": dict(pointers),
        "inherited_from": None,
        "area": None,
        "asked_area": None,
        "wage_period": None,
        **dict.fromkeys(WAGE_COLUMNS),
        "projection_period": None,
        "projection_area": None,
        **dict.fromkeys(PROJECTION_COLUMNS),
        "marks": {},
        "wage_release": None,
        "projection_release": None,
        "education_release": None,
        "release": occupation.release,
    }


def item_of(
    occupation: OccupationInfo,
    blank: Json,
    area: str,
    wages: Figures,
    projections: Figures,
    education: Figures,
) -> Json:
    """Make an item of an occupation's blank one and its figures."""
    item = {**blank, **wages.values, **projections.values, **education.values, "area": area}
    item["marks"] = {**wages.marks, **projections.marks, **education.marks}
    if occupation.figures_code != occupation.code and (wages.values or projections.values):
        item["inherited_from"] = occupation.figures_code
    return item


def item_without_figures(occupation: OccupationInfo, parts: FigureParts, area: str) -> Json:
    """Make an item of a code that no figures were ever loaded of."""
    absent = no_figures(parts, military=is_military(occupation.code))
    return item_of(occupation, blank_item(occupation, NOWHERE), area, *absent)
