"""What crawlers read."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

import httpx

from tests.servers import bare_server

NAMES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
}


def sitemap(client: httpx.Client) -> dict[str, dict[str, str]]:
    """Return each address of the sitemap with its others, by language."""
    answer = client.get("/sitemap.xml")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/xml")
    found = {}
    for url in ElementTree.fromstring(answer.content).findall("s:url", NAMES):
        others = {
            one.attrib["hreflang"]: one.attrib["href"] for one in url.findall("x:link", NAMES)
        }
        found[url.findtext("s:loc", "", NAMES)] = others
    return found


def test_the_sitemap_has_every_occupation_and_area(seeded_sqlite: httpx.Client) -> None:
    paths = {httpx.URL(address).path for address in sitemap(seeded_sqlite)}
    occupations = seeded_sqlite.get("/v1/occupations?level=all&limit=200").json()
    areas = seeded_sqlite.get("/v1/areas?limit=200").json()
    assert occupations["next"] is areas["next"] is None
    slugs = {f"/occupations/{item['slug']}" for item in occupations["items"]}
    codes = {f"/areas/{item['code']}" for item in areas["items"]}
    assert len(slugs) > 30
    fixed = {"/search", "/rankings", "/compare", "/areas", "/match", "/sources"}
    english = slugs | codes | fixed
    assert paths == english | {f"/es{path}" for path in english} | {"/", "/es"}


def test_each_address_of_the_sitemap_has_its_page(seeded_sqlite: httpx.Client) -> None:
    found = sitemap(seeded_sqlite)
    for address, others in found.items():
        assert address in others.values()
        assert all(found[other] == others for other in others.values())
    for language, address in found[min(found)].items():
        page = seeded_sqlite.get(httpx.URL(address).path, headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert page.headers["content-language"] == language


def test_robots_name_the_sitemap(seeded_sqlite: httpx.Client) -> None:
    robots = seeded_sqlite.get("/robots.txt").text
    assert "Disallow: /v1/titles/match\n" in robots
    assert "Disallow: /v1/exports/\n" in robots
    assert "Disallow: /v1/*limit=all\n" in robots
    (named,) = [line for line in robots.splitlines() if line.startswith("Sitemap: ")]
    assert seeded_sqlite.get(httpx.URL(named.removeprefix("Sitemap: ")).path).status_code == 200


def test_addresses_are_those_that_the_operator_gave(seeded: Callable[[str], str]) -> None:
    base = "https://example.org/jobs"
    with bare_server(seeded("sqlite"), public_url=base) as client:
        assert all(address.startswith(f"{base}/") for address in sitemap(client))
        robots = client.get("/robots.txt").text
        assert f"Sitemap: {base}/sitemap.xml" in robots
        assert "Disallow: /jobs/v1/titles/match" in robots


def test_without_pages_there_is_neither(seeded: Callable[[str], str]) -> None:
    with bare_server(seeded("sqlite"), pages="off") as client:
        for path in ("/sitemap.xml", "/robots.txt", "/sources", "/search", "/match"):
            assert client.get(path).status_code == 404
