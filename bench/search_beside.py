"""The queries of `bench.search` asked of ready-made engines: `python -m bench.search_beside`.

SQLite's FTS5 comes with Python; tantivy is measured where it is installed (`pip install tantivy`).
Each text is a document; an occupation scores by its best document, times the weights of kind and
level that the own engine uses, so that what differs is how words are found and texts are scored.
"""

import argparse
import gc
import importlib
import re
import sqlite3
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from app.finding.search import Entries, build
from app.finding.search.weights import KINDS, LEVELS
from bench.search import DEPTH, line, queries, rank, resident, timed
from bench.search_rows import read

DOCUMENTS = 200  # best documents that are asked for
Ask = Callable[[str], list[str]]
Found = Iterable[tuple[str, str, float]]  # code, kind, score

_WORD = re.compile(r"[^\W_]+")


def documents(entries: Entries) -> list[tuple[str, str, str]]:
    """Code, kind and text of everything that can be found."""
    rows = [(row.code, "title", row.title) for row in entries.occupations]
    rows += [(row.code, row.kind, row.title) for row in entries.titles]
    rows += [(row.code, "duty", row.text) for row in entries.duties]
    return rows + [(row.code, "description", row.text) for row in entries.descriptions]


def ranked(found: Found, levels: dict[str, float]) -> list[str]:
    best: dict[str, float] = defaultdict(float)
    for code, kind, score in found:
        best[code] = max(best[code], score * KINDS[kind] * levels[code])
    return sorted(best, key=lambda code: (-best[code], code))[:DEPTH]


def own(entries: Entries) -> Ask:
    index = build(entries)
    return lambda q: [hit.code for hit in index.search(q, limit=DEPTH).hits]


def fts5(entries: Entries) -> Ask:
    """Words and their beginnings, stemmed, by bm25."""
    levels = {row.code: LEVELS[row.level] for row in entries.occupations}
    base = sqlite3.connect(":memory:")
    base.execute(
        "create virtual table texts using fts5(code unindexed, kind unindexed, text,"
        " tokenize='porter unicode61', prefix='2 3 4')"
    )
    base.executemany("insert into texts values (?, ?, ?)", documents(entries))

    def ask(q: str) -> list[str]:
        words = " OR ".join(f'"{word}"*' for word in _WORD.findall(q))
        if not words:
            return []
        rows = base.execute(
            "select code, kind, -bm25(texts) from texts where texts match ?"
            " order by 3 desc limit ?",
            (words, DOCUMENTS),
        )
        return ranked(rows, levels)

    return ask


def tantivy(entries: Entries) -> Ask:
    """Words stemmed, or within one or two edits of a word or its beginning, by bm25."""
    module: Any = importlib.import_module("tantivy")
    levels = {row.code: LEVELS[row.level] for row in entries.occupations}
    builder = module.SchemaBuilder()
    for name, tokenizer in (("code", "raw"), ("kind", "raw"), ("text", "en_stem")):
        builder.add_text_field(name, stored=name != "text", tokenizer_name=tokenizer)
    schema = builder.build()
    index = module.Index(schema)
    writer = index.writer(heap_size=50_000_000, num_threads=1)
    for code, kind, text in documents(entries):
        writer.add_document(module.Document(code=code, kind=kind, text=text))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()
    query, should = module.Query, module.Occur.Should

    def term(word: str) -> Any:
        exact = index.parse_query(word, ["text"])
        if len(word) < 4:
            return exact
        near = query.fuzzy_term_query(schema, "text", word, 1 if len(word) < 8 else 2, True, True)
        return query.disjunction_max_query([exact, query.boost_query(near, 0.4)], 0.0)

    def ask(q: str) -> list[str]:
        terms = [(should, term(word.lower())) for word in _WORD.findall(q)]
        found = searcher.search(query.boolean_query(terms), limit=DOCUMENTS).hits if terms else []
        rows = [(searcher.doc(address), score) for score, address in found]
        return ranked(((row["code"][0], row["kind"][0], score) for row, score in rows), levels)

    return ask


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    options = parser.parse_args()
    entries = read(options.data)
    asked = queries()
    print("engine         queries  MRR   @1     @3    build s    MB  p50 ms  p99 ms")
    for make in (own, fts5, tantivy):
        gc.collect()
        before, start = resident(), time.perf_counter()
        try:
            ask = make(entries)
        except ImportError:
            print(f"{make.__name__:<14} is not installed")
            continue
        built = time.perf_counter() - start
        gc.collect()
        held = resident() - before
        ranks = [rank(ask(query.text), query.codes) for query in asked]
        half, most = timed(ask, [query.text for query in asked])
        print(f"{line(make.__name__, ranks)} {built:9.2f} {held:6.0f} {half:7.2f} {most:7.2f}")
        del ask


if __name__ == "__main__":
    main()
