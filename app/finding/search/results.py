"""The results of searches and suggestions."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app.finding.index_arrays import Floats


class Suggestion(NamedTuple):
    """An occupation that completes what was typed."""

    code: str
    title: str
    matched_title: str
    span: tuple[int, int]
    """Characters [start, end) of `matched_title` to highlight; (0, 0) for none."""


class Hit(NamedTuple):
    """An occupation, and its text that matches best."""

    code: str
    title: str
    score: float
    """0 to 1. It can be compared with other hits of the same query."""
    kind: str
    """code, title, job, direct_match, example, reported, alternate, everyday, duty,
    description."""
    text: str
    span: tuple[int, int]
    """Characters [start, end) of `text` to highlight."""


class SearchResult(NamedTuple):
    """One page of hits, and the codes of all."""

    total: int
    hits: list[Hit]
    codes: list[str]
    """All `total` codes, best first, for facets."""
    suggestions: list[Suggestion]
    """Occupations with similar titles, if there is no hit."""


class Meant(NamedTuple):
    """What a query means as a title."""

    sure: Floats  # [N] confidence that it is a title of the occupation
    known: frozenset[int]
    """The occupations that have this very title."""
    title_of: Callable[[int], tuple[str, str]]
    """Returns the title of an occupation that this rests on, and the title's kind."""


class TitlesOf(NamedTuple):
    """What title matching tells search."""

    held: npt.NDArray[np.bool_]  # [N] occupations that people hold: titles are of these
    meaning: Callable[[str], Meant | None]
    """Says what a query means as a title; None where it is sure of nothing."""
