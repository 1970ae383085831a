"""Search and suggestions. Imports neither the web framework nor the database."""

from app.finding.search.index import SearchIndex
from app.finding.search.results import Hit, SearchResult, Suggestion

__all__ = ["Hit", "SearchIndex", "SearchResult", "Suggestion"]
