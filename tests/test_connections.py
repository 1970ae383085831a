"""More connections than threads: every one is answered, and the server is well afterwards."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time

import httpx

from bench.connections import load
from tests.conftest import serving, serving_process


def test_300_connections_are_all_answered(api: httpx.Client) -> None:
    figures = asyncio.run(load(str(api.base_url), seconds=3, connections=300))
    assert figures.faults == {}
    assert set(figures.statuses) == {200}
    assert sum(figures.statuses.values()) >= 600
    for path in ("/health/ready", "/v1/occupations/29-1141", "/v1/wages?limit=3&group=29"):
        began = time.monotonic()
        assert api.get(path).status_code == 200
        assert time.monotonic() - began < 1


def test_what_is_too_much_is_refused_at_once_and_life_is_still_shown(database: str) -> None:
    with serving(database, queue_limit="1", threads="1") as client:
        figures = asyncio.run(load(str(client.base_url), seconds=1, connections=50))
        assert figures.faults == {}
        assert set(figures.statuses) == {200, 503}
        assert client.get("/health/live").status_code == 200
        assert client.get("/v1/occupations/29-1141").status_code == 200


def test_what_one_turn_has_no_time_for_is_refused_and_soon_heard_again(database: str) -> None:
    target = b"GET /v1/occupations/29-1141 HTTP/1.1\r\nHost: a\r\n\r\n"
    alive = target.replace(b"/v1/occupations/29-1141", b"/health/live")
    with serving_process(database) as (client, process):
        assert client.get("/v1/occupations/29-1141").status_code == 200
        where = str(client.base_url.host), int(client.base_url.port or 0)
        greedy, late, life = (
            [socket.create_connection(where, 10) for _ in range(n)] for n in (8, 200, 1)
        )
        time.sleep(0.2)
        os.kill(process, signal.SIGSTOP)
        try:
            for connection in greedy:
                connection.setblocking(False)
                connection.send(target * 3_000)
            for connection in late:
                connection.sendall(target)
            life[0].sendall(alive)
        finally:
            os.kill(process, signal.SIGCONT)
        assert life[0].recv(65_536).startswith(b"HTTP/1.1 200 ")
        first = [connection.recv(65_536) for connection in late]
        refused = [answer for answer in first if answer.startswith(b"HTTP/1.1 503 ")]
        assert refused
        assert all(b"\r\nretry-after: 1\r\n" in answer for answer in refused)
        assert all(b'"code":"overloaded"' in answer for answer in refused)
        assert all(answer.startswith((b"HTTP/1.1 503 ", b"HTTP/1.1 200 ")) for answer in first)
        for connection in late:
            connection.sendall(target)
        assert all(c.recv(65_536).startswith(b"HTTP/1.1 200 ") for c in late)
        for connection in (*greedy, *late, *life):
            connection.close()
