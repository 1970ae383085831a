"""One field of an index: its texts, and which words stand in which text, in flat arrays."""

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.finding.search.text import EMPTY, EXCEPT, long_form, tokens
from app.finding.search.weights import KIND_NAMES

Ids = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

IMPLIED = 128  # added to the place of a word that only an abbreviation stands for
NOT_COUNTED, IN_WHOLE, IN_ITEM = range(3)
_BETWEEN = re.compile(r",? (?:and|or|except|excluding) |, ", re.IGNORECASE)
FIRST_PROSE = KIND_NAMES.index("duty")


@dataclass(frozen=True, slots=True)
class Field:
    """`D` texts sorted by occupation, the words of each looked up in a vocabulary of `W`."""

    starts: Ids  # [W + 1] entries of a word
    texts_of: Ids  # [entries] texts, ascending within a word
    places: Bytes  # [entries] place of the word in the text, from 0; see IMPLIED
    owners: Ids  # [D] occupation of a text, ascending
    kinds: Bytes  # [D] place in KIND_NAMES
    sizes: Floats  # [D] summed weight of the words of a text, or of its shortest item
    wholes: Floats  # [D] summed weight of all its words
    lengths: Bytes  # [D] characters, at most 255
    firsts: Ids  # [N + 1] first text of each occupation
    runs: Ids  # [R] first text of each occupation that has any
    run_owners: Ids  # [R] that occupation
    raw: Bytes  # UTF-8 of all texts
    ends: Ids  # [D] where each ends in `raw`

    def text(self, at: int) -> str:
        """Read the text at one place."""
        start = int(self.ends[at - 1]) if at else 0
        return self.raw[start : int(self.ends[at])].tobytes().decode()

    def kind(self, at: int) -> str:
        """Name the kind of the text at one place."""
        return KIND_NAMES[int(self.kinds[at])]

    def run(self, owner: int) -> tuple[int, int]:
        """Find the texts [start, end) of an occupation."""
        return int(self.firsts[owner]), int(self.firsts[owner + 1])

    def best_of_runs(self, scores: Floats, count: int) -> Floats:
        """Take the best score of any text of each occupation, float32 [count]."""
        best = np.zeros(count, np.float32)
        if len(self.runs):
            best[self.run_owners] = np.maximum.reduceat(scores, self.runs)
        return best

    def sum_of_runs(self, scores: Floats, count: int) -> Floats:
        """Add up the scores of the texts of each occupation, float32 [count]."""
        total = np.zeros(count, np.float32)
        if len(self.runs):
            total[self.run_owners] = np.add.reduceat(scores, self.runs)
        return total


class Draft:
    """A field while words still have the numbers in which they were met."""

    def __init__(self, rows: Sequence[tuple[int, int, str]], met: dict[str, int]) -> None:
        """Read `rows` (occupation, kind, text), sorted; number new words in `met`."""
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
        """Renumber words as `order` says (met number to id), weigh texts by `weights` [W].

        `occupations` is how many there are, N.
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
        raw = [text.encode() for _, _, text in self.rows]
        owners = np.fromiter((owner for owner, _, _ in self.rows), np.int32, count)
        run_owners, runs = np.unique(owners, return_index=True)
        return Field(
            starts=np.searchsorted(words[by_word], np.arange(len(weights) + 1)).astype(np.int32),
            texts_of=texts[by_word].astype(np.int32),
            places=places[by_word].copy(),
            owners=owners,
            kinds=np.fromiter((kind for _, kind, _ in self.rows), np.uint8, count),
            sizes=sizes,
            wholes=wholes,
            lengths=np.fromiter((min(len(part), 255) for part in raw), np.uint8, count),
            firsts=np.searchsorted(owners, np.arange(occupations + 1)).astype(np.int32),
            runs=runs.astype(np.int32),
            run_owners=run_owners.astype(np.int32),
            raw=np.frombuffer(b"".join(raw), np.uint8),
            ends=np.cumsum([len(part) for part in raw], dtype=np.int32),
        )


def _words_of(text: str, kind: int) -> dict[str, tuple[int, int]]:
    """Find the distinct words of a text: the place of each, and what size it counts to.

    An abbreviation stands there as itself and written out; its own form does not count, nor does a
    short form in brackets (`(CEO)`). What a title excepts does not stand there. Of an occupation's
    own title, which is often a list (`Plumbers, Pipefitters, and Steamfitters`), the shortest of
    the workers listed counts: whoever typed that has typed a whole title.
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
        full = long_form(word)
        if full != (word,):
            for part in full:
                found.setdefault(part, (place + IMPLIED, counts))
            found.setdefault(word, (place, NOT_COUNTED))
        elif word not in found or found[word][0] >= IMPLIED:
            found[word] = (place, max(counts, found.get(word, (0, 0))[1]))
        place = min(place + 1, IMPLIED - 1)
    return found


def _shortest_item(title: str) -> tuple[int, int]:
    """Find characters [start, end) of the item of a list that names workers in the fewest words."""
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
    """How rare each word is, float32 [W]: the log of texts over texts that hold it."""
    count = np.zeros(len(order), np.int64)
    total = 0
    for draft in drafts:
        total += len(draft.rows)
        if len(draft.words):
            count += np.bincount(order[np.frombuffer(draft.words, np.int32)], minlength=len(order))
    return np.log1p(total / np.maximum(count, 1)).astype(np.float32)
