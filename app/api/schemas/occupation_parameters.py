"""Query parameters of the lists of occupations."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypeAliasType

from app.api.schemas.parameter_types import NUMBER, WHOLE, Distinct, GivenCode, Listed, OneOf
from app.api.schemas.parameters import Group, PagedParams, PinnedParams
from app.api.schemas.words import EducationFilter, OccupationLevelFilter

Dollars = Annotated[int, Field(ge=0, le=10_000_000), WHOLE] | None
Percent = Annotated[float, Field(ge=-100, le=10_000), NUMBER] | None
Persons = Annotated[int, Field(ge=0, le=1_000_000_000), WHOLE] | None

SORTS = ("code", "title", "wage", "growth", "openings", "employment")
OccupationSort = TypeAliasType(
    "OccupationSort",
    Annotated[str, OneOf(tuple(word for name in SORTS for word in (name, f"-{name}")))],
)


class OccupationFilters(PagedParams):
    """Filters of occupations by what they are and by their figures."""

    group: Group = None
    level: Distinct[OccupationLevelFilter] | None = Field(
        None,
        description="Levels of the SOC and O*NET-SOC, separated by commas; `published`: the most "
        "detailed lines of the newest wages and projections; or `all`. Default: the published "
        "lines and the detailed occupations that these leave out, or all if `codes` is given.",
    )
    area: str | None = Field(
        default_factory=lambda: None,  # not in the contract, which says what it stands for
        min_length=1,
        max_length=20,
        description="Area of employment and wages (/v1/areas). Without it, the one that `q` names, "
        "or US.",
        json_schema_extra={"default": "US"},  # as before, where `q` names no place
    )
    wage_min: Dollars = Field(None, description="Minimum annual median wage, US dollars.")
    wage_max: Dollars = Field(None, description="Maximum annual median wage, US dollars.")
    growth_min: Percent = Field(None, description="Minimum projected growth, percent.")
    growth_max: Percent = Field(None, description="Maximum projected growth, percent.")
    openings_min: Persons = Field(None, description="Minimum projected openings a year, persons.")
    employment_min: Persons = Field(
        None,
        description="Minimum employment, persons; `0` includes occupations whose employment is not "
        "given. With it rankings have no floor.",
    )
    education: Distinct[EducationFilter] | None = Field(
        None,
        description="Education typically needed to enter, each once, separated by commas: "
        "`none,high_school`.",
    )


class OccupationParams(OccupationFilters, PinnedParams):
    """Parameters of the list of occupations."""

    area: str = Field(
        "US",
        min_length=1,
        max_length=20,
        description="Area of employment and wages (/v1/areas).",
    )
    q: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        pattern=r"\S",
        description="Words of the title, in any order and case.",
        examples=["health manager"],
    )
    codes: Listed[GivenCode] | None = Field(
        None,
        description="Up to 200 codes or slugs, separated by commas: `11-9111,29-1141`. The list "
        "has them in this order and names the unknown ones in `unknown_codes`, with codes near "
        "them in `notices`. Codes of other classifications have a prefix (isco:2221) and must lead "
        "to one occupation.",
    )
    classification: str | None = Field(
        None,
        min_length=1,
        max_length=40,
        pattern=r"^[a-z0-9.-]+$",
        description="Codes of this classification (/v1/crosswalks) in place of the current "
        "occupations: soc-2010, onet-soc-2019.",
        examples=["soc-2010"],
    )
    sort: OccupationSort = Field(
        "code",
        description="Order: code, title, wage (annual median), growth, openings or employment; "
        "with `-` descending. Occupations without the figure come last.",
    )
    floor: Persons = Field(
        None,
        description="Persons employed: a list leaves out occupations of fewer, or whose employment "
        "is not given, and `left_out` says how many. Default: 1,000 by wage and growth, and none "
        "with `employment_min` or another order; `0` leaves none out.",
    )
