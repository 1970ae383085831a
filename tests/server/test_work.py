"""What one request may cost: bodies are measured first, work has an end, a rate counts it."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest

from app.api.routers.budget import Budget
from app.api.routers.titles import TOGETHER
from app.errors import Overloaded
from bench.speed_servers import Server
from tests.servers import bare_server, serving_process, warmed

MATCH = "/v1/titles/match"
JSON = {"Content-Type": "application/json"}

Both = tuple[httpx.Client, httpx.Client]
Seeded = Callable[[str], str]


def refused(both: Both, body: bytes) -> dict[str, Any]:
    """Return the problem that both servers answer a body with."""
    answers = [client.post(MATCH, content=body, headers=JSON) for client in both]
    assert answers[0].content == answers[1].content
    assert answers[0].status_code == 422
    assert len(answers[0].content) < 10_000
    problem: dict[str, Any] = answers[0].json()
    return problem


def test_the_first_faults_of_a_body_are_listed_and_the_others_counted(both: Both) -> None:
    for count in (20, 21, 998):
        keys = ",".join(f'"k{n}":1' for n in range(count))
        problem = refused(both, b'{"titles":["nurse"],%s}' % keys.encode())
        assert [fault["parameter"] for fault in problem["errors"]] == [
            f"body.k{n}" for n in range(20)
        ]
        more = f"The first 20 are listed, and {count - 20:,} more were found."
        assert problem["detail"].endswith(more if count > 20 else "See errors.")


HUGE = {
    "unknown keys": b'{"titles":["nurse"],' + b",".join(b'"k%d":1' % n for n in range(999)) + b"}",
    "many unknown keys": b"{" + b",".join(b'"k%d":1' % n for n in range(40_000)) + b"}",
    "numbers": b'{"titles":[' + b"1," * 2_000 + b"1]}",
    "texts": b'{"titles":["' + b'","' * 2_000 + b'"]}',
    "lists": b'{"titles":[' + b"[]," * 1_000 + b"[]]}",
    "objects": b'{"titles":[' + b"{}," * 1_000 + b"{}]}",
    "depth": b"[" * 300_000,
    "depth after a text": b'{"titles":["\\\\", ' + b"[" * 2_000,
}


@pytest.mark.parametrize("body", HUGE.values(), ids=HUGE)
def test_a_body_of_too_many_values_is_not_parsed(both: Both, body: bytes) -> None:
    problem = refused(both, body)
    (fault,) = problem["errors"]
    assert fault["parameter"] == "body"
    assert fault["detail"] == "too many keys and values"
    assert fault["allowed"] == "at most 2,000"


@pytest.mark.parametrize(
    "title", [",[{:" * 125, '"[,' * 160, "\\" * 400, '\\",' * 160, '\\\\"[,{' * 80, "é,\u2028"]
)
def test_what_stands_in_a_text_is_no_value(seeded_sqlite: httpx.Client, title: str) -> None:
    for ascii_only in (True, False):
        body = json.dumps({"titles": [title] * 100}, ensure_ascii=ascii_only).encode()
        answer = seeded_sqlite.post(MATCH, content=body, headers=JSON)
        assert answer.status_code == 200
        assert [item["title"] for item in answer.json()["items"]] == [title] * 100


def test_titles_sent_together_are_answered_as_each_alone(seeded_sqlite: httpx.Client) -> None:
    some = ("nurse", "Nurse Managr", "managr", "xyzzy", "senior nurse (RN)", "cook", "clerk 2")
    titles = [some[n % len(some)] for n in range(2 * TOGETHER + 1)]
    alone = {
        title: seeded_sqlite.post(MATCH, json={"titles": [title]}).json()["items"][0]
        for title in some
    }
    assert {bool(item["matches"]) for item in alone.values()} == {True, False}
    for count in (TOGETHER - 1, TOGETHER, TOGETHER + 1, len(titles)):
        found = seeded_sqlite.post(MATCH, json={"titles": titles[:count]}).json()["items"]
        assert found == [alone[title] for title in titles[:count]]


NOT_JSON = {
    "a number of many digits": b'{"titles":["a"],"limit":' + b"9" * 5_000 + b"}",
    "nesting": b"[" * 1_500 + b"]" * 400,
    "a text in UTF-16": '{"titles":["a"]}'.encode("utf-16"),
    "half a character": b'{"titles":["\xc3"]}',
    "half a surrogate": b'{"titles":["\xed\xa0\x80"]}',
}


@pytest.mark.parametrize("body", NOT_JSON.values(), ids=NOT_JSON)
def test_what_is_no_json_is_one_fault(both: Both, body: bytes) -> None:
    (fault,) = refused(both, body)["errors"]
    assert (fault["parameter"].partition("[")[0], fault["detail"]) == ("body", "not JSON")


def threads(process: int) -> int:
    """Count the threads of a process."""
    return len(list(Path(f"/proc/{process}/task").iterdir()))


def test_faults_wait_for_no_thread_and_bodies_have_their_own(seeded: Seeded) -> None:
    with serving_process(seeded("sqlite")) as (client, process):
        warmed(client)
        before = threads(process)
        with ThreadPoolExecutor(8) as pool:
            targets = [f"/v1/occupations?limit=0&limt={n}&fields=x&area=ZZ" for n in range(40)]
            assert {a.status_code for a in pool.map(client.get, targets)} == {400}
            targets = [f"/v1/compare?codes=11-911,{n}" for n in range(40)]
            assert {a.status_code for a in pool.map(client.get, targets)} == {400}
        assert threads(process) == before
        assert client.post(MATCH, content=b"[", headers=JSON).status_code == 422
        assert threads(process) == before + 1
        for _ in range(5):
            assert client.post(MATCH, json={"titles": ["nurse"]}).status_code == 200
        assert threads(process) <= before + 2


def test_work_ends_when_nobody_waits_for_it(seeded: Seeded) -> None:
    titles = [f"supervizor of medcal recrds and helth infomation {n}" for n in range(1000)]
    body = json.dumps({"titles": titles}).encode()
    head = f"POST {MATCH} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    request = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
    with serving_process(seeded("sqlite")) as (client, process):
        server = Server("", str(client.base_url), process)
        before = at_rest(server)
        assert warmed(client).post(MATCH, content=body, headers=JSON).status_code == 200
        before = at_rest(server)
        assert client.post(MATCH, content=body, headers=JSON).status_code == 200
        whole = at_rest(server) - before
        before = at_rest(server)
        address = client.base_url.host, client.base_url.port or 0
        with socket.create_connection(address) as connection:
            connection.sendall(request)
            while server.cpu_seconds() - before < whole / 10:
                time.sleep(0.001)
        assert at_rest(server) - before < whole / 2
        assert client.post(MATCH, json={"titles": ["nurse"]}).status_code == 200


def at_rest(server: Server) -> float:
    """Return the seconds of processor that a server has used, when it uses no more."""
    used = -1.0
    while server.cpu_seconds() - used > 0.03:
        used = server.cpu_seconds()
        time.sleep(0.5)
    return server.cpu_seconds()


def test_a_budget_is_used_up_or_ended() -> None:
    given_up = Event()
    small, large, ended = Budget(seconds=0), Budget(seconds=600), Budget(given_up, seconds=600)
    for budget in (small, large, ended):
        budget.check()
    assert sum(range(100_000)) > 0
    given_up.set()
    large.check()
    for budget in (small, ended):
        with pytest.raises(Overloaded):
            budget.check()


def test_a_rate_counts_what_a_request_costs(seeded: Seeded) -> None:
    keys = "mine,yours,theirs,ours"
    with bare_server(seeded("sqlite"), rate_limit="12/hour", rate_limit_keys=keys) as client:

        def ask(key: str, titles: int) -> tuple[bool, int]:
            """Return whether it may pass, and how much is left."""
            body = {"titles": ["nurse"] * titles}
            answer = client.post(MATCH, json=body, headers={"X-API-Key": key})
            assert answer.headers["ratelimit-policy"] == '"default";q=12;w=3600'
            left, wait = answer.headers["ratelimit"].removeprefix('"default";r=').split(";t=")
            if answer.status_code == 429:
                assert answer.json()["code"] == "too_many_requests"
                assert answer.headers["retry-after"] == wait
                assert answer.headers["content-type"] == "application/problem+json"
            return answer.status_code != 429, int(left)

        assert ask("mine", 10) == (True, 11)
        assert ask("mine", 11) == (True, 9)
        assert ask("mine", 0) == (True, 8)  # at fault
        assert ask("mine", 81) == (False, 7)
        assert ask("mine", 70) == (True, 0)
        assert ask("mine", 1) == (False, 0)
        # What costs more than there can be takes all of a window that is whole.
        assert ask("yours", 1000) == (True, 0)
        assert ask("theirs", 1) == (True, 11)
        assert ask("theirs", 1000) == (False, 10)
        assert ask("ours", 120) == (True, 0)
