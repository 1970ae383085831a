"""What all pages have: languages, caches, a prefix, whatever is loaded."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

import httpx
import pytest

from tests.conftest import Databases
from tests.servers import serving
from tests.web.figures import BROWSER, check_page, page
from tests.web.reading import links_of

PAGES = ("/", "/occupations/11-9111", "/rankings", "/compare", "/areas", "/areas/US")
CANONICAL = {"/occupations/11-9111": "/occupations/medical-and-health-services-managers"}
"""Page that is shown at several addresses → the one that it names; of others their own."""
SPANISH = {"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"}


def test_the_home_page_says_what_is_here(boxed: httpx.Client) -> None:
    figures = check_page(boxed, "/")
    assert ("583", "583") in figures
    seen = page(boxed, "/")
    assert "2013\u20132025; 2016 not loaded" in seen.text
    assert "2010\u201320 to 2024\u201334" in seen.text


@pytest.mark.parametrize("path", PAGES)
def test_a_page_without_a_language_follows_the_header(boxed: httpx.Client, path: str) -> None:
    english = boxed.get(path, headers=BROWSER)
    spanish = boxed.get(path, headers=BROWSER | SPANISH)
    assert english.headers["content-language"] == "en"
    assert spanish.headers["content-language"] == "es"
    assert boxed.get(path, headers=BROWSER).text == english.text  # from the cache, as before
    assert boxed.get(path, headers=BROWSER | SPANISH).text == spanish.text
    assert boxed.get(f"/es{path}".rstrip("/"), headers=BROWSER).text == spanish.text
    chosen = boxed.get(f"/en{path}".rstrip("/"), headers=BROWSER | SPANISH)
    assert chosen.headers["content-language"] == "en"
    for answer in (english, spanish):
        assert "Accept-Language" in answer.headers["vary"]


@pytest.mark.parametrize(
    ("liked", "language"),
    [
        ("es", "es"),
        ("en,es", "en"),
        ("es;q=0.5,en;q=0.4", "es"),
        ("es;q=0.5,en;q=0.5", "en"),
        ("es-419", "es"),
        ("fr", "en"),
        ("es;q=0", "en"),
        ("*", "en"),
    ],
)
def test_the_language_that_is_liked_best_is_chosen(
    boxed: httpx.Client, liked: str, language: str
) -> None:
    answer = boxed.get("/", headers=BROWSER | {"Accept-Language": liked})
    assert answer.headers["content-language"] == language


def test_links_keep_the_language_and_name_the_other(boxed: httpx.Client) -> None:
    for prefix, other in (("", "/es"), ("/en", "/es"), ("/es", "/en")):
        seen = page(boxed, prefix + "/occupations/11-9111")
        assert f"{prefix}/rankings" in seen.links
        assert f"{other}/occupations/11-9111" in seen.links


def test_figures_are_written_as_the_language_does(boxed: httpx.Client) -> None:
    english = page(boxed, "/en/occupations/registered-nurses").figures
    spanish = page(boxed, "/es/occupations/registered-nurses").figures
    assert ("4.9", "+4.9%") in english
    assert ("4.9", "+4.9\u00a0%") in spanish
    assert [value for value, _ in english] == [value for value, _ in spanish]


def test_a_page_is_kept_and_has_a_tag(boxed: httpx.Client) -> None:
    answer = boxed.get("/", headers=BROWSER)
    assert answer.headers["cache-control"].startswith("max-age=300")
    again = boxed.get("/", headers=BROWSER | {"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert boxed.head("/", headers=BROWSER).status_code == 200


def test_a_wrong_address_is_a_page_for_people_and_a_document_for_programs(
    boxed: httpx.Client,
) -> None:
    for accept, kind in ((BROWSER["Accept"], "text/html"), ("*/*", "application/problem+json")):
        answer = boxed.get("/nothing/here", headers={"Accept": accept})
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith(kind)
    answer = boxed.get("/v1/nothing", headers={"Accept": "text/html, */*;q=0.1"})
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/occupations/29-1141", "/occupations/registered-nurses"),
        ("/es/occupations/29-1141", "/es/occupations/registered-nurses"),
        ("/en/occupations/29-1141?area=TX", "/occupations/registered-nurses?area=TX"),
        ("/areas/zip:78701", "/areas/12420"),
        ("/rankings", "/rankings"),
    ],
)
def test_a_page_names_its_one_address(boxed: httpx.Client, path: str, named: str) -> None:
    seen = page(boxed, path)
    (canonical,) = (given["href"] for _, given in seen.tags if given.get("rel") == "canonical")
    assert httpx.URL(canonical).raw_path.decode() == named


def test_pages_work_behind_a_prefix(seeded: Callable[[str], str]) -> None:
    with serving(seeded("sqlite"), public_url="https://example.org/jobs/") as client:
        for path in PAGES:
            seen = page(client, path)
            own = [link for link in seen.links if link.startswith("/")]
            assert own
            assert [link for link in own if not link.startswith("/jobs/")] == []
            canonical = [g["href"] for _, g in seen.tags if g.get("rel") == "canonical"]
            assert canonical == [f"https://example.org/jobs{CANONICAL.get(path, path)}"]


def test_pages_say_what_is_not_loaded(api: httpx.Client) -> None:
    for path in (*PAGES, "/occupations/29-1141", "/occupations/15-1252"):
        answer = api.get(path, headers=BROWSER)
        assert answer.status_code in {200, 404}
        assert answer.headers["content-type"].startswith("text/html")
    check_page(api, "/")
    check_page(api, "/occupations/11-9111")


def test_without_data_a_page_says_so(databases: Databases) -> None:
    with serving(databases.empty(), seed="none") as client:
        for path in PAGES:
            answer = client.get(path, headers=BROWSER)
            assert answer.status_code == 503
            assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/",
            "/occupations/11-9111",
            "/occupations/11-9111?area=TX",
            "/rankings",
        ),
        *("/search?q=nurse", "/compare?codes=11-9111,29-1141", "/areas?q=texas", "/areas/TX"),
        "/sources",
    ],
)
def test_a_list_can_be_taken_whole_as_csv(boxed: httpx.Client, path: str) -> None:
    html = boxed.get(path, headers=BROWSER).text
    blocks = re.findall(r'<div class="api">.*?<details>', html, re.DOTALL)
    assert blocks
    taken = 0
    for block in blocks:
        targets = links_of(block)
        shown = [boxed.get(target).json() for target in targets if "format=csv" not in target]
        lists = [
            one["total"]
            for one, target in zip(shown, targets, strict=False)
            if "next_cursor" in one and "cursor=" not in target
        ]
        csvs = [boxed.get(target) for target in targets if "format=csv" in target]
        assert [one.headers["content-type"].partition(";")[0] for one in csvs] == [
            "text/csv" for _ in lists
        ]
        assert [len(list(csv.DictReader(io.StringIO(one.text)))) for one in csvs] == lists
        taken += len(csvs)
    assert taken or path.startswith("/compare")
