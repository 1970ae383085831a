"""The title index: matches job titles to occupations."""

import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np

from app.api.schemas.words import EVIDENCE
from app.finding import index_file
from app.finding.entries import OFFICIAL
from app.finding.index_arrays import Floats, flatten, restore
from app.finding.titles import ranker
from app.finding.titles.confidence import MIN_CONFIDENCE, SMALL, small_index_confidence
from app.finding.titles.features import positions, word_keys
from app.finding.titles.signals import SIGNALS, Evidence, gather
from app.finding.titles.tables import FORM, Tables
from app.finding.titles.title_reader import (
    Reading,
    both_names,
    read,
    without_level,
    without_licence,
)
from app.finding.words.normalization import fold
from app.finding.words.spelling import Spelling
from app.finding.words.word_lists import ABBREVIATIONS

EVERYDAY = "everyday"
"""The kind of names that people use and no official list has."""
HOWS = dict.fromkeys(OFFICIAL, "official") | {EVERYDAY: EVERYDAY, "employer": "employers"}
"""How a title led to an occupation that has it, by its kind; `exact` for others."""
LISTED = 0.95  # part of the confidence that goes to occupations of which an official list says it
NEAREST = 3  # occupations that are named where there is no match


_CAPITALS = re.compile(r"\b[A-Z]{2,5}\b")  # abbreviations, which are never corrected


class TitleMatch(NamedTuple):
    """An occupation that a title may be of."""

    code: str
    confidence: float
    """The share of matches like this one that are right, 0 to 1."""
    matched_title: str
    """The occupation's title that it rests on: this very one, or the most similar."""
    kind: str
    """The kind of that title: `title` is the occupation's own, others are as in `Entries`."""
    how: str
    """official, everyday, employers, exact, spelling, words or likeness: see `MatchHow`."""
    filings: int | None
    """In how many filings employers gave this title this code."""


class Answer(NamedTuple):
    """What is said of a title."""

    matches: list[TitleMatch]
    """Best first."""
    nearest: list[str]
    """The codes next in line, where nothing is sure enough."""
    corrected_to: str | None
    """The title as it was understood, where a word's spelling was corrected."""


NOTHING = Answer([], [], None)


class Meaning(NamedTuple):
    """What a text means as a title, of all occupations `[N]`."""

    confidence: Floats  # [N]
    shares: Floats  # [N] probabilities, for the order of equals
    known: dict[int, int]
    """The occupations that have this very title, each with it."""
    similarity: Floats  # [T] of each reading
    corrected_to: str | None
    mended: bool
    """Whether only with the spelling corrected it is one of these titles."""


class TitleMatcher:
    """Finds the occupations of job titles. Threads may share one: it never changes."""

    def __init__(
        self, codes: list[str], words: list[str], kinds: list[str], tables: Tables
    ) -> None:
        self.codes = codes
        self.kinds = kinds
        self.tables = tables
        self._learned = ranker.load()
        self._words = dict.fromkeys(words)
        times = np.diff(tables.words.readings.starts).tolist()
        self._spelling = Spelling(words, times, len(tables.words.norm))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Load an index file, whose memory processes share; a damaged one raises ``ValueError``."""
        texts, arrays = index_file.read(path, FORM)
        return cls(texts["codes"], texts["words"], texts["kinds"], restore(Tables, arrays))

    def save(self, path: Path) -> None:
        """Write the index to a file."""
        texts = {"codes": self.codes, "words": list(self._words), "kinds": self.kinds}
        index_file.write(path, FORM, flatten(self.tables), texts)

    def match(
        self, titles: Sequence[str], limit: int = 5, min_confidence: float = MIN_CONFIDENCE
    ) -> list[list[TitleMatch]]:
        """Return the occupations of each title, best first; none where there is no match."""
        return [answer.matches for answer in self.answers(titles, limit, min_confidence)]

    def answers(
        self, titles: Sequence[str], limit: int = 5, least: float = MIN_CONFIDENCE
    ) -> list[Answer]:
        """Return what is said of each title.

        A few dozen titles at once take less time each, and 20 KB of memory each.
        """
        return [
            NOTHING if meaning is None else self._answer(meaning, limit, least)
            for meaning in self.meanings(titles)
        ]

    def meanings(self, titles: Sequence[str]) -> list[Meaning | None]:
        """Return what each text means as a title; None where no word of it is known."""
        mend = cache(self.correct)  # titles sent together often share a misspelt word
        read_as = [read(title) for title in titles]
        corrects = [_but(set(map(fold, _CAPITALS.findall(title))), mend) for title in titles]
        understood = [
            self.understand(readings, correct)
            for readings, correct in zip(read_as, corrects, strict=True)
        ]
        if not self.codes:
            return [None for _ in titles]
        evidence = gather(self.tables, [readings for readings in understood if readings])
        return [
            self._meaning(title, some, _corrected(given, correct), next(evidence)) if some else None
            for title, given, some, correct in zip(
                titles, read_as, understood, corrects, strict=True
            )
        ]

    def understand(self, readings: list[Reading], correct: Callable[[str], str]) -> list[Reading]:
        """Correct the spelling of readings with a known word; add them without rank."""
        found: dict[Reading, None] = {}
        for reading in readings:
            fixed = tuple(map(correct, reading.words))
            if not any(word in self._words for word in fixed) and not self._is_heard(fixed):
                continue
            plain = without_licence(Reading(fixed, correct(reading.head)))
            found.setdefault(plain)
            found.setdefault(without_licence(without_level(plain)))
        return list(found)

    def _is_heard(self, words: tuple[str, ...]) -> bool:
        """Tell whether the evidence has one of the words."""
        return len(positions(self.tables.regressions.filed.keys, word_keys(words))) > 0

    def correct(self, word: str) -> str:
        """Return a word with its spelling corrected; known words and abbreviations are right."""
        known = word in self._words or word in ABBREVIATIONS
        return word if known else self._spelling.correct(word)

    def _meaning(
        self, title: str, readings: list[Reading], corrected: str | None, evidence: Evidence
    ) -> Meaning:
        """Decide what one title means, by its evidence and by the titles that are the same."""
        learned = self._learned
        shares = learned.shares(evidence.table, self.tables.groups)
        small = len(self.codes) < SMALL
        if small:
            confidence = self._small_index_confidence(readings, evidence)
        else:
            confidence = learned.calibration.confidence(evidence.table, self.tables.groups, shares)
        exact, said = self._exactly(title)
        if exact or said:
            corrected = None  # it is right as it is written
        elif corrected:
            exact, said = self._exactly(corrected)
        whole = bool(exact or said)
        mended = whole and corrected is not None
        official = not mended and any(map(self._is_official, exact))
        leads = exact if whole else self._by_names(title)
        if whole and not (said or official or small):
            leads = self._of_one(exact)
        known, parts = self._known_by(leads, said, shares)
        same = np.array(list(known), np.int32)
        confidence = learned.calibration.with_exact(
            confidence,
            same,
            parts,
            whole=whole,
            doubted=not (official or small),
            said=bool(said),
        )
        rows = {int(self.tables.owners[row]): row for row in reversed(exact)} | known
        return Meaning(confidence, shares, rows, evidence.similarity, corrected, mended)

    def _answer(self, meaning: Meaning, limit: int, least: float) -> Answer:
        """Return the matches of one title, or the nearest occupations."""
        confidence, shares, corrected = meaning.confidence, meaning.shares, meaning.corrected_to
        sure = np.flatnonzero(confidence.astype(np.float64) >= least)
        if not len(sure):
            nearest = np.lexsort((-shares, -confidence))[:NEAREST].tolist()
            return Answer([], [self.codes[n] for n in nearest], corrected)
        order = sure[np.lexsort((-shares[sure], -confidence[sure]))][:limit]
        matches = []
        for n, c in zip(order.tolist(), confidence[order].tolist(), strict=True):
            row, how = self._why(n, meaning.known.get(n), meaning.similarity)
            if (corrected and how == "words") or (meaning.mended and how != "likeness"):
                how = "spelling"
            filings = int(self.tables.filings[row]) or None
            matches.append(TitleMatch(self.codes[n], round(c, 4), *self._title(row), how, filings))
        return Answer(matches, [], corrected)

    def title_of(self, meaning: Meaning, n: int) -> tuple[str, str]:
        """Return the title of an occupation that a meaning rests on, and the title's kind."""
        return self._title(self._why(n, self.named(meaning).get(n), meaning.similarity)[0])

    def named(self, meaning: Meaning) -> dict[int, int]:
        """Return the occupations that have this very title among their names, and which it is."""
        return {n: row for n, row in meaning.known.items() if self._kind(row) not in EVIDENCE}

    def _title(self, row: int) -> tuple[str, str]:
        return self.tables.titles.at(row), self._kind(row)

    def _known_by(
        self, exact: list[int], said: list[int], shares: Floats
    ) -> tuple[dict[int, int], Floats]:
        """Return the occupations of titles and everyday names, each with one, and their parts.

        Those of which an official list says it come first, then those that an everyday name means.
        """
        owners = self.tables.owners
        exact = [row for row in exact if self._kind(row) not in EVIDENCE]
        place = {int(owners[row]): at for at, row in enumerate(said)}
        last = len(place)
        exact.sort(key=lambda row: (place.get(int(owners[row]), last), -shares[owners[row]]))
        official = [row for row in exact if self._is_official(row)]
        known: dict[int, int] = {}
        for row in (*official, *said, *exact):
            known.setdefault(int(owners[row]), row)
        if said:  # each is twice as likely as all after it
            parts = np.float32(1 / 3) ** np.arange(len(known), dtype=np.float32)
        else:
            parts = shares[list(known)]
            first = len({int(owners[row]) for row in official})
            if 0 < first < len(known):
                parts[:first] *= LISTED / max(float(parts[:first].sum()), 1e-9)
                parts[first:] *= (1 - LISTED) / max(float(parts[first:].sum()), 1e-9)
        return known, parts

    def _exactly(self, title: str) -> tuple[list[int], list[int]]:
        """Return the titles that this is as written, and those that it is as an everyday name."""
        return self.tables.whole.find(title), self.tables.everyday.find(title).tolist()

    def _of_one(self, exact: list[int]) -> list[int]:
        """Return the titles that workers wrote, where they and the evidence mean one occupation.

        Others lead nowhere: the signals have weighed them.
        """
        owners, kin = self.tables.owners, self.tables.kin
        named = [row for row in exact if self._kind(row) not in EVIDENCE]
        alone = len({int(owners[row]) for row in named}) == 1
        return named if alone and len({int(kin[owners[row]]) for row in exact}) == 1 else []

    def _by_names(self, title: str) -> list[int]:
        """Return the titles that have the same name, where a title or one of these has two."""
        whole, parts = self.tables.whole, self.tables.parts
        names = both_names(title)
        found = [row for name in names for row in whole.find(name)]
        return found or [row for name in (title, *names) for row in parts.find(name)]

    def _is_official(self, row: int) -> bool:
        return self._kind(row) in OFFICIAL

    def _kind(self, row: int) -> str:
        return self.kinds[int(self.tables.kinds[row])]

    def _why(self, occupation: int, row: int | None, similarity: Floats) -> tuple[int, str]:
        """Return the title that a match rests on, and how; ``row`` is this very title."""
        if row is not None:
            return row, HOWS.get(self._kind(row), "exact")
        row = self._nearest_reading(occupation, similarity)
        if row is not None:
            return int(self.tables.reading_title[row]), "words"
        return int(self.tables.own_title[occupation]), "likeness"

    def _nearest_reading(self, occupation: int, similarity: Floats) -> int | None:
        """Return the occupation's most similar reading; None if none has a word in common."""
        start, end = self.tables.readings.rows_of(occupation)
        row = start + int(similarity[start:end].argmax()) if start < end else None
        return row if row is not None and similarity[row] > 0 else None

    def _small_index_confidence(self, readings: list[Reading], evidence: Evidence) -> Floats:
        heads = {reading.head for reading in readings}
        rows = (self._why(n, None, evidence.similarity)[0] for n in range(len(self.codes)))
        titles = map(self.tables.titles.at, rows)
        same_head = [any(r.head in heads for r in read(title)) for title in titles]
        return small_index_confidence(evidence.table[SIGNALS.index("nearest")], same_head)


def _but(kept: set[str], correct: Callable[[str], str]) -> Callable[[str], str]:
    """Return what corrects the spelling of words but these."""
    return (lambda word: word if word in kept else correct(word)) if kept else correct


def _corrected(readings: list[Reading], correct: Callable[[str], str]) -> str | None:
    """Return a title with its spelling corrected; None if it is right or unknown."""
    fixed = [tuple(map(correct, reading.words)) for reading in readings]
    if fixed == [reading.words for reading in readings]:
        return None
    name, *others = map(" ".join, fixed)
    return " ".join((name, *(f"({other})" for other in others)))
