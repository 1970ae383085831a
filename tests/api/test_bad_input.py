"""Whatever is asked badly: a problem under 500 that names every fault, on both databases alike."""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from app.server.edge import Edge
from tests.api.conftest import AREAS, INDUSTRIES, get

Both = tuple[httpx.Client, httpx.Client]

LIST = "/v1/occupations"
ONE = "/v1/occupations/11-9111"


def at_fault(*names: str) -> dict[str, list[str]]:
    """Return the parameters at fault where nothing else was probably meant."""
    return {name: [] for name in names}


WRONG: list[tuple[str, str, dict[str, list[str]]]] = [
    # target, code of the problem, parameter at fault → what was probably meant
    (f"{LIST}/99-9999", "unknown_occupation", {"code": []}),
    (f"{LIST}/11-911", "unknown_occupation", {"code": ["11-9111"]}),
    (f"{LIST}/11-9111.01", "unknown_occupation", {"code": ["11-9111"]}),
    (f"{LIST}/%20", "unknown_occupation", {"code": []}),
    (f"{LIST}/%D9%A1%D9%A1-9111", "unknown_occupation", {"code": ["11-9111"]}),
    (f"{LIST}/'%20OR%201=1--", "unknown_occupation", {"code": []}),
    (
        f"{LIST}/medical-and-health-service-manager",
        "unknown_occupation",
        {"code": ["medical-and-health-services-managers"]},
    ),
    (f"{LIST}/registered-nurse", "unknown_occupation", {"code": ["registered-nurses"]}),
    (
        f"{LIST}/health-care-support-occupations",
        "unknown_occupation",
        {"code": ["healthcare-support-occupations"]},
    ),
    (f"{LIST}/99-9999/wages", "unknown_occupation", {"code": []}),
    ("/v1/areas/USA", "unknown_area", {"code": ["US"]}),
    ("/v1/releases/bls-oews-2021-06", "unknown_release", {"id": ["bls-oews-2021-05"]}),
    (f"{LIST}?limt=1", "invalid_parameter", {"limt": ["limit"]}),
    (f"{LIST}?=1", "invalid_parameter", {"": []}),
    (f"{LIST}?q[]=a", "invalid_parameter", {"q[]": ["q"]}),
    (f"{LIST}?limit=1&limit=1", "invalid_parameter", {"limit": []}),
    (f"{LIST}?q=a&q=b", "invalid_parameter", {"q": []}),
    (f"{LIST}?limit=0", "invalid_parameter", {"limit": []}),
    (f"{LIST}?limit=-1", "invalid_parameter", {"limit": []}),
    (f"{LIST}?limit=201", "invalid_parameter", {"limit": []}),
    (f"{LIST}?limit=100000000000000000000", "invalid_parameter", {"limit": []}),
    (f"{LIST}?limit={'9' * 5000}", "invalid_parameter", {"limit": []}),
    (f"{LIST}?limit=abc", "invalid_parameter", {"limit": []}),
    (f"{LIST}?limit=", "invalid_parameter", {"limit": []}),
    (f"{LIST}?limit=1.0", "invalid_parameter", {"limit": []}),
    (f"{LIST}?limit=1_0", "invalid_parameter", {"limit": []}),
    (f"{LIST}?limit=%201", "invalid_parameter", {"limit": []}),
    (f"{LIST}?limit=%2B1", "invalid_parameter", {"limit": []}),
    (f"{LIST}?limit=%D9%A1", "invalid_parameter", {"limit": []}),
    (f"{LIST}?limit=1;sort=code", "invalid_parameter", {"limit": []}),
    (f"{LIST}?cursor=", "invalid_parameter", {"cursor": []}),
    (f"{LIST}?cursor={'a' * 1001}", "invalid_parameter", {"cursor": []}),
    (f"{LIST}?cursor=abc", "invalid_cursor", {"cursor": []}),
    (f"{LIST}?cursor=%C3%A9", "invalid_cursor", {"cursor": []}),
    (f"{LIST}?cursor=AAAA", "invalid_cursor", {"cursor": []}),
    (f"{LIST}?q=", "invalid_parameter", {"q": []}),
    (f"{LIST}?q=%20%20", "invalid_parameter", {"q": []}),
    (f"{LIST}?q={'a' * 201}", "invalid_parameter", {"q": []}),
    (f"{LIST}?group=1", "invalid_parameter", {"group": []}),
    (f"{LIST}?group=11-91111", "invalid_parameter", {"group": []}),
    (f"{LIST}?group=%25", "invalid_parameter", {"group": []}),
    (f"{LIST}?level=detaild", "invalid_parameter", {"level": ["detailed"]}),
    (f"{LIST}?level=major,major", "invalid_parameter", {"level": []}),
    (f"{LIST}?level=", "invalid_parameter", {"level": []}),
    (f"{LIST}?area=ZZ", "invalid_parameter", {"area": []}),
    (f"{LIST}?area=us", "invalid_parameter", {"area": ["US"]}),
    (f"{LIST}?area=all", "invalid_parameter", {"area": []}),
    (f"{LIST}?area=", "invalid_parameter", {"area": []}),
    *(
        (f"{LIST}?{name}={value}", "invalid_parameter", at_fault(name))
        for name in ("wage_min", "wage_max", "openings_min", "employment_min")
        for value in ("-1", "100000000000000000000", "x", "1.5", "")
    ),
    *(
        (f"{LIST}?{name}={value}", "invalid_parameter", at_fault(name))
        for name in ("growth_min", "growth_max")
        for value in ("-101", "10001", "nan", "inf", "-Infinity", "1e400", "1e5", "x", "")
    ),
    (f"{LIST}?education=phd", "invalid_parameter", {"education": []}),
    (f"{LIST}?education=bachelors", "invalid_parameter", {"education": ["bachelor"]}),
    (f"{LIST}?education=master,masters", "invalid_parameter", {"education": ["master"]}),
    (f"{LIST}?codes=", "invalid_parameter", {"codes": []}),
    (f"{LIST}?codes=11-9111,", "invalid_parameter", {"codes": []}),
    (f"{LIST}?codes={','.join(['11-9111'] * 201)}", "invalid_parameter", {"codes": []}),
    (f"{LIST}?sort=wages", "invalid_parameter", {"sort": ["wage"]}),
    (f"{LIST}?sort=code,title", "invalid_parameter", {"sort": []}),
    (f"{LIST}?fields=cod", "invalid_parameter", {"fields": ["code"]}),
    (f"{LIST}?fields=", "invalid_parameter", {"fields": []}),
    (f"{LIST}?fields=code,,title", "invalid_parameter", {"fields": []}),
    (f"{LIST}?include=wages", "invalid_parameter", {"include": []}),
    (f"{ONE}?include=dutis,wages", "invalid_parameter", {"include": ["duties"]}),
    (f"{ONE}?include=", "invalid_parameter", {"include": []}),
    (f"{ONE}?include=duties,duties", "invalid_parameter", {"include": []}),
    (f"{ONE}?fields=wages.annual_medium", "invalid_parameter", {"fields": ["wages.annual_median"]}),
    (f"{ONE}?period=2021-04", "invalid_parameter", {"period": ["2021-05"]}),
    (f"{ONE}?source=onnet", "invalid_parameter", {"source": ["onet"]}),
    (f"{ONE}?area=ZZ", "invalid_parameter", {"area": []}),
    (f"{ONE}?limit=1", "invalid_parameter", {"limit": []}),
    (f"{ONE}/wages?industry=1", "invalid_parameter", {"industry": []}),
    (f"{ONE}/duties?kind=comon", "invalid_parameter", {"kind": ["common"]}),
    (f"{ONE}/duties?area=US", "invalid_parameter", {"area": []}),
    (f"{ONE}/duties?sort=code", "invalid_parameter", {"sort": ["source"]}),
    ("/v1/duties?code=11-911", "invalid_parameter", {"code": ["11-9111"]}),
    ("/v1/wages?period=2021-31-x", "invalid_parameter", {"period": ["2021-31"]}),
    ("/v1/wages?ownership=Private", "invalid_parameter", {"ownership": ["1235"]}),
    (f"{ONE}/wages?ownership=123", "invalid_parameter", {"ownership": ["1235"]}),
    (f"{ONE}?ownership=1235", "invalid_parameter", {"ownership": []}),
    ("/v1/wages?industry=cross", "invalid_parameter", {"industry": ["000000"]}),
    ("/v1/industries?level=sectors", "invalid_parameter", {"level": ["sector"]}),
    ("/v1/areas?level=states", "invalid_parameter", {"level": ["state"]}),
    ("/v1/releases?source=bls", "invalid_parameter", {"source": ["bls-ep"]}),
    ("/v1?x=1", "invalid_parameter", {"x": []}),
    ("/health/live?x=1", "invalid_parameter", {"x": []}),
    ("/problems?x=1", "invalid_parameter", {"x": []}),
    # Several at once: of the query's shape, of values that nothing loaded has, and of keys.
    (
        f"{LIST}?limit=0&sort=wages&area=ZZ&fields=cod&wage_min=a&foo=1&group=z&growth_max=nan"
        "&q=&level=x&codes=,&cursor=&limit=3",
        "invalid_parameter",
        {
            **at_fault("limit", "cursor", "q", "group", "level", "wage_min", "growth_max", "codes"),
            "sort": ["wage"],
            "foo": [],
            "area": [],
            "fields": ["code"],
        },
    ),
    (
        "/v1/wages?limit=0&source=x&group=1&foo=&period=1&area=z&industry=q&code=99-9999&fields=x",
        "invalid_parameter",
        at_fault(
            *("limit", "source", "group", "foo", "period"),
            *("industry", "area", "code", "fields"),
        ),
    ),
    (
        "/v1/duties?area=US&kind=x&period=1",
        "invalid_parameter",
        {"area": [], "kind": [], "period": []},
    ),
    (f"{ONE}?area=ZZ&fields=cod", "invalid_parameter", {"area": [], "fields": ["code"]}),
    (f"{LIST}?area=ZZ&fields=cod", "invalid_parameter", {"area": [], "fields": ["code"]}),
    ("/v1/occupatons", "not_found", {"path": ["/v1/occupations"]}),
    ("/v1/occupation/11-9111", "not_found", {"path": ["/v1/occupations/11-9111"]}),
    (f"{ONE}/dutys", "not_found", {"path": [f"{ONE}/duties"]}),
    ("/occupations", "not_found", {"path": ["/v1/occupations"]}),
    ("/V1/occupations", "not_found", {"path": ["/v1/occupations"]}),
    ("/v2", "not_found", {"path": []}),
    ("/openapi.jsn", "not_found", {"path": ["/openapi.json"]}),
    ("/problems/none", "not_found", {}),
    ("/docs/none.js", "not_found", {}),
    ("/docs/..%2Fapp%2Fmain.py", "not_found", {}),
    (f"{LIST}?q=%00", "malformed_request", {}),
    (f"{LIST}/%00", "malformed_request", {}),
    (f"{LIST}?q=%0A", "malformed_request", {}),
    (f"{LIST}?q=%ED%A0%80", "malformed_request", {}),
    (f"{LIST}/%ED%A0%80", "malformed_request", {}),
    (f"{LIST}?%FF=1", "malformed_request", {}),
    (f"{LIST}?q=%C0%AF", "malformed_request", {}),
    (f"{LIST}?q={'a' * 8000}", "uri_too_long", {}),
    (f"/{'a' * 8000}", "uri_too_long", {}),
]

STATUS = {
    "invalid_body": 422,
    "invalid_parameter": 400,
    "invalid_cursor": 400,
    "malformed_request": 400,
    "unknown_occupation": 404,
    "unknown_area": 404,
    "unknown_release": 404,
    "not_found": 404,
    "method_not_allowed": 405,
    "not_acceptable": 406,
    "uri_too_long": 414,
    "headers_too_large": 431,
}


def problem_of(answer: httpx.Response, target: str, code: str) -> dict[str, Any]:
    """Check the parts of a problem that follow from the request, and return it."""
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert (answer.status_code, problem["code"]) == (STATUS[code], code)
    assert problem["status"] == answer.status_code
    assert problem["type"] == f"/problems/{code}"
    assert problem["instance"] == target[:200]
    assert problem["title"]
    assert problem["detail"]
    typed = "private, " if target.startswith("/v1/titles/match") else ""
    assert answer.headers["cache-control"] == f"{typed}no-store"
    return problem


@pytest.mark.parametrize(("target", "code", "faults"), WRONG, ids=lambda v: str(v)[:60])
def test_each_fault_is_named_with_what_was_probably_meant(
    both: Both, target: str, code: str, faults: dict[str, list[str]]
) -> None:
    answers = [client.get(target) for client in both]
    problem = problem_of(answers[0], target, code)
    named = {fault["parameter"]: fault for fault in problem["errors"]}
    assert set(named) == set(faults)
    assert len(named) == len(problem["errors"])
    for name, meant in faults.items():
        assert named[name]["did_you_mean"][: len(meant)] == meant
        assert len(named[name]["did_you_mean"]) <= 3
        assert named[name]["detail"]
        assert named[name]["allowed"]
    assert answers[1].status_code == answers[0].status_code
    assert answers[1].content == answers[0].content


@pytest.mark.anyio
async def test_an_error_lists_up_to_forty_values_and_means_up_to_three(edges: Edge) -> None:
    async def fault(query: str) -> Any:
        (found,) = (await get(edges, f"/v1/wages?{query}")).json()["errors"]
        return found

    allowed = (await fault("industry=x"))["allowed"]
    assert allowed == ", ".join(["all", "000000", *INDUSTRIES])
    assert (await fault("area=rest of alabama"))["did_you_mean"] == [*AREAS[:3]]
    meant = (await fault("area=100001"))["did_you_mean"]
    assert meant[0] == AREAS[0]
    assert len({*meant}) == len(meant) == 3


MANY: list[tuple[str, str, int, list[str]]] = [
    # target, parameter of the first fault, faults, what was probably meant by it
    (f"{ONE}?fields=" + ",".join(f"titles{n}" for n in range(21)), "fields", 21, ["titles"]),
    (f"{ONE}?fields=" + ",".join(f"titles{n}" for n in range(20)), "fields", 20, ["titles"]),
    (f"{ONE}?fields=" + ",".join(f"{n:x}" for n in range(500)), "fields", 500, []),
    ("/v1/compare?codes=" + ",".join(f"11-9111.{n}" for n in range(10)), "codes", 10, ["11-9111"]),
    (f"{LIST}?" + "&".join(f"limit{n}=1" for n in range(100)), "limit0", 100, ["limit"]),
]


@pytest.mark.parametrize(("target", "name", "count", "meant"), MANY, ids=lambda v: str(v)[:40])
def test_the_first_faults_are_listed_and_the_others_counted(
    both: Both, target: str, name: str, count: int, meant: list[str]
) -> None:
    answers = [client.get(target) for client in both]
    problem = problem_of(answers[0], target, "invalid_parameter")
    errors = problem["errors"]
    assert len(errors) == min(count, 20)
    assert errors[0]["parameter"] == name
    more = f"The first 20 are listed, and {count - 20:,} more were found."
    assert problem["detail"].endswith(more if count > 20 else "See errors.")
    of_one = [fault["did_you_mean"][:1] for fault in errors if fault["parameter"] == name]
    assert of_one[:3] == [meant] * len(of_one[:3])
    assert not any(of_one[3:])
    assert len(answers[0].content) < 10_000
    assert answers[1].content == answers[0].content


def test_no_more_of_a_name_is_compared_than_a_known_one_has(both: Both) -> None:
    long = "medical-and-health-services-managers-" + "x" * 150
    for client in both:
        fault = client.get(f"{LIST}/{long}").json()["errors"][0]
        assert fault["value"] == long
        assert "medical-and-health-services-managers" in fault["did_you_mean"]


def test_every_route_refuses_a_parameter_that_it_does_not_know(both: Both) -> None:
    paths = both[0].get("/openapi.json").json()["paths"]
    for path, operations in paths.items():
        target = path.replace("{id}", "soc-2018").replace("{code}", "11-9111")
        target = target.replace("{name}", "wages.parquet") + "?nonsense=1"
        for method in {"get"} & set(operations):
            for client in both:
                problem = problem_of(client.request(method, target), target, "invalid_parameter")
                assert "nonsense" in {fault["parameter"] for fault in problem["errors"]}


def test_methods_that_a_path_does_not_answer(both: Both) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE"):
        answers = [client.request(method, LIST) for client in both]
        problem_of(answers[0], LIST, "method_not_allowed")
        assert answers[0].headers["allow"] == "GET, HEAD, OPTIONS"
        assert answers[0].content == answers[1].content


@pytest.mark.parametrize(
    ("accept", "served"),
    [
        ("application/json", True),
        ("application/problem+json, application/json;q=0.1", True),
        ("text/html,application/xhtml+xml,*/*;q=0.8", True),
        ("application/*", True),
        ("", True),
        ("APPLICATION/JSON", True),
        ("text/html", False),
        ("application/xml", False),
        ("application/json;q=0", False),
        ("text/xml, image/*", False),
        ("\x01\x02", False),
    ],
)
def test_accept_that_can_and_cannot_be_served(both: Both, accept: str, served: bool) -> None:
    for path in (LIST, ONE, "/v1"):
        for client in both:
            answer = client.get(path, headers={"Accept": accept})
            if served:
                assert answer.status_code == 200
            elif answer.status_code != 400:  # control characters end at the server's parser
                problem_of(answer, path, "not_acceptable")


def test_a_cursor_is_good_for_its_own_list_alone(both: Both) -> None:
    for client in both:
        following = client.get(LIST, params={"limit": 1}).json()["next"]
        cursor = dict(httpx.URL(following).params)["cursor"]
        assert client.get(following).status_code == 200
        for target in (
            f"/v1/wages?limit=1&cursor={cursor}",
            f"{LIST}?cursor={cursor}&sort=title",
            f"{LIST}?cursor={cursor}&q=a",
            f"{ONE}/wages?cursor={cursor}",
        ):
            problem_of(client.get(target), target, "invalid_cursor")
        for at in range(0, len(cursor), 5):
            other = "B" if cursor[at] == "A" else "A"
            target = f"{LIST}?limit=1&cursor={cursor[:at]}{other}{cursor[at + 1 :]}"
            problem_of(client.get(target), target, "invalid_cursor")
        for target in (f"{LIST}?cursor={cursor[:-1]}", f"{LIST}?cursor={cursor}A"):
            problem_of(client.get(target), target, "invalid_cursor")


NOT_HTTP: dict[bytes, int] = {
    b"GET /v1\x80 HTTP/1.1\r\nHost: x\r\n\r\n": 400,
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03": 400,  # TLS
    b"GET /v1 HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n": 400,
    b"NONSENSE /v1 HTTP/1.1\r\nHost: x\r\n\r\n": 400,
    b"GET /v1?q=" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n": 414,
    b"GET /v1?q=" + b"a" * 65_536 + b" HTTP/1.1\r\nHost: x\r\n\r\n": 414,
    b"GET * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n": 404,
}
"""Bytes → status of the answer."""


@pytest.mark.parametrize(("sent", "status"), NOT_HTTP.items(), ids=lambda v: str(v)[:40])
def test_what_is_not_http_is_a_problem_too(both: Both, sent: bytes, status: int) -> None:
    bodies = set()
    for client in both:
        address = urlsplit(str(client.base_url))
        with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
            connection.sendall(sent)
            received = b""
            while chunk := connection.recv(65536):
                received += chunk
        head, _, body = received.partition(b"\r\n\r\n")
        assert head.startswith(f"HTTP/1.1 {status} ".encode())
        assert b"content-type: application/problem+json" in head.lower()
        for name in (b"request-id", b"api-version", b"content-security-policy", b"referrer-policy"):
            assert b"\r\n" + name + b": " in head.lower()
        bodies.add(body)
    assert len(bodies) == 1
