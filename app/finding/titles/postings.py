"""Inverted lists: which columns (readings of titles) a feature stands in."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Postings:
    """A sparse table of features by columns, kept by feature, where every entry counts 1.

    `starts` int32 [features + 1], `columns` int32 [entries] ascending within a feature.
    """

    starts: Ids
    columns: Ids
    width: int

    def add_up(self, features: Ids, weights: Floats) -> Floats:
        """The weighted sum of the features' rows, float32 [width]."""
        if not len(features):
            return np.zeros(self.width, np.float32)
        starts, ends = self.starts[features], self.starts[features + 1]
        spans = zip(starts.tolist(), ends.tolist(), strict=True)
        columns = np.concatenate([self.columns[start:end] for start, end in spans])
        parts = np.repeat(weights.astype(np.float64), ends - starts)  # as they are added up
        return np.bincount(columns, parts, self.width).astype(np.float32)


def collect(features: Ids, columns: Ids, height: int, width: int) -> Postings:
    """Postings of distinct (feature, column) pairs."""
    order = np.lexsort((columns, features))
    starts = np.searchsorted(features[order], np.arange(height + 1)).astype(np.int32)
    return Postings(starts, columns[order], width)
