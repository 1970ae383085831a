"""Search and suggestions lead with what title matching decides, and go on with more."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

ALIKE = {
    "Sr. RN": "29-1141",
    "Sr. RN mgr": "11-9111",  # unfinished it begins no word, but it is an abbreviation
    "software ninja": "15-1252",  # nor does this, which is none
    "certifed nursing asistant": "31-1131",
    "lunch lady": "35-2012",
    "enfermera": "29-1141",
    "software devloper": "15-1252",
    "JANITOR (NIGHTS)": "37-2011",
    "Roustabouts, Oil and Gas": "47-5071",
}
GROUPS = {
    "Legal Occupations": "23-0000",
    "Construction Trades Workers": "47-2000",
    "postsecondary  teachers": "25-1000",
}


def found(api: httpx.Client, path: str, **params: str) -> list[dict[str, Any]]:
    """Return an answer's items."""
    answer = api.get(path, params=params)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


@pytest.mark.parametrize(("text", "code"), ALIKE.items())
def test_the_same_occupation_leads_in_all_three(boxed: httpx.Client, text: str, code: str) -> None:
    [matched] = found(boxed, "/v1/titles/match", title=text)
    hits, suggested = found(boxed, "/v1/search", q=text), found(boxed, "/v1/suggest", q=text)
    assert [one[0]["code"] for one in (matched["matches"], hits, suggested)] == [code] * 3
    assert [hit["score"] for hit in hits] == sorted((h["score"] for h in hits), reverse=True)
    for hit in hits:
        start, end = hit["matched"]["span"]
        assert 0 <= start <= end <= len(hit["matched"]["text"])


@pytest.mark.parametrize(("name", "code"), GROUPS.items())
def test_a_group_is_found_by_its_name_and_never_suggested(
    boxed: httpx.Client, name: str, code: str
) -> None:
    assert found(boxed, "/v1/search", q=name)[0]["code"] == code
    assert code not in {one["code"] for one in found(boxed, "/v1/suggest", q=name, limit="20")}


def test_only_what_the_filters_let_through_is_found(boxed: httpx.Client) -> None:
    hits = found(boxed, "/v1/search", q="registered nurse", group="31")
    assert {hit["code"][:2] for hit in hits} == {"31"}


@pytest.mark.parametrize(
    ("typed", "code"),
    [("bean count", "13-2011"), ("registered nurs", "29-1141"), ("lunch la", "35-2012")],
)
def test_an_unfinished_word_is_completed(boxed: httpx.Client, typed: str, code: str) -> None:
    first = found(boxed, "/v1/suggest", q=typed)[0]
    assert first["code"] == code
    start, end = first["span"]
    assert first["matched_title"][start:end].lower() == typed


def test_suggestions_go_on_with_what_a_search_finds(boxed: httpx.Client) -> None:
    suggested = found(boxed, "/v1/suggest", q="lion tamer", limit="8")
    searched = [hit["code"] for hit in found(boxed, "/v1/search", q="lion tamer")]
    assert {one["code"] for one in suggested} >= set(searched[:2])


def test_a_word_that_joins_two_begins_no_other(boxed: httpx.Client) -> None:
    typed, whole = (found(boxed, "/v1/suggest", q=q) for q in ("director of", "director of "))
    assert typed[:5] == whole[:5]
    assert all("offic" not in one["matched_title"].lower() for one in typed)


def test_three_suggestions_are_enough(boxed: httpx.Client) -> None:
    assert len(found(boxed, "/v1/search", q="wedding planner")) > 3
    assert len(found(boxed, "/v1/suggest", q="wedding planner", limit="8")) == 3
