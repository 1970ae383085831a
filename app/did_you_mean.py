"""Which known names are most like one that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import nlargest

from rapidfuzz.distance import Indel
from rapidfuzz.process import extract

MOST = 3


def did_you_mean(given: str, known: Iterable[str], likeness: float) -> tuple[str, ...]:
    """Return at most three known names, the likeliest first, of equal ones the last by name.

    ``likeness`` is the least share, 0 to 1, of letters that a name has in common with the given
    one, in order. No more of that is read than the longest known name has.
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
