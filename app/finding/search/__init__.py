"""Search and suggestions. Imports neither the web framework nor the database."""

from app.finding.search.index import SearchIndex
from app.finding.search.results import Hit, Meant, SearchResult, Suggestion, TitlesOf
from app.finding.search.understanding import Understood, understand

__all__ = [
    "Hit",
    "Meant",
    "SearchIndex",
    "SearchResult",
    "Suggestion",
    "TitlesOf",
    "Understood",
    "understand",
]
