"""Occupations side by side, going out."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from app.api.schemas.common import (
    AskedArea,
    ClassificationId,
    InheritedFromArea,
    MarkOut,
    Out,
    ProjectionArea,
    Releases,
)
from app.api.schemas.parameter_types import COMMAS, GivenArea, GivenCode, up_to
from app.api.schemas.parameters import FALLBACK, Fallback, PinnedParams
from app.api.schemas.words import Unit


class ColumnOut(Out):
    """One thing compared: an occupation in an area, with the periods of its figures."""

    code: str = Field(description="Code of the occupation.")
    title: str = Field(description="Official title.")
    classification: ClassificationId
    area: str = Field(description="Area of employment and wages.")
    asked_area: AskedArea
    inherited_from_area: InheritedFromArea
    wage_period: str | None = Field(description="Period of employment and wages; null if none.")
    projection_period: str | None = Field(description="Period of the projection; null if none.")
    projection_area: ProjectionArea
    inherited_from: str | None = Field(
        description="Code that the figures belong to, when the occupation has none of its own."
    )
    wage_release: str | None = Field(description="Release of employment and wages.")
    projection_release: str | None = Field(description="Release of the projection.")


class ValueOut(Out):
    """One figure of one column, beside the first column's and that of all occupations."""

    value: float | None = Field(description="The figure, in the figure's unit; null: see mark.")
    mark: MarkOut | None = Field(
        description="Why the value is null, or with `fallback` why the area's own is; else null."
    )
    difference: float | None = Field(
        description="Value minus the first column's, in the figure's unit; null when either is."
    )
    ratio: float | None = Field(
        description="Value over the first column's, a number without unit, four decimals; null "
        "when either is null or the first is 0."
    )
    ratio_to_all: float | None = Field(
        description="Value over that of all occupations (00-0000) in the same area and period, "
        "a number without unit; null when either is missing, or for counts of people."
    )


class FigureOut(Out):
    """One figure over all columns."""

    figure: str = Field(description="Key of the figure, as in wages and projections.")
    unit: Unit = Field(description="Unit of the values.")
    values: list[ValueOut] = Field(description="One for each column, in the order of columns.")


class SharedOut(Out):
    """What occupations have in common, and what each has alone."""

    shared: list[str] = Field(description="What every occupation compared has.")
    distinct: dict[str, list[str]] = Field(description="Code → what this occupation alone has.")


class CompareOut(Out):
    """Occupations side by side."""

    columns: list[ColumnOut] = Field(description="What is compared, in the order asked.")
    figures: list[FigureOut] = Field(description="Each figure over all columns.")
    duties: SharedOut = Field(description="Duties that they share, and those of one alone.")
    skills: SharedOut = Field(description="Skills that they share, and those of one alone.")
    titles: SharedOut = Field(description="Titles that they share, and those of one alone.")
    mixed_periods: bool = Field(
        description="Whether the columns' wages, or their projections, are of different periods."
    )
    notices: list[str] = Field(description="What to keep in mind when reading this comparison.")
    releases: Releases


class CompareParams(PinnedParams):
    """Parameters of a comparison."""

    codes: Annotated[tuple[GivenCode, ...], up_to(10), COMMAS] = Field(
        description="2 to 10 codes or slugs, separated by commas; one is enough where several "
        "areas or periods are asked for.",
        examples=[["11-9111", "29-1141"]],
    )
    areas: Annotated[tuple[GivenArea, ...], up_to(20), COMMAS] = Field(
        ("US",), description="Areas, separated by commas (/v1/areas): `US,TX`."
    )
    period: str = Field(
        "latest",
        min_length=1,
        max_length=20,
        description="latest, one period of wages or projections, or all: a column for each period.",
    )
    fallback: Fallback | None = Field(None, description=FALLBACK)
