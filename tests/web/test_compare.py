"""The page that compares."""

from __future__ import annotations

import re
from html import escape, unescape

import httpx
import pytest

from app.web.compare import PROJECTED
from tests.web.figures import MARKUP, check_figures, check_harmless

NURSES = "codes=29-1141&codes=Nurse+Anesthetists&codes=Nurse+Midwives"
AUSTIN = "Austin-Round Rock-San Marcos, TX"


def fields(html: str, name: str) -> list[str]:
    """Return the texts in the form's fields of a name."""
    found = re.findall(rf'<input[^>]* name="{name}"[^>]* value="([^"]*)"', html)
    return [unescape(text) for text in found]


@pytest.mark.parametrize(
    "query",
    [
        "",
        f"{NURSES}&areas=12420&areas=US",
        "codes=31-1121,29-1141,55-3016&areas=TX",
        "codes=registered-nurses&areas=US,TX,GU",
        "codes=27-2011,29-1242",
    ],
)
def test_every_figure_is_one_of_the_answers(boxed: httpx.Client, query: str) -> None:
    for prefix in ("", "/es"):
        page = boxed.get(f"{prefix}/compare?{query}")
        assert page.status_code == 200
        assert (check_figures(boxed, page.text) > 10) is bool(query)


def test_all_pairs_stand_side_by_side(boxed: httpx.Client) -> None:
    page = boxed.get(f"/compare?{NURSES}&areas={AUSTIN}&areas=US").text
    target = "/v1/compare?codes=29-1141,29-1151,29-1161&areas=12420,US"
    assert f'href="{escape(target)}"' in page
    answer = boxed.get(target).json()
    assert len(answer["columns"]) == 6
    chart = page[page.index("<figure>") : page.index("</figure>")]
    assert re.findall(r'class="label[^"]*"', chart)
    assert chart.count("not published") == 1
    table = page[page.index('<table class="pin">') : page.index("</table>")]
    assert table.count("<tr>") == 2 + len(answer["figures"]) + 2
    for figure in answer["figures"]:
        projected = figure["figure"] in PROJECTED
        for value in figure["values"]:
            if value["value"] is not None:
                assert f'<data value="{value["value"]}">' in table
        for value in figure["values"][1:]:
            if value["ratio"] is not None and not projected:
                assert f'<data value="{value["ratio"]}">' in table
    # Projections are of the nation: in Austin's three columns they are not shown again.
    assert table.count("nation only") == 3 * len(PROJECTED)
    assert "the nation, 2024\u201334" in table
    assert all(f"<p>{text}</p>" in page for text in answer["notices"])


def test_percentiles_that_coincide_are_said(boxed: httpx.Client) -> None:
    page = unescape(boxed.get("/compare?codes=29-1141,29-1151&areas=12420,US").text)
    (said,) = re.findall(r"one wage interval of the survey:([^<]+)<", page)
    label = f"Nurse Anesthetists, {AUSTIN}"
    assert f"{label}: 10th percentile = 25th percentile" in said
    assert f"{label}: 75th percentile = 90th percentile" in said
    assert said.count("=") == 2
    assert "one wage interval" not in boxed.get("/compare?codes=29-1141,15-1252").text


def test_the_highest_median_leads(boxed: httpx.Client) -> None:
    lead = re.compile(r'<p class="lead">(.*?)</p>')
    for codes in ("29-1141,29-1151", "29-1141,31-1120,29-1151"):
        (found,) = lead.findall(boxed.get(f"/compare?codes={codes}").text)
        assert found.startswith("Nurse Anesthetists: a median of ")
    (found,) = lead.findall(boxed.get("/compare?codes=29-1151,29-1141").text)
    assert "times" not in found


def test_the_form_keeps_what_was_chosen(boxed: httpx.Client) -> None:
    page = boxed.get(
        "/compare",
        params={"codes": ["RN", "physicians, all other", "15-1252"], "areas": ["austin", "TX"]},
    ).text
    titles = ["Registered Nurses", "Physicians, All Other", "15-1252", ""]
    assert fields(page, "codes") == titles
    assert fields(page, "areas") == [AUSTIN, "Texas", ""]
    assert "“RN” is taken for Registered Nurses." in page
    assert page.count("is taken for") == 1
    again = boxed.get("/compare", params={"codes": titles, "areas": fields(page, "areas")}).text
    assert fields(again, "codes") == titles
    assert "is taken for" not in again


def test_a_name_of_two_occupations_leads_back_to_the_same(boxed: httpx.Client) -> None:
    page = boxed.get("/compare?codes=chief-executives-broad,chief-executives").text
    assert fields(page, "codes") == ["11-1010", "Chief Executives", ""]


def test_without_codes_it_is_the_form_with_an_example(boxed: httpx.Client) -> None:
    page = boxed.get("/compare").text
    assert (fields(page, "codes"), fields(page, "areas")) == ([""] * 3, [""] * 2)
    (example,) = re.findall(r'href="(/compare\?codes=[^"]+)"', page)
    assert "<table" in boxed.get(unescape(example)).text


def test_one_alone_asks_for_another(boxed: httpx.Client) -> None:
    for query in ("codes=registered-nurses", "codes=registered-nurses,29-1141", "areas=TX,US"):
        page = boxed.get(f"/compare?{query}")
        assert page.status_code == 200
        assert "<table" not in page.text
        assert ("nothing to compare" in page.text) is query.startswith("codes")


def test_what_no_occupation_is_called_is_said_by_name(boxed: httpx.Client) -> None:
    page = boxed.get("/compare", params={"codes": ["RN", "qqq & zzz"]})
    assert page.status_code == 400
    assert "<b>qqq &amp; zzz</b>" in page.text
    assert fields(page.text, "codes") == ["Registered Nurses", "qqq & zzz", ""]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("codes=99-9999,29-1141", "99-9999"),
        ("codes=isco:2221,29-1141", "29-1171"),
        ("codes=29-1141,29-1151&areas=nowhereland", "nowhereland"),
        ("codes=" + ",".join(f"11-{n}" for n in range(1011, 1022)), "10"),
        ("codes=29-1141&areas=" + ",".join(["US"] * 21), "20"),
        ("codes=29-1141,29-1151,15-1252,11-1011,11-1021,11-2021&areas=US,TX,CA,NY", "24 columns"),
    ],
)
def test_what_the_api_refuses_is_its_page(boxed: httpx.Client, query: str, said: str) -> None:
    page = boxed.get(f"/compare?{query}")
    assert page.status_code == 400
    assert said in page.text
    assert '"code": ' in unescape(page.text)


@pytest.mark.parametrize(
    ("name", "listed"), [("codes", "occupations?group=29&limit=10"), ("areas", "areas?limit=20")]
)
def test_as_many_as_the_api_takes_are_compared(boxed: httpx.Client, name: str, listed: str) -> None:
    asked = [row["code"] for row in boxed.get(f"/v1/{listed}").json()["items"]]
    page = boxed.get("/compare", params={"codes": "29-1141", name: ",".join(asked)})
    assert page.status_code == 200
    assert page.text.count('class="median"') > 5
    assert len(fields(page.text, name)) == len(asked)
    assert "" not in fields(page.text, name)


@pytest.mark.parametrize("value", [MARKUP, "x" * 5000, "!!!", "29-1141" + MARKUP])
def test_bad_input_is_escaped(boxed: httpx.Client, value: str) -> None:
    for query in ({"codes": ["29-1141", value]}, {"codes": "29-1141", "areas": ["US", value]}):
        page = boxed.get("/compare", params=query)
        assert page.status_code in {200, 400}
        assert page.headers["content-type"].startswith("text/html")
        check_harmless(page.text)


def test_with_the_article_alone_there_is_a_page(seeded_sqlite: httpx.Client) -> None:
    page = seeded_sqlite.get("/compare")
    assert page.status_code == 200
    assert "<form" in page.text
