"""Query parameters, one model a route. Unknown parameters are refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypeAliasType

from app.api.schemas.parameter_types import (
    COMMAS,
    MOST_ON_PAGE,
    VERSION,
    Distinct,
    GivenArea,
    Limit,
    Listed,
    OneOf,
    up_to,
)
from app.api.schemas.words import PublishedFilter, SourceFilter
from app.marks import WAGE_FIGURES


class Params(BaseModel):
    """Parameters of a route; unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    not_taken: ClassVar[Mapping[str, str]] = {}
    """Parameters of other routes that this one refuses, and why."""

    def query(self, *leaving_out: str, **changed: str) -> str:
        """Write the parameters that are not at their defaults as a query, ``changed`` last."""
        given = self.model_dump(exclude=set(leaving_out), exclude_defaults=True)
        words = {n: ",".join(v) if isinstance(v, tuple) else v for n, v in sorted(given.items())}
        return urlencode(words | changed)


class PinnedParams(Params):
    """Parameters of every route that answers from the catalog of a data version."""

    # ``app.api.routers.dependencies`` reads it before a route is called, and refuses what is none.
    at: str | None = Field(
        None,
        description="Answer as this data version did: `data_version` of /v1, or the header "
        "Data-Version of an answer. It goes as long as the rows of its releases are kept. "
        "Default: the newest.",
        json_schema_extra={"pattern": f"^{VERSION}$", "maxLength": 64},
    )


NEWEST_ONLY = {"at": "search is of the newest data alone; the occupations that it finds take at"}
"""Why search, suggestions and title matching do not take ``at``."""


class Posted(Params):
    """A body."""

    @property
    def cost(self) -> int:
        """The requests that it counts as, under a rate limit."""
        return 1


Format = TypeAliasType("Format", Annotated[str, OneOf(("json", "csv", "ndjson"))])

Keys = Annotated[tuple[Annotated[str, Field(max_length=100)], ...], up_to(500), COMMAS]
Fields: Any = Field(
    None,
    description="Only these keys of an item, separated by commas. A key of a nested object is "
    "written with a full stop (wages.annual_median). `code`, `marks` and `release` are always "
    "there.",
)


class PagedParams(Params):
    """Parameters of every list, of search too."""

    limit: Limit = Field(
        50,
        description="Maximum number of items on a page. `all`, with csv and NDJSON: the whole "
        "list, sent piece by piece.",
    )
    format: Format = Field(
        "json",
        description="json; csv, a line an item under a header (text/csv); ndjson, a line of JSON "
        "an item and a last one that says how many (application/x-ndjson). Without it, Accept "
        "chooses. The schema of the answer is that of json.",
    )
    cursor: str | None = Field(
        None,
        min_length=1,
        max_length=1000,
        description="Cursor of a page: `next_cursor` of the page before. It is valid for the same "
        "parameters, and goes on in the data that the list began with as long as they are kept.",
    )
    fields: Keys | None = Fields

    def query(self, *leaving_out: str, **changed: str) -> str:
        """Write them as a query; what is larger than a page is the list whole."""
        if self.limit > MOST_ON_PAGE and "limit" not in leaving_out:
            changed = {"limit": "all", **changed}
        return super().query(*leaving_out, **changed)


class PageParams(PagedParams, PinnedParams):
    """Parameters of every list of a data version."""


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

GivenPeriod = Annotated[str, Field(min_length=1, max_length=20)]
Periods: Any = Field(
    ("latest",),
    description="Up to 200 periods, separated by commas: `2019-05,2021-05`; `latest`: the newest "
    "period loaded, or that of `release`; `all`: every period.",
)
Areas: Any = Field(
    ("US",),
    description="Up to 200 areas of the wages, separated by commas: US, a state's postal "
    "abbreviation, a metropolitan area's code (/v1/areas); or `all`.",
)


class BlockParams(PageParams):
    """Parameters of a block of one occupation."""

    period: Listed[GivenPeriod] = Periods
    source: SourceFilter | None = Field(None, description="Only items of this source.")
    release: str | None = Field(
        None,
        min_length=1,
        max_length=100,
        description="Only items of this release (/v1/releases), of its own period if no other is "
        "asked for. It tells apart two releases of one source and period. One that has no rows of "
        "the nation takes `area=all`.",
    )


class KindBlockParams(BlockParams):
    """Parameters of a block whose items are of several kinds."""

    kind: str | None = Field(
        None, min_length=1, max_length=40, description="Only items of this kind."
    )


Flag = TypeAliasType("Flag", Annotated[str, OneOf(("true", "false"))])


class TechnologyBlockParams(KindBlockParams):
    """Parameters of the technologies of one occupation."""

    hot: Flag | None = Field(
        None, description="`true`: only hot technologies; `false`: only those that are not."
    )
    in_demand: Flag | None = Field(
        None,
        description="`true`: only technologies in demand in the occupation; `false`: only those "
        "that are not.",
    )


class WageBlockParams(BlockParams):
    """Parameters of wages."""

    area: Listed[GivenArea] = Areas
    industry: str = Industry
    ownership: str = Ownership


ProjectionAreas: Any = Field(
    ("US",),
    description="Up to 200 areas, separated by commas: US, a state's postal abbreviation for what "
    "its own agency projects, or another code of /v1/areas, which has none; or `all`.",
)
History = TypeAliasType("History", Annotated[str, OneOf(("own", "linked"))])
OwnHistory: Any = Field(
    "own",
    description="`own`: the series of this code; `linked`: with its stretches under other codes "
    "and for other areas, each row with its own `code` and `area`, and `notes` where a break lies.",
)


PROJECTION_SORTS = (
    *("base_employment", "target_employment", "change", "percent_change", "annual_openings"),
    *("percent_self_employed", "annual_median"),
)
SKILL_SORTS = ("importance", "level", "value")


def _either_way(names: tuple[str, ...]) -> OneOf:
    return OneOf(tuple(word for name in names for word in (name, f"-{name}")))


WageSort = TypeAliasType("WageSort", Annotated[str, _either_way(WAGE_FIGURES)])
ProjectionSort = TypeAliasType("ProjectionSort", Annotated[str, _either_way(PROJECTION_SORTS)])
SkillSort = TypeAliasType("SkillSort", Annotated[str, _either_way(SKILL_SORTS)])
MOST_SORTED = 50_000
"""Items of a list that can be sorted."""
Sort: Any = Field(
    None,
    description="Order by a figure, with `-` from the largest. Items without it come last, those "
    "of one value stay in the order of the list. A list of more than "
    f"{MOST_SORTED:,} items cannot be sorted.",
)
TopCodedSort: Any = Field(
    None,
    description=f"{Sort.description} A top-coded wage ranks by its threshold; others above that "
    "are published with their figure, so the order among these is not certain.",
)


Fallback = TypeAliasType("Fallback", Annotated[str, OneOf(("parent",))])
FALLBACK = (
    "`parent`: wages and employment that the area's row lacks are those of its first state, or "
    "else of the nation. Each keeps the mark of what it stands for, and `inherited_from_area` "
    "names the area."
)
FromAbove: Any = Field(
    None, description=f"{FALLBACK} It takes one area, and no `sort`, which would mix levels."
)


class ProjectionBlockParams(BlockParams):
    """Parameters of the projections of one occupation."""

    area: Listed[GivenArea] = ProjectionAreas
    history: History = OwnHistory
    sort: ProjectionSort | None = TopCodedSort


class WageHistoryParams(WageBlockParams):
    """Parameters of the wages of one occupation."""

    history: History = OwnHistory
    fallback: Fallback | None = FromAbove
    sort: WageSort | None = TopCodedSort


class SkillBlockParams(KindBlockParams):
    """Parameters of the skills of one occupation."""

    sort: SkillSort | None = Sort


Code = Annotated[
    Listed[Annotated[str, Field(min_length=1, max_length=200)]] | None,
    Field(
        description="Only these occupations, up to 200 separated by commas: codes or slugs, or "
        "codes of other classifications with their prefix (soc2010:15-1132), each of which must "
        "lead to one. Each has the rows that it has alone; the list is in its own order.",
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
    PublishedFilter | None,
    Field(
        description="`published`: only the publisher's most detailed lines, which add up to the "
        "whole.",
    ),
]


class WageParams(WageBlockParams):
    """Parameters of the flat list of wages."""

    code: Code = None
    group: Group = None
    level: Level = None
    sort: WageSort | None = TopCodedSort


class ProjectionParams(FlatParams):
    """Parameters of the flat list of projections."""

    area: Listed[GivenArea] = ProjectionAreas
    level: Level = None
    sort: ProjectionSort | None = TopCodedSort


class SkillParams(KindFlatParams):
    """Parameters of the flat list of skills."""

    sort: SkillSort | None = Sort


BLOCK_NAMES = (
    "descriptions",
    "duties",
    "activities",
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
BlockFilter = TypeAliasType("BlockFilter", Annotated[str, OneOf(("all", *BLOCK_NAMES))])


class ProfileParams(PinnedParams):
    """Parameters of a profile."""

    include: Distinct[BlockFilter] = Field(
        ("all",),
        description="Blocks to return, each once, separated by commas (`wages,projections`); or "
        "`all`.",
    )
    fields: Keys | None = Fields
    area: str = Area
    fallback: Fallback | None = FromAbove
    period: str = Period
    source: SourceFilter | None = Field(None, description="Only items of this source.")


class LinkedDataParams(PinnedParams):
    """Parameters of linked data."""

    area: str = Area
    period: str = Period


class ReleaseParams(PageParams):
    """Parameters of the list of releases."""

    source: SourceFilter | None = Field(None, description="Only releases of this source.")


class NoParams(Params):
    """A route without parameters."""
