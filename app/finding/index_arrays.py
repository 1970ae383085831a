"""The arrays that both indices are made of: posting lists, packed texts, rows by occupation.

All of them are flat, so that an index file is read without copying and workers share its memory.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]
Array = npt.NDArray[Any]
Record = TypeVar("Record", bound=tuple[Any, ...])


class Postings(NamedTuple):
    """Posting lists: the rows (titles, say) in which each term occurs."""

    starts: Ids  # [terms + 1] where each term's list starts
    rows: Ids  # ascending within a list

    @classmethod
    def of(cls, terms: Ids, rows: Ids, count: int) -> "Postings":
        """Collect distinct (term, row) pairs; ``count`` is the number of terms."""
        order = np.lexsort((rows, terms))
        starts = np.searchsorted(terms[order], np.arange(count + 1)).astype(np.int32)
        return cls(starts, rows[order].astype(np.int32))

    def take(self, array: Array, terms: Ids) -> Array:
        """Return the entries that an array beside ``rows`` has for some terms, list after list."""
        starts, ends = self.starts[terms].tolist(), self.starts[terms + 1].tolist()
        return np.concatenate([array[a:b] for a, b in zip(starts, ends, strict=True)])

    def lengths(self, terms: Ids) -> Ids:
        """Return the number of rows of each term."""
        return self.starts[terms + 1] - self.starts[terms]

    def add_up(self, terms: Ids, weights: Floats, count: int) -> Floats:
        """Return for each of ``count`` rows the summed weights of the terms in it."""
        if not len(terms):
            return np.zeros(count, np.float32)
        rows, each = self._pairs(terms, weights)
        return np.bincount(rows, each, count).astype(np.float32)

    def having(self, terms: Ids, weights: Floats, count: int) -> tuple[Longs, Floats]:
        """Return the rows of ``count`` that have some of a few terms, and the summed weights.

        Where most rows have some, `add_up` takes less time.
        """
        if not len(terms):
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        rows, each = self._pairs(terms, weights)
        here = np.zeros(count, bool)
        here[rows] = True
        found = here.nonzero()[0]
        places = np.empty(count, np.int32)
        places[found] = np.arange(len(found), dtype=np.int32)
        return found, np.bincount(places[rows], each, len(found)).astype(np.float32)

    def _pairs(self, terms: Ids, weights: Floats) -> tuple[Ids, Array]:
        """Return the rows of each term, list after list, and beside each the term's weight."""
        each = np.repeat(weights.astype(np.float64), self.lengths(terms))
        return self.take(self.rows, terms), each


class Texts(NamedTuple):
    """Texts as one array of UTF-8 bytes."""

    raw: Bytes
    ends: Ids  # where each text ends

    @classmethod
    def pack(cls, texts: Sequence[str]) -> "Texts":
        """Join texts."""
        raw = [text.encode() for text in texts]
        ends = np.cumsum([len(part) for part in raw]).astype(np.int32)
        return cls(np.frombuffer(b"".join(raw), np.uint8), ends)

    def at(self, place: int) -> str:
        """Return one of the texts."""
        start = int(self.ends[place - 1]) if place else 0
        return self.raw[start : int(self.ends[place])].tobytes().decode()


class Runs(NamedTuple):
    """Rows that are sorted by occupation, of `F` occupations."""

    owners: Ids  # [F] the occupations
    starts: Ids | Longs  # [F] first row of each; `reduceat` cannot skip those without rows

    @classmethod
    def of(cls, owners: Ids) -> "Runs":
        """Group rows, given the occupation of each; these ascend."""
        first = np.ones(len(owners), bool)
        np.not_equal(owners[1:], owners[:-1], out=first[1:])
        starts = first.nonzero()[0]
        return cls(owners[starts], starts)

    def best(self, scores: Floats, count: int) -> Floats:
        """Return the best score of the rows of each of ``count`` occupations, 0 without rows."""
        return self._reduced(np.maximum, scores, count)

    def total(self, scores: Floats, count: int) -> Floats:
        """Return the sum of the scores of the rows of each of ``count`` occupations."""
        return self._reduced(np.add, scores, count)

    def _reduced(self, by: np.ufunc, scores: Floats, count: int) -> Floats:
        found = np.zeros(count, np.float32)
        if len(self.owners):
            found[self.owners] = by.reduceat(scores, self.starts)
        return found


class Grouped(NamedTuple):
    """Rows that are sorted by occupation: where those of each occupation stand."""

    firsts: Ids  # [N + 1] first row of each occupation
    runs: Runs

    @classmethod
    def of(cls, owners: Ids, count: int) -> "Grouped":
        """Group rows by their occupations, which ascend; ``count`` is the number of occupations."""
        firsts = np.searchsorted(owners, np.arange(count + 1)).astype(np.int32)
        return cls(firsts, Runs.of(owners))

    def rows_of(self, occupation: int) -> tuple[int, int]:
        """Return the rows [start, end) of an occupation."""
        return int(self.firsts[occupation]), int(self.firsts[occupation + 1])

    def best(self, scores: Floats) -> Floats:
        """Return the best score of each occupation's rows, 0 if it has none: float32 [N]."""
        return self.runs.best(scores, len(self.firsts) - 1)


def flatten(record: tuple[Any, ...], prefix: str = "") -> dict[str, Array]:
    """Return the arrays of a named tuple by their names; one within another gives `outer.inner`."""
    found: dict[str, Array] = {}
    for name, value in record._asdict().items():  # type: ignore[attr-defined]
        nested = isinstance(value, tuple)
        found |= flatten(value, f"{prefix}{name}.") if nested else {prefix + name: value}
    return found


def restore(kind: type[Record], arrays: Mapping[str, Array], prefix: str = "") -> Record:
    """Return the named tuple whose arrays `flatten` returned."""
    values = {
        name: restore(hint, arrays, f"{prefix}{name}.")
        if isinstance(hint, type) and issubclass(hint, tuple)
        else arrays[prefix + name]
        for name, hint in kind.__annotations__.items()
    }
    return kind(**values)
