"""Simple title matchers, for comparison: SQLite FTS5, tantivy, rapidfuzz, character trigrams.

For each, text in brackets is a title of its own, and the nearest titles vote.
"""

import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import tantivy
from rapidfuzz import fuzz, process
from scipy.sparse import csr_matrix

from app.finding.entries import Entries
from app.finding.everyday import meant
from app.finding.titles.title_reader import split_brackets

NEAREST = 30
Ranked = list[list[str]]
Baseline = Callable[[Sequence[str]], Ranked]


def parts(title: str) -> list[str]:
    """Return a title and its text in brackets, in lower case."""
    return [" ".join(part.lower().split()) for part in split_brackets(title)]


def rows_of(entries: Entries) -> list[tuple[str, str]]:
    """Return the distinct (code, part of a title), of the occupations that are there."""
    known = {own.code for own in entries.occupations}
    titles = (title for title in entries.titles if title.code in known)
    found = {(title.code, part) for title in titles for part in parts(title.title)}
    found |= {(own.code, part) for own in entries.occupations for part in parts(own.title)}
    found |= {(code, name.lower()) for name, codes in meant(entries) for code in codes}
    return sorted(found)


def of(entries: Entries) -> Iterator[tuple[str, Baseline]]:
    """Yield the matchers by name."""
    rows = rows_of(entries)
    yield "SQLite FTS5, bm25", fts5(rows)
    yield "tantivy, bm25", stems(rows)
    yield "rapidfuzz, token_sort_ratio", fuzzy(rows)
    yield "character trigrams, cosine", trigrams(rows)


def vote(hits: Iterable[tuple[str, float]]) -> Counter[str]:
    votes: dict[str, float] = defaultdict(float)
    for code, weight in hits:
        votes[code] += weight
    return Counter(votes)


def ranked(votes: Counter[str]) -> list[str]:
    return [code for code, _ in sorted(votes.items(), key=lambda item: (-item[1], item[0]))]


def voting(ask: Callable[[str], Iterable[tuple[str, float]]]) -> Baseline:
    """Let what is found for each part of a title vote: codes, each with a weight from 0 to 1."""

    def match(titles: Sequence[str]) -> Ranked:
        answers = []
        for title in titles:
            votes: Counter[str] = Counter()
            for part in parts(title):
                votes += vote((code, weight**4) for code, weight in ask(part))
            answers.append(ranked(votes))
        return answers

    return match


def beside_best(found: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Return scores as shares of the best one."""
    top = max((score for _, score in found), default=1.0)
    return [(code, score / top) for code, score in found]


def fts5(rows: list[tuple[str, str]]) -> Baseline:
    """Titles with any of the words, by bm25."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE t USING fts5(code UNINDEXED, title, tokenize='porter')")
    base.executemany("INSERT INTO t VALUES (?, ?)", rows)
    select = f"SELECT code, -bm25(t) FROM t WHERE t MATCH ? ORDER BY bm25(t), rowid LIMIT {NEAREST}"

    def ask(part: str) -> list[tuple[str, float]]:
        words = re.findall(r"[a-z0-9]+", part)
        query = " OR ".join(f'"{word}"' for word in words)
        return beside_best(base.execute(select, [query]).fetchall() if words else [])

    return voting(ask)


def stems(rows: list[tuple[str, str]]) -> Baseline:
    """Titles with any of the words' stems, by tantivy's bm25."""
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("title", tokenizer_name="en_stem")
    schema.add_text_field("code", stored=True, tokenizer_name="raw")
    index = tantivy.Index(schema.build())
    writer = index.writer()
    for code, title in rows:
        writer.add_document(tantivy.Document(title=title, code=code))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def ask(part: str) -> list[tuple[str, float]]:
        words = re.findall(r"[a-z0-9]+", part)
        query = index.parse_query(" ".join(f'"{word}"' for word in words), ["title"])
        hits = searcher.search(query, NEAREST).hits if words else []
        return beside_best([(searcher.doc(at)["code"][0], score) for score, at in hits])

    return voting(ask)


def fuzzy(rows: list[tuple[str, str]]) -> Baseline:
    """Titles by the share of letters in common, whatever the order of the words (rapidfuzz)."""
    codes, known = [code for code, _ in rows], [title for _, title in rows]

    def ask(part: str) -> list[tuple[str, float]]:
        found = process.extract(part, known, scorer=fuzz.token_sort_ratio, limit=NEAREST)
        return [(codes[at], score / 100) for _, score, at in found]

    return voting(ask)


def trigrams(rows: list[tuple[str, str]]) -> Baseline:
    """Titles by the cosine similarity of tf-idf vectors of trigrams."""
    place: dict[str, int] = {}

    def grams(text: str) -> Counter[str]:
        padded = f"  {text} "
        return Counter(padded[i : i + 3] for i in range(len(padded) - 2))

    def matrix(texts: Sequence[str], *, learn: bool) -> csr_matrix:
        data, columns, starts = [], [], [0]
        for text in texts:
            for gram, count in sorted(grams(text).items()):
                at = place.setdefault(gram, len(place)) if learn else place.get(gram)
                if at is not None:
                    columns.append(at)
                    data.append(1 + np.log(count))
            starts.append(len(columns))
        return csr_matrix((data, columns, starts), (len(texts), len(place)), dtype=np.float32)

    def weighted(table: csr_matrix) -> csr_matrix:
        table = csr_matrix(table.multiply(idf))
        norms = np.sqrt(np.asarray(table.multiply(table).sum(axis=1))).ravel()
        return csr_matrix(table.multiply(1 / np.maximum(norms, 1e-9)[:, None]))

    counted = matrix([text for _, text in rows], learn=True)
    seen = np.bincount(counted.indices, minlength=len(place))
    idf = (np.log((1 + len(rows)) / (1 + seen)) + 1).astype(np.float32)[None, :]
    table = weighted(counted).T.tocsr()
    codes = [code for code, _ in rows]

    def match(titles: Sequence[str]) -> Ranked:
        answers: dict[int, Counter[str]] = defaultdict(Counter)
        pairs = [(i, part) for i, title in enumerate(titles) for part in parts(title)]
        for start in range(0, len(pairs), 100):
            some = pairs[start : start + 100]
            near = weighted(matrix([part for _, part in some], learn=False)) @ table
            for k, (i, _) in enumerate(some):
                span = slice(near.indptr[k], near.indptr[k + 1])
                data, at = near.data[span], near.indices[span]
                best = np.lexsort((at, -data))[:NEAREST]
                answers[i] += vote((codes[at[j]], float(data[j]) ** 4) for j in best)
        return [ranked(answers[i]) for i in range(len(titles))]

    return match
