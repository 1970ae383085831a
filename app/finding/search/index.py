"""The search index: answers searches and suggestions."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np

from app.finding import index_file
from app.finding.entries import Entries
from app.finding.index_arrays import flatten, restore
from app.finding.search.corpus import Corpus, CorpusArrays, gather
from app.finding.search.results import Hit, SearchResult, Suggestion, TitlesOf
from app.finding.search.search import search
from app.finding.search.suggest import is_finished, suggest
from app.finding.search.tokenizer import MAX_QUERY
from app.finding.search.weights import PROSE
from app.finding.words.normalization import readable

FORM = "search"
"""What the file of such an index holds."""
ENOUGH = 3  # suggestions beside which no search is made
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

    def with_titles(self, titles_of: TitlesOf) -> Self:
        """Return the index that ranks by what a query means as a title."""
        return replace(self, corpus=self.corpus.with_titles(titles_of))

    def search(
        self, q: str, allowed: Set[str] | None = None, limit: int = 20, offset: int = 0
    ) -> SearchResult:
        """Find the occupations that match a query, best first; ties in order of code.

        Any text is a valid query. ``allowed`` has the codes that may be found; None allows all.
        """
        mask = np.ones(len(self.corpus.codes), bool)
        if allowed is not None:
            places = self.corpus.places
            mask[:] = False
            mask[[places[code] for code in allowed if code in places]] = True
        return search(self.corpus, readable(q), mask, limit, offset)

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
        """Complete what was typed: a code, or a title of occupations that people hold.

        Each is there once, best first. The occupations lead of which it is a title. Those follow
        with titles that have such a prefix, and where these are few, the results of a search.
        """
        q = readable(q)[:MAX_QUERY]
        found = suggest(self.corpus, q, limit)
        if len(found) >= min(limit, ENOUGH) or len(q.strip()) < SEARCHED:
            return found
        there = {suggestion.code for suggestion in found}
        whole = is_finished(self.corpus, q)
        hits = search(self.corpus, q, self.corpus.titles_of.held, limit, 0, as_title=whole).hits
        return [
            *found,
            *(_suggested(hit) for hit in hits if hit.code not in there),
        ][:limit]


def _suggested(hit: Hit) -> Suggestion:
    """Return a result of a search as a suggestion: with a name, not one of its duties."""
    if hit.kind in PROSE:
        return Suggestion(hit.code, hit.title, hit.title, (0, 0))
    return Suggestion(hit.code, hit.title, hit.text, hit.span)
