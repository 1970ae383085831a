"""How the extents of two codes relate, computed from pairs of codes.

In one crosswalk, a pair is

- ``same`` or ``renamed``: neither code stands in another pair; code and title are the same or not;
- ``merged``: the first code leads to the second only, which others lead to as well;
- ``split``: the first code leads to others as well, the second comes of it only;
- ``part``: both stand in other pairs, or one of them is a residual group ("All Other") and the
  other is not, or is not all of it.

A publisher's word, where it gives one, stands beside the relation and does not change it.
"""

from __future__ import annotations

import re

WHOLE = frozenset({"same", "renamed"})
"""Relations of codes that have the same extent."""
INVERSE = {"merged": "split", "split": "merged", "narrow": "broad", "broad": "narrow"}
"""Relation or match → what it is from the other code; others are the same from both sides."""
_RESIDUAL = re.compile(r"\ball other\b|\bnot elsewhere classified\b|, other\.?$", re.I)


def is_residual(title: str | None) -> bool:
    """Tell whether a code is the rest of its group, by its title."""
    return title is not None and _RESIDUAL.search(title) is not None


def same_title(one: str | None, other: str | None) -> bool:
    """Tell whether titles are the same but for case. One that is not known is no other title."""
    return one is None or other is None or one.casefold() == other.casefold()


def relation_of(
    one: tuple[str, str | None], other: tuple[str, str | None], targets: int, sources: int
) -> str:
    """Return the relation of a pair. Codes come with their titles.

    ``targets`` is the number of codes that the first leads to, ``sources`` that of those that lead
    to the second.
    """
    residuals = is_residual(one[1]) + is_residual(other[1])
    if targets == sources == 1 and residuals != 1:
        return "same" if one[0] == other[0] and same_title(one[1], other[1]) else "renamed"
    if residuals or (targets > 1 and sources > 1):
        return "part"
    return "merged" if sources > 1 else "split"


def composed(first: str, second: str) -> str:
    """Return what is certain of the relation along two steps.

    ``same`` and ``renamed`` keep the other step's relation, as both codes have one extent. Merged
    twice is merged and split twice is split. All else may overlap only: ``part``.
    """
    if first in WHOLE and second in WHOLE:
        return "same" if first == second == "same" else "renamed"
    if first in WHOLE or first == second:
        return second
    return first if second in WHOLE else "part"
