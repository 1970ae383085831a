"""Job titles as text: folding, brackets, abbreviations, ranks, plurals and advertisement noise.

Pure functions. Each takes time linear in its input, and input is cut at `MAX_LENGTH` characters
first. The words that are treated specially stand in `app.finding.words.tables`.
"""

import re
import unicodedata
from typing import NamedTuple

from app.finding.words.tables import (
    ABBREVIATIONS,
    CALLS,
    LEVELS,
    LICENCES,
    NOISE,
    NUMERALS,
    PLACES,
    STOP,
    UNINFLECTED,
)
from app.memory import remembered

MAX_LENGTH = 240  # characters of a title that are read; the longest published one has 130
MAX_WORDS = 16  # words of all readings; of 200,000 published titles the longest has so many
MAX_WORD = 32  # letters of a word that is remembered
MAX_READINGS = 3  # ways to read one title: itself and its brackets

# Every pattern is linear: no nested quantifier, no alternatives that overlap.
_POSSESSIVE = re.compile(r"['’`´](?:s(?![a-z0-9]))?")  # noqa: RUF001 - the quotes that people type
_DOTTED = re.compile(r"\b([a-z])[./&](?=[a-z]\b)")  # r.n., a/v, r&d: letters of one word
_LETTER_HYPHEN = re.compile(r"\b([a-z])-(?=[a-z])")  # e-learning, x-ray: one word
_BREAK = re.compile(r"\s[-–—~]+\s|[|,;:!?•·@\n\t]|\s(?:in|at|near)\s")  # noqa: RUF001 - dashes
_BRACKET = re.compile(r"[(){}\[\]]")
_WORD = re.compile(r"[^\W_]+[+#]{0,2}")
_AMOUNT = re.compile(r"[$€£][0-9.,]*k?|\b[0-9]+(?:[.,][0-9]+)+k?\b")
_COUNT = re.compile(r"[0-9]{1,3}k|[0-9]+(?:hr|hrs|am|pm|usd)|[0-9]{4,}")
_PREPOSITION = frozenset(("of", "for", "to", "with", "on", "from", "by"))


class Reading(NamedTuple):
    """One way to read a title: its words in order, and which of them names the kind of worker."""

    words: tuple[str, ...]
    head: str
    """`manager` in `Manager of Nursing Services, Night Shift`."""


def fold(text: str) -> str:
    """Lower case, compatibility forms resolved, accents and control characters gone."""
    text = text[:MAX_LENGTH]
    if text.isascii() and text.isprintable():  # nearly every title: nothing to resolve
        return text.lower()
    wide = unicodedata.normalize("NFKC", text).lower()[:MAX_LENGTH]
    plain = unicodedata.normalize("NFKD", wide)[: 2 * MAX_LENGTH]
    return "".join(
        "\n" if unicodedata.category(char)[0] == "C" else char
        for char in plain
        if not unicodedata.combining(char)
    )


def split_brackets(text: str) -> list[str]:
    """Text outside brackets, then the text in each: `AC Tech (Air Tech)` gives two."""
    if not _BRACKET.search(text):
        return [text] if text.strip() else []
    outside: list[str] = []
    inside: list[str] = []
    depth = 0
    for char in text:
        if char in "([{":
            depth += 1
            inside.append("\r" if depth == 1 else " ")
            outside.append(" ")
        elif char in ")]}":
            depth = max(depth - 1, 0)
        else:
            (inside if depth else outside).append(char)
    parts = ["".join(outside), *"".join(inside).split("\r")]
    return [part for part in parts if part.strip()]


@remembered(most=4_096, longest=MAX_WORD)
def singular(word: str) -> str:
    """A plural noun in the singular; any other word as it is."""
    if len(word) < 4 or not word.endswith("s") or word in UNINFLECTED:
        return word
    if word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    return word[:-1]


def _drop_noise(words: list[str], *, first: bool) -> list[str]:
    """The words of a segment without calls in front, noise behind and, later on, places."""
    gone = NOISE if first else NOISE | PLACES
    start, end = 0, len(words)
    while end > start and (words[end - 1] in gone or words[end - 1] in STOP):
        end -= 1
    while start < end and words[start] in CALLS:
        start += 1
    return words[start:end]


def _expand(words: list[str]) -> list[str]:
    """Abbreviations written out, numerals and empty words gone, plurals made singular."""
    kept = [w for i, w in enumerate(words) if w not in STOP or (i == 0 and w == "or")]
    long = [part for word in kept for part in ABBREVIATIONS.get(word, word).split()]
    return [singular(word) for word in long if word not in STOP and word not in NUMERALS]


def _segments(part: str) -> list[list[str]]:
    text = _LETTER_HYPHEN.sub(r"\1", _DOTTED.sub(r"\1", _POSSESSIVE.sub("", part)))
    found = (_WORD.findall(segment) for segment in _BREAK.split(_AMOUNT.sub("|", text)))
    return [[w for w in words if not _COUNT.fullmatch(w)] for words in found if words]


def _read(part: str, most: int) -> Reading | None:
    """At most so many words of a part of a title, or None if nothing but noise stands in it."""
    segments = _segments(part)
    kept = [_drop_noise(words, first=i == 0) for i, words in enumerate(segments)]
    long = [_expand(words) for words in kept]
    if not any(long):
        kept = segments[:1]  # `Hourly` alone is all that there is to go by
        long = [_expand(words) for words in kept]
    if not any(long):
        return None
    words = [word for segment in long for word in segment][:most]
    phrase, whole = next(pair for pair in zip(kept, long, strict=True) if pair[1])
    stops = [i for i, word in enumerate(phrase) if word in _PREPOSITION and _expand(phrase[:i])]
    head = (_expand(phrase[: stops[0]]) if stops else whole)[-1]
    return Reading(tuple(words), head)


def read(title: str) -> list[Reading]:
    """Every way to read a title, the text outside brackets first; none if it holds no word."""
    readings: dict[Reading, None] = {}
    bare = True
    for part in split_brackets(fold(title))[:MAX_READINGS]:
        left = MAX_WORDS - sum(len(reading.words) for reading in readings)
        reading = _read(part, left) if left else None
        # A bracket of noise (`(Night Shift)`) says nothing beside a title.
        if reading and (bare or any(w not in NOISE | PLACES for w in reading.words)):
            readings.setdefault(reading)
            bare = False
    return list(readings)


def without_level(reading: Reading) -> Reading:
    """`senior nurse` as `nurse`: without the ranks in front; a rank alone stays as it is."""
    words = reading.words
    while len(words) > 1 and words[0] in LEVELS:
        words = words[1:]
    return Reading(words, reading.head)


def without_licence(reading: Reading) -> Reading:
    """`registered nurse manager` as `nurse manager`: a licence in front, if not the head's own."""
    words = reading.words
    while len(words) > 2 and words[0] in LICENCES and words[1] != reading.head:
        words = words[1:]
    return Reading(words, reading.head)
