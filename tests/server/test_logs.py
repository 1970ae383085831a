"""One structured line a request, and nothing of a client's in it that could forge another."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.conftest import Databases, occupations
from tests.servers import bare_server, environment, free_port, warmed

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


def lines_of(database: str, form: str, folder: Path) -> list[str]:
    """Send the requests to a server of its own and return what it logged of them."""
    port = free_port()
    log = folder / "log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.commands", "serve", "--port", str(port)],
            env=environment(database, log_format=form),
            stdout=subprocess.DEVNULL,
            stderr=stream,
        )
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
                deadline = time.monotonic() + 30
                while time.monotonic() < deadline:
                    try:
                        client.get("/problems")
                        break
                    except httpx.TransportError:
                        time.sleep(0.05)
                for method, target, headers, _, status in REQUESTS:
                    answer = client.request(method, target, headers=headers)
                    assert answer.status_code == status, target
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=20) in {0, -signal.SIGTERM}
    written = log.read_bytes().decode("ascii")
    assert re.search(r"[\x00-\x09\x0b-\x1f\x7f]", written) is None
    lines = written.splitlines()
    at = next(i for i, line in enumerate(lines) if "/problems" in line)
    return [line for line in lines[at + 1 :] if "/problems" not in line]


def test_each_request_is_a_line_of_json(seeded: Callable[[str], str], tmp_path: Path) -> None:
    lines = lines_of(seeded("sqlite"), "json", tmp_path)
    entries = [json.loads(line) for line in lines if line[0] == "{"]
    assert len(entries) == len(REQUESTS)
    for entry, (method, _, headers, route, status) in zip(entries, REQUESTS, strict=True):
        assert list(entry) == ["time", "method", "route", "status", "ms", "request_id"]
        assert (entry["method"], entry["status"]) == (method, status)
        # A request that is refused before routing has no route.
        assert entry["route"] in {route, "-"}
        assert status != 200 or entry["route"] == route
        assert entry["ms"] >= 0
        sane = headers.get("Request-Id", "").startswith("mine")
        assert entry["request_id"] == (headers["Request-Id"] if sane else entry["request_id"])
        assert re.fullmatch(r"[A-Za-z0-9._-]+", entry["request_id"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", entry["time"])


def test_workers_log_as_one_process_does(seeded: Callable[[str], str], tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "app.commands",
                "serve",
                "--port",
                str(free_port()),
                "--workers=2",
            ],
            env=environment(seeded("sqlite")),
            stdout=subprocess.DEVNULL,
            stderr=stream,
        )
        try:
            deadline = time.monotonic() + 30
            while log.read_text().count("is shown") < 2:
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.05)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)
    shown = [line for line in log.read_text().splitlines() if "is shown" in line]
    assert all(re.fullmatch(r"INFO data version \w{12} is shown", line) for line in shown)


def test_people_read_plain_lines(seeded: Callable[[str], str], tmp_path: Path) -> None:
    written = lines_of(seeded("sqlite"), "text", tmp_path)
    lines = [line for line in written if line.endswith("mine-1")]
    assert len(lines) == 1
    assert re.fullmatch(r"GET /v1/occupations/\{code\} 200 [\d.]+ ms mine-1", lines[0])


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
