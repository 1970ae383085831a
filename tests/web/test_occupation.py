"""The page of one occupation, on the box."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.web.figures import BROWSER, check_page, page, read

NURSES = "/occupations/registered-nurses"
OTHERS = (
    "27-2011",  # paid by the hour
    "55-3016",  # not covered
    "15-1132",  # a code of before
    "29-1141.01",  # an O*NET code, with the figures of another
    "00-0000",
    "29-0000",
    "15-1252?area=TX",
    "29-1125?area=12420",  # withheld
    "15-1252?period=2020-05",
    "29-1151?period=2021-05",  # top-coded
    "51-8011",  # fewer jobs
    "registered-nurses?area=Travis+County",
)


def test_its_figures_are_those_of_the_answers_that_it_links(boxed: httpx.Client) -> None:
    figures = check_page(boxed, NURSES)
    assert len(figures) > 250
    assert ("97550", "$97,550") in figures
    assert ("46.9", "$46.90") in figures
    assert ("4.9", "+4.9%") in figures


@pytest.mark.parametrize("address", OTHERS)
def test_whatever_is_missing_says_why(boxed: httpx.Client, address: str) -> None:
    check_page(boxed, f"/occupations/{address}")


def test_a_top_coded_figure_says_at_least(boxed: httpx.Client) -> None:
    seen = page(boxed, "/occupations/29-1151?period=2021-05")
    assert ("208000", "at least $208,000") in seen.figures


def test_the_choice_of_an_area_stands_in_the_address(boxed: httpx.Client) -> None:
    seen = page(boxed, NURSES + "?area=texas")
    wages = boxed.get("/v1/occupations/29-1141/wages?area=TX").json()["items"][0]
    figures = dict(seen.figures)
    assert figures[str(wages["annual_median"])] == f"${wages['annual_median']:,}"
    assert "Registered Nurses, Texas" in seen.text
    fields = [given for tag, given in seen.tags if given.get("name") == "area"]
    assert fields[0]["value"] == "Texas"
    assert any("area=TX" in link and link.startswith("/v1") for link in seen.links)


def test_a_name_that_several_areas_have_names_the_others(boxed: httpx.Client) -> None:
    seen = page(boxed, NURSES + "?area=springfield")
    assert "Shown is Springfield, MO" in seen.text
    assert any(link.endswith("area=44140") for link in seen.links)


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("registerd-nurse", 404, "Registered Nurses"),
        ("29-1142", 404, "There is no occupation “29-1142”"),
        ("registered-nurses?area=nowhere-at-all", 400, "no area is called so"),
        ("registered-nurses?period=1999-05", 400, "period"),
        ("isco:2221", 300, "Nurse"),
        ("x" * 201, 400, "slug"),
        ("%3Cscript%3Ealert(1)%3C%2Fscript%3E", 404, "alert(1)"),
    ],
)
def test_what_is_wrong_is_a_page_that_says_so(
    boxed: httpx.Client, address: str, status: int, said: str
) -> None:
    answer = boxed.get(f"/occupations/{address}", headers=BROWSER)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-store"
    seen = read(answer.text)
    assert said in seen.text
    assert seen.inline == []
    assert "<script>alert" not in answer.text


def test_html_in_a_parameter_is_text(boxed: httpx.Client) -> None:
    nasty = "\"><img src=x onerror=alert(1)>'{{7*7}}"
    for name in ("area", "period"):
        answer = boxed.get(NURSES, params={name: nasty}, headers=BROWSER)
        assert answer.status_code == 400
        assert "<img" not in answer.text
        assert "49" not in re.sub(r"\d{3,}", "", answer.text.split("<main")[1].split("<pre")[0])


def test_parameters_of_others_change_nothing(boxed: httpx.Client) -> None:
    plain = boxed.get(NURSES, headers=BROWSER)
    marked = boxed.get(NURSES + "?utm_source=x&area=&area=", headers=BROWSER)
    assert marked.headers["etag"] == plain.headers["etag"]
    assert boxed.get(NURSES + "?area=TX&area=CA", headers=BROWSER).status_code == 200


def test_a_picture_has_title_source_and_period_in_it(boxed: httpx.Client) -> None:
    answer = boxed.get(NURSES + "/pay.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    for said in ("Registered Nurses: $97,550 a year", "May 2013 to May 2025", "Source: U.S. Bur"):
        assert said in answer.text
    assert "style" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_only_a_frame_may_be_framed(boxed: httpx.Client) -> None:
    frame = boxed.get("/embed/occupations/registered-nurses/pay?area=US", headers=BROWSER)
    assert "frame-ancestors *" in frame.headers["content-security-policy"]
    assert "frame-ancestors 'none'" not in frame.headers["content-security-policy"]
    whole = boxed.get(NURSES, headers=BROWSER)
    assert "frame-ancestors 'none'" in whole.headers["content-security-policy"]
    assert "/embed/occupations/registered-nurses/pay" in whole.text


def test_what_has_one_year_has_no_picture(boxed: httpx.Client) -> None:
    for path in (NURSES + "/pay.svg?area=TX", "/embed/occupations/55-3016/pay"):
        answer = boxed.get(path, headers=BROWSER)
        assert answer.status_code == 404
        assert "nothing to draw" in answer.text
