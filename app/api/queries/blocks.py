"""The blocks of an occupation: each a dataset, its columns and the shape of its items.

A shape takes the columns of a row, in the order of ``Block.columns`` after ``code`` and
``part_id``, and its part; it returns the item as it goes out. This is the one path of a figure
from the database to JSON.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Double, literal

from app import marks
from app.api.queries import ratings
from app.api.queries.commands import command_for
from app.api.queries.figure_marks import marks_of_figures
from app.api.schemas.words import KINDS
from app.database import models
from app.database.models.occupations import NATION
from app.database.parts import PartInfo

Json = dict[str, Any]
Detailed = tuple[Callable[[Any], ColumnElement[bool]], Callable[[Json], bool]]
Shape = Callable[[tuple[Any, ...], PartInfo], Json]


_MONEY = ("hourly_mean", "hourly_p10", "hourly_p25", "hourly_median", "hourly_p75", "hourly_p90")


@dataclass(frozen=True, slots=True)
class Block:
    """One dataset as clients see it."""

    name: str
    model: type[models.Base]
    columns: tuple[str, ...]
    shape: Shape
    kinds: tuple[str, ...] = ()  # of its parts, where the dataset has several
    positioned: bool = True  # rows have a position within part and code
    flags: tuple[str, ...] = ()  # columns that lists are filtered by
    detailed: Detailed | None = None  # whether a row, and an item, is of the most detailed lines
    numbers: tuple[int, int] = (0, 0)  # places in a list's row of what is a number in its items

    @property
    def selected(self) -> list[ColumnElement[Any]]:
        """The columns as items have them: hourly wages in dollars, which the table has in cents."""
        table = self.model.__table__
        return [
            _dollars(table.c[name]) if name in _MONEY else table.c[name] for name in self.columns
        ]


def _dollars(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return column.op("/", return_type=Double())(literal(100.0, Double()))


def _plain(*columns: str) -> Shape:
    """Return a shape that gives the columns as they are."""

    def shape(row: tuple[Any, ...], part: PartInfo) -> Json:
        item: Json = dict(zip(columns, row, strict=True))
        item["release"] = part.release
        return item

    return shape


_WAGE = ("published_levels", *marks.WAGE_FIGURES, "marks", "note", "locator")


def _wage(row: tuple[Any, ...], part: PartInfo) -> Json:
    item: Json = {
        "area": part.area,
        "asked_area": None,
        "inherited_from_area": None,
        "industry": part.industry,
        "ownership": part.ownership or None,
        "period": part.period,
    }
    item.update(zip(_WAGE, row, strict=True))
    item["published_levels"] = row[0].split()
    item["marks"] = marks_of_figures(marks.WAGE_FIGURES, item["marks"], part)
    if not part.ownership:
        item["marks"] = item["marks"] | {"ownership": marks.NOT_PUBLISHED_MARK}
    item["notes"] = {}
    item["release"] = part.release
    return item


_PROJECTION = (
    "line",
    "base_year",
    "target_year",
    "base_employment",
    "target_employment",
    "change",
    "percent_change",
    "annual_openings",
    "percent_self_employed",
    "annual_median",
    "typical_education",
    "work_experience",
    "training",
    "marks",
    "note",
    "locator",
)


def _projection(row: tuple[Any, ...], part: PartInfo) -> Json:
    item: Json = {"area": part.area or NATION, "period": part.period}
    item.update(zip(_PROJECTION, row, strict=True))
    item["wage_year"] = part.detail.get("wage_year")
    item["marks"] = marks_of_figures(marks.PROJECTION_FIGURES, item["marks"], part)
    item["notes"] = {}
    item["release"] = part.release
    return item


_ACTIVITY = ("activity_id", "title", "tasks", "note", "locator")
_TASK = ("id", "collected", "domain_source")


def _activity(row: tuple[Any, ...], part: PartInfo) -> Json:
    item: Json = dict(zip(_ACTIVITY, row, strict=True))
    item["tasks"] = [dict(zip(_TASK, task, strict=True)) for task in item["tasks"]]
    item["release"] = part.release
    return item


def _education(row: tuple[Any, ...], part: PartInfo) -> Json:
    return {
        "kind": row[0],
        "level": row[1],
        "requirement": row[2],
        "fields_of_study": row[3],
        **ratings.share(row[4:], part),
    }


def _experience(row: tuple[Any, ...], part: PartInfo) -> Json:
    return {"kind": row[0], "name": row[1], "related_code": row[2], **ratings.share(row[3:], part)}


_JOB_ZONE = (
    *("zone", "name", "experience", "education", "training", "svp_range"),
    *("collected", "domain_source", "note", "locator"),
)
_ZONE_TEXTS = ("experience", "education", "training")


def _job_zone(row: tuple[Any, ...], part: PartInfo) -> Json:
    item: Json = dict(zip(_JOB_ZONE, row, strict=True))
    item["marks"] = {}
    if lacking := [name for name in _ZONE_TEXTS if item[name] is None]:
        absent = marks.not_loaded(command_for(part.source, part.release))
        item["marks"] = dict.fromkeys(lacking, absent)
    item["release"] = part.release
    return item


_TECHNOLOGY = ("name", "category", "commodity_code", "hot", "in_demand", "note", "locator")


def _technology(row: tuple[Any, ...], part: PartInfo) -> Json:
    item: Json = {"kind": part.kind, "release": part.release}
    item.update(zip(_TECHNOLOGY, row, strict=True))
    return item


def _pathway(row: tuple[Any, ...], part: PartInfo) -> Json:
    return dict(zip(("step", "title", "text", "note", "locator"), row, strict=True)) | {
        "release": part.release
    }


def _block(name: str, model: type[models.Base], *columns: str) -> Block:
    columns = (*columns, "note", "locator")
    return Block(name, model, columns, _plain(*columns), KINDS.get(name, ()))


BLOCKS: dict[str, Block] = {
    block.name: block
    for block in (
        _block("descriptions", models.Description, "kind", "text"),
        Block("duties", models.Duty, ratings.DUTY, ratings.duty, KINDS["duties"]),
        Block("activities", models.Activity, _ACTIVITY, _activity),
        _block(
            *("titles", models.Title, "title", "kind", "short_title", "featured", "origin"),
            *("industries", "n"),
        ),
        Block(
            "wages",
            models.Wage,
            _WAGE,
            _wage,
            numbers=(2, 2 + len(marks.WAGE_FIGURES)),  # after code and published_levels
            positioned=False,
            detailed=(
                lambda table: table.c.published_levels.contains("detailed"),
                lambda item: "detailed" in item["published_levels"],
            ),
        ),
        Block(
            "projections",
            models.Projection,
            _PROJECTION,
            _projection,
            detailed=(
                lambda table: table.c.line.is_distinct_from("summary"),
                lambda item: item["line"] != "summary",
            ),
        ),
        Block("skills", models.Skill, ratings.SKILL, ratings.skill, KINDS["skills"]),
        Block(
            "technologies",
            models.Technology,
            _TECHNOLOGY,
            _technology,
            KINDS["technologies"],
            flags=("hot", "in_demand"),
        ),
        _block(
            "interests",
            models.Interest,
            "name",
            "element_id",
            "scale",
            "value",
            "collected",
            "domain_source",
        ),
        Block(
            "education",
            models.Education,
            ("kind", "level", "requirement", "fields_of_study", *ratings.SHARE),
            _education,
            KINDS["education"],
        ),
        Block(
            "experience",
            models.Experience,
            ("kind", "name", "related_code", *ratings.SHARE),
            _experience,
            KINDS["experience"],
        ),
        Block("job_zones", models.JobZone, _JOB_ZONE, _job_zone),
        _block("courses", models.Course, "title", "provider", "platform", "text"),
        Block(
            "pathway",
            models.PathwayStep,
            ("position", "title", "text", "note", "locator"),
            _pathway,
        ),
        _block("workplaces", models.Workplace, "name"),
        _block("related", models.Related, "related_code", "tier", "rank"),
    )
}
"""Every block by name, in the order of a profile. Parts' datasets have the blocks' names."""
