"""Trains a softmax regression of low rank, from the features of a title to occupations.

Each feature and each occupation has an embedding. A title's embedding is the weighted sum of its
features', and an occupation's score is the dot product with its own. Features of similar
occupations get similar embeddings, so new combinations of known words work too.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.finding.index_arrays import Floats, Ids

EPOCHS = 4
BATCH = 256
NEGATIVES = 250  # wrong classes sampled for a batch
RATE = 0.006  # learning rate of the classes (Adam), falling to 0; ten times that for features
SMOOTHING = 0.1  # label smoothing: some published titles are wrong
MOMENTUM, MEMORY = 0.9, 0.99  # Adam's betas
SEED = 20220901


@dataclass(frozen=True, slots=True)
class Examples:
    """Training examples: a sparse matrix of features, and the class and weight of each row."""

    starts: Ids
    columns: Ids
    values: Floats
    classes: Ids
    importance: Floats


def train(
    examples: Examples, features: int, classes: int, rank: int, epochs: int = EPOCHS
) -> tuple[Floats, Floats]:
    """Return the embeddings of features [features, rank] and of classes [rank, classes].

    Scores include the log of the class's size during training and not afterwards. So an occupation
    with two thousand titles has no advantage over one with seven.
    """
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - only training needs it

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
            some, raised = _sampled(right, classes, chance)
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


def _sampled(right: Ids, classes: int, chance: np.random.Generator) -> tuple[Ids, Floats]:
    """Return the right classes with a sample of the wrong ones, and what to add to their scores.

    This is sampled softmax: half the time of all classes, and as accurate. Adding the log of the
    inverse sampling rate lets the sample stand for all wrong classes.
    """
    wrong = np.setdiff1d(np.arange(classes, dtype=np.int32), right, assume_unique=True)
    drawn = chance.choice(wrong, min(NEGATIVES, len(wrong)), replace=False)
    some = np.concatenate([right, drawn]).astype(np.int32)
    raised = np.zeros(len(some), np.float32)
    raised[len(right) :] = np.log(len(wrong) / max(len(drawn), 1)) if len(drawn) else 0
    return some, raised


def softmax(scores: Floats) -> Floats:
    """Return scores as probabilities: each row sums to 1."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    raised /= raised.sum(axis=-1, keepdims=True)
    shares: Floats = raised
    return shares


def quantize(weights: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """Return weights as int8, a quarter of the memory, and the scale of each row."""
    if not weights.size:
        return weights.astype(np.int8), np.ones(len(weights), np.float32)
    scale = np.maximum(np.abs(weights).max(axis=1), 1e-9).astype(np.float32) / 127
    return np.rint(weights / scale[:, None]).astype(np.int8), scale
