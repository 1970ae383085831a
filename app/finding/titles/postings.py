"""Inverted lists: which columns (readings of titles) a feature stands in."""

from dataclasses import dataclass
from typing import Any

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
        (columns,) = self.of(features, self.columns)
        counts = self.starts[features + 1] - self.starts[features]
        parts = np.repeat(weights.astype(np.float64), counts)  # as they are added up
        return np.bincount(columns, parts, self.width).astype(np.float32)

    def of(self, features: Ids, *values: npt.NDArray[Any]) -> list[npt.NDArray[Any]]:
        """Of arrays beside `columns`, the values of the features' entries, one after another."""
        starts, ends = self.starts[features].tolist(), self.starts[features + 1].tolist()
        spans = [slice(start, end) for start, end in zip(starts, ends, strict=True)]
        return [np.concatenate([array[span] for span in spans]) for array in values]


def collect(features: Ids, columns: Ids, height: int, width: int) -> Postings:
    """Postings of distinct (feature, column) pairs."""
    order = np.lexsort((columns, features))
    starts = np.searchsorted(features[order], np.arange(height + 1)).astype(np.int32)
    return Postings(starts, columns[order], width)
