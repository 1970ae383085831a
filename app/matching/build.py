"""From occupations and their titles to the tables of an index. Order of input does not matter."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.matching.features import Hashes, key, plain_features, title_features, vectors, word_keys
from app.matching.linear import Examples, quantise, train
from app.matching.postings import Floats, Ids, Postings, collect
from app.matching.tables import Regression, Tables, pack
from app.matching.text import Reading, fold, read

DUTY_WEIGHT = 0.5  # of a few sentences of duties beside a title, as an example to learn from
DUTY_GROUP = 3  # sentences of one such example
IDF_POWER = 0.75  # rare words count for more, but less so than in running text
RANKS = (192, 96)  # of the regressions over the two views of words
RARE = 2  # a feature of a large index that stands in fewer examples teaches nothing
LARGE = 5_000  # titles
PRIOR = 0.1  # of features' likelihood, in features an occupation for each it has

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
    idf = _idf(np.diff(row.starts), t, IDF_POWER)
    (first, second), use, use_base = _learn(rows, known)

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
        use_starts=use.starts,
        use_columns=use.columns,
        use_values=use.values,
        use_base=use_base,
        sizes=np.log(np.bincount(rows.occupations, minlength=n) + 1.0).astype(np.float32),
        **{f"first_{name}": getattr(first, name) for name in Regression._fields},
        **{f"second_{name}": getattr(second, name) for name in Regression._fields},
    )


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


def _learn(rows: _Rows, known: list[OccupationEntry]) -> tuple[list[Regression], Postings, Floats]:
    """Learn from titles and, with less weight, from descriptions and duties.

    Gives a regression a view, and the likelihood of the first view's features.
    """
    titled = [title_features(r) for r in rows.readings]
    titles = len(titled)
    groups = _groups(known)
    classes = np.concatenate([rows.occupations, np.array([o for o, _ in groups], np.int32)])
    importance = np.ones(len(classes), np.float32)
    importance[titles:] = DUTY_WEIGHT
    found: list[Regression] = []
    for view, rank in enumerate(RANKS):
        bags = [bag[view] for bag in titled] + [plain_features(w, view) for _, w in groups]
        keys, idf = _features(bags, RARE if titles >= LARGE else 1)
        starts, columns, values = vectors(keys, idf, bags)
        del bags
        if not view:
            owners = np.repeat(rows.occupations, np.diff(starts[: titles + 1]))
            in_titles = columns[: int(starts[titles])]
            use, base = _likelihood(in_titles, owners, idf**IDF_POWER, len(known))
        examples = Examples(starts, columns, values, classes.astype(np.int32), importance)
        inner, outer = train(examples, len(keys), len(known), rank)
        found.append(Regression(keys, idf, *quantise(inner), outer))
    return found, use, base


def _features(bags: list[list[int]], least: int) -> tuple[Hashes, Floats]:
    """The keys that stand in at least so many bags, ascending, and their idf."""
    flat = np.fromiter((k for bag in bags for k in set(bag)), np.uint64)
    keys, counts = np.unique(flat, return_counts=True)
    kept = counts >= least
    return keys[kept], _idf(counts[kept], len(bags))


def _likelihood(features: Ids, occupations: Ids, idf: Floats, n: int) -> tuple[Postings, Floats]:
    """Log-likelihood ratios of features (rows) in occupations (columns), Dirichlet smoothed.

    The ratio of a feature that an occupation lacks is the same for all of them: the base, [N].
    """
    table, counts = collect(features, occupations, len(idf), n)
    rows = np.repeat(np.arange(len(idf)), np.diff(table.starts))
    mass = counts * idf[rows]
    total = np.bincount(rows, mass, len(idf))
    share = total / max(total.sum(), 1e-9)
    sizes = np.bincount(table.columns, mass, n)
    base = np.log(PRIOR * n / (sizes + PRIOR * n)) if n else np.zeros(0)
    values = np.log1p(mass / (PRIOR * n * share[rows])) if n else mass
    return (
        Postings(table.starts, table.columns, values.astype(np.float32), n),
        base.astype(np.float32),
    )
