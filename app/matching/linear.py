"""A softmax regression from features to occupations, learned from the index's own titles."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.matching.postings import Floats, Ids

EPOCHS = 8
BATCH = 384
RATE = 0.05
SEED = 20220901
NIL = 2e-3  # of a probability


@dataclass(frozen=True, slots=True)
class Examples:
    """Weighted bags of features, each with its class.

    Row `i` holds `columns[starts[i]:starts[i + 1]]`; `importance` is 1 for a title.
    """

    starts: Ids
    columns: Ids
    values: Floats
    classes: Ids
    importance: Floats


def train(examples: Examples, features: int, classes: int) -> Floats:
    """Weights float32 [features, classes], by Adagrad with one rate a feature.

    Logits are adjusted by the classes' sizes while learning and not afterwards, so that an
    occupation with two thousand titles has no head start over one with seven.
    """
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - a worker that only loads never needs it

    bags = csr_matrix(
        (examples.values, examples.columns, examples.starts),
        shape=(len(examples.classes), features),
    )
    weights = np.zeros((features, classes), np.float32)
    steps = np.full(features, 1e-3, np.float32)
    sizes = np.bincount(examples.classes, examples.importance, classes)
    bias = np.log(sizes + 1).astype(np.float32)
    order = np.random.default_rng(SEED)
    for _ in range(EPOCHS):
        shuffled = order.permutation(len(examples.classes))
        for start in range(0, len(shuffled), BATCH):
            rows = shuffled[start : start + BATCH]
            bag = bags[rows]
            errors = softmax(bag @ weights + bias)
            errors[np.arange(len(rows)), examples.classes[rows]] -= 1
            errors *= examples.importance[rows][:, None]
            # Nearly all of the thousand classes are out of the question for a title: their
            # slopes are nil, and leaving them out makes learning three times as fast.
            near = np.flatnonzero(np.abs(errors).ravel() > NIL)
            ends = np.searchsorted(near, np.arange(len(rows) + 1) * classes)
            sparse = csr_matrix(
                (errors.ravel()[near], near % classes, ends), shape=(len(rows), classes)
            )
            slopes = bag.T.tocsr() @ sparse
            lengths = np.diff(slopes.indptr)
            at = np.repeat(np.arange(features), lengths)
            squares = np.bincount(at, np.square(slopes.data), features) / classes
            steps += squares.astype(np.float32)
            weights[at, slopes.indices] -= RATE / np.sqrt(steps[at]) * slopes.data
    return weights


def softmax(scores: Floats) -> Floats:
    """Each row as probabilities."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return shares


def quantise(weights: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """Weights as int8 with one float32 scale a feature: a quarter of the memory."""
    if not weights.size:
        return weights.astype(np.int8), np.ones(len(weights), np.float32)
    scale = np.maximum(np.abs(weights).max(axis=1), 1e-9).astype(np.float32) / 127
    return np.rint(weights / scale[:, None]).astype(np.int8), scale
