"""Answers that are ready leave the server by a shorter way: nothing else may differ."""

from __future__ import annotations

import socket

import httpx

KEPT = "/v1/occupations/11-9111/wages?period=all"


def connect(client: httpx.Client) -> socket.socket:
    host, port = client.base_url.host, client.base_url.port
    assert port is not None
    return socket.create_connection((host, port), timeout=20)


def answers(connection: socket.socket, heads: list[bool]) -> list[tuple[bytes, bytes]]:
    """Read as many answers as there are ``heads``, which tell where there is no body."""
    found = []
    with connection.makefile("rb") as stream:
        for no_body in heads:
            lines = []
            while (line := stream.readline()) not in {b"\r\n", b""}:
                lines.append(line)
            length = next(
                (int(x.split(b":")[1]) for x in lines if x.startswith(b"content-length")), 0
            )
            found.append((b"".join(lines), b"" if no_body else stream.read(length)))
    return found


def request(target: str, *lines: str, method: str = "GET", version: str = "1.1") -> bytes:
    head = "".join(f"{line}\r\n" for line in ("Host: localhost", *lines))
    return f"{method} {target} HTTP/{version}\r\n{head}\r\n".encode()


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
    assert api.get(KEPT, headers={"Accept": "text/csv"}).status_code == 406


def test_requests_sent_at_once_are_answered_in_order(api: httpx.Client) -> None:
    api.get(KEPT)
    asked = [KEPT, "/v1/areas?limit=3", KEPT, "/v1/nowhere", KEPT, "/v1/areas?limit=2", KEPT]
    with connect(api) as connection:
        connection.sendall(b"".join(map(request, asked)))
        found = answers(connection, [False] * len(asked))
    for target, (head, body) in zip(asked, found, strict=True):
        assert body == api.get(target, headers={"Accept-Encoding": "identity"}).content
        assert head.startswith(b"HTTP/1.1 404" if "nowhere" in target else b"HTTP/1.1 200")


def test_a_client_that_sends_much_and_reads_late_gets_every_answer(api: httpx.Client) -> None:
    api.get(KEPT)
    body = api.get(KEPT, headers={"Accept-Encoding": "identity"}).content
    count = 400
    with connect(api) as connection:
        connection.sendall(request(KEPT) * count)
        found = answers(connection, [False] * count)
    assert [one for _, one in found] == [body] * count


def test_a_body_that_nobody_asked_for_does_no_harm(api: httpx.Client) -> None:
    api.get(KEPT)
    with connect(api) as connection:
        connection.sendall(request(KEPT, "Content-Length: 5") + b"hello")
        connection.sendall(request(KEPT, method="HEAD") + request(KEPT))
        found = answers(connection, [False, True, False])
    assert {head[:12] for head, _ in found} == {b"HTTP/1.1 200"}
    assert found[0][1] == found[2][1]


def test_a_connection_that_is_not_to_be_kept_is_closed(api: httpx.Client) -> None:
    api.get(KEPT)
    closing = (request(KEPT, "Connection: close"), request(KEPT, version="1.0"))
    for sent in closing:
        with connect(api) as connection:
            connection.sendall(sent)
            ((head, body),) = answers(connection, [False])
            assert head.startswith(b"HTTP/1.1 200")
            assert body
            assert b"connection: close" in head
            assert connection.recv(1) == b""
