"""What every kind of answer carries and keeps to itself: policies, origins, traces, log lines.

Over plain sockets, so that a client's own care does not hide anything.
"""

from __future__ import annotations

import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html.parser import HTMLParser
from pathlib import Path

from bench.speed_servers import HERE, free_port
from tests.audit.place import Outcome, Place
from tests.make_examples import examples

Answer = tuple[int, dict[str, str], bytes]

ORIGIN = "https://app.example.org"
FOREIGN = (
    "null",
    "https://app.example.org.evil.example",
    "https://evil-app.example.org",
    "https://app.example.orgx",
    "http://app.example.org",
    "https://app.example.org:444",
    "https://APP.example.org",
    "https://app.example.org/",
    "https://app.example.org, https://evil.example",
    "https://evil.example#https://app.example.org",
    "*",
    "",
)
TRACES = re.compile(
    rb"Traceback|File \\?\"|\.py\b|site-packages|/(?:home|root|usr|tmp|var|work|app)/"
    rb"|sqlite3\.|psycopg|sqlalchemy|SELECT .+ FROM|postgres(?:ql)?://|\b0x[0-9a-f]{8,}"
)
INJECTED = (
    "\x1b[31mred",
    'a\r\n{"forged":1}',
    "a\n2026 forged",
    '","status":200,"x":"',
    "\u2028forged",
    "\x9b31m",
    "\x00",
    "${jndi:ldap://x}",
    "%s%s%n",
)
DOCUMENTATION = ("/docs", "/problems", "/problems/not_found", "/problems/internal_error")
FRAME = "/embed/occupations/11-9111/pay"
EXPLORER = (
    *("/en", "/es", "/occupations/11-9111", "/rankings", "/compare?codes=11-9111,29-1141"),
    *("/areas", "/areas/US", "/match", "/sources", "/search?q=nurse", "/occupations/none"),
    FRAME,
)
"""Pages for people: their errors are pages too."""
PAGES = (*DOCUMENTATION, *EXPLORER)
PLAIN_ERRORS = ("/nothing", "/v1/nothing", "/v1/occupations?limit=0", "/v1/occupations/99-9999")
BROKEN = (b"GARBAGE\r\n\r\n", b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n")


class _Inline(HTMLParser):
    """Finds what a strict policy forbids: scripts and styles in the page, handlers, other hosts.

    Linked data are no script. A link that a reader follows, and what names a page's addresses, may
    lead elsewhere; nothing that a browser loads or sends by itself may.
    """

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: (value or "").strip().lower() for name, value in attrs}
        self._within = "" if given.get("type") == "application/ld+json" else tag
        followed = tag == "a" or given.get("rel") in {"canonical", "alternate"}
        here = ("/", "data:,", "#", *(("https://", "http://") if followed else ()))
        for name, text in given.items():
            outside = name in {"src", "href", "action"} and not text.startswith(here)
            if name.startswith("on") or name == "style" or outside or text.startswith("//"):
                self.found.append(f"<{tag} {name}={text[:40]!r}>")
        if tag in {"style", "base", "iframe", "object", "embed"}:
            self.found.append(f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        self._within = "" if tag == self._within else self._within

    def handle_data(self, data: str) -> None:
        if self._within == "script" and data.strip():
            self.found.append(f"script {data[:40]!r}")


class Asked:
    """A server of its own, asked byte for byte; its log is kept."""

    def __init__(self, port: int, log: Path) -> None:
        self.port, self.log = port, log

    def raw(self, sent: bytes) -> Answer:
        """Send bytes and read all that comes until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as link:
            chunks = []
            # A body that is too large is not read to its end.
            with suppress(ConnectionError):
                link.sendall(sent)
            with suppress(ConnectionError):
                while piece := link.recv(65536):
                    chunks.append(piece)
        head, _, body = b"".join(chunks).partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        fields: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(": ")
            fields[name.lower()] = (
                f"{fields[name.lower()]}, {value}" if name.lower() in fields else value
            )
        return int(first.split()[1]), fields, body

    def ask(self, target: str, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
        """Ask for a target; header names with underscores."""
        lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        if body or method == "POST":
            lines.append(f"Content-Length: {len(body)}")
        return self.raw("\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape") + body)


@contextmanager
def asked(url: str, folder: Path, **settings: str) -> Iterator[Asked]:
    """Run a server with its log in a file."""
    port = free_port()
    log = folder / "log"
    given = {f"OCCUPATIONS_{name.upper()}": value for name, value in settings.items()}
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "--factory",
        "--no-access-log",
        "--no-server-header",
    ]
    command += [
        "--http",
        "app.server.protocol:Protocol",
        "--port",
        str(port),
        "app.main:create_app",
    ]
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command,
            cwd=HERE,
            env={**os.environ, "OCCUPATIONS_DATABASE_URL": url, **given},
            stdout=stream,
            stderr=stream,
        )
        server = Asked(port, log)
        try:
            deadline = time.monotonic() + 120
            while True:
                try:
                    server.ask("/health/live")
                    break
                except OSError:
                    if process.poll() is not None or time.monotonic() > deadline:
                        raise RuntimeError("the server did not start") from None
                    time.sleep(0.1)
            yield server
        finally:
            process.terminate()
            process.wait(20)


def run(place: Place) -> Iterator[Outcome]:
    """Look at answers, origins and the log on both databases, and at a broken database."""
    for name, url in place.urls.items():
        folder = place.scratch(f"headers-{name}")
        with asked(url, folder, log_format="json", cors_origins=ORIGIN) as server:
            answers = list(_answers(server))
            yield _outcome("headers of every kind of answer", name, len(answers), _headers(answers))
            yield _outcome(
                "no trace, path or statement in an answer", name, len(answers), _traces(answers)
            )
            yield _outcome("pages without inline script or style", name, len(PAGES), _pages(server))
            yield _origins(server, name)
            sent = _inject(server)
        yield _outcome("log lines a client tried to forge", name, sent, _log(folder / "log"))
    folder = place.scratch("headers-broken")
    broken = folder / "broken.sqlite3"
    with asked(_broken(place.sqlite_copy("broken"), broken), folder) as server:
        answers = list(_answers(server))
        statuses = {status for _, (status, _, _) in answers}
        faults = _traces(answers) + _headers(answers)
        faults += [f"no answer was a {status}" for status in {500, 503} - statuses]
        yield _outcome("the same of a spoilt database: 500 and 503", "SQLite", len(answers), faults)


def _outcome(what: str, where: str, tried: int, faults: list[str]) -> Outcome:
    return Outcome(what, where, tried, len(faults), "; ".join(faults)[:300])


def _answers(server: Asked) -> Iterator[tuple[str, Answer]]:
    """Give a name and an answer of every kind: each operation, each error, 304, HEAD, OPTIONS."""
    contract = json.loads(server.ask("/openapi.json", Accept_Encoding="identity")[2])
    for one in examples(contract).values():
        body = one.content or (json.dumps(one.body).encode() if one.body is not None else b"")
        headers = dict(one.headers)
        if one.body is not None:
            headers["Content-Type"] = "application/json"
        yield f"{one.method} {one.target[:60]}", server.ask(one.target, one.method, body, **headers)
    for target in (*PAGES, *PLAIN_ERRORS, "/docs/docs.js", "/docs/docs.css", "/openapi.json"):
        for method in ("GET", "HEAD", "OPTIONS", "DELETE"):
            yield f"{method} {target}", server.ask(target, method)
        answer = server.ask(target)
        if "etag" in answer[1]:
            yield f"304 {target}", server.ask(target, If_None_Match=answer[1]["etag"])
    for target in ("/.well-known/security.txt", "/.well-known/api-catalog"):
        yield target, server.ask(target)
    for sent in BROKEN:
        yield repr(sent[:20]), server.raw(sent)


def _headers(answers: list[tuple[str, Answer]]) -> list[str]:
    faults = []
    for name, (status, fields, _) in answers:
        wanted = {
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
            "cross-origin-resource-policy": "cross-origin",
            "api-version": "",
            "request-id": "",
            "cache-control": "",
        }
        if status != 204:
            wanted["content-security-policy"] = "default-src 'none'"
        of_a_person = name.partition(" ")[2] in EXPLORER
        html = fields.get("content-type", "").startswith("text/html")
        if status >= 400 and not (of_a_person and html):
            wanted["content-type"] = "application/problem+json"
        for field, value in wanted.items():
            if not fields.get(field, "").startswith(value) or field not in fields:
                faults.append(f"{name}: {status} {field} is {fields.get(field)!r}")
        if status >= 400 and not fields.get("cache-control", "").endswith("no-store"):
            faults.append(f"{name}: {status} may be kept")
        policy = fields.get("content-security-policy", "")
        if name.endswith(FRAME):  # the one page that others may show
            policy = policy.replace("frame-ancestors *", "")
        faults += [f"{name}: {w}" for w in ("unsafe", "http:", "*") if w in policy]
        faults += [f"{name}: {w}" for w in ("server", "x-powered-by") if w in fields]
    return faults


def _traces(answers: list[tuple[str, Answer]]) -> list[str]:
    faults = []
    for name, (_, fields, body) in answers:
        if "javascript" in fields.get("content-type", ""):
            continue  # Swagger UI's own file
        found = TRACES.search(body) or TRACES.search(repr(fields).encode())
        if found:
            faults.append(f"{name}: {found[0][:40]!r}")
    return faults


def _pages(server: Asked) -> list[str]:
    faults = []
    for target in PAGES:
        parser = _Inline()
        parser.feed(server.ask(target, Accept_Encoding="identity")[2].decode())
        faults += [f"{target}: {found}" for found in parser.found]
    return faults


def _origins(server: Asked, name: str) -> Outcome:
    targets = ("/v1/occupations?limit=1", "/nothing", "/v1/occupations?limit=0", "/docs")
    faults = []
    for target in targets:
        for method in ("GET", "HEAD", "OPTIONS"):
            _, fields, _ = server.ask(target, method, Origin=ORIGIN)
            if fields.get("access-control-allow-origin") != ORIGIN:
                faults.append(f"{method} {target}: the origin allowed is refused")
            if "Origin" not in fields.get("vary", ""):
                faults.append(f"{method} {target}: no Vary: Origin")
            if "access-control-allow-credentials" in fields:
                faults.append(f"{method} {target}: credentials")
            for origin in FOREIGN:
                _, fields, _ = server.ask(target, method, Origin=origin)
                if "access-control-allow-origin" in fields:
                    faults.append(f"{method} {target}: {origin!r} is allowed")
    tried = len(targets) * 3 * (1 + len(FOREIGN))
    return _outcome("origins, as set and not", name, tried, faults)


def _inject(server: Asked) -> int:
    sent = 0
    for text in INJECTED:
        raw = text.encode("utf-8")
        quoted = "".join(f"%{byte:02X}" for byte in raw)
        line = text.encode("utf-8", "surrogateescape")
        for request in (
            f"GET /v1/{quoted} HTTP/1.1\r\nHost: a\r\n".encode(),
            f"GET /v1/occupations?q={quoted} HTTP/1.1\r\nHost: a\r\n".encode(),
            b"GET /v1/" + line + b" HTTP/1.1\r\nHost: a\r\n",
            b"GET /v1/areas HTTP/1.1\r\nHost: a\r\nRequest-Id: " + line + b"\r\n",
            b"GET /v1/areas HTTP/1.1\r\nHost: " + line + b"\r\n",
            b"GET /v1/areas HTTP/1.1\r\nHost: a\r\nUser-Agent: " + line + b"\r\n",
            b"GET /v1/areas HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: " + line + b"\r\n",
            line + b" /v1/areas HTTP/1.1\r\nHost: a\r\n",
        ):
            sent += 1
            try:
                server.raw(request + b"Connection: close\r\n\r\n")
            except (OSError, ValueError, IndexError):
                continue  # closed without an answer: what is looked at is the log
    return sent


def _log(log: Path) -> list[str]:
    faults = []
    for line in log.read_bytes().split(b"\n"):
        control = re.search(rb"[\x00-\x1f\x7f-\xff]", line)
        if control:
            faults.append(f"{control[0]!r} in {line[:60]!r}")
        if line.startswith(b"{"):
            keys = list(json.loads(line))
            if keys[:3] != ["time", "level", "worker"] or "forged" in keys:
                faults.append(f"{line[:60]!r}")
        elif b"forged" in line or b"jndi" in line:
            faults.append(f"{line[:60]!r}")
    return faults


def _broken(url: str, file: Path) -> str:
    """Rename tables that answers are read from, and spoil another's cells: 503 and 500."""
    source = url.removeprefix("sqlite:///")
    Path(source).rename(file)
    with sqlite3.connect(file) as connection:
        for table in ("duties", "titles"):
            connection.execute(f"ALTER TABLE {table} RENAME TO gone_{table}")
        connection.execute("UPDATE wages SET marks = 7")
    return f"sqlite:///{file}"
