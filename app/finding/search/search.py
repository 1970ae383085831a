"""Ranking: how well the texts of each occupation answer to the words of a query."""

from collections.abc import Callable
from functools import cache, partial
from typing import NamedTuple

import numpy as np

from app.finding.search.codes import code_digits
from app.finding.search.corpus import Corpus
from app.finding.search.field import Field, Floats, Ids
from app.finding.search.query import Finder, Term, readings, words_of
from app.finding.search.results import Hit, SearchResult
from app.finding.search.spans import shortest_span
from app.finding.search.suggest import nearest
from app.finding.search.text import MAX_QUERY
from app.finding.search.weights import KINDS, NAME_PRECISION, PRECISION

KIND_WEIGHTS = np.array(list(KINDS.values()), np.float32)
PRECISIONS = np.array([PRECISION.get(kind, NAME_PRECISION) for kind in KINDS], np.float32)
COVERAGE = 1.5  # power of the share of the query that a text has
WHOLE = 0.2  # part of that share that an item of a list cannot have, only the whole list
POOLED = 0.50  # weight of words that stand in different texts of one occupation
VOTE = 0.15  # weight of many titles that match
SIZE = 0.10  # weight of the occupation's size
LEAST = 0.15  # score below which nothing is a hit
SHARE = 0.35  # share of the best score below which nothing is a hit


class Scored(NamedTuple):
    """How well each text of a field answers to the terms of one reading."""

    field: Field
    scores: Floats
    forms: Callable[[], list[set[str]]]
    """The words that answer to each term: hundreds, so they are put together at the first hit."""


def search(
    corpus: Corpus, q: str, allowed: set[str] | None, limit: int, offset: int
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
    scores *= mask
    least = max(LEAST, SHARE * float(scores.max(initial=0.0)))
    order = np.lexsort((np.arange(len(scores)), -scores))
    order = order[: int(np.count_nonzero(scores >= least))]
    hits = [
        _hit(corpus, int(at), float(scores[at]), found_by) for at in order[offset : offset + limit]
    ]
    codes = [corpus.codes[at] for at in order]
    return SearchResult(len(codes), hits, codes, [] if codes else nearest(corpus, q, limit))


def _by_code(corpus: Corpus, found: list[int], typed: int, limit: int, offset: int) -> SearchResult:
    """List the occupations that a code means, the first of them in full, its kin less."""
    hits = []
    for rank, at in enumerate(found[offset : offset + limit], offset):
        code = corpus.codes[at]
        end, left = 0, typed
        while end < len(code) and left:
            left -= code[end].isdigit()
            end += 1
        score = 1.0 if rank == 0 else 0.8
        hits.append(Hit(code, corpus.titles[at], score, "code", code, (0, end)))
    return SearchResult(len(found), hits, [corpus.codes[at] for at in found], [])


def _score(corpus: Corpus, words: list[str]) -> tuple[Floats, list[Scored]]:
    """Find the score of every occupation, float32 [N], and of every text under each reading."""
    scores = np.zeros(len(corpus.codes), np.float32)
    found_by: list[Scored] = []
    finder = Finder(corpus.vocabulary, corpus.rarity)
    for reading in readings(words, corpus.vocabulary):
        terms = finder.terms(reading)
        part, scored = _score_reading(corpus, terms)
        np.maximum(scores, part, out=scores)
        found_by += scored
    return scores, found_by


def _score_reading(corpus: Corpus, terms: list[Term]) -> tuple[Floats, list[Scored]]:
    count = len(corpus.codes)
    whole = sum(term.importance for term in terms) or 1.0
    names, name_pool = _score_field(corpus, corpus.names, terms, whole)
    prose, prose_pool = _score_field(corpus, corpus.prose, terms, whole)
    best = corpus.names.best_of_runs(names, count)
    np.maximum(best, corpus.prose.best_of_runs(prose, count), out=best)
    if len(terms) > 1:
        pooled = np.zeros(count, np.float32)
        for term, name, text in zip(terms, name_pool, prose_pool, strict=True):
            pooled += term.importance / whole * np.maximum(name, 0.8 * text)
        np.maximum(best, POOLED * pooled**2, out=best)
    votes = corpus.names.sum_of_runs(np.square(np.square(names)), count)
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
    """Find the score of each text of a field, and the best find of each term in each occupation."""
    covered = np.zeros(len(field.owners), np.float32)
    matched = np.zeros(len(field.owners), np.float32)
    pools = []
    for term in terms:
        found, rarity = _find(corpus, field, term)
        covered += found * (term.importance / whole)
        matched += rarity
        if len(terms) > 1:
            pools.append(field.best_of_runs(found, len(corpus.codes)))
    scores = np.zeros(len(field.owners), np.float32)
    at = np.flatnonzero(covered)  # of tens of thousands of texts a query seldom touches one in ten
    kinds, covered = field.kinds[at], covered[at]
    matched = matched[at]
    share = np.minimum(matched / np.maximum(field.sizes[at], 0.1), 1)
    whole_share = np.minimum(matched / np.maximum(field.wholes[at], 0.1), 1)
    loss = PRECISIONS[kinds] * (1 - (1 - WHOLE) * share - WHOLE * whole_share)
    scores[at] = KIND_WEIGHTS[kinds] * covered**COVERAGE * (1 - loss)
    return scores, pools


def _find(corpus: Corpus, field: Field, term: Term) -> tuple[Floats, Floats]:
    """Find the best weight of a term in each text, and the rarity of the word that it is."""
    found = np.zeros(len(field.owners), np.float32)
    rarity = np.zeros(len(field.owners), np.float32)
    if len(term.ids):
        starts, ends = field.starts[term.ids], field.starts[term.ids + 1]
        spans = [slice(a, b) for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
        texts: Ids = np.concatenate([field.texts_of[span] for span in spans])
        # Weights ascend, and of several assignments to one place the last one stays.
        found[texts] = np.repeat(term.weights, ends - starts)
        rarity[texts] = np.repeat(corpus.rarity[term.ids], ends - starts)
    return found, rarity


def _hit(corpus: Corpus, at: int, score: float, found_by: list[Scored]) -> Hit:
    """Describe an occupation with the text of it that answers best."""
    best, text_at, top = found_by[0], 0, -1.0
    for scored in found_by:
        start, end = scored.field.run(at)
        if start < end:
            place = start + int(scored.scores[start:end].argmax())
            if scored.scores[place] > top:
                best, text_at, top = scored, place, float(scored.scores[place])
    text = best.field.text(text_at)
    span = shortest_span(text, best.forms())
    kind = best.field.kind(text_at)
    return Hit(corpus.codes[at], corpus.titles[at], round(score, 4), kind, text, span)
