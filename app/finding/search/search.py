"""Searches and ranks occupations by how well their texts match the words of a query."""

from collections.abc import Callable, Set
from functools import cache, partial
from typing import NamedTuple

import numpy as np

from app.finding.index_arrays import Floats
from app.finding.search.codes import code_digits, span_of_digits
from app.finding.search.corpus import Corpus
from app.finding.search.field import Field
from app.finding.search.highlight import shortest_span
from app.finding.search.query import QueryExpander, Term, readings, words_of
from app.finding.search.results import Hit, SearchResult
from app.finding.search.suggest import nearest, said_by
from app.finding.search.tokenizer import MAX_QUERY
from app.finding.search.weights import (
    KIND_NAMES,
    KIND_WEIGHTS,
    KINDS,
    NAME_PRECISION,
    PRECISION,
)

PRECISIONS = np.array([PRECISION.get(kind, NAME_PRECISION) for kind in KINDS], np.float32)
COVERAGE = 1.5  # power of the share of the query that a text has
WHOLE = 0.2  # part of the share of a text that only the whole list has, not one of its items
POOLED = 0.50  # weight of words that are in different texts of an occupation
VOTE = 0.15  # weight of the number of titles that match
SIZE = 0.10  # weight of the occupation's size
SAID_STEP = 0.03  # of the scores of the occupations that an everyday name may mean: 1, 0.97 ...
LEAST = 0.15  # least score of a hit
SHARE = 0.35  # least score of a hit as a share of the best


class Scored(NamedTuple):
    """The scores of a field's texts for one reading of the query."""

    field: Field
    scores: Floats
    forms: Callable[[], list[set[str]]]
    """Returns the alternatives of each term, to highlight: hundreds of words, so only on demand."""


def search(
    corpus: Corpus, q: str, allowed: Set[str] | None, limit: int, offset: int
) -> SearchResult:
    """See `SearchIndex.search`."""
    mask = np.ones(len(corpus.codes), bool)
    if allowed is not None:
        mask[:] = False
        mask[[corpus.places[code] for code in allowed if code in corpus.places]] = True
    digits = code_digits(q[:MAX_QUERY])
    found = [at for at in corpus.lookup.find(digits) if mask[at]] if digits else []
    if found:
        return _by_code(corpus, found, len(digits or ""), limit, offset)
    words = words_of(q)
    if not words or not corpus.codes:
        return SearchResult(0, [], [], [])
    scores, found_by = _score(corpus, words)
    said = said_by(corpus, q)
    for place, at in enumerate(said):
        scores[at] = 1 - SAID_STEP * place
    scores *= mask
    least = max(LEAST, SHARE * float(scores.max(initial=0.0)))
    order = np.lexsort((np.arange(len(scores)), -scores))
    order = order[: int(np.count_nonzero(scores >= least))]
    hits = [
        _hit(corpus, int(at), float(scores[at]), found_by, said.get(int(at)))
        for at in order[offset : offset + limit]
    ]
    codes = [corpus.codes[at] for at in order]
    return SearchResult(len(codes), hits, codes, [] if codes else nearest(corpus, q, limit))


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
    count = len(corpus.codes)
    whole = sum(term.importance for term in terms) or 1.0
    names, name_pool = _score_field(corpus, corpus.names, terms, whole)
    prose, prose_pool = _score_field(corpus, corpus.prose, terms, whole)
    best = corpus.names.occupations.best(names)
    np.maximum(best, corpus.prose.occupations.best(prose), out=best)
    if len(terms) > 1:
        pooled = np.zeros(count, np.float32)
        for term, name, text in zip(terms, name_pool, prose_pool, strict=True):
            pooled += term.importance / whole * np.maximum(name, 0.8 * text)
        np.maximum(best, POOLED * pooled**2, out=best)
    votes = corpus.names.occupations.total(np.square(np.square(names)))
    votes /= 1.0 + votes
    rest = 1.0 - VOTE - SIZE
    scores = corpus.levels * (best * (rest + SIZE * corpus.sizes) + VOTE * votes)
    forms = cache(partial(_forms, corpus.vocabulary.words, terms))
    return scores, [Scored(corpus.names, names, forms), Scored(corpus.prose, prose, forms)]


def _forms(words: list[str], terms: list[Term]) -> list[set[str]]:
    return [{words[place] for place in term.ids.tolist()} for term in terms]


def _score_field(
    corpus: Corpus, field: Field, terms: list[Term], whole: float
) -> tuple[Floats, list[Floats]]:
    """Score each text of a field; return the best weight of each term in each occupation too."""
    covered = np.zeros(len(field.owners), np.float32)
    matched = np.zeros(len(field.owners), np.float32)
    pools = []
    for term in terms:
        found, rarity = _find(corpus, field, term)
        covered += found * (term.importance / whole)
        matched += rarity
        if len(terms) > 1:
            pools.append(field.occupations.best(found))
    scores = np.zeros(len(field.owners), np.float32)
    at = np.flatnonzero(covered)  # seldom more than a tenth of all texts
    kinds, covered = field.kinds[at], covered[at]
    matched = matched[at]
    share = np.minimum(matched / np.maximum(field.sizes[at], 0.1), 1)
    whole_share = np.minimum(matched / np.maximum(field.wholes[at], 0.1), 1)
    loss = PRECISIONS[kinds] * (1 - (1 - WHOLE) * share - WHOLE * whole_share)
    scores[at] = KIND_WEIGHTS[kinds] * covered**COVERAGE * (1 - loss)
    return scores, pools


def _find(corpus: Corpus, field: Field, term: Term) -> tuple[Floats, Floats]:
    """Return the best weight of a term in each text, and the rarity of the word found there."""
    found = np.zeros(len(field.owners), np.float32)
    rarity = np.zeros(len(field.owners), np.float32)
    if len(term.ids):
        texts = field.words.take(field.words.rows, term.ids)
        lengths = field.words.lengths(term.ids)
        # Weights ascend, and of several assignments to a text the last one stays.
        found[texts] = np.repeat(term.weights, lengths)
        rarity[texts] = np.repeat(corpus.rarity[term.ids], lengths)
    return found, rarity


def _hit(corpus: Corpus, at: int, score: float, found_by: list[Scored], said: int | None) -> Hit:
    """Return an occupation with its text that matches best, highlighted: ``said``, if there is."""
    if said is not None:
        text, kind = corpus.names.texts.at(said), KIND_NAMES[corpus.names.kinds[said]]
        return Hit(corpus.codes[at], corpus.titles[at], round(score, 4), kind, text, (0, len(text)))
    best, text_at, top = found_by[0], 0, -1.0
    for scored in found_by:
        start, end = scored.field.occupations.rows_of(at)
        if start < end:
            place = start + int(scored.scores[start:end].argmax())
            if scored.scores[place] > top:
                best, text_at, top = scored, place, float(scored.scores[place])
    text = best.field.texts.at(text_at)
    span = shortest_span(text, best.forms())
    kind = KIND_NAMES[best.field.kinds[text_at]]
    return Hit(corpus.codes[at], corpus.titles[at], round(score, 4), kind, text, span)
