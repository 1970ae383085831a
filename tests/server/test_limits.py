"""What keeps one client from harming the others: limits on time, number and rate. Small forms of
what `make audit` does at length."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from opentelemetry import metrics as otel_metrics
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from app.server.observing.telemetry import Telemetry, telemetry
from app.server.proxies import client_address
from app.settings import Settings
from bench.connections import load
from tests.server.floods import statuses
from tests.servers import bare_server, free_port, serving, serving_process, warmed
from tests.test_readme import ROOT

Seeded = Callable[[str], str]

POST = b"POST /v1/titles/match HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def strict(seeded: Seeded) -> Iterator[httpx.Client]:
    """Lend a client of a server that gives clients one second."""
    with serving(seeded("sqlite"), client_seconds="1") as client:
        yield client


def cut_off(client: httpx.Client, first: bytes, each: bytes = b"") -> tuple[bytes, float]:
    """Be slow; return what the server said and the seconds until it closed."""
    address = client.base_url.host, client.base_url.port or 0
    began = time.monotonic()
    with socket.create_connection(address, timeout=10) as slow:
        slow.sendall(first)
        slow.settimeout(0.3)
        said = b""
        while time.monotonic() - began < 9:
            try:
                if each:
                    slow.sendall(each)
                chunk = slow.recv(65536)
                if not chunk:
                    break
                said += chunk
            except TimeoutError:
                continue
            except OSError:
                break
        return said, time.monotonic() - began


@pytest.mark.parametrize(
    ("first", "each", "status"),
    [
        (b"", b"", b""),
        (b"GET /v1 HTTP/1.1\r\nX-A: ", b"a", b"HTTP/1.1 408"),
        (POST + b"Content-Length: 900\r\n\r\n{", b" ", b"HTTP/1.1 408"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n", b"HTTP/1.1 408"),
    ],
    ids=["silence", "a head", "a body", "chunks"],
)
def test_who_does_not_come_to_the_point_is_cut_off(
    strict: httpx.Client, first: bytes, each: bytes, status: bytes
) -> None:
    said, seconds = cut_off(strict, first, each)
    assert 0.9 < seconds < 6
    assert said.startswith(status)
    if status:
        head, _, body = said.partition(b"\r\n\r\n")
        assert b"application/problem+json" in head
        assert json.loads(body)["code"] == "request_timeout"


def drained(slow: socket.socket) -> int:
    """Take what there is to the end of the connection; return the bytes."""
    taken = 0
    try:
        while chunk := slow.recv(1 << 20):
            taken += len(chunk)
    except ConnectionError:
        pass
    return taken


def test_who_takes_no_answer_is_cut_off(strict: httpx.Client) -> None:
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect((strict.base_url.host, strict.base_url.port or 0))
        slow.settimeout(5)
        slow.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 1000)
        time.sleep(3.5)
        assert drained(slow) < 40_000_000 < 1000 * len(strict.get("/openapi.json").content)


def test_a_head_without_end_is_refused(strict: httpx.Client) -> None:
    said, _ = cut_off(strict, b"GET /v1 HTTP/1.1\r\n" + b"X-A: " + b"a" * 300_000)
    assert said == b"" or said.startswith(b"HTTP/1.1 431")


def test_who_waits_between_requests_and_who_asks_long_are_left_alone(
    strict: httpx.Client,
) -> None:
    for _ in range(3):
        assert strict.get("/v1/occupations/11-9111").status_code == 200
        time.sleep(1.5)


def test_more_than_the_server_takes_up_is_refused_but_for_life(seeded: Seeded) -> None:
    url = seeded("sqlite")
    with bare_server(url, request_limit="2") as client:
        figures = asyncio.run(load(str(client.base_url), seconds=1, connections=50))
        assert figures.faults == {}
        assert set(figures.statuses) == {200, 503}
        assert client.get("/health/live").status_code == 200
        assert client.get("/v1/occupations/29-1141").status_code == 200
    with bare_server(url, request_limit="1", queue_limit="1") as client:

        async def two() -> list[httpx.Response]:
            async with httpx.AsyncClient(base_url=client.base_url) as both:
                titles = {"titles": ["registered nurse"] * 300}
                return list(
                    await asyncio.gather(
                        *(both.post("/v1/titles/match", json=titles) for _ in range(8))
                    )
                )

        refused = [answer for answer in asyncio.run(two()) if answer.json().get("code")]
        assert refused
        for answer in refused:
            assert answer.status_code == 503
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.headers["retry-after"]
            assert answer.headers["request-id"]


def test_who_waited_too_long_for_a_thread_is_refused(seeded: Seeded) -> None:
    url = seeded("sqlite")
    with serving_process(url, threads="1", queue_seconds="0.01") as (client, process):
        found = statuses(process, client, [f"/v1/occupations?wage_min={n}" for n in range(200)])
        assert set(found) == {200, 503}


def test_who_waits_for_a_slow_machine_alone_is_answered(seeded: Seeded) -> None:
    # Every request is later than that when its thread begins.
    with serving(seeded("postgresql"), queue_seconds="0.000001") as client:
        found = [client.get(f"/v1/occupations?wage_min={n}") for n in range(5)]
        assert [answer.status_code for answer in found] == [200] * 5


def test_a_rate_is_kept_and_told(seeded: Seeded) -> None:
    url = seeded("sqlite")
    with bare_server(url, rate_limit="5/hour", rate_limit_keys="mine") as client:
        forged = [client.get("/v1", headers={"X-Forwarded-For": f"192.0.2.{n}"}) for n in range(7)]
        assert [answer.status_code for answer in forged] == [200] * 5 + [429] * 2
        assert forged[0].headers["ratelimit-policy"] == '"default";q=5;w=3600'
        assert forged[1].headers["ratelimit"].startswith('"default";r=3;t=')
        late = forged[-1]
        assert late.json()["code"] == "too_many_requests"
        assert late.headers["content-type"] == "application/problem+json"
        assert 0 < int(late.headers["retry-after"]) <= 3600
        assert client.get("/v1", headers={"X-API-Key": "guessed"}).status_code == 429
        assert client.get("/v1", headers={"X-API-Key": "mine"}).status_code == 200
        assert client.get("/health/live").status_code == 200


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.1", "203.0.113.5", "192.0.2.1"),
        ("10.0.0.1", "203.0.113.5", "203.0.113.5"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.5", "203.0.113.5"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.5, 10.0.0.2", "203.0.113.5"),
        ("10.0.0.1", "198.51.100.1, junk", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("::ffff:10.0.0.1", "::ffff:203.0.113.5", "203.0.113.5"),
        ("10.0.0.1", "2001:db8::5", "2001:db8::/64"),
        ("10.0.0.1", "203.0.113.5:4711", "203.0.113.5"),
        ("10.0.0.1", "203.0.113.5:4711, 10.0.0.2:80", "203.0.113.5"),
        ("10.0.0.1", "[2001:db8::5]:4711", "2001:db8::/64"),
        ("10.0.0.1", "[2001:db8::5]", "2001:db8::/64"),
        ("10.0.0.1", "203.0.113.5:", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.5:http", "10.0.0.1"),
    ],
)
def test_an_address_is_believed_as_far_as_proxies_are(
    peer: str, forwarded: str, address: str
) -> None:
    proxies = Settings(trusted_proxies="10.0.0.0/8").trusted_proxies
    headers = [(b"x-forwarded-for", forwarded.encode())]
    assert client_address({"client": (peer, 1), "headers": headers}, proxies) == address


def test_a_rate_that_is_none_is_an_error() -> None:
    with pytest.raises(ValueError, match="rate_limit"):
        Settings(rate_limit="often")
    with pytest.raises(ValueError, match="trusted_proxies"):
        Settings(trusted_proxies="somewhere")


def test_metrics_are_on_a_port_of_their_own(seeded: Seeded) -> None:
    url, port = seeded("sqlite"), free_port()
    with serving(url, metrics_port=str(port)) as client:
        for _ in range(3):
            client.get("/v1/occupations/11-9111")
        client.get("/v1/nothing")
        warmed(client)
        time.sleep(0.3)
        shown = httpx.get(f"http://127.0.0.1:{port}/metrics").text
        assert client.get("/metrics").status_code == 404
    route = 'route="/v1/occupations/{code}"'
    for line in (
        f'http_requests_total{{method="GET",{route},status="200"}} 3.0',
        'http_requests_total{method="GET",route="-",status="404"} 1.0',
        f'http_request_duration_seconds_bucket{{le="+Inf",{route}}} 3.0',
        'occupations_cache_requests_total{result="hit"} 2.0',
        "occupations_database_up 1.0",
        "occupations_indices_ready 1.0",
        "occupations_database_unseen_seconds ",
        "occupations_pool_connections_max ",
        'occupations_data_version_info{number="',
    ):
        assert line in shown, line


def test_telemetry_is_told_of_requests_where_somebody_listens() -> None:
    assert telemetry() is None
    provider, spans = TracerProvider(), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    told = Telemetry(spans=False, durations=False)
    told._tracer = provider.get_tracer("test")
    parent = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    told.note(parent, "GET", "/v1/wages", 200, 0.25)
    told.note(None, "GET", "-", 503, 0.0)
    told.tell()
    first, second = spans.get_finished_spans()
    assert first.name == "GET /v1/wages"
    assert first.parent is not None
    assert first.parent.trace_id == 0x4BF92F3577B34DA6A3CE929D0E0E4736
    assert (first.end_time or 0) - (first.start_time or 0) == 250_000_000
    assert first.attributes == {
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "http.route": "/v1/wages",
    }
    assert second.status.status_code == trace.StatusCode.ERROR
    assert type(otel_metrics.get_meter_provider()).__name__.startswith("_Proxy")


def test_the_file_for_a_proxy_is_named_where_people_look() -> None:
    assert "docs/nginx.conf" in (ROOT / "README.md").read_text()
    assert Path(ROOT / "docs" / "nginx.conf").exists()
