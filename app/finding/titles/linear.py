"""A softmax regression of low rank from features to occupations, learned from the index's titles.

Every feature has a short vector, and so has every occupation: a title's vector is the sum of its
features', and an occupation's score their product. Features that speak for the same occupations
come to lie together, which carries over to titles that combine them anew.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.finding.titles.postings import Floats, Ids

EPOCHS = 4
BATCH = 256
WRONG = 250  # classes that stand for all the wrong ones in a batch
RATE = 0.006  # of the occupations' vectors, falling to nil; of the features' ten times that
SMOOTHING = 0.1  # of the truth, shared among all occupations: published titles are not all right
MOMENTUM, MEMORY = 0.9, 0.99
SEED = 20220901


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


def train(
    examples: Examples, features: int, classes: int, rank: int, epochs: int = EPOCHS
) -> tuple[Floats, Floats]:
    """Vectors float32 [features, rank] and [rank, classes].

    Scores are adjusted by the classes' sizes while learning and not afterwards, so that an
    occupation with two thousand titles has no head start over one with seven.
    """
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - a worker that only loads never needs it

    bags = csr_matrix(
        (examples.values, examples.columns, examples.starts),
        shape=(len(examples.classes), features),
    )
    chance = np.random.default_rng(SEED)
    inner = chance.standard_normal((features, rank), np.float32) / np.float32(np.sqrt(rank))
    outer = np.zeros((classes, rank), np.float32)
    mean, square = np.zeros_like(outer), np.zeros_like(outer)
    steps = np.full(features, 1e-6, np.float32)
    bias = np.log(np.bincount(examples.classes, examples.importance, classes) + 1)
    bias = bias.astype(np.float32)
    count = len(examples.classes)
    total = epochs * -(-count // BATCH)
    done = 0
    for _ in range(epochs):
        shuffled = chance.permutation(count)
        for start in range(0, count, BATCH):
            rows = shuffled[start : start + BATCH]
            bag = bags[rows]
            right = np.unique(examples.classes[rows])
            some, raised = _others(right, classes, chance)
            near, hidden = outer[some], bag @ inner
            errors = softmax(hidden @ near.T + (bias[some] + raised))
            errors -= np.float32(SMOOTHING / len(some))
            at = np.searchsorted(right, examples.classes[rows])
            errors[np.arange(len(rows)), at] -= np.float32(1 - SMOOTHING)
            errors *= examples.importance[rows][:, None]
            slope, back = errors.T @ hidden, errors @ near
            done += 1
            rate = RATE * (1 - done / (total + 1))
            mean[some] = mean[some] * MOMENTUM + slope * (1 - MOMENTUM)
            square[some] = square[some] * MEMORY + np.square(slope) * (1 - MEMORY)
            size = np.sqrt(square[some] / (1 - MEMORY**done)) + np.float32(1e-8)
            outer[some] = near - (rate / (1 - MOMENTUM**done)) * mean[some] / size
            by_feature = bag.T.tocsr()
            used = np.flatnonzero(np.diff(by_feature.indptr))
            slopes = by_feature[used] @ back
            steps[used] += np.einsum("ij,ij->i", slopes, slopes) / rank
            inner[used] -= slopes * (10 * rate / np.sqrt(steps[used])).astype(np.float32)[:, None]
    return inner, np.ascontiguousarray(outer.T)


def _others(right: Ids, classes: int, chance: np.random.Generator) -> tuple[Ids, Floats]:
    """The right classes and some of the others, and by how much the scores of these are raised.

    A few hundred classes drawn at random stand for all that are wrong: half the time, and the
    same figures.
    """
    wrong = np.setdiff1d(np.arange(classes, dtype=np.int32), right, assume_unique=True)
    drawn = chance.choice(wrong, min(WRONG, len(wrong)), replace=False)
    some = np.concatenate([right, drawn]).astype(np.int32)
    raised = np.zeros(len(some), np.float32)
    raised[len(right) :] = np.log(len(wrong) / max(len(drawn), 1)) if len(drawn) else 0
    return some, raised


def softmax(scores: Floats) -> Floats:
    """Each row as probabilities."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    raised /= raised.sum(axis=-1, keepdims=True)
    shares: Floats = raised
    return shares


def quantise(weights: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """Weights as int8 with one float32 scale a row: a quarter of the memory."""
    if not weights.size:
        return weights.astype(np.int8), np.ones(len(weights), np.float32)
    scale = np.maximum(np.abs(weights).max(axis=1), 1e-9).astype(np.float32) / 127
    return np.rint(weights / scale[:, None]).astype(np.int8), scale
