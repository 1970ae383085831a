"""More connections than threads: every one is answered, and the server is well afterwards."""

from __future__ import annotations

import asyncio
import time

import pytest

from bench.connections import load
from tests.conftest import serving, serving_process
from tests.floods import connected, get, send_at_once, statuses

pytestmark = pytest.mark.alone


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
