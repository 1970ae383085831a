"""Searches and ranks occupations by how well their texts match the words of a query."""

from collections.abc import Callable
from functools import cache, partial, reduce
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app.finding.index_arrays import Floats, Ids, Runs
from app.finding.search.codes import code_digits, span_of_digits
from app.finding.search.corpus import Corpus
from app.finding.search.field import Field
from app.finding.search.highlight import shortest_span
from app.finding.search.query import QueryExpander, Term, readings, words_of
from app.finding.search.results import Hit, Meant, SearchResult
from app.finding.search.suggest import nearest
from app.finding.search.tokenizer import MAX_QUERY
from app.finding.search.weights import (
    KIND_NAMES,
    KIND_WEIGHTS,
    KINDS,
    NAME_PRECISION,
    PRECISION,
)

PRECISIONS = np.array([PRECISION.get(kind, NAME_PRECISION) for kind in KINDS], np.float32)
WHOLE = 0.2  # part of the share of a text that only the whole list has, not one of its items
POOLED = 0.50  # weight of words that are in different texts of an occupation
VOTE = 0.15  # weight of the number of titles that match
SIZE = 0.10  # weight of the occupation's size
NONE = np.zeros(1, np.float32)
SURE = 0.5  # power of the confidence that the query is a title
LEAST = 0.15  # least score of a hit
SHARE = 0.35  # least score of a hit as a share of the best


class Scored(NamedTuple):
    """The texts of a field that have a word of a reading, and how well each matches: [S] both."""

    field: Field
    texts: Ids  # ascending
    scores: Floats
    forms: Callable[[], dict[str, int]]
    """Returns what to highlight, see `shortest_span`: hundreds of words, so only on demand."""

    def best_of(self, occupation: int) -> tuple[float, int]:
        """Return the best score of an occupation's texts, and the text; -1 if it has none here."""
        rows = self.field.occupations.firsts[occupation : occupation + 2]
        start, end = self.texts.searchsorted(rows).tolist()
        if start == end:
            return -1.0, 0
        place = start + int(self.scores[start:end].argmax())
        return float(self.scores[place]), int(self.texts[place])


def search(
    corpus: Corpus,
    q: str,
    mask: npt.NDArray[np.bool_],
    limit: int,
    offset: int,
    *,
    as_title: bool = True,
) -> SearchResult:
    """See `SearchIndex.search`. The mask has the occupations that may be found.

    ``as_title`` false ranks by words alone, not by what they mean as a title.
    """
    digits = code_digits(q[:MAX_QUERY])
    coded = [at for at in corpus.lookup.find(digits) if mask[at]] if digits else []
    if coded:
        return _by_code(corpus, coded, len(digits or ""), limit, offset)
    words = words_of(q)
    if not words or not corpus.codes:
        return SearchResult(0, [], [], [])
    scores, found_by = _score(corpus, words)
    scores *= mask
    found = _near_best(scores)
    meant = corpus.titles_of.meaning(q[:MAX_QUERY]) if as_title else None
    if meant is not None:  # either may be right: their words match, or it is their title
        scores = 1 - (1 - scores) * (1 - (meant.sure * mask) ** SURE)
        found |= _near_best(scores)
    at = np.flatnonzero(found)
    order = at[np.argsort(-scores[at], kind="stable")]
    hits = [
        _hit(corpus, int(at), float(scores[at]), found_by, meant)
        for at in order[offset : offset + limit]
    ]
    codes = [corpus.codes[at] for at in order]
    return SearchResult(len(codes), hits, codes, [] if codes else nearest(corpus, q, limit))


def _near_best(scores: Floats) -> npt.NDArray[np.bool_]:
    near: npt.NDArray[np.bool_] = scores >= max(LEAST, SHARE * float(scores.max(initial=0.0)))
    return near


def _by_code(corpus: Corpus, found: list[int], typed: int, limit: int, offset: int) -> SearchResult:
    """Return the occupation that a code means, with the score 1, and those below it."""
    hits = [
        Hit(
            code := corpus.codes[at],
            corpus.titles[at],
            1.0 if rank == 0 else 0.8,
            "code",
            code,
            span_of_digits(code, typed),
        )
        for rank, at in enumerate(found[offset : offset + limit], offset)
    ]
    return SearchResult(len(found), hits, [corpus.codes[at] for at in found], [])


def _score(corpus: Corpus, words: list[str]) -> tuple[Floats, list[Scored]]:
    """Score every occupation, float32 [N], and every text under each reading of the query."""
    scores = np.zeros(len(corpus.codes), np.float32)
    found_by: list[Scored] = []
    expander = QueryExpander(corpus.vocabulary, corpus.rarity)
    for reading in readings(words, corpus.vocabulary):
        part, scored = _score_reading(corpus, expander.terms(reading))
        np.maximum(scores, part, out=scores)
        found_by += scored
    return scores, found_by


def _score_reading(corpus: Corpus, terms: list[Term]) -> tuple[Floats, list[Scored]]:
    """Score every occupation by its best text, by words in different texts, and by its titles."""
    forms = cache(partial(_forms, corpus.vocabulary.words, terms))
    found = [_score_field(corpus, field, terms) for field in (corpus.names, corpus.prose)]
    names, prose = found
    best = np.maximum(names.best(names.scores), prose.best(prose.scores))
    if len(terms) > 1:
        whole = _whole(terms)
        pooled = np.zeros(len(best), np.float32)
        for term, name, text in zip(terms, names.weights, prose.weights, strict=True):
            pooled += term.importance / whole * np.maximum(names.best(name), 0.8 * prose.best(text))
        np.maximum(best, POOLED * pooled**2, out=best)
    votes = names.runs.total(np.square(np.square(names.scores)), len(best))
    votes /= 1.0 + votes
    rest = 1.0 - VOTE - SIZE
    scores = corpus.levels * (best * (rest + SIZE * corpus.sizes) + VOTE * votes)
    return scores, [Scored(one.field, one.texts, one.scores, forms) for one in found]


def _whole(terms: list[Term]) -> float:
    return sum(term.importance for term in terms) or 1.0


def _forms(words: list[str], terms: list[Term]) -> dict[str, int]:
    """Return the alternatives of all terms, of each a bit for each term that it is of."""
    found: dict[str, int] = {}
    for at, term in enumerate(terms):
        for place in term.ids.tolist():
            found[words[place]] = found.get(words[place], 0) | 1 << at
    return found


class Found(NamedTuple):
    """The texts of a field that have a word of a reading: `S` of them, a tenth of all at most."""

    field: Field
    texts: Ids  # [S], ascending
    runs: Runs  # these by occupation
    weights: list[Floats]  # of each term the best weight in each text, [S]
    scores: Floats  # [S]

    def best(self, values: Floats) -> Floats:
        """Return the best of the values [S] of each occupation's texts, 0 without one: [N]."""
        return self.runs.best(values, len(self.field.occupations.firsts) - 1)


def _score_field(corpus: Corpus, field: Field, terms: list[Term]) -> Found:
    """Find the texts of a field that have a word, and score each."""
    which = [_alternatives(field, term) for term in terms]
    texts = (reduce(np.bitwise_or, which) != 0).nonzero()[0].astype(np.int32)
    covered = np.zeros(len(texts), np.float32)
    matched = np.zeros(len(texts), np.float32)
    weights = []
    whole = _whole(terms)
    for term, of_text in zip(terms, which, strict=True):
        here = of_text[texts]
        weights.append(np.concatenate((NONE, term.weights))[here])
        covered += weights[-1] * (term.importance / whole)
        matched += np.concatenate((NONE, corpus.rarity[term.ids]))[here]
    kinds = field.kinds[texts]
    share = np.minimum(matched / np.maximum(field.sizes[texts], 0.1), 1)
    whole_share = np.minimum(matched / np.maximum(field.wholes[texts], 0.1), 1)
    loss = PRECISIONS[kinds] * (1 - (1 - WHOLE) * share - WHOLE * whole_share)
    covered *= np.sqrt(covered)  # to the power of 1.5: half of a query counts a third
    scores: Floats = KIND_WEIGHTS[kinds] * covered * (1 - loss)
    return Found(field, texts, Runs.of(field.owners[texts]), weights, scores)


def _alternatives(field: Field, term: Term) -> npt.NDArray[np.uint16]:
    """Return which alternative of a term each text has, the best of several: from 1; 0 is none."""
    which = np.zeros(len(field.owners), np.uint16)
    if len(term.ids):
        texts = field.words.take(field.words.rows, term.ids)
        # The best is the last one, and of several assignments to a text the last one stays.
        counted = np.arange(1, len(term.ids) + 1, dtype=np.uint16)
        which[texts] = np.repeat(counted, field.words.lengths(term.ids))
    return which


def _hit(corpus: Corpus, at: int, score: float, found_by: list[Scored], meant: Meant | None) -> Hit:
    """Return an occupation with its text that matches best, highlighted."""
    text, kind, span = _shown(at, found_by, meant)
    return Hit(corpus.codes[at], corpus.titles[at], round(score, 4), kind, text, span)


def _shown(
    at: int, found_by: list[Scored], meant: Meant | None
) -> tuple[str, str, tuple[int, int]]:
    """Return the text, its kind and what to highlight: of this very title all of it."""
    if meant is not None and at in meant.known:
        text, kind = meant.title_of(at)
        return text, kind, (0, len(text))
    best, text_at, top = found_by[0], 0, 0.0
    for scored in found_by:
        score_here, place = scored.best_of(at)
        if score_here > top:
            best, text_at, top = scored, place, score_here
    if meant is not None and not top:  # no text has a word of it: its spelling, or its letters
        text, kind = meant.title_of(at)
    else:
        text, kind = best.field.texts.at(text_at), KIND_NAMES[best.field.kinds[text_at]]
    return text, kind, shortest_span(text, best.forms())
