"""The web side's engine cannot write, whatever the statement."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.database.engines import reading_engine
from tests.database.webrole import web_url
from tests.servers import serving, warmed

WRITES = (
    "INSERT INTO areas VALUES ('XX', 'x', 'nation', 'x', NULL)",
    "UPDATE wages SET annual_median = 1",
    "DELETE FROM releases",
    "DROP TABLE wages",
    "CREATE TABLE mine (id INTEGER)",
    "ALTER TABLE wages ADD COLUMN mine INTEGER",
)
REFUSED = r"(?i)read-?only|authoriz|permission denied|must be owner"


@pytest.mark.parametrize("write", WRITES)
def test_no_statement_writes(database: str, write: str) -> None:
    engine = reading_engine(database, threads=1, statement_timeout=2.0)
    try:
        with engine.connect() as connection, pytest.raises(DBAPIError, match=REFUSED):
            connection.execute(text(write))
        with engine.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM wages")).scalar_one() > 0
    finally:
        engine.dispose()


@pytest.mark.parametrize(
    "write",
    [
        "PRAGMA query_only = OFF",
        "PRAGMA user_version = 7",
        "ATTACH DATABASE '{folder}/a.sqlite3' AS mine",
        "VACUUM INTO '{folder}/b.sqlite3'",
        "CREATE TEMPORARY TABLE mine (id INTEGER)",
    ],
)
def test_no_statement_gets_round_a_read_only_file(
    seeded: Callable[[str], str], tmp_path: Path, write: str
) -> None:
    engine = reading_engine(seeded("sqlite"), threads=1, statement_timeout=2.0)
    with engine.connect() as connection, pytest.raises(DBAPIError, match=REFUSED):
        connection.execute(text(write.format(folder=tmp_path)))
    engine.dispose()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("write", [*WRITES, "CREATE TEMPORARY TABLE mine (id INTEGER)"])
def test_the_role_of_the_web_may_select_and_nothing_else(
    seeded: Callable[[str], str], write: str
) -> None:
    url = web_url(seeded("postgresql"))
    engine = reading_engine(url, threads=1, statement_timeout=2.0)
    with engine.connect() as connection:
        # Whoever could send statements would send this first.
        connection.execute(text("SET default_transaction_read_only = off"))
        with pytest.raises(DBAPIError, match=REFUSED):
            connection.execute(text(write))
        assert connection.execute(text("SELECT count(*) FROM wages")).scalar_one() > 0
        later: Any = connection.execute(text("SELECT current_user")).scalar_one()
        assert later == "occupations_web"
    engine.dispose()


def test_the_server_starts_and_answers_as_that_role(seeded: Callable[[str], str]) -> None:
    with serving(web_url(seeded("postgresql"))) as client:
        assert warmed(client).get("/health/ready").status_code == 200
        assert client.get("/v1/occupations/11-9111").status_code == 200
