"""What a reading of a title is made of: its words, pairs of words, head and parts of words."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from app.finding.titles.postings import Floats, Ids
from app.finding.words.text import MAX_WORD, Reading
from app.memory import remembered

Hashes = npt.NDArray[np.uint64]

# Two views of a word, for two regressions that err apart: letters at its beginning, at its end.
# `weld` of welder, welding and weldment is one feature, and so is `ologist`.
WORD_VIEWS: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = (
    ((4, 5), ()),
    ((3, 6), (4, 6)),
)
LETTERS = len(WORD_VIEWS)  # the third view: every run of so many letters
RUNS = (3, 4, 5)
VIEWS = len(WORD_VIEWS) + 1
DUTY_VIEW = 1  # of the regression that learns from duties alone


def key(text: str) -> int:
    """A 64-bit name of a feature, the same on every machine."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


@remembered(most=8_192, longest=MAX_WORD)
def _word_features(word: str, view: int) -> tuple[int, ...]:
    """The word itself, its beginnings and its ends."""
    begins, ends = WORD_VIEWS[view]
    return (
        key("w" + word),
        *(key(f"{size}{word[:size]}") for size in begins),
        *(key(f"-{size}{word[-size:]}") for size in ends),
    )


@remembered(most=2_048, longest=MAX_WORD)  # of some thirty features each
def _letters(word: str) -> tuple[int, ...]:
    """Every run of letters of the word, its beginning and end marked."""
    marked = f"<{word}>"
    return tuple(
        key("c" + marked[i : i + size]) for size in RUNS for i in range(len(marked) - size + 1)
    )


def letter_runs(words: Iterable[str]) -> set[int]:
    """Every run of four letters, across the spaces between the words too."""
    text = f" {' '.join(words)} "
    return {key("r" + text[i : i + 4]) for i in range(len(text) - 3)}


def word_keys(words: Iterable[str]) -> list[int]:
    """One key a word, in order."""
    return [_word_features(word, 0)[0] for word in words]


def plain_features(words: Iterable[str], view: int) -> list[int]:
    """The features of running text: each word, and parts of each."""
    if view == LETTERS:
        return [k for word in words for k in _letters(word)]
    return [k for word in words for k in _word_features(word, view)]


def title_features(reading: Reading) -> list[list[int]]:
    """The features of a title in each view: of running text, pairs of words, and the head.

    The views of words have every pair; the view of letters has the pairs that stand together.
    """
    words = reading.words
    head = [key("h" + reading.head)]
    pairs = []
    for i, one in enumerate(words):
        for other in words[i + 1 :]:
            low, high = sorted((one, other))
            pairs.append(key(f"p{low} {high}"))
    beside = [key(f"b{one} {other}") for one, other in pairwise(words)]
    return [
        plain_features(words, view) + head + (beside if view == LETTERS else pairs)
        for view in range(VIEWS)
    ]


def positions(known: Hashes, wanted: Iterable[int]) -> Ids:
    """Where each wanted key stands in the ascending `known`; those that do not are left out."""
    keys = np.fromiter(wanted, np.uint64)
    if not len(known) or not len(keys):
        return np.zeros(0, np.int32)
    at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    found: Ids = at[known[at] == keys].astype(np.int32)
    return found


def vector(known: Hashes, idf: Floats, bag: list[int]) -> tuple[Ids, Floats]:
    """A bag of feature keys as a sparse unit vector of sublinear counts times idf."""
    _, columns, values = vectors(known, idf, [bag])
    return columns, values


def vectors(known: Hashes, idf: Floats, bags: Sequence[list[int]]) -> tuple[Ids, Ids, Floats]:
    """Bags as rows of sparse unit vectors: where each row starts, columns, values."""
    keys = np.fromiter((k for bag in bags for k in bag), np.uint64)
    owner = np.repeat(np.arange(len(bags)), [len(bag) for bag in bags])
    if not len(known) or not len(keys):
        return np.zeros(len(bags) + 1, np.int32), np.zeros(0, np.int32), np.zeros(0, np.float32)
    at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    here = known[at] == keys
    cells, counts = np.unique(owner[here] * len(known) + at[here], return_counts=True)
    rows, columns = cells // len(known), (cells % len(known)).astype(np.int32)
    values = (1 + np.log(counts)) * idf[columns]
    norms = np.sqrt(np.bincount(rows, np.square(values), len(bags)))
    starts = np.searchsorted(rows, np.arange(len(bags) + 1)).astype(np.int32)
    return starts, columns, (values / norms[rows]).astype(np.float32)
