"""Bodies that are no titles to match: each place at fault is named, on both databases alike."""

from __future__ import annotations

import pytest

from tests.api.test_bad_input import Both, problem_of

BODIES: list[tuple[bytes, list[str]]] = [
    # body of POST /v1/titles/match, the places at fault
    (b"", ["body"]),
    (b"{", ["body[1]"]),
    (b"[]", ["body"]),
    (b"null", ["body"]),
    (b"\xff", ["body"]),
    (b'{"titles":' + b"[" * 100_000 + b"}", ["body"]),
    (b"{}", ["body.titles"]),
    (b'{"titles": []}', ["body.titles"]),
    (b'{"titles": "nurse"}', ["body.titles"]),
    (b'{"titles": ["a", 7, null]}', ["body.titles[1]", "body.titles[2]"]),
    (b'{"titles": ["\\ud800"]}', ["body.titles[0]"]),
    (b'{"titles": ["' + b"a" * 501 + b'"]}', ["body.titles[0]"]),
    (b'{"titles": [' + b'"a",' * 1000 + b'"a"]}', ["body.titles"]),
    (
        b'{"titles": ["a"], "limit": NaN, "min_confidence": "x"}',
        ["body.limit", "body.min_confidence"],
    ),
    (b'{"titles": ["a"], "limit": 0, "limt": 1}', ["body.limit", "body.limt"]),
    (
        b'{"titles": ["a"], "limit": true, "min_confidence": false}',
        ["body.limit", "body.min_confidence"],
    ),
    (
        b'{"titles": ["a"], "limit": "5", "min_confidence": "0.1"}',
        ["body.limit", "body.min_confidence"],
    ),
]


@pytest.mark.parametrize(("body", "places"), BODIES, ids=lambda v: str(v)[:40])
def test_a_body_names_each_place_at_fault(both: Both, body: bytes, places: list[str]) -> None:
    headers = {"Content-Type": "application/json"}
    answers = [client.post("/v1/titles/match", content=body, headers=headers) for client in both]
    problem = problem_of(answers[0], "/v1/titles/match", "invalid_body")
    assert sorted(fault["parameter"] for fault in problem["errors"]) == sorted(places)
    assert all(fault["detail"] for fault in problem["errors"])
    assert answers[0].content == answers[1].content
