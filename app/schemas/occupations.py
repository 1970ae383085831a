"""Occupations, areas, sources and releases, going out."""

from __future__ import annotations

from pydantic import Field

from app.schemas import entry, figures, work
from app.schemas.common import (
    Code,
    InheritedFrom,
    Marks,
    Out,
    PageOut,
    Period,
    ProvenanceOut,
    ReleaseId,
    Releases,
)

LEVEL = "total, major, minor, broad, detailed (SOC), or onet for a finer O*NET-SOC occupation."


class OccupationRef(Out):
    """An occupation by name."""

    code: Code
    title: str = Field(description="Official title.")
    level: str = Field(description=LEVEL)


class OccupationOut(Out):
    """An occupation in a list, with the figures that lists filter and sort by."""

    code: Code
    title: str = Field(description="Official title.")
    slug: str = Field(description="The title for URLs; answers wherever a code does.")
    level: str = Field(description=LEVEL)
    parent: str | None = Field(description="Code one level up; null at the top.")
    inherited_from: InheritedFrom
    area: str = Field(description="Area of employment and wages.")
    wage_period: Period | None = Field(description="Period of employment and wages.")
    employment: int | None = Field(description="Persons employed; null: see marks.")
    hourly_median: float | None = figures.hourly("Median")
    annual_mean: int | None = figures.dollars("Mean")
    annual_median: int | None = figures.dollars("Median")
    projection_period: Period | None = Field(description="Period of the projection.")
    percent_change: float | None = Field(
        description="Projected growth of employment over the projection's period, percent."
    )
    annual_openings: int | None = Field(description="Projected openings a year, in persons.")
    typical_education: str | None = Field(description="Education typically needed to enter.")
    marks: Marks
    wage_release: str | None = Field(description="Release of employment and wages.")
    projection_release: str | None = Field(description="Release of the projection.")
    release: ReleaseId


class OccupationPage(PageOut):
    """A page of occupations."""

    items: list[OccupationOut]
    unknown_codes: list[str] = Field(
        description="Codes of `codes` that no occupation has, in the order given."
    )
    notices: list[str] = Field(description="What to keep in mind when reading this list.")


class ProfileOut(Out):
    """One occupation whole. A block that was not asked for is absent."""

    code: Code
    title: str = Field(description="Official title.")
    slug: str
    level: str = Field(description=LEVEL)
    parent: str | None = Field(description="Code one level up; null at the top.")
    ancestors: list[OccupationRef] = Field(description="From the whole economy down to the parent.")
    children: list[OccupationRef] = Field(description="Occupations one level below.")
    release: ReleaseId
    marks: Marks = Field(
        description="An entry for every block asked for that has no items, saying why."
    )
    descriptions: list[work.DescriptionOut] | None = Field(default=None)
    duties: list[work.DutyOut] | None = Field(default=None)
    titles: list[work.TitleOut] | None = Field(default=None)
    wages: list[figures.WageOut] | None = Field(default=None)
    projections: list[figures.ProjectionOut] | None = Field(default=None)
    skills: list[work.SkillOut] | None = Field(default=None)
    technologies: list[work.TechnologyOut] | None = Field(default=None)
    interests: list[work.InterestOut] | None = Field(default=None)
    education: list[entry.EducationOut] | None = Field(default=None)
    experience: list[entry.ExperienceOut] | None = Field(default=None)
    job_zones: list[entry.JobZoneOut] | None = Field(default=None)
    courses: list[entry.CourseOut] | None = Field(default=None)
    pathway: list[entry.PathwayStepOut] | None = Field(default=None)
    workplaces: list[work.WorkplaceOut] | None = Field(default=None)
    related: list[entry.RelatedOut] | None = Field(default=None)
    releases: Releases


class AreaOut(Out):
    """A place that wages are given for."""

    code: str = Field(description="US, a state's postal abbreviation, or the survey's area code.")
    name: str
    level: str = Field(description="nation, state, territory, metropolitan or nonmetropolitan.")
    publisher_code: str = Field(description="The survey's own code of the area.")
    state: str | None = Field(description="Postal abbreviation of the (first) state.")
    periods: list[Period] = Field(description="Periods with wages, newest first.")
    release: ReleaseId


class AreaPage(PageOut):
    """A page of areas."""

    items: list[AreaOut]


class SourceOut(Out):
    """A publisher's dataset."""

    id: str = Field(description="Value of the parameter `source`.")
    publisher: str
    dataset: str
    description: str
    homepage: str
    licence: str
    licence_url: str
    attribution: str
    periods: list[Period] = Field(description="Periods shown, newest first.")
    release_ids: list[str] = Field(description="Releases shown, newest first.")


class SourcePage(PageOut):
    """A page of sources."""

    items: list[SourceOut]


class ReleaseFileOut(Out):
    """A file of a release, as it was read."""

    name: str
    kind: str = Field(description="What the file was taken for.")
    sha256: str = Field(description="Checksum of the file, hexadecimal.")
    bytes: int = Field(description="Size of the file in bytes.")
    rows_read: int
    rows_loaded: int
    left_out: dict[str, int] = Field(description="Reason → rows left out for it.")


class CitationOut(Out):
    """What a release itself cites."""

    number: int
    publisher: str
    title: str
    accessed: str | None = Field(description="Day on which the release's author read it.")
    locator: str | None


class ReleaseOut(ProvenanceOut):
    """A release: one publication of a source for one period."""

    id: str
    source: str = Field(description="Id of the source.")
    checksum: str = Field(description="SHA-256 over the checksums of its files, hexadecimal.")
    excerpt: bool = Field(
        description="true: a handful of its facts that come with the software; false: all of it."
    )
    notice: str | None = Field(description="What the publisher asks readers to keep in mind.")
    rows: dict[str, int] = Field(description="Rows shown by dataset.")
    files: list[ReleaseFileOut]
    citations: list[CitationOut]


class ReleasePage(PageOut):
    """A page of releases."""

    items: list[ReleaseOut]


class RootOut(Out):
    """The entry point."""

    name: str
    version: str = Field(description="Version of the software.")
    documentation: str
    openapi: str
    data_version: str = Field(
        description="A digest of what is shown; equal on hosts with equal data."
    )
    links: dict[str, str] = Field(description="Every resource by name.")
    sources: dict[str, list[str]] = Field(description="Source → releases shown, newest first.")


class HealthOut(Out):
    """Whether the process or what it depends on is well."""

    status: str
    checks: dict[str, str]
