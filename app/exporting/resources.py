"""The resources of a bundle: one for each table, its fields, their types, units and descriptions.

A row has the columns of its table, with the release and the part that it belongs to instead of
their numbers. Hourly wages are dollars (in the database cents), and marks are JSON, so that a
reader needs nothing but the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Double, Integer

from app.api.schemas import entry_requirements, projections, wages, work
from app.database import models

OUT: dict[str, type[Any]] = {
    "descriptions": work.DescriptionOut,
    "workplaces": work.WorkplaceOut,
    "duties": work.DutyOut,
    "titles": work.TitleOut,
    "wages": wages.WageOut,
    "projections": projections.ProjectionOut,
    "skills": work.SkillOut,
    "technologies": work.TechnologyOut,
    "activities": work.DetailedActivityOut,
    "interests": work.InterestOut,
    "education": entry_requirements.EducationOut,
    "experience": entry_requirements.ExperienceOut,
    "job_zones": entry_requirements.JobZoneOut,
    "courses": entry_requirements.CourseOut,
    "pathway": entry_requirements.PathwayStepOut,
    "related": entry_requirements.RelatedOut,
}
"""Dataset → the answer that describes most of its fields."""


DESCRIPTIONS: dict[str, str] = {
    "release": "Id of the release that the row comes from; a key of `occupations.releases`.",
    "kind": "Kind of the part that the row is of; empty where the dataset has one kind.",
    "area": "Code of the area: US, a state's postal abbreviation, the publisher's code of others; "
    "empty in projections of the nation.",
    "industry": "Industry code (NAICS, and the survey's own groups); 000000 is all industries.",
    "ownership": "The survey's ownership code; empty where the file does not say.",
    "classification": "Classification of the code, where it is not of the release's own list.",
    "position": "Place in the publisher's order, within the part and the code, from 1.",
    "marks": "Why figures are null: an object of figure and status (top_coded, withheld, "
    "not_applicable, not_published). The threshold of top-coded wages is in the part's `detail`.",
    "code": "Code of the occupation, or of the classification that the row names.",
    "title": "Its title.",
    "name": "Its name.",
    "level": "Its level in the list.",
    "parent": "Code of the group above it; null: by the code.",
    "uri": "The publisher's address of it.",
    "locator": "Where in the source it stands; null if the release tells.",
    "note": "What a reader must know to read the row rightly; usually null.",
    "from_code": "Code of the earlier or foreign classification.",
    "to_code": "Code that the publisher sets beside it.",
    "match": "The publisher's own word: exact, close, narrow, broad.",
    "publisher_code": "Code of the area in the publisher's files.",
    "state": "Postal abbreviation of the first state of the area.",
    "first": "First period that the release speaks of.",
    "last": "Last one; null: the area is in force.",
    "relation": "How the two are related: renamed, merged, split, part, reused.",
    "common": "Counties and towns that both areas have.",
    "fips": "FIPS code of the county: the state's two digits and three of its own.",
    "area_code": "Code of the area that the county lies in.",
    "towns": "Towns of the county that lie in the area; null: the whole county does.",
    "zip": "ZIP code tabulation area of the Census Bureau (ZCTA), five digits.",
    "land": "Land of the part of the ZIP code area that lies in the county.",
    "water": "Water of that part.",
    "activity_id": "The publisher's id of the activity.",
    "tasks": "The occupation's tasks that belong to it: a list each of the task's id, the month in "
    "which that was said (YYYY-MM), and who said it.",
    "n": "Number of answers.",
    "standard_error": "Standard error.",
    "lower": "Lower bound of the 95 percent confidence interval.",
    "upper": "Upper bound of the 95 percent confidence interval.",
    "suppress": "The publisher recommends not to rely on the figure.",
    "line": "The publisher's kind of line; null: an occupation's own.",
}
"""Descriptions of fields that no answer has under this name."""
OWN = frozenset({"position", "marks"})
"""Fields that an answer has otherwise."""
OF_RATINGS = {
    "_n": "Number of answers to",
    "_se": "Standard error of",
    "_lower": "Lower bound of the 95 percent confidence interval of",
    "_upper": "Upper bound of the 95 percent confidence interval of",
    "_suppress": "The publisher recommends not to rely on",
}

UNITS: dict[str, str] = {
    **dict.fromkeys(
        ("employment", "base_employment", "target_employment", "change", "annual_openings"),
        "persons",
    ),
    **dict.fromkeys(
        (
            *("employment_rse", "wage_rse", "percent_of_industry", "percent_reporting"),
            *("percent_change", "percent_self_employed", "percent", "relevance"),
        ),
        "percent",
    ),
    **dict.fromkeys(("land", "water"), "square metres"),
}
"""Field → unit. Wages have theirs by the beginning of the name."""


LATER: dict[str, dict[str, str]] = {
    "projections": {"area": "''"},
    "titles": {"industries": "CAST(NULL AS VARCHAR)", "n": "CAST(NULL AS INTEGER)"},
}
"""Resource → fields that bundles written before have not, each with what DuckDB reads instead."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a resource: a column of the Parquet file."""

    name: str
    type: str  # of Table Schema: string, integer, number, boolean, array, object
    column: str  # type of DuckDB
    description: str
    unit: str | None
    required: bool
    of_part: bool = False  # it tells the part; other fields are columns of the table


@dataclass(frozen=True, slots=True)
class Resource:
    """One Parquet file: the rows of a table."""

    name: str
    model: type[models.Base]
    fields: tuple[Field, ...]
    key: tuple[str, ...]

    @property
    def file(self) -> str:
        """The file's name in the bundle."""
        return f"{self.name}.parquet"

    @property
    def columns(self) -> tuple[str, ...]:
        """The fields that are columns of the table, in their order."""
        return tuple(field.name for field in self.fields if not field.of_part)

    @property
    def of_part(self) -> tuple[str, ...]:
        """The fields that tell a row's release and part."""
        return tuple(field.name for field in self.fields if field.of_part)


def _field(name: str, column: Any, out: type[Any] | None) -> Field:
    answered = None if out is None or name in OWN else out.model_fields.get(name)
    text = (answered and answered.description) or DESCRIPTIONS.get(name) or _of_rating(name)
    unit = UNITS.get(name)
    if name.startswith(("annual_m", "annual_p")):
        unit = "US dollars a year"
    if name.startswith("hourly_"):
        return Field(name, "number", "DOUBLE", text, "US dollars an hour", not column.nullable)
    kinds: tuple[tuple[Any, str, str], ...] = (
        (BigInteger, "integer", "BIGINT"),
        (Integer, "integer", "INTEGER"),
        (Double, "number", "DOUBLE"),
        (Boolean, "boolean", "BOOLEAN"),
        (JSON, "array", "VARCHAR"),
    )
    if name == "marks":
        return Field(name, "object", "VARCHAR", text, None, required=False)
    for kind, type_, sql in kinds:
        if isinstance(column.type, kind):
            return Field(name, type_, sql, text, unit, not column.nullable)
    return Field(name, "string", "VARCHAR", text, unit, not column.nullable)


def _of_rating(name: str) -> str:
    for suffix, words in OF_RATINGS.items():
        if name.endswith(suffix):
            return f"{words} {name.removesuffix(suffix)}."
    message = f"no description of the field {name}"
    raise KeyError(message)


def _of_part(name: str) -> Field:
    required = name != "classification"
    return Field(name, "string", "VARCHAR", DESCRIPTIONS[name], None, required, of_part=True)


def _resource(model: type[models.Base], of_part: tuple[str, ...], key: tuple[str, ...]) -> Resource:
    table: Any = model.__table__
    left = {"id", "part_id", "release_id"}
    own = [_field(c.name, c, OUT.get(table.name)) for c in table.columns if c.name not in left]
    names = {field.name for field in own}
    # Where rows have a kind of their own, it is the part's too.
    fields = (*(_of_part(name) for name in of_part if name not in names), *own)
    told = tuple(name for name in of_part if name != "classification")
    return Resource(table.name, model, fields, (*told, *key))


@cache
def resources() -> dict[str, Resource]:
    """Return every resource by its name, the datasets first."""
    wages_part = ("release", "area", "industry", "ownership")
    made = [_resource(models.Wage, wages_part, ("code",))]
    for model in models.Base.__subclasses__():
        if not issubclass(model, models.Content):
            continue
        of_part: tuple[str, ...] = ("release", "kind")
        if model.__tablename__ == models.Entry.__tablename__:
            of_part = ("release", "kind", "classification")
        if model.__tablename__ == models.Projection.__tablename__:
            of_part = ("release", "kind", "area")
        made.append(_resource(model, of_part, ("code", "position")))
    made += [
        _resource(models.Mapping, ("release", "kind", "classification"), ("from_code", "to_code")),
        _resource(models.AreaEntry, ("release",), ("code",)),
        _resource(models.AreaLink, ("release",), ("from_code", "to_code")),
        _resource(models.Industry, (), ("code",)),
        _resource(models.County, ("release",), ("fips",)),
        _resource(models.CountyArea, ("release",), ("fips", "area_code")),
        _resource(models.ZipCounty, ("release",), ("zip", "fips")),
    ]
    return {one.name: one for one in made}
