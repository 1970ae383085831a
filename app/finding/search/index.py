"""The search index: answers searches and suggestions."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from app.finding import index_file
from app.finding.entries import Entries
from app.finding.index_arrays import flatten, restore
from app.finding.search.corpus import Corpus, CorpusArrays, gather
from app.finding.search.results import SearchResult, Suggestion
from app.finding.search.search import search
from app.finding.search.suggest import suggest
from app.finding.search.weights import PROSE

FORM = "search"
"""What the file of such an index holds."""
SEARCHED = 4  # letters from which on a search is made where no title has such a prefix


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """An index of occupations. Threads may share one: it never changes."""

    corpus: Corpus

    @classmethod
    def build(cls, entries: Entries) -> Self:
        """Build the index. The order of the rows does not matter."""
        return cls(gather(entries))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Load an index file, whose memory processes share; a damaged one raises ``ValueError``."""
        texts, arrays = index_file.read(path, FORM)
        return cls(Corpus(**texts, arrays=restore(CorpusArrays, arrays)))

    def save(self, path: Path) -> None:
        """Write the index to a file."""
        corpus = self.corpus
        texts = {"codes": corpus.codes, "titles": corpus.titles, "words": corpus.vocabulary.words}
        index_file.write(path, FORM, flatten(corpus.arrays), texts)

    def with_employment(self, employment: Mapping[str, int | None]) -> Self:
        """Return the index for other figures: of two equal results the larger occupation leads.

        ``employment`` is the number of jobs by code.
        """
        return replace(self, corpus=self.corpus.with_employment(employment))

    def search(
        self, q: str, allowed: Set[str] | None = None, limit: int = 20, offset: int = 0
    ) -> SearchResult:
        """Find the occupations that match a query, best first; ties in order of code.

        Any text is a valid query. ``allowed`` has the codes that may be found; None allows all.
        """
        return search(self.corpus, q, allowed, limit, offset)

    def has_word(self, word: str) -> bool:
        """Tell whether a name of an occupation has a word, in the form that is indexed."""
        place = self.corpus.vocabulary.ids.get(word)
        return place is not None and self.corpus.names.has(place)

    def has_phrase(self, first: str, second: str) -> bool:
        """Tell whether a name has the second word right after the first, but for stop words."""
        ids = self.corpus.vocabulary.ids
        if first not in ids or second not in ids:
            return False
        return self.corpus.names.has_phrase(ids[first], ids[second])

    def suggest(self, q: str, limit: int = 8) -> list[Suggestion]:
        """Complete what was typed: the occupations with titles that have such a prefix.

        Best first, each once. If no title has such a prefix, these are the results of a search.
        """
        found = suggest(self.corpus, q, limit)
        if found or len(q.strip()) < SEARCHED:
            return found
        return [
            # The name of an occupation is shown, not one of its duties.
            Suggestion(hit.code, hit.title, hit.title, (0, 0))
            if hit.kind in PROSE
            else Suggestion(hit.code, hit.title, hit.text, hit.span)
            for hit in self.search(q, limit=limit).hits
        ]
