"""Why a figure or a block is absent: its publisher has none, or this database lacks it."""

from __future__ import annotations

from dataclasses import replace

from app import marks
from app.api.queries.block_rows import PartFilter
from app.api.queries.commands import command_for
from app.database.catalog import Catalog

PUBLISHERS: dict[str, str] = {
    "descriptions": "soc",
    "duties": "onet",
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


def mark_of_absence(
    catalog: Catalog, dataset: str, wanted: PartFilter, code: str | None = None
) -> marks.Mark:
    """Return the mark of what has no row in the parts that are wanted, of an occupation or of all.

    It is ``not_covered`` for wages and projections of the military. It is ``not_loaded`` where a
    part wanted is not whole, where its release lacks the dataset, the kind or the area, and where
    nothing of the dataset's publisher is loaded; else ``not_published``.
    """
    if dataset in CIVILIAN and code is not None and is_military(code):
        return marks.NOT_COVERED_MARK
    source = PUBLISHERS.get(dataset)
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
            or official.area in lacks.get("areas", ())
        ):
            return marks.not_loaded(command_for(source, part.release))
    loaded = [part for part in catalog.by_dataset.get(dataset, ()) if part.source == source]
    if not loaded:
        return marks.not_loaded(command_for(source))
    kinds = {part.kind: part.release for part in loaded if official.takes_period(part)}
    if source == "onet" and kinds and wanted.kind in ONET_KINDS - kinds.keys():
        return marks.not_loaded(command_for(source, max(kinds.values())))
    return marks.NOT_PUBLISHED_MARK
