"""A browser that runs no script has the same pages, and every form works."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.addresses import ADDRESSES, TITLES, Address
from tests.browser.opening import Visit

FIGURES = "all => all.map(one => [one.value, one.textContent])"


@pytest.mark.parametrize(
    "address",
    [address for address in ADDRESSES if not address.drawn_by_script],
    ids=lambda address: address.name,
)
def test_a_page_is_complete(visit: Visit, plain: Visit, address: Address) -> None:
    for one in (visit, plain):
        one.open(address)
        assert one.status == address.status
    assert plain.said == []
    figures, same = (one.page.locator("data").evaluate_all(FIGURES) for one in (visit, plain))
    assert figures == same
    words, same = ("".join(one.page.locator("body").inner_text().split()) for one in (visit, plain))
    assert words == same
    assert words


def test_a_search_is_sent(plain: Visit) -> None:
    plain.open(Address("/"))
    field = plain.page.locator("form[role=search] [name=q]")
    field.fill("lunch lady")
    with plain.page.expect_navigation() as there:
        field.press("Enter")
    assert there.value.ok
    assert plain.page.url.endswith("/search?q=lunch+lady")
    expect(plain.page.locator("main a[href^='/occupations/']").first).to_be_visible()


@pytest.mark.parametrize(
    ("area", "period", "asked"),
    [
        ("Texas", "2025-05", {"area": "TX"}),
        ("U.S.", "2023-05", {"period": "2023-05"}),
    ],
    ids=["area", "year"],
)
def test_an_area_and_a_year_are_chosen(
    plain: Visit, boxed: httpx.Client, area: str, period: str, asked: dict[str, str]
) -> None:
    plain.open(Address("/occupations/registered-nurses"))
    form = plain.page.locator("form.choose").first
    form.locator("[name=area]").fill(area)
    form.locator("[name=period]").select_option(period)
    with plain.page.expect_navigation() as there:
        form.get_by_role("button").click()
    assert there.value.ok
    chosen = dict(parse_qsl(urlsplit(plain.page.url).query))
    assert (chosen["area"], chosen["period"]) == (area, period)
    (wages,) = boxed.get("/v1/occupations/29-1141/wages", params=asked).json()["items"]
    median = plain.page.locator("main dl data").first
    expect(median).to_have_attribute("value", str(wages["annual_median"]))


def test_a_ranking_is_filtered(plain: Visit) -> None:
    plain.open(Address("/rankings"))
    form = plain.page.locator("form.choose").first
    form.locator("[name=group]").select_option("29")
    form.locator("[name=wage_min]").fill("200000")
    with plain.page.expect_navigation() as there:
        form.get_by_role("button").click()
    assert there.value.ok
    found = plain.page.locator("main tbody th a[href^='/occupations/']")
    assert 0 < found.count() < 25
    assert "Registered Nurses" not in found.all_inner_texts()
    expect(form.locator("[name=wage_min]")).to_have_value("200000")


def test_titles_are_matched(plain: Visit) -> None:
    plain.open(Address("/match", titles=TITLES))
    assert plain.status == 200
    expect(plain.page.locator("textarea")).to_have_value(TITLES)
    said = plain.page.locator("main").inner_text()
    assert "Registered Nurses" in said


def test_a_file_of_titles_is_matched(plain: Visit, tmp_path: Path) -> None:
    plain.open(Address("/match"))
    titles = tmp_path / "titles.csv"
    titles.write_text("title\nRN\n")
    plain.page.set_input_files("input[type=file]", titles)
    with plain.page.expect_navigation() as there:
        plain.page.click("form:has(textarea) button")
    assert there.value.ok
    assert "Registered Nurses" in plain.page.locator("main").inner_text()
