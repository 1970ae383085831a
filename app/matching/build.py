"""From occupations and their titles to the tables of an index. Order of input does not matter."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.matching.features import (
    key,
    plain_features,
    positions,
    stem,
    stem_key,
    title_features,
    word_keys,
)
from app.matching.linear import Examples, quantise, train
from app.matching.postings import Floats, Ids, Postings, collect
from app.matching.tables import Tables, pack
from app.matching.text import Reading, fold, read

DUTY_WEIGHT = 0.5  # of a few sentences of duties beside a title, as an example to learn from
DUTY_GROUP = 3  # sentences of one such example
IDF_POWER = 0.75  # rare words count for more, but less so than in running text
RARE = 2  # a feature of a large index that stands in fewer examples teaches nothing
LARGE = 5_000  # titles
KIN = 20  # occupations that are kept as like another
SMOOTHING = 0.1  # of titles' words, in words an occupation for each it has
HEAD_SMOOTHING = 0.05
DUTY_SMOOTHING = 300.0  # words
BM25_K1, BM25_B = 1.2, 0.75

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


def whole_key(title: str) -> int:
    """The key of a title as written, spaces and case aside."""
    return key(" ".join(fold(title).split()))


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
    keys = np.array(word_keys(vocabulary), np.uint64)
    by_key = np.argsort(keys)
    keys, vocabulary = keys[by_key], [vocabulary[i] for i in by_key]
    place = {word: i for i, word in enumerate(vocabulary)}

    said = [(i, place[w]) for i, r in enumerate(rows.readings) for w in sorted(set(r.words))]
    in_row = np.array([i for i, _ in said], np.int32)
    in_word = np.array([w for _, w in said], np.int32)
    row, _ = collect(in_word, in_row, len(keys), t)
    idf = _idf(row, t)
    stems = sorted({stem(w) for w in vocabulary}, key=stem_key)
    stem_place = {text: i for i, text in enumerate(stems)}
    begun = [(i, stem_place[stem(w)]) for i, r in enumerate(rows.readings) for w in r.words]
    begun = sorted(set(begun))
    stem_row = np.array([i for i, _ in begun], np.int32)
    stem_word = np.array([w for _, w in begun], np.int32)
    stem_table, _ = collect(stem_word, stem_row, len(stems), t)
    stem_idf = _idf(stem_table, t)
    use, use_base = _likelihood(in_word, rows.occupations[in_row], idf, n, SMOOTHING)
    heads = np.array([place[r.head] for r in rows.readings], np.int32)
    head, head_base = _likelihood(heads, rows.occupations, idf, n, HEAD_SMOOTHING)
    name = _names(known, place, idf)

    sentences = [(o, words) for o, item in enumerate(known) for words in _sentences(item)]
    duty, tell_values, tell_base = _duties(known, sentences, place, n)
    kin, kin_values = _kin(use, duty, idf, n)
    feature_keys, feature_idf, weights = _learn(rows, sentences, n)
    whole, scale = quantise(weights)

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
        row_occupation=rows.occupations,
        row_length=np.bincount(in_row, idf[in_word], t).astype(np.float32),
        row_norm=np.sqrt(np.bincount(in_row, idf[in_word] ** 2, t)).astype(np.float32),
        exact_keys=np.array([k for k, _ in exact], np.uint64),
        exact_rows=np.array([o for _, o in exact], np.int32),
        own_title=np.array([own[i, o.title] for i, o in enumerate(known)], np.int32),
        word_keys=keys,
        word_weights=idf,
        row_starts=row.starts,
        row_columns=row.columns,
        stem_keys=np.array([stem_key(text) for text in stems], np.uint64),
        stem_weights=stem_idf,
        stem_starts=stem_table.starts,
        stem_columns=stem_table.columns,
        stem_norm=np.sqrt(np.bincount(stem_row, stem_idf[stem_word] ** 2, t)).astype(np.float32),
        kin=kin,
        kin_values=kin_values,
        use_starts=use.starts,
        use_columns=use.columns,
        use_values=use.values,
        use_base=use_base,
        duty_starts=duty.starts,
        duty_columns=duty.columns,
        duty_values=duty.values,
        tell_values=tell_values,
        tell_base=tell_base,
        head_starts=head.starts,
        head_columns=head.columns,
        head_values=head.values,
        head_base=head_base,
        name_starts=name.starts,
        name_columns=name.columns,
        name_values=name.values,
        sizes=np.log(np.bincount(rows.occupations, minlength=n) + 1.0).astype(np.float32),
        feature_keys=feature_keys,
        feature_weights=feature_idf,
        softmax=whole,
        softmax_scale=scale,
    )


def _idf(table: Postings, rows: int) -> Floats:
    """Inverse document frequency of each feature, dampened."""
    plain = np.log((1 + rows) / (1 + np.diff(table.starts))) + 1
    weights: Floats = (plain**IDF_POWER).astype(np.float32)
    return weights


def _kin(use: Postings, duty: Postings, idf: Floats, n: int) -> tuple[Ids, Floats]:
    """The `KIN` occupations most like each, and how much: [N, KIN] and [N, KIN]."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - a worker that only loads never needs it

    alike = np.zeros((n, n), np.float32)
    for table in (use, duty):
        counts = csr_matrix((table.values, table.columns, table.starts), (len(idf), n))
        weighted = csr_matrix(counts.T.multiply(idf))
        norms = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1))).ravel()
        unit = csr_matrix(weighted.multiply(1 / np.maximum(norms, 1e-9)[:, None]))
        alike += (unit @ unit.T).toarray() / 2
    np.fill_diagonal(alike, 0)
    near = np.argsort(-alike, axis=1, kind="stable")[:, :KIN].astype(np.int32)
    return near, np.take_along_axis(alike, near, axis=1)


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


def _likelihood(
    words: Ids, occupations: Ids, idf: Floats, n: int, smoothing: float
) -> tuple[Postings, Floats]:
    """Log-likelihood ratios of words (rows) in occupations (columns), Dirichlet smoothed.

    The ratio of a word that an occupation lacks is the same for all its words: the base, [N].
    """
    table, counts = collect(words, occupations, len(idf), n)
    rows = np.repeat(np.arange(len(idf)), np.diff(table.starts))
    mass = counts * idf[rows]
    total = np.bincount(rows, mass, len(idf))
    share = total / max(total.sum(), 1e-9)
    sizes = np.bincount(table.columns, mass, n)
    base = np.log(smoothing * n / (sizes + smoothing * n)) if n else np.zeros(0)
    values = np.log1p(mass / (smoothing * n * share[rows])) if n else mass
    return (
        Postings(table.starts, table.columns, values.astype(np.float32), n),
        base.astype(np.float32),
    )


def _names(known: list[OccupationEntry], place: dict[str, int], idf: Floats) -> Postings:
    """Words of each occupation's own title, as unit vectors of idf."""
    cells = sorted(
        {
            (place[word], o)
            for o, item in enumerate(known)
            for reading in read(item.title)
            for word in reading.words
        }
    )
    words = np.array([w for w, _ in cells], np.int32)
    columns = np.array([o for _, o in cells], np.int32)
    table, _ = collect(words, columns, len(idf), len(known))
    norms = np.sqrt(np.bincount(columns, idf[words] ** 2, len(known)))
    values = idf[words] / norms[columns] if len(words) else np.zeros(0)
    return Postings(table.starts, table.columns, values.astype(np.float32), len(known))


def _sentences(occupation: OccupationEntry) -> list[tuple[str, ...]]:
    """Words of each duty, and of each sentence of the description twice over."""
    about = [s for s in _SENTENCE.split(occupation.description) if s.strip()]
    texts = [*about, *sorted(occupation.duties)]
    return [r.words for text in texts for r in read(text.replace(",", " "))[:1]]


def _groups(sentences: list[tuple[int, tuple[str, ...]]]) -> list[tuple[int, tuple[str, ...]]]:
    """Sentences of an occupation joined by `DUTY_GROUP`: as much to learn in a third the time."""
    joined: list[tuple[int, tuple[str, ...]]] = []
    for i, (occupation, words) in enumerate(sentences):
        if i % DUTY_GROUP and joined and joined[-1][0] == occupation:
            joined[-1] = (occupation, joined[-1][1] + words)
        else:
            joined.append((occupation, words))
    return joined


def _duties(
    known: list[OccupationEntry],
    sentences: list[tuple[int, tuple[str, ...]]],
    place: dict[str, int],
    n: int,
) -> tuple[Postings, Floats, Floats]:
    """Words of titles in the occupations' duties: BM25 and smoothed log-likelihood."""
    named = [(o, r.words) for o, item in enumerate(known) for r in read(item.title)] * 2
    cells = [(place[w], o) for o, words in (*sentences, *named) for w in words if w in place]
    words = np.array([w for w, _ in cells], np.int32)
    columns = np.array([o for _, o in cells], np.int32)
    table, counts = collect(words, columns, len(place), n)
    sizes = np.bincount(columns, minlength=n)
    relative = sizes[table.columns] / max(sizes.mean() if n else 1.0, 1.0)
    bm25 = counts * (BM25_K1 + 1) / (counts + BM25_K1 * (1 - BM25_B + BM25_B * relative))
    rows = np.repeat(np.arange(len(place)), np.diff(table.starts))
    total = np.bincount(rows, counts, len(place)) + 0.5
    share = total / max(total.sum(), 1e-9)
    tell = np.log1p(counts / (DUTY_SMOOTHING * share[rows])).astype(np.float32)
    base = np.log(DUTY_SMOOTHING / (sizes + DUTY_SMOOTHING)).astype(np.float32)
    return Postings(table.starts, table.columns, bm25.astype(np.float32), n), tell, base


def _learn(
    rows: _Rows, sentences: list[tuple[int, tuple[str, ...]]], n: int
) -> tuple[npt.NDArray[np.uint64], Floats, Floats]:
    """Feature keys, their idf and the softmax weights [F, N] learned from titles and duties."""
    bags = [title_features(r) for r in rows.readings]
    groups = _groups(sentences)
    bags += [plain_features(words) for _, words in groups]
    classes = np.concatenate([rows.occupations, np.array([o for o, _ in groups], np.int32)])
    importance = np.ones(len(bags), np.float32)
    importance[len(rows.readings) :] = DUTY_WEIGHT
    seen = Counter(k for bag in bags for k in set(bag))
    rare = RARE if len(rows.readings) >= LARGE else 1
    keys = np.array(sorted(k for k, count in seen.items() if count >= rare), np.uint64)
    idf = np.array([np.log((1 + len(bags)) / (1 + seen[int(k)])) + 1 for k in keys], np.float32)
    vectors = [vector(keys, idf, bag) for bag in bags]
    lengths = [len(columns) for columns, _ in vectors]
    examples = Examples(
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
        np.concatenate([np.zeros(0, np.int32), *(columns for columns, _ in vectors)]),
        np.concatenate([np.zeros(0, np.float32), *(values for _, values in vectors)]),
        classes.astype(np.int32),
        importance,
    )
    return keys, idf, train(examples, len(keys), n)


def vector(keys: npt.NDArray[np.uint64], idf: Floats, bag: list[int]) -> tuple[Ids, Floats]:
    """A bag of feature keys as a sparse unit vector of sublinear counts times idf."""
    columns, counts = np.unique(positions(keys, bag), return_counts=True)
    values = (1 + np.log(counts)) * idf[columns]
    length = np.sqrt(np.square(values).sum()) if len(values) else 1.0
    return columns.astype(np.int32), (values / length).astype(np.float32)
