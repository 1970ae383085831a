"""Query parameters of the lists of occupations."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from app.api.schemas.parameters import (
    EDUCATION_LEVELS,
    LEVELS,
    NUMBER,
    WHOLE,
    Choices,
    Group,
    PageParams,
    list_of_codes,
)

Dollars = Annotated[int, Field(ge=0, le=10_000_000), WHOLE] | None
Percent = Annotated[float, Field(ge=-100, le=10_000), NUMBER] | None
Persons = Annotated[int, Field(ge=0, le=1_000_000_000), WHOLE] | None


class OccupationFilters(PageParams):
    """Filters of occupations by what they are and by their figures."""

    group: Group = None
    level: Annotated[str, Choices(("all", "published", *LEVELS))] | None = Field(
        None,
        max_length=100,
        description="Levels of the SOC and O*NET-SOC, separated by commas: "
        + ", ".join(LEVELS)
        + "; `published`: the most detailed lines of the newest wages and projections; or `all`. "
        "Default: the published lines and the detailed occupations that these leave out, or all if "
        "`codes` is given.",
    )
    area: str = Field(
        "US",
        min_length=1,
        max_length=20,
        description="Area of employment and wages (/v1/areas).",
    )
    wage_min: Dollars = Field(None, description="Minimum annual median wage, US dollars.")
    wage_max: Dollars = Field(None, description="Maximum annual median wage, US dollars.")
    growth_min: Percent = Field(None, description="Minimum projected growth, percent.")
    growth_max: Percent = Field(None, description="Maximum projected growth, percent.")
    openings_min: Persons = Field(None, description="Minimum projected openings a year, persons.")
    employment_min: Persons = Field(
        None,
        description="Minimum employment, persons. Rankings by wage or growth leave out occupations "
        "of fewer than 1,000 people or of unknown employment, and `left_out` says how many; `0` "
        "includes them.",
    )
    education: Annotated[str, Choices(tuple(EDUCATION_LEVELS))] | None = Field(
        None,
        max_length=200,
        description="Education typically needed to enter, one or several separated by commas: "
        + ", ".join(EDUCATION_LEVELS)
        + ".",
        examples=["none,high_school"],
    )


class OccupationParams(OccupationFilters):
    """Parameters of the list of occupations."""

    q: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        pattern=r"\S",
        description="Words of the title, in any order and case.",
        examples=["health manager"],
    )
    codes: str | None = Field(
        None,
        max_length=6000,
        pattern=list_of_codes(200),
        description="Up to 200 codes or slugs, separated by commas. The list has them in this "
        "order and names the unknown ones in `unknown_codes`, with codes near them in `notices`. "
        "Codes of other classifications have a prefix (isco:2221) and must lead to one occupation.",
        examples=["11-9111,29-1141"],
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
    sort: Literal[
        "code",
        "-code",
        "title",
        "-title",
        "wage",
        "-wage",
        "growth",
        "-growth",
        "openings",
        "-openings",
        "employment",
        "-employment",
    ] = Field(
        "code",
        description="Order: code, title, wage (annual median), growth, openings or employment; "
        "with `-` descending. Occupations without the figure come last.",
    )
