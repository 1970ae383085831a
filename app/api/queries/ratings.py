"""The shapes of what O*NET's surveys rate: tasks, elements, and shares of people by category."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app import marks
from app.api.queries.commands import command_for
from app.database.parts import PartInfo

Json = dict[str, Any]

RATING = ("", "_n", "_se", "_lower", "_upper", "_suppress")
"""Ends of the names of a rating's columns."""
SIZE = len(RATING)

TASKS = frozenset({"core", "supplemental", "unrated"})
"""Kinds of duties that O*NET has rated, or is going to."""

SKILL = (
    "name",
    "kind",
    "element_id",
    *(f"importance{suffix}" for suffix in RATING),
    *(f"level{suffix}" for suffix in RATING),
    "not_relevant",
    "collected",
    "domain_source",
    "scale",
    *(f"value{suffix}" for suffix in RATING),
    "categories",
    "note",
    "locator",
)
DUTY = (
    "text",
    "kind",
    "task_id",
    "original_task_id",
    "incumbents_responding",
    "write_in_total",
    "collected",
    "domain_source",
    *(f"importance{suffix}" for suffix in RATING),
    *(f"relevance{suffix}" for suffix in RATING),
    "frequency",
    "rated",
    "rated_by",
    "activities",
    "note",
    "locator",
)
ACTIVITY = ("id", "title", "collected", "domain_source")

SHARE = (
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


def skill(row: tuple[Any, ...], part: PartInfo) -> Json:
    """Return an element, rated for importance and level or on a scale of its own."""
    name, kind, element = row[:3]
    importance, level = row[3 : 3 + SIZE], row[9 : 9 + SIZE]
    not_relevant, collected, domain_source, scale = row[15:19]
    value, categories, note, locator = row[19 : 19 + SIZE], *row[25:]
    scales = part.detail.get("scales", {})
    own = scale is not None
    of_pair = marks.mark("not_applicable") if own else marks.NOT_PUBLISHED_MARK
    of_value = marks.NOT_PUBLISHED_MARK if own else marks.mark("not_applicable")
    said = (
        _rated("importance", importance, of_pair)
        | _rated("level", level, of_pair)
        | _rated("value", value, of_value)
    )
    if kind == "work_context" and categories is None:
        said["categories"] = _lacking(part, "categories")
    return {
        "name": name,
        "kind": kind,
        "element_id": element,
        "importance": importance[0],
        "importance_scale": None if own else _scale(scales.get("IM")),
        "importance_estimate": _estimate(*importance[1:]),
        "level": level[0],
        "level_scale": None if own else _scale(scales.get("LV")),
        "level_estimate": _estimate(*level[1:]),
        "scale": scale,
        "value": value[0],
        "value_scale": _scale(scales.get(scale)),
        "value_estimate": _estimate(*value[1:]),
        "categories": _categories(categories, part.detail.get("categories", {}).get(element, {})),
        "not_relevant": not_relevant,
        "collected": collected,
        "domain_source": domain_source,
        "marks": said,
        "note": note,
        "locator": locator,
        "release": part.release,
    }


def duty(row: tuple[Any, ...], part: PartInfo) -> Json:
    """Return a duty with its ratings and the detailed work activities that it belongs to."""
    item: Json = dict(zip(DUTY[:8], row, strict=False))
    importance, relevance = row[8 : 8 + SIZE], row[14 : 14 + SIZE]
    frequency, rated, rated_by, activities, note, locator = row[20:]
    lacking = _lacking(part, "scales")
    said = _rated("importance", importance, lacking) | _rated("relevance", relevance, lacking)
    for name, found in (("frequency", frequency), ("activities", activities)):
        if found is None:
            said[name] = _lacking(part, name)
    return item | {
        "importance": importance[0],
        "importance_scale": _scale(part.detail.get("scales", {}).get("IM")),
        "importance_estimate": _estimate(*importance[1:]),
        "relevance": relevance[0],
        "relevance_estimate": _estimate(*relevance[1:]),
        "frequency": _categories(frequency, part.detail.get("frequency", {})),
        "rated": rated,
        "rated_by": rated_by,
        "activities": activities and [dict(zip(ACTIVITY, one, strict=True)) for one in activities],
        "marks": said,
        "note": note,
        "locator": locator,
        "release": part.release,
    }


def share(row: tuple[Any, ...], part: PartInfo) -> Json:
    """Return a share of an occupation's people by category, the end of an item."""
    percent = row[1]
    # A named degree or position is no survey category: a share of it cannot be.
    named = percent is None and row[0] is None and part.kind != "attainment"
    absent = marks.mark("not_applicable") if named else marks.NOT_PUBLISHED_MARK
    return {
        "category": row[0],
        "percent": percent,
        "estimate": _estimate(*row[2:7]),
        "collected": row[7],
        "domain_source": row[8],
        "marks": _rated("percent", row[1:7], absent),
        "note": row[9],
        "locator": row[10],
        "release": part.release,
    }


def _lacking(part: PartInfo, detail: str) -> marks.Mark:
    """Return the mark of what O*NET has in a file of its own, which a release may lack."""
    rated = part.source == "onet" and (part.dataset != "duties" or part.kind in TASKS)
    if rated and detail not in part.detail:
        return marks.not_loaded(command_for("onet", part.release))
    return marks.NOT_PUBLISHED_MARK


def _categories(rows: Iterable[Any] | None, names: Mapping[str, str]) -> list[Json] | None:
    """Return shares of people by category, with the words of each."""
    if rows is None:
        return None
    return [
        {
            "category": category,
            "name": names[str(category)],
            "percent": figures[0],
            "estimate": _estimate(*figures[1:]),
            "marks": _rated("percent", figures, marks.NOT_PUBLISHED_MARK),
        }
        for category, *figures in rows
    ]


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


def _rated(name: str, rating: Any, absent: marks.Mark) -> dict[str, marks.Mark]:
    """Return the mark of a rating that is null, or that its publisher recommends not to use."""
    if rating[0] is None:
        return {name: absent}
    return {name: marks.mark("low_precision")} if rating[-1] else {}


def _scale(bounds: list[float] | None) -> Json | None:
    return None if bounds is None else {"min": bounds[0], "max": bounds[1]}
