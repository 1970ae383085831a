"""Words that an index does not know, brought back to words that it does."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

SHORTEST = 5  # letters: shorter words are too near to one another
CUTOFF = 0.74  # two slips in eight letters


class Spelling:
    """Known words by their letters: those that a word could be with some letters changed.

    To compare a word with each of ten thousand takes half a millisecond. A changed letter takes at
    most one letter away and adds at most one, and that can be counted for all words of about its
    length at once; some fifteen are left to be compared.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        self._letters = np.array([_letters(word) for word in words], np.uint64)
        lengths = np.array([len(word) for word in words], np.int32)
        self._places = np.argsort(lengths, kind="stable")  # of words in order of length
        self._lengths = lengths[self._places]
        self._lacking = ~self._letters[self._places]
        self._longest = max(map(len, words), default=0) / CUTOFF + 1
        self._alike: dict[int, tuple[slice, npt.NDArray[np.uint8]]] = {}

    def within(self, word: str, edits: int) -> list[int]:
        """Return places of all words that are that few edits away, and of some others."""
        span = self._between(len(word) - edits, len(word) + edits)
        return self._near(word, span, np.full(span.stop - span.start, edits, np.uint8))

    def _between(self, shortest: int, longest: int) -> slice:
        """Return where the words of so many letters stand in order of length."""
        start, end = self._lengths.searchsorted([shortest, longest + 1]).tolist()
        return slice(start, end)

    def _near(self, word: str, span: slice, edits: npt.NDArray[np.uint8]) -> list[int]:
        """Return places of the words of a span that lack so few letters, and have so few more."""
        letters, lacking = np.uint64(_letters(word)), self._lacking[span]
        near = (np.bitwise_count(letters & lacking) <= edits).nonzero()[0]
        near = near[np.bitwise_count(~(letters | lacking[near])) <= edits[near]]
        return sorted(self._places[span][near].tolist())

    def holding(self, part: str, edits: int, start: int, end: int) -> list[int]:
        """Return places from ``start`` to ``end`` of words that lack so few letters of ``part``."""
        lacking = np.bitwise_count(np.uint64(_letters(part)) & ~self._letters[start:end])
        found: list[int] = (start + np.flatnonzero(lacking <= edits)).tolist()
        return found

    def nearest(self, word: str) -> str | None:
        """Return the word that ``word`` was meant to be, or None; of two equally near the last."""
        if not SHORTEST <= len(word) <= self._longest or not word.isalpha():
            return None
        alike = self._alike.get(len(word))
        if alike is None:
            fewer = int((1 - CUTOFF) * len(word) + 1e-6)
            span = self._between(len(word) - fewer, int((len(word) + 1e-6) / CUTOFF))
            longer = np.maximum(self._lengths[span], len(word))
            edits = ((1 - CUTOFF) * longer + 1e-6).astype(np.uint8)
            alike = self._alike[len(word)] = span, edits
        some = [self.words[place] for place in self._near(word, *alike)]
        found = extract(word, some, scorer=OSA.normalized_similarity, score_cutoff=CUTOFF, limit=5)
        # The first letter is seldom mistaken; a slip there costs half as much again.
        ranked = [(s - 0.1 * (w[0] != word[0]), w) for w, s, _ in found if w.isalpha()]
        good = [item for item in ranked if item[0] >= CUTOFF]
        return max(good)[1] if good else None


def _letters(word: str) -> int:
    """Return a bit for each letter of a word, and another for each that stands there again."""
    mask = 0
    for char in word:
        bit = 1 << (ord(char) & 31)
        mask |= bit << 32 if mask & bit else bit
    return mask
