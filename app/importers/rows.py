"""What importers produce: releases, parts and typed rows. Only ``loading`` writes them.

Units are the database's: persons, dollars a year, cents an hour, percent.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from app.database import models
from app.importers.faults import BadFile

Row = Any
"""A named tuple of one of the row types below; mypy does not see types made at run time."""
TABLES: dict[type[Row], type[models.Base]] = {}
"""Row type → the table that its rows go to. The table's name is the part's dataset."""

_FIRST = ("code", "from_code", "zip", "fips")
_LAST = ("position", "locator", "note")
_DEFAULTS: dict[str, Any] = {"position": 0, "fields_of_study": []}


def _row_type(name: str, model: type[models.Base]) -> Row:
    """Return a named tuple with a table's columns, but for the ids, which the writer fills in.

    A code comes first. ``position`` comes near the end; 0 means that the writer counts from 1
    within part and code.
    Columns that may be null are optional unless a required column follows.
    """
    columns = {c.name: c for c in model.__table__.columns if c.name not in {"id", "part_id"}}
    last = [column for column in _LAST if column in columns]
    first = next(name for name in _FIRST if name in columns)
    names = [first, *(n for n in columns if n not in {first, *last}), *last]
    required = [
        n for n, column in enumerate(names) if not (columns[column].nullable or column in _DEFAULTS)
    ]
    defaults = [_DEFAULTS.get(column) for column in names[required[-1] + 1 :]]
    made = namedtuple(name, names, defaults=defaults, module=__name__)  # type: ignore[misc]
    TABLES[made] = model
    return made


EntryRow = _row_type("EntryRow", models.Entry)
DescriptionRow = _row_type("DescriptionRow", models.Description)
WorkplaceRow = _row_type("WorkplaceRow", models.Workplace)
DutyRow = _row_type("DutyRow", models.Duty)
ActivityRow = _row_type("ActivityRow", models.Activity)
TitleRow = _row_type("TitleRow", models.Title)
WageRow = _row_type("WageRow", models.Wage)
ProjectionRow = _row_type("ProjectionRow", models.Projection)
SkillRow = _row_type("SkillRow", models.Skill)
TechnologyRow = _row_type("TechnologyRow", models.Technology)
InterestRow = _row_type("InterestRow", models.Interest)
EducationRow = _row_type("EducationRow", models.Education)
ExperienceRow = _row_type("ExperienceRow", models.Experience)
JobZoneRow = _row_type("JobZoneRow", models.JobZone)
CourseRow = _row_type("CourseRow", models.Course)
PathwayRow = _row_type("PathwayRow", models.PathwayStep)
RelatedRow = _row_type("RelatedRow", models.Related)
MappingRow = _row_type("MappingRow", models.Mapping)
CountyRow = _row_type("CountyRow", models.County)
CountyAreaRow = _row_type("CountyAreaRow", models.CountyArea)
ZipCountyRow = _row_type("ZipCountyRow", models.ZipCounty)


class AreaRow(NamedTuple):
    """A row of ``area_entries``, of the release's own period."""

    code: str
    name: str
    level: str
    publisher_code: str
    state: str | None


class ListedAreaRow(NamedTuple):
    """A row of ``area_entries`` of a list of areas, which serves for several periods."""

    code: str
    name: str
    level: str
    publisher_code: str
    state: str | None
    first: str
    last: str | None


class AreaLinkRow(NamedTuple):
    """A row of ``area_links``."""

    from_code: str
    to_code: str
    relation: str
    common: int | None


class IndustryRow(NamedTuple):
    """A row of ``industries``."""

    code: str
    title: str
    level: str


@dataclass(frozen=True, slots=True)
class PartKey:
    """What tells a part from the others of its release. ``period`` "" is the release's."""

    row: type[Row]  # gives the dataset
    kind: str = ""
    area: str = ""
    industry: str = ""
    ownership: str = ""
    period: str = ""  # the article's wage is of 2021-05, its projection of 2021-31
    classification: str | None = None  # of the codes, if they are those of a classification


@dataclass(frozen=True, slots=True)
class PartRows:
    """Rows of one part. A part may come in several runs; ``detail`` is taken from the first.

    ``release``: of a bundle, whose runs are those of several releases.
    """

    key: PartKey
    rows: Iterable[Any]
    detail: dict[str, Any] = field(default_factory=dict)
    release: str = ""


@dataclass(frozen=True, slots=True)
class CitationRow:
    """A work that a release cites."""

    number: int
    publisher: str
    title: str
    accessed: date | None
    locator: str | None = None


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file of a release. Its counts are final when all rows have been taken."""

    name: str
    kind: str
    sha256: str
    bytes: int
    rows_read: int = 0
    rows_loaded: int = 0
    left_out: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReleaseHead:
    """What is known of a release before its rows are read."""

    name: str  # bls-oews-2021-05
    source: str  # bls-oews
    period: str  # 2021-05
    title: str
    source_url: str
    checksum: str  # of the contents of all files, SHA-256 in hex
    published: date | None = None
    excerpt: bool = False
    notice: str | None = None
    citations: tuple[CitationRow, ...] = ()
    kinds: tuple[str, ...] = ()  # of its files: one with fewer does not replace the release
    files: frozenset[str] = frozenset()  # SHA-256 of the contents of each file


@dataclass(frozen=True, slots=True)
class Reading:
    """A release being read. ``parts`` is consumed once; call the others only after that."""

    head: ReleaseHead
    parts: Iterable[PartRows]
    files: Callable[[], Iterable[FileRead]] = tuple
    areas: Callable[[], Iterable[AreaRow | ListedAreaRow]] = tuple
    industries: Callable[[], Iterable[IndustryRow]] = tuple
    notices: Callable[[], Iterable[str]] = tuple  # what readers of all rows must know
    area_links: Callable[[], Iterable[AreaLinkRow]] = tuple
    fault_at: Callable[[str, str, str], BadFile] | None = None
    """Makes a fault of a classification, a code and what is wrong, with its place in the file."""
