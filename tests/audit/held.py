"""What a database holds, so that two can be compared, and whether it is sound."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Table, create_engine, func, select
from sqlalchemy.pool import NullPool

from app.database.models import Base, Part, Release

LOCAL = {"id", "part_id", "release_id", "loaded_at", "changed_at", "number"}
"""Columns that say which database it is and when it was loaded, not what it holds."""

HISTORY = {"data_versions", "release_spans", "changes"}
"""Tables that say what was shown when: two ways to the same data leave different ones."""

Content = dict[str, tuple[int, str]]
"""Table → its rows, and a digest of them in no order."""


@contextmanager
def opened(url: str) -> Iterator[Connection]:
    """Lend a connection of its own, as another program would open it."""
    engine = create_engine(url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def content(url: str) -> Content:
    """Read everything that a database holds, each row with the part or release it is of."""
    with opened(url) as connection:
        return {name: _read(connection, table) for name, table in Base.metadata.tables.items()}


def _read(connection: Connection, table: Table) -> tuple[int, str]:
    parts: Table = Part.__table__  # type: ignore[assignment]
    releases: Table = Release.__table__  # type: ignore[assignment]
    if table.name in HISTORY:
        return 1, ""
    columns: list[Any] = [c for c in table.c if c.name not in LOCAL]
    if table is parts or "release_id" in table.c:
        columns += [releases.c.name, releases.c.superseded]
        origin: Any = table.join(releases, table.c.release_id == releases.c.id)
    elif "part_id" in table.c:
        columns += [releases.c.name, releases.c.superseded, *_named(parts)]
        origin = table.join(parts, table.c.part_id == parts.c.id).join(
            releases, parts.c.release_id == releases.c.id
        )
    else:
        origin = table
    total, rows = 0, 0
    for row in connection.execute(select(*columns).select_from(origin)):
        digest = hashlib.blake2b(repr(tuple(row)).encode(), digest_size=8).digest()
        total = (total + int.from_bytes(digest, "big")) % 2**64
        rows += 1
    whole = connection.execute(select(func.count()).select_from(table)).scalar_one()
    return whole, f"{rows}-{total:x}"


def _named(parts: Table) -> list[Any]:
    keys = ("dataset", "kind", "area", "industry", "ownership", "period")
    return [parts.c[key].label(f"part_{key}") for key in keys]


def number(url: str) -> int:
    """The data version's number; 0 if there is none."""
    return int(_version(url, "number") or 0)


def token(url: str) -> str:
    """The data version as answers name it."""
    return str(_version(url, "token"))


def _version(url: str, column: str) -> Any:
    table: Any = Base.metadata.tables["data_versions"]
    with opened(url) as connection:
        return connection.execute(select(table.c[column]).order_by(table.c.number.desc())).scalar()


def unsound(url: str) -> list[str]:
    """Say what is wrong with a database: the file's own checks, and the parts' row counts."""
    wrong = []
    with opened(url) as connection:
        if connection.dialect.name == "sqlite":
            told = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check")]
            wrong += [str(one) for one in told if one != "ok"]
            orphans = list(connection.exec_driver_sql("PRAGMA foreign_key_check"))
            wrong += [f"a row of {row[0]} without its {row[2]}" for row in orphans]
        parts: Table = Part.__table__  # type: ignore[assignment]
        stated: dict[str, dict[int, int]] = {}
        for part in connection.execute(select(parts.c.id, parts.c.dataset, parts.c.rows)):
            stated.setdefault(part.dataset, {})[part.id] = part.rows
        for name, table in Base.metadata.tables.items():
            if "part_id" not in table.c or name == "occupations":
                continue
            counted = select(table.c.part_id, func.count()).group_by(table.c.part_id)
            there = {row[0]: row[1] for row in connection.execute(counted)}
            due = {part: rows for part, rows in stated.get(name, {}).items() if rows}
            if there != due:
                wrong.append(f"{name}: rows are not those that its parts state")
    return wrong
