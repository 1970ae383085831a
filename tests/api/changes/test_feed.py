"""The feed of data versions."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from xml.etree import ElementTree as ET

import httpx
import pytest
from sqlalchemy import Engine, text, update

from app.api.queries.atom import MOST_ENTRIES
from app.database.models import DataVersion
from app.importers.loading.load import ensure_sources, restore, retire
from app.server.edge import Edge
from tests.api.changes.conftest import BEGINNING, NAME, changes, load, shown
from tests.api.conftest import caching, get
from tests.importers.conftest import SOURCES

pytestmark = pytest.mark.anyio

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def entries(feed: httpx.Response) -> list[ET.Element]:
    assert feed.status_code == 200, feed.text
    assert feed.headers["content-type"] == "application/atom+xml"
    return ET.fromstring(feed.content).findall("a:entry", ATOM)


def said(entry: ET.Element, name: str) -> str:
    return entry.findtext(f"a:{name}", "", ATOM)


async def test_the_feed_has_an_entry_for_each_version(edge: Edge, engine: Engine) -> None:
    load(engine, wages={"US": {"11-1011": (10, 100)}})
    retire(engine, NAME)
    restore(engine, NAME)
    await shown(edge)
    feed = await get(edge, "/v1/changes.atom")
    root = ET.fromstring(feed.content)
    found = entries(feed)
    whys = ["sources changed", f"{NAME} loaded", f"{NAME} retired", f"{NAME} restored"]
    assert [said(entry, "title") for entry in found] == whys[::-1]
    ids = [said(entry, "id") for entry in found]
    assert len({*ids, said(root, "id")}) == 5  # a token that recurs is another entry
    assert all(id_.startswith("urn:uuid:") for id_ in ids)
    times = [datetime.fromisoformat(said(entry, "updated")) for entry in found]
    assert all(newer > older for newer, older in pairwise(times))
    assert said(root, "updated") == said(found[0], "updated")
    assert said(root.find("a:author", ATOM) or root, "name")
    assert f"Releases: {NAME} retired." in said(found[1], "summary")
    assert "wages (1 removed)" in said(found[1], "summary")
    # Each entry's link leads to its changes first; the ids stay what they were.
    for entry, why in zip(found, whys[::-1], strict=True):
        (link,) = (a for a in entry.findall("a:link", ATOM) if a.get("rel") == "alternate")
        first = (await get(edge, str(link.get("href")))).json()["versions"][0]
        assert first["why"] == why
    ensure_sources(engine, [{**SOURCES[0], "licence": "CC-BY-4.0"}])
    token = await shown(edge)
    later = entries(await get(edge, "/v1/changes.atom"))
    assert [said(entry, "id") for entry in later][1:] == ids
    assert "Nothing" in said(later[0], "summary")
    second = said(found[1], "updated")
    since = entries(await get(edge, f"/v1/changes.atom?since={second}"))
    assert [said(entry, "id") for entry in since] == [said(later[0], "id"), ids[0]]
    assert entries(await get(edge, f"/v1/changes.atom?since={token}")) == []


async def test_the_feed_has_so_many_versions(edge: Edge, engine: Engine) -> None:
    for number in range(MOST_ENTRIES):
        ensure_sources(engine, [{**SOURCES[0], "licence": f"licence {number}"}])
    await shown(edge)
    assert len(entries(await get(edge, "/v1/changes.atom"))) == MOST_ENTRIES
    with engine.connect() as connection:
        made = connection.execute(text("SELECT count(*) FROM data_versions")).scalar_one()
    assert made == MOST_ENTRIES + 1
    assert len((await changes(edge, BEGINNING))["versions"]) == made


async def test_the_feed_is_xml_whatever_a_version_is_called(engine: Engine) -> None:
    why = '<b> & "c" \x1b[31m\x00 \ud7ff \ufffe it\'s loaded'
    why = why.replace("\x00", "") if engine.dialect.name == "postgresql" else why
    with engine.begin() as connection:
        connection.execute(update(DataVersion).values(why=why))
    app = caching(engine, public_url="https://example.org/data/")
    feed = await get(app, "/v1/changes.atom")
    (entry,) = entries(feed)
    assert said(entry, "title").startswith('<b> & "c" \N{REPLACEMENT CHARACTER}[31m')
    links = [str(a.get("href")) for a in ET.fromstring(feed.content).iter(f"{{{ATOM['a']}}}link")]
    assert len(links) == 4
    assert all(link.startswith("https://example.org/data/v1") for link in links)
    app.api.state.store.stop()


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/atom+xml", 200),
        ("application/atom+xml;q=0.9, application/xml;q=0.5", 200),
        ("application/json", 200),
        ("*/*", 200),
        ("text/html,application/xhtml+xml,*/*;q=0.8", 200),
        ("application/atom+xml;q=0", 406),
        ("text/csv", 406),
    ],
)
def test_readers_of_feeds_are_served(api: httpx.Client, accept: str, status: int) -> None:
    assert api.get("/v1/changes.atom", headers={"Accept": accept}).status_code == status
    wrong = api.get("/v1/wages", headers={"Accept": "application/atom+xml"})
    assert wrong.status_code == 406
