"""Lists that are sent whole: how many at once, slow clients, what breaks one, one data version."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest
from sqlalchemy import text

from app.database.engines import writing_engine
from app.importers import rows
from app.settings import STREAMS
from tests.api.conftest import load_wages, wage
from tests.conftest import DATABASES, Databases
from tests.server.raw import connect, request
from tests.servers import serving

CROSS = [rows.IndustryRow("000000", "Cross-industry", "cross-industry")]
AREAS = [f"{n:05}" for n in range(10_000, 10_040)]
IN_EACH = 1_000
WAGES = "/v1/wages?area=all&period=2017-05&release=bls-oews-2017-05-all&format=csv"
WHOLE = f"{WAGES}&limit=all"
SECONDS = 1.0
"""Seconds that a client has to read 64 KB."""


def load_many(url: str, employment: int, areas: list[str] = AREAS) -> None:
    """Load 40,000 rows, which are more than the system holds between server and client."""
    lines = [wage(f"99-{n:04}", employment=employment, annual_mean=n) for n in range(IN_EACH)]
    load_wages(url, "bls-oews-2017-05-all", {f"{area} 000000 1235": lines for area in areas}, CROSS)


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, databases_of: Callable[[str], Databases]) -> str:
    made: str = databases_of(request.param).seeded()
    load_many(made, 1)
    return made


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    with serving(url, client_seconds=str(SECONDS)) as lent:
        yield lent


def begun(client: httpx.Client, target: str = WHOLE) -> socket.socket:
    """Ask for a list and read the beginning of the answer."""
    connection = connect(client)
    connection.sendall(request(target))
    assert connection.recv(12) == b"HTTP/1.1 200"
    return connection


def rest(connection: socket.socket) -> bytes:
    """Read to the end of the connection or of the answer."""
    found = bytearray()
    while not found.endswith(b"\r\n0\r\n\r\n"):
        piece = connection.recv(1 << 20)
        if not piece:
            break
        found += piece
    return bytes(found)


def status(client: httpx.Client, target: str) -> int:
    with client.stream("GET", target) as answer:
        return answer.status_code


def test_a_few_at_once_and_then_503(client: httpx.Client) -> None:
    with ExitStack() as stack:
        held = [stack.enter_context(begun(client)) for _ in range(STREAMS)]
        answer = client.get(WHOLE)
        assert (answer.status_code, answer.json()["code"]) == (503, "overloaded")
        assert int(answer.headers["retry-after"]) > 0
        assert client.get("/v1/occupations/11-9111").status_code == 200
        assert client.get(WAGES).status_code == 200  # a page is no stream
        assert client.head(WHOLE).status_code == 200
        held[0].close()
        deadline = time.monotonic() + 10
        while status(client, WHOLE) == 503:
            assert time.monotonic() < deadline, "a client that left still counts"
            time.sleep(0.05)


def test_a_client_that_stops_reading_is_disconnected(client: httpx.Client) -> None:
    with begun(client) as connection:
        time.sleep(SECONDS * 2.5)
        assert not rest(connection).endswith(b"\r\n0\r\n\r\n")
    for _ in range(STREAMS + 1):  # it holds no place
        assert client.get(WHOLE).status_code == 200


def test_a_client_that_reads_slowly_is_not(client: httpx.Client) -> None:
    with begun(client, WHOLE.replace("csv", "ndjson")) as connection:
        found = bytearray()
        until = time.monotonic() + SECONDS * 2.5
        while time.monotonic() < until:  # the system tells the server of a megabyte or two
            found += connection.recv(300_000)
            time.sleep(0.1)
        found += rest(connection)
    assert found.endswith(b"\r\n0\r\n\r\n")


def test_an_answer_that_breaks_off_has_no_end(client: httpx.Client, url: str) -> None:
    engine = writing_engine(url)
    with begun(client) as connection:
        with engine.begin() as writing:
            writing.execute(text("ALTER TABLE wages RENAME TO elsewhere"))
        found = rest(connection)
    assert not found.endswith(b"\r\n0\r\n\r\n")
    assert b"transfer-encoding: chunked" in found
    assert client.get(WHOLE).status_code == 503  # now before the first byte
    assert client.get(WHOLE).headers["content-type"] == "application/problem+json"
    with engine.begin() as writing:
        writing.execute(text("ALTER TABLE elsewhere RENAME TO wages"))
    engine.dispose()


def test_a_stream_is_of_one_data_version(url: str) -> None:
    with serving(url) as client:  # which waits for its reader while data are loaded
        before = client.get(WHOLE)
        assert before.text.count("\r\n") == len(AREAS) * IN_EACH + 1
        with client.stream("GET", WHOLE) as answer:
            pieces = answer.iter_bytes()
            found = next(pieces)
            load_wages(
                *(url, "bls-oews-2018-05-all"),
                {"10000 000000 1235": [wage("99-0001", employment=7)]},
                CROSS,
            )
            deadline = time.monotonic() + 10
            while client.get("/v1").headers["data-version"] == before.headers["data-version"]:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            found += b"".join(pieces)
        assert found == before.content
        assert answer.headers["data-version"] == before.headers["data-version"]
        assert client.get(WHOLE).headers["data-version"] != before.headers["data-version"]
