"""Classifications of occupations and industries, and which codes of two of them belong together."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.database.models.base import Base

CURRENT = "soc-2018"
"""The classification that occupations are current in."""


class Classification(Base):
    """A version of a classification: the seed's table of them."""

    __tablename__ = "classifications"

    id: Mapped[str] = mapped_column(primary_key=True)  # soc-2010
    system: Mapped[str]  # soc, oews, nem, onet-soc, isco, esco, cip, naics
    version: Mapped[str]
    prefix: Mapped[str] = mapped_column(unique=True)  # soc2010, as in soc2010:15-1132
    source_id: Mapped[str] = mapped_column(ForeignKey("sources.id"))
    valid_from: Mapped[str]  # YYYY or YYYY-MM
    valid_to: Mapped[str | None]
    rank: Mapped[int]  # the order in which classifications answer for a bare code


class Mapping(Base):
    """A code of one classification that a publisher's file sets beside a code of another.

    The part's ``detail`` names both: ``{"from": "soc-2010", "to": "soc-2018"}``.
    """

    __tablename__ = "mappings"

    part_id: Mapped[int] = mapped_column(
        ForeignKey("parts.id", ondelete="CASCADE"), primary_key=True
    )
    from_code: Mapped[str] = mapped_column(primary_key=True)
    to_code: Mapped[str] = mapped_column(primary_key=True)
    match: Mapped[str | None]  # the publisher's own word: exact, close, narrow, broad
    note: Mapped[str | None]  # the publisher's comment

    __table_args__ = (Index("ix_mappings_to", "part_id", "to_code"),)
