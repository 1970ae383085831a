"""Servers go on while a newer program migrates their database, as docs/versioning.md says.

The newer program is made up: its step adds a table and a column, which is all that a step within
1.x may do.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from itertools import pairwise

import httpx
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from app.database.engines import writing_engine
from app.importers.loading import load
from migrations import STEPS
from tests.conftest import Databases, occupations
from tests.database.test_migrations import config
from tests.servers import bare_server, warmed

FIRST = "d91e7b3c5a46"
"""The newest step of version 1.0.0."""

Columns = dict[str, set[str]]


def columns_of(engine: Engine) -> Columns:
    """Return each table with its columns."""
    found = inspect(engine)
    return {
        table: {column["name"] for column in found.get_columns(table)}
        for table in found.get_table_names()
    }


def lost(before: Columns, after: Columns) -> set[str]:
    """Return the tables and columns that a step took away."""
    gone = {table for table in before if table not in after}
    return gone | {
        f"{table}.{column}"
        for table in before.keys() & after.keys()
        for column in before[table] - after[table]
    }


def test_a_step_within_version_1_takes_nothing_away(databases: Databases) -> None:
    engine = writing_engine(databases.empty())
    script = ScriptDirectory.from_config(config())
    shapes = []
    for step in (FIRST, *STEPS[STEPS.index(FIRST) + 1 :]):
        assert script.get_revision(step) is not None
        with engine.connect() as connection:
            made = config()
            made.attributes["connection"] = connection
            command.upgrade(made, step)
            connection.commit()
        shapes.append(columns_of(engine))
    assert set().union(*(lost(*pair) for pair in pairwise(shapes))) == set()
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE changes RENAME TO changes_"))
        connection.execute(text("ALTER TABLE releases DROP COLUMN notice"))
    assert lost(shapes[-1], columns_of(engine)) == {"changes", "releases.notice"}
    engine.dispose()


def newer_program(engine: Engine) -> None:
    """Do what a newer program does at its start: add to the tables, and note its own step."""
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE prices (id INTEGER PRIMARY KEY, series VARCHAR)"))
        connection.execute(text("ALTER TABLE releases ADD COLUMN delineation VARCHAR"))
        connection.execute(text("UPDATE alembic_version SET version_num = 'ffffffffffff'"))


def test_servers_go_on_while_a_newer_program_migrates(databases: Databases) -> None:
    url = databases.seeded()
    engine = writing_engine(url)
    statuses: Counter[int] = Counter()
    ended = threading.Event()

    with bare_server(url, cache_bytes="0", poll_interval="0.1") as client:

        def ask() -> None:
            targets = ("/v1", "/v1/occupations/11-9111", "/v1/wages?period=all", "/health/ready")
            with httpx.Client(base_url=client.base_url, timeout=30) as mine:
                while not ended.is_set():
                    for target in targets:
                        statuses[mine.get(target).status_code] += 1

        before = warmed(client).get("/v1").json()["data_version"]
        asking = threading.Thread(target=ask)
        asking.start()
        newer_program(engine)
        load.retire(engine, "bls-ep-2021-31")  # the newer program loads data, too
        deadline = time.monotonic() + 20
        while client.get("/v1").json()["data_version"] == before:
            assert time.monotonic() < deadline, "the new data version is not shown"
            time.sleep(0.05)
        ended.set()
        asking.join()
        assert set(statuses) == {200}
        shown = {one["id"] for one in client.get("/v1/releases?limit=200").json()["items"]}
        assert "bls-ep-2021-31" not in shown
    engine.dispose()
    # Who starts now is told which program to run.
    refused = occupations("serve", "--no-migrate", url=url)
    assert refused.returncode == 1
    assert "the database is newer than this program" in refused.stderr
