"""What a reading of a title is made of: its words, pairs of words, head and beginnings of words."""

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from app.matching.text import Reading

Hashes = npt.NDArray[np.uint64]

STEMS = (4, 5)  # letters: `weld` of welder, welding and weldment is one feature


def key(text: str) -> int:
    """A 64-bit name of a feature, the same on every machine."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def word_keys(words: Iterable[str]) -> list[int]:
    """One key a word, in order."""
    return [key("w" + word) for word in words]


def stem(word: str) -> str:
    """The beginning of a word."""
    return word[: STEMS[-1]]


def stem_key(text: str) -> int:
    """The key of a beginning."""
    return key(f"{STEMS[-1]}{text}")


def plain_features(words: Iterable[str]) -> list[int]:
    """The features of running text: each word, and the beginning of each."""
    return [
        k
        for word in words
        for k in (key("w" + word), *(key(f"{size}{word[:size]}") for size in STEMS))
    ]


def title_features(reading: Reading) -> list[int]:
    """The features of a title: those of running text, every pair of words, and the head."""
    words = reading.words
    found = plain_features(words)
    found.append(key("h" + reading.head))
    for i, one in enumerate(words):
        for other in words[i + 1 :]:
            low, high = sorted((one, other))
            found.append(key(f"p{low} {high}"))
    return found


def positions(known: Hashes, wanted: Iterable[int]) -> npt.NDArray[np.int32]:
    """Where each wanted key stands in the ascending `known`; those that do not are left out."""
    keys = np.fromiter(wanted, np.uint64)
    if not len(known) or not len(keys):
        return np.zeros(0, np.int32)
    at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    found: npt.NDArray[np.int32] = at[known[at] == keys].astype(np.int32)
    return found
