"""Titles to their occupations: read, corrected, compared, ranked and given a confidence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

from app.finding.titles import ranker
from app.finding.titles.build import whole_key
from app.finding.titles.postings import Floats
from app.finding.titles.signals import SIGNALS, Evidence, gather
from app.finding.titles.tables import Tables, unpack, unpack_all
from app.finding.words.spelling import Spelling
from app.finding.words.tables import ABBREVIATIONS
from app.finding.words.text import Reading, read, without_level, without_licence

FEW = 50  # occupations: under these the ranker's figures mean little, and plain overlap decides
SAME_HEAD, OTHER_HEAD = 0.9, 0.63  # of a small index: is the title of the same kind of worker?


class TitleMatch(NamedTuple):
    """An occupation that a title may be of."""

    code: str
    confidence: float
    """The share of matches like this one that are right, 0 to 1."""
    matched_title: str
    """The title in the index that it rests on."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """The tables of an index and their vocabulary."""

    tables: Tables
    codes: list[str]
    vocabulary: dict[str, None]
    spelling: Spelling

    def __init__(self, tables: Tables) -> None:
        object.__setattr__(self, "tables", tables)
        object.__setattr__(self, "codes", unpack_all(tables.codes, tables.code_ends))
        words = unpack_all(tables.words, tables.word_ends)
        object.__setattr__(self, "vocabulary", dict.fromkeys(words))
        object.__setattr__(self, "spelling", Spelling(list(self.vocabulary)))

    def match(
        self, titles: Sequence[str], limit: int, min_confidence: float
    ) -> list[list[TitleMatch]]:
        """Each title's occupations, best first."""
        correct = cache(self.correct)  # titles sent together often share a word that is misspelt
        understood = [self.understand(read(title), correct) for title in titles]
        if not self.tables.size:
            return [[] for _ in titles]
        gathered = gather(self.tables, [readings for readings in understood if readings])
        return [
            self._ranked(title, readings, next(gathered), limit, min_confidence) if readings else []
            for title, readings in zip(titles, understood, strict=True)
        ]

    def _ranked(
        self,
        title: str,
        readings: list[Reading],
        evidence: Evidence,
        limit: int,
        min_confidence: float,
    ) -> list[TitleMatch]:
        learned = ranker.load()
        shares = learned.shares(evidence.table, self.tables.groups)
        if self.tables.size < FEW:
            confidence = self._plain_confidence(evidence, readings)
        else:
            confidence = learned.confidence(shares)
        confidence = self._exact(title, shares, confidence, learned.exact)
        sure = np.flatnonzero(confidence.astype(np.float64) >= min_confidence)
        order = sure[np.lexsort((-shares[sure], -confidence[sure]))][:limit]
        return [
            TitleMatch(self.codes[n], round(c, 4), self._title(n, evidence))
            for n, c in zip(order.tolist(), confidence[order].tolist(), strict=True)
        ]

    def understand(self, readings: list[Reading], correct: Callable[[str], str]) -> list[Reading]:
        """Readings with slips corrected, with rank and without; none without a known word."""
        found: dict[Reading, None] = {}
        for reading in readings:
            fixed = tuple(map(correct, reading.words))
            if not any(word in self.vocabulary for word in fixed):
                continue
            plain = without_licence(Reading(fixed, correct(reading.head)))
            found.setdefault(plain)
            found.setdefault(without_licence(without_level(plain)))
        return list(found)

    def correct(self, word: str) -> str:
        """The word, or the one of the index that it was meant to be."""
        if word in self.vocabulary or word in ABBREVIATIONS:
            return word
        return self.spelling.nearest(word) or word

    def _exact(self, title: str, shares: Floats, confidence: Floats, sure: float) -> Floats:
        """Occupations that have this very title go first; several share what one would get."""
        keys, rows = self.tables.exact_keys, self.tables.exact_rows
        wanted = whole_key(title)
        same = rows[np.searchsorted(keys, wanted) : np.searchsorted(keys, wanted, "right")]
        if not len(same):
            return confidence
        raised = np.zeros_like(confidence)
        raised[same] = sure * shares[same] / max(float(shares[same].sum()), 1e-9)
        most = min((1 - sure) / 2, float(raised[same].min()) * 0.9)
        rest: Floats = np.minimum(confidence, np.float32(most))
        rest[same] = raised[same]
        return rest

    def _nearest(self, occupation: int, likeness: Floats) -> int:
        """The occupation's title most like the one asked for; its own where none is."""
        ends = self.tables.row_ends
        start, end = int(ends[occupation - 1]) if occupation else 0, int(ends[occupation])
        if start < end:
            row = start + int(likeness[start:end].argmax())
            if likeness[row] > 0:
                return int(self.tables.row_title[row])
        return int(self.tables.own_title[occupation])

    def _title(self, occupation: int, evidence: Evidence) -> str:
        at = self._nearest(occupation, evidence.likeness)
        return unpack(self.tables.titles, self.tables.title_ends, at)

    def _plain_confidence(self, evidence: Evidence, readings: list[Reading]) -> Floats:
        """By the nearest title alone: less for another kind of worker, shared by equals."""
        heads = {reading.head for reading in readings}
        near = evidence.table[SIGNALS.index("nearest")]
        kind = np.array(
            [
                SAME_HEAD
                if heads & {r.head for r in read(self._title(n, evidence))}
                else OTHER_HEAD
                for n in range(self.tables.size)
            ]
        )
        sure = (near * near * kind).astype(np.float32)
        equals = (sure[:, None] == sure[None, :]).sum(axis=1)
        shared: Floats = (sure / equals).astype(np.float32)
        return shared
