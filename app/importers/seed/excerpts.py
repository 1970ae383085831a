"""The seed's excerpts of the SOC and of the projections (EP) → rows.

An excerpt has the name that the whole release will have, so importing the publisher's file later
supersedes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import model_validator

from app.database.hierarchy import ancestors
from app.importers.rows import EntryRow, PartKey, PartRows, ProjectionRow, Row
from app.importers.seed.facts import (
    Code,
    Dollars,
    Fact,
    Facts,
    Figure,
    SeedRelease,
    Text,
    figures,
    no_repeats,
    published,
    refuse,
)
from app.importers.seed.yaml_lines import Place
from app.marks import PROJECTION_FIGURES

Thousands = Annotated[Figure, published(1000)]
ThousandsMoreOrLess = Annotated[Figure, published(1000, signed=True)]


class Excerpt(SeedRelease):
    """A release of which the seed has only a few rows."""

    @model_validator(mode="after")
    def _is_an_excerpt(self) -> Excerpt:
        if not self.release.excerpt:
            why = "should be true: the whole release comes from its publisher"
            refuse(why, "release", "excerpt")
        return self


class SocEntry(Fact):
    """A line of the classification."""

    code: Code
    level: Literal["major", "minor", "broad", "detailed"]
    title: Text


class SocFile(Excerpt):
    """All of ``soc-2018.yaml``: occupations, and the groups above each."""

    entries: Annotated[list[SocEntry], no_repeats("code")]

    @model_validator(mode="after")
    def _hierarchy_is_whole(self) -> SocFile:
        levels = {entry.code: entry.level for entry in self.entries}
        above = {"detailed": "broad", "broad": "minor", "minor": "major"}
        for n, entry in enumerate(self.entries):
            parent = next((levels[c] for c in ancestors(entry.code) if c in levels), None)
            wanted = above.get(entry.level)
            if parent != wanted:
                refuse(f"{entry.code} should stand under a {wanted} group", "entries", n, "code")
        return self

    def parts(self) -> Iterator[PartRows]:
        """Yield the entries as rows."""
        yield PartRows(PartKey(EntryRow), [entry.row(EntryRow) for entry in self.entries])


class ProjectedEmployment(Facts):
    """Employment in the base and the target year, and the change, in thousands."""

    base: Thousands
    target: Thousands
    change: ThousandsMoreOrLess


class EpRow(Fact):
    """A line of the projections."""

    code: Code
    title: Text
    employment_thousands: ProjectedEmployment
    percent_change: float
    annual_openings_thousands: Thousands
    annual_median_dollars: Dollars
    typical_education: Text
    work_experience: Text
    training: Text

    @model_validator(mode="after")
    def _figures_agree(self) -> EpRow:
        jobs = self.employment_thousands
        if None in (jobs.base.value, jobs.target.value, jobs.change.value):
            return self
        # The publisher works out the change from figures that are not rounded to hundreds.
        if abs(jobs.target.value - jobs.base.value - jobs.change.value) > 100:
            refuse("should be target less base", "employment_thousands", "change")
        percent = self.percent_change * jobs.base.value
        if abs(100 * jobs.change.value - percent) > 0.2 * jobs.base.value:
            refuse("should be change in percent of base", "percent_change")
        return self

    def projection(self, base_year: int, target_year: int) -> Row:
        """Return the line in the database's units."""
        jobs = self.employment_thousands
        return ProjectionRow(
            code=self.code,
            line="line_item",
            base_year=base_year,
            target_year=target_year,
            **figures(
                PROJECTION_FIGURES,
                base_employment=jobs.base,
                target_employment=jobs.target,
                change=jobs.change,
                percent_change=Figure(self.percent_change),
                annual_openings=self.annual_openings_thousands,
                annual_median=self.annual_median_dollars,
                typical_education=Figure(self.typical_education),
                work_experience=Figure(self.work_experience),
                training=Figure(self.training),
            ),
            **self.place(),
        )


class EpFile(Excerpt):
    """All of ``bls-ep-2021-31.yaml``."""

    base_year: int
    target_year: int
    wage_year: int
    top_code_annual_dollars: Dollars
    projections: Annotated[list[EpRow], no_repeats("code")]

    @model_validator(mode="after")
    def _top_codes_agree(self) -> EpFile:
        top = self.top_code_annual_dollars.value
        for n, row in enumerate(self.projections):
            if row.annual_median_dollars.top_coded_otherwise(top):
                why = "should be what top_code_annual_dollars says"
                refuse(why, "projections", n, "annual_median_dollars")
        return self

    def parts(self) -> Iterator[PartRows]:
        """Yield the projections."""
        detail = {
            "top_code_annual": self.top_code_annual_dollars.value,
            "wage_year": self.wage_year,
        }
        rows = [p.projection(self.base_year, self.target_year) for p in self.projections]
        yield PartRows(PartKey(ProjectionRow), rows, detail)

    def codes(self) -> Iterator[tuple[Place, str]]:
        """Yield place and code of each line."""
        for n, row in enumerate(self.projections):
            yield ("projections", n, "code"), row.code
