"""The page of rankings."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import httpx
import pytest

from tests.conftest import Databases
from tests.servers import serving
from tests.web.figures import MARKUP, check_figures, check_harmless


def listed(boxed: httpx.Client, **query: Any) -> Any:
    """Return an answer of the API."""
    return boxed.get("/v1/occupations", params=query).json()


def names(html: str) -> list[str]:
    """Return the names in the table, with their ranks."""
    rows = re.findall(r'<th scope="row"><span class="n">(\d+)</span> <a [^>]*>([^<]+)</a>', html)
    return [f"{rank} {unescape(name)}" for rank, name in rows]


def link(html: str, words: str) -> str:
    """Return where a link of the page leads."""
    found = re.search(rf'href="([^"]+)"[^>]*>{words}</a>', html)
    assert found, words
    return unescape(found[1])


@pytest.mark.parametrize(
    "query",
    [
        "",
        "education=none&education=high_school&wage_min=$60,000&growth_min=0&openings_min=1000",
        "area=austin",
        "area=TX&sort=-growth",
        "area=GU&sort=growth&floor=0",
        "level=major&sort=employment",
        "group=29-1&sort=-openings&employment_min=1000",
        "q=nurse&wage_max=80000&growth_max=20&sort=title",
        "q=no+such+words&wage_min=900000&education=none",
    ],
)
def test_every_figure_is_one_of_the_answers(boxed: httpx.Client, query: str) -> None:
    page = boxed.get(f"/rankings?{query}")
    assert page.status_code == 200
    assert check_figures(boxed, page.text) > 1


def test_the_list_is_that_of_the_api(boxed: httpx.Client) -> None:
    page = boxed.get("/rankings").text
    answer = listed(boxed, sort="-wage", limit=25)
    assert names(page) == [f"{n} {row['title']}" for n, row in enumerate(answer["items"], 1)]
    assert f'1 to 25 of <data value="{answer["total"]}">' in page
    assert page.count('<circle class="pt"') == 200
    assert "Drawn are the first" in page


def test_pages_go_forth_and_back(boxed: httpx.Client) -> None:
    first = boxed.get("/rankings?group=29&sort=title").text
    every = listed(boxed, group="29", sort="title", limit=200)["items"]
    assert 'rel="prev"' not in first
    pages = [first]
    while 'rel="next"' in pages[-1]:
        pages.append(boxed.get(link(pages[-1], "Next page")).text)
    found = [name for page in pages for name in names(page)]
    assert found == [f"{n} {row['title']}" for n, row in enumerate(every, 1)]
    assert len(pages) > 2
    back = link(pages[2], "Previous page")
    assert names(boxed.get(back).text) == names(pages[1])
    assert link(pages[1], "Previous page") == "/rankings?sort=title&group=29"


def test_columns_sort_on_the_server(boxed: httpx.Client) -> None:
    page = boxed.get("/rankings?group=15").text
    assert page.count("aria-sort") == 1
    assert re.search(r'aria-sort="descending"><a href="[^"]*sort=wage[^"]*">Median pay<', page)
    up = boxed.get(link(page, "Median pay")).text
    assert re.search(r'aria-sort="ascending"><a href="[^"]*sort=-wage[^"]*">Median pay<', up)
    growth = link(page, "Growth")
    assert growth == "/rankings?sort=-growth&group=15"
    answer = listed(boxed, group="15", sort="-growth", limit=1)["items"]
    assert names(boxed.get(growth).text)[0] == f"1 {answer[0]['title']}"
    assert link(page, "Occupation") == "/rankings?sort=title&group=15"


def test_the_form_keeps_what_was_chosen(boxed: httpx.Client) -> None:
    query = "sort=-growth&group=29-1&area=Texas&level=detailed&wage_min=%2450%2C000&floor=10"
    query += "&education=bachelor&education=master&q=nurs&growth_min=%E2%88%925.5"
    for prefix in ("", "/es"):
        page = boxed.get(f"{prefix}/rankings?{query}").text
        form = page[page.index('<form class="choose"') : page.index("</form>", page.index("<main"))]
        chosen = re.findall(r'<option value="([^"]*)" selected', form)
        assert chosen == ["-growth", "29-1", "detailed"]
        assert re.findall(r'value="(\w+)" checked', form) == ["bachelor", "master"]
        fields = dict(
            re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]+)"[^>]*>(?!\s*<span)', form)
        )
        for name, value in {"wage_min": "50000", "growth_min": "-5.5", "floor": "10"}.items():
            assert fields[name] == value
        assert (fields["area"], fields["q"]) == ("Texas", "nurs")


@pytest.mark.parametrize(("floor", "left_out"), [("500", True), ("0", False)])
def test_what_a_floor_leaves_out_is_said(boxed: httpx.Client, floor: str, left_out: bool) -> None:
    page = boxed.get(f"/rankings?area=12420&floor={floor}").text
    answer = listed(boxed, area="12420", floor=floor, sort="-wage")
    assert ("left out." in page) is left_out
    if left_out:
        code = answer["left_out"]["first_without"]
        (first,) = listed(boxed, codes=code)["items"]
        assert f">{first['title']}</a> would be the first" in page
        assert f'<data value="{answer["left_out"]["count"]}">' in page
        assert "floor=0" in link(page, "Show all")


def test_the_first_stays_the_first(boxed: httpx.Client) -> None:
    assert listed(boxed, sort="-wage")["left_out"]["first_without"] is None
    assert "The first of the list would be the same." in boxed.get("/rankings").text


@pytest.mark.parametrize(
    ("area", "said"),
    [
        ("12420", "those of the nation (US), 2024\u201334."),
        ("TX", "Texas; growth and openings are its own, 2020\u201330."),
    ],
)
def test_it_says_whose_growth_it_is(boxed: httpx.Client, area: str, said: str) -> None:
    page = boxed.get(f"/rankings?area={area}").text
    assert said in page


def test_notices_stand_on_the_page(boxed: httpx.Client) -> None:
    notices = listed(boxed, area="12420", sort="-wage")["notices"]
    page = boxed.get("/rankings?area=12420").text
    assert len(notices) == 2
    assert [f"<p>{text}</p>" in page for text in notices] == [
        "floor=0" not in text
        for text in notices  # that stands in a note of its own
    ]


def test_an_empty_list_offers_fewer_filters(boxed: httpx.Client) -> None:
    page = boxed.get("/rankings?education=none&wage_min=500000&area=TX").text
    assert "No occupation passes all of these filters." in page
    fewer: dict[str, dict[str, Any]] = {
        "Without “Pay at least: \\$500,000”": {"education": "none", "area": "TX"},
        "Without “No formal educational credential”": {"wage_min": 500_000, "area": "TX"},
        "Without “Texas”": {"education": "none", "wage_min": 500_000},
    }
    for words, query in fewer.items():
        total = listed(boxed, sort="-wage", **query)["total"]
        assert f'<data value="{total}">' in page
        again = boxed.get(link(page, words)).text
        assert f'<p class="lead"><data value="{total}">' in again


def test_other_meanings_of_a_name_are_offered(boxed: httpx.Client) -> None:
    page = boxed.get("/rankings?area=springfield&sort=title").text
    assert "Shown is Springfield, MO." in page
    assert link(page, "Springfield, MA") == "/rankings?sort=title&area=44140"


PARAMETERS = (
    *("q", "sort", "group", "level", "area", "wage_min", "wage_max", "growth_min", "growth_max"),
    *("openings_min", "employment_min", "floor", "education", "cursor"),
)


@pytest.mark.parametrize("name", PARAMETERS)
@pytest.mark.parametrize("value", [MARKUP, "x" * 5000, " ", ","])
def test_bad_input_is_refused(boxed: httpx.Client, name: str, value: str) -> None:
    page = boxed.get("/rankings", params={name: value})
    fits = (name, value) in {("area", " "), ("cursor", ","), ("q", MARKUP), ("q", ",")}
    assert page.status_code == (200 if fits else 400)
    assert page.headers["content-type"].startswith("text/html")
    check_harmless(page.text)
    if not fits:
        assert name in page.text


def test_without_occupations_the_page_says_so(databases: Databases) -> None:
    for seed in ("none", "article"):
        with serving(databases.migrated(), seed=seed) as client:
            answer = client.get("/v1/occupations")
            page = client.get("/rankings", headers={"accept": "text/html"})
            assert page.status_code == answer.status_code
            assert "<main" in page.text


@pytest.mark.parametrize("query", ["group=41&floor=0", "group=45&floor=0", "group=27&sort=code"])
def test_the_scatter_counts_what_it_draws(boxed: httpx.Client, query: str) -> None:
    rows = boxed.get(f"/v1/occupations?limit=200&{query}").json()["items"]
    figures = ("annual_median", "percent_change", "employment")
    drawn = [row for row in rows if all(row[name] is not None for name in figures)]
    growing = sum(row["percent_change"] > 0 for row in drawn)
    page = boxed.get(f"/rankings?{query}").text
    assert page.count('<circle class="pt"') == len(drawn)
    assert (
        f'value="{growing}">{growing}</data> of <data class="computed" value="{len(drawn)}"' in page
    )
    assert ("an occupation is not drawn" in page) is (len(drawn) < len(rows))


def test_growth_of_nothing_is_no_growth(boxed: httpx.Client) -> None:
    rows = boxed.get("/v1/occupations?level=all&limit=200&group=51&sort=-wage").json()["items"]
    figures = ("percent_change", "annual_median", "employment")
    growths = [row["percent_change"] for row in rows if None not in (row[f] for f in figures)]
    assert 0 in growths
    page = boxed.get("/rankings?level=all&group=51").text
    growing = sum(growth > 0 for growth in growths)
    assert f'value="{growing}">{growing}</data> of <data class="computed"' in page


def test_who_filters_by_growth_is_not_told_how_many_grow(boxed: httpx.Client) -> None:
    assert "expected to grow" in boxed.get("/rankings?group=29-1").text
    for query in ("group=29-1&growth_min=0", "group=29-1&growth_max=50", "sort=-growth"):
        assert "expected to grow" not in boxed.get(f"/rankings?{query}").text


def test_a_floor_that_leaves_nothing_out_is_not_explained(boxed: httpx.Client) -> None:
    assert listed(boxed, level="major", sort="-wage", group="29")["left_out"]["count"] == 0
    assert "left out." not in boxed.get("/rankings?level=major&group=29").text
