"""The page of a search."""

from __future__ import annotations

import httpx
import pytest

from tests.web.figures import numbers
from tests.web.reading import links_of, main_of, published, words_of


def test_without_a_query_it_is_the_empty_form(seeded_sqlite: httpx.Client) -> None:
    for address in ("/search", "/search?q=", "/search?q=%20"):
        page = seeded_sqlite.get(address)
        assert page.status_code == 200
        assert '<form class="find big"' in main_of(page)
        assert "<table" not in page.text


def test_hits_have_pay_growth_and_what_matched(seeded_sqlite: httpx.Client) -> None:
    page = main_of(seeded_sqlite.get("/search?q=nurse+manager"))
    answer = seeded_sqlite.get("/v1/search?q=nurse+manager").json()
    first = answer["items"][0]
    assert f'href="/occupations/{first["slug"]}"' in page
    assert f'<data value="{first["annual_median"]}">' in page
    assert f'<data value="{first["percent_change"]}">' in page
    assert "<b>" in page
    assert published(page) <= numbers(answer)
    assert "/v1/search?q=nurse+manager" in links_of(page)


def test_a_missing_figure_says_why(seeded_sqlite: httpx.Client) -> None:
    answer = seeded_sqlite.get("/v1/search?q=11-9000").json()["items"][0]
    assert answer["annual_median"] is None
    page = main_of(seeded_sqlite.get("/search?q=other+management+occupations"))
    assert 'class="mark"' in page


@pytest.mark.parametrize(
    "code", ["11-9111", "119111", "11-9111.00", "soc2018:11-9111", "SOC2018:11-9111", " 11-9111 "]
)
def test_a_code_leads_on_to_its_page(seeded_sqlite: httpx.Client, code: str) -> None:
    slug = "/occupations/medical-and-health-services-managers"
    for prefix in ("", "/es"):
        answer = seeded_sqlite.get(f"{prefix}/search", params={"q": code})
        assert (answer.status_code, answer.headers["location"]) == (303, prefix + slug)


@pytest.mark.parametrize("q", ["99-9999", "nowhere:11-9111", "pay of 11-9111", "11-9111 nurses"])
def test_what_is_no_code_is_searched_for(seeded_sqlite: httpx.Client, q: str) -> None:
    assert seeded_sqlite.get("/search", params={"q": q}).status_code == 200


def test_a_code_that_is_not_loaded_has_a_page_that_says_so(seeded_sqlite: httpx.Client) -> None:
    answer = seeded_sqlite.get("/search?q=isco:2221", follow_redirects=True)
    assert answer.status_code == 404
    assert "occupations import" in answer.text


def test_what_was_understood_is_said(seeded_sqlite: httpx.Client) -> None:
    page = words_of(main_of(seeded_sqlite.get("/search?q=wages+of+nurses")))
    assert "Searched for “nurses”" in page
    assert "Not searched for: “wages of”" in page


def test_where_nothing_is_found_it_suggests(seeded_sqlite: httpx.Client) -> None:
    answer = seeded_sqlite.get("/v1/search?q=zzqx").json()
    assert answer["total"] == 0
    page = main_of(seeded_sqlite.get("/search?q=zzqx"))
    assert "Nothing is found" in page
    assert "/rankings?sort=title" in links_of(page)


def test_filters_keep_the_query(seeded_sqlite: httpx.Client) -> None:
    page = main_of(seeded_sqlite.get("/search?q=health"))
    narrowed = [link for link in links_of(page) if "group=11" in link]
    assert narrowed == ["/search?q=health&group=11"]
    some = main_of(seeded_sqlite.get(narrowed[0]))
    answer = seeded_sqlite.get("/v1/search?q=health&group=11").json()
    assert some.count("<tr>") == 1 + len(answer["items"])


def test_a_query_is_text_and_no_markup(seeded_sqlite: httpx.Client) -> None:
    page = seeded_sqlite.get("/search", params={"q": "<script>alert(1)</script>"})
    assert page.status_code == 200
    assert "<script>alert" not in page.text


def test_a_query_may_have_200_characters(seeded_sqlite: httpx.Client) -> None:
    assert seeded_sqlite.get("/search", params={"q": "a" * 200}).status_code == 200
    page = seeded_sqlite.get("/search", params={"q": "a" * 201})
    assert page.status_code == 400
    assert "200 characters" in main_of(page)
    assert seeded_sqlite.get("/search", params={"q": "a" * 10_000}).status_code == 414


def test_a_wrong_filter_is_refused_in_a_page(seeded_sqlite: httpx.Client) -> None:
    page = seeded_sqlite.get("/search?q=nurse&area=nowhere")
    assert page.status_code == 400
    assert "nowhere" in main_of(page)
