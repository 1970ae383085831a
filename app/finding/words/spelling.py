"""Spelling correction: finds the known words that are within a few edits of a word."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

SHORTEST = 5  # letters of a word that is corrected: shorter words are too similar to each other
CUTOFF = 0.74  # least similarity of a correction: two edits in eight letters
FIRST_LETTER = 0.1  # similarity taken off if the first letter differs: it is seldom mistyped


class Spelling:
    """The known words, and the letters in each.

    Computing the edit distance to ten thousand words takes half a millisecond. But each edit
    removes at most one letter and adds at most one. So the words with too many letters more or
    less are ruled out first, all at once; about fifteen are left to compare.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        self._letters = np.array([_letters(word) for word in words], np.uint64)
        lengths = np.array([len(word) for word in words], np.int32)
        self._places = np.argsort(lengths, kind="stable")  # places of the words by length
        self._lengths = lengths[self._places]
        self._lacking = ~self._letters[self._places]
        self._longest = max(map(len, words), default=0) / CUTOFF + 1
        self._allowed: dict[int, tuple[slice, npt.NDArray[np.uint8]]] = {}

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
        """Return the known word that is most similar, or the word itself if none is similar enough.

        Of two words that are equally similar, the last in the alphabet is returned.
        """
        if not SHORTEST <= len(word) <= self._longest or not word.isalpha():
            return word
        allowed = self._allowed.get(len(word))
        if allowed is None:
            fewer = int((1 - CUTOFF) * len(word) + 1e-6)
            span = self._of_length(len(word) - fewer, int((len(word) + 1e-6) / CUTOFF))
            longer = np.maximum(self._lengths[span], len(word))
            edits = ((1 - CUTOFF) * longer + 1e-6).astype(np.uint8)
            allowed = self._allowed[len(word)] = span, edits
        some = [self.words[place] for place in self._candidates(word, *allowed)]
        found = extract(word, some, scorer=OSA.normalized_similarity, score_cutoff=CUTOFF, limit=5)
        ranked = [(s - FIRST_LETTER * (w[0] != word[0]), w) for w, s, _ in found if w.isalpha()]
        score, best = max(ranked, default=(0.0, word))
        return best if score >= CUTOFF else word

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


def _letters(word: str) -> int:
    """Return a bit mask: one bit for each letter, and another for a letter that occurs again."""
    mask = 0
    for char in word:
        bit = 1 << (ord(char) & 31)
        mask |= bit << 32 if mask & bit else bit
    return mask
