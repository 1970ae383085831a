"""Inverted lists: which columns (titles, occupations) a feature stands in, and how much."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Postings:
    """A sparse table of features by columns, kept by feature.

    `starts` int32 [features + 1], `columns` int32 [entries] ascending within a feature,
    `values` float32 [entries], or empty where every entry counts 1.
    """

    starts: Ids
    columns: Ids
    values: Floats
    width: int

    def add_up(self, features: Ids, weights: Floats) -> Floats:
        """The weighted sum of the features' rows, float32 [width]."""
        if not len(features):
            return np.zeros(self.width, np.float32)
        spans = [slice(self.starts[f], self.starts[f + 1]) for f in features.tolist()]
        columns = np.concatenate([self.columns[span] for span in spans])
        counts = [span.stop - span.start for span in spans]
        parts = np.repeat(weights, counts)
        if len(self.values):
            parts = parts * np.concatenate([self.values[span] for span in spans])
        return np.bincount(columns, parts, self.width).astype(np.float32)


def collect(
    features: Sequence[int] | Ids, columns: Sequence[int] | Ids, height: int, width: int
) -> tuple[Postings, Floats]:
    """Count (feature, column) pairs: the postings without values, and the count of each entry."""
    keys = np.asarray(features, np.int64) * max(width, 1) + np.asarray(columns, np.int64)
    cells, counts = np.unique(keys, return_counts=True)
    rows = (cells // max(width, 1)).astype(np.int32)
    starts = np.searchsorted(rows, np.arange(height + 1)).astype(np.int32)
    table = Postings(
        starts, (cells % max(width, 1)).astype(np.int32), np.zeros(0, np.float32), width
    )
    return table, counts.astype(np.float32)
