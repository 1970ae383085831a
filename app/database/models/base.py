"""Constraint names, column types, and what every content row has."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import JSON, Double, ForeignKey, Index, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column


class Base(DeclarativeBase):
    """Names every constraint, so that migrations can drop what they made on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    # Codes, names and titles sort by code point, the same on every database.
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text().with_variant(Text(collation="C"), "postgresql"),
        float: Double(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
    }


class Content:
    """What every content row has: its part, its occupation and its place in the list."""

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Any, ...]:
        table = cls.__tablename__  # type: ignore[attr-defined]
        # It serves both ways in: the rows of a part in order, and a code in some parts.
        return (Index(f"ix_{table}_part", "part_id", "code", "position", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("parts.id", ondelete="CASCADE"))
    code: Mapped[str]
    position: Mapped[int]  # from 1, in the publisher's order, within part and code
    locator: Mapped[str | None]  # where in the source it stands, if the part alone does not tell
    note: Mapped[str | None]  # what a reader must know to read it rightly
