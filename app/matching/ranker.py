"""A small forest of boosted trees that orders candidates, and the curve that calibrates it.

`bench/train_title_match.py` learns both from titles that it holds out of the index, and writes
`ranker.json`. Nothing is learned from the titles that the benchmark measures with.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from app.matching.postings import Floats, Ids
from app.matching.signals import CANDIDATES, GLOBALS, SIGNALS, Evidence, first_guess

FILE = Path(__file__).with_name("ranker.json")


@dataclass(frozen=True, slots=True)
class Ranker:
    """Trees as arrays [trees, nodes]: a leaf points at itself, so that every walk is as long."""

    feature: Ids
    threshold: Floats
    left: Ids
    right: Ids
    value: Floats
    depth: int
    start: float
    curve_from: Floats  # ascending log-odds of the forest
    curve_to: Floats  # ascending share that was right

    def score(self, rows: Floats) -> Floats:
        """Log-odds of each row of `rows` float32 [n, features]."""
        trees = np.arange(len(self.feature))[:, None]
        items = np.arange(len(rows))[None, :]
        node = np.zeros((len(self.feature), len(rows)), np.int32)
        for _ in range(self.depth):
            here = rows[items, self.feature[trees, node]]
            goes_left = here <= self.threshold[trees, node]
            node = np.where(goes_left, self.left[trees, node], self.right[trees, node])
        odds: Floats = self.value[trees, node].sum(axis=0) + np.float32(self.start)
        return odds

    def confidence(self, odds: Floats) -> Floats:
        """The share of matches that were right among held-out titles of such log-odds."""
        share: Floats = np.interp(odds, self.curve_from, self.curve_to).astype(np.float32)
        return share


def candidates(evidence: Evidence) -> tuple[Ids, Floats]:
    """The most likely occupations and what the ranker is told of them: [k], [k, features].

    Each signal stands as it is, as the distance to the best occupation's, and as its rank among
    the candidates.
    """
    guess = first_guess(evidence.table)
    chosen = np.argsort(-guess, kind="stable")[:CANDIDATES].astype(np.int32)
    here = evidence.table[:, chosen]
    below = here - evidence.table.max(axis=1, keepdims=True)
    ranks = np.argsort(np.argsort(-here, axis=1, kind="stable"), axis=1, kind="stable")
    about = np.repeat(evidence.about[:, None], len(chosen), axis=1)
    return chosen, np.concatenate([here, below, ranks, about]).T.astype(np.float32)


@cache
def load() -> Ranker:
    """The ranker that was learned, from the file beside this module."""
    stored = json.loads(FILE.read_text())
    if stored["signals"] != [*SIGNALS, *GLOBALS]:
        message = "ranker.json was learned from other signals: run bench.train_title_match"
        raise ValueError(message)

    def whole(name: str) -> Ids:
        return np.array(stored[name], np.int32)

    def real(name: str) -> Floats:
        return np.array(stored[name], np.float32)

    return Ranker(
        feature=whole("feature"),
        threshold=real("threshold"),
        left=whole("left"),
        right=whole("right"),
        value=real("value"),
        depth=stored["depth"],
        start=stored["start"],
        curve_from=real("curve_from"),
        curve_to=real("curve_to"),
    )
