"""What each part of a data version's releases lacks of what its publisher has.

Which major groups a part lacks is seen when it is loaded. The rest is seen by comparing it with the
parts of other periods, so it follows from the releases of a version, whatever was loaded first.
``app.importers.loading.completeness`` says what ``lacks`` may have.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, select

from app.database.models import Part, Release
from app.database.models.occupations import (
    ALL_INDUSTRIES,
    ALL_OWNERSHIPS,
    POSTAL,
    TERRITORIES,
    industry_level,
)

COVERED: dict[str, frozenset[str]] = {
    "entries": frozenset({""}),
    "descriptions": frozenset({"definition"}),
    "duties": frozenset({"core", "supplemental"}),
    "activities": frozenset({""}),
    "titles": frozenset({"direct_match", "alternate", "reported", "example"}),
    "skills": frozenset(
        {
            *("skill", "knowledge", "ability", "work_activity"),
            *("work_style", "work_value", "work_context"),
        }
    ),
    "technologies": frozenset({"technology", "tool"}),
    "interests": frozenset({""}),
    "education": frozenset({"required_level", "attainment"}),
    "experience": frozenset({"related_work", "on_site_training", "on_the_job_training"}),
    "job_zones": frozenset({""}),
    "related": frozenset({"primary_short", "primary_long", "supplemental"}),
    "projections": frozenset({""}),
}
"""Dataset → kinds of which a whole file has rows in every major group. Wages have measures of
their own, and the occupations that a file of wages names are as many as it has."""

ONET_DATASETS = frozenset(COVERED) - {"entries", "projections"}
"""The datasets that a whole release of O*NET has."""

NATION = ("US", ALL_INDUSTRIES, ALL_OWNERSHIPS)

LEAST_ROWS = 0.75
"""Share of the rows of the nearest other period from which a part passes for whole: national files
have at least 0.94 of each other's."""
LEAST_ROWS_OF_MANY = 0.5
"""The same of datasets with many rows an occupation, which releases of O*NET redesign."""
ONE_ROW = frozenset({"wages", "projections", "job_zones"})
"""Datasets with one row an occupation."""

PUBLISHERS = frozenset({"soc", "bls-oews", "bls-ep", "onet", "projections-central"})
"""Sources whose files are judged: the article is about one occupation."""

STATES = frozenset(POSTAL.values()) - {POSTAL[code] for code in TERRITORIES}


def judged_columns() -> Select[Any]:
    """Select the columns that ``judge`` reads, of parts joined with their releases."""
    columns: tuple[Any, ...] = (
        *(Part.id, Part.dataset, Part.kind, Part.area, Part.industry, Part.ownership),
        *(Part.period, Part.rows, Part.whole, Part.lacks, Part.release_id),
        *(Part.classification_id, Release.excerpt, Release.source_id),
    )
    return select(*columns).join(Release, Release.id == Part.release_id).order_by(Part.id)


def judge(parts: Iterable[Any]) -> dict[int, tuple[bool, dict[str, Any]]]:
    """Return ``whole`` and ``lacks`` of each part of a publisher. An excerpt's are not whole.

    Parts of other sources and those of a classification are not judged.
    """
    by_source: dict[str, list[Any]] = defaultdict(list)
    for part in parts:
        if part.source_id in PUBLISHERS and part.classification_id is None:
            by_source[part.source_id].append(part)
    found: dict[int, tuple[bool, dict[str, Any]]] = {}
    for source, its in by_source.items():
        lacks = _lacks(its, source)
        found |= {part.id: (not (lacks[part.id] or part.excerpt), lacks[part.id]) for part in its}
    return found


def _lacks(parts: Sequence[Any], source: str) -> dict[int, dict[str, Any]]:
    lacks = {
        part.id: {"groups": part.lacks["groups"]} if "groups" in part.lacks else {}
        for part in parts
    }
    by_series = defaultdict(list)
    for part in parts:
        if not part.excerpt:
            series = (part.dataset, part.kind, part.area, part.industry, part.ownership)
            by_series[series].append(part)
    for series, its in by_series.items():
        if series[0] == "entries":
            continue
        sound = [part for part in its if not lacks[part.id]]  # as far as each says by itself
        for part in its:
            if short := _rows_short(part, sound):
                lacks[part.id] |= {"codes" if part.dataset in ONE_ROW else "rows": short}
    for first, more in _of_releases(parts, source).items():
        lacks[first] |= more
    return lacks


def _rows_short(part: Any, others: Sequence[Any]) -> int:
    """Return how many rows fewer a part has than that of the nearest other period, if notable."""
    nearest = min(
        (other for other in others if other.period != part.period),
        key=lambda other: (abs(_months(other.period) - _months(part.period)), -other.rows),
        default=None,
    )
    least = LEAST_ROWS if part.dataset in ONE_ROW else LEAST_ROWS_OF_MANY
    if nearest is None or part.rows >= nearest.rows * least:
        return 0
    return int(nearest.rows - part.rows)


def _months(period: str) -> int:
    """Return a period's first year in months, and the month if it has one."""
    year, _, month = period.partition("-")
    return int(year) * 12 + (int(month) if month and int(month) <= 12 else 0)


def _of_releases(parts: Sequence[Any], source: str) -> dict[int, dict[str, Any]]:
    """Return part → the datasets, areas and industries that its release lacks."""
    releases: dict[int, list[Any]] = defaultdict(list)
    for part in parts:
        if not part.excerpt:
            releases[part.release_id].append(part)
    places = [_places(its) for its in releases.values()]
    found: dict[int, dict[str, Any]] = {}
    for its, (period, kinds) in zip(releases.values(), places, strict=True):
        areas = {part.area for part in its}
        lacking: dict[str, set[str]] = {
            "datasets": {*ONET_DATASETS} - {part.dataset for part in its}
            if source == "onet"
            else set(),
            "areas": {*STATES} - areas if areas & STATES else set(),
            "industries": set(),
        }
        for (name, kind), known in kinds.items():
            lacking[name] |= _lacking_of_kind(period, (name, kind), known, places)
        if more := {name: sorted(gone) for name, gone in lacking.items() if gone}:
            holder = next((part for part in its if part.dataset == "entries"), its[0])
            found[holder.id] = more
    return found


Places = dict[tuple[str, Any], set[str]]
"""Areas by digits of their codes (metropolitan 5, nonmetropolitan 7), industries by level."""


def _places(parts: Sequence[Any]) -> tuple[str, Places]:
    """Return the period of a release, and what its wages are about."""
    found: Places = defaultdict(set)
    for part in parts:
        if part.dataset == "wages" and part.area.isdigit():
            found["areas", len(part.area)].add(part.area)
        elif part.dataset == "wages" and part.area == NATION[0] and part.industry != ALL_INDUSTRIES:
            found["industries", industry_level(part.industry)].add(part.industry)
    return parts[0].period, found


def _lacking_of_kind(
    period: str, kind: tuple[str, Any], known: set[str], others: Sequence[tuple[str, Places]]
) -> set[str]:
    """Return what the nearest other period has of this kind and a release with few of it has not.

    Codes change with each delineation and each revision of NAICS, so they are counted.
    """
    beside = [
        (abs(_months(other) - _months(period)), kinds[kind])
        for other, kinds in others
        if other != period and kind in kinds
    ]
    nearest = min(beside, key=lambda one: (one[0], -len(one[1])), default=(0, known))[1]
    return nearest - known if len(known) < len(nearest) * LEAST_ROWS else set()
