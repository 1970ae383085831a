"""A weighted sum of signals that orders occupations, and the line that calibrates it.

`bench/train_title_match.py` learns both from titles that it holds out of the index, and writes
`ranker.json`. Nothing is learned from the titles that the benchmark measures with.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from app.matching.linear import softmax
from app.matching.postings import Floats
from app.matching.signals import SIGNALS

FILE = Path(__file__).with_name("ranker.json")


@dataclass(frozen=True, slots=True)
class Ranker:
    """One weight a signal; a share's log-odds times `slope` plus `shift` are the confidence's."""

    weights: Floats
    slope: float
    shift: float
    exact: float
    """The confidence that a title has which stands in the index as written."""

    def shares(self, table: Floats) -> Floats:
        """The shares of occupations, summing to 1, by their signals float32 [signals, N]."""
        return softmax((self.weights[:, None] * table).sum(axis=0))

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
    return Ranker(weights, stored["slope"], stored["shift"], stored["exact"])
