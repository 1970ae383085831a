"""The web side's engine cannot write, whatever the statement."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.db import reading_engine

WRITES = (
    "INSERT INTO areas VALUES ('XX', 'x', 'nation', 'x', NULL)",
    "UPDATE wages SET annual_median = 1",
    "DELETE FROM releases",
    "DROP TABLE wages",
    "CREATE TABLE mine (id INTEGER)",
    "ALTER TABLE wages ADD COLUMN mine INTEGER",
)


@pytest.mark.parametrize("write", WRITES)
def test_no_statement_writes(database: str, write: str) -> None:
    engine = reading_engine(database, threads=1, statement_timeout=2.0)
    try:
        with engine.connect() as connection, pytest.raises(DBAPIError, match=r"(?i)read-?only"):
            connection.execute(text(write))
        with engine.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM wages")).scalar_one() > 0
    finally:
        engine.dispose()
