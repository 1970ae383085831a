"""What speaks for each occupation, given a title: every signal an array float32 [N]."""

from dataclasses import dataclass

import numpy as np

from app.matching.features import positions, title_features, vector, word_keys
from app.matching.postings import Floats, Ids
from app.matching.tables import Regression, Tables
from app.matching.text import Reading

# Signals of an occupation, in the ranker's order.
SIGNALS = ("softmax", "nearest", "likelihood", "size")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Signals of one title, float32 [signals, N], and its likeness to every reading, [T]."""

    table: Floats
    likeness: Floats


def gather(tables: Tables, readings: list[Reading]) -> Evidence:
    """Every signal of a title, whose readings are one bag of features, or looked up one by one."""
    total = np.zeros((len(SIGNALS), tables.size), np.float32)
    bags = [title_features(reading) for reading in readings]
    for view, regression in enumerate(tables.regressions):
        bag = [key for views in bags for key in views[view]]
        features, values = vector(regression.keys, regression.idf, bag)
        total[0] += _log_softmax(regression, features, values) / len(tables.regressions)
        if not view:
            total[2] = tables.postings("use").add_up(features, values)
            total[2] += tables.use_base * values.sum()
    likeness = np.zeros(len(tables.row_title), np.float32)
    for reading in readings:
        np.maximum(likeness, _cosines(tables, reading), out=likeness)
    # An occupation whose own title has no word has no rows, and the best of none is not asked for.
    starts = np.concatenate([np.zeros(1, np.int32), tables.row_ends[:-1]])
    filled = np.flatnonzero(tables.row_ends > starts)
    if len(filled):
        total[1, filled] = np.maximum.reduceat(likeness, starts[filled])
    total[3] = tables.sizes
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
