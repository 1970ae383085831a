"""Query expansion: for each word of a query the indexed words that may be meant, with weights."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from app.finding.index_arrays import Floats, Ids
from app.finding.search.tokenizer import (
    EMPTY,
    MAX_QUERY,
    MAX_WORDS,
    before_exceptions,
    expand,
    expand_beside,
    stem,
    tokens,
)
from app.finding.search.vocabulary import Vocabulary
from app.finding.search.weights import FILLER, HEAD, JOINED, KNOWN, PREFIX, STEM, UNKNOWN
from app.finding.words.word_lists import NOISE

COMMON = 3.0  # a word in e**3 texts or more is not a typing error
SHORTEST = 3  # letters of a prefix that is not the query's last word
MAX_WITH_PREFIX = 400  # words with a prefix that are used


class Term(NamedTuple):
    """A word of a query with its alternatives: the indexed words that may be meant."""

    ids: Ids  # [A] the alternatives, the best last
    weights: Floats  # [A] weight of each, 0 to 1, ascending
    importance: float


class Word(NamedTuple):
    """A word of a query."""

    text: str
    share: float
    """The share of a typed word: 1/3 for each word of an abbreviation of three words."""


def words_of(q: str) -> list[str]:
    """Split a query into distinct words, without stop words unless it has no others."""
    words = before_exceptions([token.word for token in tokens(q[:MAX_QUERY])])
    distinct = list(dict.fromkeys(words))
    return ([word for word in distinct if word not in EMPTY] or distinct)[:MAX_WORDS]


def readings(words: list[str], vocabulary: Vocabulary) -> Iterator[list[Word]]:
    """Yield the words as they are, with abbreviations expanded, and with unknown words split."""
    plain = [(word,) for word in words]
    yield _shared(plain)
    for parts in (expand_beside(words), [_split(w, vocabulary) for w in words]):
        if parts != plain:
            yield _shared(parts)


def _shared(parts: Iterable[tuple[str, ...]]) -> list[Word]:
    return [Word(word, 1 / len(part)) for part in parts for word in part][:MAX_WORDS]


def _split(word: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Split an unknown word into two known ones: `firefighter` into `fire` and `fighter`."""
    if word in vocabulary.ids:
        return (word,)
    for cut in range(3, len(word) - 2):
        if word[:cut] in vocabulary.ids and word[cut:] in vocabulary.ids:
            return word[:cut], word[cut:]
    return (word,)


class QueryExpander:
    """Expands the words of one query; the alternatives of a word are cached for all readings."""

    def __init__(self, vocabulary: Vocabulary, rarity: Floats) -> None:
        self._vocabulary = vocabulary
        self._rarity = rarity
        self._rarest = float(rarity.max(initial=1.0))
        self._found: dict[tuple[str, int], dict[int, float]] = {}

    def terms(self, words: list[Word]) -> list[Term]:
        """Return each word with its alternatives. Two words may be meant as one, too."""
        terms = []
        last = len(words) - 1
        for at, (word, share) in enumerate(words):
            found = dict(self._alternatives(word, 1 if at == last else SHORTEST))
            for start in (at - 1, at):
                if 0 <= start < last:
                    whole = words[start].text + words[start + 1].text
                    joined = self._vocabulary.ids.get(whole)
                    if joined is not None:
                        found[joined] = max(found.get(joined, 0.0), JOINED)
            ordered = sorted(found.items(), key=lambda pair: (pair[1], -pair[0]))
            ids = np.array([place for place, _ in ordered], np.int32)
            weights = np.array([weight for _, weight in ordered], np.float32)
            if len(ids):
                rare = float(self._rarity[ids[-1]])
            else:  # an unknown abbreviation is meant, any other unknown word may be a typo
                rare = self._rarest * (UNKNOWN if expand(word) == (word,) else 1.0)
            emphasis = (FILLER if word in NOISE else 1.0) * (HEAD if at == last else 1.0)
            terms.append(Term(ids, weights, rare * share * emphasis))
        return terms

    def _alternatives(self, word: str, shortest: int) -> dict[int, float]:
        """Return the weights of the indexed words that may be meant, by id."""
        known = self._found.get((word, shortest))
        if known is not None:
            return known
        vocabulary = self._vocabulary
        own = vocabulary.ids.get(word)
        doubt = 1.0 if own is None else KNOWN
        found: dict[int, float] = {}
        if len(word) >= shortest:
            start, end = vocabulary.with_prefix(word)
            for place in range(start, min(end, start + MAX_WITH_PREFIX)):
                share = len(word) / len(vocabulary.words[place])
                found[place] = doubt * (PREFIX[0] + PREFIX[1] * share)
        if own is None or self._rarity[own] >= self._rarest - COMMON:
            for place, weight in vocabulary.near(word):
                found[place] = max(found.get(place, 0.0), doubt * weight)
        for place in vocabulary.stems.get(stem(word), ()):
            found[place] = max(found.get(place, 0.0), STEM)
        if own is not None:
            found[own] = 1.0
        self._found[word, shortest] = found
        return found
