# ruff: noqa: RUF001 - letters of many scripts are the point
from __future__ import annotations

from dataclasses import replace

import pytest

from app.finding.entries import Entries
from app.finding.search import SearchIndex
from tests.finding.search.conftest import EMPLOYMENT


def first(index: SearchIndex, q: str) -> str:
    hits = index.search(q).hits
    return hits[0].code if hits else ""


@pytest.mark.parametrize(
    ("q", "code"),
    [
        ("registered nurse", "29-1141"),
        ("nurces", "29-1141"),
        ("RN", "29-1141"),
        ("R.N.", "29-1141"),
        ("rn mgr", "11-9111"),
        ("ceo", "11-1011"),
        ("software engneer", "15-1252"),
        ("softw dev", "15-1252"),
        ("developers software", "15-1252"),
        ("architect", "17-1011"),
        ("landscape architect", "17-1012"),
        ("fire fighter", "33-2011"),
        ("sheriff's officer", "33-3051"),
        ("sheriffs", "33-3051"),
        ("car repairing", "49-3023"),
        ("extinguishing fires", "33-2011"),
        ("truck driver jobs", "53-3032"),
        ("NURSE PRACTITIONER", "29-1171"),
        ("Ｎｕｒｓｅ　ｐｒａｃｔｉｔｉｏｎｅｒ", "29-1171"),
    ],
)
def test_words_find_their_occupation(index: SearchIndex, q: str, code: str) -> None:
    assert first(index, q) == code


@pytest.mark.parametrize(
    ("q", "code"),
    [
        ("11-9111", "11-9111"),
        ("119111", "11-9111"),
        ("11\u20139111", "11-9111"),
        ("what is 11\u20119111?", "11-9111"),
        ("11-9111-00", "11-9111"),
        ("11-911X", "11-9110"),
        ("11-9111.00", "11-9111"),
        ("11 9111", "11-9111"),
        ("29-1141.01", "29-1141.01"),
        ("29114101", "29-1141.01"),
        ("11-9", "11-9000"),
        ("11", "11-0000"),
        ("11-0000", "11-0000"),
        ("code 11-9111 please", "11-9111"),
    ],
)
def test_a_code_finds_itself_first(index: SearchIndex, q: str, code: str) -> None:
    hit = index.search(q).hits[0]
    assert (hit.code, hit.kind, hit.text, hit.score) == (code, "code", code, 1.0)


def test_a_beginning_of_a_code_finds_all_that_begin_so(index: SearchIndex) -> None:
    result = index.search("11-9")
    assert result.codes == ["11-9000", "11-9110", "11-9111"]
    assert [hit.text[slice(*hit.span)] for hit in result.hits] == ["11-9"] * 3


def test_a_detailed_occupation_stands_before_its_group(index: SearchIndex) -> None:
    codes = index.search("medical and health services managers").codes
    assert codes[:2] == ["11-9111", "11-9110"]


@pytest.mark.parametrize(
    ("q", "kind", "text", "part"),
    [
        ("registered nurses", "title", "Registered Nurses", "Registered Nurses"),
        ("hospital administrater", "direct_match", "Hospital Administrator", None),
        ("truckers", "alternate", "Trucker", "Trucker"),
        ("vital sign", "duty", None, "vital signs"),
        ("rescue people", "description", None, "rescue people"),
    ],
)
def test_a_hit_shows_what_matched(
    index: SearchIndex, q: str, kind: str, text: str | None, part: str | None
) -> None:
    hit = index.search(q).hits[0]
    assert hit.kind == kind
    assert text in {None, hit.text}
    assert hit.text[slice(*hit.span)] == (part or hit.text)


def test_scores_fall_and_lie_between_0_and_1(index: SearchIndex) -> None:
    scores = [hit.score for hit in index.search("nurse").hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


def test_pages_put_together_are_the_whole(index: SearchIndex) -> None:
    whole = index.search("nurse")
    pages = [index.search("nurse", limit=1, offset=at).hits for at in range(whole.total)]
    assert [hit for page in pages for hit in page] == whole.hits
    assert [hit.code for hit in whole.hits] == whole.codes
    assert index.search("nurse", limit=5, offset=whole.total).hits == []


def test_only_allowed_codes_are_found(index: SearchIndex) -> None:
    allowed = {"29-1171", "00-0000"}
    assert index.search("nurse", allowed).codes == ["29-1171"]
    assert index.search("29-1141", allowed).codes == []
    assert index.search("nurse", set()).total == 0


def test_no_hit_suggests_what_was_probably_meant(index: SearchIndex) -> None:
    result = index.search("ftwre evelprs")
    assert result.total == 0
    assert "15-1252" in [suggestion.code for suggestion in result.suggestions]
    assert index.search("11-9119").suggestions[0].code == "11-9110"
    assert index.search("zzzzqqqq").suggestions == []


def test_the_order_of_rows_does_not_matter(index: SearchIndex, entries: Entries) -> None:
    other = SearchIndex.build(
        replace(
            entries,
            occupations=[*entries.occupations][::-1],
            titles=[*entries.titles][::-1],
            duties=[*entries.duties][::-1],
        )
    ).with_employment(EMPLOYMENT)
    for q in ("nurse", "drive trucks", "mechanic", "manager", "29"):
        assert other.search(q) == index.search(q)
        assert other.suggest(q) == index.suggest(q)


def test_an_empty_index_answers() -> None:
    empty = SearchIndex.build(Entries([]))
    assert empty.search("nurse").total == 0
    assert empty.search("11-9111").total == 0
    assert empty.suggest("n") == []
