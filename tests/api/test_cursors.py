"""Cursors that somebody made himself: sealed rightly, since no secret is in the seal."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from hashlib import blake2b

import httpx

from app.api.queries.cursors import digest
from tests.api.test_lists import templates

OFFSETS = ["[0]", "[3]", "[2147483647]"]
ROWS = ['[0,"11-9111",1]', '[0,"0",0]', '[2147483647,"29-1141.01",2147483647]', '[1,"99-9999",7]']
NEITHER = [
    *("[]", "{}", "null", "true", "1", '"a"', "[", "[3", "3]", "[3][3]", "[3]\0", "\ufeff[3]"),
    *("[-1]", "[-3]", "[1.5]", "[3.0]", "[true]", "[null]", '["3"]', "[[3]]", '[{"a":1}]'),
    *('{"a":1}', '{"0":3}', "[NaN]", "[Infinity]", "[-Infinity]", "[1e999]", "[1e2]", "[3,3]"),
    *("[2147483648]", "[9223372036854775808]", f"[{'9' * 200}]", "[" * 200, "[" * 200 + "]" * 200),
    *('[0,"11-9111"]', '[0,"11-9111",1,1]', '[0,"11-9111",-1]', '[-1,"11-9111",1]'),
    *('[0,"11-9111",1.5]', '[1.5,"11-9111",1]', '[0,"11-9111",true]', '[0,"11-9111","1"]'),
    *('[0,"11-9111",2147483648]', '[2147483648,"11-9111",1]', f'[0,"11-9111",{"9" * 200}]'),
    *('[0,119111,1]', '[0,null,1]', '[0,["11-9111"],1]', '[0,{"a":1},1]', '[0,"",1]', '[0,"~",1]'),
    *('[0,"\\u0000",1]', '[0,"11-9111\\u0000",1]', '[0,"\\ud800",1]', '[0,"11-9111\\n",1]'),
    *('[0,"é",1]', "[0,\"' OR 1=1--\",1]", f'[0,"{"1" * 21}",1]', '[0,"11-9111",1e999]'),
]  # fmt: skip


def sealed(head: bytes, payload: bytes) -> str:
    """Write a cursor as the API does, whatever the payload."""
    seal = blake2b(head + payload, digest_size=8).digest()
    return base64.urlsafe_b64encode(head + seal + payload).decode().rstrip("=")


def targets(api: httpx.Client) -> Iterator[tuple[str, str, bool]]:
    """Give path and query of lists, each route's, and whether their keys are rows."""
    paths = api.get("/openapi.json").json()["paths"]
    for path, template in templates(api).items():
        given = paths[template]["get"]["parameters"]
        flat = any(one["name"] == "code" and one["in"] == "query" for one in given)
        yield path, "", flat
        if flat:
            yield path, "code=11-9111", False
    yield "/v1/search", "q=nurse", False


def test_what_anybody_can_seal_is_a_page_or_refused(api: httpx.Client) -> None:
    token = api.get("/v1").json()["data_version"]
    tried = 0
    for path, query, by_row in targets(api):
        head = digest(f"{path}?{query}") + bytes.fromhex(token[:16])
        good, bad = (ROWS, OFFSETS) if by_row else (OFFSETS, ROWS)
        for payload in ("", *good):
            answer = api.get(f"{path}?{query}&cursor={sealed(head, payload.encode())}")
            assert answer.status_code == 200, (path, payload, answer.text)
            assert answer.json()["next"] is None or len(answer.json()["items"]) == 50
        for raw in [*map(str.encode, bad + NEITHER), b"\xff", b'[0,"\xed\xa0\x80",1]']:
            answer = api.get(f"{path}?{query}&cursor={sealed(head, raw)}")
            found = answer.status_code, answer.json()["code"]
            assert found == (400, "invalid_cursor"), (path, raw)
            tried += 1
    assert tried > 2000
