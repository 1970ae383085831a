"""Where clients see the server: the public URL, and what proxies say that are trusted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest
from pydantic import ValidationError

from app.settings import Settings
from tests.servers import bare_server

FORWARDED = "X-Forwarded-Prefix"


@pytest.fixture(scope="module")
def under(seeded: Callable[[str], str]) -> Iterator[Callable[..., httpx.Client]]:
    """Lend clients of servers with certain settings, each started once."""
    with ExitStack() as stack:
        servers: dict[str, httpx.Client] = {}

        def started(**settings: str) -> httpx.Client:
            key = repr(settings)
            if key not in servers:
                servers[key] = stack.enter_context(bare_server(seeded("sqlite"), **settings))
            return servers[key]

        yield started


def wages(client: httpx.Client, path: str, **headers: str) -> str:
    """Return the address of wages that the entry point gives."""
    found: str = client.get(path, headers=headers).json()["links"]["wages"]
    return found


@pytest.mark.parametrize("path", ["/data", "/occupations", "/a/b"])
def test_a_request_may_have_the_path_or_not(under: Callable[..., httpx.Client], path: str) -> None:
    public = f"https://example.org{path}"
    client = under(public_url=f"{public}/")
    for taken in ("", path):
        for _ in range(2):  # computed, then kept
            answer = client.get(f"{taken}/v1/wages?limit=1")
            assert answer.json()["next"].startswith(f"{public}/v1/wages?limit=1&cursor=")
            assert answer.headers["link"] == f'<{answer.json()["next"]}>; rel="next"'
        page = client.get(f"{taken}/occupations/11-9111", headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert f'href="{path}/docs"' in page.text
        problem = client.get(f"{taken}/v1/nothing?a=b").json()
        assert problem["type"] == f"{public}/problems/not_found"
        assert problem["instance"] == f"{path}/v1/nothing?a=b"
        assert client.get(f"{taken}/docs").status_code == 200
        moved = client.get(f"{taken}/v1/wages/")
        assert (moved.status_code, moved.headers["location"]) == (308, f"{path}/v1/wages")
    assert client.get(f"{path}").headers["location"] == f"{path}/v1"
    contract = client.get("/openapi.json").json()
    assert contract["servers"][0]["url"] == public
    near = client.get("/v1/wagess").json()["errors"][0]["did_you_mean"]
    assert near[0] == f"{path}/v1/wages"


def test_what_only_begins_like_the_path_is_another(under: Callable[..., httpx.Client]) -> None:
    client = under(public_url="https://example.org/data")
    assert client.get("/data/v1").status_code == 200
    assert client.get("/datav1").status_code == 404
    assert client.get("/data/data/v1").status_code == 404


def test_a_trusted_proxy_says_the_path(under: Callable[..., httpx.Client]) -> None:
    client = under(trusted_proxies="127.0.0.1")
    for _ in range(2):
        assert wages(client, "/v1", **{FORWARDED: "/jobs/"}) == "/jobs/v1/wages"
        assert wages(client, "/jobs/v1", **{FORWARDED: "/jobs"}) == "/jobs/v1/wages"
        assert wages(client, "/v1", **{FORWARDED: "/career"}) == "/career/v1/wages"
        assert wages(client, "/v1") == "/v1/wages"
        assert client.get("/jobs/v1").status_code == 404
    assert (
        client.get("/openapi.json", headers={FORWARDED: "/jobs"}).json()["servers"][0]["url"]
        == "/jobs"
    )
    choices = client.get("/v1/areas/Portland", headers={FORWARDED: "/jobs"})
    assert choices.json()["type"].startswith("/jobs/problems/")


@pytest.mark.parametrize(
    "given",
    ["jobs", "//example.org", "/a//b", "/a/../b", "/.", "/a b", "/a,/b", "/é", "/" + "a/" * 21],
)
def test_what_is_no_path_is_not_believed(under: Callable[..., httpx.Client], given: str) -> None:
    client = under(trusted_proxies="127.0.0.1")
    headers = [(FORWARDED.encode(), given.encode())]
    assert client.get("/v1", headers=headers).json()["links"]["wages"] == "/v1/wages"


def test_nobody_else_says_the_path(under: Callable[..., httpx.Client]) -> None:
    for settings in (
        {},
        {"trusted_proxies": "127.0.0.2"},
    ):
        client = under(**settings)
        assert wages(client, "/v1", **{FORWARDED: "/jobs"}) == "/v1/wages"
    client = under(trusted_proxies="127.0.0.1", public_url="https://example.org/data")
    assert wages(client, "/v1", **{FORWARDED: "/jobs"}) == "https://example.org/data/v1/wages"


@pytest.mark.parametrize(
    "given",
    [
        *("foo", "example.org", "ftp://example.org", "https://", "https:///jobs"),
        *("https://example.org/v1", "https://example.org/v1/", "https://example.org/jobs?a=b"),
        *("https://example.org/#top", "https://somebody@example.org", "https://example.org/a//b"),
        *("https://example.org/a b", "https://example.org/../a", "https://example.org:port"),
    ],
)
def test_a_public_url_is_a_whole_address(given: str) -> None:
    with pytest.raises(ValidationError, match="such as https://example"):
        Settings(public_url=given)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://example.org", "https://example.org"),
        ("https://example.org//", "https://example.org"),
        ("http://[2001:db8::1]:8080/a/v1-b/", "http://[2001:db8::1]:8080/a/v1-b"),
        ("https://example.org/v10", "https://example.org/v10"),
        ("", None),
    ],
)
def test_a_public_url_loses_the_slash_at_its_end(given: str, kept: str | None) -> None:
    assert Settings(public_url=given).public_url == kept
