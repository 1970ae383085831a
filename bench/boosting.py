"""Trains the title ranker's gradient-boosted trees: oblivious trees with a listwise softmax loss.

They correct scores that the candidates of each title have already.
"""

from typing import NamedTuple

import numpy as np

from app.finding.index_arrays import Floats
from app.finding.titles.ranker import Trees
from app.finding.titles.softmax_regression import softmax

BINS = 48  # thresholds that are tried for a feature
DEPTH = 4
TREES = 240
RATE = 0.08  # learning rate
STEADY = 20.0  # L2 regularization of the leaves
FEATURES = 0.4  # share of the features that each tree is grown from
LISTS = 0.6  # share of the lists that each tree is grown from
SEED = 27


class Lists(NamedTuple):
    """Candidates' features [lists, candidates, features], their scores, and which are right."""

    features: Floats
    scores: Floats
    right: np.ndarray


def boost(lists: Lists, allowed: list[int]) -> Trees:
    """Train trees on the allowed features, from lists in which a candidate is right."""
    some = lists.right.any(axis=1)
    right, scores = lists.right[some], lists.scores[some].copy()
    count, width = right.shape
    flat = lists.features[some].reshape(count * width, -1).T
    edges = [_edges(flat[f]) if f in allowed else np.zeros(0, np.float32) for f in range(len(flat))]
    bins = [np.searchsorted(e, flat[f]).astype(np.int64) for f, e in enumerate(edges)]
    chance = np.random.default_rng(SEED)
    grown: list[tuple[list[int], list[float], Floats]] = []
    for _ in range(TREES):
        shares = softmax(scores)
        true = shares * right
        slope = shares - true / np.maximum(true.sum(axis=1, keepdims=True), 1e-12)
        curve = np.maximum(shares * (1 - shares), 1e-4)
        drawn = np.repeat(chance.random(count) < LISTS, width)
        usable = [f for f in allowed if len(edges[f])]
        asked = chance.choice(usable, max(1, round(FEATURES * len(usable))), replace=False)
        questions = _questions(bins, slope.ravel(), curve.ravel(), np.flatnonzero(drawn), asked)
        leaf = np.zeros(count * width, np.int64)
        for f, at in questions:
            leaf = 2 * leaf + (bins[f] > at)
        pull = np.bincount(leaf[drawn], slope.ravel()[drawn], 2**DEPTH)
        weight = np.bincount(leaf[drawn], curve.ravel()[drawn], 2**DEPTH)
        values = (-RATE * pull / (weight + STEADY)).astype(np.float32)
        scores += values[leaf].reshape(count, width)
        thresholds = [float(edges[f][at]) for f, at in questions]
        grown.append(([f for f, _ in questions], thresholds, values))
    return Trees(
        np.array([features for features, _, _ in grown], np.int32),
        np.array([thresholds for _, thresholds, _ in grown], np.float32),
        np.array([leaves for _, _, leaves in grown], np.float32),
    )


def _edges(values: Floats) -> Floats:
    """Return a feature's quantiles as thresholds."""
    found: Floats = np.unique(np.quantile(values, np.linspace(0, 1, BINS + 1)[1:-1]))
    return found.astype(np.float32)


def _questions(
    bins: list[np.ndarray],
    slope: np.ndarray,
    curve: np.ndarray,
    rows: np.ndarray,
    asked: np.ndarray,
) -> list[tuple[int, int]]:
    """Choose (feature, threshold) for each depth, greedily, by how much it lowers the loss."""
    slope, curve = slope[rows], curve[rows]
    cells = {int(f): bins[f][rows] for f in asked}
    leaf = np.zeros(len(rows), np.int64)
    chosen: list[tuple[int, int]] = []
    for depth in range(DEPTH):
        best = (-1.0, 0, 0)
        for f, cell in cells.items():
            at = leaf * BINS + cell
            pull = np.bincount(at, slope, BINS << depth).reshape(-1, BINS).cumsum(axis=1)
            weight = np.bincount(at, curve, BINS << depth).reshape(-1, BINS).cumsum(axis=1)
            gain = pull**2 / (weight + STEADY)
            gain += (pull[:, -1:] - pull) ** 2 / (weight[:, -1:] - weight + STEADY)
            total = gain.sum(axis=0)[: int(cell.max())]
            if len(total) and total.max() > best[0]:
                best = (float(total.max()), f, int(total.argmax()))
        chosen.append(best[1:])
        leaf = 2 * leaf + (cells[best[1]] > best[2])
    return chosen
