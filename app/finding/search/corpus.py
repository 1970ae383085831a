"""The content of the search index: occupations, their texts and the vocabulary."""

from dataclasses import dataclass

import numpy as np

from app.finding.entries import Entries
from app.finding.index_arrays import Floats
from app.finding.search.codes import Codes
from app.finding.search.field import Draft, Field, inverse_frequency
from app.finding.search.vocabulary import Vocabulary
from app.finding.search.weights import KIND_NAMES, LEVELS

LARGEST = 7.0  # log10 of the employment that has the size 1


@dataclass(frozen=True, slots=True)
class Corpus:
    """`N` occupations in order of code, and their texts in two fields over one vocabulary."""

    codes: list[str]
    titles: list[str]
    places: dict[str, int]  # the place of each code
    levels: Floats  # [N] weight of the level in the classification
    sizes: Floats  # [N] 0 to 1: by employment, or else by the number of titles
    lookup: Codes
    vocabulary: Vocabulary
    rarity: Floats  # [W] inverse document frequency
    names: Field  # titles of all kinds
    prose: Field  # duties and descriptions


def gather(entries: Entries) -> Corpus:
    """Sort, number and weigh the rows, which may be in any order."""
    occupations = list({row.code: row for row in sorted(entries.occupations)}.values())
    codes = [row.code for row in occupations]
    places = {code: at for at, code in enumerate(codes)}
    ranks = {kind: at for at, kind in enumerate(KIND_NAMES)}
    names = [(at, 0, row.title) for at, row in enumerate(occupations)]
    names += [
        (places[row.code], ranks.get(row.kind, ranks["alternate"]), row.title)
        for row in entries.titles
        if row.code in places
    ]
    prose = [(places[r.code], ranks["duty"], r.text) for r in entries.duties if r.code in places]
    prose += [
        (places[r.code], ranks["description"], r.text)
        for r in entries.descriptions
        if r.code in places
    ]

    met: dict[str, int] = {}
    drafts = [Draft(_distinct(rows), met) for rows in (names, prose)]
    vocabulary = Vocabulary.of(met)
    order = np.fromiter((vocabulary.ids[word] for word in met), np.int32, len(met))
    rarity = inverse_frequency(drafts, order)
    fields = [draft.finish(order, rarity, len(codes)) for draft in drafts]
    return Corpus(
        codes=codes,
        titles=[row.title for row in occupations],
        places=places,
        levels=np.array([LEVELS.get(row.level, 1.0) for row in occupations], np.float32),
        sizes=_sizes([row.employment for row in occupations], fields[0]),
        lookup=Codes(codes),
        vocabulary=vocabulary,
        rarity=rarity,
        names=fields[0],
        prose=fields[1],
    )


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
