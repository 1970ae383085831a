"""Words that the index does not know, brought back to words that it does."""

from collections.abc import Iterable

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

SHORTEST = 5  # letters: shorter words are too near to one another
CUTOFF = 0.74  # two slips in eight letters


def nearest(word: str, vocabulary: Iterable[str]) -> str | None:
    """The known word that `word` was meant to be, or None; of two equally near the last."""
    if len(word) < SHORTEST or not word.isalpha():
        return None
    found = extract(
        word, vocabulary, scorer=OSA.normalized_similarity, score_cutoff=CUTOFF, limit=5
    )
    # The first letter is seldom mistaken; a slip there costs half as much again.
    ranked = [(s - 0.1 * (w[0] != word[0]), w) for w, s, _ in found if w.isalpha()]
    good = [item for item in ranked if item[0] >= CUTOFF]
    return max(good)[1] if good else None
