"""More connections than threads: every one is answered, and the server is well afterwards."""

from __future__ import annotations

import asyncio
import time

import httpx

from bench.connections import load
from tests.conftest import serving


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
