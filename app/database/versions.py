"""Data versions: which there are, which releases each shows, and whether it is still kept."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select, and_, or_, select
from sqlalchemy.exc import SQLAlchemyError

from app import __version__
from app.api.schemas.parameter_types import VERSION
from app.database.engines import is_lost
from app.database.models import DataVersion, Part, Release, ReleaseSpan
from app.errors import ConnectionLost, DatabaseDown

NAME = 16
"""Characters of a token that name its data version: in cursors and in the header Data-Version."""

DERIVATION = 3
"""Raise it when the program derives something else from the same rows: which parts are shown, what
they lack, the occupations. ``migrate`` and ``serve`` then derive it anew, once."""

PROGRAM = f"{__version__}+{DERIVATION}"
"""``data_versions.program`` of what this program derives."""


def is_derived(connection: Connection) -> bool:
    """Tell whether the newest data version, if there is one, was derived as this program does.

    What a newer program derived stays: two programs over one database would undo each other's.
    """
    program = connection.execute(newest(DataVersion.program)).scalar()
    return program is None or int(program.rpartition("+")[2] or 0) >= DERIVATION


def newest(*columns: Any) -> Select[Any]:
    """Select the newest data version, or some columns of it."""
    wanted: Any = columns or (DataVersion.__table__,)
    return select(*wanted).order_by(DataVersion.number.desc()).limit(1)


def read_number(engine: Engine) -> int:
    """Ask the database which data version is shown; the poll of every worker."""
    try:
        with engine.connect() as connection:
            number: int = connection.execute(newest(DataVersion.number)).scalar_one()
            return number
    except SQLAlchemyError as error:
        raise (ConnectionLost if is_lost(error) else DatabaseDown) from error


def releases_of(number: int) -> Select[int]:
    """Select the ids of the releases that a data version shows."""
    return select(ReleaseSpan.release_id).where(
        ReleaseSpan.from_number <= number,
        or_(ReleaseSpan.to_number.is_(None), ReleaseSpan.to_number > number),
    )


def shown_in(number: int) -> ColumnElement[bool]:
    """Return the condition for parts that a data version may show of its releases."""
    return and_(Part.from_number <= number, or_(Part.to_number.is_(None), Part.to_number > number))


def is_kept(connection: Connection, number: int) -> bool:
    """Tell whether the rows of every release that a data version shows are still there."""
    purged = select(Release.id).where(Release.purged, Release.id.in_(releases_of(number)))
    return connection.execute(purged.limit(1)).first() is None


def is_name(text: str) -> bool:
    """Tell whether a text is a data version's token, or a beginning of it that names it."""
    return re.fullmatch(VERSION, text) is not None


def find(connection: Connection, name: str) -> int | None:
    """Return the number of the data version of this name; None if it was never shown.

    A name stands for the last time that these data were shown: a release that is retired and
    restored brings the name back.
    """
    query = newest(DataVersion.number).where(DataVersion.token.startswith(name, autoescape=True))
    number: int | None = connection.execute(query).scalar_one_or_none()
    return number
