"""What the engine answers."""

from typing import NamedTuple


class Suggestion(NamedTuple):
    """An occupation that a few letters may be the beginning of."""

    code: str
    title: str
    matched_title: str
    span: tuple[int, int]
    """Characters [start, end) of `matched_title` that answer to the letters; (0, 0): none do."""


class Hit(NamedTuple):
    """An occupation found, and the text that it was found by."""

    code: str
    title: str
    score: float
    """0 to 1; comparable between the hits of one query."""
    kind: str
    """code, title, job, direct_match, example, reported, alternate, duty, description."""
    text: str
    span: tuple[int, int]
    """Characters [start, end) of `text` that answer to the query."""


class SearchResult(NamedTuple):
    """One page of hits, and every code found."""

    total: int
    hits: list[Hit]
    codes: list[str]
    """All `total` codes, best first: what facets count."""
    suggestions: list[Suggestion]
    """What was probably meant. Only where there is no hit."""
