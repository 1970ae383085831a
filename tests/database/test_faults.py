"""What fails beside the program: a server that restarts, hangs or lags, a file nobody may write."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, event, inspect, make_url, text
from sqlalchemy.exc import DBAPIError

from app.commands.database import migrate_database
from app.database.catalog_reader import load_catalog
from app.database.engines import has_several, is_lost, reading_engine, writing_engine
from app.database.migration_state import is_migrated
from app.database.store import Reader
from app.errors import ConnectionLost
from tests.conftest import Databases
from tests.servers import serving, warmed


def test_a_migration_that_stops_half_way_leaves_nothing(databases: Databases) -> None:
    engine = writing_engine(databases.empty())
    seen: list[str] = []

    def stop(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)
        if sum("CREATE TABLE" in one for one in seen) == 8:
            raise KeyboardInterrupt

    event.listen(engine, "before_cursor_execute", stop)
    with pytest.raises(KeyboardInterrupt):
        migrate_database(engine)
    event.remove(engine, "before_cursor_execute", stop)
    assert inspect(engine).get_table_names() == []
    migrate_database(engine)
    assert is_migrated(engine)
    engine.dispose()


def test_cut_connections_are_replaced_and_nobody_is_told(
    postgresql: str, databases_of: Callable[[str], Databases]
) -> None:
    url = databases_of("postgresql").seeded()
    admin = create_engine(make_url(postgresql).set(drivername="postgresql+psycopg"))
    cut = text(
        "SELECT count(pg_terminate_backend(pid, 1000)) FROM pg_stat_activity WHERE datname = :name"
    )
    with serving(url, cache_bytes="0") as client:
        warmed(client)
        for _ in range(5):
            assert client.get("/v1/wages").status_code == 200
            with admin.connect() as connection:
                name = make_url(url).database
                assert connection.execute(cut, {"name": name}).scalar_one() > 0
            assert client.get("/v1/wages").status_code == 200
            assert client.get("/health/ready").status_code == 200
    admin.dispose()


@pytest.mark.alone
def test_a_server_that_says_nothing_is_given_up(postgresql: str) -> None:
    url = make_url(postgresql).set(drivername="postgresql+psycopg")
    given = url.render_as_string(hide_password=False)
    engine = reading_engine(given, threads=1, statement_timeout=0.3)
    began = time.monotonic()
    with engine.connect() as connection:
        # As if frozen: the server's own timeout does not come.
        connection.execute(text("SET statement_timeout = 0"))
        with pytest.raises(DBAPIError) as met:
            connection.execute(text("SELECT pg_sleep(20)"))
    assert time.monotonic() - began < 3
    assert not is_lost(met.value)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
        # The server's own timeout is no reason to try again either.
        with pytest.raises(psycopg.errors.QueryCanceled) as slow:
            connection.connection.dbapi_connection.execute("SELECT pg_sleep(20)")  # type: ignore[union-attr]
        assert not is_lost(slow.value)
    engine.dispose()


def test_a_server_that_lags_behind_is_not_answered_from(database: str) -> None:
    engine = reading_engine(database, threads=1, statement_timeout=2)
    catalog = load_catalog(engine)
    with Reader(engine, catalog.number, catalog, None, True).connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM wages")).scalar_one() > 0
    ahead = Reader(engine, catalog.number + 1, catalog, None, True)
    with pytest.raises(ConnectionLost), ahead.connect():
        pass
    engine.dispose()


@pytest.mark.parametrize(
    ("url", "several"),
    [
        ("postgresql+psycopg://u@a/n", False),
        ("postgresql+psycopg://u@/n?host=a", False),
        ("postgresql+psycopg://u@/n?host=a:5432&host=b:5433", True),
        ("postgresql+psycopg://u@/n?host=a,b&port=5432,5433", True),
        ("sqlite:///a,b.sqlite3", False),
    ],
)
def test_several_servers_are_seen_in_the_url(url: str, several: bool) -> None:
    assert has_several(url) is several


UNPRIVILEGED = (
    # Root heeds a file's mode only once it has given up the right not to.
    ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
)

READ = """
import sys
from sqlalchemy import text
from app.commands.database import is_ready
from app.database.engines import reading_engine
from app.settings import Settings
url = sys.argv[1]
assert is_ready(Settings(database_url=url))
with reading_engine(url, threads=1, statement_timeout=2).connect() as connection:
    print(connection.execute(text("SELECT count(*) FROM wages")).scalar_one())
"""


def test_a_file_that_nobody_may_write_is_read(tmp_path: Path, seeded_file: Path) -> None:
    place = tmp_path / "sealed"
    place.mkdir()
    copy = Path(shutil.copyfile(seeded_file, place / "data.sqlite3"))
    copy.chmod(0o444)
    place.chmod(0o555)
    try:
        read = subprocess.run(
            [*UNPRIVILEGED, sys.executable, "-c", READ, f"sqlite:///{copy}"],
            capture_output=True,
            text=True,
        )
    finally:
        place.chmod(0o755)
    assert (read.returncode, read.stderr) == (0, "")
    assert int(read.stdout) > 0
    assert [one.name for one in place.iterdir()] == [copy.name]


@pytest.fixture
def seeded_file(databases_of: Callable[[str], Databases]) -> Path:
    return Path(make_url(databases_of("sqlite").seeded()).database or "")


def test_a_locked_file_is_refused_at_once_and_life_is_shown(seeded_file: Path) -> None:
    holder = sqlite3.connect(seeded_file, isolation_level=None)
    holder.execute("PRAGMA journal_mode = DELETE")
    with serving(f"sqlite:///{seeded_file}", cache_bytes="0") as client:
        assert client.get("/v1/wages").status_code == 200
        holder.execute("BEGIN EXCLUSIVE")
        for path in ("wages", "duties", "occupations/11-9111"):
            began = time.monotonic()
            refused = client.get(f"/v1/{path}")
            assert time.monotonic() - began < 2
            assert (refused.status_code, refused.json()["code"]) == (503, "database_unavailable")
            assert client.get("/health/live").status_code == 200
        holder.execute("ROLLBACK")
        assert client.get("/v1/wages").status_code == 200
    holder.close()


CUT = """
import os, sys
from sqlalchemy.exc import DatabaseError
from app.database.engines import reading_engine

engine = reading_engine(sys.argv[1], threads=1, statement_timeout=2)
with engine.connect() as connection:
    rows = connection.exec_driver_sql("SELECT code FROM titles UNION ALL SELECT code FROM wages")
    rows.fetchone()
    os.truncate(engine.url.database.removeprefix("file:"), 8192)
    try:
        rows.fetchall()
    except DatabaseError as error:
        print(type(error).__name__)
"""


def test_a_file_that_is_cut_short_while_it_is_read_ends_no_process(seeded_file: Path) -> None:
    with sqlite3.connect(seeded_file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    command = [sys.executable, "-c", CUT, f"sqlite:///{seeded_file}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "DatabaseError\n"), done.stderr


READING_COMMANDS = (
    ["releases", "list"],
    ["releases", "show", "soc-2018"],
    ["releases", "diff", "soc-2018", "soc-2018"],
    ["status"],
    ["export", "{folder}/bundle"],
    ["backup", "{folder}/backup.sqlite3"],
)


RUN = """
import json, sys
from tests.conftest import occupations
for command in json.loads(sys.argv[2]):
    done = occupations(*command, url=sys.argv[1])
    print(json.dumps([command, done.returncode, bool(done.stdout), done.stderr]))
"""


def test_commands_that_read_need_no_right_to_write(tmp_path: Path, seeded_file: Path) -> None:
    place = tmp_path / "sealed"
    place.mkdir()
    copy = Path(shutil.copyfile(seeded_file, place / "data.sqlite3"))
    reading = [[word.format(folder=tmp_path) for word in words] for words in READING_COMMANDS]
    commands = [*reading, ["releases", "retire", "soc-2018"], ["migrate"]]
    copy.chmod(0o444)
    place.chmod(0o555)
    try:
        run = subprocess.run(
            [*UNPRIVILEGED, sys.executable, "-c", RUN, f"sqlite:///{copy}", json.dumps(commands)],
            capture_output=True,
            text=True,
        )
    finally:
        place.chmod(0o755)
    assert (run.returncode, run.stderr) == (0, "")
    *done, retired, migrated = map(json.loads, run.stdout.splitlines())
    assert done == [[command, 0, True, ""] for command in reading]
    for _, code, _, said in (retired, migrated):
        assert code == 1
        assert f"{copy} may not be written" in said
    assert [one.name for one in place.iterdir()] == [copy.name]
