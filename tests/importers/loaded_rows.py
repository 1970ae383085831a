"""What a database holds of the official files: digests of its tables, counts of O*NET's rows."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from sqlalchemy import Engine, create_engine, select, text

from app.database.models import Base

MOMENTS = {"loaded_at", "changed_at"}
"""Columns that say when the program ran."""

SUMS = {
    "entries": "level",
    "descriptions": "kind",
    "duties": "kind",
    "titles": "kind",
    "skills": "kind",
    "technologies": "hot",
    "education": "kind",
    "experience": "kind",
    "job_zones": "zone",
    "interests": "scale",
    "related": "tier",
}


def digests(url: str) -> dict[str, str]:
    """Return a digest of each table's rows."""
    found = {}
    engine = create_engine(url)
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            columns = [column for column in table.columns if column.name not in MOMENTS]
            digest = sha256()
            for row in connection.execute(select(*columns).order_by(*table.primary_key)):
                digest.update(repr(tuple(row)).encode())
            found[table.name] = digest.hexdigest()
    engine.dispose()
    return found


class Onet:
    """A release of O*NET in one of the databases."""

    def __init__(self, engine: Engine, release: str) -> None:
        self.engine = engine
        self.parts = (
            "SELECT p.id FROM parts p JOIN releases r ON r.id = p.release_id "
            f"WHERE r.name = '{release}'"
        )

    def rows(self, columns: str, table: str, more: str = "") -> list[tuple[Any, ...]]:
        query = f"SELECT {columns} FROM {table} WHERE part_id IN ({self.parts}) {more}"
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    def counts(self, table: str) -> dict[Any, int]:
        by = SUMS[table]
        return dict(self.rows(f"{by}, count(*)", table, f"GROUP BY {by}"))
