"""The order of occupations by their signals, and the line that makes it a confidence.

A weighted sum of signals comes first. Trees then correct the scores of the likeliest candidates, by
how they stand beside one another. `bench/train_title_match.py` learns all of it from titles that it
holds out of the index, and writes `ranker.json`. Nothing is learned from the titles that the
benchmark measures with.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from app.finding.titles.linear import softmax
from app.finding.titles.postings import Floats, Ids
from app.finding.titles.signals import SIGNALS

FILE = Path(__file__).with_name("ranker.json")
CANDIDATES = 30  # that trees look at; the right one is among them in 95 of 100 titles
# Signals seen also as the distance to the best candidate's.
BESIDE = SIGNALS[: SIGNALS.index("size")]
# What trees look at of a candidate, in order, see `describe`.
FEATURES = (
    *("score", *SIGNALS),
    *(f"{name} beside" for name in ("score", *BESIDE)),
    *("major group", "broad group", "detailed group", "doubt"),
)


@dataclass(frozen=True, slots=True)
class Trees:
    """Trees that ask the same questions, is feature f above t, of every candidate; depth at most 8.

    `features` int32 and `thresholds` float32 [trees, depth]; `leaves` float32 [trees, 2 ** depth]
    holds the answer at the number that a candidate's yes and no spell in binary.
    """

    features: Ids
    thresholds: Floats
    leaves: Floats

    def add_up(self, features: Floats) -> Floats:
        """The sum of the trees' answers for each row of features."""
        leaf = np.zeros((len(features), len(self.features)), np.uint8)
        for asked, threshold in zip(self.features.T, self.thresholds.T, strict=True):
            leaf = leaf + leaf + (features.take(asked, axis=1) > threshold)
        trees, leaves = self.leaves.shape
        total: Floats = self.leaves.take(leaf + leaves * np.arange(trees)).sum(axis=1)
        return total


def likeliest(scores: Floats) -> Ids:
    """The candidates, best first."""
    return np.argsort(-scores, kind="stable")[:CANDIDATES].astype(np.int32)


def describe(table: Floats, groups: Ids, scores: Floats, chosen: Ids) -> Floats:
    """What trees look at, float32 [candidates, features].

    Each candidate's score and signals; how far they are from the best candidate's; the log share
    of its groups; and how much in doubt the title is (the entropy of the shares).
    """
    near = np.vstack([scores[chosen], table.take(chosen, axis=1)])
    beside = near[: 1 + len(BESIDE)]
    shares = softmax(scores).astype(np.float64)
    grouped = [np.log(np.bincount(group, shares)[group[chosen]] + 1e-6) for group in groups]
    doubt = -float((shares * np.log(shares + 1e-12)).sum())
    parts = [
        near,
        beside - beside.max(axis=1, keepdims=True),
        np.array(grouped),
        np.full((1, len(chosen)), doubt),
    ]
    described: Floats = np.vstack(parts).T.astype(np.float32)
    return described


@dataclass(frozen=True, slots=True)
class Ranker:
    """One weight a signal, and trees; log-odds times `slope` plus `shift` are the confidence's."""

    weights: Floats
    trees: Trees
    slope: float
    shift: float
    exact: float
    """The confidence that a title has which stands in the index as written."""

    def shares(self, table: Floats, groups: Ids) -> Floats:
        """The shares of occupations, summing to 1, by their signals float32 [signals, N]."""
        scores = (self.weights[:, None] * table).sum(axis=0)
        chosen = likeliest(scores)
        added = self.trees.add_up(describe(table, groups, scores, chosen))
        ranked = scores + added.min()  # the others stay behind as far as they were
        ranked[chosen] = scores[chosen] + added
        return softmax(ranked)

    def confidence(self, shares: Floats) -> Floats:
        """How many in one of matches with such shares were right among held-out titles."""
        safe = np.clip(shares, 1e-6, 1 - 1e-6)
        odds = self.slope * np.log(safe / (1 - safe)) + self.shift
        sure: Floats = (1 / (1 + np.exp(-odds))).astype(np.float32)
        return sure


@cache
def load() -> Ranker:
    """The ranker that was learned, from the file beside this module."""
    stored = json.loads(FILE.read_text())
    if set(stored["weights"]) != set(SIGNALS):
        message = "ranker.json was learned from other signals: run bench.train_title_match"
        raise ValueError(message)
    weights = np.array([stored["weights"][name] for name in SIGNALS], np.float32)
    trees = Trees(
        np.array(stored["features"], np.int32),
        np.array(stored["thresholds"], np.float32),
        np.array(stored["leaves"], np.float32),
    )
    return Ranker(weights, trees, stored["slope"], stored["shift"], stored["exact"])
