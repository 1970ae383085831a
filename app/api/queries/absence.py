"""Why a figure or a block is absent: its publisher has none, or this database lacks it."""

from __future__ import annotations

from dataclasses import replace

from app import marks
from app.api.queries.areas import known
from app.api.queries.commands import command_for
from app.api.queries.part_filter import PartFilter
from app.api.queries.projected import OF_STATES
from app.api.schemas.words import EVIDENCE
from app.database.catalog import Catalog
from app.database.models.occupations import NATION, POSTAL

PUBLISHERS: dict[str, str] = {
    "descriptions": "soc",
    "duties": "onet",
    "activities": "onet",
    "titles": "onet",
    "wages": "bls-oews",
    "projections": "bls-ep",
    "skills": "onet",
    "technologies": "onet",
    "interests": "onet",
    "education": "onet",
    "experience": "onet",
    "job_zones": "onet",
    "related": "onet",
}
"""Dataset → the source that publishes it of every occupation. The article alone has the others."""


ONET_KINDS = frozenset(
    {
        *("core", "supplemental", "alternate", "reported", "technology", "tool"),
        *("skill", "knowledge", "ability", "work_activity"),
        *("work_style", "work_value", "work_context", "required_level"),
    }
)
"""Kinds of which O*NET publishes a file with each release."""


MILITARY = "55-"
"""The major group of the armed forces."""
CIVILIAN = frozenset({"wages", "projections"})
"""Datasets that cover civilian occupations only."""


def is_military(code: str) -> bool:
    """Tell whether an occupation is of the armed forces."""
    return code.startswith(MILITARY)


def mark_of_absence(catalog: Catalog, dataset: str, wanted: PartFilter, *codes: str) -> marks.Mark:
    """Return the mark of what has no row in the parts that are wanted, of occupations or of all.

    It is ``not_covered`` for wages and projections of the military. It is ``not_loaded`` where a
    part wanted is not whole, where its release lacks the dataset, the kind or the area, where
    nothing of the dataset's publisher is loaded, where others have wages of a survey's period
    and the survey's are not loaded, and where the wages of a period are loaded of other areas
    alone; else ``not_published``.
    """
    if dataset in CIVILIAN and codes and all(map(is_military, codes)):
        return marks.NOT_COVERED_MARK
    source = _of_evidence(wanted) or PUBLISHERS.get(dataset)
    if dataset == "projections" and wanted.areas.isdisjoint({NATION, "all"}):
        source = None if wanted.areas.isdisjoint(POSTAL.values()) else OF_STATES
    if source is None or wanted.source not in {None, source}:
        return marks.NOT_PUBLISHED_MARK
    official = replace(wanted, source=source)
    for part in catalog.partial:
        if part.source != source or not official.takes_period(part):
            continue
        lacks = part.lacks
        if (
            (part.dataset == dataset and official.takes(part))
            or dataset in lacks.get("datasets", ())
            or not official.areas.isdisjoint(lacks.get("areas", ()))
        ):
            return marks.not_loaded(command_for(source, part.release))
    unseen = _of_another_source(catalog, dataset, official) or _of_areas(catalog, dataset, official)
    if source not in catalog.periods_of.get(dataset, ()) or unseen is not None:
        return marks.not_loaded(command_for(source, unseen))
    if source == "onet":
        parts = (part for part in catalog.by_dataset[dataset] if part.source == source)
        kinds = {part.kind: part.release for part in parts if official.takes_period(part)}
        if kinds and wanted.kind in ONET_KINDS - kinds.keys():
            return marks.not_loaded(command_for(source, max(kinds.values())))
    return marks.NOT_PUBLISHED_MARK


def _of_evidence(wanted: PartFilter) -> str | None:
    """Return the publisher of the evidence for titles that is asked for."""
    source = EVIDENCE.get(wanted.kind or "", wanted.source)
    return source if wanted.evidence and source in EVIDENCE.values() else None


def _of_another_source(catalog: Catalog, dataset: str, wanted: PartFilter) -> str | None:
    """Return the survey's release of a period wanted, of which only others' wages are loaded."""
    if dataset != "wages" or wanted.release is not None:
        return None
    others = dict(catalog.periods_of.get(dataset, {}))
    own = others.pop(wanted.source or "", set())
    missing = wanted.periods & (set().union(*others.values()) - own)
    scope = "" if wanted.areas <= {"US", "all"} else "-all"
    return f"{wanted.source}-{max(missing)}{scope}" if missing else None


def _of_areas(catalog: Catalog, dataset: str, wanted: PartFilter) -> str | None:
    """Return the release of a period wanted that is loaded, but not of the areas wanted.

    An area counts where its code was in force; states and territories always were.
    """
    if dataset != "wages" or wanted.release is not None or wanted.areas & {NATION, "all"}:
        return None
    periods = wanted.periods & catalog.periods_of.get(dataset, {}).get(wanted.source or "", set())
    if not periods:
        return None
    its = {
        (part.area, part.period)
        for part in catalog.by_dataset[dataset]
        if part.source == wanted.source and part.area in wanted.areas
    }
    in_force = {
        code: "" if code in POSTAL.values() else _begins(catalog, code) for code in wanted.areas
    }
    missing = [
        period
        for period in periods
        for area, begins in in_force.items()
        if begins is not None and begins <= period and (area, period) not in its
    ]
    return f"{wanted.source}-{max(missing)}-all" if missing else None


def _begins(catalog: Catalog, code: str) -> str | None:
    """Return the first period of an area's code; None: no such area is known."""
    area = known(catalog, code)
    found: str | None = area["valid_from"] if area else None
    return found
