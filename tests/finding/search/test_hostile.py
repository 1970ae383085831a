# ruff: noqa: RUF001 - letters of many scripts are the point
from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from app.finding.search import SearchIndex, understand

HOSTILE = {
    "empty": "",
    "spaces": " \t\n\u3000",
    "long": "registered nurse " * 600,
    "one long word": "a" * 10_000,
    "emoji": "👩‍⚕️🚒 nurse 🧑🏽‍🚀" * 500,
    "emoji alone": "🚒",
    "right to left": "ممرضة \u202enurse\u202c אחות",
    "combining": "n\u0301" + "\u0301" * 9_000,
    "ligature": "\ufdfa" * 9_000,
    "surrogate": "nurse \ud800",
    "null": "nur\0se",
    "sql": "'; DROP TABLE occupations; -- %_\\",
    "operators": '"nurse" OR NEAR(a,b) AND -NOT* ^title:nurse~2 + ( [ {',
    "operators on words": '"nurse*" OR -^nurse~2 + ( [ {',
    "regex": "(a+)+$" + "a" * 5_000 + "!",
    "dots": "a." * 5_000,
    "quotes": "a'" * 5_000,
    "digits": "1" * 10_000,
    "other digits": "١١-٩١١١",
    "hyphens": "11" + "-" * 10_000 + "9111",
    "many words": " ".join(f"{chr(97 + at % 26)}word{at}" for at in range(2_000)),
    "stop words": "the of and " * 1_000,
}
LONGEST = 40  # times a normal query of twelve words
FLOOR = 0.05  # seconds that any machine's hiccup may take


def seconds(ask: Callable[[str], object], q: str) -> float:
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        ask(q)
        best = min(best, time.perf_counter() - start)
    return best


@pytest.mark.parametrize("name", HOSTILE)
def test_any_text_is_answered_in_bounded_time(index: SearchIndex, name: str) -> None:
    normal = "medical and health services managers registered nurse software developers"
    for ask in (index.search, index.suggest):
        budget = LONGEST * seconds(ask, normal) + FLOOR
        assert seconds(ask, HOSTILE[name]) < budget


@pytest.mark.parametrize("q", [*HOSTILE.values(), "o'pay", "\u017fkills in x", "in", "wages of of"])
def test_any_text_is_taken_apart(index: SearchIndex, q: str) -> None:
    for place in ((), ("TX",)):
        understood = understand(index, q, lambda _, place=place: place)  # type: ignore[misc]
        assert understood.words or understood.q == q


@pytest.mark.parametrize(
    "name", ["emoji", "right to left", "surrogate", "operators on words", "long"]
)
def test_what_can_be_read_is_found(index: SearchIndex, name: str) -> None:
    assert any("29-1" in code for code in index.search(HOSTILE[name]).codes)
