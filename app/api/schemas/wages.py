"""Wages and employment, going out."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from app.api.schemas.common import (
    ITEMS,
    AskedArea,
    Code,
    InheritedFrom,
    InheritedFromArea,
    Locator,
    Marks,
    Note,
    Notes,
    Out,
    Period,
    ReleaseId,
    SeriesPageOut,
)
from app.api.schemas.words import OccupationLevel


def dollars(what: str) -> Any:
    """Describe an annual wage: whole US dollars."""
    return Field(description=f"{what} annual wage, in whole US dollars a year; null: see marks.")


def hourly(what: str) -> Any:
    """Describe an hourly wage: US dollars with cents."""
    return Field(description=f"{what} hourly wage, in US dollars an hour; null: see marks.")


class WageOut(Out):
    """Employment and wages of one occupation in one area, industry and period.

    A percentile is the wage that so many percent of workers earn less than.
    """

    code: Code
    inherited_from: InheritedFrom
    area: str = Field(description="Code of the area (/v1/areas): US, CA, 31080.")
    asked_area: AskedArea
    inherited_from_area: InheritedFromArea
    industry: str = Field(description="Industry code (NAICS); 000000 is all industries.")
    ownership: str | None = Field(
        description="The survey's ownership code (/v1/industries); 1235 is federal, state, local "
        "and private; null, with its mark, where the file does not say."
    )
    period: Period
    published_levels: list[OccupationLevel] = Field(
        description="Levels under which the survey prints this line; two where a broad occupation "
        "is also its only detailed one."
    )
    employment: int | None = Field(description="Persons employed, without the self-employed.")
    employment_rse: float | None = Field(
        description="Relative standard error of employment, percent."
    )
    jobs_per_1000: float | None = Field(description="Jobs in the occupation per 1,000 in the area.")
    location_quotient: float | None = Field(
        description="Share of employment in the area over the national share; 1 is the same."
    )
    percent_of_industry: float | None = Field(
        description="Share of the industry's employment, percent."
    )
    percent_reporting: float | None = Field(
        description="Share of the industry's establishments that report the occupation, percent."
    )
    hourly_mean: float | None = hourly("Mean")
    annual_mean: int | None = dollars("Mean")
    wage_rse: float | None = Field(description="Relative standard error of the mean wage, percent.")
    hourly_p10: float | None = hourly("10th percentile")
    hourly_p25: float | None = hourly("25th percentile")
    hourly_median: float | None = hourly("Median (50th percentile)")
    hourly_p75: float | None = hourly("75th percentile")
    hourly_p90: float | None = hourly("90th percentile")
    annual_p10: int | None = dollars("10th percentile")
    annual_p25: int | None = dollars("25th percentile")
    annual_median: int | None = dollars("Median (50th percentile)")
    annual_p75: int | None = dollars("75th percentile")
    annual_p90: int | None = dollars("90th percentile")
    marks: Marks
    notes: Notes
    note: Note
    locator: Locator
    release: ReleaseId


class WagePage(SeriesPageOut):
    """A page of wages."""

    items: list[WageOut] = Field(description=ITEMS)
