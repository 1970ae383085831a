"""The documentation as it is sent; `tests/browser/` opens it in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape

import httpx

from tests.servers import bare_server


def test_pages_name_no_other_host(seeded_sqlite: httpx.Client) -> None:
    for path in ("/docs", "/problems", "/problems/not_found"):
        page = seeded_sqlite.get(path)
        assert page.status_code == 200
        assert re.findall(r'(?:src|href)="(?!/|#|data:)', page.text) == []
        assert re.search(r"<script(?![^>]*src=)|style=|onclick=|<style", page.text) is None


def test_the_documentation_is_in_the_frame_of_the_pages(seeded_sqlite: httpx.Client) -> None:
    for path in ("/docs", "/problems", "/problems/not_found"):
        page = seeded_sqlite.get(path).text
        assert '<header class="top">' in page
        assert '<a href="/rankings">' in page


def test_without_a_script_every_operation_is_listed(seeded_sqlite: httpx.Client) -> None:
    page = seeded_sqlite.get("/docs").text
    contract = seeded_sqlite.get("/openapi.json").json()
    for path, methods in contract["paths"].items():
        for method, operation in methods.items():
            assert f"<code>{method.upper()} {path}</code> {escape(operation['summary'])}" in page
    order = [page.index(f"<h2>{tag['name']}</h2>") for tag in contract["tags"]]
    assert order == sorted(order)
    assert [contract["tags"][place]["name"] for place in (0, -1)] == ["occupations", "system"]


def test_the_introductions_lead_to_operations_that_are_there(seeded_sqlite: httpx.Client) -> None:
    contract = seeded_sqlite.get("/openapi.json").json()
    known = {
        f"#/{operation['tags'][0]}/{operation['operationId']}"
        for methods in contract["paths"].values()
        for operation in methods.values()
    }
    page = seeded_sqlite.get("/docs").text
    named = set(re.findall(r'href="(#/[^"]*)"', page))
    assert len(named) > 7
    assert named <= known
    shown = re.findall(r'<pre>GET <a href="([^"]*)">', page)
    assert len(shown) == 3
    assert {seeded_sqlite.get(unescape(target)).status_code for target in shown} == {200}


def test_behind_a_prefix_every_link_has_it(seeded: Callable[[str], str]) -> None:
    with bare_server(seeded("sqlite"), public_url="https://example.org/jobs") as client:
        for path in ("/docs", "/problems", "/problems/not_found"):
            page = client.get(path).text
            links = re.findall(r'(?:src|href|data-contract)="(/[^"]*)"', page)
            assert len(links) > 5
            assert [link for link in links if not link.startswith("/jobs/")] == []
            own = [link.removeprefix("/jobs") for link in links if "/docs" in link or "/p" in link]
            assert {client.get(link).status_code for link in own} == {200}


def test_without_the_pages_it_still_stands(seeded: Callable[[str], str]) -> None:
    with bare_server(seeded("sqlite"), pages="off") as client:
        for path in ("/docs", "/problems", "/problems/not_found"):
            page = client.get(path)
            assert page.status_code == 200
            own = re.findall(r'(?:src|href)="(/[^"#]+)"', page.text)
            assert len(own) > 3
            assert {link: client.get(unescape(link)).status_code for link in own} == dict.fromkeys(
                own, 200
            )
