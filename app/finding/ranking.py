"""One ranking: search and suggestions follow what a text means as a title.

The two rooms never meet. Here search is told what title matching decides.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

import numpy as np

from app.finding.search import Meant, SearchIndex, TitlesOf
from app.finding.titles.confidence import MIN_CONFIDENCE
from app.finding.titles.matcher import TitleMatcher
from app.finding.words.normalization import fold

GROUP = 0.98  # that a group's own name means it: as sure as of an occupation's


def with_titles(index: SearchIndex, titles: TitleMatcher) -> SearchIndex:
    """Return a search index that ranks by the meaning of titles; it has their occupations."""
    places = [index.corpus.places[code] for code in titles.codes]
    numbers = {place: n for n, place in enumerate(places)}
    of_titles = np.array(places, np.int32)
    held = np.zeros(len(index.corpus.codes), bool)
    held[of_titles] = True
    names = [fold(title) for title in index.corpus.titles]
    occupations = {names[place] for place in places}
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for place in np.flatnonzero(~held).tolist():
        if names[place] not in occupations:  # else that one leads
            groups[names[place]].append(place)

    @lru_cache(maxsize=1)  # where few titles have the words typed, suggestions ask twice
    def meaning(q: str) -> Meant | None:
        [found] = titles.meanings([q])
        if found is None or found.confidence.max() < MIN_CONFIDENCE:
            return None
        sure = np.zeros(len(held), np.float32)
        sure[of_titles] = found.confidence
        sure[groups.get(" ".join(fold(q).split()), [])] = GROUP
        known = frozenset(places[n] for n in titles.named(found))
        return Meant(sure, known, lambda at: titles.title_of(found, numbers[at]))

    return index.with_titles(TitlesOf(held, meaning))
