"""The seed's excerpt of the wage survey (OEWS) → rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import model_validator

from app.importers.rows import AreaRow, EntryRow, IndustryRow, PartKey, PartRows, Row, WageRow
from app.importers.seed.excerpts import Excerpt
from app.importers.seed.facts import (
    Code,
    Digits,
    Dollars,
    Fact,
    Facts,
    Figure,
    Persons,
    Text,
    figures,
    no_repeats,
    published,
    refuse,
)
from app.importers.seed.yaml_lines import Place
from app.marks import WAGE_FIGURES

HOURS_A_YEAR = 2080
"""The publisher's annual wage is the hourly one times this, rounded to 10 dollars."""

HourlyDollars = Annotated[Figure, published(100)]


class HourlyWages(Facts):
    """Mean and percentiles of the hourly wage, in dollars."""

    mean: HourlyDollars
    p10: HourlyDollars
    p25: HourlyDollars
    median: HourlyDollars
    p75: HourlyDollars
    p90: HourlyDollars


class AnnualWages(Facts):
    """Mean and percentiles of the annual wage, in dollars."""

    mean: Dollars
    p10: Dollars
    p25: Dollars
    median: Dollars
    p75: Dollars
    p90: Dollars


class OewsRow(Fact):
    """A line of the survey's file. Standard errors are in percent."""

    code: Code
    level: Literal["total", "major", "minor", "broad", "detailed"]
    title: Text
    employment: Persons
    employment_rse: float
    wage_rse: float
    hourly_dollars: HourlyWages
    annual_dollars: AnnualWages

    @model_validator(mode="after")
    def _figures_agree(self) -> OewsRow:
        for name in HourlyWages.model_fields:
            hourly: Figure = getattr(self.hourly_dollars, name)
            annual: Figure = getattr(self.annual_dollars, name)
            if hourly.value is None or annual.value is None:
                continue
            # Half a cent an hour, and half of 10 dollars: what rounding can make of one wage.
            if abs(hourly.value * HOURS_A_YEAR / 100 - annual.value) > HOURS_A_YEAR / 200 + 5:
                refuse(
                    f"{hourly.value / 100:.2f} an hour and {annual.value} a year are not one "
                    f"wage: a year has {HOURS_A_YEAR} hours",
                    "annual_dollars",
                    name,
                )
        for basis in ("hourly_dollars", "annual_dollars"):
            wages = getattr(self, basis)
            steps = [getattr(wages, p).value for p in ("p10", "p25", "median", "p75", "p90")]
            given = [value for value in steps if value is not None]
            if given != sorted(given):
                refuse("percentiles should not fall from p10 to p90", basis)
        return self

    def wage(self) -> Row:
        """Return the line in the database's units."""
        hourly = {f"hourly_{name}": figure for name, figure in self.hourly_dollars}
        annual = {f"annual_{name}": figure for name, figure in self.annual_dollars}
        columns = figures(
            WAGE_FIGURES,
            employment=self.employment,
            employment_rse=Figure(self.employment_rse),
            wage_rse=Figure(self.wage_rse),
            **hourly,
            **annual,
        )
        return WageRow(code=self.code, published_levels=self.level, **columns, **self.place())


class OewsArea(Facts):
    """The area of the file."""

    code: Text
    name: Text
    level: Literal["nation"]
    publisher_code: Digits


class OewsIndustry(Facts):
    """The industry of the file."""

    code: Digits
    title: Text
    level: Literal["cross-industry"]


class TopCodes(Facts):
    """What wages are top-coded at."""

    hourly_dollars: HourlyDollars
    annual_dollars: Dollars


class OewsFile(Excerpt):
    """All of ``bls-oews-2021-05.yaml``."""

    area: OewsArea
    industry: OewsIndustry
    ownership: Digits
    top_codes: TopCodes
    wages: Annotated[list[OewsRow], no_repeats("code")]

    @model_validator(mode="after")
    def _top_codes_agree(self) -> OewsFile:
        for n, row in enumerate(self.wages):
            for basis in TopCodes.model_fields:
                top, wages = getattr(self.top_codes, basis), getattr(row, basis)
                for name in type(wages).model_fields:
                    if getattr(wages, name).top_coded_otherwise(top.value):
                        refuse(f"should be what top_codes.{basis} says", "wages", n, basis, name)
        return self

    def parts(self) -> Iterator[PartRows]:
        """Yield wages, and the titles they stand under."""
        entries = [EntryRow(w.code, w.title, w.level, None, **w.place()) for w in self.wages]
        yield PartRows(PartKey(EntryRow), entries)
        key = PartKey(WageRow, "", self.area.code, self.industry.code, self.ownership)
        detail = {
            "top_code_annual": self.top_codes.annual_dollars.value,
            "top_code_hourly": self.top_codes.hourly_dollars.value,
        }
        yield PartRows(key, [w.wage() for w in self.wages], detail)

    def codes(self) -> Iterator[tuple[Place, str]]:
        """Yield place and code of each line."""
        for n, row in enumerate(self.wages):
            yield ("wages", n, "code"), row.code

    def areas(self) -> list[AreaRow]:
        """Return the area of the wages."""
        return [AreaRow(**dict(self.area), state=None)]

    def industries(self) -> list[IndustryRow]:
        """Return the industry of the wages."""
        return [IndustryRow(**dict(self.industry))]
