"""The vocabulary of the search index: words by prefix, by stem and by edit distance."""

from bisect import bisect_left

from rapidfuzz import process
from rapidfuzz.distance import OSA

from app.finding.search.tokenizer import stem
from app.finding.search.weights import FIRST_LETTER, TYPO
from app.finding.words.spelling import Spelling

LAST = "\U0010ffff"  # sorts after every letter
MAX_NEAR = 24  # words within the edit distance that are used


class Vocabulary:
    """The words in alphabetical order. A word's id is its place."""

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self.ids = {word: at for at, word in enumerate(words)}
        self.spelling = Spelling(words)
        self.stems: dict[str, list[int]] = {}
        for at, word in enumerate(words):
            self.stems.setdefault(stem(word), []).append(at)

    def with_prefix(self, prefix: str) -> tuple[int, int]:
        """Return the ids [start, end) of the words with a prefix."""
        return bisect_left(self.words, prefix), bisect_left(self.words, prefix + LAST)

    def near(self, word: str) -> list[tuple[int, float]]:
        """Return the words within the allowed edit distance, and the weight of each."""
        edits = allowed_edits(word)
        if not edits:
            return []
        places = self.spelling.within(word, edits)
        some = [self.words[place] for place in places]
        found = process.extract(word, some, scorer=OSA.distance, score_cutoff=edits, limit=MAX_NEAR)
        return [(places[at], _weight(word, near, int(gone))) for near, gone, at in found]

    def near_prefix(self, prefix: str) -> list[tuple[int, float]]:
        """Return the words with a prefix within the allowed edit distance, and their weights."""
        edits = allowed_edits(prefix)
        best: dict[int, float] = {}
        # The first letter is seldom mistyped; if it is, the first two are usually swapped.
        for sure in prefix[:2] if edits else "":
            places = self.spelling.with_prefix(prefix, edits, *self.with_prefix(sure))
            for length in (len(prefix), len(prefix) + 1, len(prefix) - 1):
                cut = [self.words[place][:length] for place in places]
                found = process.extract(
                    prefix, cut, scorer=OSA.distance, score_cutoff=edits, limit=MAX_NEAR * 4
                )
                for near, gone, at in found:
                    weight = _weight(prefix, near, int(gone))
                    best[places[at]] = max(best.get(places[at], 0.0), weight)
            if best:
                break
        return sorted(best.items())


def allowed_edits(word: str) -> int:
    """Return the edit distance that is allowed for a word of this length."""
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2


def _weight(word: str, near: str, edits: int) -> float:
    return TYPO[edits] * (1.0 if word[:1] == near[:1] else FIRST_LETTER)
