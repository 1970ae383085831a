"""The page of one area, and the list of areas."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import httpx
import pytest

from tests.web.figures import BROWSER, MARKUP, check_harmless, check_page, page

AUSTIN = "Austin-Round Rock-San Marcos, TX"


def profile(boxed: httpx.Client, code: str = "12420") -> Any:
    return boxed.get(f"/v1/areas/{code}").json()


def section(html: str, ident: str) -> str:
    """Return a section of a page, without its requests."""
    found = re.search(rf'<section aria-labelledby="{ident}">.*?</section>', html, re.DOTALL)
    assert found, ident
    return unescape(found[0])


@pytest.mark.parametrize("code", ["12420", "US", "TX", "GU", "25540", "78100", "0100001"])
def test_every_figure_is_one_of_the_answers(boxed: httpx.Client, code: str) -> None:
    for prefix in ("", "/es"):
        figures = check_page(boxed, f"{prefix}/areas/{code}")
        assert (len(figures) > 40) is bool(profile(boxed, code)["wage_period"])


def test_the_lists_are_those_of_the_api(boxed: httpx.Client) -> None:
    html = boxed.get("/areas/12420").text
    its = profile(boxed)
    for ident, rows in {
        "pays": its["best_paid"],
        "frequent": its["most_concentrated"],
        "most": its["largest"],
        "differs": [one for one in its["special"] if one["kind"].startswith("paid_")],
    }.items():
        shown = re.findall(r'<th scope="row"><a href="([^"]+)">([^<]+)</a>', section(html, ident))
        assert shown == [
            (f"/occupations/{row['code']}?area=12420", row["title"]) for row in rows
        ], ident
    assert f"<h1>{AUSTIN}</h1>" in html
    assert 'href="/rankings?area=12420"' in html
    assert re.findall(r'href="/areas/(\w+)"', section(html, "places")) == [
        one["code"] for one in its["neighbours"]
    ]
    for county in its["counties"]:
        assert f"<li>{county['name']}, {county['state']}</li>" in html
    assert '<nav class="crumbs"' in html
    assert '<a href="/areas/TX">Texas</a>' in html


@pytest.mark.parametrize("code", ["12420", "TX", "PR"])
def test_the_lead_says_how_it_differs_from_the_nation(boxed: httpx.Client, code: str) -> None:
    (fact,) = (one for one in profile(boxed, code)["special"] if one["kind"] == "median")
    share = round(100 * fact["ratio"] - 100, 1)
    seen = page(boxed, f"/areas/{code}")
    word = "more" if fact["value"] > fact["nation"] else "less"
    assert f"earn more than ${fact['value']:,} a year, {abs(share)}% {word} than in" in seen.text
    assert ("data", {"class": "computed", "value": str(share)}) in seen.tags


def test_groups_stand_beside_the_nation(boxed: httpx.Client) -> None:
    query = "/v1/occupations?level=major&limit=200&floor=0"
    nation = {row["code"]: row["annual_median"] for row in boxed.get(query).json()["items"]}
    for code in ("19100", "GU"):
        rows = boxed.get(f"{query}&area={code}").json()["items"]
        both = [(row["annual_median"], nation[row["code"]]) for row in rows]
        drawn = [one for one in both if None not in one]
        html = section(boxed.get(f"/areas/{code}").text, "groups")
        assert html.count('class="dot me"') == len(drawn)
        more = sum(here > there for here, there in drawn)
        assert (
            f'value="{more}">{more}</data> of <data class="computed" value="{len(drawn)}"' in html
        )


def test_the_nation_is_not_compared_with_itself(boxed: httpx.Client) -> None:
    html = boxed.get("/areas/US").text
    for ident in ("groups", "frequent", "differs"):
        assert f'aria-labelledby="{ident}"' not in html
    assert "than in the nation" not in html
    assert len(re.findall(r'href="/areas/[A-Z]{2}"', section(html, "places"))) == 54


@pytest.mark.parametrize("given", ["zip:78701", "county:48453", "12420"])
def test_what_lies_in_it_leads_to_it(boxed: httpx.Client, given: str) -> None:
    answer = boxed.get(f"/areas/{given}")
    assert answer.status_code == 200
    assert f"<h1>{AUSTIN}</h1>" in answer.text
    assert (f"{given} lies in {AUSTIN}." in answer.text) is (":" in given)


def test_history_says_what_it_was(boxed: httpx.Client) -> None:
    html = section(boxed.get("/areas/12420").text, "history")
    assert '<th scope="row">Austin-Round Rock, TX</th><td>May 2019</td><td>May 2023</td>' in html
    assert "<td>in force</td><td>renamed</td>" in html
    assert 'aria-labelledby="history"' not in boxed.get("/areas/TX").text


def test_an_area_that_is_gone_leads_on(boxed: httpx.Client) -> None:
    its = profile(boxed, "78100")
    html = boxed.get("/areas/78100").text
    assert "its last period is May 2023" in html
    assert "not loaded" in html
    assert "occupations import" in html
    shown = re.findall(r'<li><a href="/areas/(\w+)">', section(html, "history"))
    assert shown == [one["code"] for one in its["successors"]]
    assert 'href="/rankings?' not in html


@pytest.mark.parametrize(
    ("given", "status", "meant"),
    [
        ("springfield", 300, ["44180", "44140", "21660", "44100", "44220"]),
        ("austin", 404, ["12420"]),
        ("kalamazo", 404, ["28020"]),
        ("county:99999", 404, []),
        ("99999", 404, None),
    ],
)
def test_what_is_no_code_is_the_answer_of_the_api(
    boxed: httpx.Client, given: str, status: int, meant: list[str] | None
) -> None:
    answer = boxed.get(f"/areas/{given}", headers=BROWSER)
    assert answer.status_code == status == boxed.get(f"/v1/areas/{given}").status_code
    shown = re.findall(r'<li><a href="/areas/(\w+)">', answer.text)
    assert meant is None or shown == meant


@pytest.mark.parametrize("value", [MARKUP.replace("/", ""), "x" * 201, "%20", "..%2f", "zip:"])
def test_bad_codes_are_refused(boxed: httpx.Client, value: str) -> None:
    answer = boxed.get(f"/areas/{value}", headers=BROWSER)
    assert answer.status_code in {400, 404}
    assert answer.headers["content-type"].startswith("text/html")
    check_harmless(answer.text)


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("austin", ["12420"]),
        ("78701", ["12420"]),
        ("travis county", ["12420"]),
        ("kalamazo", ["28020"]),
        ("qqqqqq", []),
        (MARKUP, []),
    ],
)
def test_areas_are_found(boxed: httpx.Client, q: str, found: list[str]) -> None:
    answer = boxed.get("/areas", params={"q": q})
    assert answer.status_code == 200
    check_harmless(answer.text)
    shown = re.findall(r'href="/areas/(\w+)"', section(answer.text, "found"))
    assert shown == found
    assert f'value="{q}"' in unescape(answer.text)


def test_all_states_are_listed(boxed: httpx.Client) -> None:
    for address in ("/areas", "/areas?q=", "/areas?q=%20"):
        answer = boxed.get(address)
        states = boxed.get("/v1/areas?parent=US&limit=200").json()["items"]
        shown = re.findall(r'href="/areas/(\w\w)"', answer.text)
        assert shown == ["US", *(one["code"] for one in states)]
        assert 'aria-labelledby="found"' not in answer.text
    assert boxed.get("/areas", params={"q": "x" * 101}).status_code == 400


def test_with_the_article_alone_there_are_pages(seeded_sqlite: httpx.Client) -> None:
    check_page(seeded_sqlite, "/areas")
    check_page(seeded_sqlite, "/areas/US")
    assert seeded_sqlite.get("/areas/TX").status_code == 404
