"""The training examples of the regressions: titles and duties as sparse tf-idf vectors."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack

from app.finding.index_arrays import Floats, Ids
from app.finding.titles.features import KEY, Hashes, hashes, joint_features, text_features
from app.finding.titles.title_reader import Reading

Words = tuple[str, ...]


class Told(NamedTuple):
    """What a regression is trained on: titles, then duties."""

    titles: Sequence[Reading]
    duties: Sequence[Words]
    classes: Ids
    importance: Floats


def vectors(told: Told, view: int, least: int) -> tuple[Hashes, Floats, csr_matrix]:
    """Return keys in order and idf of the features that ``least`` texts have, and the vectors.

    The vectors are those of `features.vector`. The features of each word are made once.
    """
    texts = [*(reading.words for reading in told.titles), *told.duties]
    words = sorted(set(chain.from_iterable(texts)))
    of_words, features = _counts([text_features((word,), view) for word in words])
    nothing = [b""] * len(told.duties)
    joint, together = _counts([*(joint_features(one, view) for one in told.titles), *nothing])
    keys = np.concatenate([of_words, joint])
    counts = hstack([_occurrences(texts, words) @ features, together], "csr")
    seen = np.bincount(counts.indices, minlength=len(keys))
    kept = np.flatnonzero(seen >= least)
    kept = kept[np.argsort(keys[kept])]
    counts = counts[:, kept]
    weights = idf(seen[kept], len(texts))
    values = (1 + np.log(counts.data)) * weights[counts.indices]
    rows = np.repeat(np.arange(len(texts)), np.diff(counts.indptr))
    values /= np.sqrt(np.bincount(rows, np.square(values), len(texts))).astype(np.float32)[rows]
    return keys[kept], weights, csr_matrix((values, counts.indices, counts.indptr), counts.shape)


def idf(seen: npt.NDArray[np.integer], rows: int, power: float = 1.0, plus: float = 1.0) -> Floats:
    """Return the inverse document frequency of features that occur in ``seen`` of the rows."""
    weights: Floats = ((np.log((1 + rows) / (1 + seen)) + plus) ** power).astype(np.float32)
    return weights


def _occurrences(texts: Sequence[Words], words: Sequence[str]) -> csr_matrix:
    """Return how often each text has each word."""
    place = {word: at for at, word in enumerate(words)}
    columns = [place[word] for text in texts for word in text]
    return _matrix(columns, [len(text) for text in texts], len(words))


def _counts(bags: Sequence[bytes]) -> tuple[Hashes, csr_matrix]:
    """Return the distinct keys in bags, and how often each bag has each."""
    keys, columns = np.unique(hashes(b"".join(bags)), return_inverse=True)
    return keys, _matrix(columns.astype(np.int32), [len(bag) // KEY for bag in bags], len(keys))


def _matrix(columns: Sequence[int] | Ids, lengths: Sequence[int], width: int) -> csr_matrix:
    """Count columns, row after row."""
    starts = np.cumsum([0, *lengths])
    ones = np.ones(len(columns), np.float32)
    counts = csr_matrix((ones, np.asarray(columns, np.int32), starts), (len(lengths), width))
    counts.sum_duplicates()
    return counts
