"""The content of the search index: occupations, their texts and the vocabulary."""

from collections import Counter
from collections.abc import Mapping
from copy import copy
from typing import NamedTuple, Self

import numpy as np

from app.api.schemas.words import EVIDENCE
from app.finding.entries import Entries
from app.finding.everyday import meant
from app.finding.index_arrays import Floats
from app.finding.search.codes import Codes
from app.finding.search.field import Field, words_of_text
from app.finding.search.results import TitlesOf
from app.finding.search.vocabulary import Vocabulary
from app.finding.search.weights import KIND_NAMES, LEVELS

LARGEST = 7.0  # log10 of the employment that has the size 1


class CorpusArrays(NamedTuple):
    """The arrays of `N` occupations in order of code and a vocabulary of `W` words."""

    levels: Floats  # [N] weight of the level in the classification
    rarity: Floats  # [W] inverse document frequency
    names: Field  # titles of all kinds
    prose: Field  # duties and descriptions


class Corpus:
    """The occupations in order of code, their texts in two fields, and the vocabulary of both."""

    def __init__(
        self, codes: list[str], titles: list[str], words: list[str], arrays: CorpusArrays
    ) -> None:
        self.codes = codes
        self.titles = titles
        self.places = {code: at for at, code in enumerate(codes)}
        self.lookup = Codes(codes)
        self.vocabulary = Vocabulary(words)
        self.arrays = arrays
        self.levels, self.rarity, self.names, self.prose = arrays
        self.sizes = _sizes([None] * len(codes), self.names)
        """[N] 0 to 1: by employment, or else by the number of titles."""
        self.titles_of = TitlesOf(np.ones(len(codes), bool), lambda _: None)

    def with_employment(self, employment: Mapping[str, int | None]) -> Self:
        """Return the same with the sizes of other figures: the number of jobs by code."""
        other = copy(self)
        other.sizes = _sizes([employment.get(code) for code in self.codes], self.names)
        return other

    def with_titles(self, titles_of: TitlesOf) -> Self:
        """Return the same with what is known of titles."""
        other = copy(self)
        other.titles_of = titles_of
        return other


def gather(entries: Entries) -> Corpus:
    """Sort, number and weigh the rows, which may be in any order."""
    occupations = list({row.code: row for row in sorted(entries.occupations)}.values())
    places = {row.code: at for at, row in enumerate(occupations)}
    ranks = {kind: at for at, kind in enumerate(KIND_NAMES)}
    names = [(at, 0, row.title) for at, row in enumerate(occupations)]
    names += [
        (places[row.code], ranks.get(row.kind, ranks["alternate"]), row.title)
        for row in entries.titles
        if row.code in places and row.kind not in EVIDENCE
    ]
    names += [
        (places[code], ranks["everyday"], name) for name, codes in meant(entries) for code in codes
    ]
    prose = [
        (places[row.code], ranks[kind], row.text)
        for kind, rows in (("duty", entries.duties), ("description", entries.descriptions))
        for row in rows
        if row.code in places
    ]
    fields = [_distinct(rows) for rows in (names, prose)]
    found = [[words_of_text(text, kind) for _, kind, text in rows] for rows in fields]
    counts = Counter(word for texts in found for words in texts for word in words)
    words = sorted(counts)
    ids = {word: at for at, word in enumerate(words)}
    seen = np.array([counts[word] for word in words], np.int64)
    rarity = np.log1p(sum(map(len, fields)) / seen).astype(np.float32)
    name_field, prose_field = (
        Field.of(rows, texts, ids, rarity, len(occupations))
        for rows, texts in zip(fields, found, strict=True)
    )
    arrays = CorpusArrays(
        levels=np.array([LEVELS.get(row.level, 1.0) for row in occupations], np.float32),
        rarity=rarity,
        names=name_field,
        prose=prose_field,
    )
    titles = [row.title for row in occupations]
    return Corpus([row.code for row in occupations], titles, words, arrays)


def _distinct(rows: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Sort rows by occupation, kind and text. Of the same text twice the better kind is kept."""
    kept: dict[tuple[int, str], tuple[int, int, str]] = {}
    for row in sorted(rows):
        kept.setdefault((row[0], row[2].casefold()), row)
    return list(kept.values())


def _sizes(employment: list[int | None], names: Field) -> Floats:
    """Return sizes from 0 to 1. One of unknown employment is half as large as the smallest."""
    known = np.array([np.log10(max(n or 1, 1)) for n in employment], np.float32) / LARGEST
    if known.any():
        return np.where(known > 0, known, known[known > 0].min() / 2).clip(0, 1).astype(np.float32)
    counts = np.bincount(names.owners, minlength=len(employment)).astype(np.float32)
    shares: Floats = np.log1p(counts) / np.log1p(counts.max(initial=1))
    return shares.astype(np.float32)
