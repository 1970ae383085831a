"""One occupation over areas, going out."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field
from typing_extensions import TypeAliasType

from app.api.schemas.common import ITEMS, BlockPageOut, Marks, Out, Period
from app.api.schemas.parameter_types import WHOLE, Distinct, OneOf
from app.api.schemas.parameters import PageParams
from app.api.schemas.wages import WageOut
from app.api.schemas.words import AreaLevel
from app.marks import WAGE_FIGURES

AREA_FLOOR = 500
"""Persons employed, below which a ranking over areas leaves a row out by default."""
CHANGE = "change"


class ChangeOut(Out):
    """What became of a figure from one period to another, of the same area."""

    base: Period = Field(description="The earlier period.")
    employment: int | None = Field(description="Persons more, or fewer; null: see marks.")
    employment_percent: float | None = Field(description="The same in percent of the earlier.")
    annual_median: int | None = Field(
        description="US dollars a year more, or fewer, as published, not in constant prices; null: "
        "see marks."
    )
    annual_median_percent: float | None = Field(description="The same in percent of the earlier.")
    marks: Marks
    release: str | None = Field(
        description="Release of the earlier figures; null where there are none."
    )


class AreaRankingOut(WageOut):
    """Employment and wages of the occupation in one area, with the area's place in the ranking."""

    rank: int | None = Field(
        description="Place in the ranking: 1 and how many are before it; equal figures have the "
        "same. null where the figure is null and not top-coded."
    )
    area_name: str = Field(description="The area's name.")
    level: AreaLevel = Field(description="The area's level.")
    states: list[str] = Field(description="Postal abbreviations of its states, the first first.")
    change: ChangeOut | None = Field(description="Change since `base`; null where none is given.")


class AreasLeftOutOut(Out):
    """What a ranking over areas leaves out."""

    floor: int = Field(description="Persons that the occupation employs at least in each area.")
    count: int = Field(
        description="Areas left out: of fewer people, or whose employment is not given."
    )
    first_without: str | None = Field(
        description="Code of the area that would stand first without the floor; null if it is the "
        "one that does."
    )


class AreaRankingPage(BlockPageOut):
    """A page of one occupation over areas."""

    left_out: AreasLeftOutOut = Field(description="What the floor leaves out.")
    notices: list[str] = Field(description="What to keep in mind when reading the ranking.")
    items: list[AreaRankingOut] = Field(description=ITEMS)


RankedLevel = TypeAliasType(
    "RankedLevel",
    Annotated[str, OneOf(("state", "territory", "metropolitan", "nonmetropolitan"))],
)
_SORTS = (*WAGE_FIGURES, CHANGE)
AreaSort = TypeAliasType(
    "AreaSort", Annotated[str, OneOf(tuple(s for name in _SORTS for s in (name, f"-{name}")))]
)
Floor: TypeAlias = Annotated[int, Field(ge=0, le=1_000_000_000), WHOLE]


class AreaRankingParams(PageParams):
    """Parameters of one occupation over areas."""

    level: Distinct[RankedLevel] = Field(
        ("state",),
        description="Levels of the areas, separated by commas: `metropolitan,nonmetropolitan`.",
    )
    sort: AreaSort = Field(
        "-annual_median",
        description="Order by a figure, with `-` from the largest; `change`: by the percentage "
        "that the annual median changed since `base`. A top-coded wage ranks by its threshold, "
        "areas without the figure come last.",
    )
    floor: Floor = Field(
        AREA_FLOOR,
        description="Persons employed: areas where the occupation employs fewer, or where it is "
        "not given, are left out, and `left_out` says how many. `0` leaves none out.",
    )
    base: str | None = Field(
        None,
        min_length=1,
        max_length=20,
        description="Earlier period that `change` counts from: `2021-05`. `sort=change` needs it.",
    )
    period: str = Field(
        "latest",
        min_length=1,
        max_length=20,
        description="`latest`: the newest period with wages of such areas; or a period.",
    )
