"""The index as callers know it: built from rows, asked by `search` and `suggest`."""

from dataclasses import dataclass
from pathlib import Path

from app.finding.search.corpus import Corpus, gather
from app.finding.search.entries import Entries
from app.finding.search.file import read, write
from app.finding.search.results import Hit, SearchResult, Suggestion
from app.finding.search.search import search
from app.finding.search.suggest import suggest
from app.finding.search.weights import PROSE

SEARCHED = 4  # letters from which on a search is made where no title begins with them


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """An index of occupations. It never changes, so threads may share it."""

    corpus: Corpus

    @classmethod
    def load(cls, path: Path) -> "SearchIndex":
        """Read an index that `save` wrote."""
        return cls(read(path))

    def save(self, path: Path) -> None:
        """Write the index to a file of arrays and JSON."""
        write(self.corpus, path)

    def search(
        self, q: str, allowed: set[str] | None = None, limit: int = 20, offset: int = 0
    ) -> SearchResult:
        """Find the occupations that answer to `q`, best first; ties in order of code.

        `allowed` holds the codes that may be found, None for all. Any text is a valid query.
        """
        return search(self.corpus, q, allowed, limit, offset)

    def suggest(self, q: str, limit: int = 8) -> list[Suggestion]:
        """Find the occupations that `q` may be the beginning of, best first, each once.

        Where no title begins so, the occupations that a search finds.
        """
        found = suggest(self.corpus, q, limit)
        if found or len(q.strip()) < SEARCHED:
            return found
        return [_as_suggestion(hit) for hit in self.search(q, limit=limit).hits]


def build(entries: Entries) -> SearchIndex:
    """Build an index. The same rows in another order give the same index."""
    return SearchIndex(gather(entries))


def _as_suggestion(hit: Hit) -> Suggestion:
    """Show a hit by its matching title, or by its own title where other text matched."""
    if hit.kind in PROSE:
        return Suggestion(hit.code, hit.title, hit.title, (0, 0))
    return Suggestion(hit.code, hit.title, hit.text, hit.span)
