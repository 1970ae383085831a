"""What importers produce: parts and their rows, typed; ``load`` alone writes them.

A row's fields are the columns of its table (``TABLES``) but for ``id`` and ``part_id``, which
``load`` fills in. ``position`` 0 means: number it in the order given, from 1, within part and code.
Units are the database's: persons, dollars a year, cents an hour, percent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from app.database import models


class EntryRow(NamedTuple):
    code: str
    title: str
    level: str
    parent: str | None = None
    position: int = 0
    locator: str | None = None
    note: str | None = None


class DescriptionRow(NamedTuple):
    code: str
    kind: str
    text: str
    position: int = 0
    locator: str | None = None
    note: str | None = None


class WorkplaceRow(NamedTuple):
    code: str
    name: str
    position: int = 0
    locator: str | None = None
    note: str | None = None


class DutyRow(NamedTuple):
    code: str
    text: str
    kind: str
    task_id: str | None = None
    original_task_id: str | None = None
    incumbents_responding: int | None = None
    write_in_total: int | None = None
    collected: str | None = None
    domain_source: str | None = None
    position: int = 0
    locator: str | None = None
    note: str | None = None


class TitleRow(NamedTuple):
    code: str
    title: str
    kind: str
    short_title: str | None = None
    featured: bool | None = None
    origin: str | None = None
    position: int = 0
    locator: str | None = None
    note: str | None = None


class WageRow(NamedTuple):
    code: str
    published_levels: str
    employment: int | None
    employment_rse: float | None
    jobs_per_1000: float | None
    location_quotient: float | None
    percent_of_industry: float | None
    percent_reporting: float | None
    hourly_mean: int | None
    annual_mean: int | None
    wage_rse: float | None
    hourly_p10: int | None
    hourly_p25: int | None
    hourly_median: int | None
    hourly_p75: int | None
    hourly_p90: int | None
    annual_p10: int | None
    annual_p25: int | None
    annual_median: int | None
    annual_p75: int | None
    annual_p90: int | None
    marks: str
    locator: str | None = None
    note: str | None = None


class ProjectionRow(NamedTuple):
    code: str
    line: str | None
    base_year: int
    target_year: int
    base_employment: int | None
    target_employment: int | None
    change: int | None
    percent_change: float | None
    annual_openings: int | None
    percent_self_employed: float | None
    annual_median: int | None
    typical_education: str | None
    work_experience: str | None
    training: str | None
    marks: str
    position: int = 0
    locator: str | None = None
    note: str | None = None


class SkillRow(NamedTuple):
    code: str
    name: str
    kind: str
    element_id: str | None = None
    importance: float | None = None
    importance_n: int | None = None
    importance_se: float | None = None
    importance_lower: float | None = None
    importance_upper: float | None = None
    importance_suppress: bool | None = None
    level: float | None = None
    level_n: int | None = None
    level_se: float | None = None
    level_lower: float | None = None
    level_upper: float | None = None
    level_suppress: bool | None = None
    not_relevant: bool | None = None
    collected: str | None = None
    domain_source: str | None = None
    position: int = 0
    locator: str | None = None
    note: str | None = None


class TechnologyRow(NamedTuple):
    code: str
    name: str
    category: str
    commodity_code: str
    hot: bool | None = None
    in_demand: bool | None = None
    position: int = 0
    locator: str | None = None
    note: str | None = None


class InterestRow(NamedTuple):
    code: str
    name: str
    element_id: str
    scale: str
    value: float
    collected: str | None = None
    domain_source: str | None = None
    position: int = 0
    locator: str | None = None
    note: str | None = None


class EducationRow(NamedTuple):
    code: str
    kind: str
    level: str
    requirement: str | None = None
    fields_of_study: list[Any] = []  # noqa: RUF012 - never changed, only written
    category: int | None = None
    percent: float | None = None
    n: int | None = None
    standard_error: float | None = None
    lower: float | None = None
    upper: float | None = None
    suppress: bool | None = None
    collected: str | None = None
    domain_source: str | None = None
    position: int = 0
    locator: str | None = None
    note: str | None = None


class ExperienceRow(NamedTuple):
    code: str
    kind: str
    name: str
    related_code: str | None = None
    category: int | None = None
    percent: float | None = None
    n: int | None = None
    standard_error: float | None = None
    lower: float | None = None
    upper: float | None = None
    suppress: bool | None = None
    collected: str | None = None
    domain_source: str | None = None
    position: int = 0
    locator: str | None = None
    note: str | None = None


class JobZoneRow(NamedTuple):
    code: str
    zone: int
    name: str
    experience: str
    education: str
    training: str
    svp_range: str
    collected: str | None = None
    domain_source: str | None = None
    position: int = 0
    locator: str | None = None
    note: str | None = None


class CourseRow(NamedTuple):
    code: str
    title: str
    provider: str
    platform: str
    text: str
    position: int = 0
    locator: str | None = None
    note: str | None = None


class PathwayRow(NamedTuple):
    code: str
    title: str
    text: str
    position: int = 0
    locator: str | None = None
    note: str | None = None


class RelatedRow(NamedTuple):
    code: str
    related_code: str
    tier: str
    rank: int | None = None
    position: int = 0
    locator: str | None = None
    note: str | None = None


Row = (
    EntryRow
    | DescriptionRow
    | WorkplaceRow
    | DutyRow
    | TitleRow
    | WageRow
    | ProjectionRow
    | SkillRow
    | TechnologyRow
    | InterestRow
    | EducationRow
    | ExperienceRow
    | JobZoneRow
    | CourseRow
    | PathwayRow
    | RelatedRow
)

TABLES: dict[type[Any], type[models.Base]] = {
    EntryRow: models.Entry,
    DescriptionRow: models.Description,
    WorkplaceRow: models.Workplace,
    DutyRow: models.Duty,
    TitleRow: models.Title,
    WageRow: models.Wage,
    ProjectionRow: models.Projection,
    SkillRow: models.Skill,
    TechnologyRow: models.Technology,
    InterestRow: models.Interest,
    EducationRow: models.Education,
    ExperienceRow: models.Experience,
    JobZoneRow: models.JobZone,
    CourseRow: models.Course,
    PathwayRow: models.PathwayStep,
    RelatedRow: models.Related,
}
"""Row type → the table its rows go to; the table's name is the part's dataset."""


class AreaRow(NamedTuple):
    code: str
    name: str
    level: str
    publisher_code: str
    state: str | None


class IndustryRow(NamedTuple):
    code: str
    title: str
    level: str


@dataclass(frozen=True, slots=True)
class PartKey:
    """What a part holds; ``row`` gives the dataset. ``period`` "" means: the release's."""

    row: type[Any]
    kind: str = ""
    area: str = ""
    industry: str = ""
    ownership: str = ""
    period: str = ""  # the article's wage is of 2021-05, its projection of 2021-31


@dataclass(frozen=True, slots=True)
class PartRows:
    """A run of rows of one part. A part may come in several runs; ``detail`` is the first's."""

    key: PartKey
    rows: Iterable[Any]
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CitationRow:
    number: int
    publisher: str
    title: str
    accessed: date | None
    locator: str | None = None


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file of a release as it was read; counts are final once all rows have been taken."""

    name: str
    kind: str
    sha256: str
    bytes: int
    rows_read: int = 0
    rows_loaded: int = 0
    left_out: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReleaseHead:
    """What a release is, known before its rows are read."""

    name: str  # bls-oews-2021-05
    source: str  # bls-oews
    period: str  # 2021-05
    title: str
    published: date | None
    source_url: str
    checksum: str  # sha256 over the files' checksums, in order of name
    excerpt: bool = False
    notice: str | None = None
    citations: tuple[CitationRow, ...] = ()
    kinds: tuple[str, ...] = ()  # of its files; a release never gives way to one that lacks some


@dataclass(frozen=True, slots=True)
class Reading:
    """A release as it is read: ``parts`` is consumed once, the rest is asked for afterwards."""

    head: ReleaseHead
    parts: Iterable[PartRows]
    files: Callable[[], Iterable[FileRead]] = tuple
    areas: Callable[[], Iterable[AreaRow]] = tuple
    industries: Callable[[], Iterable[IndustryRow]] = tuple
