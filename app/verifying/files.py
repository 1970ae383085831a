"""A release's files, one after another: which lists they stand for, and their rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain

from app.importers.loading.recognise import Found
from app.importers.onet.columns import ELEMENT_KINDS
from app.verifying import oews, onet, onet_ratings, onet_scales, projections, soc
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

COVERS: dict[str, tuple[Wanted, ...]] = {
    "oews": (oews.WAGES, oews.AREAS, OCCUPATIONS),
    "projections_workbook": PROJECTED,
    "projections_csv": PROJECTED,
    "soc_structure": (OCCUPATIONS,),
    "soc_definitions": (OCCUPATIONS, DEFINITIONS),
    "soc_titles": (soc.TITLES, OCCUPATIONS),
    "onet_occupations": (OCCUPATIONS, DEFINITIONS),
    "onet_education": (onet_ratings.EDUCATION, onet_ratings.EXPERIENCE),
    "onet_task_ratings": (onet.TASKS,),
    "onet_task_activities": (onet.TASKS,),
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
    "onet_task_activities": "onet_tasks",
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

    def _export(self, lines: Lines) -> projections.Projections:
        """Return the data tool's export, beside the workbook of the release if there is one."""
        books = [one for one in self.found if one.kind == "projections_workbook"]
        return projections.Projections(lines, Lines(*books[0].opened) if books else None)

    def notes(self, kind: str, lines: Lines) -> list[str]:
        """Return sentences about what of a file is not compared."""
        if kind in ABOUT_OTHERS:
            return [*onet_scales.not_a_task(lines, self.tasks)]
        return [*self._export(lines).notes()] if kind == "projections_csv" else []

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
        rated = [RATED[one.kind] for one in self.found if one.kind in RATED]
        readers: dict[str, Callable[[Lines], Iterator[Row | About]]] = {
            "oews": lambda lines: oews.Oews(lines, self.api, self.period, self.top_codes).rows(),
            "projections_workbook": lambda lines: projections.Projections(lines).rows(),
            "projections_csv": lambda lines: self._export(lines).rows(),
            "soc_structure": soc.structure,
            "soc_definitions": soc.definitions,
            "soc_titles": soc.titles,
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
