"""What a reading of a title is made of: its words, pairs of words, head and parts of words."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import combinations, pairwise

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
KEY = 8  # bytes of a key; a bag of features is their keys, one after another


def key(text: str) -> bytes:
    """A 64-bit name of a feature, the same on every machine."""
    return blake2b(text.encode(), digest_size=KEY).digest()


def hashes(bag: bytes) -> Hashes:
    """The keys that stand one after another in a bag, as numbers."""
    return np.frombuffer(bag, "<u8")


@remembered(most=8_192, longest=MAX_WORD)
def _word_features(word: str, view: int) -> bytes:
    """The word itself, its beginnings and its ends."""
    begins, ends = WORD_VIEWS[view]
    parts = [f"{size}{word[:size]}" for size in begins]
    parts += [f"-{size}{word[-size:]}" for size in ends]
    return b"".join(map(key, ("w" + word, *parts)))


@remembered(most=2_048, longest=MAX_WORD)  # of some thirty features each
def _letters(word: str) -> bytes:
    """Every run of letters of the word, its beginning and end marked."""
    marked = f"<{word}>"
    return b"".join(
        key("c" + marked[i : i + size]) for size in RUNS for i in range(len(marked) - size + 1)
    )


@lru_cache(maxsize=4_096)
def _run(letters: str) -> bytes:
    return key("r" + letters)


def letter_runs(words: Iterable[str]) -> Hashes:
    """Every run of four letters once, across the spaces between the words too."""
    text = f" {' '.join(words)} "
    runs = hashes(b"".join([_run(text[i : i + 4]) for i in range(len(text) - 3)]))
    return np.fromiter(set(runs.tolist()), np.uint64)


def word_keys(words: Iterable[str]) -> Hashes:
    """One key a word, in order."""
    return hashes(b"".join([_word_features(word, 0)[:KEY] for word in words]))


def plain_features(words: Iterable[str], view: int) -> bytes:
    """The features of running text: each word, and parts of each."""
    if view == LETTERS:
        return b"".join(map(_letters, words))
    return b"".join([_word_features(word, view) for word in words])


def title_features(reading: Reading) -> list[bytes]:
    """The features of a title in each view: of running text, pairs of words, and the head.

    The views of words have every pair; the view of letters has the pairs that stand together.
    """
    words = reading.words
    head = key("h" + reading.head)
    pairs = b"".join([key(f"p{low} {high}") for low, high in combinations(sorted(words), 2)])
    beside = b"".join([key(f"b{one} {other}") for one, other in pairwise(words)])
    return [
        plain_features(words, view) + head + (beside if view == LETTERS else pairs)
        for view in range(VIEWS)
    ]


def _lookup(known: Hashes, keys: Hashes) -> tuple[Ids, npt.NDArray[np.bool_]]:
    """Where each key would stand in the ascending `known`, and whether it does."""
    if not len(known):
        return np.zeros(len(keys), np.int32), np.zeros(len(keys), bool)
    at = np.minimum(known.searchsorted(keys), len(known) - 1).astype(np.int32)
    return at, known[at] == keys


def positions(known: Hashes, keys: Hashes) -> Ids:
    """Where each key stands in the ascending `known`; those that do not are left out."""
    at, here = _lookup(known, keys)
    return at[here]


def vector(known: Hashes, idf: Floats, bag: bytes) -> tuple[Ids, Floats]:
    """A bag of features as a sparse unit vector of sublinear counts times idf."""
    keys, counts = np.unique(hashes(bag), return_counts=True)
    at, here = _lookup(known, keys)
    columns = at[here]
    values = (1 + np.log(counts[here])) * idf[columns]
    return columns, (values / np.sqrt(values @ values)).astype(np.float32)


def vectors(known: Hashes, idf: Floats, bags: Sequence[bytes]) -> tuple[Ids, Ids, Floats]:
    """Bags as rows of sparse unit vectors: where each row starts, columns, values."""
    keys = hashes(b"".join(bags))
    owner = np.repeat(np.arange(len(bags)), [len(bag) // KEY for bag in bags])
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
