"""Query parameters, one model a route. Unknown parameters are refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
)
from pydantic_core import PydanticCustomError, core_schema

EDUCATION_LEVELS: dict[str, str] = {
    "none": "No formal educational credential",
    "high_school": "High school diploma or equivalent",
    "some_college": "Some college, no degree",
    "postsecondary_award": "Postsecondary nondegree award",
    "associate": "Associate's degree",
    "bachelor": "Bachelor's degree",
    "master": "Master's degree",
    "doctoral": "Doctoral or professional degree",
}
"""Word of the parameter ``education`` → the publisher's words, from the least to the most."""

LEVELS = ("total", "major", "minor", "broad", "detailed", "onet")
AreaLevelId = Literal["nation", "state", "territory", "metropolitan", "nonmetropolitan"]
SourceId = Literal[
    "soc",
    "bls-oews",
    "bls-ep",
    "onet",
    "article",
    "esco",
    "nces-cip",
    "census",
    "bls-areas",
    "omb-cbsa",
]


@dataclass(frozen=True)
class Choices:
    """A comma-separated list of ``allowed`` words, each once, kept as text."""

    allowed: tuple[str, ...]

    def check(self, value: str) -> str:
        """Refuse a word that is not allowed or that is there already."""
        words = value.split(",")
        unknown = [word for word in words if word not in self.allowed]
        context: dict[str, Any] = {"words": ", ".join(self.allowed)}
        if unknown:
            raise PydanticCustomError(
                "unknown_word",
                "{shown} is not one of the words that are allowed",
                context | {"shown": repr(unknown[0][:100]), "word": unknown[0]},
            )
        if len(set(words)) < len(words):
            raise PydanticCustomError(
                "repeated_word", "each word once, separated by commas", context
            )
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> Any:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: Any, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        word = "|".join(self.allowed)
        once = r"(?!(?:.*,)?([^,]+),(?:.*,)?\1(?:,|$))"
        return {**handler(schema), "pattern": f"^{once}(?:{word})(?:,(?:{word}))*$"}


DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
"""Dashes that word processors put in place of a hyphen."""


def list_of_codes(most: int) -> str:
    """Return the pattern of up to ``most`` codes or slugs; unknown ones are found later."""
    code = rf" ?[A-Za-z0-9][A-Za-z0-9 .:{DASHES}-]*"
    return f"^{code}(?:,{code}){{0,{most - 1}}}$"


def _written(pattern: str, what: str) -> Any:
    """Return a validator of a number's form: Python's 1_000 and +5 are refused."""
    plain = re.compile(pattern, re.ASCII)

    def check(value: object) -> object:
        if isinstance(value, str) and not plain.fullmatch(value):
            raise ValueError(f"not {what}")
        return value

    return BeforeValidator(check)


WHOLE = _written(r"-?[0-9]{1,30}", "a whole number")
NUMBER = _written(r"-?[0-9]{1,30}(\.[0-9]{1,30})?([eE][-+]?[0-9]{1,3})?", "a number")


class Params(BaseModel):
    """Parameters of a route; unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Posted(Params):
    """A body."""

    @property
    def cost(self) -> int:
        """The requests that it counts as, under a rate limit."""
        return 1


Fields = Annotated[
    str | None,
    Field(
        max_length=2000,
        description="Only these keys of an item, separated by commas. A key of a nested object is "
        "written with a full stop (wages.annual_median). `code`, `marks` and `release` are always "
        "there.",
        examples=["code,title"],
    ),
]


class PageParams(Params):
    """Parameters of every list."""

    limit: Annotated[int, Field(ge=1, le=200), WHOLE] = Field(
        50, description="Maximum number of items on a page."
    )
    cursor: str | None = Field(
        None,
        min_length=1,
        max_length=1000,
        description="Cursor of a page, from `next` of the page before. It is valid for the same "
        "parameters, and goes on in the data that the list began with as long as they are kept.",
    )
    fields: Fields = None


Area = Field(
    "US",
    min_length=1,
    max_length=20,
    description="Area of the wages: US, a state's postal abbreviation, a metropolitan area's code "
    "(/v1/areas), or `all`.",
)
Industry = Field(
    "000000",
    min_length=1,
    max_length=20,
    description="Industry of the wages: a NAICS code (/v1/industries); 000000: all industries "
    "together; `all`: every industry.",
)
Ownership = Field(
    "all",
    min_length=1,
    max_length=20,
    description="Who owns the establishments: 5 (private), 1 (federal government), another code "
    "of /v1/industries, or `all`.",
)
Period = Field(
    "latest",
    min_length=1,
    max_length=20,
    description="`latest`: the newest period loaded; a period (2021-05, 2021-31); or `all`.",
)


class BlockParams(PageParams):
    """Parameters of a block of one occupation."""

    period: str = Period
    source: SourceId | None = Field(None, description="Only items of this source.")


class KindBlockParams(BlockParams):
    """Parameters of a block whose items are of several kinds."""

    kind: str | None = Field(
        None, min_length=1, max_length=40, description="Only items of this kind."
    )


Flag = Literal["true", "false"] | None


class TechnologyBlockParams(KindBlockParams):
    """Parameters of the technologies of one occupation."""

    hot: Flag = Field(
        None, description="`true`: only hot technologies; `false`: only those that are not."
    )
    in_demand: Flag = Field(
        None,
        description="`true`: only technologies in demand in the occupation; `false`: only those "
        "that are not.",
    )


class WageBlockParams(BlockParams):
    """Parameters of wages."""

    area: str = Area
    industry: str = Industry
    ownership: str = Ownership


History: Any = Field(
    "own",
    description="`own`: the series of this code; `linked`: with its stretches under other codes "
    "and for other areas, each row with its own `code` and `area`, and `notes` where a break lies.",
)


class ProjectionBlockParams(BlockParams):
    """Parameters of the projections of one occupation."""

    history: Literal["own", "linked"] = History


class WageHistoryParams(WageBlockParams):
    """Parameters of the wages of one occupation."""

    history: Literal["own", "linked"] = History


Code = Annotated[
    str | None,
    Field(
        min_length=1,
        max_length=200,
        description="Only this occupation: its code or slug, or a code of another classification "
        "with its prefix (soc2010:15-1132).",
        examples=["11-9111"],
    ),
]
Group = Annotated[
    str | None,
    Field(
        max_length=7,
        pattern=r"^[0-9]{2}(-[0-9]{0,4})?$",
        description="Only codes that begin with this: 11 (major group), 11-9, 11-91.",
        examples=["11-9"],
    ),
]


class FlatParams(BlockParams):
    """Parameters of a flat list over all occupations."""

    code: Code = None
    group: Group = None


class KindFlatParams(KindBlockParams):
    """Parameters of a flat list whose items are of several kinds."""

    code: Code = None
    group: Group = None


class TechnologyParams(TechnologyBlockParams):
    """Parameters of the flat list of technologies."""

    code: Code = None
    group: Group = None


Level = Annotated[
    str | None,
    Choices(("published",)),
    Field(
        max_length=20,
        description="`published`: only the publisher's most detailed lines, which add up to the "
        "whole.",
    ),
]


class WageParams(WageBlockParams):
    """Parameters of the flat list of wages."""

    code: Code = None
    group: Group = None
    level: Level = None


class ProjectionParams(FlatParams):
    """Parameters of the flat list of projections."""

    level: Level = None


BLOCK_NAMES = (
    "descriptions",
    "duties",
    "titles",
    "wages",
    "projections",
    "skills",
    "technologies",
    "interests",
    "education",
    "experience",
    "job_zones",
    "courses",
    "pathway",
    "workplaces",
    "related",
)


class ProfileParams(Params):
    """Parameters of a profile."""

    include: Annotated[str, Choices(("all", *BLOCK_NAMES))] = Field(
        "all",
        max_length=400,
        description="Blocks to return, separated by commas: "
        + ", ".join(BLOCK_NAMES)
        + "; or `all`.",
        examples=["wages,projections"],
    )
    fields: Fields = None
    area: str = Area
    period: str = Period
    source: SourceId | None = Field(None, description="Only items of this source.")


class ReleaseParams(PageParams):
    """Parameters of the list of releases."""

    source: SourceId | None = Field(None, description="Only releases of this source.")


class NoParams(Params):
    """A route without parameters."""
