"""Areas through time: what each release calls them, and which followed which."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.database.models.base import Base


class AreaEntry(Base):
    """An area as one release names it: a release of wages, or a list of areas."""

    __tablename__ = "area_entries"

    release_id: Mapped[int] = mapped_column(
        ForeignKey("releases.id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    level: Mapped[str]
    publisher_code: Mapped[str]
    state: Mapped[str | None]
    first: Mapped[str]  # the first period that the release speaks of
    last: Mapped[str | None]  # the last one; null: the area is in force


class AreaLink(Base):
    """Two areas of which the newer one followed the older one, by a list of areas.

    A code that stands for another extent than in the list before is linked to itself.
    """

    __tablename__ = "area_links"

    release_id: Mapped[int] = mapped_column(
        ForeignKey("releases.id", ondelete="CASCADE"), primary_key=True
    )
    from_code: Mapped[str] = mapped_column(primary_key=True)
    to_code: Mapped[str] = mapped_column(primary_key=True)
    relation: Mapped[str]  # renamed, merged, split, part; of a code that stayed also reused
    common: Mapped[int | None]  # counties and towns that both have
