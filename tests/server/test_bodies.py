"""Bodies: as large as 1,000 titles need, and no more of them at once than a worker holds."""

from __future__ import annotations

import json
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from app.server.request_body import BODY_LIMIT, HELD_LIMIT, IGNORED_LIMIT
from tests.server.raw import Answer, connect, exchange, read_answer, request
from tests.servers import serving_process, warmed

Server = tuple[httpx.Client, int]

HEAD = "POST /v1/titles/match HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def patient(request: pytest.FixtureRequest, seeded: Callable[[str], str]) -> Iterator[Server]:
    """Lend a server on which nobody waits too long, and its process."""
    with serving_process(seeded(request.param), queue_seconds="60") as (client, process):
        yield warmed(client), process


def posted(body: bytes, length: int | None = None) -> bytes:
    return f"{HEAD}Content-Length: {length or len(body)}\r\n\r\n".encode() + body


def test_a_body_may_be_as_large_as_1000_titles_of_any_script(patient: Server) -> None:
    client, _ = patient
    titles = [f"{n:03}" + "\U0001d532" * 497 for n in range(1000)]  # of four bytes each
    body = json.dumps({"titles": titles, "limit": 20}, ensure_ascii=False).encode()
    assert 1_990_000 < len(body) < BODY_LIMIT
    answer = client.post(
        "/v1/titles/match", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 200
    assert len(answer.json()["items"]) == 1000


@pytest.mark.parametrize("chunked", [False, True], ids=["a length", "chunks"])
def test_one_byte_more_is_too_large(patient: Server, chunked: bool) -> None:
    client, _ = patient
    for size, status in ((BODY_LIMIT, 422), (BODY_LIMIT + 1, 413)):
        sent = posted(b" " * size)
        if chunked:
            chunk = b"10000\r\n" + b" " * 65_536 + b"\r\n"
            rest = size % 65_536
            last = b"%x\r\n%b\r\n" % (rest, b" " * rest) if rest else b""
            sent = f"{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode()
            sent += chunk * (size // 65_536) + last + b"0\r\n\r\n"
        said = exchange(client, [sent], expected=1)
        assert not said.reset
        assert [answer.status for answer in said.answers] == [status]
    for size, status in ((IGNORED_LIMIT, 200), (IGNORED_LIMIT + 1, 413)):
        sent = request("/v1/areas", f"Content-Length: {size}") + b" " * size
        (answer,) = exchange(client, [sent], expected=1).answers
        assert answer.status == status


def resident(process: int) -> int:
    """Return MB of memory that a process has."""
    text = Path(f"/proc/{process}/status").read_text("ascii")
    return int(text.partition("VmRSS:")[2].split()[0]) // 1024


def answer_of(connection: socket.socket) -> Answer:
    with connection.makefile("rb") as stream:
        answer = read_answer(stream)
    assert answer is not None
    return answer


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_worker_holds_so_many_bytes_and_gives_them_back(patient: Server) -> None:
    client, process = patient
    before = resident(process)
    many = HELD_LIMIT // BODY_LIMIT + 1
    with ExitStack() as stack:
        made = [stack.enter_context(connect(client)) for _ in range(many)]
        for connection in made:
            connection.sendall(posted(b" " * (BODY_LIMIT - 1), BODY_LIMIT))
            client.get("/health/live")  # one after another: no turn has more than it has time for
        # All but the last byte of each: one is too many, whichever is read last.
        deadline = time.monotonic() + 30
        while not (refused := [one for one in made if _has_answer(one)]):
            assert time.monotonic() < deadline
        assert client.get("/v1/areas").status_code == 200
        (late,) = refused
        answer = answer_of(late)
        assert answer.status == 503
        assert answer.headers[b"retry-after"] == b"1"
        assert answer.headers[b"connection"] == b"close"
        assert json.loads(answer.body)["code"] == "overloaded"
        for connection in made:
            if connection is not late:
                connection.sendall(b"{")
                assert answer_of(connection).status == 422
    assert client.post("/v1/titles/match", json={"titles": ["nurse"]}).status_code == 200
    while resident(process) > before + HELD_LIMIT / 2**21:  # half of what was held, in MB
        assert time.monotonic() < deadline + 30, (before, resident(process))
        time.sleep(0.2)


def _has_answer(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return bool(connection.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return False
    finally:
        connection.settimeout(20)


def test_heads_that_are_not_whole_are_counted_too(patient: Server) -> None:
    client, _ = patient
    part = b"GET /v1 HTTP/1.1\r\nHost: a\r\nX-A: " + b"a" * 70_000
    many = HELD_LIMIT // len(part) + 1
    with ExitStack() as stack:
        made = [stack.enter_context(connect(client)) for _ in range(many)]
        for connection in made:
            connection.sendall(part)
        deadline = time.monotonic() + 30
        while not (refused := [one for one in made if _has_answer(one)]):
            assert time.monotonic() < deadline
        assert len(refused) == 1
        assert answer_of(refused[0]).status == 503
    sent = posted(b'{"titles": ["nurse"]}')
    assert exchange(client, [sent], expected=1).answers[0].status == 200


@pytest.mark.parametrize(("lines", "status"), [(100, 200), (101, 431)])
def test_a_request_may_have_so_many_header_lines(patient: Server, lines: int, status: int) -> None:
    client, _ = patient
    sent = request("/v1/areas?limit=2", *(f"X-{n}: a" for n in range(lines - 1)))
    for _ in range(2):  # kept the second time
        assert exchange(client, [sent], expected=1).answers[0].status == status
