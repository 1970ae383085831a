"""The newest figures' lines: of which occupations the nation has them, how many work in an area."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from app.database.classifying import TOTAL
from app.database.models import Projection, Wage
from app.database.models.occupations import ALL_INDUSTRIES, ALL_OWNERSHIPS
from app.database.parts import PartInfo


@dataclass(frozen=True, slots=True)
class Lines:
    """A dataset's lines: code → persons employed, in the base year of projections.

    ``detailed``: codes of the most detailed lines, which add up.
    """

    all: Mapping[str, int | None] = field(default_factory=dict)
    detailed: frozenset[str] = frozenset()


NATIONAL = ("US", ALL_INDUSTRIES, ALL_OWNERSHIPS)
NEWEST = {"wages": ("bls-oews", NATIONAL), "projections": ("bls-ep", ("", "", ""))}
"""Dataset → its publisher; area, industry and ownership of the lines that are of everybody."""


def read_lines(connection: Connection, dataset: str, parts: Iterable[PartInfo]) -> Lines:
    """Read the lines of the newest part of a dataset; ``parts`` are in list order."""
    newest = next((part for part in parts if _is_newest(part, dataset)), None)
    if newest is None:
        return Lines()
    if dataset == "wages":
        wages = select(Wage.code, Wage.employment, Wage.published_levels)
        rows = connection.execute(wages.where(Wage.part_id == newest.id))
        lines = [(code, persons, "detailed" in levels) for code, persons, levels in rows]
    else:
        jobs = select(Projection.code, Projection.base_employment, Projection.line)
        found = connection.execute(jobs.where(Projection.part_id == newest.id))
        lines = [(code, persons, line != "summary") for code, persons, line in found]
    detailed = frozenset(code for code, _, is_detailed in lines if is_detailed)
    return Lines({code: persons for code, persons, _ in lines}, detailed)


def read_employment(connection: Connection, parts: Iterable[PartInfo]) -> dict[str, int]:
    """Return area → persons employed in all occupations, in the area's newest wages."""
    source, (_, *everybody) = NEWEST["wages"]
    areas = {
        part.id: part.area
        for part in parts
        if part.latest
        and (part.dataset, part.source) == ("wages", source)
        and [part.industry, part.ownership] == everybody
    }
    totals = select(Wage.part_id, Wage.employment).where(
        Wage.code == TOTAL, Wage.part_id.in_(areas)
    )
    return {areas[part]: persons or 0 for part, persons in connection.execute(totals)}


def _is_newest(part: PartInfo, dataset: str) -> bool:
    source, place = NEWEST[dataset]
    its = (part.area, part.industry, part.ownership)
    return part.latest and (part.dataset, part.source, its) == (dataset, source, place)
