"""Pages over the box: lists of several pages."""

from __future__ import annotations

import httpx

from tests.web.reading import links_of, main_of
from tests.web.test_robots import sitemap


def test_the_sitemap_has_all_of_a_list_of_several_pages(boxed: httpx.Client) -> None:
    total = boxed.get("/v1/occupations?level=all&limit=1").json()["total"]
    addresses = sitemap(boxed)
    assert len([one for one in addresses if "/occupations/" in one]) == 2 * total > 1000
    assert len(addresses) < 50_000


def test_a_search_goes_on_with_the_next_page(boxed: httpx.Client) -> None:
    answer = boxed.get("/v1/search?q=manager+in+texas").json()
    page = main_of(boxed.get("/search?q=manager+in+texas"))
    (more,) = [link for link in links_of(page) if "cursor=" in link]
    rest = main_of(boxed.get(more))
    assert page.count("<tr>") - 1 == len(answer["items"])
    assert rest.count("<tr>") - 1 == len(boxed.get(answer["next"]).json()["items"]) > 0
    assert "The figures are those of Texas" in page


def test_a_code_of_others_leads_on(boxed: httpx.Client) -> None:
    for code, slug in (("soc2010:15-1132", "software-developers"), ("isco:2221", "isco:2221")):
        answer = boxed.get("/search", params={"q": code})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/occupations/{slug}")


def test_a_place_that_may_be_several_is_chosen(boxed: httpx.Client) -> None:
    page = main_of(boxed.get("/search?q=nurses+in+portland"))
    for area in ("38900", "38860"):
        assert f"/search?q=nurses+in+portland&area={area}" in links_of(page)
