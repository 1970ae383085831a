"""A fixed list of nasty requests: none may be a fault of the server, both databases answer alike.

Those of tests/api/test_bad_input.py, which also say what the answer must be, are asked again.
Requests go out as bytes over a socket, so that nothing on the way makes them sane.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from bench.speed_servers import Server, ours, warmed
from tests.api.test_bad_bodies import BODIES
from tests.api.test_bad_input import NOT_HTTP, WRONG
from tests.audit.place import Outcome, Place

LIST = "/v1/occupations"
ONE = "/v1/occupations/11-9111"
MATCH = "/v1/titles/match"
SECONDS = 20

TEXTS = (
    *(
        "%",
        "_",
        "%%",
        "\\",
        "'",
        '"',
        "''",
        "' OR '1'='1",
        "1; DROP TABLE releases",
        "--",
        "/*",
        "*/",
    ),
    *("${7*7}", "{{7*7}}", "<script>alert(1)</script>", "../../../etc/passwd", "..\\..\\windows"),
    *("null", "undefined", "None", "true", "NaN", "Infinity", "-1", "0x10", "1e308", "10" * 40),
    *("a" * 199, "é" * 100, "\u202e", "\ufeff", "\u0000", "\u200b", "\ud7ff", "\U0010ffff", "ﬀ"),
    *(
        "I\u0307",
        "ß",
        "K",
        "١٢٣",
        "𝟙𝟙-9111",
        "👩‍⚕️",
        "a\tb",
        "a\r\nSet-Cookie: x=1",
        " ",
        "\u00a0",
        "\u0085",
    ),
)
"""Values for wherever text is taken."""

PLACES = (LIST + "?q=", "/v1/search?q=", "/v1/suggest?q=", MATCH + "?title=", LIST + "/")
"""Where each of them goes."""

NUMBERS = ("100000000000000000000", "-1", "1e3", "+1", " 1", "1_0", "0x1", "١", "1.", ".5", "")

PATHS = (
    *("//", "//v1", "/v1//occupations", "/v1/./occupations", "/v1/../v1", "/..", "/../../etc/passwd"),
    *("/v1/occupations/.", "/v1/occupations/..", "/v1/occupations/%2e%2e", "/v1/occupations/%2F"),
    *("/v1/occupations/11-9111%2Fwages", "/v1/occupations/11-9111/", "/v1%00", "/v1/%2500", "/%"),
    *("/v1/occupations/%", "/v1/occupations/%zz", "/v1/occupations;a=b", "/v1/occupations#x", "/v1?"),
    *("/v1??", "/v1?&", "/v1?=", "/v1?&&=&", "/v1?a", "/docs/../app/main.py", "/docs/%2e%2e/app/main.py"),
    *("/problems/..", "/problems/%00", "/problems/" + "a" * 101, "/.env", "/.git/config", "/openapi.json/"),
    *("/docs//docs.js", "/static/../../x", "http://example.org/v1", "*", "/v1/occupations?limit=1?limit=2"),
    *(LIST + "?limit=1&limit=1&limit=1", LIST + "?LIMIT=1", LIST + "?limit[]=1", LIST + "?limit=1&&sort=code"),
    *(LIST + "?" + "&".join(f"p{n}=1" for n in range(500)), LIST + "?" + "a=&" * 1000, "/" + "a/" * 3000),
    *(LIST + "?codes=" + ",".join(["11-9111"] * 200), LIST + "?fields=" + ",".join(["code"] * 400)),
    *(ONE + "?include=" + "," * 300, ONE + "?include=all,all", ONE + "?fields=..", ONE + "?fields=wages."),
    *("/v1/compare?codes=,", "/v1/compare?codes=11-9111", "/v1/compare?codes=" + "11-9111," * 30),
    *("/v1/compare?codes=11-9111,29-1141&areas=,US", "/v1/compare?codes=11-9111,11-9111"),
    *("/v1/releases/%25", "/v1/releases/_", "/v1/releases/" + "a" * 201, "/v1/areas?q=%25", "/v1/areas?q=_"),
)  # fmt: skip

HEADERS: tuple[tuple[str, str], ...] = (
    *(("Accept", value) for value in (
        "", "*", "*/*;q=0", "application/json;q=0", "application/json;q=x", "a/b/c", "/", ";", ",,,,",
        "application/json;q=1e400", "application/json;q=nan", "application/json;q=-1", "é", "\\\x7f",
        "text/html;level=1, */*;q=0.000001", ",".join(["text/html"] * 5000), "application/" + "x" * 9000,
    )),
    *(("Accept-Encoding", value) for value in (
        "", "*", "*;q=0", "identity;q=0", "identity;q=0, *;q=0", "br;q=x", "gzip;q=nan, br;q=inf", ",",
        "gzip, gzip, gzip", "GZIP", "zstd;q=2", "deflate", "compress, x-gzip", ",".join(["br"] * 9000),
    )),
    *(("If-None-Match", value) for value in (
        "*", "", '"', 'W/"', '""', "W/*", ",".join(['"a"'] * 9000), '"\x80"', "x" * 60_000,
    )),
    *(("Content-Type", value) for value in ("", "application/json", "a" * 9000, "/;;=", "é")),
    *(("Request-Id", value) for value in ("", "a" * 65, "a b", '"><script>', "é", "\\r\\nX: y")),
    *(("Origin", value) for value in ("null", "é", "http://" + "a" * 9000, "javascript:alert(1)")),
    *(("Cookie", value) for value in ("a" * 60_000, "=;=;", "é=é")),
    ("Range", "bytes=0-10"), ("Range", "bytes=9-1"), ("Expect", "100-continue"), ("Expect", "é"),
    ("If-Modified-Since", "yesterday"), ("If-Match", '"x"'), ("Upgrade", "h2c"), ("Upgrade", "websocket"),
    ("Connection", "close, keep-alive"), ("Connection", "Host"), ("TE", "trailers"), ("Trailer", "Host"),
    ("X-Forwarded-For", "é, 127.0.0.1"), ("X-Forwarded-Host", "example.org"), ("Forwarded", ";;="),
    ("X-HTTP-Method-Override", "DELETE"), ("Host", "example.org:99999"), ("Host", "\x80"), ("Host", ""),
    ("Authorization", "Basic é"), ("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "gzip, chunked"),
    ("Content-Length", "0"), ("X-Large", "a" * 66_000), ("X-Large", "a" * 250_000), ("X" * 9000, "1"),
)  # fmt: skip
"""Headers sent with the list of occupations."""

JSON_BODIES = (
    *(b'{"titles": ["a"]', b'{"titles": ["a"]}}', b'{"titles": ["\x00"]}', b'{"titles": ["\\u0000"]}'),
    *(b'{"titles": ["a"], "titles": ["b"]}', b'\xef\xbb\xbf{"titles": ["a"]}', b'{"titles": ["\xed\xa0\x80"]}'),
    *(b'{"titles": ["%"]}', b'{"titles": [""]}', b'{"titles": ["a"], "limit": 1e0}', b'"a"', b"0", b"{" * 90_000),
    *(b'{"titles": ["a"], "limit": 100000000000000000000}', b'{"titles": ["a"], "min_confidence": 1e400}'),
    *(b'{"titles": {"0": "a"}}', b'{"__proto__": {}, "titles": ["a"]}', b'\xff\xfe{\x00}\x00', b" " * 65_536),
    *(b'{"titles": ["a"], "limit": -0}', b'{"titles": ["' + b"a" * 65_536 + b'"]}', b'{"titles":["\xf0\x9f\x98\x80"]}'),
)  # fmt: skip

METHODS = (
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "TRACE",
    "PROPFIND",
    "OPTIONS",
    "HEAD",
    "CONNECT",
    "get",
)

RAW: tuple[bytes, ...] = (
    b"GET /v1 HTTP/1.1\r\n\r\n",
    b"GET /v1 HTTP/1.0\r\n\r\n",
    b"GET /v1 HTTP/9.9\r\nHost: x\r\n\r\n",
    b"GET /v1\r\n\r\n",
    b"GET  /v1 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /v1 HTTP/1.1\r\nHost: x\r\nHost: y\r\nConnection: close\r\n\r\n",
    b"GET /v1 HTTP/1.1\nHost: x\nConnection: close\n\n",
    b"GET /v1 HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\nConnection: close\r\n\r\n",
    b"GET /v1 HTTP/1.1\r\nHost: x\r\nA : b\r\nConnection: close\r\n\r\n",
    b"GET /v1 HTTP/1.1\r\nHost: x\r\nA: b\x00c\r\nConnection: close\r\n\r\n",
    b"GET /v1 HTTP/1.1\r\nHost: x\r\n: b\r\nConnection: close\r\n\r\n",
    b"GET /v1\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /v1?q=\xe9 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"POST /v1/titles/match HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST /v1/titles/match HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
    b"POST /v1/titles/match HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
    b"POST /v1/titles/match HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
    b"POST /v1/titles/match HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
    b"Content-Length: 2\r\n\r\n0\r\n\r\n",
    b"POST /v1/titles/match HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    b"POST /v1/titles/match HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
    b"Content-Type: application/json\r\nConnection: close\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    b"POST /v1/titles/match HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b"Connection: close\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\r\n\r\n\r\nGET /v1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    b"\x00\x00\x00\x00\r\n\r\n",
    b"GET /v1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello",
    *NOT_HTTP,
)
"""What is hardly HTTP."""


FAULTS = {*range(500, 600)} - {505}
"""Statuses of a fault of the server; 505 is a client's that speaks another version of HTTP."""


class Request(NamedTuple):
    """A request as bytes."""

    what: str
    sent: bytes


def run(place: Place) -> Iterator[Outcome]:
    """Ask every request of a server on each database."""
    requests = list(nasty())
    with ExitStack() as stack:
        servers = [warmed(stack.enter_context(ours(url))) for url in place.urls.values()]
        answers = {
            request: [ask(server, request.sent) for server in servers] for request in requests
        }
    faults = [r.what for r, given in answers.items() if {*map(_status, given)} & FAULTS]
    where = " and ".join(place.urls)
    yield Outcome(
        "nasty requests answered with 5xx", where, len(requests), len(faults), "; ".join(faults[:5])
    )
    silent = [r.what for r, given in answers.items() if not all(map(_status, given))]
    yield Outcome(
        "nasty requests without an answer", where, len(requests), len(silent), "; ".join(silent[:5])
    )
    other = [r.what for r, given in answers.items() if len({_same(a) for a in given}) > 1]
    yield Outcome(
        "status and body that differ between the databases", where, len(requests), len(other),
        "; ".join(other[:5]),
    )  # fmt: skip
    told = [r.what for r, given in answers.items() if not all(map(_shaped, given))]
    yield Outcome(
        "refusals that are no problem document",
        where,
        len(requests),
        len(told),
        "; ".join(told[:5]),
    )


def nasty() -> Iterator[Request]:
    """Give every request once."""
    for text in TEXTS:
        written = quote(text.encode("utf-8", "surrogatepass"), safe="")
        yield from (get(start + written) for start in PLACES)
    yield from (get(target) for target, _, _ in WRONG)
    yield from (get(path) for path in PATHS)
    for name in ("limit", "wage_min", "growth_max"):
        yield from (get(f"{LIST}?{name}={quote(number, safe='+')}") for number in NUMBERS)
    yield from (get(LIST + "?limit=2", name, value) for name, value in HEADERS)
    for body in (*(body for body, _ in BODIES), *JSON_BODIES):
        yield post(body, "application/json")
    for kind in (
        "",
        "text/plain",
        "application/json; charset=utf-16",
        "application/x-www-form-urlencoded",
    ):
        yield post(b'{"titles": ["a"]}', kind)
    for method in METHODS:
        yield request(method, LIST + "?limit=1")
        yield request(method, MATCH)
    yield from (Request(repr(sent[:60]), sent) for sent in RAW)


def get(target: str, *header: str) -> Request:
    """Return a GET, with one more header."""
    return request("GET", target, *header)


def request(method: str, target: str, *header: str) -> Request:
    """Return a request without a body."""
    lines = [f"{method} {target} HTTP/1.1"]
    if header[:1] != ("Host",):
        lines.append("Host: 127.0.0.1")
    if header:
        lines.append(f"{header[0]}: {header[1]}")
    if header[:1] != ("Connection",):
        lines.append("Connection: close")
    head = "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogatepass")
    what = f"{method} {target[:60]} {': '.join(header)[:60]}"
    return Request(what.encode("ascii", "replace").decode().strip(), head)


def post(body: bytes, kind: str) -> Request:
    """Return a POST of a body as a media type."""
    head = f"POST {MATCH} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: {kind}\r\n"
    sent = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
    return Request(f"POST {kind} {body[:40]!r}", sent)


def ask(server: Server, sent: bytes) -> bytes:
    """Send bytes and return what comes back: until the server closes, or an answer is whole."""
    address = urlsplit(server.url)
    received = b""
    with socket.create_connection((address.hostname, address.port), timeout=SECONDS) as connection:
        try:
            connection.sendall(sent)
            while not _whole(received) and (chunk := connection.recv(65_536)):
                received += chunk
        except OSError:
            pass  # closed while it was sent to; what came before counts
    return received


def _whole(answer: bytes) -> bool:
    head, end, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: ([0-9]+)", head.lower())
    return bool(end) and length is not None and len(body) >= int(length[1])


def _status(answer: bytes) -> int:
    found = re.match(rb"HTTP/1\.[01] ([0-9]{3}) ", answer)
    return int(found[1]) if found else 0


def _same(answer: bytes) -> tuple[int, bytes]:
    """Return status and body."""
    return _status(answer), answer.partition(b"\r\n\r\n")[2]


def _shaped(answer: bytes) -> bool:
    """Tell whether an answer is no refusal, or a problem document."""
    head = answer.partition(b"\r\n\r\n")[0].lower()
    return _status(answer) < 400 or b"content-type: application/problem+json" in head
