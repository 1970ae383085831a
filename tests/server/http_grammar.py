"""Conversations made by a grammar of HTTP, right and wrong, and what h11 says of each.

Everything is drawn from a seed. A piece of a request that a server may refuse though h11 takes it
has a name in ``STRICT``; requests without such a piece must be taken as h11 takes them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import h11

from tests.server.raw import Said

Choice = tuple[float, bytes, str]
"""Weight, what is written, and why a server may refuse it ("": it may not)."""

STRICT = {
    "method": "the parser knows the registered methods alone",
    "version": "HTTP/1.1 and HTTP/1.0 are spoken",
    "line": "lines end with CRLF, and what stands in a request line is parted by one space",
    "target": "characters that no URL has; a proxy's forms",
    "host": "the value of Host is the name of a host",
    "fold": "a header's value stands in one line (RFC 9112, 5.2)",
    "length": "Content-Length stands once, and not beside Transfer-Encoding",
    "coding": "a body in chunks is HTTP/1.1's",
    "once": "Content-Type stands once",
    "large": "heads and bodies are bounded",
    "chunk": "extensions and trailers of chunks are written plainly",
}
"""What a server may refuse though h11 takes it → why."""

METHODS: Sequence[Choice] = (
    (60, b"GET", ""),
    (12, b"HEAD", ""),
    (5, b"OPTIONS", ""),
    (12, b"POST", ""),
    *((1, method, "") for method in (b"DELETE", b"PUT", b"PATCH", b"TRACE")),
    (1, b"CONNECT", "method"),
    (1, b"get", "method"),
    (1, b"NONSENSE", "method"),
    (0.5, b"G@T", "method"),
    (0.5, b"GET\t", "line"),
)
TARGETS: Sequence[Choice] = (
    (25, b"/v1/occupations/11-9111/wages?period=all", ""),
    (8, b"/v1/areas?limit=3", ""),
    (8, b"/v1/areas?&limit=3&&", ""),
    (5, b"/v1/%61reas?l%69mit=3", ""),
    (4, b"/v1/areas%3Flimit=3", ""),
    (4, b"/v1%2fareas?limit=3", ""),
    (4, b"/v1/occupations/11%2d9111/wages?period=all", ""),
    (4, b"/v1/occupations/11-9111%2Fwages", ""),
    (4, b"/v1/areas?limit=0", ""),
    (3, b"/v1/nowhere", ""),
    (5, b"/health/live", ""),
    (5, b"/v1/titles/match?title=nurse", ""),
    (5, b"/v1/titles/match", ""),
    (2, b"/docs/docs.js", ""),
    (1, b"/v1/areas?q=%00", "target"),
    (1, b"/v1/areas?q=%ff", "target"),
    (1, b"/v1/areas?q=" + b"a" * 8100, "large"),
    (1, b"/" + b"a" * 70_000, "large"),
    (1, b"http://other.example/v1/areas?limit=3", ""),
    (1, b"*", ""),
    (1, b"/v1/areas?limit=3#part", "target"),
    (1, b"/v1/areas?q=\xc3\xa9", "target"),
    (1, b"/v1/areas?q=a\x7f", "target"),
    (1, b"/v1/areas ?limit=3", "line"),
    (1, b"v1/areas", "target"),
    (1, b"", "line"),
)
VERSIONS: Sequence[Choice] = (
    (90, b"HTTP/1.1", ""),
    (5, b"HTTP/1.0", ""),
    *((1, version, "version") for version in (b"HTTP/2.0", b"HTTP/0.9", b"HTTP/1.2", b"HTTP/3.1")),
    (1, b"http/1.1", "version"),
    (1, b"HTTP/1.1 ", "line"),
    (1, b"HTTP/11", "version"),
    (0.5, b"", "version"),
)
HOSTS: Sequence[Choice] = (
    (60, b"Host: localhost\r\n", ""),
    (10, b"hOsT:   127.0.0.1:8000  \r\n", ""),
    (5, b"Host: [::1]:8000\r\n", ""),
    (5, b"Host:\r\n", ""),
    (5, b"", ""),
    (4, b"Host: a\r\nHost: a\r\n", ""),
    (2, b"Host: a/b\r\n", "host"),
    (2, b"Host: a, b\r\n", "host"),
    (2, b"Host : a\r\n", "line"),
)
MANY = b"".join(b"X-%d: a\r\n" % n for n in range(120))
HEADERS: Sequence[Choice] = (
    (8, b"Accept: */*\r\n", ""),
    (4, b"Accept: text/xml\r\n", ""),
    (4, b"accept: text/xml\r\nACCEPT: application/json\r\n", ""),
    (8, b"Accept-Encoding: gzip\r\n", ""),
    (4, b"Accept-Encoding: identity;q=0.5\r\nAccept-Encoding: br\r\n", ""),
    (4, b'If-None-Match: "x"\r\n', ""),
    (4, b"If-None-Match: *\r\n", ""),
    (4, b'If-None-Match: *\r\nIf-None-Match: "x"\r\n', ""),
    (3, b"Origin: https://example.org\r\n", ""),
    (3, b"Access-Control-Request-Method: GET\r\n", ""),
    (3, b"Request-Id: mine\r\n", ""),
    (3, b"Request-Id: a b\r\n", ""),
    (3, b"Connection: close\r\n", ""),
    (3, b"Connection: keep-alive, x\r\n", ""),
    (2, b"Connection: Upgrade\r\nUpgrade: h2c\r\n", ""),
    (2, b"Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: a\r\n", ""),
    (2, b"Expect: 100-continue\r\n", ""),
    (2, b"Content-Type: application/json\r\nContent-Type: application/json\r\n", "once"),
    (2, b"Cookie: a=b\r\nCookie: c=d\r\n", ""),
    (2, b"X-Empty:\r\n", ""),
    (2, b"X-High: \xe9\xff\r\n", ""),
    (2, b"X-Tab: a\tb\r\n", ""),
    (2, MANY, "large"),
    (2, b"X-Large: " + b"a" * 60_000 + b"\r\n", ""),
    (1, b"X-Large: " + b"a" * 66_000 + b"\r\n", "large"),
    (1, b"X-Fold: a\r\n b\r\n", "fold"),
    (1, b"X-Bare: a\n", "line"),
    (1, b"no colon\r\n", "line"),
    (1, b": no name\r\n", "line"),
    (1, b"X Y: a\r\n", "line"),
    (1, b"X-Nul: a\x00b\r\n", "line"),
    (1, b"X-Return: a\rb\r\n", "line"),
    (1, b"X-(: a\r\n", "line"),
)
CODINGS: Sequence[Choice] = (
    (10, b"chunked", ""),
    (2, b"Chunked", ""),
    *((1, coding, "") for coding in (b"xchunked", b"gzip, chunked", b"chunked, gzip", b"gzip")),
    (1, b"chunked, chunked", ""),
    (1, b"chunked\r\nTransfer-Encoding: chunked", "coding"),
    (1, b"chunked\r\nContent-Length: 5", "length"),
    (1, b"", "coding"),
    (1, b"identity", ""),
)
LENGTHS: Sequence[Choice] = (
    (30, b"%d", ""),
    (2, b"0%d", ""),
    (1, b"%d\r\nContent-Length: 7", ""),
    (1, b"%d\r\nContent-Length: %d", "length"),
    (1, b"%d, %d", "length"),
    *((1, length, "") for length in (b"+%d", b"-%d", b"0x%d", b"%d.0", b"%d;", b"%d 1")),
    (1, b"", "length"),
    (1, b"99999999999999999999%d", "length"),
)
CHUNKS: Sequence[Choice] = (
    (20, b"%x\r\n%b\r\n0\r\n\r\n", ""),
    (2, b"000%X\r\n%b\r\n0\r\n\r\n", ""),
    (2, b"%x;name=value\r\n%b\r\n0\r\n\r\n", "chunk"),
    (2, b"%x\r\n%b\r\n0\r\nX-Trailer: a\r\n\r\n", "chunk"),
    (1, b"%x \r\n%b\r\n0\r\n\r\n", "chunk"),
    (1, b"%x\n%b\n0\n\n", "line"),
    (1, b"0x%x\r\n%b\r\n0\r\n\r\n", ""),
    (1, b"-%x\r\n%b\r\n0\r\n\r\n", ""),
    (1, b"%xz\r\n%b\r\n0\r\n\r\n", ""),
    (1, b"%x\r\n%b0\r\n\r\n", ""),
    (1, b"fffffffffffffffff%x\r\n%b\r\n0\r\n\r\n", "chunk"),
)
TITLES = b'{"titles": ["nurse"]}'
PLAIN = b"%b /v1/titles/match HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n%b\r\n"
LAST = b"GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
"""Ends every conversation that did not end before."""


@dataclass
class Conversation:
    """What a client sends on one connection, in pieces, and why a server may refuse some of it."""

    sent: bytes = b""
    requests: int = 0
    strict: set[str] = field(default_factory=set)
    pieces: list[bytes] = field(default_factory=list)


@dataclass
class Verdict:
    """What h11 makes of a conversation: the methods of whole requests, and how it ends."""

    methods: list[bytes] = field(default_factory=list)
    end: str = ""  # "error", "closed", or "waits" for more


class Writer:
    """Writes conversations."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.common = 1

    def conversation(self) -> Conversation:
        """Write one of one to four requests, and cut it into pieces."""
        made = Conversation()
        self.common = self.draw.choice((1, 2, 2))  # the higher, the more of what is common
        for _ in range(self.draw.choice((1, 1, 2, 2, 3, 4))):
            made.sent += self._request(made)
            made.requests += 1
        made.sent += LAST
        cuts = sorted(self.draw.sample(range(1, len(made.sent)), self.draw.choice((0, 0, 1, 3, 8))))
        if len(made.sent) < 600 and self.draw.random() < 0.05:
            cuts = list(range(1, len(made.sent)))
        bounds = [0, *cuts, len(made.sent)]
        made.pieces = [made.sent[start:end] for start, end in pairwise(bounds)]
        return made

    def _one(self, choices: Sequence[Choice], made: Conversation) -> bytes:
        weights = [choice[0] ** self.common for choice in choices]
        _, text, strict = self.draw.choices(choices, weights)[0]
        if strict:
            made.strict.add(strict)
        return text

    def _request(self, made: Conversation) -> bytes:
        method, target, version = (self._one(each, made) for each in (METHODS, TARGETS, VERSIONS))
        if method == b"CONNECT" or target == b"*":
            made.strict.add("target")
        head = b" ".join(part for part in (method, target, version) if part or part is target)
        host = self._one(HOSTS, made)
        lines = [host, *(self._one(HEADERS, made) for _ in range(self.draw.choice((0, 1, 2, 4))))]
        # In these one thing is wrong alone: which of two is met first hangs on how packets fall.
        if MANY in lines:
            return PLAIN % (b"GET", MANY)
        if self.draw.random() < 0.05:
            chunks = self._one(CHUNKS, made) % (len(TITLES), TITLES)
            return PLAIN % (b"POST", b"Transfer-Encoding: chunked\r\n") + chunks
        framing, body = self._body(method, version, made)
        lines.append(framing)
        self.draw.shuffle(lines)
        if sum(map(len, lines)) > 65_000:
            made.strict.add("large")
        return head + b"\r\n" + b"".join(lines) + b"\r\n" + body

    def _body(self, method: bytes, version: bytes, made: Conversation) -> tuple[bytes, bytes]:
        chance = self.draw.random()
        if chance < (0.1 if method == b"POST" else 0.85):
            return b"", b""
        body = self.draw.choice((TITLES, TITLES, b"", b"{", b" " * 1500, LAST))
        kind = b"" if self.draw.random() < 0.2 else b"Content-Type: application/json\r\n"
        if chance < 0.95:
            length = self._one(LENGTHS, made).replace(b"%d", str(len(body)).encode())
            return kind + b"Content-Length: " + length + b"\r\n", body
        if version != b"HTTP/1.1":
            made.strict.add("coding")
        coding = self._one(CODINGS, made)
        chunks = CHUNKS[0][1] % (len(body), body) if body else b"0\r\n\r\n"
        return kind + b"Transfer-Encoding: " + coding + b"\r\n", chunks


def conversations(seed: int, requests: int) -> Iterator[Conversation]:
    """Give conversations with so many requests in all."""
    writer = Writer(seed)
    written = 0
    while written < requests:
        made = writer.conversation()
        written += made.requests
        yield made


def judged(sent: bytes) -> Verdict:
    """Let h11 read it, as a server that answers each request with nothing."""
    server = h11.Connection(h11.SERVER, max_incomplete_event_size=200_000)
    server.receive_data(sent)
    verdict = Verdict()
    method = b""
    while not verdict.end:
        try:
            event = server.next_event()
        except h11.RemoteProtocolError:
            verdict.end = "error"
            break
        if event is h11.NEED_DATA or event is h11.PAUSED:
            verdict.end = "waits"
        elif isinstance(event, h11.Request):
            method = event.method
        elif isinstance(event, h11.EndOfMessage):
            verdict.methods.append(method)
            server.send(h11.Response(status_code=400, headers=[(b"content-length", b"0")]))
            server.send(h11.EndOfMessage())
            if server.our_state is h11.DONE:
                server.start_next_cycle()
            else:
                verdict.end = "closed"
    return verdict


def faults(made: Conversation, kept: Sequence[Said], plain: Said) -> Iterator[str]:
    """Say what is wrong with what servers said: those that keep answers, and one that does not."""
    verdict = judged(made.sent)
    answers = plain.answers
    if any([a.lasting for a in said.answers] != [a.lasting for a in answers] for said in kept):
        yield "kept answers differ"
    if not all(said.closed or said.reset for said in (*kept, plain)):
        yield "the connection stays open"
    expected = len(verdict.methods) + (verdict.end != "closed")
    if len(answers) > expected:
        yield f"{len(answers)} answers to {expected} requests"
    if any(b"connection" in answer.headers for answer in answers[:-1]):
        yield "an answer after the last"
    if not answers or answers[-1].headers.get(b"connection") != b"close":
        yield "the last answer does not say so"
    elif len(answers) < expected or verdict.end != "closed":
        status = answers[-1].status
        if status < 400:
            yield "an end without a reason"
        if not made.strict and len(answers) < expected and status not in BEFORE_THE_BODY:
            yield f"{status} to what h11 takes"


BEFORE_THE_BODY = frozenset({404, 405, 406, 413, 415})
"""Statuses of requests that may be refused before their bodies are read, which ends it."""


def heads_of(made: Conversation) -> list[bool]:
    """Tell of each request that h11 takes whether its answer has no body."""
    return [method == b"HEAD" for method in judged(made.sent).methods]
