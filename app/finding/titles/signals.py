"""What speaks for each occupation, given a title: every signal an array float32 [N]."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from app.finding.titles.features import (
    DUTY_VIEW,
    VIEWS,
    letter_runs,
    plain_features,
    positions,
    title_features,
    vector,
    word_keys,
)
from app.finding.titles.postings import Floats, Ids
from app.finding.titles.tables import Regression, Tables
from app.finding.words.text import Reading

# Signals of an occupation, in the ranker's order.
SIGNALS = (
    *("words", "parts", "letters", "duties"),  # log shares by the regressions
    "nearest",  # the most that a title of the occupation has in common with this one
    "covered",  # the most of this title that a title of the occupation says
    "spelled",  # the nearest title by runs of letters
    "said",  # how much of this title the occupation's titles and duties say together
    "typical",  # log of how common its words are in the occupation's titles
    "size",  # log of the number of titles
    "length",  # log of the number of words of the duties
)
STRANGE_IDF = 9.0  # in `covered`, the weight of a word that no title has
STRANGE = 5.0  # the same in `said`
SELDOM = 0.3  # titles that a word is taken to stand in where it stands in none


NOTHING = Reading((), "")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Signals of one title, float32 [signals, N], and its likeness to every reading, [T]."""

    table: Floats
    likeness: Floats


def gather(tables: Tables, titles: Sequence[list[Reading]]) -> Iterator[Evidence]:
    """Every signal of each title, by its readings."""
    for readings, shares in zip(titles, _regressions(tables, titles), strict=True):
        yield _gathered(tables, readings, shares)


def _gathered(tables: Tables, readings: list[Reading], shares: Sequence[Floats]) -> Evidence:
    found = [_looked_up(tables, reading) for reading in readings or [NOTHING]]
    likeness, covered, spelled, said, common = (
        reduce(np.maximum, several) for several in zip(*found, strict=True)
    )
    counts = np.diff(tables.row_ends, prepend=0)
    table = [
        *shares,
        _best(tables, likeness),
        covered,
        spelled,
        said,
        common + np.log(SELDOM / (counts + 3)),
        tables.sizes,
        np.log(np.maximum(tables.duty_words, 1)),
    ]
    return Evidence(np.stack(table).astype(np.float32, copy=False), likeness)


def _looked_up(tables: Tables, reading: Reading) -> tuple[Floats, ...]:
    """What speaks for occupations by one reading: its likeness to every reading, then [N] each."""
    words = positions(tables.word_keys, word_keys(dict.fromkeys(reading.words)))
    strange = len(set(reading.words)) - len(words)
    return (
        *_compare(tables, words, strange),
        _spelled(tables, reading),
        *_telling(tables, words, strange),
    )


def _regressions(tables: Tables, titles: Sequence[list[Reading]]) -> list[tuple[Floats, ...]]:
    """For each title, the log of the share that each regression gives each occupation.

    A regression is asked for all titles before the next one is: each has some 2 MB, which stay in
    the processor's cache meanwhile.
    """
    bags = [_bags(readings) for readings in titles]
    shares = [
        [_log_softmax(regression, *vector(regression.keys, regression.idf, of[n])) for of in bags]
        for n, regression in enumerate(tables.regressions)
    ]
    return list(zip(*shares, strict=True))


def _bags(readings: list[Reading]) -> list[bytes]:
    """The features of a title for each regression: those of all its readings."""
    views = [title_features(reading) for reading in readings]
    bags = [b"".join([view[number] for view in views]) for number in range(VIEWS)]
    bags.append(b"".join([plain_features(r.words, DUTY_VIEW) for r in readings]))
    return bags


def _log_softmax(regression: Regression, features: Ids, values: Floats) -> Floats:
    """Log of the share that the regression gives each occupation."""
    hidden = (values * regression.scale[features]) @ regression.inner[features].astype(np.float32)
    scores = hidden @ regression.outer
    top = scores.max() if len(scores) else 0.0
    log_share: Floats = scores - top - np.log(np.exp(scores - top).sum())
    return log_share


def _compare(tables: Tables, words: Ids, strange: int) -> tuple[Floats, Floats]:
    """The likeness of words to every reading, [T], and the most that an occupation covers, [N]."""
    squares = np.square(tables.word_weights[words])
    whole = max(float(squares.sum()), 1e-9)
    shared = tables.rows.add_up(words, squares)
    covered: Floats = _best(tables, shared) / np.float32(whole + strange * STRANGE_IDF**2)
    shared /= tables.row_norm * np.float32(np.sqrt(whole))
    return shared, covered


def _spelled(tables: Tables, reading: Reading) -> Floats:
    """The likeness to an occupation's nearest reading, by weight of runs of letters shared, [N]."""
    runs = positions(tables.run_keys, letter_runs(reading.words))
    squares = np.square(tables.run_weights[runs])
    length = np.float32(max(float(np.sqrt(squares.sum())), 1e-9))
    likeness = tables.runs.add_up(runs, squares)
    likeness /= tables.run_norm * length
    return _best(tables, likeness)


def _best(tables: Tables, rows: Floats) -> Floats:
    """The most that any of each occupation's readings has, [N]; 0 where it has none."""
    # An occupation whose own title has no word has no rows, and the best of none is not asked for.
    filled, starts = tables.first_rows
    best = np.zeros(tables.size, np.float32)
    if len(filled):
        best[filled] = np.maximum.reduceat(rows, starts)
    return best


def _telling(tables: Tables, words: Ids, strange: int) -> tuple[Floats, Floats]:
    """How much of the words each occupation says, and how often in its titles, as a log, [N]."""
    weights = tables.said_weights[words]
    said = tables.said.add_up(words, weights) / np.float32(
        max(float(weights.sum()) + strange * STRANGE, 1e-9)
    )
    often = np.zeros(tables.size, np.float32)
    if len(words):
        titles, columns = tables.said.of(words, tables.said_titles, tables.said_columns)
        more = np.log(titles / np.float32(SELDOM) + 1)
        np.add.at(often, columns, more / np.float32(len(words)))
    return said, often
