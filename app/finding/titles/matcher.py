"""The title index: matches job titles to occupations."""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np

from app.finding import index_file
from app.finding.index_arrays import Floats, Ids, flatten, restore
from app.finding.titles import ranker
from app.finding.titles.confidence import MIN_CONFIDENCE, SMALL, small_index_confidence
from app.finding.titles.features import whole_key
from app.finding.titles.signals import SIGNALS, Evidence, gather
from app.finding.titles.tables import FORM, Tables
from app.finding.titles.title_reader import Reading, read, without_level, without_licence
from app.finding.words.spelling import Spelling
from app.finding.words.word_lists import ABBREVIATIONS


class TitleMatch(NamedTuple):
    """An occupation that a title may be of."""

    code: str
    confidence: float
    """The share of matches like this one that are right, 0 to 1."""
    matched_title: str
    """The occupation's title that is most similar."""


class TitleMatcher:
    """Finds the occupations of job titles. Threads may share one: it never changes."""

    def __init__(self, codes: list[str], words: list[str], tables: Tables) -> None:
        self.codes = codes
        self.tables = tables
        self._words = dict.fromkeys(words)
        self._spelling = Spelling(words)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Load an index file, whose memory processes share; a damaged one raises ``ValueError``."""
        texts, arrays = index_file.read(path, FORM)
        return cls(texts["codes"], texts["words"], restore(Tables, arrays))

    def save(self, path: Path) -> None:
        """Write the index to a file."""
        texts = {"codes": self.codes, "words": list(self._words)}
        index_file.write(path, FORM, flatten(self.tables), texts)

    def match(
        self, titles: Sequence[str], limit: int = 5, min_confidence: float = MIN_CONFIDENCE
    ) -> list[list[TitleMatch]]:
        """Return the occupations of each title, best first; none where there is no match.

        A few dozen titles at once take less time each, and 20 KB of memory each.
        """
        correct = cache(self.correct)  # titles sent together often share a misspelt word
        understood = [self.understand(read(title), correct) for title in titles]
        if not self.codes:
            return [[] for _ in titles]
        evidence = gather(self.tables, [readings for readings in understood if readings])
        return [
            self._ranked(title, readings, next(evidence), limit, min_confidence) if readings else []
            for title, readings in zip(titles, understood, strict=True)
        ]

    def understand(self, readings: list[Reading], correct: Callable[[str], str]) -> list[Reading]:
        """Correct the spelling of readings; add them without rank. None without a known word."""
        found: dict[Reading, None] = {}
        for reading in readings:
            fixed = tuple(map(correct, reading.words))
            if not any(word in self._words for word in fixed):
                continue
            plain = without_licence(Reading(fixed, correct(reading.head)))
            found.setdefault(plain)
            found.setdefault(without_licence(without_level(plain)))
        return list(found)

    def correct(self, word: str) -> str:
        """Return a word with its spelling corrected; known words and abbreviations are right."""
        known = word in self._words or word in ABBREVIATIONS
        return word if known else self._spelling.correct(word)

    def _ranked(
        self,
        title: str,
        readings: list[Reading],
        evidence: Evidence,
        limit: int,
        min_confidence: float,
    ) -> list[TitleMatch]:
        """Return the matches of one title."""
        learned = ranker.load()
        shares = learned.shares(evidence.table, self.tables.groups)
        if len(self.codes) < SMALL:
            confidence = self._small_index_confidence(readings, evidence)
        else:
            confidence = learned.calibration.confidence(shares)
        said = self.tables.everyday.find(title)
        same = self._with_title(title)
        parts = shares[same]
        if len(said):  # the likeliest first, each twice as likely as all after it
            same = np.concatenate([said, same[~np.isin(same, said)]])
            parts = np.float32(1 / 3) ** np.arange(len(same), dtype=np.float32)
        confidence = learned.calibration.with_exact(confidence, same, parts)
        sure = np.flatnonzero(confidence.astype(np.float64) >= min_confidence)
        order = sure[np.lexsort((-shares[sure], -confidence[sure]))][:limit]
        return [
            TitleMatch(self.codes[n], round(c, 4), self._nearest_title(n, evidence.similarity))
            for n, c in zip(order.tolist(), confidence[order].tolist(), strict=True)
        ]

    def _with_title(self, title: str) -> Ids:
        """Return the occupations that have this very title."""
        keys, wanted = self.tables.exact_keys, whole_key(title)
        start, end = keys.searchsorted(wanted), keys.searchsorted(wanted, "right")
        return self.tables.exact_occupations[start:end]

    def _nearest_title(self, occupation: int, similarity: Floats) -> str:
        """Return the occupation's most similar title; its own if none has a word in common."""
        start, end = self.tables.readings.rows_of(occupation)
        at = self.tables.own_title[occupation]
        if start < end:
            row = start + int(similarity[start:end].argmax())
            if similarity[row] > 0:
                at = self.tables.reading_title[row]
        return self.tables.titles.at(int(at))

    def _small_index_confidence(self, readings: list[Reading], evidence: Evidence) -> Floats:
        heads = {reading.head for reading in readings}
        titles = (self._nearest_title(n, evidence.similarity) for n in range(len(self.codes)))
        same_head = [any(r.head in heads for r in read(title)) for title in titles]
        return small_index_confidence(evidence.table[SIGNALS.index("nearest")], same_head)
