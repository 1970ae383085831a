"""Titles and queries that are none: a clear error or an honest answer, and quick."""

# ruff: noqa: RUF001 - letters of many scripts are the point
from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

MATCH = "/v1/titles/match"
WITHOUT_A_WORD = {
    "empty": "",
    "blank": " \u3000\u00a0",
    "Cyrillic": "медсестра",
    "Chinese": "注册护士",
    "Arabic": "ممرضة",
    "Hindi": "नर्स",
    "emoji": "👩‍⚕️🚒",
    "combining marks": "\u0301" * 400,
    "marks": "!!! --- ???",
    "digits": "20221101",
    "other digits": "١١ ٢",
    "numbers": "1 2 3, 4",
    "tags": "<p><br/></p>",
    "address": "https://example.org/jobs?id=7",
    "mail": "jobs@example.org",
}
NURSES = {
    "tags": '<b>Registered</b> <a href="https://example.org/">nurses</a>',
    "entities": "Registered&nbsp;nurses&#33;",
    "no break": "Registered\u00a0nurses",
    "zero width": "Regis\u200btered nur\u200dses",
    "soft hyphen": "Reg\u00adistered nurses",
    "byte order mark": "\ufeffRegistered nurses",
    "right to left": "\u202eRegistered nurses\u202c",
    "full width": "Ｒｅｇｉｓｔｅｒｅｄ　ｎｕｒｓｅｓ",
    "combining marks": "R\u0301e\u0301g\u0301istered nurses",
    "emoji": "🚑 Registered nurses 🚑",
    "other alphabets": "Registered nurses 护士 медсестра",
    "an address": "Registered nurses, https://example.org/jobs",
}
SECONDS = 1.0
"""What an answer may take at most; each takes a few milliseconds."""


def timed(answer: httpx.Response) -> Any:
    assert answer.elapsed.total_seconds() < SECONDS
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("name", WITHOUT_A_WORD)
def test_a_title_without_a_known_word_has_no_match(seeded_sqlite: httpx.Client, name: str) -> None:
    title = WITHOUT_A_WORD[name]
    body = {"titles": [title], "min_confidence": 0}
    assert timed(seeded_sqlite.post(MATCH, json=body))["items"] == [
        {"title": title, "matches": [], "nearest": [], "corrected_to": None}
    ]


@pytest.mark.parametrize("name", [n for n in WITHOUT_A_WORD if n != "empty"])
def test_a_query_without_a_word_finds_nothing(seeded_sqlite: httpx.Client, name: str) -> None:
    for path in ("/v1/search", "/v1/suggest"):
        answer = timed(seeded_sqlite.get(path, params={"q": WITHOUT_A_WORD[name]}))
        assert answer["items"] == []


@pytest.mark.parametrize("name", NURSES)
def test_what_a_person_reads_is_what_is_understood(seeded_sqlite: httpx.Client, name: str) -> None:
    text = NURSES[name]
    [item] = timed(seeded_sqlite.post(MATCH, json={"titles": [text]}))["items"]
    assert item["title"] == text
    assert item["matches"][0]["code"] == "29-1141"
    for path in ("/v1/search", "/v1/suggest"):
        items = timed(seeded_sqlite.get(path, params={"q": text}))["items"]
        assert items[0]["code"] == "29-1141"


def test_what_is_no_tag_stays(seeded_sqlite: httpx.Client) -> None:
    titles = ["R&D <registered nurse>", "registered nurse & copywriter; < 1 year", "nurse@home"]
    for item in timed(seeded_sqlite.post(MATCH, json={"titles": titles}))["items"]:
        assert "29-1141" in [match["code"] for match in item["matches"]]


@pytest.mark.parametrize("path", ["/v1/search?q=", "/v1/suggest?q=", f"{MATCH}?title="])
@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("", 400, "invalid_parameter"),
        ("a" * 501, 400, "invalid_parameter"),
        ("a" * 10_000, 414, "uri_too_long"),
        ("nur%00se", 400, "malformed_request"),
        ("%ff", 400, "malformed_request"),
    ],
)
def test_what_cannot_be_read_is_refused(
    seeded_sqlite: httpx.Client, path: str, text: str, status: int, code: str
) -> None:
    answer = seeded_sqlite.get(path + text)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.elapsed.total_seconds() < SECONDS


def test_titles_of_a_body_are_judged_one_by_one(seeded_sqlite: httpx.Client) -> None:
    long = seeded_sqlite.post(MATCH, json={"titles": ["nurse", "a" * 10_000, "b" * 500]})
    assert long.status_code == 422
    assert [fault["parameter"] for fault in long.json()["errors"]] == ["body.titles[1]"]
    items = timed(seeded_sqlite.post(MATCH, json={"titles": ["nur\0ses", "b" * 500, ""]}))["items"]
    assert [bool(item["matches"]) for item in items] == [True, False, False]


def test_the_same_title_a_thousand_times_costs_as_much_as_once(seeded_sqlite: httpx.Client) -> None:
    once = timed(seeded_sqlite.post(MATCH, json={"titles": ["Sr. RN mgr (nights)"]}))["items"]
    begun = time.perf_counter()
    body = {"titles": ["Sr. RN mgr (nights)"] * 999 + ["accountant"]}
    items = timed(seeded_sqlite.post(MATCH, json=body))["items"]
    assert time.perf_counter() - begun < SECONDS
    assert items[:999] == once * 999
    assert items[999]["title"] == "accountant"
