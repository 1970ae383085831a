"""Two workers from their start to the end of the process that started them, and all they log."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
from sqlalchemy import create_engine, make_url, text

from app.logs import EVENTS
from tests.conftest import Databases
from tests.servers import server_of

Line = dict[str, Any]


class Told:
    """The log of a server, which goes on."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def of(self, event: str, at_least: int = 1) -> list[Line]:
        """Wait for lines of an event, and return all of them."""
        deadline = time.monotonic() + 30
        while len(found := [line for line in self.lines() if line["event"] == event]) < at_least:
            assert time.monotonic() < deadline, (event, self.file.read_text())
            time.sleep(0.05)
        return found

    def lines(self) -> list[Line]:
        """Return every whole line: a log of JSON has no other."""
        whole = self.file.read_text("ascii").rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]


def children(process: int) -> set[int]:
    """Return the workers of a server."""
    found = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return {n for n in map(int, found) if b"spawn_main" in Path(f"/proc/{n}/cmdline").read_bytes()}


def is_free(port: int) -> bool:
    """Tell whether nothing listens on a port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.fixture(scope="module")
def life(
    databases_of: Callable[[str], Databases], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Told]:
    """Return the log of two workers: their first start, one killed, SIGHUP, the parent killed."""
    log = tmp_path_factory.mktemp("workers") / "log"
    url = databases_of("sqlite").empty()
    settings = {"log_format": "json", "workers": "2", "index_folder": str(log.parent)}
    with server_of("occupations", "serve", url=url, log=str(log), **settings) as (client, pid):
        told = Told(log)
        first, second = told.of("worker_started", 2)
        for process in (pid, first["worker"], second["worker"]):
            os.kill(process, signal.SIGHUP)
        os.kill(first["worker"], signal.SIGKILL)
        told.of("worker_started", 3)
        assert first["worker"] not in children(pid)
        assert second["worker"] in children(pid)
        assert client.get("/v1", headers={"Request-Id": "mine"}).status_code == 200
        told.of("request")
        os.kill(pid, signal.SIGKILL)
        port = client.base_url.port
        assert port
        deadline = time.monotonic() + 20
        while not is_free(port):
            assert time.monotonic() < deadline, "the workers outlive the process that started them"
            time.sleep(0.05)
        yield told


def test_every_line_is_json_of_one_form(life: Told) -> None:
    for line in life.lines():
        assert list(line)[:5] == ["time", "level", "worker", "event", "text"], line
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
        assert line["level"] in {"info", "error"}
        assert line["event"] in EVENTS
    assert {"seed", "serving", "data_version", "request"} <= {x["event"] for x in life.lines()}
    assert len({line["worker"] for line in life.lines()}) == 4  # the parent, two, a third


def test_a_killed_worker_and_the_one_in_its_place_are_named(life: Told) -> None:
    (died,) = life.of("worker_died")
    first, _, third = (line["worker"] for line in life.of("worker_started", 3))
    assert died["text"] == f"worker {first} was ended by SIGKILL; worker {third} takes its place"
    assert (died["level"], died["worker"]) != ("info", first)


def test_workers_end_in_order_when_their_parent_is_gone(life: Told) -> None:
    ended = {line["worker"] for line in life.of("worker_stopped", 2)}
    assert ended == {line["worker"] for line in life.of("worker_started", 3)[1:]}


def test_a_request_has_its_id_in_its_line(life: Told) -> None:
    assert [x["text"] for x in life.lines() if x.get("request_id") == "mine"] == ["GET /v1 200"]


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_server_that_cannot_listen_says_so_in_one_line(
    form: str, seeded: Callable[[str], str], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        given = ("occupations", "serve", f"--host=\x1b{taken.getsockname()[0]}")
        with (
            pytest.raises(AssertionError, match="the server ended"),
            server_of(*given, url=seeded("sqlite"), log=str(log), log_format=form),
        ):
            pass
    (line,) = log.read_text("ascii").splitlines()
    assert "stopped" in line
    assert "cannot listen on " in line
    assert line.isprintable()
    assert form == "text" or json.loads(line)["event"] == "stopped"


def test_every_event_is_in_the_table_and_in_the_documents() -> None:
    root = Path(__file__).parents[2]
    named: set[str] = set()
    for module in (root / "app").rglob("*.py"):
        named |= set(re.findall(r'"event": "(\w+)"', module.read_text("utf-8")))
    named.add("request")
    assert named == set(EVENTS)
    page = (root / "docs" / "operations.md").read_text("utf-8")
    for event, when in EVENTS.items():
        assert f"| `{event}` | {when} |" in page, event


PASSWORD = "never%2Fshown%3D1"


@pytest.fixture
def role(postgresql: str) -> Iterator[Callable[[str], None]]:
    """Make a role that needs its password, and lend what changes it and cuts its connections."""
    admin = create_engine(
        make_url(postgresql).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        rules = Path(connection.execute(text("SHOW hba_file")).scalar_one())
        before = rules.read_text()
        rules.write_text(f"local all occupations_log scram-sha-256\n{before}")
        connection.execute(text("CREATE ROLE occupations_log SUPERUSER LOGIN"))
        connection.execute(text("SELECT pg_reload_conf()"))

        def change(password: str) -> None:
            connection.execute(text(f"ALTER ROLE occupations_log PASSWORD '{password}'"))
            # All at once: a connection that lives a little longer would be the database back.
            cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = "
            connection.execute(text(f"{cut} 'occupations_log'"))

        yield change
        rules.write_text(before)
        connection.execute(text("DROP ROLE occupations_log"))
        connection.execute(text("SELECT pg_reload_conf()"))
    admin.dispose()


def test_a_database_that_is_lost_and_back_is_said_once_each(
    databases_of: Callable[[str], Databases], role: Callable[[str], None], tmp_path: Path
) -> None:
    url = make_url(databases_of("postgresql").seeded()).set(username="occupations_log")
    given = url.render_as_string(hide_password=False).replace("log:", f"log:{PASSWORD}")
    given = given.replace("occupations_log@", f"occupations_log:{PASSWORD}@")
    role(unquote_plus(PASSWORD))
    log = tmp_path / "log"
    settings = {"log_format": "json", "access_log": "off", "poll_interval": "0.05"}
    with server_of("occupations", "serve", url=given, log=str(log), **settings) as (client, _):
        told = Told(log)
        told.of("worker_started")
        assert client.get("/v1/wages").status_code == 200
        role("another")
        (lost,) = told.of("database_lost")
        for n in range(20):
            # Rows of wages are in no memory; occupations may be.
            assert client.get("/v1/wages", params={"limit": n + 1}).status_code == 503
        ready = client.get("/health/ready")
        assert (ready.status_code, ready.json()["code"]) == (503, "database_unavailable")
        assert client.get("/health/live").status_code == 200
        kept = client.get("/v1/wages")
        assert kept.status_code == 200
        assert "stale: the database is away" in kept.headers["cache-status"]
        role(unquote_plus(PASSWORD))
        (back,) = told.of("database_back")
        assert client.get("/v1/wages").status_code == 200
    assert 'password authentication failed for user "occupations_log"' in lost["text"]
    assert re.fullmatch(r"the database answers again, after \d+\.\d s", back["text"])
    assert len(told.of("database_lost")) == 1
    assert len([x for x in told.lines() if x["event"] == "database_error"]) <= 1
    assert not [x for x in told.lines() if x["event"] == "request"]
    for secret in (PASSWORD, unquote_plus(PASSWORD)):
        assert secret not in log.read_text()
