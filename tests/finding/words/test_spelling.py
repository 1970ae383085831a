"""Spelling correction finds every word within the edit distance, and compares few others."""

from __future__ import annotations

import random

import pytest
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from app.finding.words.spelling import CUTOFF, SHORTEST, Spelling
from app.finding.words.word_lists import ABBREVIATIONS, NOISE, PLACES

WORDS = sorted(
    {part for long in ABBREVIATIONS.values() for part in long.split()}
    | NOISE
    | PLACES
    | {"aaaaaaaa", "aaaabbbb", "c++", "élévateur", "naïveté", "mississippi", "1234567890", "b2b"}
)
LETTERS = "abcdefghijklmnopqrstuvwxyzé0"


def slipped(word: str, chance: random.Random) -> str:
    """Delete, insert or replace a letter, or swap two."""
    at, letter = chance.randrange(len(word) + 1), chance.choice(LETTERS)
    return chance.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
        )
    )


@pytest.fixture(scope="module")
def asked() -> list[str]:
    chance = random.Random(20221101)
    found = [*WORDS, "x" * 60, "aaaaaaaaaaaaaaaa"]
    for _ in range(3):
        found += [slipped(word, chance) for word in found[-len(WORDS) :]]
    return [word for word in found if word]


def test_no_near_word_is_left_out_and_few_others_are_kept(asked: list[str]) -> None:
    spelling = Spelling(WORDS)
    for edits in (0, 1, 2, 3):
        kept = 0
        for word in asked:
            near = {at for at, one in enumerate(WORDS) if OSA.distance(word, one) <= edits}
            found = spelling.within(word, edits)
            assert near <= set(found), (word, edits)
            kept += len(found)
        assert kept / len(asked) < len(WORDS) / (30, 20, 10, 5)[edits]


def test_the_nearest_is_the_same_as_among_all_words(asked: list[str]) -> None:
    spelling = Spelling(WORDS)
    corrected = 0
    for word in asked:
        found = extract(word, WORDS, scorer=OSA.normalized_similarity, score_cutoff=CUTOFF, limit=5)
        ranked = [(s - 0.1 * (w[0] != word[0]), w) for w, s, _ in found if w.isalpha()]
        good = [item for item in ranked if item[0] >= CUTOFF]
        short = len(word) < SHORTEST or not word.isalpha()
        expected = word if short or not good else max(good)[1]
        assert spelling.correct(word) == expected
        corrected += not short and bool(good)
    assert corrected > len(asked) / 3


def test_no_word_that_holds_a_part_is_left_out(asked: list[str]) -> None:
    spelling = Spelling(WORDS)
    start, end = 20, len(WORDS) - 20
    for part in asked[: len(WORDS) * 2]:
        for edits in (0, 1, 2):
            found = spelling.with_prefix(part, edits, start, end)
            assert set(found) <= set(range(start, end))
            for at in range(start, end):
                if OSA.distance(part, WORDS[at][: len(part)]) <= edits:
                    assert at in found, (part, edits)
