"""From occupations and their titles to the tables of an index. Order of input does not matter."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from app.finding.titles.features import (
    DUTY_VIEW,
    Hashes,
    hashes,
    key,
    letter_runs,
    plain_features,
    title_features,
    vectors,
    word_keys,
)
from app.finding.titles.linear import Examples, quantise, train
from app.finding.titles.postings import Floats, Ids, collect
from app.finding.titles.tables import Regression, Tables, pack
from app.finding.words.text import Reading, fold, read

DUTY_WEIGHT = 0.5  # of a few sentences of duties beside a title, as an example to learn from
DUTY_GROUP = 3  # sentences of one such example
IDF_POWER = 0.75  # rare words count for more, but less so than in running text
# Rank and epochs of the regressions over the views of titles and, the last, of duties alone.
SHAPES = ((192, 4), (96, 4), (96, 3))
DUTY_SHAPE = (96, 8)
GROUP_CODES = (2, 6, 7)  # characters that codes of a major, a broad and a detailed group share
RARE = 2  # a feature of a large index that stands in fewer examples teaches nothing
LARGE = 5_000  # titles

_SENTENCE = re.compile(r"[.;]\s|[.;]$")


@dataclass(frozen=True, slots=True)
class TitleEntry:
    """A title by which an occupation is known. `kind` (alternate, reported, short …) is free."""

    code: str
    title: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class OccupationEntry:
    """An occupation: its own title, what it is, and what is done in it."""

    code: str
    title: str
    description: str = ""
    duties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Rows:
    """Readings of titles, sorted: which occupation and which written title each is of."""

    readings: list[Reading]
    occupations: Ids
    titles: Ids
    texts: list[str]


def whole_key(title: str) -> np.uint64:
    """The key of a title as written, spaces and case aside."""
    found: np.uint64 = hashes(key(" ".join(fold(title).split())))[0]
    return found


def build_tables(occupations: Sequence[OccupationEntry], titles: Sequence[TitleEntry]) -> Tables:
    """Every table of the index. Titles of an unknown code are left out; `kind` is not used."""
    known = sorted({o.code: o for o in sorted(occupations, key=_order)}.values(), key=_order)
    number = {occupation.code: n for n, occupation in enumerate(known)}
    pairs = {(number[t.code], t.title) for t in titles if t.code in number}
    pairs |= {(number[o.code], o.title) for o in known}
    # Plain titles before bracketed ones: of two that read alike the plain one is shown.
    ordered = sorted(pairs, key=lambda pair: (pair[0], "(" in pair[1], pair[1]))
    rows = _read_rows(ordered)
    n, t = len(known), len(rows.readings)

    vocabulary = sorted({w for r in rows.readings for w in (*r.words, r.head)})
    keys = word_keys(vocabulary)
    by_key = np.argsort(keys)
    keys, vocabulary = keys[by_key], [vocabulary[i] for i in by_key]
    place = {word: i for i, word in enumerate(vocabulary)}

    said = [(i, place[w]) for i, r in enumerate(rows.readings) for w in sorted(set(r.words))]
    in_row = np.array([i for i, _ in said], np.int32)
    in_word = np.array([w for _, w in said], np.int32)
    row = collect(in_word, in_row, len(keys), t)
    idf = _idf(np.diff(row.starts), t, IDF_POWER)

    exact = sorted({(whole_key(title), o) for o, title in ordered})
    own = {(o, text): i for i, (o, text) in enumerate(ordered)}
    codes, code_ends = pack([o.code for o in known])
    texts, text_ends = pack(rows.texts)
    word_texts, word_ends = pack(vocabulary)
    return Tables(
        codes=codes,
        code_ends=code_ends,
        titles=texts,
        title_ends=text_ends,
        words=word_texts,
        word_ends=word_ends,
        row_title=rows.titles,
        row_ends=np.cumsum(np.bincount(rows.occupations, minlength=n)).astype(np.int32),
        row_norm=np.sqrt(np.bincount(in_row, idf[in_word] ** 2, t)).astype(np.float32),
        exact_keys=np.array([k for k, _ in exact], np.uint64),
        exact_rows=np.array([o for _, o in exact], np.int32),
        own_title=np.array([own[i, o.title] for i, o in enumerate(known)], np.int32),
        word_keys=keys,
        word_weights=idf,
        row_starts=row.starts,
        row_columns=row.columns,
        sizes=np.log(np.bincount(rows.occupations, minlength=n) + 1.0).astype(np.float32),
        **_run_tables(rows),
        **_said_tables(rows.occupations[in_row], in_word, place, known),
        groups=_group_numbers([o.code for o in known]),
        regressions=_learn(rows, known),
    )


def _run_tables(rows: _Rows) -> dict[str, Any]:
    """The readings that runs of letters stand in: those that few readings have weigh most."""
    found = [np.sort(letter_runs(reading.words)) for reading in rows.readings]
    owner = np.repeat(np.arange(len(found), dtype=np.int32), [len(runs) for runs in found])
    flat = np.concatenate([np.zeros(0, np.uint64), *found])
    keys, at = np.unique(flat, return_inverse=True)
    runs = collect(at.astype(np.int32), owner, len(keys), len(found))
    weights = np.log((len(found) + 1) / (np.diff(runs.starts) + 1)).astype(np.float32)
    norms = np.sqrt(np.bincount(owner, weights[at] ** 2, len(found)))
    return {
        "run_keys": keys,
        "run_weights": weights,
        "run_starts": runs.starts,
        "run_columns": runs.columns,
        # A run that every reading has weighs nothing: a reading of such runs is like no other.
        "run_norm": np.maximum(norms, 1e-9).astype(np.float32),
    }


def _said_tables(
    occupations: Ids, words: Ids, place: dict[str, int], known: list[OccupationEntry]
) -> dict[str, Any]:
    """Which occupations say a word: in how many titles (given as pairs), or in their duties."""
    n, size = max(len(known), 1), len(place)
    titled, times = np.unique(words.astype(np.int64) * n + occupations, return_counts=True)
    told = np.array(
        [
            place[w] * n + o
            for o, entry in enumerate(known)
            for sentence in _sentences(entry)
            for w in sentence
            if w in place
        ],
        np.int64,
    )
    cells = np.union1d(titled, told)
    titles = np.zeros(len(cells), np.float32)
    titles[np.searchsorted(cells, titled)] = times
    seen = np.bincount(titled // n, minlength=size)
    return {
        "said_weights": (np.log((n + 1) / (seen + 1)) + 0.1).astype(np.float32),
        "said_starts": np.searchsorted(cells // n, np.arange(size + 1)).astype(np.int32),
        "said_columns": (cells % n).astype(np.int32),
        "said_titles": titles,
        "duty_words": np.bincount(told % n, minlength=len(known)).astype(np.float32),
    }


def _group_numbers(codes: list[str]) -> Ids:
    """The number of each code's group at every length of `GROUP_CODES`, int32 [lengths, N]."""
    cut = [[code[:length] for code in codes] for length in GROUP_CODES]
    groups = [{start: i for i, start in enumerate(sorted(set(starts)))} for starts in cut]
    found = [[of[start] for start in starts] for of, starts in zip(groups, cut, strict=True)]
    return np.array(found, np.int32).reshape(len(GROUP_CODES), len(codes))


def _idf(seen: npt.NDArray[np.integer], rows: int, power: float = 1.0) -> Floats:
    """Inverse document frequency of each feature, dampened."""
    weights: Floats = ((np.log((1 + rows) / (1 + seen)) + 1) ** power).astype(np.float32)
    return weights


def _order(occupation: OccupationEntry) -> tuple[str, str]:
    return occupation.code, occupation.title


def _read_rows(ordered: list[tuple[int, str]]) -> _Rows:
    """Each reading of each occupation's titles once, with the first title that gives it."""
    readings: dict[str, list[Reading]] = {}
    seen: dict[tuple[int, Reading], int] = {}
    for i, (occupation, text) in enumerate(ordered):
        if text not in readings:
            readings[text] = read(text)
        for reading in readings[text]:
            seen.setdefault((occupation, reading), i)
    return _Rows(
        [reading for _, reading in seen],
        np.array([occupation for occupation, _ in seen], np.int32),
        np.array(list(seen.values()), np.int32),
        [text for _, text in ordered],
    )


def _sentences(occupation: OccupationEntry) -> list[tuple[str, ...]]:
    """Words of each sentence of the description and of each duty."""
    about = [s for s in _SENTENCE.split(occupation.description) if s.strip()]
    texts = [*about, *sorted(occupation.duties)]
    return [r.words for text in texts for r in read(text.replace(",", " "))[:1]]


def _groups(known: list[OccupationEntry]) -> list[tuple[int, tuple[str, ...]]]:
    """Sentences of an occupation joined by `DUTY_GROUP`: as much to learn in a third the time."""
    joined: list[tuple[int, tuple[str, ...]]] = []
    for o, occupation in enumerate(known):
        sentences = _sentences(occupation)
        for i in range(0, len(sentences), DUTY_GROUP):
            group = sentences[i : i + DUTY_GROUP]
            joined.append((o, tuple(word for words in group for word in words)))
    return joined


def _learn(rows: _Rows, known: list[OccupationEntry]) -> tuple[Regression, ...]:
    """A regression a view, from titles and, with less weight, duties; one from duties alone."""
    titled = [title_features(r) for r in rows.readings]
    titles = len(titled)
    groups = _groups(known)
    classes = np.concatenate([rows.occupations, np.array([o for o, _ in groups], np.int32)])
    importance = np.ones(len(classes), np.float32)
    importance[titles:] = DUTY_WEIGHT
    least = RARE if titles >= LARGE else 1
    found: list[Regression] = []
    for view, shape in enumerate(SHAPES):
        bags = [bag[view] for bag in titled] + [plain_features(w, view) for _, w in groups]
        found.append(_regression(bags, classes, importance, least, len(known), shape))
    groups += [(o, r.words) for o, entry in enumerate(known) for r in read(entry.title)[:1]]
    bags = [plain_features(words, DUTY_VIEW) for _, words in groups]
    classes = np.array([o for o, _ in groups], np.int32)
    found.append(_regression(bags, classes, np.ones(len(bags)), 1, len(known), DUTY_SHAPE))
    return tuple(found)


def _regression(
    bags: list[bytes],
    classes: Ids,
    importance: npt.NDArray[np.floating],
    least: int,
    occupations: int,
    shape: tuple[int, int],
) -> Regression:
    """A regression from bags of features, each of which stands in at least so many."""
    keys, idf = _features(bags, least)
    starts, columns, values = vectors(keys, idf, bags)
    weights = importance.astype(np.float32)
    examples = Examples(starts, columns, values, classes.astype(np.int32), weights)
    inner, outer = train(examples, len(keys), occupations, *shape)
    return Regression(keys, idf, *quantise(inner), outer)


def _features(bags: list[bytes], least: int) -> tuple[Hashes, Floats]:
    """The keys that stand in at least so many bags, ascending, and their idf."""
    flat = [np.unique(hashes(bag)) for bag in bags]
    keys, counts = np.unique(np.concatenate([np.zeros(0, np.uint64), *flat]), return_counts=True)
    kept = counts >= least
    return keys[kept], _idf(counts[kept], len(bags))
