"""Requests that no client library writes: right, and the same whether an answer is kept or not.

Each is sent to a server that has kept the answer, to one that keeps none, and, where an ASGI
application alone can see to it, to one that uvicorn's own protocol serves.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import httpx
import pytest

from tests.conftest import DATABASES
from tests.server.floods import connected, send_at_once
from tests.server.http_grammar import conversations, faults, heads_of
from tests.server.raw import Answer, exchange, read_answer, request
from tests.servers import server_of, serving_process, warmed

KEPT = "/v1/occupations/11-9111/wages?period=all"
MATCH = "/v1/titles/match"
JSON = "Content-Type: application/json"
TITLES = b'{"titles": ["nurse"]}'


@dataclass(frozen=True)
class Servers:
    """Two servers of one database that differ in what they keep."""

    keeping: httpx.Client
    plain: httpx.Client
    process: int  # of the plain one

    def one(self, sent: bytes, *, closes: bool = False) -> Answer:
        """Return the one answer that both give; the first is asked twice, so it keeps what it can.

        Unless that ``closes`` the connection, the request that follows is answered too.
        """
        exchange(self.keeping, [sent + LAST])
        kept, plain = (exchange(client, [sent + LAST]) for client in (self.keeping, self.plain))
        for said in (kept, plain):
            assert said.closed, said
            assert [answer.status for answer in said.answers[1:]] == ([] if closes else [200])
        assert kept.answers[0].lasting == plain.answers[0].lasting
        return plain.answers[0]


LAST = request("/health/live", "Connection: close")


@pytest.fixture(scope="module")
def plain_on(seeded: Callable[[str], str]) -> Iterator[Callable[[str], tuple[httpx.Client, int]]]:
    """Give a client of a server that keeps nothing, on a kind of database."""
    with ExitStack() as running:
        found: dict[str, tuple[httpx.Client, int]] = {}

        def client_of(kind: str) -> tuple[httpx.Client, int]:
            if kind not in found:
                server = serving_process(seeded(kind), cache_bytes="0", queue_seconds="60")
                found[kind] = running.enter_context(server)
                warmed(found[kind][0])
            return found[kind]

        yield client_of


@pytest.fixture(params=DATABASES)
def servers(
    request: pytest.FixtureRequest,
    server_on: Callable[[str], httpx.Client],
    plain_on: Callable[[str], tuple[httpx.Client, int]],
) -> Servers:
    return Servers(server_on(request.param), *plain_on(request.param))


@pytest.fixture(scope="module")
def uvicorns(seeded: Callable[[str], str]) -> Iterator[httpx.Client]:
    """Lend a client of a server that uvicorn runs as it runs any application."""
    command = ("--factory", "--no-access-log", "app.main:create_app")
    with server_of("uvicorn", *command, url=seeded("sqlite")) as (client, _):
        yield client


def code_of(answer: Answer) -> str:
    """Return the code of a problem."""
    assert answer.headers[b"content-type"] == b"application/problem+json", answer
    document = json.loads(answer.body)
    assert document["status"] == answer.status
    return str(document["code"])


def raw(*lines: str, body: bytes = b"") -> bytes:
    """Write a request line by line."""
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode() + body


GET = f"GET {KEPT} HTTP/1.1"
POST = f"POST {MATCH} HTTP/1.1"
CHUNKED = b"5\r\nhello\r\n0\r\n\r\n"
LENGTH = f"Content-Length: {len(TITLES)}"

FAULTY: dict[str, tuple[bytes, int, bool]] = {
    # what is sent, status, whether the connection must end
    "no host": (raw(GET), 400, True),
    "two hosts": (raw(GET, "Host: a", "Host: a"), 400, True),
    "a host that is none": (raw(GET, "Host: a/b"), 400, True),
    "two hosts in one line": (raw(GET, "Host: a, b"), 400, True),
    "blanks around a host": (raw(GET, "Host:   a:8000 \t "), 200, False),
    "xchunked": (raw(GET, "Host: a", "Transfer-Encoding: xchunked", body=CHUNKED), 400, True),
    "a coding before": (
        raw(GET, "Host: a", "Transfer-Encoding: gzip, chunked", body=CHUNKED),
        400,
        True,
    ),
    "a coding after": (
        raw(GET, "Host: a", "Transfer-Encoding: chunked, gzip", body=CHUNKED),
        400,
        True,
    ),
    "chunked in two lines": (
        raw(GET, "Host: a", *["Transfer-Encoding: chunked"] * 2, body=CHUNKED),
        400,
        True,
    ),
    "posted xchunked": (
        raw(POST, "Host: a", JSON, "Transfer-Encoding: xchunked", body=CHUNKED),
        400,
        True,
    ),
    "chunks that are none": (
        raw(POST, "Host: a", JSON, "Transfer-Encoding: chunked", body=b"zz\r\n"),
        400,
        True,
    ),
    "chunks and a length": (
        raw(GET, "Host: a", "Transfer-Encoding: chunked", "Content-Length: 3", body=CHUNKED),
        400,
        True,
    ),
    "two lengths": (raw(GET, "Host: a", *["Content-Length: 1"] * 2, body=b"a"), 400, True),
    "HTTP/2.0": (raw(f"GET {KEPT} HTTP/2.0", "Host: a"), 505, True),
    "HTTP/9.9": (raw(f"GET {KEPT} HTTP/9.9", "Host: a"), 505, True),
    "two content types": (raw(POST, "Host: a", JSON, JSON, LENGTH, body=TITLES), 400, True),
    "a slash encoded between segments": (
        raw("GET /v1%2foccupations HTTP/1.1", "Host: a"),
        404,
        False,
    ),
    "a slash encoded in a code": (
        raw("GET /v1/occupations/a%2Fb HTTP/1.1", "Host: a"),
        404,
        False,
    ),
    "large headers": (raw(GET, "Host: a", "X-A: " + "a" * 65_536), 431, True),
    "many headers": (raw(GET, "Host: a", *["A: "] * 100), 431, True),
    "an accept in two lines": (raw(GET, "Host: a", "Accept: text/xml", "Accept: a/b"), 406, False),
    "an accept that is JSON's in its first line": (
        raw(GET, "Host: a", "Accept: application/json", "Accept: text/xml"),
        200,
        False,
    ),
    "a version in letters": (raw(f"GET {KEPT} HTTP/x.y", "Host: a"), 400, True),
    "a body that is too large for a GET": (
        raw(GET, "Host: a", "Content-Length: 70000", body=b"a" * 70_000),
        413,
        True,
    ),
    "a length that is none": (raw(POST, "Host: a", JSON, "Content-Length: x"), 400, True),
}


@pytest.mark.parametrize(("sent", "status", "closes"), FAULTY.values(), ids=FAULTY)
def test_a_faulty_head_has_one_answer(
    servers: Servers, sent: bytes, status: int, closes: bool
) -> None:
    answer = servers.one(sent, closes=closes)
    assert answer.status == status
    if status != 200:
        code_of(answer)
    assert (b"connection" in answer.headers) is closes


UVICORNS_OWN = {
    *("HTTP/9.9", "a version in letters", "two lengths", "a length that is none"),
    *("xchunked", "posted xchunked", "a coding after", "chunked in two lines"),
    *("chunks that are none", "chunks and a length"),
}
"""Requests that uvicorn's parser refuses, some of them while the application answers."""


@pytest.mark.parametrize("name", [name for name in FAULTY if name not in UVICORNS_OWN])
def test_the_application_alone_refuses_as_much(uvicorns: httpx.Client, name: str) -> None:
    sent, status, closes = FAULTY[name]
    said = exchange(uvicorns, [sent + LAST])
    assert said.closed
    assert [answer.status for answer in said.answers] == ([status] if closes else [status, 200])
    assert status == 200 or code_of(said.answers[0])


def test_a_slash_that_is_encoded_is_data(servers: Servers) -> None:
    for target in ("/v1%2foccupations", "/v1%2Foccupations", "/%2Fv1", "/health%2flive"):
        assert code_of(servers.one(request(target))) == "not_found"
    answer = servers.one(request("/v1/occupations/a%2fb"))
    assert code_of(answer) == "unknown_occupation"
    assert json.loads(answer.body)["errors"][0]["value"] == "a%2Fb"
    plain, encoded = (
        servers.one(request(f"/v1/occupations/{c}")) for c in ("11-9111", "11%2d9111")
    )
    assert (encoded.status, encoded.body) == (200, plain.body)


def test_a_large_header_is_refused_in_words_that_can_be_read(servers: Servers) -> None:
    for client in (servers.keeping, servers.plain):
        large = [("X-A: " + "a" * size,) for size in (250_000, 1_000_000, 3_000_000)]
        for lines in (*large, ("A: ",) * 14_000):
            said = exchange(client, [raw(GET, "Host: a", *lines)])
            assert not said.reset
            assert said.closed
            assert [code_of(answer) for answer in said.answers] == ["headers_too_large"]


def test_a_refusal_can_be_read_while_the_body_is_sent(servers: Servers) -> None:
    head = (POST, "Host: a", "Content-Length: 3000000")
    for client in (servers.keeping, servers.plain):
        for kind, code in (("text/csv", "unsupported_media_type"), ("x", "unsupported_media_type")):
            sent = raw(*head, f"Content-Type: {kind}", body=b" " * 3_000_000)
            said = exchange(client, [sent + LAST])
            assert not said.reset
            assert [code_of(answer) for answer in said.answers] == [code]
            assert said.answers[0].headers[b"connection"] == b"close"


def test_what_is_wrong_is_told_in_its_turn(servers: Servers) -> None:
    asked = "/v1/occupations?wage_min={}&sort=-wage"
    for client in (servers.keeping, servers.plain):
        sent = b"".join(request(asked.format(n)) for n in range(5))
        said = exchange(client, [sent + b"NONSENSE\r\n\r\n" + LAST])
        assert [answer.status for answer in said.answers] == [200] * 5 + [400]
        assert said.closed
        broken = raw(POST, "Host: a", JSON, "Transfer-Encoding: chunked", body=b"zz\r\n")
        said = exchange(client, [sent + broken + LAST])
        assert [answer.status for answer in said.answers] == [200] * 5 + [400]
        assert said.closed


def test_who_asks_for_another_protocol_is_answered_in_this_one(servers: Servers) -> None:
    upgrade = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AA")
    assert servers.one(request(KEPT, *upgrade)).status == 200
    # The body is one, not the beginning of something else.
    inner = request("/v1/nowhere")
    sent = raw(POST, "Host: a", JSON, *upgrade, f"Content-Length: {len(inner)}", body=inner)
    assert servers.one(sent).status == 422
    sent = raw(POST, "Host: a", JSON, *upgrade, LENGTH, body=TITLES)
    assert servers.one(sent).status == 200


def test_tags_may_stand_in_several_lines(servers: Servers) -> None:
    tag = servers.one(request(KEPT)).headers[b"etag"].decode()
    for lines in ((tag, '"x"'), ('"x"', tag), ('"x"', "*"), ('"x"', f"W/{tag}", '"y"')):
        sent = request(KEPT, *(f"If-None-Match: {line}" for line in lines))
        assert servers.one(sent).status == 304
    assert servers.one(request(KEPT, 'If-None-Match: "x"', 'If-None-Match: "y"')).status == 200


def test_encodings_may_stand_in_several_lines(servers: Servers) -> None:
    for lines in (("gzip", "identity;q=0.5"), ("identity;q=0.5", "gzip")):
        answer = servers.one(request(KEPT, *(f"Accept-Encoding: {line}" for line in lines)))
        assert answer.headers[b"content-encoding"] == b"gzip"


def test_a_path_that_is_written_like_a_query_is_a_path(servers: Servers) -> None:
    for number, first in enumerate(("/v1/search?q=nurse{}", "/v1/search%3Fq=nurse{}")):
        for target in (
            first,
            "/v1/search?q=nurse{}",
            "/v1/search%3Fq=nurse{}",
            "/v1/search%3fq=nurse{}",
        ):
            answer = servers.one(request(target.format(number)))
            assert answer.status == (200 if "?" in target else 404), target


def test_who_asks_at_once_in_other_words_is_told_of_his_own(servers: Servers) -> None:
    targets = [
        target.format(n)
        for n in range(40)
        for target in (
            "/v1/search%3Fq=nurse{}",
            "/v1/search?q=nurse{}",
            "/v1/occupations?limit=0&group={}",
            "/v1/occupations?group={}&limit=0",
            "/v1/occupations/no-{}",
            "/v1/occupations/no%2D{}",
        )
    ]
    with connected(servers.plain, len(targets)) as connections:
        send_at_once(servers.process, list(zip(connections, map(request, targets), strict=True)))
        for target, connection in zip(targets, connections, strict=True):
            with connection.makefile("rb") as stream:
                answer = read_answer(stream)
            assert answer is not None
            if "?q" in target:
                assert answer.status == 200
            else:
                assert json.loads(answer.body)["instance"] == target


def test_every_answer_says_in_one_line_what_it_depends_on(servers: Servers) -> None:
    tag = servers.one(request(KEPT)).headers[b"etag"].decode()
    sent = [
        (request(KEPT), 200),
        (request(KEPT, method="HEAD"), 200),
        (request(KEPT, f"If-None-Match: {tag}"), 304),
        (request(KEPT, "Accept: text/xml"), 406),
        (request(KEPT, method="OPTIONS"), 204),
        (request("/v1/occupations?limit=0"), 400),
        (request("/v1/nowhere"), 404),
        (raw(POST, "Host: a", JSON, LENGTH, body=TITLES), 200),
        (raw(POST, "Host: a", JSON, "Content-Length: 1", body=b"{"), 422),
    ]
    for each, status in sent:
        for client in (servers.keeping, servers.plain):
            # `headers` of an answer sees to it that no line stands twice.
            (answer,) = exchange(client, [each], [each.startswith(b"HEAD")], expected=1).answers
            assert answer.status == status
            assert answer.headers[b"vary"] == b"Accept, Accept-Encoding"
    for each in (raw(GET, "Host: a", "Host: b"), b"NONSENSE\r\n\r\n"):
        assert servers.one(each, closes=True).headers[b"vary"] == b"Accept, Accept-Encoding"


def test_what_somebody_typed_is_nobody_elses(servers: Servers) -> None:
    fresh = b"max-age=300, stale-while-revalidate=86400, stale-if-error=604800"
    posted = raw(POST, "Host: a", JSON, LENGTH, body=TITLES)
    for sent, keeping in (
        (request(f"{MATCH}?title=nurse"), b"private, " + fresh),
        (request("/v1/titles%2Dmatch?title=nurse"), b"no-store"),
        (request("/v1/titles/%6Datch?title=nurse"), b"private, " + fresh),
        (request(f"{MATCH}?title="), b"private, no-store"),
        (posted, b"private, no-store"),
        (posted.replace(b"json", b"csv"), b"private, no-store"),
        (request(KEPT), fresh),
        (request("/v1/nowhere"), b"no-store"),
    ):
        answer = servers.one(sent, closes=b"csv" in sent)
        assert answer.headers[b"cache-control"] == keeping


def test_2000_requests_of_a_grammar_are_answered_alike_and_as_h11_reads_them(
    servers: Servers,
) -> None:
    for made in conversations(seed=1, requests=2000):
        heads = heads_of(made)
        kept = [exchange(servers.keeping, made.pieces, heads) for _ in range(2)]
        plain = exchange(servers.plain, made.pieces, heads)
        assert not [*faults(made, kept, plain)], (made, plain)
