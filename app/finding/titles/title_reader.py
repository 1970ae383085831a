"""Reads job titles: expands abbreviations and drops ranks, plurals, places and ad noise.

`Sr. RN - Dallas, TX` is read as `senior registered nurse`. Every step takes time linear in the
title, of which `fold` reads the first `MAX_LENGTH` characters.
"""

import re
from itertools import pairwise
from typing import NamedTuple

from app.finding.words.abbreviations import meant
from app.finding.words.normalization import fold, singular
from app.finding.words.word_lists import (
    ABBREVIATIONS,
    CALLS,
    CRAFT_RANKS,
    CRAFTS,
    DEPARTMENTS,
    DEPUTIES,
    HEADS,
    LEVELS,
    LICENCES,
    NOISE,
    NUMERALS,
    PHRASES,
    PLACES,
    STATES,
    STOP,
)

MAX_WORDS = 16  # words of all readings: the longest of 200,000 published titles
MAX_READINGS = 3  # the title itself and two brackets

# Every pattern is linear: no nested quantifier, no alternatives that overlap.
_POSSESSIVE = re.compile(r"['’`´](?:s(?![a-z0-9]))?")  # noqa: RUF001 - the quotes that people type
_DOTTED = re.compile(r"\b([a-z])[./&](?=[a-z]\b)")  # r.n., a/v, r&d: letters of one word
_LETTER_HYPHEN = re.compile(r"\b([a-z])-(?=[a-z])")  # e-learning, x-ray: one word
_BREAK = re.compile(r"\s[-–—~]+\s|[|,;:!?•·@\n\t]|\s(?:in|at|near)\s")  # noqa: RUF001 - dashes
_BRACKET = re.compile(r"[(){}\[\]]")
_LETTERS = re.compile(r"[a-z ]*")
_WORD = re.compile(r"[^\W_]+[+#]{0,2}")
_AMOUNT = re.compile(r"[$€£][0-9.,]*k?(?:[ /]{0,3}hr\b)?|\b[0-9]+(?:[.,][0-9]+)+k?\b")
_COUNT = re.compile(r"[0-9]{1,3}k|[0-9]+(?:hr|hrs|a|p|am|pm|usd)|[0-9]{4,}|[a-z]{1,3}[0-9]{4,}")
_NUMBER = re.compile(  # of a requisition, of a place
    r"\b(?:req|requisition|ref|id|jr|r)[\s.:#_-]{0,3}[0-9]{3,}\b"
    r"|\b(?:site|unit|bldg|building|branch|room|floor|location)[\s.:#_-]{0,3}[0-9]{1,9}\b"
)
NOISE_OR_PLACE = NOISE | PLACES
_PREPOSITION = frozenset(("of", "for", "to", "with", "on", "from", "by"))


class Reading(NamedTuple):
    """One way to read a title: its normalized words and its head noun."""

    words: tuple[str, ...]
    head: str
    """The word for the kind of worker: `manager` in `Manager of Nursing, Night Shift`."""


def split_brackets(text: str) -> list[str]:
    """Return the text outside brackets, then the text in each: two for `AC Tech (Air Tech)`."""
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


def both_names(title: str) -> list[str]:
    """Return the two names in `Die Cast Operator (DCO)`; none if the bracket is no second name.

    Two names of one thing have a word in common, or one is the other's initials. One word alone is
    no name unless it is that: `Nurse (Staff Nurse)` has only one.
    """
    text = title.strip()
    parts = [part.strip() for part in split_brackets(fold(text))]
    if len(parts) != 2 or not text.endswith((")", "]", "}")):
        return []
    words = [_WORD.findall(part) for part in parts]
    short = [_are_initials(one, other) for one, other in (words, words[::-1])]
    common = set(_expand(words[0])) & set(_expand(words[1])) - NOISE_OR_PLACE - LICENCES
    if not common and not any(short):
        return []
    return [part for part, some, s in zip(parts, words, short, strict=True) if s or len(some) > 1]


def _are_initials(words: list[str], of: list[str]) -> bool:
    """Tell whether a word is the initials of others, in any order: `OTR`."""
    return len(words) == 1 and sorted(words[0]) == sorted(w[0] for w in of if w not in STOP)


def _drop_noise(words: list[str], *, first: bool) -> list[str]:
    """Drop calls to apply at the start and noise at the end.

    Places are dropped too after the first segment, and where a state stands behind its city.
    """
    at_place = len(words) > 1 and words[-1] in STATES and words[-2] in PLACES - STATES
    gone = NOISE_OR_PLACE if at_place or not first else NOISE
    start, end = 0, len(words)
    while end > start and (
        words[end - 1] in gone or words[end - 1] in STOP or (end > 1 and words[end - 1].isdigit())
    ):
        end -= 1
    while start < end and words[start] in CALLS:
        start += 1
    return words[start:end]


def _expand(words: list[str]) -> list[str]:
    """Expand abbreviations, drop stop words and numerals, and make plurals singular."""
    kept = [w for i, w in enumerate(words) if w not in STOP or (i == 0 and w == "or")]
    long = [part for word in kept for part in ABBREVIATIONS.get(word, word).split()]
    return _joined([singular(w) for w in long if w not in STOP and w not in NUMERALS])


def _joined(words: list[str]) -> list[str]:
    """Replace two words that mean something else together."""
    for i, pair in enumerate(pairwise(words)):
        if pair in PHRASES:
            return [*words[:i], *PHRASES[pair].split(), *_joined(words[i + 2 :])]
    return words


def _segments(part: str) -> list[list[str]]:
    """Split a part of a title into words, by segment: at commas, dashes, ` in ` and the like."""
    if _LETTERS.fullmatch(part):  # most titles: nothing to replace
        return [words for segment in _BREAK.split(part) if (words := segment.split())]
    text = _LETTER_HYPHEN.sub(r"\1", _DOTTED.sub(r"\1", _POSSESSIVE.sub("", part)))
    found = (
        _WORD.findall(segment) for segment in _BREAK.split(_AMOUNT.sub("|", _NUMBER.sub("|", text)))
    )
    return [[w for w in words if not _COUNT.fullmatch(w)] for words in found if words]


def _read(part: str, most: int, *, whole_title: bool) -> Reading | None:
    """Read the first ``most`` words of a title, or a part of it; None if it is noise or digits."""
    segments = meant(_segments(part), whole_title=whole_title)
    kept = [_drop_noise(words, first=i == 0) for i, words in enumerate(segments)]
    long = [_expand(words) for words in kept]
    if not any(long):
        kept = segments[:1]  # a title that is all noise, such as `Hourly`
        long = [_expand(words) for words in kept]
    if not any(long):
        return None
    words = [word for segment in long for word in segment][:most]
    if all(word.isdigit() for word in words):
        return None
    phrase, whole = next(pair for pair in zip(kept, long, strict=True) if pair[1])
    stops = [i for i, word in enumerate(phrase) if word in _PREPOSITION and _expand(phrase[:i])]
    first = _expand(phrase[: stops[0]]) if stops else whole
    # `Accountant Finance Department`: what stands before the department and its name.
    head = first[-3] if len(first) > 2 and first[-1] in DEPARTMENTS else first[-1]
    return Reading(_without_rank(tuple(words), head), head)


def _without_rank(words: tuple[str, ...], head: str) -> tuple[str, ...]:
    """Drop ranks in front that are an occupation beside other heads: of principals, assistants."""
    start = 0
    while start < len(words) - 1 and words[start] in LEVELS:
        start += 1
    rest = words[start:]
    if (head in CRAFTS and len(rest) > 1 and rest[0] in CRAFT_RANKS and rest[0] != head) or (
        head in HEADS and len(rest) > 2 and rest[0] in DEPUTIES
    ):
        return words[:start] + rest[1:]
    return words


def read(title: str) -> list[Reading]:
    """Return each way to read a title, the text outside brackets first; none without a word."""
    readings: dict[Reading, None] = {}
    bare = True
    parts = split_brackets(fold(title))[:MAX_READINGS]
    for part in parts:
        left = MAX_WORDS - sum(len(reading.words) for reading in readings)
        reading = _read(part, left, whole_title=len(parts) == 1) if left else None
        # A bracket such as `(Night Shift)` is no second name of the job.
        if reading and (bare or any(w not in NOISE_OR_PLACE for w in reading.words)):
            readings.setdefault(reading)
            bare = False
    return list(readings)


def without_level(reading: Reading) -> Reading:
    """Drop the ranks in front: `senior nurse` becomes `nurse`. One word always stays."""
    words = reading.words
    while len(words) > 1 and words[0] in LEVELS:
        words = words[1:]
    return Reading(words, reading.head)


def without_licence(reading: Reading) -> Reading:
    """Drop a licence in front or behind ranks, unless it is the head's own.

    `senior registered nurse manager` becomes `senior nurse manager`; `registered nurse` stays.
    """
    words = reading.words
    at = next((n for n, word in enumerate(words) if word not in LEVELS), 0)
    while len(words) > at + 2 and words[at] in LICENCES and words[at + 1] != reading.head:
        words = words[:at] + words[at + 1 :]
    return Reading(words, reading.head)
