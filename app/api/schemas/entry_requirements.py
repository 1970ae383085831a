"""What it takes to enter an occupation, going out."""

from __future__ import annotations

from pydantic import Field

from app.api.schemas.common import (
    ITEMS,
    BlockPageOut,
    Code,
    Collected,
    DomainSource,
    InheritedFrom,
    Locator,
    Marks,
    Note,
    Out,
    ReleaseId,
)
from app.api.schemas.words import EducationKind, ExperienceKind, RelatedTier
from app.api.schemas.work import EstimateOut


class EducationOut(Out):
    """A level of education, named or with the share of people who have it."""

    code: Code
    inherited_from: InheritedFrom
    kind: EducationKind = Field(description="What it is.")
    level: str = Field(description="The level: bachelor, master, or the publisher's words.")
    requirement: str | None = Field(description="required or preferred; null where not said.")
    fields_of_study: list[str] = Field(description="Degrees or fields named for the level.")
    category: int | None = Field(description="The publisher's number of the level.")
    percent: float | None = Field(description="Share of people, percent; null: see marks.")
    estimate: EstimateOut | None = Field(
        description="How sure the share is; null where the source does not say."
    )
    collected: Collected
    domain_source: DomainSource
    marks: Marks
    note: Note
    locator: Locator
    release: ReleaseId


class EducationPage(BlockPageOut):
    """A page of education."""

    items: list[EducationOut] = Field(description=ITEMS)


class ExperienceOut(Out):
    """Experience before entry: a position people come from, or how much of it people had."""

    code: Code
    inherited_from: InheritedFrom
    kind: ExperienceKind = Field(description="What it is.")
    name: str = Field(description="The position, or the amount of experience or training.")
    related_code: str | None = Field(description="Occupation of the position; null elsewhere.")
    category: int | None = Field(description="The publisher's number of the amount.")
    percent: float | None = Field(description="Share of people, percent; null: see marks.")
    estimate: EstimateOut | None = Field(
        description="How sure the share is; null where the source does not say."
    )
    collected: Collected
    domain_source: DomainSource
    marks: Marks
    note: Note
    locator: Locator
    release: ReleaseId


class ExperiencePage(BlockPageOut):
    """A page of experience."""

    items: list[ExperienceOut] = Field(description=ITEMS)


class JobZoneOut(Out):
    """How much preparation the occupation needs."""

    code: Code
    inherited_from: InheritedFrom
    zone: int = Field(description="From 1 (little or none) to 5 (extensive).")
    name: str = Field(description="The zone in the publisher's words.")
    experience: str | None = Field(
        description="How much experience people need before; null: see marks."
    )
    education: str | None = Field(description="Which education most of them have; null: see marks.")
    training: str | None = Field(
        description="How long they are trained on the job; null: see marks."
    )
    svp_range: str = Field(description="Range of specific vocational preparation.")
    collected: Collected
    domain_source: DomainSource
    marks: Marks
    note: Note
    locator: Locator
    release: ReleaseId


class JobZonePage(BlockPageOut):
    """A page of job zones."""

    items: list[JobZoneOut] = Field(description=ITEMS)


class CourseOut(Out):
    """A course that prepares for the occupation."""

    code: Code
    inherited_from: InheritedFrom
    title: str = Field(description="Title of the course.")
    provider: str = Field(description="The university or school that teaches it.")
    platform: str = Field(description="Where it is offered.")
    text: str = Field(description="What it is about.")
    note: Note
    locator: Locator
    release: ReleaseId


class CoursePage(BlockPageOut):
    """A page of courses."""

    items: list[CourseOut] = Field(description=ITEMS)


class PathwayStepOut(Out):
    """A step to enter the occupation."""

    code: Code
    inherited_from: InheritedFrom
    step: int = Field(description="Its place among the steps, from 1.")
    title: str = Field(description="The step in short.")
    text: str = Field(description="What it takes.")
    note: Note
    locator: Locator
    release: ReleaseId


class PathwayPage(BlockPageOut):
    """A page of steps."""

    items: list[PathwayStepOut] = Field(description=ITEMS)


class RelatedOut(Out):
    """Another occupation like this one, or one people come from."""

    code: Code
    inherited_from: InheritedFrom
    related_code: Code
    related_title: str | None = Field(description="Title of the related occupation, if loaded.")
    tier: RelatedTier = Field(description="How near it is, and who says so.")
    rank: int | None = Field(description="The publisher's order, 1 the nearest.")
    note: Note
    locator: Locator
    release: ReleaseId


class RelatedPage(BlockPageOut):
    """A page of related occupations."""

    items: list[RelatedOut] = Field(description=ITEMS)
