"""Ranks occupations by their signals: a weighted sum, corrected by gradient-boosted trees.

The trees only see the candidates, the occupations with the best sums. `bench/train_title_match.py`
learns weights, trees and the calibration of confidence, and writes `ranker.json`.
"""

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from app.finding.index_arrays import Floats, Ids
from app.finding.titles import confidence
from app.finding.titles.confidence import Calibration
from app.finding.titles.evidence import BadModel
from app.finding.titles.signals import SIGNALS
from app.finding.titles.softmax_regression import best, softmax

FILE = Path(__file__).with_name("ranker.json")
CANDIDATES = 30  # of 100 titles, 95 have the right occupation among them
# The signals whose distance to the best candidate's is a feature too.
BESIDE = SIGNALS[: SIGNALS.index("size")]
# The trees' features of a candidate, in order. See `describe`.
FEATURES = (
    *("score", *SIGNALS),
    *(f"{name} beside" for name in ("score", *BESIDE)),
    *("major group", "broad group", "detailed group", "doubt"),
)


class Trees(NamedTuple):
    """Oblivious decision trees: at each depth a tree asks whether feature f is above t.

    The answers as binary digits, 1 for yes, are the number of the leaf. Depth is at most 8.
    """

    features: Ids  # [trees, depth]
    thresholds: Floats  # [trees, depth]
    leaves: Floats  # [trees, 2 ** depth]

    def add_up(self, features: Floats) -> Floats:
        """Return the sum of all trees' values for each row of features."""
        rows = np.ascontiguousarray(features.T)  # of a feature, which are copied as they are
        leaf = np.zeros((len(self.features), len(features)), np.uint8)
        for asked, threshold in zip(self.features.T, self.thresholds.T, strict=True):
            leaf += leaf
            leaf += rows.take(asked, axis=0) > threshold[:, None]
        trees, leaves = self.leaves.shape
        places = leaf + (leaves * np.arange(trees))[:, None]
        total: Floats = self.leaves.take(places).sum(axis=0)
        return total


def describe(table: Floats, groups: Ids, scores: Floats, chosen: Ids) -> Floats:
    """Return the trees' features, float32 [candidates, features].

    They are each candidate's score and signals, their distance to the best candidate's, the log
    probability of its groups, and the entropy of all probabilities (`doubt`).
    """
    described = np.empty((len(FEATURES), len(chosen)), np.float32)
    near = described[: 1 + len(SIGNALS)]
    near[0] = scores[chosen]
    near[1:] = table.take(chosen, axis=1)
    beside = near[: 1 + len(BESIDE)]
    described[len(near) : len(near) + len(beside)] = beside - beside.max(axis=1, keepdims=True)
    shares = softmax(scores).astype(np.float64)
    for group, row in zip(groups, described[-1 - len(groups) : -1], strict=True):
        row[:] = np.log(np.bincount(group, shares)[group[chosen]] + 1e-6)
    described[-1] = -float(shares @ np.log(shares + 1e-12))
    return described.T


class Ranker(NamedTuple):
    """One weight for each signal, trees, and the calibration of confidence."""

    weights: Floats
    trees: Trees
    calibration: Calibration

    def shares(self, table: Floats, groups: Ids) -> Floats:
        """Return the probability of each occupation, given the signals float32 [signals, N]."""
        scores: Floats = self.weights @ table
        chosen = best(scores, CANDIDATES)
        added = self.trees.add_up(describe(table, groups, scores, chosen))
        ranked = scores + added.min()  # all others stay behind the candidates
        ranked[chosen] = scores[chosen] + added
        return softmax(ranked)


def _weights(stored: dict[str, float], names: tuple[str, ...]) -> Floats:
    if set(stored) != set(names):
        raise ValueError("it was trained on other signals")
    return np.array([stored[name] for name in names], np.float32)


@cache
def load(file: Path = FILE) -> Ranker:
    """Return the ranker that `ranker.json` stores; raise ``BadModel`` where it cannot be used."""
    try:
        stored = json.loads(file.read_text())
        trees = Trees(
            np.array(stored["features"], np.int32),
            np.array(stored["thresholds"], np.float32),
            np.array(stored["leaves"], np.float32),
        )
        calibration = Calibration(
            _weights(stored["sure"], confidence.FEATURES), stored["shift"], stored["exact"]
        )
        return Ranker(_weights(stored["weights"], SIGNALS), trees, calibration)
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise BadModel(file, repr(fault)) from fault
