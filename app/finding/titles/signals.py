"""The ranking signals of every occupation, given a title: each an array float32 [N]."""

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np

from app.finding.index_arrays import Floats, Ids, Runs
from app.finding.titles import evidence
from app.finding.titles.features import (
    DUTY_VIEW,
    VIEWS,
    Bag,
    counted,
    four_grams,
    positions,
    text_features,
    title_features,
    vector,
    word_keys,
)
from app.finding.titles.tables import Regression, Tables
from app.finding.titles.title_reader import Reading

# The signals in the order that the ranker has them.
SIGNALS = (
    # Log probability by each regression.
    *("words", "parts", "letters", "duties", "filed", "filed_letters"),
    "nearest",  # cosine similarity of words with the occupation's nearest title
    "heard",  # that with the nearest title of evidence, times the root of the occupation's share
    "covered",  # greatest share of this title's words that one of its titles has
    "spelled",  # cosine similarity of four-grams with the nearest title
    "said",  # share of this title's words in its titles and duties together
    "typical",  # log of how often its titles have these words
    "size",  # log of the number of titles
    "length",  # log of the number of words of the duties
)
UNKNOWN_IDF = 9.0  # idf of a word that no title has, in `covered`
UNKNOWN_WEIGHT = 5.0  # its weight in `said`
SELDOM = 0.3  # smoothing of counts: titles that have a word where none has it

NOTHING = Reading((), "")


class Evidence(NamedTuple):
    """The signals of one title, float32 [signals, N], and its similarity to every reading, [T]."""

    table: Floats
    similarity: Floats


def gather(tables: Tables, titles: Sequence[list[Reading]]) -> Iterator[Evidence]:
    """Compute all signals of each title, given its readings."""
    for readings, shares in zip(titles, _regressions(tables, titles), strict=True):
        yield _evidence(tables, readings or [NOTHING], shares)


def _evidence(tables: Tables, readings: list[Reading], shares: Sequence[Floats]) -> Evidence:
    """Combine the signals of a title's readings: of each the best."""
    similarity, nearest, heard, covered, spelled, said, common = (
        reduce(np.maximum, several)
        for several in zip(*(_by_words(tables, reading) for reading in readings), strict=True)
    )
    table = [
        *shares,
        nearest,
        heard,
        covered,
        spelled,
        said,
        common + np.log(SELDOM / (np.diff(tables.readings.firsts) + 3)).astype(np.float32),
        tables.sizes,
        np.log(np.maximum(tables.duty_words, 1)),
    ]
    return Evidence(np.stack(table).astype(np.float32, copy=False), similarity)


def _by_words(tables: Tables, reading: Reading) -> tuple[Floats, ...]:
    """Compute the similarity to every reading [T], then the signals of words [N] each."""
    count = len(tables.sizes)
    words = positions(tables.words.keys, word_keys(dict.fromkeys(reading.words)))
    unknown = len(set(reading.words)) - len(words)
    weights = np.square(tables.words.weights[words])
    squares = max(float(weights.sum()), 1e-9)
    rows, shared = tables.words.readings.having(words, weights, len(tables.words.norm))
    runs = Runs.of(tables.owners[tables.reading_title[rows]])
    covered = runs.best(shared, count) / np.float32(squares + unknown * UNKNOWN_IDF**2)
    shared /= tables.words.norm[rows] * np.float32(np.sqrt(squares))
    similarity = np.zeros(len(tables.words.norm), np.float32)
    similarity[rows] = shared
    nearest = runs.best(shared, count)
    heard, spelled = _heard(tables, reading), _spelled(tables, reading)
    return similarity, nearest, heard, covered, spelled, *_said(tables, words, unknown)


def _heard(tables: Tables, reading: Reading) -> Floats:
    """Compute `heard`; an occupation of O*NET has what the SOC's has that it is a part of."""
    words = positions(tables.heard.keys, word_keys(dict.fromkeys(reading.words)))
    weights = np.square(tables.heard.weights[words])
    rows, shared = tables.heard.readings.having(words, weights, len(tables.heard.norm))
    shared *= tables.heard_shares[rows] / tables.heard.norm[rows]
    best = Runs.of(tables.heard_owners[rows]).best(shared, len(tables.sizes))
    return best[tables.kin] / np.float32(max(np.sqrt(weights.sum()), 1e-9))


def _spelled(tables: Tables, reading: Reading) -> Floats:
    """Compute `spelled`: so many readings share four letters that finding them takes longer."""
    grams = positions(tables.grams.keys, four_grams(reading.words))
    weights = np.square(tables.grams.weights[grams])
    shared = tables.grams.readings.add_up(grams, weights, len(tables.grams.norm))
    shared /= tables.grams.norm
    best: Floats = tables.readings.best(shared) / np.float32(max(np.sqrt(weights.sum()), 1e-9))
    return best


def _regressions(tables: Tables, titles: Sequence[list[Reading]]) -> list[tuple[Floats, ...]]:
    """Compute for each title the log probabilities by each regression.

    All titles go through one regression before the next: each is some 2 MB, and so stays in the
    processor's cache.
    """
    bags = [_bags(readings) for readings in titles]
    shares = [
        [_log_softmax(regression, *vector(regression.keys, regression.idf, of[n])) for of in bags]
        for n, regression in enumerate(tables.regressions)
    ]
    return list(zip(*shares, strict=True))


def _bags(readings: list[Reading]) -> list[Bag]:
    """Return the features of all readings of a title for each regression."""
    views = [title_features(reading) for reading in readings]
    bags = [counted(b"".join([view[number] for view in views])) for number in range(VIEWS)]
    of_words = counted(b"".join([text_features(r.words, DUTY_VIEW) for r in readings]))
    return [*bags, of_words, *(bags[view] for view in evidence.VIEWS)]


def _log_softmax(regression: Regression, features: Ids, values: Floats) -> Floats:
    """Compute the log probability of each occupation."""
    hidden = (values * regression.scale[features]) @ regression.inner[features].astype(np.float32)
    scores = hidden @ regression.outer
    top = scores.max() if len(scores) else 0.0
    log_share: Floats = scores - top - np.log(np.exp(scores - top).sum())
    return log_share


def _said(tables: Tables, words: Ids, unknown: int) -> tuple[Floats, Floats]:
    """Compute `said`, and the mean log of how many titles of an occupation have a word: [N]."""
    count = len(tables.sizes)
    weights = tables.said_weights[words]
    whole = max(float(weights.sum()) + unknown * UNKNOWN_WEIGHT, 1e-9)
    said = tables.said.add_up(words, weights, count) / np.float32(whole)
    if not len(words):
        return said, np.zeros(count, np.float32)
    more = np.log(tables.said.take(tables.said_titles, words) / np.float32(SELDOM) + 1)
    often = np.bincount(tables.said.take(tables.said.rows, words), more / len(words), count)
    return said, often.astype(np.float32)
