"""Spelling correction: finds the known words that are within a few edits of a word."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from math import inf

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA

from app.finding.words.by_ear import MISSPELT, sound

SHORTEST = 5  # letters of a word that is corrected: shorter words are too similar to each other
SHORT = 6  # letters from which a word is corrected to one that is not frequent
LONG = 8  # letters from which two edits are corrected
HEARD = 5  # sounds of a word that is corrected by its sound
HEARD_EDITS = 3  # most edits of such a word
WORKERS = ("er", "or", "ist", "ian", "ant", "ess", "ary")
"""Ends of the words that are corrected by their sound: other words of one sound are too many."""
# Shares of texts that must have a word for others to be corrected to it.
FREQUENT, SELDOM, RARE = 1 / 600, 1 / 5_000, 1 / 20_000


class Spelling:
    """The known words, and the letters in each.

    Computing the edit distance to ten thousand words takes half a millisecond. But each edit
    removes at most one letter and adds at most one. So the words with too many letters more or
    less are ruled out first, all at once; about fifteen are left to compare.
    """

    def __init__(self, words: Sequence[str], times: Sequence[int] = (), texts: int = 0) -> None:
        """Know words, and for `correct` how many of so many texts have each."""
        self.words = words
        self._times, self._texts = times, texts
        self._letters = np.array([_letters(word) for word in words], np.uint64)
        lengths = np.array([len(word) for word in words], np.int32)
        self._places = np.argsort(lengths, kind="stable")  # places of the words by length
        self._lengths = lengths[self._places]
        self._lacking = ~self._letters[self._places]
        self._longest = max(map(len, words), default=0) + 2

    def within(self, word: str, edits: int) -> list[int]:
        """Return the places of all words within an edit distance, and of a few others."""
        span = self._of_length(len(word) - edits, len(word) + edits)
        return self._candidates(word, span, np.full(span.stop - span.start, edits, np.uint8))

    def with_prefix(self, prefix: str, edits: int, start: int, end: int) -> list[int]:
        """Return which words from ``start`` to ``end`` can begin with a prefix, up to edits."""
        lacking = np.bitwise_count(np.uint64(_letters(prefix)) & ~self._letters[start:end])
        found: list[int] = (start + np.flatnonzero(lacking <= edits)).tolist()
        return found

    def correct(self, word: str) -> str:
        """Return the known word that was probably meant, or the word itself if none is likely.

        It is the one that is often misspelt so; else the nearest, of several one whose letters are
        swapped, or the most frequent; else one of the same sound.
        """
        usual = MISSPELT.get(word)
        if usual and usual in self._known:
            return usual
        if not SHORTEST <= len(word) <= self._longest or not word.isalpha():
            return word
        edits = 1 if len(word) < LONG else 2
        near = []
        for place in self.within(word, edits):
            other, times = self.words[place], self._times[place]
            away = OSA.distance(word, other, score_cutoff=edits)
            if away > edits or not other.isalpha():
                continue
            replaced = len(word) == len(other) and sorted(word) != sorted(other)
            if times >= self._texts * _least(word, other, away, replaced=replaced):
                swapped = len(word) == len(other) and not replaced
                near.append((away, replaced, not swapped, -times, other))
        return min(near)[-1] if near else self._of_sound(word)

    def _of_sound(self, word: str) -> str:
        """Return the nearest word that sounds alike, or the word itself."""
        heard = []
        for place in self._sounds.get(sound(word), ()):
            other = self.words[place]
            away = OSA.distance(word, other, score_cutoff=HEARD_EDITS)
            if away <= min(HEARD_EDITS, len(word) // 3):
                heard.append((away, -self._times[place], other))
        return min(heard)[-1] if heard else word

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.words)

    @cached_property
    def _sounds(self) -> dict[str, list[int]]:
        """Places of the words by sound: made when the first word is unknown."""
        found = defaultdict(list)
        for place, word in enumerate(self.words):
            if word.endswith(WORKERS) and word.isalpha() and len(heard := sound(word)) >= HEARD:
                found[heard].append(place)
        return dict(found)

    def _of_length(self, shortest: int, longest: int) -> slice:
        """Return where the words of these lengths are, in order of length."""
        start, end = self._lengths.searchsorted([shortest, longest + 1]).tolist()
        return slice(start, end)

    def _candidates(self, word: str, span: slice, edits: npt.NDArray[np.uint8]) -> list[int]:
        """Return the places of the words in a span whose letters allow so small a distance."""
        letters, lacking = np.uint64(_letters(word)), self._lacking[span]
        near = (np.bitwise_count(letters & lacking) <= edits).nonzero()[0]
        near = near[np.bitwise_count(~(letters | lacking[near])) <= edits[near]]
        return sorted(self._places[span][near].tolist())


def _least(word: str, other: str, away: int, *, replaced: bool) -> float:
    """Return which share of texts must have a word for another to be a slip of it.

    ``replaced``: it has a letter in place of another. That, two edits or another first letter
    mostly make another word, and one of two endings is a form of it.
    """
    if away > 1 and (word[:2] != other[:2] or word.startswith(other) or other.startswith(word)):
        return inf
    if len(word) < LONG:
        slip = len(word) >= SHORT and not replaced and word[0] == other[0]
        return SELDOM if slip else FREQUENT
    if away > 1 or word[0] != other[0]:
        return FREQUENT
    return SELDOM if word.startswith(other) else RARE


def _letters(word: str) -> int:
    """Return a bit mask: one bit for each letter, and another for a letter that occurs again."""
    mask = 0
    for char in word:
        bit = 1 << (ord(char) & 31)
        mask |= bit << 32 if mask & bit else bit
    return mask
