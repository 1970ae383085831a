"""Spelling correction finds every word within the edit distance, and compares few others."""

from __future__ import annotations

import random

import pytest
from rapidfuzz.distance import OSA

from app.finding.words.by_ear import MISSPELT, sound
from app.finding.words.spelling import SHORTEST, Spelling
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
    spelling = Spelling(WORDS, [1] * len(WORDS), 1)  # each is as frequent as can be
    corrected = 0
    for word in asked:
        good = []
        for one in WORDS:
            away = OSA.distance(word, one)
            same = word[:2] == one[:2] and not word.startswith(one) and not one.startswith(word)
            if one.isalpha() and (away <= 1 or (away == 2 and len(word) >= 8 and same)):
                swapped, even = sorted(word) == sorted(one), len(word) == len(one)
                good.append((away, even and not swapped, not swapped, one))
        short = len(word) < SHORTEST or not word.isalpha()
        expected = word if short or not good or word in WORDS else min(good)[-1]
        meant = spelling.correct(word)
        by_ear = MISSPELT.get(word) == meant or (not good and sound(word) == sound(meant))
        assert meant == expected or by_ear
        corrected += word != expected
    assert corrected > len(asked) / 4


TIMES = {
    **{"worker": 1_500, "die": 900, "engine": 100, "civil": 99, "system": 552, "plumber": 12},
    **{"house": 133, "clipper": 99, "coating": 99, "dentist": 12, "faculty": 99, "trimmer": 40},
    **{"gynecologist": 3, "esthetician": 3, "bookkeeper": 3, "overnight": 2, "doctor": 177},
    **{"physician": 128, "insulation": 99, "education": 275, "set": 50, "guide": 99, "coking": 9},
    **{"technician": 900, "optician": 3},
    **{"lawyer": 20, "layer": 30},
}


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("worke", "worker"),
        ("sytem", "system"),
        ("engin", "engine"),  # a hundred of 60,000 titles have it
        ("civic", "civic"),  # one less has `civil`
        ("satff", "satff"),  # no known word is near
        *((short, short) for short in ("sdet", "guy", "tax", "dei", "sett", "guid")),
        ("laywer", "lawyer"),  # two letters are swapped: likelier than one too many
        ("plumbr", "plumber"),  # six letters: a slip is likelier
        ("denitst", "dentist"),
        ("plumver", "plumver"),  # a letter in place of another mostly makes another word
        ("faculti", "faculti"),
        ("physicion", "physician"),
        ("flipper", "flipper"),  # as does another first letter
        ("cocinero", "cocinero"),
        ("costing", "costing"),
        ("bookeeper", "bookkeeper"),  # eight letters: also of few titles
        ("gynocologist", "gynecologist"),
        ("oversight", "oversight"),
        ("phsycian", "physician"),  # two slips
        ("incubation", "incubation"),
        ("emulation", "emulation"),
        ("doctoral", "doctoral"),  # an ending is no slip
        ("technici", "technici"),
        ("opticians", "opticians"),
        ("lumber", "lumber"),  # a word of its own
        ("lookkeeper", "lookkeeper"),
        ("optiican", "optician"),  # eight letters are enough for a word of few titles
    ],
)
def test_a_word_is_corrected_where_a_slip_is_likely(word: str, meant: str) -> None:
    assert Spelling(list(TIMES), list(TIMES.values()), 60_000).correct(word) == meant


def test_two_letters_more_than_the_longest_word_are_two_slips() -> None:
    assert Spelling(["physician"], [1], 1).correct("physsiciaan") == "physician"


HEARD = [
    *("pharmacist", "psychologist", "psychiatrist", "electrician", "accountant", "optometrist"),
    *("veterinarian", "licensing", "director", "plumber", "shepherd", "crane"),
    *("competitor", "secretary"),
]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("farmasist", "pharmacist"),
        ("sycologist", "psychologist"),
        ("psycatrist", "psychiatrist"),
        ("electrition", "electrician"),
        ("optomitrist", "optometrist"),
        ("secratery", "secretary"),
        ("directory", "directory"),  # one vowel more is another word
        ("lisinsing", "lisinsing"),  # no worker
        ("competition", "competition"),
        ("farmakopist", "farmakopist"),  # another sound
        # these sound too little, or are a word of their own
        *(("plummer", "plumber"), ("vetinarian", "veterinarian"), ("shepard", "shepherd")),
        *(("crain", "crane"), ("crayn", "crane"), ("kurator", "kurator")),
        ("waitor", "waitor"),  # nobody here is a waiter
    ],
)
def test_a_word_is_corrected_to_what_it_sounds_like(word: str, meant: str) -> None:
    seldom = Spelling(HEARD, [6] * len(HEARD), 60_000)
    assert seldom.correct(word) == meant


def test_no_word_is_another_ones_misspelling() -> None:
    right = {*ABBREVIATIONS, *NOISE, *PLACES, *MISSPELT.values()}
    assert right.isdisjoint(MISSPELT)
    assert all(word.isalpha() and word.islower() for word in MISSPELT)


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
