"""Answers that are ready leave the server by a shorter way: nothing else may differ."""

from __future__ import annotations

import httpx

from tests.server.raw import exchange, request

KEPT = "/v1/occupations/11-9111/wages?period=all"


def of_the_moment(answer: httpx.Response) -> dict[str, str]:
    return {k: v for k, v in answer.headers.items() if k not in {"date", "request-id"}}


def test_a_kept_answer_is_the_first_one_again(api: httpx.Client) -> None:
    for accepted in ("identity", "gzip", "br", "zstd", "gzip;q=0, br"):
        target = f"{KEPT}&limit=7"
        first, again = (api.get(target, headers={"Accept-Encoding": accepted}) for _ in range(2))
        assert first.content == again.content
        assert of_the_moment(first) == of_the_moment(again)
        assert first.headers["request-id"] != again.headers["request-id"]


def test_a_kept_answer_to_head_and_to_a_condition(api: httpx.Client) -> None:
    first = api.get(KEPT)
    for _ in range(2):
        head = api.head(KEPT)
        assert (head.status_code, head.content) == (200, b"")
        assert of_the_moment(head) == of_the_moment(first)
        same = api.get(KEPT, headers={"If-None-Match": first.headers["etag"]})
        assert (same.status_code, same.content) == (304, b"")
        assert same.headers["etag"] == first.headers["etag"]
        assert "content-type" not in same.headers


def test_a_kept_answer_heeds_the_request_id_and_accept(api: httpx.Client) -> None:
    api.get(KEPT)
    assert api.get(KEPT, headers={"Request-Id": "mine-1"}).headers["request-id"] == "mine-1"
    assert api.get(KEPT, headers={"Request-Id": "a\tb"}).headers["request-id"] != "a\tb"
    assert api.get(KEPT, headers={"Accept": "text/xml"}).status_code == 406
    in_csv = api.get(KEPT, headers={"Accept": "text/csv"})
    assert in_csv.headers["content-type"].startswith("text/csv")
    assert api.get(KEPT).headers["content-type"] == "application/json"


def test_requests_sent_at_once_are_answered_in_order(api: httpx.Client) -> None:
    api.get(KEPT)
    asked = [KEPT, "/v1/areas?limit=3", KEPT, "/v1/nowhere", KEPT, "/v1/areas?limit=2", KEPT]
    found = exchange(api, [b"".join(map(request, asked))], expected=len(asked)).answers
    for target, answer in zip(asked, found, strict=True):
        assert answer.body == api.get(target, headers={"Accept-Encoding": "identity"}).content
        assert answer.status == (404 if "nowhere" in target else 200)


def test_a_client_that_sends_much_and_reads_late_gets_every_answer(api: httpx.Client) -> None:
    api.get(KEPT)
    body = api.get(KEPT, headers={"Accept-Encoding": "identity"}).content
    count = 400
    found = exchange(api, [request(KEPT) * count], expected=count).answers
    assert [answer.body for answer in found] == [body] * count


def test_a_body_that_nobody_asked_for_does_no_harm(api: httpx.Client) -> None:
    api.get(KEPT)
    sent = [request(KEPT, "Content-Length: 5") + b"hello"]
    sent.append(request(KEPT, method="HEAD") + request(KEPT))
    found = exchange(api, sent, [False, True, False], expected=3).answers
    assert [answer.status for answer in found] == [200] * 3
    assert found[0].body == found[2].body


def test_a_connection_that_is_not_to_be_kept_is_closed(api: httpx.Client) -> None:
    api.get(KEPT)
    closing = (request(KEPT, "Connection: close"), request(KEPT, version="1.0"))
    for sent in closing:
        said = exchange(api, [sent])
        (answer,) = said.answers
        assert answer.status == 200
        assert answer.body
        assert answer.headers[b"connection"] == b"close"
        assert said.closed
