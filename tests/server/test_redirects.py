"""Paths that lead on: the root, and what has a slash at its end."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from tests.servers import serving

BROWSERS = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


PEOPLE = (BROWSERS, "text/html", "application/json;q=0.5, text/html;q=0.5")
PROGRAMS = ("application/json, text/html;q=0.9", "text/html;q=0", "*/*", "application/json", "")


@pytest.mark.parametrize("accept", PEOPLE)
def test_the_root_is_a_page_for_people(api: httpx.Client, accept: str) -> None:
    answer = api.get("/?a=b", headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert {"accept", "accept-language"} <= set(answer.headers["vary"].lower().split(", "))


@pytest.mark.parametrize("accept", PROGRAMS)
def test_the_root_leads_programs_to_the_api(api: httpx.Client, accept: str) -> None:
    _leads(api, accept, "/v1")


def _leads(client: httpx.Client, accept: str, location: str) -> None:
    for method in ("GET", "HEAD"):
        answer = client.request(method, "/?a=b", headers={"Accept": accept})
        assert (answer.status_code, answer.headers["location"]) == (307, location)
        assert "accept" in answer.headers["vary"].lower()
        assert answer.headers["cache-control"] == "no-store"
        assert answer.content == b""


def test_without_pages_the_root_leads_people_to_the_documentation(
    seeded: Callable[[str], str],
) -> None:
    with serving(seeded("sqlite"), pages="off") as client:
        for accept in PEOPLE:
            _leads(client, accept, "/docs")
        _leads(client, "*/*", "/v1")
        for path in ("/rankings", "/es", "/occupations/11-9111", "/sitemap.xml"):
            answer = client.get(path, headers={"Accept": BROWSERS})
            assert answer.status_code == 404
            assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("accept", [BROWSERS, "*/*"])
def test_where_the_root_leads_there_is_something(api: httpx.Client, accept: str) -> None:
    answer = api.get("/", headers={"Accept": accept}, follow_redirects=True)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("/v1/", "/v1"),
        ("/v1///", "/v1"),
        ("/v1/wages/?limit=3&fields=code", "/v1/wages?limit=3&fields=code"),
        ("/v1/occupations/11-9111/", "/v1/occupations/11-9111"),
        ("/v1/occupations/a%2Fb%20c/", "/v1/occupations/a%2Fb%20c"),
        ("/none/", "/none"),
        ("/\\example.org/", "/%5Cexample.org"),
        ("/a//b/", "/a//b"),
    ],
)
def test_a_slash_at_the_end_leads_on(api: httpx.Client, target: str, location: str) -> None:
    url = httpx.URL(api.base_url, raw_path=target.encode())
    answer = api.get(url)
    assert (answer.status_code, answer.headers["location"]) == (308, location)
    assert answer.headers["access-control-allow-origin"] == "*"


def test_a_post_is_repeated_where_it_leads(api: httpx.Client) -> None:
    titles = ["nurse " + "x" * 490] * 200  # a body larger than one that no route reads
    answer = api.post("/v1/titles/match/", json={"titles": titles}, follow_redirects=True)
    assert [one.status_code for one in answer.history] == [308]
    assert answer.status_code == 200
    assert [item["title"] for item in answer.json()["items"]] == titles


@pytest.mark.parametrize("target", ["//", "//v1", "//example.org/", "///v1/"])
def test_two_slashes_at_the_beginning_lead_nowhere(api: httpx.Client, target: str) -> None:
    answer = api.get(httpx.URL(api.base_url, raw_path=target.encode()))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "location" not in answer.headers


def test_the_entry_point_links_to_what_finds(api: httpx.Client) -> None:
    links = api.get("/v1").json()["links"]
    assert links["search"] == "/v1/search"
    assert links["suggest"] == "/v1/suggest"
    assert links["title_match"] == "/v1/titles/match"
    assert links["compare"] == "/v1/compare"
