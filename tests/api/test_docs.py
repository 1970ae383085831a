"""The documentation in a real browser that has no network but this server."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from html import escape, unescape
from pathlib import Path

import httpx
import pytest

from tests.servers import bare_server

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    # Every name but the server's own address leads nowhere.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    *("--enable-logging=stderr", "--v=0", "--virtual-time-budget=20000"),
)

with_browser = pytest.mark.skipif(
    BROWSER is None, reason="no browser: apt-get install chromium (Debian, Ubuntu)"
)


def browse(url: str, folder: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    """Open a page; return its document after its scripts ran, and what the console said."""
    assert BROWSER is not None
    net = folder / "net.json"
    return subprocess.run(
        [BROWSER, *FLAGS, f"--user-data-dir={folder}", f"--log-net-log={net}", *flags, url],
        capture_output=True,
        text=True,
        timeout=90,
    )


def complaints(page: subprocess.CompletedProcess[str]) -> list[str]:
    """Return what the console said: errors of scripts, what the policy refused."""
    return [line for line in page.stderr.splitlines() if "CONSOLE" in line]


@with_browser
def test_the_page_paints_every_operation_without_a_network(
    seeded_sqlite: httpx.Client, tmp_path: Path
) -> None:
    base = str(seeded_sqlite.base_url)
    page = browse(f"{base}/docs", tmp_path, "--dump-dom")
    assert page.returncode == 0, page.stderr[-2000:]
    contract = seeded_sqlite.get("/openapi.json").json()
    for path, methods in contract["paths"].items():
        for operation in methods.values():
            assert f"operations-{operation['tags'][0]}-{operation['operationId']}" in page.stdout
        assert path.rpartition("/")[2] in page.stdout
    assert contract["info"]["title"] in page.stdout
    assert complaints(page) == []
    events = (tmp_path / "net.json").read_text().splitlines()  # the browser's own calls besides
    asked = [event for event in events if f'"initiator":"{base}"' in event]
    hosts = {host for event in asked for host in re.findall(r'"url":"\w+://([^/"]+)', event)}
    assert hosts == {base.partition("//")[2]}


@with_browser
def test_an_operation_opens_with_its_parameters_and_example(
    seeded_sqlite: httpx.Client, tmp_path: Path
) -> None:
    anchor = "#/occupations/list_occupation_wages"
    page = browse(f"{seeded_sqlite.base_url}/docs{anchor}", tmp_path, "--dump-dom")
    assert "A percentile is" in page.stdout or "Only items of this source." in page.stdout
    assert "annual_median" in page.stdout
    assert complaints(page) == []


@with_browser
def test_a_problem_page_is_styled_by_this_server_alone(
    seeded_sqlite: httpx.Client, tmp_path: Path
) -> None:
    page = browse(f"{seeded_sqlite.base_url}/problems/unknown_occupation", tmp_path, "--dump-dom")
    assert "Unknown occupation" in page.stdout
    assert complaints(page) == []


def test_pages_name_no_other_host(seeded_sqlite: httpx.Client) -> None:
    for path in ("/docs", "/problems", "/problems/not_found"):
        page = seeded_sqlite.get(path)
        assert page.status_code == 200
        assert re.findall(r'(?:src|href)="(?!/|#|data:)', page.text) == []
        assert re.search(r"<script(?![^>]*src=)|style=|onclick=|<style", page.text) is None


@with_browser
@pytest.mark.parametrize(
    ("anchor", "filled"),
    [
        (
            "bulk/list_wages",
            {
                "limit": ["50"],
                "period": ["latest"],
                "area": ["US"],
                "industry": ["000000"],
                "ownership": ["all"],
            },
        ),
        (
            "occupations/compare_occupations",
            {"codes": ["11-9111", "29-1141"], "areas": ["US"], "period": ["latest"]},
        ),
    ],
)
def test_an_operation_opens_with_what_it_needs_and_its_defaults(
    seeded_sqlite: httpx.Client, tmp_path: Path, anchor: str, filled: dict[str, list[str]]
) -> None:
    page = browse(f"{seeded_sqlite.base_url}/docs#/{anchor}", tmp_path, "--dump-dom")
    rows = re.findall(r'<tr data-param-name="([^"]+)"(.*?)</tr>', page.stdout, re.DOTALL)
    values = {name: re.findall(r'<input[^>]*? value="([^"]+)"', row) for name, row in rows}
    assert {name: its for name, its in values.items() if its} == filled


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
