"""The features of a job title: its words, pairs of words, head, prefixes, suffixes and n-grams.

A feature is known by a 64-bit hash, its key. A bag of features is a byte string of their keys.
"""

from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from itertools import combinations, pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app.finding.index_arrays import Floats, Ids, Longs
from app.finding.titles.title_reader import Reading
from app.finding.words.normalization import MAX_WORD, fold
from app.memory import remembered

Hashes = npt.NDArray[np.uint64]

# Each view of a title has a regression of its own, so that their errors differ. The first two views
# are of words: lengths of the prefixes and of the suffixes that are features too. `weld` stands for
# welder, welding and weldment, and `ologist` for many scientists.
WORD_VIEWS: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = (
    ((4, 5), ()),
    ((3, 6), (4, 6)),
)
NGRAM_VIEW = len(WORD_VIEWS)  # the third view has the n-grams of these lengths
NGRAMS = (3, 4, 5)
VIEWS = len(WORD_VIEWS) + 1
DUTY_VIEW = 1  # of the regression that is trained on duties alone
KEY = 8  # bytes of a key


def key(text: str) -> bytes:
    """Return the key of a feature: the same on every machine."""
    return blake2b(text.encode(), digest_size=KEY).digest()


def hashes(bag: bytes) -> Hashes:
    """Return the keys in a bag as numbers."""
    return np.frombuffer(bag, "<u8")


def whole_key(title: str) -> np.uint64:
    """Return the key of a whole title, regardless of spaces and case."""
    found: np.uint64 = hashes(key(" ".join(fold(title).split())))[0]
    return found


@remembered(most=8_192, longest=MAX_WORD)
def _word_features(word: str, view: int) -> bytes:
    prefixes, suffixes = WORD_VIEWS[view]
    parts = [f"{size}{word[:size]}" for size in prefixes]
    parts += [f"-{size}{word[-size:]}" for size in suffixes]
    return b"".join(map(key, ("w" + word, *parts)))


@lru_cache(maxsize=8_192)
def _letters_key(letters: str) -> bytes:
    """Return the key of a few letters, which occur in many words."""
    return key(letters)


@remembered(most=2_048, longest=MAX_WORD)  # of some thirty features each
def _ngrams(word: str) -> bytes:
    marked = f"<{word}>"
    parts = [marked[i : i + size] for size in NGRAMS for i in range(len(marked) - size + 1)]
    return b"".join([_letters_key("c" + part) for part in parts])


def four_grams(words: Iterable[str]) -> Hashes:
    """Return the distinct keys of all four letters in a row, spaces between words included."""
    text = f" {' '.join(words)} "
    found = hashes(b"".join([_letters_key("r" + text[i : i + 4]) for i in range(len(text) - 3)]))
    return np.fromiter(set(found.tolist()), np.uint64)


def word_keys(words: Iterable[str]) -> Hashes:
    """Return the key of each word, in order."""
    return hashes(b"".join([_word_features(word, 0)[:KEY] for word in words]))


def text_features(words: Iterable[str], view: int) -> bytes:
    """Return the features of running text, such as a duty: of each word alone."""
    if view == NGRAM_VIEW:
        return b"".join(map(_ngrams, words))
    return b"".join([_word_features(word, view) for word in words])


def title_features(reading: Reading) -> list[bytes]:
    """Return the features of a title in each view: of its words, and of several words together."""
    words = reading.words
    return [text_features(words, view) + joint_features(reading, view) for view in range(VIEWS)]


def joint_features(reading: Reading, view: int) -> bytes:
    """Return the features of a title that no word has alone: its head, and pairs of words.

    The views of words have every pair, the view of n-grams the pairs of neighbours.
    """
    words = reading.words
    if view == NGRAM_VIEW:
        pairs = [f"b{one} {other}" for one, other in pairwise(words)]
    else:
        pairs = [f"p{low} {high}" for low, high in combinations(sorted(words), 2)]
    return b"".join(map(key, ("h" + reading.head, *pairs)))


def _lookup(known: Hashes, keys: Hashes) -> tuple[Ids, npt.NDArray[np.bool_]]:
    """Return where each key is in the ascending `known`, and whether it is there."""
    if not len(known):
        return np.zeros(len(keys), np.int32), np.zeros(len(keys), bool)
    at = np.minimum(known.searchsorted(keys), len(known) - 1).astype(np.int32)
    return at, known[at] == keys


def positions(known: Hashes, keys: Hashes) -> Ids:
    """Return where the keys are in the ascending `known`, without those that are not there."""
    at, here = _lookup(known, keys)
    return at[here]


class Bag(NamedTuple):
    """The distinct features of a title, and how often it has each."""

    keys: Hashes  # ascending
    counts: Longs


def counted(bag: bytes) -> Bag:
    """Count the features in a bag: `numpy.unique` does the same in twice the time."""
    keys = np.sort(hashes(bag))
    first = np.ones(len(keys) + 1, bool)
    np.not_equal(keys[1:], keys[:-1], out=first[1:-1])
    starts = first.nonzero()[0]
    return Bag(keys[starts[:-1]], np.diff(starts))


def vector(known: Hashes, idf: Floats, bag: Bag) -> tuple[Ids, Floats]:
    """Return columns and values of a bag as a sparse tf-idf vector of length 1, tf as 1 + log."""
    at, here = _lookup(known, bag.keys)
    columns = at[here]
    values = (1 + np.log(bag.counts[here])) * idf[columns]
    return columns, (values / np.sqrt(values @ values)).astype(np.float32)
