"""Wages and employment by occupation, area and industry."""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.database.models.base import Base


class Wage(Base):
    """Wages and employment of one occupation in one part (area, industry, ownership, period)."""

    __tablename__ = "wages"

    # One index serves both ways in: the rows of a part in order, and a code in some parts. With
    # hundreds of thousands of rows a second one, or a foreign key's check of each row, would cost
    # as much as all the rest of a load; the loader alone writes here, and purges by part.
    part_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(primary_key=True)
    published_levels: Mapped[str]  # the publisher's levels of this line: "broad detailed"
    employment: Mapped[int | None] = mapped_column(BigInteger)
    employment_rse: Mapped[float | None]
    jobs_per_1000: Mapped[float | None]
    location_quotient: Mapped[float | None]
    percent_of_industry: Mapped[float | None]
    percent_reporting: Mapped[float | None]
    hourly_mean: Mapped[int | None]
    annual_mean: Mapped[int | None]
    wage_rse: Mapped[float | None]
    hourly_p10: Mapped[int | None]
    hourly_p25: Mapped[int | None]
    hourly_median: Mapped[int | None]
    hourly_p75: Mapped[int | None]
    hourly_p90: Mapped[int | None]
    annual_p10: Mapped[int | None]
    annual_p25: Mapped[int | None]
    annual_median: Mapped[int | None]
    annual_p75: Mapped[int | None]
    annual_p90: Mapped[int | None]
    marks: Mapped[str]  # one character a figure, in the order of marks.WAGE_FIGURES
    locator: Mapped[str | None]
    note: Mapped[str | None]

    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - the base declares its type
