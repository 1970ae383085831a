"""Occupations, sources and releases, going out."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from app.api.schemas import entry_requirements, work
from app.api.schemas.common import (
    ITEMS,
    AskedArea,
    ClassificationId,
    Code,
    ContinuesOut,
    FiguresAt,
    InheritedFrom,
    Marks,
    Out,
    PageOut,
    Period,
    ProjectionArea,
    ProvenanceOut,
    ReleaseId,
    Releases,
)
from app.api.schemas.projections import ProjectionOut
from app.api.schemas.wages import WageOut, dollars, hourly
from app.api.schemas.words import (
    FileKind,
    HealthStatus,
    Match,
    OccupationLevel,
    Relation,
    Source,
    TypicalEducation,
)

LEVEL = "total, major, minor, broad, detailed (SOC), or onet for a finer O*NET-SOC occupation."


class NeighbourOut(Out):
    """A code of the version of a classification before or after."""

    code: Code
    title: str | None = Field(description="Title of the code; null where nothing loaded names it.")
    classification: ClassificationId
    relation: Relation = Field(description="How the earlier of the two codes stands to the later.")
    match: Match | None = Field(
        description="How well the code matches the occupation, in its publisher's words or by the "
        "relation; null where nobody says."
    )
    crosswalk: str | None = Field(
        description="Release of the crosswalk that says so (/v1/crosswalks); null where both "
        "versions have the code."
    )


class SeriesOut(Out):
    """Where the series of an occupation go on, with `period=all`."""

    wages: ContinuesOut | None = Field(
        description="Where its wages stand in other years; null if not all periods are asked for."
    )
    projections: ContinuesOut | None = Field(
        description="Where its projections stand in other editions; null as `wages` is."
    )


Continued = Annotated[
    SeriesOut, Field(description="Under which codes and for which areas its series go on.")
]


class OccupationRef(Out):
    """An occupation by name."""

    code: Code
    title: str = Field(description="Official title.")
    level: OccupationLevel = Field(description=LEVEL)


class OccupationOut(Out):
    """An occupation in a list, with the figures that lists filter and sort by."""

    code: Code
    title: str = Field(description="Official title.")
    slug: str = Field(description="The title for URLs; answers wherever a code does.")
    level: OccupationLevel = Field(description=LEVEL)
    parent: str | None = Field(description="Code one level up; null at the top.")
    classification: ClassificationId
    figures_at: FiguresAt
    inherited_from: InheritedFrom
    area: str = Field(description="Area of employment and wages.")
    asked_area: AskedArea
    wage_period: Period | None = Field(description="Period of employment and wages.")
    employment: int | None = Field(description="Persons employed; null: see marks.")
    hourly_median: float | None = hourly("Median")
    annual_mean: int | None = dollars("Mean")
    annual_median: int | None = dollars("Median")
    projection_period: Period | None = Field(description="Period of the projection.")
    projection_area: ProjectionArea
    percent_change: float | None = Field(
        description="Projected growth of employment over the projection's period, percent."
    )
    annual_openings: int | None = Field(description="Projected openings a year, in persons.")
    typical_education: TypicalEducation | None = Field(
        description="Education typically needed to enter; null: see marks."
    )
    marks: Marks
    wage_release: str | None = Field(description="Release of employment and wages.")
    projection_release: str | None = Field(description="Release of the projection.")
    education_release: str | None = Field(
        description="Release of typical_education, which is the nation's in every area."
    )
    release: ReleaseId


class LeftOutOut(Out):
    """What a ranking leaves out."""

    floor: int = Field(description="Persons that an occupation in the ranking employs at least.")
    count: int = Field(
        description="Occupations left out: of fewer people, or whose employment is not given."
    )
    first_without: str | None = Field(
        description="Code of who would stand first without the floor; null if it is who does."
    )


class OccupationPage(PageOut):
    """A page of occupations."""

    items: list[OccupationOut] = Field(description=ITEMS)
    unknown_codes: list[str] = Field(
        description="Codes of `codes` that no occupation has, in the order given."
    )
    left_out: LeftOutOut | None = Field(
        description="What the floor of a ranking by wage or growth leaves out; null without one."
    )
    notices: list[str] = Field(description="What to keep in mind when reading this list.")


class ProfileOut(Out):
    """One occupation whole. A block that `include` does not name is absent."""

    code: Code
    title: str = Field(description="Official title.")
    slug: str = Field(description="The title for URLs; answers wherever a code does.")
    level: OccupationLevel = Field(description=LEVEL)
    parent: str | None = Field(description="Code one level up; null at the top.")
    classification: ClassificationId
    current: bool = Field(description="Whether it is in force; `successors` lead on from others.")
    valid_from: str | None = Field(
        description="Month or year from which its classification is in force; null if not known."
    )
    valid_to: str | None = Field(description="Until when it was in force; null: it still is.")
    predecessors: list[NeighbourOut] = Field(
        description="Codes that stood for its people, or some of them, before."
    )
    successors: list[NeighbourOut] = Field(
        description='Codes that stand for its people, or some of them, now; "All Other" last.'
    )
    figures_at: FiguresAt
    continues: Continued
    notices: list[str] = Field(description="What to keep in mind when reading this occupation.")
    ancestors: list[OccupationRef] = Field(description="From the whole economy down to the parent.")
    children: list[OccupationRef] = Field(description="Occupations one level below.")
    release: ReleaseId
    marks: Marks = Field(
        description="An entry for every block asked for that has no items, saying why."
    )
    descriptions: list[work.DescriptionOut] = Field(
        default_factory=list, description="What the occupation is."
    )
    duties: list[work.DutyOut] = Field(default_factory=list, description="What people in it do.")
    activities: list[work.DetailedActivityOut] = Field(
        default_factory=list, description="Detailed work activities that its tasks belong to."
    )
    titles: list[work.TitleOut] = Field(
        default_factory=list, description="Names that people use for it."
    )
    wages: list[WageOut] = Field(
        default_factory=list, description="Employment in persons, wages in US dollars."
    )
    projections: list[ProjectionOut] = Field(
        default_factory=list,
        description="How employment is projected to change, in persons and percent.",
    )
    skills: list[work.SkillOut] = Field(
        default_factory=list, description="Skills, knowledge, abilities and work activities."
    )
    technologies: list[work.TechnologyOut] = Field(
        default_factory=list, description="Software and equipment used in it."
    )
    interests: list[work.InterestOut] = Field(
        default_factory=list, description="How well each occupational interest describes it."
    )
    education: list[entry_requirements.EducationOut] = Field(
        default_factory=list, description="Degrees named, levels required, levels people have."
    )
    experience: list[entry_requirements.ExperienceOut] = Field(
        default_factory=list,
        description="Positions people come from, and how much experience they had.",
    )
    job_zones: list[entry_requirements.JobZoneOut] = Field(
        default_factory=list, description="How much preparation it needs."
    )
    courses: list[entry_requirements.CourseOut] = Field(
        default_factory=list, description="Courses that prepare for it."
    )
    pathway: list[entry_requirements.PathwayStepOut] = Field(
        default_factory=list, description="The steps to enter it, in order."
    )
    workplaces: list[work.WorkplaceOut] = Field(
        default_factory=list, description="Where people in it work."
    )
    related: list[entry_requirements.RelatedOut] = Field(
        default_factory=list, description="Occupations like it, and those people come from."
    )
    releases: Releases


class SourceOut(Out):
    """A publisher's dataset."""

    id: Source = Field(description="Value of the parameter `source`.")
    publisher: str = Field(description="The organisation that publishes it.")
    dataset: str = Field(description="Name of the dataset.")
    description: str = Field(description="What it holds.")
    homepage: str = Field(description="Where the publisher presents it.")
    licence: str = Field(description="Licence under which it may be used.")
    licence_url: str = Field(description="Text of the licence.")
    attribution: str = Field(description="How to name the source.")
    not_covered: list[str] = Field(
        description="Whom and what its figures leave out, by the publisher's own definitions."
    )
    periods: list[Period] = Field(description="Periods shown, newest first.")
    release_ids: list[str] = Field(description="Releases shown, newest first.")


class SourcePage(PageOut):
    """A page of sources."""

    items: list[SourceOut] = Field(description=ITEMS)


class ReleaseFileOut(Out):
    """A file of a release, as it was read."""

    name: str = Field(description="Name of the file.")
    kind: FileKind = Field(description="What the file was taken for.")
    sha256: str = Field(description="Checksum of the file, hexadecimal.")
    bytes: int = Field(description="Size of the file in bytes.")
    rows_read: int = Field(description="Rows that the file has.")
    rows_loaded: int = Field(description="Rows taken from it.")
    left_out: dict[str, int] = Field(description="Reason → rows left out for it.")


class CitationOut(Out):
    """What a release itself cites."""

    number: int = Field(description="Its number in the release's list.")
    publisher: str = Field(description="Who published what is cited.")
    title: str = Field(description="Title of what is cited.")
    accessed: str | None = Field(description="Day on which the release's author read it.")
    locator: str | None = Field(description="Where in it; null for the whole.")


class LacksOut(Out):
    """What a release lacks that its publisher has."""

    datasets: list[str] = Field(description="Datasets without any rows.")
    groups: list[str] = Field(
        description="Major groups whose lines are missing or do not add up; 00-0000 is the total."
    )
    codes: int = Field(description="Number of occupations that it has fewer than another period.")
    rows: int = Field(
        description="Number of rows that a part with several rows an occupation has fewer than "
        "another period."
    )
    areas: list[str] = Field(description="Codes of areas without rows.")
    industries: list[str] = Field(description="Codes of industries without rows.")


class ReleaseOut(ProvenanceOut):
    """A release: one publication of a source for one period."""

    id: str = Field(description="Id of the release: source and period.")
    source: Source = Field(description="Id of the source.")
    checksum: str = Field(description="SHA-256 over the checksums of its files, hexadecimal.")
    excerpt: bool = Field(
        description="true: a handful of its facts that come with the software; false: all of it."
    )
    notice: str | None = Field(description="What the publisher asks readers to keep in mind.")
    left_out: list[str] = Field(
        description="What the software's own data leave out of the publisher's files: datasets, "
        "and columns as job_zones.training."
    )
    whole: bool = Field(
        description="Whether it has all that its publisher released in files of its kind. What is "
        "absent from a release that is not whole has the mark not_loaded."
    )
    lacks: LacksOut = Field(description="What it lacks, as far as that is known.")
    rows: dict[str, int] = Field(description="Rows shown by dataset.")
    files: list[ReleaseFileOut] = Field(description="Files it was loaded from.")
    citations: list[CitationOut] = Field(description="What the release itself cites.")


class ReleasePage(PageOut):
    """A page of releases."""

    items: list[ReleaseOut] = Field(description=ITEMS)


class MissingOut(Out):
    """What is not loaded of a source, as far as the software knows what its publisher has."""

    datasets: list[str] = Field(
        description="Datasets that the newest period loaded lacks; job_zones.training is a column."
    )
    areas: list[str] = Field(
        description="Codes of states, and of other areas that it is known to lack."
    )
    periods: list[Period] = Field(
        description="Periods between two that are loaded, newest first: gaps."
    )


class NewerOut(Out):
    """What a publisher has that is newer than what is loaded."""

    period: Period = Field(description="The publisher's newest period.")
    release: str = Field(description="Id that its release will have.")


class SourceStatusOut(Out):
    """What is loaded of a source, what is missing, and what is newer."""

    source: Source = Field(description="Id of the source.")
    newest: Period | None = Field(description="Newest period loaded; null: nothing is.")
    published: str | None = Field(
        description="Day on which the publisher released it; null where no file or list dates it."
    )
    excerpt: bool = Field(
        description="true: of the newest period only a handful of facts are loaded, which come "
        "with the software."
    )
    whole: bool = Field(description="Whether the newest period loaded lacks nothing.")
    missing: MissingOut = Field(description="What is not loaded.")
    newer: NewerOut | None = Field(
        description="The publisher's newest, if what is loaded is older or nothing is, as far as "
        "this version of the software knows; null otherwise."
    )
    command: str | None = Field(
        description="The command that gets what is newer, else what the newest period lacks, else "
        "the newest gap; null where nothing is missing or can be downloaded."
    )


class RootOut(Out):
    """The entry point."""

    name: str = Field(description="Name of the API.")
    version: str = Field(description="Version of the software.")
    documentation: str = Field(description="Page of the documentation.")
    openapi: str = Field(description="The contract, OpenAPI 3.1.")
    data_version: str = Field(
        description="A digest of what is shown; equal on hosts with equal data."
    )
    links: dict[str, str] = Field(description="Every resource by name.")
    sources: dict[str, list[str]] = Field(description="Source → releases shown, newest first.")
    status: list[SourceStatusOut] = Field(
        description="What is loaded of each source, what is missing, and what is newer."
    )


class HealthOut(Out):
    """Whether the process or what it depends on is well."""

    status: HealthStatus = Field(description="ok, whenever this is answered with 200.")
    checks: dict[str, str] = Field(description="What was looked at → how it is.")
