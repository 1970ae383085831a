"""Errors as problem documents (RFC 9457), and what a wrong path probably meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import orjson
from fastapi import FastAPI
from rapidfuzz.distance import Indel
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from app.addresses import prefixed, url_of
from app.did_you_mean import did_you_mean
from app.errors import (
    MOST_FAULTS,
    ApiError,
    Fault,
    MethodNotAllowed,
    NotFound,
)
from app.errors.problem_types import PROBLEMS

MOST_LOOKED_UP = 3
"""Faults of one parameter for which near names are looked up."""


def document(error: ApiError, instance: str) -> bytes:
    """Return an error as the bytes of a problem document."""
    problem = PROBLEMS[error.code]
    choices = [
        {"given": fault.value, **choice, "url": url_of(choice["url"])}
        for fault in error.faults
        for choice in fault.choices
    ]
    return orjson.dumps(
        {
            "type": url_of(f"/problems/{error.code}"),
            "title": problem.title,
            "status": error.status,
            "detail": error.detail,
            "instance": instance,
            "code": error.code,
            "errors": [_sane(entry) for entry in _entries(error.faults)],
            **({"choices": [_sane(choice) for choice in choices]} if choices else {}),
        }
    )


def _entries(faults: Sequence[Fault]) -> list[dict[str, Any]]:
    """Return the entries of ``errors`` for the first faults; each has every key."""
    seen: Counter[str] = Counter()
    entries = []
    for fault in faults[:MOST_FAULTS]:
        seen[fault.parameter] += 1
        near = fault.did_you_mean() if seen[fault.parameter] <= MOST_LOOKED_UP else ()
        entries.append(
            {
                "parameter": fault.parameter,
                "value": fault.value,
                "detail": fault.detail,
                "allowed": fault.allowed,
                "did_you_mean": near,
            }
        )
    return entries


def _sane(fault: dict[str, Any]) -> dict[str, Any]:
    """Replace lone surrogates, which no JSON may hold."""
    return {
        key: value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
        for key, value in fault.items()
    }


def instance_of(path: bytes, query: bytes) -> str:
    """Return the path and query of a request as its client wrote them, cut at 200 characters."""
    target = path + b"?" + query if query else path
    return prefixed(target.decode("ascii", "replace"))[:200]


def answer(error: ApiError, request: Request) -> Response:
    """Return the error as a response."""
    scope = request.scope
    body = document(error, instance_of(scope.get("raw_path") or b"", scope["query_string"]))
    return Response(body, error.status, error.headers, "application/problem+json")


def nearest_paths(given: str, templates: list[str]) -> tuple[str, ...]:
    """Return the paths that were probably meant, with the parameters as they were given."""
    wanted = [segment for segment in given.split("/") if segment]
    known = []
    for template in templates:
        segments = [segment for segment in template.split("/") if segment]
        if len(segments) == len(wanted):
            pairs = list(zip(segments, wanted, strict=True))
            if all(s.startswith("{") or _alike(s, w) for s, w in pairs):
                known.append("/" + "/".join(w if s.startswith("{") else s for s, w in pairs))
        elif len(segments) == len(wanted) + 1 and "{" not in template:
            known.append(template)
    # A template whose parameter matches the whole path given is no help.
    known = [path for path in dict.fromkeys(known) if path != given]
    return did_you_mean("/" + "/".join(wanted).lower(), known, 0.7)


def _alike(one: str, other: str) -> bool:
    return Indel.normalized_similarity(one, other.lower()) >= 0.6


def allowed_methods(path: str, app: FastAPI) -> bytes:
    """Return the methods of a path, for the Allow header; empty if there is no such path."""
    found: set[str] = set()
    for route in app.state.routes:
        if route.path_regex.match(path):
            found |= route.methods or set()
    if not found:
        return b""
    more = {"HEAD", "OPTIONS"} if "GET" in found else {"OPTIONS"}
    order = ("GET", "HEAD", "POST", "OPTIONS")
    return ", ".join(method for method in order if method in found | more).encode()


def unrouted(scope: Scope) -> NotFound | MethodNotAllowed:
    """Return the error of a request that no route takes."""
    allow = allowed_methods(scope["path"], scope["app"])
    if allow:
        return MethodNotAllowed(headers={"Allow": allow.decode()})
    given = scope["path"][:200]
    paths = [route.path for route in scope["app"].state.routes]

    def near() -> tuple[str, ...]:
        return tuple(prefixed(path) for path in nearest_paths(given, paths))

    shown = prefixed(given)
    return NotFound(faults=(Fault("path", shown, "no such path", "see GET /v1", near),))
