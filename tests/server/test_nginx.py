"""Behind nginx: every address that leaves the program; each variant of ``docs/nginx.conf``."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import deque
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from tests.conftest import Databases
from tests.server.nginx import PATH, nginx, variant
from tests.servers import free_port, serving, warmed
from tests.test_repository import ROOT

pytestmark = pytest.mark.skipif(
    shutil.which("nginx") is None, reason="nginx is missing: make servers"
)

HTML = {"Accept": "text/html"}
LINKING = {"href", "src", "action", "data-suggest", "data-contract"}
BEGINNINGS = (
    "/",
    "/docs",
    "/problems",
    "/openapi.json",
    "/v1",
    "/v1/wages?limit=1",
    "/v1/wages?limit=1&format=ndjson",
    "/v1/exports",
    "/v1/changes?since=1970-01-01",
    "/v1/changes.atom",
    "/v1/occupations/medical-and-health-services-managers",
    "/v1/occupations/11-9111/linked-data",
    "/v1/classifications/soc-2018/turtle",
    "/v1/occupations/isco:1342",
    "/v1/wages?cursor=x",
    "/v1/nothing",
    "/.well-known/api-catalog",
    "/sitemap.xml",
    "/robots.txt",
    "/occupations/medical-and-health-services-managers",
    "/occupations/nothing",
    "/sources",
    "/match",
    "/es",
    "/v1/wages/",
)
OURS = re.compile(r"/(v1|docs|problems|openapi\.json|health|static|es|en|occupations|areas)\b.*")
"""Texts of answers that are addresses of this server, if nothing stands before them."""


class Links(HTMLParser):
    """Collects what a page links to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in LINKING and value]


def texts(value: Any) -> Iterator[str]:
    """Yield every text of a JSON document."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, str):
        yield value


def addresses(answer: httpx.Response) -> Iterator[str]:
    """Yield the addresses in an answer: those of links, and texts that look like one of ours."""
    for name in ("location", "content-location"):
        if name in answer.headers:
            yield answer.headers[name]
    yield from re.findall(r"<([^>]*)>", answer.headers.get("link", ""))
    kind = answer.headers.get("content-type", "")
    if kind.startswith("text/html"):
        yield from Links(answer.text).found
    elif "xml" in kind:
        yield from re.findall(r'(?:href="|<loc>)([^"<]*)', answer.text)
    elif kind.startswith("text/plain") and answer.url.path.endswith("robots.txt"):
        yield from re.findall(r"^(?:Disallow|Sitemap): ([^*\n]*)$", answer.text, re.MULTILINE)
    elif "json" in kind and not answer.url.path.endswith("/openapi.json"):
        lines = answer.text.splitlines() if "ndjson" in kind else [answer.text]
        for line in lines:
            for text in texts(httpx.Response(200, text=line).json()):
                if OURS.fullmatch(text) or text.startswith((f"{PATH}/", "https://localhost:")):
                    yield text
    elif kind.startswith("text/turtle"):
        yield from re.findall(r"<([^>]*/v1/[^>]*)>", answer.text)


MANY = re.compile(r"(/(?:occupations|areas|releases|classifications|crosswalks|exports)/)[^/]+")


def shape(address: str) -> str:
    """Return an address without what makes many of one kind: only the first of each is asked."""
    parts = urlsplit(address)
    names = re.sub(r"=[^&]*", "", parts.query)
    return MANY.sub(r"\1#", parts.path) + "?" + names


def walk(client: httpx.Client, public: str, most: int) -> dict[str, int]:
    """Follow addresses from ``BEGINNINGS`` on; each leads to this server, under its path.

    So many are asked; of all that the answers have the form is looked at.
    """
    path = urlsplit(public).path
    to_ask = deque(public + beginning for beginning in BEGINNINGS)
    seen: dict[str, int] = {}
    known = {shape(address) for address in to_ask}
    while to_ask and len(seen) < most:
        address = to_ask.popleft()
        accept = HTML if "/v1" not in address else {}
        answer = client.get(address, headers=accept)
        seen[address] = answer.status_code
        for found in addresses(answer):
            whole = urljoin(str(answer.url), found)
            if found.startswith("#") or urlsplit(whole).netloc != urlsplit(public).netloc:
                continue
            assert whole == public or whole.startswith(public + "/"), (address, found)
            assert not whole.startswith(f"{public}{path}/"), (address, found)
            whole = whole.partition("#")[0]
            if shape(whole) not in known and "{" not in whole:
                known.add(shape(whole))
                to_ask.append(whole)
    return seen


REFUSED = {
    "/v1/nothing": 404,
    "/v1/wages?cursor=x": 400,
    "/occupations/nothing": 404,
    **{f"/v1/{name}": 400 for name in ("changes", "compare", "search", "suggest")},
    "/v1/titles/match": 400,
    "/v1/exports": 400,  # of an older data version
    "/v1/suggest?q=": 400,
    "/v1/areas?q=": 400,
}
"""What is no address, and what needs a parameter that a link leaves to its reader."""


def test_every_address_behind_tls_and_a_path(
    databases_of: Callable[[str], Databases], exports: Callable[[str], str], tmp_path: Path
) -> None:
    port = free_port()
    public, variants = f"https://localhost:{port}{PATH}", ("tls", "path")
    settings = {"public_url": public, "export_folder": exports("sqlite")}
    with (
        serving(databases_of("sqlite").boxed, **settings) as server,
        nginx(tmp_path, server.base_url.netloc.decode(), port=port, variants=variants) as client,
    ):
        warmed(server)
        seen = walk(client, public, 1_000)
        assert 300 < len(seen) < 1_000, "all were asked, one of each kind"
        by_path = {address.removeprefix(public): status for address, status in seen.items()}
        for path in ("/docs/docs.js", "/static/explorer.css", "/problems/not_found"):
            assert by_path[path] == 200, path
        at = re.findall(r"^ *listen (\S+) backlog", (tmp_path / "nginx.conf").read_text(), re.M)
        plain = httpx.get(f"http://{at[0]}{PATH}/v1?x=1", headers={"Host": "example.org"})
        assert (plain.status_code, plain.headers["location"]) == (
            308,
            f"https://example.org{PATH}/v1?x=1",
        )
        assert client.get(PATH).headers["location"] == f"{PATH}/"
        refused = {path: status for path, status in by_path.items() if status >= 400}
        assert {path.partition("?at=")[0]: status for path, status in refused.items()} == REFUSED


def test_the_page_makes_the_variants_that_are_tried(tmp_path: Path) -> None:
    file = tmp_path / "nginx.conf"
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    commands = re.findall(r"^sed -.*nginx\.conf$", page, re.M)
    for command, marks in zip(commands, [("tls", "cache"), ("tls", "cache", "path")], strict=True):
        line = command.replace("/etc/nginx/nginx.conf", str(file))
        subprocess.run(["/bin/sh", "-euc", line], cwd=ROOT, check=True)
        assert file.read_text() == variant(*marks)


@pytest.mark.parametrize("known", [True, False], ids=["public URL", "X-Forwarded-Prefix"])
def test_the_proxy_may_take_the_path_off(
    seeded: Callable[[str], str], exports: Callable[[str], str], tmp_path: Path, *, known: bool
) -> None:
    port = free_port()
    public = f"http://localhost:{port}{PATH}"
    settings = {"public_url": public} if known else {"trusted_proxies": "127.0.0.1"}
    variants = ("path", "strips") if known else ("path", "strips", "forwards")
    with (
        serving(seeded("sqlite"), export_folder=exports("sqlite"), **settings) as server,
        nginx(tmp_path, server.base_url.netloc.decode(), port=port, variants=variants) as client,
    ):
        warmed(server)
        walk(client, public, 2 * len(BEGINNINGS))
        base = public if known else PATH
        assert client.get(f"{PATH}/v1").json()["links"]["wages"] == f"{base}/v1/wages"
        # Who asks the server itself gets paths, if only the proxy knows more.
        own = server.get("/v1").json()["links"]
        assert own["wages"] == (f"{base}/v1/wages" if known else "/v1/wages")
        forged = server.get("/v1", headers={"X-Forwarded-Prefix": "//example.org"})
        assert forged.json()["links"] == own


def test_what_nginx_keeps(seeded: Callable[[str], str], tmp_path: Path) -> None:
    with (
        serving(seeded("sqlite")) as server,
        nginx(tmp_path, server.base_url.netloc.decode(), variants=("cache",)) as client,
    ):
        answers = [client.get("/v1/occupations/11-9111") for _ in range(2)]
        assert [answer.headers["x-cache"] for answer in answers] == ["MISS", "HIT"]
        assert answers[0].content == answers[1].content
        ids = [answer.headers.get_list("request-id") for answer in answers]
        assert [len(each) for each in ids] == [1, 1]
        assert ids[0] != ids[1], "an answer that is kept has a Request-Id of its own"
        mine = client.get("/v1/occupations/11-9111", headers={"Request-Id": "mine-1"})
        assert (mine.headers["request-id"], mine.headers["x-cache"]) == ("mine-1", "HIT")
        # Another representation is another answer; what somebody typed is kept by nobody.
        for accept in ("text/csv", "application/x-ndjson"):
            listed = client.get("/v1/wages", headers={"Accept": accept})
            assert listed.headers["content-type"].startswith(accept)
        spanish = [
            client.get("/", headers=HTML | {"Accept-Language": lang}) for lang in ("ed", "es")
        ]
        assert [page.headers["content-language"] for page in spanish] == ["en", "es"]
        for _ in range(2):
            typed = client.get("/v1/titles/match?title=nurse&limit=1")
            assert typed.headers["x-cache"] == "MISS"


def test_the_next_server_is_asked_where_one_does_not_answer(
    seeded: Callable[[str], str], tmp_path: Path
) -> None:
    away = f"127.0.0.1:{free_port()}"
    with (
        serving(seeded("sqlite")) as server,
        nginx(tmp_path, away, server.base_url.netloc.decode()) as client,
    ):
        assert {client.get("/v1").status_code for _ in range(20)} == {200}
        refused = client.get("/v1/nothing")
        assert refused.json()["type"] == "/problems/not_found"
