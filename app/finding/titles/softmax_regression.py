"""Trains a softmax regression of low rank, from the features of a title to occupations.

Each feature and each occupation has an embedding. A title's embedding is the weighted sum of its
features', and an occupation's score is the dot product with its own. Features of similar
occupations get similar embeddings, so new combinations of known words work too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from app.finding.index_arrays import Floats, Ids

if TYPE_CHECKING:  # only training needs it
    from scipy.sparse import csr_matrix

BATCH = 512
NEGATIVES = 250  # wrong classes sampled for a batch
FEATURES = 10  # times as fast as the classes, the features learn
SMOOTHING = 0.1  # label smoothing: some published titles are wrong
MOMENTUM, MEMORY = 0.9, 0.99  # Adam's betas
SEED = 20220901


@dataclass(frozen=True, slots=True)
class Examples:
    """Training examples: a sparse matrix of features, and the class and weight of each row."""

    bags: csr_matrix
    classes: Ids
    importance: Floats


class Shape(NamedTuple):
    """How a regression is trained."""

    rank: int
    epochs: int
    rate: float
    """Learning rate of the classes (Adam), falling to 0."""


def train(examples: Examples, classes: int, shape: Shape) -> tuple[Floats, Floats]:
    """Return the embeddings of features [features, rank] and of classes [rank, classes].

    Scores include the log of the class's size during training and not afterwards. So an occupation
    with two thousand titles has no advantage over one with seven.
    """
    chance = np.random.default_rng(SEED)
    count, features = examples.bags.shape
    # The most frequent features first: those of a batch are then near each other in memory.
    place = np.empty(features, np.int32)
    place[np.argsort(-examples.bags.getnnz(0), kind="stable")] = np.arange(features)
    bags = examples.bags.copy()
    bags.indices = place[bags.indices]
    bags.has_sorted_indices = False
    inner = chance.standard_normal((features, shape.rank), np.float32)
    inner /= np.float32(np.sqrt(shape.rank))
    outer = np.zeros((classes, shape.rank), np.float32)
    learner = _Learner(replace(examples, bags=bags), inner, outer, chance)
    total = shape.epochs * -(-count // BATCH)
    for _ in range(shape.epochs):
        learner.shuffle()
        for start in range(0, count, BATCH):
            learner.learn(start, shape.rate * (1 - (learner.done + 1) / (total + 1)))
    return inner[place], np.ascontiguousarray(outer.T)


class _Learner:
    """Learns from a batch at a time, in place: memory, not arithmetic, takes most of the time."""

    def __init__(
        self, examples: Examples, inner: Floats, outer: Floats, chance: np.random.Generator
    ) -> None:
        self.examples = examples
        self.inner, self.outer, self.chance = inner, outer, chance
        self.done = 0
        self._mean, self._square = np.zeros_like(outer), np.zeros_like(outer)
        self._steps = np.full(len(inner), 1e-6, np.float32)
        sizes = np.bincount(examples.classes, examples.importance, len(outer))
        self._bias = np.log(sizes + 1).astype(np.float32)
        self._place = np.zeros(len(inner), np.int32)  # of a feature among those of the batch
        self._here = np.zeros(len(inner), bool)
        self._room = np.empty_like(inner)

    def shuffle(self) -> None:
        """Put the examples in another order."""
        order = self.chance.permutation(len(self.examples.classes))
        one = self.examples
        self.examples = Examples(one.bags[order], one.classes[order], one.importance[order])

    def learn(self, start: int, rate: float) -> None:
        """Learn from the batch that begins at an example."""
        self.done += 1
        rows = slice(start, start + BATCH)
        bag, used = self._bag(rows)
        mine = np.take(self.inner, used, 0, out=self._room[: len(used)], mode="clip")
        hidden = bag @ mine
        right = np.unique(self.examples.classes[rows])
        some, bias = self._sampled(right)
        near = self.outer[some]
        errors = self._errors(rows, right, hidden @ near.T + bias)
        back = errors @ near
        self._move_classes(some, near, errors.T @ hidden, rate)
        slopes = bag.T.tocsr() @ back
        steps = self._steps[used] + np.einsum("ij,ij->i", slopes, slopes) / slopes.shape[1]
        self._steps[used] = steps
        slopes *= (FEATURES * rate / np.sqrt(steps))[:, None]
        mine -= slopes
        self.inner[used] = mine

    def _bag(self, rows: slice) -> tuple[csr_matrix, Ids]:
        """Return a batch's bags of the features that occur in it, and which these are."""
        bag = self.examples.bags[rows]
        self._here[bag.indices] = True
        used = np.flatnonzero(self._here).astype(np.int32)
        self._here[used] = False
        self._place[used] = np.arange(len(used), dtype=np.int32)
        parts = bag.data, self._place[bag.indices], bag.indptr
        return type(bag)(parts, shape=(bag.shape[0], len(used))), used

    def _sampled(self, right: Ids) -> tuple[Ids, Floats]:
        """Return the right classes with a sample of the wrong ones, and what to add to scores.

        This is sampled softmax: half the time of all classes, and as accurate. Adding the log of
        the inverse sampling rate lets the sample stand for all wrong classes.
        """
        wrong = np.delete(np.arange(len(self.outer)), right)
        drawn = self.chance.choice(wrong, min(NEGATIVES, len(wrong)), replace=False)
        some = np.concatenate([right, drawn])
        bias = self._bias[some]
        if len(drawn):
            bias[len(right) :] += np.float32(np.log(len(wrong) / len(drawn)))
        return some, bias

    def _errors(self, rows: slice, right: Ids, scores: Floats) -> Floats:
        """Return how far the probabilities are from what is right."""
        errors = softmax(scores)
        errors -= np.float32(SMOOTHING / errors.shape[1])
        at = np.searchsorted(right, self.examples.classes[rows])
        errors[np.arange(len(errors)), at] -= np.float32(1 - SMOOTHING)
        errors *= self.examples.importance[rows, None]
        return errors

    def _move_classes(self, some: Ids, near: Floats, slope: Floats, rate: float) -> None:
        """Move the embeddings ``near`` of some classes against their slope, by Adam."""
        mean, square = self._mean[some], self._square[some]
        mean *= MOMENTUM
        mean += slope * (1 - MOMENTUM)
        square *= MEMORY
        square += np.square(slope, out=slope) * (1 - MEMORY)
        self._mean[some], self._square[some] = mean, square
        size = np.sqrt(np.divide(square, 1 - MEMORY**self.done, out=square), out=square)
        size += np.float32(1e-8)
        mean *= rate / (1 - MOMENTUM**self.done)
        mean /= size
        near -= mean
        self.outer[some] = near


def softmax(scores: Floats) -> Floats:
    """Return scores as probabilities: each row sums to 1."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    raised /= raised.sum(axis=-1, keepdims=True)
    shares: Floats = raised
    return shares


def best(scores: Floats, count: int) -> Ids:
    """Return the places of the best scores, so many at most, best first; of equals the first."""
    least = np.partition(scores, -count)[-count] if len(scores) > count else -np.inf
    chosen = (scores >= least).nonzero()[0]
    order: Ids = chosen[np.argsort(-scores[chosen], kind="stable")][:count].astype(np.int32)
    return order


def quantize(weights: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """Return weights as int8, a quarter of the memory, and the scale of each row."""
    if not weights.size:
        return weights.astype(np.int8), np.ones(len(weights), np.float32)
    scale = np.maximum(np.abs(weights).max(axis=1), 1e-9).astype(np.float32) / 127
    return np.rint(weights / scale[:, None]).astype(np.int8), scale
