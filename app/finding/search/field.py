"""One field of the search index: its texts, and the posting lists of the words in them."""

import re
from array import array
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from app.finding.index_arrays import Bytes, Floats, Grouped, Ids, Postings, Texts
from app.finding.search.tokenizer import EMPTY, EXCEPT, expand, tokens
from app.finding.search.weights import KIND_NAMES

IMPLIED = 128  # added to the place of a word that is only there as its abbreviation
NOT_COUNTED, IN_WHOLE, IN_ITEM = range(3)
_BETWEEN = re.compile(r",? (?:and|or|except|excluding) |, ", re.IGNORECASE)
FIRST_PROSE = KIND_NAMES.index("duty")


class Field(NamedTuple):
    """`D` texts in order of occupation, with a vocabulary of `W` words."""

    texts: Texts
    owners: Ids  # [D] occupation of each text
    occupations: Grouped  # the texts by occupation
    kinds: Bytes  # [D] place in KIND_NAMES
    sizes: Floats  # [D] summed rarity of the words of the text, or of its shortest item
    wholes: Floats  # [D] summed rarity of all its words
    lengths: Bytes  # [D] bytes, at most 255
    words: Postings  # [W] texts with the word
    places: Bytes  # beside `words`: place of the word in the text, from 0; see IMPLIED


class Draft:
    """A field before the vocabulary is sorted: words are numbered as they were met."""

    def __init__(self, rows: Sequence[tuple[int, int, str]], met: dict[str, int]) -> None:
        """Read sorted rows (occupation, kind, text); add new words to ``met``."""
        self.rows = rows
        self.words = array("i")
        self.texts = array("i")
        self.places = array("B")
        self.counted = array("B")
        for at, (_, kind, text) in enumerate(rows):
            for word, (place, counts) in _words_of(text, kind).items():
                self.words.append(met.setdefault(word, len(met)))
                self.texts.append(at)
                self.places.append(place)
                self.counted.append(counts)

    def finish(self, order: Ids, weights: Floats, occupations: int) -> Field:
        """Return the field. ``order`` has the final id of each word met, ``weights`` its rarity.

        ``occupations`` is the number of occupations.
        """
        words = order[np.frombuffer(self.words, np.int32)]
        texts = np.frombuffer(self.texts, np.int32)
        places = np.frombuffer(self.places, np.uint8)
        counted = np.frombuffer(self.counted, np.uint8)
        by_word = np.lexsort((texts, words))
        count = len(self.rows)
        sizes, wholes = (
            np.bincount(texts, weights[words] * (counted >= least), count).astype(np.float32)
            for least in (IN_ITEM, IN_WHOLE)
        )
        packed = Texts.pack([text for _, _, text in self.rows])
        owners = np.fromiter((owner for owner, _, _ in self.rows), np.int32, count)
        starts = np.searchsorted(words[by_word], np.arange(len(weights) + 1)).astype(np.int32)
        return Field(
            texts=packed,
            owners=owners,
            occupations=Grouped.of(owners, occupations),
            kinds=np.fromiter((kind for _, kind, _ in self.rows), np.uint8, count),
            sizes=sizes,
            wholes=wholes,
            lengths=np.minimum(np.diff(packed.ends, prepend=0), 255).astype(np.uint8),
            words=Postings(starts, texts[by_word]),
            places=places[by_word],
        )


def _words_of(text: str, kind: int) -> dict[str, tuple[int, int]]:
    """Return the distinct words of a text: the place of each, and which size counts it.

    - An abbreviation is indexed as itself and expanded. Its own form is not counted, nor is a short
      form in brackets, such as `(CEO)`.
    - What a title excepts is not indexed.
    - An occupation's own title is often a list: `Plumbers, Pipefitters, and Steamfitters`. Only
      the shortest item counts, so that somebody who typed it has typed a whole title.
    """
    found: dict[str, tuple[int, int]] = {}
    counted = _shortest_item(text) if kind == 0 else (0, len(text))
    place = 0
    for word, start, end in tokens(text):
        if kind < FIRST_PROSE and place and word in EXCEPT:
            break
        if word in EMPTY:
            continue
        counts = IN_ITEM if counted[0] <= start < counted[1] else IN_WHOLE
        if text[start - 1 : start] == "(" and text[end : end + 1] == ")":
            counts = NOT_COUNTED
        full = expand(word)
        if full != (word,):
            for part in full:
                found.setdefault(part, (place + IMPLIED, counts))
            found.setdefault(word, (place, NOT_COUNTED))
        elif word not in found or found[word][0] >= IMPLIED:
            found[word] = (place, max(counts, found.get(word, (0, 0))[1]))
        place = min(place + 1, IMPLIED - 1)
    return found


def _shortest_item(title: str) -> tuple[int, int]:
    """Return the characters [start, end) of the item with the fewest words of those in plural."""
    best = 0, len(title)
    fewest = len(title)
    start = 0
    for mark in [*_BETWEEN.finditer(title), None]:
        end = mark.start() if mark else len(title)
        item = title[start:end]
        if item.endswith("s") and item.count(" ") < fewest:
            best, fewest = (start, end), item.count(" ")
        if mark is None or mark.group().strip(" ,").lower() in EXCEPT:
            break
        start = mark.end()
    return best


def inverse_frequency(drafts: Iterable[Draft], order: Ids) -> Floats:
    """Return the inverse document frequency of each word, float32 [W]."""
    count = np.zeros(len(order), np.int64)
    total = 0
    for draft in drafts:
        total += len(draft.rows)
        if len(draft.words):
            count += np.bincount(order[np.frombuffer(draft.words, np.int32)], minlength=len(order))
    return np.log1p(total / np.maximum(count, 1)).astype(np.float32)
