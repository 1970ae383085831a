"""A release's files, one after another: which lists they stand for, and their rows."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain

from app.importers.loading.recognise import Found
from app.importers.onet.columns import ELEMENT_KINDS
from app.verifying import (
    evidence,
    oews,
    oews_flat,
    onet,
    onet_ratings,
    onet_scales,
    projections,
    soc,
    state_projections,
)
from app.verifying.answers import Api
from app.verifying.rows import DEFINITIONS, OCCUPATIONS, About, Row, Wanted
from app.verifying.tables import Lines

RATED = {
    f"onet_{kind}": Wanted("skills", (kind,)) for kind in dict.fromkeys(ELEMENT_KINDS.values())
}
PROJECTED = (
    projections.PROJECTIONS,
    projections.EXAMPLES,
    projections.ATTAINMENT,
    OCCUPATIONS,
)

PROJECTION_KINDS = ("projections_workbook", "projections_csv", "projections_education")
"""The first file of a release has its figures, the others repeat some."""

COVERS: dict[str, tuple[Wanted, ...]] = {
    "oews": (oews.WAGES, oews.AREAS, OCCUPATIONS),
    "oews_flat_data": (oews.WAGES, oews.AREAS, OCCUPATIONS),
    "projections_workbook": PROJECTED,
    "projections_csv": PROJECTED,
    "projections_education": PROJECTED,
    "state_projections": (projections.PROJECTIONS,),
    "soc_structure": (OCCUPATIONS,),
    "soc_definitions": (OCCUPATIONS, DEFINITIONS),
    "soc_titles": (soc.TITLES, OCCUPATIONS),
    "census_index": (evidence.INDEX,),
    "employer_titles": (evidence.EMPLOYERS,),
    "onet_occupations": (OCCUPATIONS, DEFINITIONS),
    "onet_education": (onet_ratings.EDUCATION, onet_ratings.EXPERIENCE),
    "onet_task_ratings": (onet.TASKS,),
    "onet_task_activities": (onet_scales.ACTIVITIES, onet.TASKS),
    "onet_work_context": (onet_scales.CONTEXT,),
    "onet_work_styles": (onet_scales.STYLES,),
    "onet_tools_and_technology": (onet.TOOLS, onet.TECHNOLOGIES),
    **{kind: (its.wanted,) for kind, its in onet.PLAIN.items()},
    **{kind: (wanted,) for kind, wanted in RATED.items()},
}
"""Kind of file → lists of which every item of the release stands in such a file."""

ABOUT_OTHERS = frozenset({"onet_task_ratings", "onet_task_activities"})
"""Kinds whose rows are about items of another file, which is compared before."""

NEEDS = {
    "onet_education": "onet_education_categories",
    "onet_job_zones": "onet_job_zone_reference",
    "onet_task_ratings": "onet_tasks",
}
"""Kind of file → the kind without which no release has its rows."""


@dataclass(slots=True)
class Files:
    """The files of one release."""

    found: list[Found]
    api: Api
    period: str
    top_codes: tuple[Decimal, Decimal] | None = None
    categories: dict[tuple[str, int], str] = field(default_factory=dict)
    context_names: dict[tuple[str, str, int], str] = field(default_factory=dict)
    tasks: dict[tuple[str, str], str] = field(default_factory=dict)
    activities: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.found:
            if one.kind in {"onet_education_categories", "onet_task_categories"}:
                self.categories |= onet_ratings.categories(Lines(*one.opened))
            elif one.kind == "onet_work_context_categories":
                self.context_names |= onet_scales.context_names(Lines(*one.opened))
            elif one.kind == "onet_activities":
                self.activities |= onet_scales.titles(Lines(*one.opened))
            elif one.kind == "onet_tasks":
                self.tasks |= onet_scales.tasks(Lines(*one.opened))

    def lacks(self, one: Found) -> str | None:
        """Return why a file cannot be compared: its release lacks a file that names its rows."""
        kinds = {other.kind for other in self.found}
        needed = NEEDS.get(one.kind)
        return None if needed is None or needed in kinds else f"the release lacks its {needed}"

    def _projections(self, lines: Lines) -> projections.Projections:
        """Return a file of projections, beside the release's first file if this is another."""
        first, *_ = sorted(self.found, key=lambda one: PROJECTION_KINDS.index(one.kind))
        alone = first.document is lines.document
        return projections.Projections(lines, None if alone else Lines(*first.opened))

    def _oews(self, lines: Lines) -> Iterator[Row]:
        """Return the rows of a file of wages, with the notes of the release."""
        notes = [one.opened[0] for one in self.found if one.kind == "oews_notes"]
        return oews.Oews(lines, self.api, self.period, self.top_codes, notes).rows()

    def _flat(self, lines: Lines) -> Iterator[Row]:
        """Return the rows of a flat file of data, with the files of its folder."""
        folder = lines.document.name.rpartition("/")[0]
        companions = {
            one.kind: Lines(*one.opened)
            for one in self.found
            if one.kind in oews_flat.COMPANIONS and one.name.rpartition("/")[0] == folder
        }
        flat = oews_flat.Flat(lines, companions, self.api, self.period, self.top_codes)
        return flat.rows()

    def notes(self, kind: str, lines: Lines) -> list[str]:
        """Return sentences about what of a file is not compared."""
        if kind == "onet_task_ratings":
            return [*onet_scales.not_a_task(lines, self.tasks)]
        return [*self._projections(lines).notes()] if kind in PROJECTION_KINDS else []

    def _scaled(self) -> set[Wanted]:
        """Return the lists whose items state the scales that they are rated on."""
        kinds = {one.kind for one in self.found}
        wanted = {one for kind in kinds - ABOUT_OTHERS for one in COVERS.get(kind, ())}
        return wanted if "onet_task_ratings" in kinds else wanted - {onet.TASKS}

    def rows(self, kind: str, lines: Lines) -> Iterator[Row | About]:
        """Yield the rows of a file of this kind."""
        if kind in RATED:
            return onet_ratings.ratings(RATED[kind], lines)
        if kind in onet.PLAIN:
            return onet.plain(kind, lines)
        if kind == "oews_notes":
            return iter(())
        if kind in oews_flat.COMPANIONS:
            # What they say is compared where the data refers to it.
            deque(oews_flat.companion(kind, lines), maxlen=0)
            return iter(())
        rated = [RATED[one.kind] for one in self.found if one.kind in RATED]
        readers: dict[str, Callable[[Lines], Iterator[Row | About]]] = {
            "oews": self._oews,
            "oews_flat_data": self._flat,
            **dict.fromkeys(PROJECTION_KINDS, lambda lines: self._projections(lines).rows()),
            "state_projections": lambda lines: state_projections.projections(lines, self.period),
            "soc_structure": soc.structure,
            "soc_definitions": soc.definitions,
            "soc_titles": soc.titles,
            "census_index": evidence.index,
            "employer_titles": evidence.employers,
            "onet_occupations": onet.occupations,
            "onet_education": lambda lines: onet_ratings.shares(lines, self.categories),
            "onet_education_categories": onet_ratings.category_rows,
            "onet_job_zone_reference": onet_ratings.zone_rows,
            "onet_task_ratings": lambda lines: onet_scales.task_ratings(
                lines, self.tasks, {key: n for key, n in self.categories.items() if key[0] == "FT"}
            ),
            "onet_task_activities": lambda lines: onet_scales.task_activities(
                lines, self.tasks, self.activities
            ),
            "onet_activities": onet_scales.activity_rows,
            "onet_task_categories": onet_scales.frequency_rows,
            "onet_work_context_categories": onet_scales.context_rows,
            "onet_work_context": lambda lines: onet_scales.work_context(lines, self.context_names),
            "onet_work_styles": onet_scales.work_styles,
            "onet_tools_and_technology": onet_scales.tools_and_technology,
            "onet_scales": lambda lines: chain(
                onet_ratings.scale_rows(lines, rated), onet_scales.scale_rows(lines, self._scaled())
            ),
        }
        return readers[kind](lines)
