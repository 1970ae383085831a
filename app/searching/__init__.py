"""Search and suggestion over occupations: a pure engine, built from given rows."""

from app.searching.entries import Description, Duty, Entries, Occupation, Title
from app.searching.index import SearchIndex, build
from app.searching.results import Hit, SearchResult, Suggestion

__all__ = [
    "Description",
    "Duty",
    "Entries",
    "Hit",
    "Occupation",
    "SearchIndex",
    "SearchResult",
    "Suggestion",
    "Title",
    "build",
]
