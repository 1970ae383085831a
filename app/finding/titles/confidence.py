"""The confidence of a match: how many of a hundred matches like it are right.

The ranker's probabilities are calibrated by a logistic regression, with titles that were held out
of the index. `bench/train_title_match.py` fits it; `ranker.json` stores it.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from app.finding.index_arrays import Floats, Ids
from app.finding.titles.signals import SIGNALS
from app.finding.titles.softmax_regression import best

MIN_CONFIDENCE = 0.05  # below, nineteen in twenty matches are wrong
NAMED = 0.8  # confidence of one of two names, as in `Die Cast Operator (DCO)`: 78 of 99 were right
RANKED = 64  # occupations whose confidence is computed: three times as many as are ever given
SAID = 0.5  # least confidence of an everyday name: of employers' own, 8 of 10 were right below .7
SMALL = 50  # occupations of an index that is too small for the calibration
SAME_HEAD, OTHER_HEAD = 0.9, 0.63  # in a small index: is it the same kind of worker?


FEATURES = ("share", "kin", *SIGNALS)
"""The log-odds of an occupation's probability, and of all those in its detailed group together:
employers mean the occupation of the SOC, whichever of O*NET's stands for it. Then its signals."""


def describe(table: Floats, groups: Ids, shares: Floats, chosen: Ids) -> Floats:
    """Return the features of some occupations, float32 [chosen, features], given all signals."""
    kin = np.bincount(groups[-1], shares)[groups[-1][chosen]]
    odds = _log_odds(np.stack([shares[chosen], kin.astype(np.float32)]))
    return np.concatenate([odds, table.take(chosen, axis=1)]).T


def _log_odds(shares: Floats) -> Floats:
    safe = np.clip(shares, 1e-6, 1 - 1e-6)
    odds: Floats = np.log(safe / (1 - safe))
    return odds


class Calibration(NamedTuple):
    """Turns probabilities into confidences: one weight for each of `FEATURES`."""

    weights: Floats
    shift: float
    exact: float
    """Confidence of a title that is in the index as written."""

    def confidence(self, table: Floats, groups: Ids, shares: Floats) -> Floats:
        """Return the confidence of each occupation; the likelier never has the lower one.

        Those behind the `RANKED` likeliest have that of the last of these.
        """
        order = best(shares, RANKED)
        odds = describe(table, groups, shares, order) @ self.weights + np.float32(self.shift)
        falling = np.minimum.accumulate(1 / (1 + np.exp(-odds)))
        sure = np.full(len(shares), falling[-1], np.float32)
        sure[order] = falling
        return sure

    def with_exact(
        self,
        confidence: Floats,
        same: Ids,
        parts: Floats,
        *,
        whole: bool,
        doubted: bool,
        said: bool,
    ) -> Floats:
        """Put the occupations first that have this very title; they share what one would get.

        ``parts`` says how large a share each gets, beside the others'; ``whole`` is false where
        they only have one of its names. What is ``doubted`` gets no more than the middle, in
        log-odds, between that and the confidence without it; everyday names (``said``) at least
        `SAID`.
        """
        if not len(same):
            return confidence
        exact = self.exact if whole else NAMED
        raised = exact * parts / max(float(parts.sum()), 1e-9)
        if doubted and whole:
            odds = (_log_odds(confidence[same]) + np.log(exact / (1 - exact))) / 2
            middle = np.maximum(1 / (1 + np.exp(-odds)), raised / exact * (SAID if said else 0))
            raised = np.minimum.accumulate(np.minimum(raised, middle))
        raised = raised.astype(np.float32)
        most = min((1 - float(raised.sum())) / 2, float(raised.min()) * 0.9)
        rest: Floats = np.minimum(confidence, np.float32(most))
        rest[same] = raised
        return rest


def small_index_confidence(nearest: Floats, same_head: Sequence[bool]) -> Floats:
    """Return the confidence in a small index: by the nearest title alone, shared by equals."""
    sure = (nearest * nearest * np.where(same_head, SAME_HEAD, OTHER_HEAD)).astype(np.float32)
    equals = (sure[:, None] == sure[None, :]).sum(axis=1)
    shared: Floats = (sure / equals).astype(np.float32)
    return shared
