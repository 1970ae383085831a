"""One structured line a request, and nothing of a client's in it that could forge another."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from app.server.observing.access_log import pieces
from tests.conftest import Databases, occupations
from tests.servers import bare_server, free_port, server_of, serving, warmed

REQUESTS: list[tuple[str, str, dict[str, str], str, int]] = [
    ("GET", "/v1/occupations/11-9111", {"Request-Id": "mine-1"}, "/v1/occupations/{code}", 200),
    ("GET", "/v1/occupations/11-9111", {"Request-Id": "mine-2"}, "/v1/occupations/{code}", 200),
    ("HEAD", "/v1/wages?limit=1", {}, "/v1/wages", 200),
    ("OPTIONS", "/v1/wages", {}, "-", 204),
    ("GET", "/v1/wages?limit=0", {}, "/v1/wages", 400),
    ("GET", "/v1/nothing%0A%7B%22forged%22:1%7D", {}, "-", 400),
    ("GET", "/v1/%1B[31mred", {}, "-", 400),
    ("GET", "/v1/nothing", {"Request-Id": 'x","status":999,"y":"'}, "-", 404),
    ("DELETE", "/v1/wages", {}, "/v1/wages", 405),
    ("GET", "/v1/wages", {"Accept": "text/xml"}, "-", 406),
    ("GET", "/docs/%22,%22status%22:1", {}, "/docs/{asset}", 404),
    ("GET", "/health/live", {"User-Agent": "a\tb"}, "/health/live", 200),
]


def lines_of(database: str, form: str, log: Path, **settings: str) -> list[str]:
    """Send the requests to a server of its own and return what it logged of them and after."""
    given = {"log_format": form, **settings}
    with server_of("occupations", "serve", url=database, log=str(log), **given) as (client, _):
        client.get("/problems")
        for method, target, headers, _, status in REQUESTS:
            answer = client.request(method, target, headers=headers)
            assert answer.status_code == status, target
    written = log.read_bytes().decode("ascii")
    assert re.search(r"[\x00-\x09\x0b-\x1f\x7f]", written) is None
    lines = written.splitlines()
    at = next((i for i, line in enumerate(lines) if "/problems" in line), -1)
    return lines[at + 1 :]


def test_each_request_is_a_line_of_json(seeded: Callable[[str], str], tmp_path: Path) -> None:
    lines = lines_of(seeded("sqlite"), "json", tmp_path / "log")
    entries = [entry for entry in map(json.loads, lines) if entry["event"] == "request"]
    assert len(entries) == len(REQUESTS)
    for entry, (method, _, headers, route, status) in zip(entries, REQUESTS, strict=True):
        first = ["time", "level", "worker", "event", "text"]
        assert list(entry) == [*first, "method", "route", "status", "ms", "request_id"]
        assert (entry["method"], entry["status"]) == (method, status)
        # A request that is refused before routing has no route.
        assert entry["route"] in {route, "-"}
        assert status != 200 or entry["route"] == route
        assert entry["text"] == f"{method} {entry['route']} {status}"
        assert entry["ms"] >= 0
        sane = headers.get("Request-Id", "").startswith("mine")
        assert entry["request_id"] == (headers["Request-Id"] if sane else entry["request_id"])
        assert re.fullmatch(r"[A-Za-z0-9._-]+", entry["request_id"])


def test_people_read_plain_lines(seeded: Callable[[str], str], tmp_path: Path) -> None:
    lines = lines_of(seeded("sqlite"), "text", tmp_path / "log")
    (line,) = [line for line in lines if line.endswith("mine-1")]
    time, level, event, text = line.split(" ", 3)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", time)
    assert (level, event) == ("INFO", "request")
    assert re.fullmatch(r"GET /v1/occupations/\{code\} 200 [\d.]+ ms request_id=mine-1", text)


@pytest.mark.parametrize("quiet", [{"access_log": "off"}, {"log_level": "warning"}])
def test_metrics_count_the_requests_that_no_line_is_written_for(
    quiet: dict[str, str], seeded: Callable[[str], str], tmp_path: Path
) -> None:
    port = free_port()
    log = tmp_path / "log"
    given = {"log_format": "json", "metrics_port": str(port), **quiet}
    url = seeded("sqlite")
    with server_of("occupations", "serve", url=url, log=str(log), **given) as (client, _):
        for _ in range(3):
            assert client.get("/v1/occupations").status_code == 200
        counted = 'http_requests_total{method="GET",route="/v1/occupations",status="200"} 3.0'
        deadline = time.monotonic() + 10
        while counted not in httpx.get(f"http://127.0.0.1:{port}/metrics").text:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    levels = {json.loads(line)["level"] for line in log.read_text().splitlines()}
    assert levels == (set() if "log_level" in quiet else {"info"})
    assert '"request"' not in log.read_text()


def _damage(url: str, which: str) -> None:
    """Give some wages marks that are no list of marks."""
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        connection.execute(f"UPDATE wages SET marks = 7 WHERE {which}")
    connection.close()


def test_a_fault_that_the_indices_meet_ends_no_server(
    databases_of: Callable[[str], Databases], tmp_path: Path
) -> None:
    url, log = databases_of("sqlite").seeded(), tmp_path / "log"
    with serving(url) as client:
        warmed(client)  # the index files are there, and the next start loads them
    _damage(url, "true")
    with server_of("occupations", "serve", url=url, log=str(log), log_format="json") as (client, _):
        assert client.get("/v1/occupations/11-9111/titles").status_code == 200
        assert client.get("/v1/suggest?q=nurse").status_code == 503
    entries = [json.loads(line) for line in log.read_text("ascii").splitlines()]
    (failed,) = (entry for entry in entries if entry["event"] == "indices_failed")
    assert failed["traceback"].splitlines()[-1] == "KeyError: '7'"


def test_a_fault_has_its_request_and_its_traceback_once(
    databases_of: Callable[[str], Databases], tmp_path: Path
) -> None:
    url = databases_of("sqlite").seeded()
    _damage(url, "part_id = (SELECT max(part_id) FROM wages)")  # which the indices do not read
    log = tmp_path / "log"
    given = {"log_format": "json", "cache_bytes": "0"}
    with server_of("occupations", "serve", url=url, log=str(log), **given) as (client, _):
        for name in ("one", "two"):
            answer = client.get("/v1/wages", headers={"Request-Id": name})
            assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    entries = [json.loads(line) for line in log.read_text("ascii").splitlines()]
    first, second = (entry for entry in entries if entry["event"] == "fault")
    assert (first["request_id"], first["level"]) == ("one", "error")
    assert first["traceback"].startswith("Traceback (most recent call last):\n")
    assert second["request_id"] == "two"
    assert "traceback" not in second
    assert first["traceback"].splitlines()[-1].partition(":")[0] in second["text"]


def test_what_libraries_and_threads_say_is_of_the_same_form() -> None:
    """Warnings, uncaught errors of the process and of a thread, and what comes too often."""
    done = subprocess.run([sys.executable, "-c", SAYING], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    entries = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(entry["event"], entry["level"], entry["text"]) for entry in entries[1:]] == [
        ("uvicorn.error", "warning", "too often"),
        ("database_error", "warning", "one"),
        ("fault", "critical", "the thread odd ended"),
        ("fault", "critical", "the program ended"),
    ]
    assert entries[0]["event"] == "py.warnings"
    assert "DeprecationWarning: old" in entries[0]["text"]
    assert [entry["traceback"].splitlines()[-1] for entry in entries[3:]] == [
        "ValueError: of a thread",
        "ValueError: \x1b of the process",
    ]


SAYING = """
import logging, threading, warnings
from app.logs import set_up
from app.settings import Settings
set_up(Settings(log_format="json"))
warnings.warn("old", DeprecationWarning)
logging.getLogger("library").info("what somebody typed")
for _ in range(3):
    logging.getLogger("uvicorn.error").warning("too often")
    logging.getLogger("occupations").warning("one", extra={"event": "database_error", "every": 60})
def fail():
    raise ValueError("of a thread")
thread = threading.Thread(target=fail, name="odd")
thread.start()
thread.join()
raise ValueError("\x1b of the process")
"""


def test_no_line_comes_between_the_bytes_of_another() -> None:
    lines = ["x" * 3_000 + "\n", "y" * 1_000 + "\n", "z" * 95 + "\n", "w" * 9_000 + "\n", "v\n"]
    assert list(pieces("".join(lines), most=4_096)) == ["".join(lines[:2]), *lines[2:]]
    lines[2] = "z" * 93 + "\n"
    assert list(pieces("".join(lines), most=4_096)) == ["".join(lines[:3]), *lines[3:]]
    assert list(pieces("")) == []


@pytest.mark.parametrize(
    ("kind", "migrated"), [("sqlite", False), ("postgresql", False), ("postgresql", True)]
)
def test_a_server_without_data_is_alive_but_not_ready(
    kind: str, migrated: bool, databases_of: Callable[[str], Databases]
) -> None:
    url = databases_of(kind).empty()
    if kind == "sqlite":
        Path(url.removeprefix("sqlite:///")).touch()
    if migrated:
        assert occupations("migrate", url=url).returncode == 0
    with bare_server(url) as client:
        assert client.get("/health/live").status_code == 200
        for path in ("/health/ready", "/v1", "/v1/occupations", "/v1/occupations/11-9111"):
            answer = client.get(path)
            assert (answer.status_code, answer.json()["code"]) == (503, "not_ready"), path
            assert int(answer.headers["retry-after"]) >= 1
            assert answer.headers["content-type"] == "application/problem+json"
        assert client.get("/docs").status_code == 200
        assert client.get("/openapi.json").status_code == 200
        if kind == "postgresql" and not migrated:
            return
        # It comes to life by itself once there are data.
        assert occupations("seed", url=url).returncode == 0
        deadline = time.monotonic() + 5
        while client.get("/v1/occupations/11-9111").status_code != 200:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert warmed(client).get("/health/ready").status_code == 200


def test_a_server_whose_database_is_away_says_so() -> None:
    url = f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/nothing"
    with bare_server(url) as client:
        assert client.get("/health/live").status_code == 200
        answer = client.get("/health/ready")
        assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
