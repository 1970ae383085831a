"""The arrays of the title index.

`N` occupations, `T` readings of their titles, `W` words, `F` features of a regression. Readings are
sorted by code, then title, so that the order of the input does not matter.
"""

from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from app.finding.everyday import Said
from app.finding.index_arrays import Bytes, Floats, Grouped, Ids, Postings, Texts
from app.finding.titles.features import Hashes, whole_key

FORM = "titles"
"""What the file of such an index holds."""


class Regression(NamedTuple):
    """A softmax regression of low rank: an occupation's score is `values @ inner @ outer`."""

    keys: Hashes  # [F] ascending
    idf: Floats  # [F]
    inner: npt.NDArray[np.int8]  # [F, rank]
    scale: Floats  # [F] factor of each row of `inner`
    outer: Floats  # [rank, N]


class Regressions(NamedTuple):
    """One for each view of a title, one of duties alone, and those of `evidence.py`."""

    words: Regression
    parts: Regression
    letters: Regression
    duties: Regression
    filed: Regression
    filed_letters: Regression


class Terms(NamedTuple):
    """An inverted index of the readings' terms: their words, or their four-grams."""

    keys: Hashes  # ascending
    weights: Floats  # inverse document frequency
    readings: Postings  # the readings with each term
    norm: Floats  # [T] length of each reading's vector of weights


class Names(NamedTuple):
    """Titles by the key of their text."""

    keys: Hashes  # ascending `whole_key`
    titles: Ids  # the title of each

    @classmethod
    def of(cls, pairs: list[tuple[str, int]]) -> Self:
        """Index pairs of a text and a title."""
        found = sorted({(whole_key(text), title) for text, title in pairs})
        keys = np.array([key for key, _ in found], np.uint64)
        return cls(keys, np.array([title for _, title in found], np.int32))

    def find(self, text: str) -> list[int]:
        """Return the titles that a text is."""
        wanted = whole_key(text)
        start, end = self.keys.searchsorted(wanted), self.keys.searchsorted(wanted, "right")
        found: list[int] = self.titles[start:end].tolist()
        return found


class Tables(NamedTuple):
    """Every array of the index."""

    titles: Texts  # distinct titles of each occupation
    filings: Ids  # how many filings of employers gave each title this code, or 0
    owners: Ids  # the occupation of each title, ascending
    kinds: Bytes  # the kind of each title: its place in `TitleMatcher.kinds`
    own_title: Ids  # [N] which of them is the occupation's own title
    whole: Names  # titles as they are written
    parts: Names  # the two names in titles such as `Die Cast Operator (DCO)`
    everyday: Said  # everyday names: their titles

    readings: Grouped  # the T readings by occupation
    reading_title: Ids  # [T] the title that was read
    sizes: Floats  # [N] log of the number of readings

    words: Terms  # W words
    grams: Terms  # four-grams

    heard: Terms  # words of evidence: titles of employers and of the Census index
    heard_owners: Ids  # the occupation of each of its readings, ascending
    heard_shares: Floats  # root of the occupation's share of what has this title
    kin: Ids  # [N] the occupation of the SOC that each is a part of, or itself

    said_weights: Floats  # [W] inverse frequency among occupations, by their titles
    said: Postings  # [W] occupations with the word in their titles or duties
    said_titles: Floats  # beside `said`: how many readings of the occupation have the word
    duty_words: Floats  # [N] how many words of the duties are known

    groups: Ids  # [3, N] number of the occupation's group of each size, see `build.GROUP_CODES`
    regressions: Regressions
