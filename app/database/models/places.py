"""Counties and ZIP codes, and the areas of the survey that they lie in."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.database.models.base import Base


class County(Base):
    """A county or county equivalent, of today or of earlier years."""

    __tablename__ = "counties"

    part_id: Mapped[int] = mapped_column(
        ForeignKey("parts.id", ondelete="CASCADE"), primary_key=True
    )
    fips: Mapped[str] = mapped_column(primary_key=True)  # 48453
    name: Mapped[str]  # Travis County
    state: Mapped[str]  # postal abbreviation
    note: Mapped[str | None]  # since when, until when, what followed it


class CountyArea(Base):
    """A county and an area of the survey that it lies in, by one list of areas.

    The part's ``detail`` has the first and the last period that the list serves for.
    """

    __tablename__ = "county_areas"

    part_id: Mapped[int] = mapped_column(
        ForeignKey("parts.id", ondelete="CASCADE"), primary_key=True
    )
    fips: Mapped[str] = mapped_column(primary_key=True)
    area_code: Mapped[str] = mapped_column(primary_key=True)
    towns: Mapped[int | None]  # of the county that lie in the area; null: all of it does


class ZipCounty(Base):
    """A ZIP code area (ZCTA) and a county that a part of it lies in."""

    __tablename__ = "zip_counties"

    part_id: Mapped[int] = mapped_column(
        ForeignKey("parts.id", ondelete="CASCADE"), primary_key=True
    )
    zip: Mapped[str] = mapped_column(primary_key=True)  # 78701
    fips: Mapped[str] = mapped_column(primary_key=True)
    land: Mapped[int] = mapped_column(BigInteger)  # of this part, square metres
    water: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (Index("ix_zip_counties_fips", "part_id", "fips"),)
