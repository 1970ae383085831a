"""The arrays of an index: flat, typed, and kept in one file whose memory workers share."""

from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from app.finding import index_file
from app.finding.titles.postings import Floats, Ids, Postings

FORM = "titles 4"
"""The meaning of the arrays: count up when it changes."""
REGRESSIONS = "regressions"


class Regression(NamedTuple):
    """Features' and occupations' vectors, whose products are scores."""

    keys: npt.NDArray[np.uint64]  # [F] ascending
    idf: Floats  # [F]
    inner: npt.NDArray[np.int8]  # [F, rank]
    scale: Floats  # [F] of `inner`
    outer: Floats  # [rank, N]


@dataclass(frozen=True)
class Tables:
    """Every array of an index. `T` readings of titles, `N` occupations, `W` words, `F` features.

    Rows of titles are sorted by code, then title, so that the order they came in does not matter.
    """

    codes: npt.NDArray[np.uint8]  # texts of N codes, see `pack`
    code_ends: Ids  # [N]
    titles: npt.NDArray[np.uint8]  # texts of distinct titles
    title_ends: Ids
    words: npt.NDArray[np.uint8]  # texts of W words, for spelling
    word_ends: Ids

    row_title: Ids  # [T] which title a reading is of
    row_ends: Ids  # [N] where each occupation's readings end
    row_norm: Floats  # [T] root of the summed squares of its words' weights
    exact_keys: npt.NDArray[np.uint64]  # ascending keys of whole titles as written
    exact_rows: Ids  # the occupation of each
    own_title: Ids  # [N] the occupation's own title

    word_keys: npt.NDArray[np.uint64]  # [W] ascending
    word_weights: Floats  # [W] inverse document frequency among readings
    row_starts: Ids  # [W + 1] postings of readings, each entry counting 1
    row_columns: Ids
    sizes: Floats  # [N] log of the number of titles

    run_keys: npt.NDArray[np.uint64]  # [R] ascending keys of runs of four letters
    run_weights: Floats  # [R]
    run_starts: Ids  # [R + 1] postings of readings
    run_columns: Ids
    run_norm: Floats  # [T] root of the summed squares of its runs' weights

    said_weights: Floats  # [W] inverse frequency among the occupations whose titles have the word
    said_starts: Ids  # [W + 1] postings of occupations that have the word in titles or duties
    said_columns: Ids
    said_titles: Floats  # in how many of the occupation's readings
    duty_words: Floats  # [N] how many words of the vocabulary the duties have
    groups: Ids  # [3, N] numbers of the occupation's group, see `build.GROUP_CODES`

    regressions: tuple[Regression, ...]
    """Over the words, their parts, their letters; and one learned from duties alone."""

    @property
    def size(self) -> int:
        """How many occupations the index has."""
        return len(self.code_ends)

    @cached_property
    def first_rows(self) -> tuple[Ids, Ids]:
        """Occupations that have readings, and where those of each start."""
        starts = np.concatenate([np.zeros(1, np.int32), self.row_ends[:-1]])
        filled = np.flatnonzero(self.row_ends > starts).astype(np.int32)
        return filled, starts[filled].astype(np.int32)

    @property
    def rows(self) -> Postings:
        """The readings that each word stands in."""
        return Postings(self.row_starts, self.row_columns, len(self.row_title))

    @property
    def runs(self) -> Postings:
        """The readings that each run of letters stands in."""
        return Postings(self.run_starts, self.run_columns, len(self.row_title))

    @property
    def said(self) -> Postings:
        """The occupations whose titles or duties each word stands in."""
        return Postings(self.said_starts, self.said_columns, self.size)


def pack(texts: list[str]) -> tuple[npt.NDArray[np.uint8], Ids]:
    """Texts as one array of UTF-8 bytes and where each ends."""
    raw = [text.encode() for text in texts]
    ends = np.cumsum([len(part) for part in raw]).astype(np.int32)
    return np.frombuffer(b"".join(raw), np.uint8), ends


def unpack(texts: npt.NDArray[np.uint8], ends: Ids, at: int) -> str:
    """The text at one place of a packed array."""
    start = int(ends[at - 1]) if at else 0
    return texts[start : int(ends[at])].tobytes().decode()


def unpack_all(texts: npt.NDArray[np.uint8], ends: Ids) -> list[str]:
    """Every text of a packed array."""
    return [unpack(texts, ends, at) for at in range(len(ends))]


def write(tables: Tables, path: Path) -> None:
    """Write every array to one file."""
    arrays = {f.name: getattr(tables, f.name) for f in fields(Tables) if f.name != REGRESSIONS}
    for number, regression in enumerate(tables.regressions):
        arrays |= {f"{REGRESSIONS}.{number}.{k}": v for k, v in regression._asdict().items()}
    index_file.write(path, FORM, arrays)


def read(path: Path) -> Tables:
    """Read a file that `write` made; raises ``ValueError`` if it is damaged."""
    _, arrays = index_file.read(path, FORM)
    regressions: dict[str, dict[str, Any]] = {}
    for name in [name for name in arrays if name.startswith(REGRESSIONS)]:
        _, number, part = name.split(".")
        regressions.setdefault(number, {})[part] = arrays.pop(name)
    return Tables(**arrays, regressions=tuple(Regression(**r) for r in regressions.values()))
