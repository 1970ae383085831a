from __future__ import annotations

import httpx
import pytest

from app.finding.search import SearchIndex


@pytest.mark.parametrize(
    ("q", "code"),
    [
        ("r", "29-1141"),
        ("nurs", "29-1171"),
        ("registered nu", "29-1141"),
        ("regist nu", "29-1141"),
        ("softwre", "15-1252"),
        ("softwre dev", "15-1252"),
        ("rn", "29-1141"),
        ("truck dri", "53-3032"),
        ("fire fi", "33-2011"),
        ("11-91", "11-9110"),
        ("11-9111", "11-9111"),
    ],
)
def test_letters_suggest_an_occupation(index: SearchIndex, q: str, code: str) -> None:
    assert index.suggest(q)[0].code == code


@pytest.mark.parametrize(
    ("q", "title", "part"),
    [
        ("pract", "Nurse Practitioners", "Pract"),
        ("hosp adm", "Hospital Administrator", "Hospital Adm"),
        ("trucke", "Trucker", "Trucke"),
        ("nurs", "Nurse Practitioners", "Nurs"),
        ("truckers", "Trucker", "Trucker"),
        ("fire e", "Fire Engine Driver", "Fire E"),
        ("staff nu", "Staff Nurse", "Staff Nu"),
    ],
)
def test_the_span_is_what_was_typed(index: SearchIndex, q: str, title: str, part: str) -> None:
    suggestion = index.suggest(q)[0]
    assert suggestion.matched_title == title
    assert title[slice(*suggestion.span)] == part


def test_an_occupation_is_suggested_once(index: SearchIndex) -> None:
    codes = [suggestion.code for suggestion in index.suggest("n", 50)]
    assert len(codes) == len(set(codes)) > 2


def test_no_more_than_asked_for(index: SearchIndex) -> None:
    assert len(index.suggest("m", 2)) == 2


@pytest.mark.parametrize("q", ["", " ", "...", "zzzz", "the"])
def test_nothing_typed_suggests_nothing(index: SearchIndex, q: str) -> None:
    assert index.suggest(q) == []


def test_a_long_text_is_shortened(seeded_sqlite: httpx.Client) -> None:
    def suggested(q: str) -> httpx.Response:
        return seeded_sqlite.get("/v1/suggest", params={"q": q})

    begun = "coo".rjust(200)
    found = suggested(begun).json()["items"]
    assert found[0]["code"] == "11-1011"
    assert suggested(begun + "z" * 300).json()["items"] == found
    assert suggested(begun[:199] + "z" * 301).json()["items"] != found
    assert suggested("n" * 501).status_code == 400
