"""The blocks of an occupation: each a dataset, its columns and the shape of its items.

A shape takes the columns of a row, in the order of ``Block.columns`` after ``code`` and
``part_id``, and its part; it returns the item as it goes out. This is the one path of a figure
from the database to JSON.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app import marks
from app.database import models
from app.database.catalog import PartInfo

Json = dict[str, Any]
Shape = Callable[[tuple[Any, ...], PartInfo], Json]


@dataclass(frozen=True, slots=True)
class Block:
    """One dataset as clients see it."""

    name: str
    model: type[models.Base]
    columns: tuple[str, ...]
    shape: Shape
    kinds: tuple[str, ...] = ()  # of its parts, where the dataset has several
    positioned: bool = True  # rows have a position within part and code


def _plain(*columns: str) -> Shape:
    """Return a shape that gives the columns as they are."""

    def shape(row: tuple[Any, ...], part: PartInfo) -> Json:
        item: Json = dict(zip(columns, row, strict=True))
        item["release"] = part.release
        return item

    return shape


_MONEY = ("hourly_mean", "hourly_p10", "hourly_p25", "hourly_median", "hourly_p75", "hourly_p90")
_WAGE = ("published_levels", *marks.WAGE_FIGURES, "marks", "note", "locator")
_HOURLY_AT = tuple(_WAGE.index(name) for name in _MONEY)


def _wage(row: tuple[Any, ...], part: PartInfo) -> Json:
    values = list(row)
    for at in _HOURLY_AT:
        if values[at] is not None:
            values[at] /= 100
    item: Json = {
        "area": part.area,
        "industry": part.industry,
        "ownership": part.ownership or None,
        "period": part.period,
    }
    item.update(zip(_WAGE, values, strict=True))
    item["published_levels"] = row[0].split()
    detail = part.detail
    item["marks"] = marks.decode(
        marks.WAGE_FIGURES,
        item["marks"],
        detail.get("top_code_annual"),
        detail.get("top_code_hourly"),
    )
    if not part.ownership:
        item["marks"] = item["marks"] | {"ownership": marks.NOT_PUBLISHED_MARK}
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
    item: Json = {"period": part.period}
    item.update(zip(_PROJECTION, row, strict=True))
    item["wage_year"] = part.detail.get("wage_year")
    item["marks"] = marks.decode(
        marks.PROJECTION_FIGURES, item["marks"], part.detail.get("top_code_annual"), None
    )
    item["release"] = part.release
    return item


def _estimate(
    n: int | None,
    standard_error: float | None,
    lower: float | None,
    upper: float | None,
    suppress: bool | None,
) -> Json | None:
    if n is None and standard_error is None and suppress is None:
        return None
    return {
        "n": n,
        "standard_error": standard_error,
        "lower": lower,
        "upper": upper,
        "suppress": suppress,
        "marks": marks.missing(n=n, standard_error=standard_error, lower=lower, upper=upper),
    }


def _rated(value: float | None, suppress: bool | None, name: str) -> dict[str, marks.Mark]:
    if value is None:
        return {name: marks.NOT_PUBLISHED_MARK}
    return {name: marks.mark("low_precision")} if suppress else {}


_RATING = ("", "_n", "_se", "_lower", "_upper", "_suppress")
_SKILL = (
    "name",
    "kind",
    "element_id",
    *(f"importance{suffix}" for suffix in _RATING),
    *(f"level{suffix}" for suffix in _RATING),
    "not_relevant",
    "collected",
    "domain_source",
    "note",
    "locator",
)


def _skill(row: tuple[Any, ...], part: PartInfo) -> Json:
    importance, level = row[3:9], row[9:15]
    scales = part.detail.get("scales", {})
    return {
        "name": row[0],
        "kind": row[1],
        "element_id": row[2],
        "importance": importance[0],
        "importance_scale": _scale(scales.get("IM")),
        "importance_estimate": _estimate(*importance[1:]),
        "level": level[0],
        "level_scale": _scale(scales.get("LV")),
        "level_estimate": _estimate(*level[1:]),
        "not_relevant": row[15],
        "collected": row[16],
        "domain_source": row[17],
        "marks": _rated(importance[0], importance[5], "importance")
        | _rated(level[0], level[5], "level"),
        "note": row[18],
        "locator": row[19],
        "release": part.release,
    }


def _scale(bounds: list[float] | None) -> Json | None:
    return None if bounds is None else {"min": bounds[0], "max": bounds[1]}


_SHARE = (
    "category",
    "percent",
    "n",
    "standard_error",
    "lower",
    "upper",
    "suppress",
    "collected",
    "domain_source",
    "note",
    "locator",
)


def _share(row: tuple[Any, ...], part: PartInfo) -> Json:
    percent = row[1]
    return {
        "category": row[0],
        "percent": percent,
        "estimate": _estimate(*row[2:7]),
        "collected": row[7],
        "domain_source": row[8],
        # A named degree or position is no survey category: a share of it cannot be.
        "marks": {"percent": marks.mark("not_applicable")}
        if percent is None and row[0] is None and part.kind != "attainment"
        else _rated(percent, row[6], "percent"),
        "note": row[9],
        "locator": row[10],
        "release": part.release,
    }


def _education(row: tuple[Any, ...], part: PartInfo) -> Json:
    return {
        "kind": row[0],
        "level": row[1],
        "requirement": row[2],
        "fields_of_study": row[3],
        **_share(row[4:], part),
    }


def _experience(row: tuple[Any, ...], part: PartInfo) -> Json:
    return {"kind": row[0], "name": row[1], "related_code": row[2], **_share(row[3:], part)}


def _pathway(row: tuple[Any, ...], part: PartInfo) -> Json:
    return dict(zip(("step", "title", "text", "note", "locator"), row, strict=True)) | {
        "release": part.release
    }


def _block(name: str, model: type[models.Base], *columns: str) -> Block:
    columns = (*columns, "note", "locator")
    return Block(name, model, columns, _plain(*columns), KINDS.get(name, ()))


KINDS: dict[str, tuple[str, ...]] = {
    "descriptions": ("definition", "summary", "distinction", "pay", "outlook", "advice"),
    "duties": ("common", "core", "supplemental", "unrated", "new", "revision"),
    "titles": ("job", "direct_match", "alternate", "reported", "example"),
    "skills": ("skill", "knowledge", "ability", "work_activity"),
    "education": ("degree", "required_level", "attainment"),
    "experience": (
        "entry_position",
        "related_work",
        "on_site_training",
        "on_the_job_training",
    ),
    "related": ("primary_short", "primary_long", "supplemental", "entry_position"),
}
"""Kinds of a block's items, the values of the parameter ``kind``."""


BLOCKS: dict[str, Block] = {
    block.name: block
    for block in (
        _block("descriptions", models.Description, "kind", "text"),
        _block(
            "duties",
            models.Duty,
            "text",
            "kind",
            "task_id",
            "original_task_id",
            "incumbents_responding",
            "write_in_total",
            "collected",
            "domain_source",
        ),
        _block("titles", models.Title, "title", "kind", "short_title", "featured", "origin"),
        Block("wages", models.Wage, _WAGE, _wage, positioned=False),
        Block("projections", models.Projection, _PROJECTION, _projection),
        Block("skills", models.Skill, _SKILL, _skill, KINDS["skills"]),
        _block(
            "technologies",
            models.Technology,
            "name",
            "category",
            "commodity_code",
            "hot",
            "in_demand",
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
            ("kind", "level", "requirement", "fields_of_study", *_SHARE),
            _education,
            KINDS["education"],
        ),
        Block(
            "experience",
            models.Experience,
            ("kind", "name", "related_code", *_SHARE),
            _experience,
            KINDS["experience"],
        ),
        _block(
            "job_zones",
            models.JobZone,
            "zone",
            "name",
            "experience",
            "education",
            "training",
            "svp_range",
            "collected",
            "domain_source",
        ),
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
