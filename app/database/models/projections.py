"""Employment projections."""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.database.models.base import Base, Content


class Projection(Content, Base):
    """Employment projected from a base to a target year."""

    __tablename__ = "projections"

    line: Mapped[str | None]  # the publisher's kind of line: summary, line_item
    base_year: Mapped[int]
    target_year: Mapped[int]
    base_employment: Mapped[int | None] = mapped_column(BigInteger)
    target_employment: Mapped[int | None] = mapped_column(BigInteger)
    change: Mapped[int | None] = mapped_column(BigInteger)
    percent_change: Mapped[float | None]
    annual_openings: Mapped[int | None] = mapped_column(BigInteger)
    percent_self_employed: Mapped[float | None]
    annual_median: Mapped[int | None]  # the publisher's median annual wage beside the projection
    typical_education: Mapped[str | None]
    work_experience: Mapped[str | None]
    training: Mapped[str | None]
    marks: Mapped[str]  # in the order of marks.PROJECTION_FIGURES
