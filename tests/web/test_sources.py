"""The page of the sources, and their linked data."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import httpx

from app.web.linked_data import script
from tests.conftest import Databases, occupations
from tests.servers import bare_server
from tests.web.figures import numbers
from tests.web.reading import linked_data_of, links_of, main_of, published, words_of


def test_every_source_has_an_anchor_and_its_licence(api: httpx.Client) -> None:
    page = main_of(api.get("/sources"))
    for source in api.get("/v1/sources").json()["items"]:
        section = page.partition(f'<section aria-labelledby="{source["id"]}">')[2]
        section = section.partition("</section>")[0]
        words = words_of(section)
        for key in ("publisher", "dataset", "licence", "attribution"):
            assert " ".join(source[key].split()) in words
        assert {source["homepage"], source["licence_url"]} <= set(links_of(section))
        for what in source["not_covered"]:
            assert what in words
        for release in source["release_ids"]:
            assert f"/v1/releases/{release}" in links_of(section)


def test_releases_have_what_the_api_says_of_them(api: httpx.Client) -> None:
    page = main_of(api.get("/sources"))
    releases = api.get("/v1/releases?limit=200").json()
    for release in releases["items"]:
        row = page.partition(f'href="/v1/releases/{release["id"]}"')[2].partition("</tr>")[0]
        assert release["title"] in words_of(row)
        assert (release["published"] or "day not known") in row
        assert ("excerpt" in row) is release["excerpt"]
        for name, count in release["rows"].items():
            assert f'<data value="{count}">{count:,}</data> {name}' in row
        for file in release["files"]:
            assert file["sha256"] in row
    assert published(page) <= numbers(releases) | numbers(api.get("/v1/exports?limit=200").json())


def test_what_is_missing_and_newer_has_the_command(seeded_sqlite: httpx.Client) -> None:
    page = words_of(main_of(seeded_sqlite.get("/sources")))
    for status in seeded_sqlite.get("/v1").json()["status"]:
        assert (status["command"] or "") in page
        assert (status["newer"] or {"release": ""})["release"] in page
    assert "Nothing of it is loaded." in page


def test_each_source_is_linked_data(seeded_sqlite: httpx.Client) -> None:
    found = linked_data_of(seeded_sqlite.get("/sources"))
    sources = seeded_sqlite.get("/v1/sources").json()["items"]
    assert [one["name"] for one in found] == [source["dataset"] for source in sources]
    for one, source in zip(found, sources, strict=True):
        assert (one["@context"], one["@type"]) == ("https://schema.org", "Dataset")
        assert one["license"] == source["licence_url"]
        assert one["creator"]["name"] == source["publisher"]
        assert None not in one.values()
        address = re.sub(r"^https?://[^/]+", "", one["distribution"]["contentUrl"])
        assert seeded_sqlite.get(address).status_code == 200


def test_linked_data_end_no_element() -> None:
    given = {"name": "</script><script>alert(1)</script><!-- & -->"}
    text = str(script(given)).removeprefix('<script type="application/ld+json">')
    text = text.removesuffix("</script>")
    assert "<" not in text
    assert json.loads(text) == given


def test_it_speaks_spanish_at_its_address(seeded_sqlite: httpx.Client) -> None:
    page = seeded_sqlite.get("/es/sources")
    assert page.status_code == 200
    assert page.headers["content-language"] == "es"
    assert linked_data_of(page)[0]["url"].endswith("/es/sources#soc")


def test_without_data_each_page_says_so(databases_of: Callable[[str], Databases]) -> None:
    with bare_server(databases_of("sqlite").migrated()) as client:
        answers = {"/search": 200, "/match": 200, "/docs": 200, "/robots.txt": 200}
        answers |= {"/sources": 503, "/search?q=nurse": 503, "/search?q=11-9111": 503}
        for address, status in answers.items():
            page = client.get(address)
            assert page.status_code == status, address
            assert "<h1" in page.text or address == "/robots.txt"
        assert client.post("/match", data={"titles": "RN"}).status_code == 503


def downloads_of(client: httpx.Client) -> str:
    page = main_of(client.get("/sources"))
    return page.partition('<section aria-labelledby="downloads">')[2].partition("</section>")[0]


def test_every_file_can_be_taken(api: httpx.Client) -> None:
    section = downloads_of(api)
    links = links_of(section)
    files = api.get("/v1/exports?limit=200").json()["items"]
    assert sorted(links) == sorted(f"/v1/exports/{one['newest']}" for one in files)
    for one in files:
        answer = api.head(f"/v1/exports/{one['newest']}")
        assert answer.headers["content-length"] == str(one["bytes"])
    counts = {str(one["rows"]) for one in files if one["format"] == "parquet"}
    sizes = {str(one["bytes"]) for one in files if one["dataset"] is None or one["format"] != "txt"}
    assert published(section) == counts | sizes
    shown = re.findall(r">([^<]+)</a></td></tr>", section)
    assert {row["name"] for one in files for row in one["licences"]} == {
        name for line in shown for name in line.split(" · ")
    }


def test_a_list_of_files_is_no_older_than_they_are(databases: Databases, tmp_path: Path) -> None:
    folder = str(tmp_path / "exports")
    url = databases.seeded()
    with bare_server(url, export_folder=folder) as client:
        for _ in range(2):
            words = words_of(downloads_of(client))
            assert "not made yet" in words
            assert "occupations export" in words
            assert "OCCUPATIONS_EXPORT_FOLDER" not in words
        assert occupations("export", url=url, export_folder=folder).returncode == 0
        assert "/v1/exports/wages.parquet" in links_of(downloads_of(client))


def test_without_a_folder_the_page_names_the_setting(seeded: Callable[[str], str]) -> None:
    with bare_server(seeded("sqlite"), export_folder="none") as client:
        section = downloads_of(client)
        assert "OCCUPATIONS_EXPORT_FOLDER" in section
        assert links_of(section) == []
