"""The program is right without its own protocol and event loop: those only make it faster."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.api.test_bad_bodies import BODIES
from tests.api.test_bad_input import WRONG
from tests.api.test_lists import WIDEST, lists
from tests.conftest import DATABASES
from tests.server.raw import OF_THE_MOMENT, exchange, request
from tests.servers import server_of, serving, warmed

MATCH = "/v1/titles/match"
CODINGS = ("identity", "gzip", "br", "zstd", "gzip;q=0.5, br;q=0.1", "*;q=0")
PAGES = ("/", "/docs", "/docs/", "/docs/docs.js", "/problems", "/problems/not_found", "/none")
UVICORNS_OWN = frozenset({b"server"})
"""Headers that uvicorn adds unless it is told otherwise."""


def requests(client: httpx.Client) -> Iterator[bytes]:
    """Write requests of each kind, most of which ask for something different."""
    last = "Connection: close"
    for path in lists(client):
        for query in ("", "?limit=3", "?limit=1&fields=code", "?limit=0", "?unknown=1"):
            yield request(path + query, last)
        yield request(path, last, method="HEAD")
        yield request(path, last, "Origin: https://example.org", method="OPTIONS")
    for path, queries in WIDEST.items():
        for given in queries:
            yield request(f"{path}?{httpx.QueryParams(given)}", last)
    for target, _, _ in WRONG:
        yield request(target, last)
    tag = client.get("/v1/wages").headers["etag"]
    for lines in (
        *((f"Accept-Encoding: {coding}",) for coding in CODINGS),
        *((f"If-None-Match: {tags}",) for tags in (tag, f"W/{tag}", '"x", *', '"x"')),
        *((f"Accept: {kinds}",) for kinds in ("text/html", "text/html, */*;q=0.1", "image/png")),
        ("Origin: https://example.org",),
        ("Request-Id: mine",),
    ):
        for target in ("/v1/wages", "/"):
            yield request(target, last, *lines)
    for target in PAGES:
        yield request(target, last)
    for body in (b'{"titles": ["nurse", "rn"], "limit": 2}', *(body for body, _ in BODIES)):
        head = request(
            MATCH, last, "Content-Type: application/json", f"Content-Length: {len(body)}",
            method="POST",
        )  # fmt: skip
        yield head + body


@pytest.mark.parametrize("kind", DATABASES)
def test_200_requests_are_answered_alike(kind: str, seeded: Callable[[str], str]) -> None:
    url = seeded(kind)
    plainly = ("--factory", "--loop=asyncio", "--no-access-log", "app.main:create_app")
    public = "https://api.example.org"  # pages name the address that they show requests to
    with (
        serving(url, public_url=public) as fast,
        server_of("uvicorn", *plainly, url=url, public_url=public) as (plain, _),
    ):
        warmed(fast), warmed(plain)
        asked = list(dict.fromkeys(requests(fast)))
        assert len(asked) >= 200
        for sent in asked:
            first, kept, other = (
                [
                    (answer.status, named_alike(answer.lines), answer.body)
                    for answer in exchange(client, [sent]).answers
                ]
                for client in (fast, fast, plain)
            )
            assert len(other) == 1, sent
            assert first == other, sent
            assert kept == other, sent


def named_alike(lines: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return header lines in order of name, without those that no two answers share."""
    left_out = OF_THE_MOMENT | UVICORNS_OWN
    return sorted(line for line in lines if line[0] not in left_out)
