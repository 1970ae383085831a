"""Search and suggestion over occupations: a pure engine, built from given rows."""

from app.finding.search.entries import Description, Duty, Entries, Occupation, Title
from app.finding.search.index import SearchIndex, build
from app.finding.search.results import Hit, SearchResult, Suggestion

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
