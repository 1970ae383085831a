"""The confidence of a match: how many of a hundred matches like it are right.

The ranker's probabilities are calibrated (Platt scaling) with titles that were held out of the
index. `bench/train_title_match.py` fits the line; `ranker.json` stores it.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from app.finding.index_arrays import Floats, Ids

MIN_CONFIDENCE = 0.05  # below, nineteen in twenty matches are wrong
NAMED = 0.8  # confidence of one of two names, as in `Die Cast Operator (DCO)`: 78 of 99 were right
SMALL = 50  # occupations of an index that is too small for the calibration
SAME_HEAD, OTHER_HEAD = 0.9, 0.63  # in a small index: is it the same kind of worker?


class Calibration(NamedTuple):
    """Turns the log-odds of a probability into those of a confidence: a line."""

    slope: float
    shift: float
    exact: float
    """Confidence of a title that is in the index as written."""

    def confidence(self, shares: Floats) -> Floats:
        """Return the confidence of each occupation, given its probability."""
        safe = np.clip(shares, 1e-6, 1 - 1e-6)
        odds = self.slope * np.log(safe / (1 - safe)) + self.shift
        sure: Floats = (1 / (1 + np.exp(-odds))).astype(np.float32)
        return sure

    def with_exact(
        self, confidence: Floats, same: Ids, parts: Floats, *, whole: bool = True
    ) -> Floats:
        """Put the occupations first that have this very title; they share what one would get.

        ``parts`` says how large a share each gets, beside the others'; ``whole`` is false where
        they only have one of its names.
        """
        if not len(same):
            return confidence
        exact = self.exact if whole else NAMED
        raised = exact * parts / max(float(parts.sum()), 1e-9)
        raised = raised.astype(np.float32)
        most = min((1 - exact) / 2, float(raised.min()) * 0.9)
        rest: Floats = np.minimum(confidence, np.float32(most))
        rest[same] = raised
        return rest


def small_index_confidence(nearest: Floats, same_head: Sequence[bool]) -> Floats:
    """Return the confidence in a small index: by the nearest title alone, shared by equals."""
    sure = (nearest * nearest * np.where(same_head, SAME_HEAD, OTHER_HEAD)).astype(np.float32)
    equals = (sure[:, None] == sure[None, :]).sum(axis=1)
    shared: Floats = (sure / equals).astype(np.float32)
    return shared
