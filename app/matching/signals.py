"""What speaks for each occupation, given a title: every signal an array float32 [N]."""

from dataclasses import dataclass

import numpy as np

from app.matching.features import positions, title_features, vector, word_keys
from app.matching.postings import Floats, Ids
from app.matching.tables import Regression, Tables
from app.matching.text import Reading

VOTE_POWER = 6  # a title's vote is its cosine to this power
FAINT = 1e-3  # of a share of votes: what an occupation without any is given

# Signals of an occupation, in the ranker's order.
SIGNALS = ("softmax", "votes", "nearest", "likelihood", "size")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Signals of one title, float32 [signals, N], and its likeness to every reading, [T]."""

    table: Floats
    likeness: Floats


def gather(tables: Tables, readings: list[Reading]) -> Evidence:
    """Every signal of a title, averaged over the ways to read it (the nearest title: the best)."""
    total = np.zeros((len(SIGNALS), tables.size), np.float32)
    likeness = np.zeros(len(tables.row_title), np.float32)
    # An occupation whose own title has no word has no rows, and sums over none are not asked for.
    starts = np.concatenate([np.zeros(1, np.int32), tables.row_ends[:-1]])
    filled = np.flatnonzero(tables.row_ends > starts)
    regressions = tables.regressions
    for reading in readings:
        cosines = _cosines(tables, reading)
        np.maximum(likeness, cosines, out=likeness)
        votes = np.zeros(tables.size, np.float32)
        if len(filled):
            votes[filled] = np.add.reduceat((cosines * cosines * cosines) ** 2, starts[filled])
        total[1] += np.log(votes / (votes.sum() + 1e-6) + FAINT)
        for view, bag in enumerate(title_features(reading)):
            regression = regressions[view]
            features, values = vector(regression.keys, regression.idf, bag)
            total[0] += _log_softmax(regression, features, values) / len(regressions)
            if not view:
                total[3] += tables.postings("use").add_up(features, values)
                total[3] += tables.use_base * values.sum()
    total /= max(len(readings), 1)
    if len(filled):
        total[2, filled] = np.maximum.reduceat(likeness, starts[filled])
    total[4] = tables.sizes
    return Evidence(total, likeness)


def _log_softmax(regression: Regression, features: Ids, values: Floats) -> Floats:
    """Log of the share that the regression gives each occupation."""
    hidden = (values * regression.scale[features]) @ regression.inner[features].astype(np.float32)
    scores = hidden @ regression.outer
    top = scores.max() if len(scores) else 0.0
    log_share: Floats = scores - top - np.log(np.exp(scores - top).sum())
    return log_share


def _cosines(tables: Tables, reading: Reading) -> Floats:
    """The likeness of a reading to every reading of the index, by weight of the words shared."""
    words = np.unique(positions(tables.word_keys, word_keys(set(reading.words))))
    weights = tables.word_weights[words]
    length = np.float32(max(float(np.sqrt(np.square(weights).sum())), 1e-9))
    squares = (np.square(weights) / length).astype(np.float32)
    dots = tables.postings("row").add_up(words, squares)
    cosines: Floats = dots / tables.row_norm
    return cosines
