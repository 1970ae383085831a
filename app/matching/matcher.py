"""One title to its occupations: read, corrected, compared, ranked and given a confidence."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.matching import ranker
from app.matching.build import whole_key
from app.matching.features import key, positions
from app.matching.postings import Floats, Ids
from app.matching.signals import SIGNALS, Evidence, gather
from app.matching.spelling import nearest
from app.matching.tables import Tables, unpack
from app.matching.text import Reading, read, without_level
from app.matching.words import ABBREVIATIONS

EXACT = 0.97  # of a title that stands in the index as written, for one occupation
FEW = 50  # occupations: under these the ranker's figures mean little, and plain overlap decides


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
    vocabulary: list[str]

    def __init__(self, tables: Tables) -> None:
        object.__setattr__(self, "tables", tables)
        words = [unpack(tables.words, tables.word_ends, i) for i in range(len(tables.word_ends))]
        object.__setattr__(self, "vocabulary", words)

    def match(self, title: str, limit: int, min_confidence: float) -> list[TitleMatch]:
        """The title's occupations, best first."""
        readings = self.understand(read(title))
        if not self.tables.size or not readings:
            return []
        evidence = gather(self.tables, readings)
        chosen, told = ranker.candidates(evidence)
        learned = ranker.load()
        odds = learned.score(told)
        confidence = learned.confidence(odds)
        if self.tables.size < FEW:
            confidence = _plain_confidence(evidence, chosen)
        confidence = self._exact(title, chosen, confidence)
        # Candidates stand in the order of the first guess; codes break the ties that are left.
        order = np.lexsort((chosen, -odds, -confidence))
        return [
            TitleMatch(self._code(n), round(float(c), 4), self._title(n, evidence))
            for n, c in zip(chosen[order][:limit].tolist(), confidence[order], strict=False)
            if c >= min_confidence
        ]

    def understand(self, readings: list[Reading]) -> list[Reading]:
        """Readings with slips corrected, with rank and without; none without a known word."""
        found: dict[Reading, None] = {}
        for reading in readings:
            fixed = tuple(self._word(word) for word in reading.words)
            head = self._word(reading.head)
            if not any(map(self._knows, fixed)):
                continue
            found.setdefault(Reading(fixed, head))
            found.setdefault(without_level(Reading(fixed, head)))
        return list(found)

    def _knows(self, word: str) -> bool:
        return len(positions(self.tables.word_keys, [key("w" + word)])) > 0

    def _word(self, word: str) -> str:
        if self._knows(word) or word in ABBREVIATIONS:
            return word
        return nearest(word, self.vocabulary) or word

    def _exact(self, title: str, chosen: Ids, confidence: Floats) -> Floats:
        """Candidates that have this very title go first; several share what one would get."""
        keys, rows = self.tables.exact_keys, self.tables.exact_rows
        wanted = np.uint64(whole_key(title))
        span = slice(np.searchsorted(keys, wanted), np.searchsorted(keys, wanted, "right"))
        same = np.isin(chosen, rows[span])
        if not same.any():
            return confidence
        raised = np.maximum(confidence, np.float32(EXACT / same.sum()))
        return np.where(same, raised, np.minimum(confidence, raised[same].min() * 0.9))

    def _code(self, occupation: int) -> str:
        return unpack(self.tables.codes, self.tables.code_ends, occupation)

    def _title(self, occupation: int, evidence: Evidence) -> str:
        row = int(evidence.best_row[occupation])
        at = int(self.tables.row_title[row] if row >= 0 else self.tables.own_title[occupation])
        return unpack(self.tables.titles, self.tables.title_ends, at)


def _plain_confidence(evidence: Evidence, chosen: Ids) -> Floats:
    """Confidence by the nearest title alone: less for another kind of worker, shared by equals."""
    near = evidence.table[SIGNALS.index("nearest"), chosen]
    head = np.where(evidence.table[SIGNALS.index("head"), chosen] > 0, 0.9, 0.63)
    sure = (near * near * head).astype(np.float32)
    equals = (sure[:, None] == sure[None, :]).sum(axis=1)
    shared: Floats = (sure / equals).astype(np.float32)
    return shared
