"""REDbot looks at every kind of answer: caching, conditional requests, compression, headers."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.speed_servers import Server, ours, warmed
from tests.audit.others import LOCKS, Missing, last_line, python_tools
from tests.audit.place import Outcome, Place

ONE = "/v1/occupations/11-9111"

Kind = tuple[str, str, dict[str, str]]

KINDS: dict[str, Kind] = {
    "a profile": ("GET", ONE, {}),
    "a list": ("GET", "/v1/occupations?sort=-wage", {}),
    "a page of a list": ("GET", "/v1/titles?limit=1", {}),
    "suggestions": ("GET", "/v1/suggest?q=nur", {}),
    "a match": ("GET", "/v1/titles/match?title=Sr.+RN+mgr", {}),
    "the entry point": ("GET", "/v1", {}),
    "HEAD of a profile": ("HEAD", ONE, {}),
    "HEAD of a list": ("HEAD", "/v1/wages", {}),
    "gzip": ("GET", ONE, {"Accept-Encoding": "gzip"}),
    "brotli": ("GET", ONE, {"Accept-Encoding": "br"}),
    "zstd": ("GET", ONE, {"Accept-Encoding": "zstd"}),
    "another origin": ("GET", ONE, {"Origin": "https://example.org"}),
    "the documentation": ("GET", "/docs", {}),
    "its script": ("GET", "/docs/docs.js", {}),
    "the contract": ("GET", "/openapi.json", {}),
    "the pages of problems": ("GET", "/problems", {}),
    "a page of a problem": ("GET", "/problems/not_found", {}),
    "liveness": ("GET", "/health/live", {}),
    "readiness": ("GET", "/health/ready", {}),
    "OPTIONS": ("OPTIONS", ONE, {}),
    "400": ("GET", "/v1/occupations?limit=0", {}),
    "404": ("GET", "/v1/occupations/none", {}),
    "404 of no path": ("GET", "/v1/none", {}),
    "405": ("DELETE", ONE, {}),
    "406": ("GET", ONE, {"Accept": "text/csv"}),
    "414": ("GET", "/v1/occupations?q=" + "a" * 8000, {}),
}
"""Kind of answer → method, target and headers of a request for it."""


def run(place: Place) -> Iterator[Outcome]:
    """Have it look at each kind of answer on each database."""
    try:
        tools = python_tools("redbot")
    except Missing as reason:
        yield Outcome("REDbot", "", 0, 0, str(reason), done=False)
        return
    for where, url in place.urls.items():
        with ours(url) as server:
            kinds = {**KINDS, "304": unchanged(warmed(server))}
            with ThreadPoolExecutor(4) as pool:
                noted = list(pool.map(lambda kind: look(tools, server, kind), kinds.values()))
        faults = [
            f"{kind}: {note['summary']}"
            for kind, notes in zip(kinds, noted, strict=True)
            for note in notes
            if at_fault(kind, note)
        ]
        looked = sum(map(len, noted))
        unseen = [kind for kind, notes in zip(kinds, noted, strict=True) if not notes]
        yield Outcome(
            f"REDbot's notes, {len(kinds)} kinds of answer: faults and warnings", where, looked,
            len(faults), "; ".join(dict.fromkeys(faults))[:300],
        )  # fmt: skip
        yield Outcome(
            "kinds of answer without a note", where, len(kinds), len(unseen), ", ".join(unseen)
        )


def unchanged(server: Server) -> Kind:
    """Return a request that is answered 304."""
    return "GET", ONE, {"If-None-Match": server.get(ONE).headers["etag"]}


def look(tools: Path, server: Server, request: Kind) -> list[dict[str, str]]:
    """Return REDbot's notes about an answer; none if it does not come to an end."""
    method, target, headers = request
    asked = {"url": server.url + target, "method": method, "headers": list(headers.items())}
    try:
        done = subprocess.run(
            [str(tools / "python"), str(LOCKS / "redbot_driver.py")],
            input=json.dumps(asked), capture_output=True, text=True, timeout=90, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return []
    if done.returncode:
        raise RuntimeError(f"REDbot: {last_line(done.stderr)}")
    found: list[dict[str, str]] = json.loads(done.stdout)
    return found


def at_fault(kind: str, note: dict[str, str]) -> bool:
    """Tell whether a note names a fault; that a refusal refuses is none."""
    said_on_purpose = kind.startswith("4") and note["category"] == "GENERAL"
    return note["level"] in {"BAD", "WARN"} and not said_on_purpose
