"""One field of the search index: its texts, and the posting lists of the words in them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from app.finding.index_arrays import Bytes, Floats, Grouped, Ids, Longs, Postings, Texts
from app.finding.search.tokenizer import EMPTY, EXCEPT, expand, expand_beside, tokens
from app.finding.search.weights import KIND_NAMES

IMPLIED = 128  # added to the place of a word that is only there as its abbreviation
NOT_COUNTED, IN_WHOLE, IN_ITEM = range(3)
_BETWEEN = re.compile(r",? (?:and|or|except|excluding) |, ", re.IGNORECASE)
FIRST_PROSE = KIND_NAMES.index("duty")
Found = dict[str, tuple[int, int]]
"""The distinct words of a text: the place of each, and which size counts it."""


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

    @classmethod
    def of(
        cls,
        rows: Sequence[tuple[int, int, str]],
        found: Iterable[Found],
        ids: Mapping[str, int],
        rarity: Floats,
        occupations: int,
    ) -> "Field":
        """Index sorted rows (occupation, kind, text) with the words ``found`` in each text.

        ``occupations`` is the number of occupations.
        """
        entries = [
            (ids[word], at, place, counts)
            for at, words in enumerate(found)
            for word, (place, counts) in words.items()
        ]
        words, texts, places, counted = np.array(entries, np.int32).reshape(-1, 4).T
        by_word = np.lexsort((texts, words))
        sizes, wholes = (
            np.bincount(texts, rarity[words] * (counted >= least), len(rows)).astype(np.float32)
            for least in (IN_ITEM, IN_WHOLE)
        )
        owners = np.array([owner for owner, _, _ in rows], np.int32)
        packed = Texts.pack([text for _, _, text in rows])
        return cls(
            texts=packed,
            owners=owners,
            occupations=Grouped.of(owners, occupations),
            kinds=np.array([kind for _, kind, _ in rows], np.uint8),
            sizes=sizes,
            wholes=wholes,
            lengths=np.minimum(np.diff(packed.ends, prepend=0), 255).astype(np.uint8),
            words=Postings.of(words, texts, len(rarity)),
            places=places[by_word].astype(np.uint8),
        )

    def has(self, word: int) -> bool:
        """Tell whether a text has a word."""
        return bool(self.words.starts[word] < self.words.starts[word + 1])

    def has_phrase(self, first: int, second: int) -> bool:
        """Tell whether a text has the second word right after the first, but for stop words."""
        one, other = (self._stands(word) for word in (first, second))
        return bool(np.isin(one + 1, other).any())

    def _stands(self, word: int) -> Longs:
        """Return where a word stands: its places, counted through all texts."""
        at = slice(*self.words.starts[word : word + 2])
        places = self.places[at]
        stands = self.words.rows[at].astype(np.int64) * (2 * IMPLIED) + places
        return stands[places < IMPLIED]


def words_of_text(text: str, kind: int) -> Found:
    """Find the distinct words of a text.

    - An abbreviation is indexed as itself and expanded. Its own form is not counted, nor is a short
      form in brackets, such as `(CEO)`.
    - What a title excepts is not indexed.
    - An occupation's own title is often a list: `Plumbers, Pipefitters, and Steamfitters`. Only
      the shortest item counts, so that somebody who typed it has typed a whole title.
    """
    found: Found = {}
    counted = _shortest_item(text) if kind == 0 else (0, len(text))
    place = 0
    split = tokens(text)
    words = [token.word for token in split]
    expanded = expand_beside(words) if kind < FIRST_PROSE else map(expand, words)
    for (word, start, end), full in zip(split, expanded, strict=True):
        if kind < FIRST_PROSE and place and word in EXCEPT:
            break
        if word in EMPTY:
            continue
        counts = IN_ITEM if counted[0] <= start < counted[1] else IN_WHOLE
        if text[start - 1 : start] == "(" and text[end : end + 1] == ")":
            counts = NOT_COUNTED
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
