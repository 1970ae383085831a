"""Employment projections, going out."""

from __future__ import annotations

from pydantic import Field

from app.api.schemas.common import (
    ITEMS,
    Code,
    InheritedFrom,
    Locator,
    Marks,
    Note,
    Notes,
    Out,
    Period,
    ReleaseId,
    SeriesPageOut,
)
from app.api.schemas.words import ProjectionLine, TypicalEducation


class ProjectionOut(Out):
    """Employment of one occupation projected from a base to a target year."""

    code: Code
    inherited_from: InheritedFrom
    area: str = Field(
        description="Area that is projected: US by the Bureau of Labor Statistics, a state by its "
        "own agency."
    )
    period: Period
    line: ProjectionLine | None = Field(description="Whether it is a sum of line items.")
    base_year: int = Field(description="Year the projection starts from.")
    target_year: int = Field(description="Year it reaches.")
    base_employment: int | None = Field(description="Jobs in the base year, in persons.")
    target_employment: int | None = Field(description="Jobs in the target year, in persons.")
    change: int | None = Field(description="Jobs gained or lost between the years, in persons.")
    percent_change: float | None = Field(description="The same in percent of the base (28.3).")
    annual_openings: int | None = Field(
        description="Openings a year on average, from growth and from people leaving, in persons."
    )
    percent_self_employed: float | None = Field(
        description="Share of the base year's workers who are self-employed, percent."
    )
    annual_median: int | None = Field(
        description="Median annual wage that the publisher prints beside the projection, in whole "
        "US dollars; wage_year tells of which year."
    )
    wage_year: int | None = Field(description="Year of annual_median; null if there is none.")
    typical_education: TypicalEducation | None = Field(
        description="Education that people typically need to enter; null: see marks."
    )
    work_experience: str | None = Field(
        description="Work experience in a related occupation that is commonly needed; null: see "
        "marks."
    )
    training: str | None = Field(
        description="On-the-job training needed to become competent; null: see marks."
    )
    marks: Marks
    notes: Notes
    note: Note
    locator: Locator
    release: ReleaseId


class ProjectionPage(SeriesPageOut):
    """A page of projections."""

    items: list[ProjectionOut] = Field(description=ITEMS)
