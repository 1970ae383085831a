"""More connections than threads: every one is answered, and the server is well afterwards."""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack

import httpx
import pytest

from bench.connections import load
from tests.server.floods import connected, get, send_at_once, statuses
from tests.servers import serving, serving_process


def test_300_connections_are_all_answered(database: str) -> None:
    # However busy the machine is: nobody who may wait is refused.
    with serving(database, queue_seconds="60") as client:
        figures = asyncio.run(load(str(client.base_url), seconds=3, connections=300))
        assert figures.faults == {}
        assert set(figures.statuses) == {200}
        assert sum(figures.statuses.values()) >= 600
        for path in ("/health/ready", "/v1/occupations/29-1141", "/v1/wages?limit=3&group=29"):
            began = time.monotonic()
            assert client.get(path).status_code == 200
            assert time.monotonic() - began < 1


def test_what_is_too_much_is_refused_at_once_and_life_is_still_shown(database: str) -> None:
    with serving_process(database, queue_limit="1", threads="1") as (client, process):
        found = statuses(process, client, [f"/v1/occupations?wage_min={n}" for n in range(50)])
        assert set(found) == {200, 503}
        assert client.get("/health/live").status_code == 200
        assert client.get("/v1/occupations/29-1141").status_code == 200


def test_what_one_turn_has_no_time_for_waits_a_little_or_is_refused(database: str) -> None:
    kept = get("/v1/occupations/29-1141")
    with serving_process(database) as (client, process), connected(client, 901) as connections:
        greedy, late, alive = connections[:600], connections[600:900], connections[900]
        assert client.get("/v1/occupations/29-1141").status_code == 200
        # A second of work, in parts that the smallest buffers of a busy system hold.
        sent = [(connection, kept.replace(b"GET", b"HEAD") * 150) for connection in greedy]
        sent += [(connection, kept) for connection in late]
        send_at_once(process, [*sent, (alive, get("/health/live"))])
        assert alive.recv(65_536).startswith(b"HTTP/1.1 200 ")
        first = [connection.recv(65_536) for connection in late]
        refused = [answer for answer in first if answer.startswith(b"HTTP/1.1 503 ")]
        assert refused
        assert all(b"\r\nretry-after: 1\r\n" in answer for answer in refused)
        assert all(b'"code":"overloaded"' in answer for answer in refused)
        assert all(a in refused or a.startswith(b"HTTP/1.1 200 ") for a in first)
        for connection in late:
            connection.sendall(kept)
        assert all(c.recv(65_536).startswith(b"HTTP/1.1 200 ") for c in late)


def workers_of(client: httpx.Client, count: int) -> Counter[bytes]:
    """Open connections at once; return how many each worker has, by how it names requests."""
    where = client.base_url.host, client.base_url.port or 0
    with ExitStack() as stack:
        made = [stack.enter_context(socket.create_connection(where, 10)) for _ in range(count)]
        for connection in made:
            connection.sendall(get("/health/live"))
        answers = [connection.recv(65_536) for connection in made]
    return Counter(answer.partition(b"\r\nrequest-id: ")[2][:8] for answer in answers)


@pytest.mark.skipif(sys.platform != "linux", reason="no other system deals them out evenly")
def test_connections_opened_together_are_shared(seeded: Callable[[str], str]) -> None:
    with serving(seeded("sqlite"), workers="2") as client:
        deadline = time.monotonic() + 60
        while len(workers_of(client, 16)) < 2:
            assert time.monotonic() < deadline, "one worker did not start"
        found = workers_of(client, 128)
        assert sum(found.values()) == 128
        assert min(found.values()) > 32  # one chance in fifty million that it is not
