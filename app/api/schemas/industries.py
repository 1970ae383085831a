"""Industries, going out."""

from __future__ import annotations

from pydantic import Field

from app.api.schemas.common import ITEMS, Out, PageOut, Period, ReleaseId
from app.api.schemas.parameters import PageParams
from app.api.schemas.words import IndustryLevelFilter


class OwnershipOut(Out):
    """Who owns the establishments that a wage is of."""

    code: str = Field(description="Value of the parameter `ownership`.")
    name: str | None = Field(description="Its name; null where the publisher does not explain it.")


class IndustryOut(Out):
    """An industry that wages are given for."""

    code: str = Field(description="Value of the parameter `industry`: a NAICS code, or 000000.")
    title: str = Field(description="The industry's title.")
    level: str = Field(
        description="cross-industry, sector, 3-digit, 4-digit, 5-digit or 6-digit; two of them, "
        "separated by a blank, where the survey gives an industry at both."
    )
    ownerships: list[OwnershipOut] = Field(description="Ownerships that wages are loaded for.")
    periods: list[Period] = Field(description="Periods with wages, newest first.")
    release: ReleaseId


class IndustryPage(PageOut):
    """A page of industries."""

    items: list[IndustryOut] = Field(description=ITEMS)


class IndustryParams(PageParams):
    """Parameters of the list of industries."""

    q: str | None = Field(None, min_length=1, max_length=100, description="Text in the title.")
    level: IndustryLevelFilter | None = Field(None, description="Only industries of this level.")
