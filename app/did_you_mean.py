"""Near names: the known names most similar to one that is unknown."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import nlargest

from rapidfuzz.distance import Indel
from rapidfuzz.process import extract

MOST = 3


def did_you_mean(given: str, known: Iterable[str], likeness: float) -> tuple[str, ...]:
    """Return at most three known names, the most similar first.

    ``likeness`` is the least similarity, 0 to 1: the share of letters in common, in order. The
    given name is cut at the length of the longest known one.
    """
    names = list(known)
    longest = max(map(len, names), default=0)
    found = extract(
        given[:longest],
        names,
        scorer=Indel.normalized_similarity,
        score_cutoff=likeness,
        limit=None,
    )
    return tuple(name for _, name in nlargest(MOST, ((score, name) for name, score, _ in found)))
