"""Starts on one database: two at once, one that may not write, one of an older program."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, inspect, text

from app.database.engines import writing_engine
from app.importers.bundles.opening import opened_bundle
from app.importers.loading.writer import WAITING, writing
from app.importers.seed.files import seed_database
from migrations import HEAD, STEPS
from tests.builders import line, oews_csv
from tests.conftest import Databases, occupations
from tests.servers import FORKING, _be, bare_server, environment, serving

NEWER = "ffff0a1b2c3d"


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return found


@contextmanager
def held(url: str) -> Iterator[Connection]:
    """Hold the writers' lock of a database."""
    engine = writing_engine(url)
    with writing(engine) as connection:
        yield connection
    engine.dispose()


@pytest.mark.parametrize("command", ["migrate", "seed"])
def test_of_two_at_once_one_waits(databases: Databases, tmp_path: Path, command: str) -> None:
    url = databases.empty()
    logs = [tmp_path / name for name in ("one", "two")]
    with held(url):
        both = [
            FORKING.Process(target=_be, args=("occupations", (command,), environment(url), log))
            for log in map(str, logs)
        ]
        for one in both:
            one.start()
        deadline = time.monotonic() + 60
        while not all(log.exists() and WAITING in log.read_text() for log in logs):
            assert time.monotonic() < deadline, [log.read_text() for log in logs if log.exists()]
            time.sleep(0.02)
    for one in both:
        one.join(120)
    said = sorted(log.read_text().splitlines()[-1] for log in logs)
    assert [one.exitcode for one in both] == [0, 0], said
    assert rows(url, "SELECT version_num FROM alembic_version") == [(HEAD,)]
    seeded = command == "seed"
    assert len(rows(url, "SELECT number FROM data_versions")) == seeded
    assert said[0] == ("Nothing changed." if seeded else said[1])


def test_two_servers_start_at_once(databases: Databases) -> None:
    url = databases.empty()
    with ExitStack() as stack, ThreadPoolExecutor(2) as threads:
        lent = [threads.submit(stack.enter_context, serving(url, seed="none")) for _ in range(2)]
        for one in lent:
            answer = one.result().get("/health/ready")
            assert "holds no data" in answer.json()["detail"]


def test_the_second_of_two_first_starts_loads_no_box(
    databases_of: Callable[[str], Databases], tmp_path: Path
) -> None:
    databases = databases_of("sqlite")
    made = occupations("export", str(tmp_path / "box"), url=databases.seeded())
    assert made.returncode == 0, made.stderr
    engine = writing_engine(databases.migrated())
    with opened_bundle(tmp_path / "box") as box:
        assert seed_database(engine, box=box)
        assert seed_database(engine, box=box) == []
    engine.dispose()


def test_no_migrate_writes_nothing(databases: Databases) -> None:
    url = databases.empty()
    refused = occupations("serve", "--no-migrate", "--port=1", url=url)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "run `occupations migrate`" in refused.stderr
    engine = create_engine(url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()
    if databases.kind == "sqlite":
        missing = f"{url}.missing"
        assert "`occupations migrate`" in occupations("serve", "--no-migrate", url=missing).stderr
        assert not Path(missing.removeprefix("sqlite:///")).exists()


def newer(url: str) -> str:
    """Make a database one of a newer program."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{NEWER}'"))
        connection.execute(text("UPDATE data_versions SET program = '7.8.9+77'"))
    engine.dispose()
    return url


COMMANDS = (
    ["serve"],
    ["serve", "--no-migrate"],
    ["migrate"],
    ["seed"],
    ["import", "box"],
    ["status"],
    ["export", "{folder}/bundle"],
    ["releases", "list"],
    ["releases", "retire", "soc-2018"],
    ["releases", "diff", "soc-2018", "soc-2018"],
    ["verify", "{folder}/MSA_M2023_dl.csv"],
)


def test_a_database_of_a_newer_program_is_left_alone(databases: Databases, tmp_path: Path) -> None:
    url = newer(databases.seeded())
    oews_csv(tmp_path / "MSA_M2023_dl.csv", line(AREA="13820", AREA_TYPE="4"))
    for command in COMMANDS:
        done = occupations(*(word.format(folder=tmp_path) for word in command), url=url)
        wanted = 2 if "diff" in command else 1
        assert (done.returncode, done.stdout) == (wanted, ""), (command, done.stdout, done.stderr)
        (said,) = done.stderr.splitlines()
        for part in ("newer than this program", NEWER, "7.8.9+77", HEAD):
            assert part in said, command
    with bare_server(url) as client:
        refused = client.get("/health/ready")
        assert (refused.status_code, refused.json()["code"]) == (503, "not_ready")
        assert NEWER in refused.json()["detail"]


def test_what_a_newer_program_derived_is_not_derived_anew(databases: Databases) -> None:
    url = databases.seeded()
    for program, versions in (("0.0.1+99", 1), ("0.0.1+1", 2)):
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text(f"UPDATE data_versions SET program = '{program}'"))
        engine.dispose()
        assert occupations("migrate", url=url).returncode == 0
        assert len(rows(url, "SELECT number FROM data_versions")) == versions


def test_an_older_database_is_not_newer(databases: Databases) -> None:
    url = databases.seeded()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{STEPS[0]}'"))
    engine.dispose()
    refused = occupations("status", url=url)
    assert refused.returncode == 1
    assert "run `occupations migrate`" in refused.stderr
