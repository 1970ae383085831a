"""Builds the title index from occupations and their titles and duties."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from app.api.schemas.words import EVIDENCE
from app.child_process import Call
from app.finding.entries import OFFICIAL, Duty, Entries, Occupation
from app.finding.everyday import Said, meant
from app.finding.index_arrays import Grouped, Ids, Postings, Texts
from app.finding.titles import evidence
from app.finding.titles.examples import Told, idf, vectors
from app.finding.titles.features import (
    DUTY_VIEW,
    Hashes,
    four_grams,
    word_keys,
)
from app.finding.titles.matcher import EVERYDAY, TitleMatcher
from app.finding.titles.softmax_regression import Examples, Shape, quantize, train
from app.finding.titles.tables import Names, Regression, Regressions, Tables, Terms
from app.finding.titles.title_reader import Reading, both_names, read

DUTY_WEIGHT = 0.5  # of a training example that is a few duties; a title weighs 1
DUTY_GROUP = 3  # duties of one such example: a third of the time, and no less accurate
IDF_POWER = 0.75  # dampens the idf: in titles rare words mean less than in running text
# Of the regression of each view, and of the one trained on duties alone.
SHAPES = (Shape(128, 3, 0.012), Shape(96, 3, 0.011), Shape(96, 2, 0.014))
DUTY_SHAPE = Shape(64, 5, 0.012)
GROUP_CODES = (2, 6, 7)  # characters that the codes of a major, broad and detailed group share
RARE = 2  # examples that a feature must have in an index of `LARGE` readings of titles
LARGE = 5_000

Learned = Callable[[Sequence[str]], Sequence[Regression]]

_SENTENCE = re.compile(r"[.;]\s|[.;]$")
_Sentences = list[list[tuple[str, ...]]]  # words of each sentence of each occupation


class _Readings(NamedTuple):
    """Distinct readings of each occupation's titles, by occupation, then title."""

    readings: list[Reading]
    occupations: Ids
    titles: Ids


def build(entries: Entries, learned: Learned = evidence.load) -> TitleMatcher:
    """Build the index. The order of the rows does not matter.

    ``learned`` gives the regressions of `evidence.py` for the codes of the occupations.
    """
    known = list(
        {row.code: row for row in sorted(entries.occupations, key=lambda o: o[:2])}.values()
    )
    codes = [occupation.code for occupation in known]
    number = {code: n for n, code in enumerate(codes)}
    everyday = [(number[code], name) for name, some in meant(entries) for code in some]
    kinds = _kinds(entries, known, number, everyday)
    # Of titles that are read alike, the one without brackets is shown: it comes first.
    titles = sorted(kinds, key=lambda pair: (pair[0], "(" in pair[1], pair[1]))
    names = sorted(set(kinds.values()))
    place = {pair: i for i, pair in enumerate(titles)}
    listed = [(text, place[o, text]) for o, text in titles if kinds[o, text] != EVERYDAY]
    named = [(text, i) for text, i in listed if kinds[titles[i]] not in EVIDENCE]
    filings = {(number.get(t.code), t.title): t.n for t in entries.titles if t.n}
    rows = _read_titles(titles, [kinds[pair] not in EVIDENCE for pair in titles])
    sentences = _sentences(entries, codes)
    own = [occupation.title for occupation in known]
    regressions = _begin(rows, sentences, own, learned(codes))
    count, total = len(codes), len(rows.readings)

    words, keys, in_word, in_reading = _words(rows.readings)
    word_id = {word: i for i, word in enumerate(words)}
    grams = [np.sort(four_grams(reading.words)) for reading in rows.readings]
    of_gram = np.repeat(np.arange(total, dtype=np.int32), [len(some) for some in grams])
    flat = np.concatenate([np.zeros(0, np.uint64), *grams])
    gram_keys, in_gram = np.unique(flat, return_inverse=True)

    tables = Tables(
        titles=Texts.pack([text for _, text in titles]),
        filings=np.array([filings.get(pair, 0) for pair in titles], np.int32),
        owners=np.array([o for o, _ in titles], np.int32),
        kinds=np.array([names.index(kinds[pair]) for pair in titles], np.uint8),
        own_title=np.array([place[n, o.title] for n, o in enumerate(known)], np.int32),
        whole=Names.of(listed),
        parts=Names.of([(part, i) for text, i in named for part in both_names(text)]),
        everyday=Said.of([(pair[1], place[pair]) for pair in everyday]),
        readings=Grouped.of(rows.occupations, count),
        reading_title=rows.titles,
        sizes=np.log(np.bincount(rows.occupations, minlength=count) + 1.0).astype(np.float32),
        words=_terms(keys, in_word, in_reading, total, power=IDF_POWER),
        grams=_terms(gram_keys, in_gram.astype(np.int32), of_gram, total, plus=0),
        **_said_tables(rows.occupations[in_reading], in_word, word_id, sentences),
        **_heard(entries, codes, titles, kinds),
        kin=np.array([number.get(code[:7], n) for n, code in enumerate(codes)], np.int32),
        groups=_groups(codes),
        regressions=regressions(),
    )
    return TitleMatcher(codes, words, names, tables)


def _kinds(
    entries: Entries,
    known: Sequence[Occupation],
    number: dict[str, int],
    everyday: Sequence[tuple[int, str]],
) -> dict[tuple[int, str], str]:
    """Return the kind of each title of an occupation; the most official, if it has several."""
    written = sorted(
        entries.titles, key=lambda t: (t.kind in EVIDENCE, t.kind not in OFFICIAL, t.kind)
    )
    kinds = {(n, occupation.title): "title" for n, occupation in enumerate(known)}
    for title in written:
        if title.code in number:
            kinds.setdefault((number[title.code], title.title), title.kind)
    for pair in everyday:
        kinds.setdefault(pair, EVERYDAY)
    return kinds


def _read_titles(titles: Sequence[tuple[int, str]], wanted: Sequence[bool]) -> _Readings:
    """Read the titles that are wanted.

    A reading that several titles of an occupation have is the first one's.
    """
    readings: dict[str, list[Reading]] = {}
    seen: dict[tuple[int, Reading], int] = {}
    for i, (occupation, text) in enumerate(titles):
        if not wanted[i]:
            continue
        if text not in readings:
            readings[text] = read(text)
        for reading in readings[text]:
            seen.setdefault((occupation, reading), i)
    return _Readings(
        [reading for _, reading in seen],
        np.array([occupation for occupation, _ in seen], np.int32),
        np.array(list(seen.values()), np.int32),
    )


def _sentences(entries: Entries, codes: Sequence[str]) -> _Sentences:
    """Return for each occupation the words of each sentence of its description and duties."""
    description = dict(entries.descriptions)
    duties, activities = _by_code(entries.duties), _by_code(entries.activities)
    texts = (
        [
            *filter(str.strip, _SENTENCE.split(description.get(code, ""))),
            *sorted(duties.get(code) or activities.get(code, [])),
        ]
        for code in codes
    )
    return [[r.words for text in some for r in read(text.replace(",", " "))[:1]] for some in texts]


def _words(readings: Sequence[Reading]) -> tuple[list[str], Hashes, Ids, Ids]:
    """Return words in the order of their keys, the keys, and pairs of a word and a reading."""
    words = sorted({w for r in readings for w in (*r.words, r.head)})
    keys = word_keys(words)
    by_key = np.argsort(keys)
    words = [words[i] for i in by_key]
    word_id = {word: i for i, word in enumerate(words)}
    found = [(word_id[w], i) for i, r in enumerate(readings) for w in sorted(set(r.words))]
    in_word, in_reading = np.array(found, np.int32).reshape(-1, 2).T
    return words, keys[by_key], in_word, in_reading


def _heard(
    entries: Entries,
    codes: Sequence[str],
    titles: Sequence[tuple[int, str]],
    kinds: dict[tuple[int, str], str],
) -> dict[str, Any]:
    """Return the arrays of evidence: a title's occupations share it by filings, or alike."""
    filed = {(row.code, row.title): row.n or 1 for row in entries.titles if row.kind in EVIDENCE}
    whole: Counter[str] = Counter()
    for (_, title), n in filed.items():
        whole[title] += n
    rows = _read_titles(titles, [kinds[pair] in EVIDENCE for pair in titles])
    heard = [(codes[titles[i][0]], titles[i][1]) for i in rows.titles]
    shares = np.array([filed[pair] / whole[pair[1]] for pair in heard], np.float32)
    _, keys, in_word, in_reading = _words(rows.readings)
    return {
        "heard": _terms(keys, in_word, in_reading, len(rows.readings), power=IDF_POWER),
        "heard_owners": rows.occupations,
        "heard_shares": np.sqrt(shares),
    }


def _by_code(rows: Iterable[Duty]) -> dict[str, list[str]]:
    texts = defaultdict(list)
    for code, text in rows:
        texts[code].append(text)
    return texts


def _terms(
    keys: Hashes, terms: Ids, readings: Ids, count: int, *, power: float = 1.0, plus: float = 1.0
) -> Terms:
    """Index (term, reading) pairs; ``count`` is the number of readings."""
    postings = Postings.of(terms, readings, len(keys))
    weights = idf(np.diff(postings.starts), count, power, plus)
    norm = np.sqrt(np.bincount(readings, weights[terms] ** 2, count))
    # A term that every reading has may weigh nothing: then the similarity is 0 / 1e-9.
    return Terms(keys, weights, postings, np.maximum(norm, 1e-9).astype(np.float32))


def _said_tables(
    occupations: Ids, words: Ids, word_id: dict[str, int], sentences: _Sentences
) -> dict[str, Any]:
    """Return the arrays of words by occupation, from (occupation, word) pairs and duties."""
    n, size = max(len(sentences), 1), len(word_id)
    titled, times = np.unique(words.astype(np.int64) * n + occupations, return_counts=True)
    told = np.array(
        [
            word_id[w] * n + o
            for o, some in enumerate(sentences)
            for sentence in some
            for w in sentence
            if w in word_id
        ],
        np.int64,
    )
    cells = np.union1d(titled, told)
    titles = np.zeros(len(cells), np.float32)
    titles[np.searchsorted(cells, titled)] = times
    seen = np.bincount(titled // n, minlength=size)
    starts = np.searchsorted(cells // n, np.arange(size + 1)).astype(np.int32)
    return {
        "said_weights": (np.log((n + 1) / (seen + 1)) + 0.1).astype(np.float32),
        "said": Postings(starts, (cells % n).astype(np.int32)),
        "said_titles": titles,
        "duty_words": np.bincount(told % n, minlength=len(sentences)).astype(np.float32),
    }


def _groups(codes: Sequence[str]) -> Ids:
    """Return the number of each code's group for each of `GROUP_CODES`: int32 [3, N]."""
    cut = [[code[:length] for code in codes] for length in GROUP_CODES]
    found = [np.unique(starts, return_inverse=True)[1] for starts in cut]
    return np.array(found, np.int32).reshape(len(GROUP_CODES), len(codes))


def _begin(
    rows: _Readings, sentences: _Sentences, own: Sequence[str], learned: Sequence[Regression]
) -> Callable[[], Regressions]:
    """Have another process train half of the regressions; return a function that does the rest.

    Each is of titles and duties, but the last one: of duties and ``own`` titles. Those that are
    ``learned`` already follow.
    """
    duties = [
        (o, tuple(word for words in some[i : i + DUTY_GROUP] for word in words))
        for o, some in enumerate(sentences)
        for i in range(0, len(some), DUTY_GROUP)
    ]
    of_titles = len(rows.readings)
    told = Told(
        rows.readings,
        [words for _, words in duties],
        np.array([*rows.occupations, *(o for o, _ in duties)], np.int32),
        np.repeat(np.array([1, DUTY_WEIGHT], np.float32), [of_titles, len(duties)]),
    )
    duties += [(o, r.words) for o, title in enumerate(own) for r in read(title)[:1]]
    of_duties = np.array([o for o, _ in duties], np.int32)
    alone = Told([], [words for _, words in duties], of_duties, np.ones(len(duties), np.float32))
    least = RARE if of_titles >= LARGE else 1
    *of_words, letters = ((told, view, least, shape) for view, shape in enumerate(SHAPES))
    others = partial(_trained, len(own), *of_words)
    finish = Call(others).result if of_titles >= LARGE else others

    def trained() -> Regressions:
        mine = _trained(len(own), letters, (alone, DUTY_VIEW, 1, DUTY_SHAPE))
        return Regressions(*finish(), *mine, *learned)

    return trained


def _trained(occupations: int, *tasks: tuple[Told, int, int, Shape]) -> list[Regression]:
    """Train regressions, each in a view of features that so many examples have at least."""
    found = []
    for told, view, least, shape in tasks:
        keys, weights, bags = vectors(told, view, least)
        examples = Examples(bags, told.classes, told.importance)
        inner, outer = train(examples, occupations, shape)
        found.append(Regression(keys, weights, *quantize(inner), outer))
    return found
