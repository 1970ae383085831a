"""Simple searches of the same texts, for comparison: SQLite FTS5, tantivy, rapidfuzz on the titles.

Each returns the codes of occupations, best first: that of the best text counts, with our weights of
kinds and levels where a score is one of texts.
"""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable

import tantivy
from rapidfuzz import fuzz, process

from app.finding.entries import Entries
from app.finding.everyday import meant
from app.finding.search.weights import KINDS, LEVELS

DEPTH = 20  # a right answer further down counts as none
DOCUMENTS = 200  # texts that are asked for
Ask = Callable[[str], list[str]]
Row = tuple[str, str, str]  # code, kind, text

_WORD = re.compile(r"[^\W_]+")


def of(entries: Entries) -> dict[str, Ask]:
    """Return the searches by name."""
    return {"FTS5": fts5(entries), "tantivy": stems(entries), "fuzzy": fuzzy(entries)}


def fts5(entries: Entries) -> Ask:
    """Search with FTS5: stemmed prefixes, bm25."""
    base = sqlite3.connect(":memory:")
    base.execute(
        "create virtual table texts using fts5(code unindexed, kind unindexed, text,"
        " tokenize='porter unicode61', prefix='2 3 4')"
    )
    base.executemany("insert into texts values (?, ?, ?)", _rows(entries))
    select = (
        "select code, kind, -bm25(texts) from texts where texts match ? order by 3 desc limit ?"
    )
    best = _best(entries)

    def ask(q: str) -> list[str]:
        words = " OR ".join(f'"{word}"*' for word in _WORD.findall(q))
        return best(base.execute(select, (words, DOCUMENTS)) if words else ())

    return ask


def stems(entries: Entries) -> Ask:
    """Search with tantivy: stems, bm25."""
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("text", tokenizer_name="en_stem")
    schema.add_text_field("code", stored=True, tokenizer_name="raw")
    schema.add_text_field("kind", stored=True, tokenizer_name="raw")
    index = tantivy.Index(schema.build())
    writer = index.writer()
    for code, kind, text in _rows(entries):
        writer.add_document(tantivy.Document(text=text, code=code, kind=kind))
    writer.commit()
    index.reload()
    searcher = index.searcher()
    best = _best(entries)

    def ask(q: str) -> list[str]:
        words = " ".join(f'"{word}"' for word in _WORD.findall(q))
        hits = searcher.search(index.parse_query(words, ["text"]), DOCUMENTS).hits if words else []
        found = ((searcher.doc(at), score) for score, at in hits)
        return best((text["code"][0], text["kind"][0], score) for text, score in found)

    return ask


def fuzzy(entries: Entries) -> Ask:
    """Compare titles by their letters, whatever the order of the words (rapidfuzz)."""
    rows = sorted({(code, text.lower()) for code, kind, text in _rows(entries) if _is_title(kind)})
    texts = [text for _, text in rows]

    def ask(q: str) -> list[str]:
        found = process.extract(q.lower(), texts, scorer=fuzz.token_sort_ratio, limit=DOCUMENTS)
        return list(dict.fromkeys(rows[at][0] for _, _, at in found))[:DEPTH]

    return ask


def _is_title(kind: str) -> bool:
    return kind not in {"duty", "description"}


def _rows(entries: Entries) -> list[Row]:
    rows = [(row.code, "title", row.title) for row in entries.occupations]
    rows += [(row.code, row.kind, row.title) for row in entries.titles]
    rows += [(code, "everyday", name) for name, codes in meant(entries) for code in codes]
    rows += [(row.code, "duty", row.text) for row in entries.duties]
    return rows + [(row.code, "description", row.text) for row in entries.descriptions]


def _best(entries: Entries) -> Callable[[Iterable[tuple[str, str, float]]], list[str]]:
    levels = {row.code: LEVELS.get(row.level, 1.0) for row in entries.occupations}

    other = KINDS["alternate"]

    def best(found: Iterable[tuple[str, str, float]]) -> list[str]:
        scores: dict[str, float] = defaultdict(float)
        for code, kind, score in found:
            # Texts may have a code that no occupation of these rows has; ours ignores them.
            scores[code] = max(scores[code], score * KINDS.get(kind, other) * levels.get(code, 0.0))
        return sorted(scores, key=lambda code: (-scores[code], code))[:DEPTH]

    return best
