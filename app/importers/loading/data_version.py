"""The data version: a number that every change of the data counts up, and a token."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from app.database.models import DataVersion, Release, Source


def current_version(connection: Connection) -> int:
    """Return the number of the data version; 0 before the first."""
    return connection.execute(select(DataVersion.number)).scalar_one_or_none() or 0


def next_version(connection: Connection) -> int:
    """Count the data version up and return it. Its token digests sources and releases shown."""
    shown = select(Release.name, Release.checksum).where(~Release.superseded, ~Release.retired)
    lines = [f"{name} {checksum}" for name, checksum in connection.execute(shown)]
    sources: Any = Source.__table__
    lines += [repr(tuple(row)) for row in connection.execute(select(sources))]
    token = hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
    before = current_version(connection)
    values = {"number": before + 1, "token": token, "changed_at": datetime.now(UTC)}
    if before:
        connection.execute(update(DataVersion).values(**values))
    else:
        connection.execute(insert(DataVersion).values(id=1, **values))
    return before + 1
