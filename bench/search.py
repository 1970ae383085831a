"""Quality, time and memory of search and suggestions over O*NET 27.0 and the SOC.

    python -m bench.search --data DIR [--queries typed] [--failures] [--half dev|held]

Asks the queries of `search_queries.tsv`. SQLite's FTS5 answers them too, for comparison.
With `--queries typed`, search, suggestions and titles of the box are asked those of
`typed_queries.tsv`. They were written before any answer to them was seen; whoever tunes looks at
the half `dev` only.
"""

import argparse
import csv
import gc
import re
import resource
import sqlite3
import time
import zlib
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from app.finding.entries import Entries
from app.finding.ranking import with_titles
from app.finding.search import SearchIndex
from app.finding.search.weights import KINDS, LEVELS
from app.finding.titles.build import build as build_titles
from app.finding.titles.matcher import TitleMatcher
from bench import box
from bench.onet import employment, entries_with_soc, for_titles

ROUNDS = 3
DEPTH = 20  # a right answer further down counts as none
DOCUMENTS = 200  # texts that FTS5 is asked for
WIDE = 10  # a column of the table of typed queries


class Query(NamedTuple):
    """A query, the codes that answer it, and what is hard about it."""

    text: str
    codes: frozenset[str]
    kind: str

    @property
    def half(self) -> str:
        """`dev`, whose failures were looked at while the ranking was made, or `held`."""
        return ("dev", "held")[zlib.crc32(self.text.encode()) % 2]


def queries(name: str = "search") -> list[Query]:
    """Return the queries of `NAME_queries.tsv`."""
    file = Path(__file__).with_name(f"{name}_queries.tsv")
    with file.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Query(r["query"], frozenset(r["codes"].split()), r["kind"]) for r in rows]


def compare(index: SearchIndex, titles: TitleMatcher, asked: list[Query], failures: bool) -> None:
    """Print how often a right code is the first, and among the first 3, of each way to find one.

    An occupation of O*NET counts as the one of the SOC that it is a part of, a group as none.
    Failures are those of the half `dev`: whoever reads them may tune by them.
    """
    ways: dict[str, Callable[[str], list[str]]] = {
        "search": lambda q: [hit.code for hit in index.search(q, limit=3).hits],
        "suggest": lambda q: [found.code for found in index.suggest(q, 3)],
        "match": lambda q: [found.code for found in titles.match([q], 3, min_confidence=0)[0]],
    }
    places: dict[str, list[list[int]]] = defaultdict(list)
    failed = []
    for query in asked:
        found = [[code[:7] for code in ask(query.text)] for ask in ways.values()]
        of_query = [rank(codes, query.codes) for codes in found]
        for name in ("all", query.half, query.kind):
            places[name].append(of_query)
        if query.half == "dev" and not all(of_query):
            failed.append((query, found))
    heads = " ".join(f"{way:>{WIDE - 3}} @1 {'@3':>{WIDE}}" for way in ways)
    print(f"{'':14} queries {heads}")
    for name in sorted(places, key=lambda name: (len(places[name]) < len(asked), name)):
        shares = [
            f"{sum(0 < r <= top for r in ranks) / len(ranks):{WIDE}.3f}"
            for ranks in zip(*places[name], strict=True)
            for top in (1, 3)
        ]
        print(f"{name:14} {len(places[name]):7} {' '.join(shares)}")
    if failures:
        print("\nnot among the first 3 of each, half dev: query, right, found")
        for query, found in failed:
            print(f"{query.text:<40} {' '.join(sorted(query.codes))}  {found}")


def rank(found: list[str], right: frozenset[str]) -> int:
    """Return the place of the first right code, from 1; 0 if there is none."""
    return next((at for at, code in enumerate(found, 1) if code in right), 0)


def line(name: str, ranks: list[int]) -> str:
    count = len(ranks)
    mrr = sum(1 / r for r in ranks if r) / count
    first, third = (sum(0 < r <= top for r in ranks) / count for top in (1, 3))
    return f"{name:<14} {count:>4} {mrr:6.3f} {first:6.3f} {third:6.3f}"


def timed(ask: Callable[[str], object], texts: list[str]) -> str:
    """Return milliseconds a query: median and 99th percentile."""
    taken = []
    for _ in range(ROUNDS):
        for text in texts:
            start = time.perf_counter()
            ask(text)
            taken.append((time.perf_counter() - start) * 1000)
    taken.sort()
    return f"{taken[len(taken) // 2]:7.2f} {taken[int(len(taken) * 0.99)]:6.2f}"


def resident() -> float:
    """Return the megabytes of memory that the process has; where that is unknown, its peak."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return pages * resource.getpagesize() / 2**20


def build_measured(entries: Entries) -> SearchIndex:
    gc.collect()
    before = resident()
    start = time.perf_counter()
    index = SearchIndex.build(entries)
    seconds = time.perf_counter() - start
    gc.collect()
    corpus = index.corpus
    print(
        f"{len(corpus.codes):,} occupations, {len(corpus.names.owners):,} titles, "
        f"{len(corpus.prose.owners):,} duties and descriptions, {len(corpus.rarity):,} words\n"
        f"built in {seconds:.2f} s, {resident() - before:.0f} MB added\n"
    )
    return index


def fts5(entries: Entries) -> Callable[[str], list[str]]:
    """Return a search with FTS5: stemmed prefixes, bm25, our weights of kinds and levels."""
    levels = {row.code: LEVELS[row.level] for row in entries.occupations}
    base = sqlite3.connect(":memory:")
    base.execute(
        "create virtual table texts using fts5(code unindexed, kind unindexed, text,"
        " tokenize='porter unicode61', prefix='2 3 4')"
    )
    rows = [(row.code, "title", row.title) for row in entries.occupations]
    rows += [(row.code, row.kind, row.title) for row in entries.titles]
    rows += [(row.code, "duty", row.text) for row in entries.duties]
    rows += [(row.code, "description", row.text) for row in entries.descriptions]
    base.executemany("insert into texts values (?, ?, ?)", rows)
    select = (
        "select code, kind, -bm25(texts) from texts where texts match ? order by 3 desc limit ?"
    )

    def ask(q: str) -> list[str]:
        words = " OR ".join(f'"{word}"*' for word in re.findall(r"[^\W_]+", q))
        best: dict[str, float] = defaultdict(float)
        for code, kind, score in base.execute(select, (words, DOCUMENTS)) if words else ():
            best[code] = max(best[code], score * KINDS[kind] * levels[code])
        return sorted(best, key=lambda code: (-best[code], code))[:DEPTH]

    return ask


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--queries", choices=("search", "typed"), default="search")
    parser.add_argument("--failures", action="store_true", help="list what is not in the first 3")
    parser.add_argument("--half", choices=("dev", "held"), help="ask these queries only")
    options = parser.parse_args()
    asked = [q for q in queries(options.queries) if options.half in {None, q.half}]
    if options.queries == "typed":
        shipped = box.load()
        index = build_measured(shipped.entries).with_employment(shipped.employment)
        titles = build_titles(shipped.for_titles)
        compare(with_titles(index, titles), titles, asked, options.failures)
        return
    entries = entries_with_soc(options.data)
    index, other = build_measured(entries), fts5(entries)
    index = index.with_employment(employment(options.data, entries.occupations))
    index = with_titles(index, build_titles(for_titles(entries)))

    groups: dict[str, list[int]] = defaultdict(list)
    failures = []
    for query in asked:
        found = [hit.code for hit in index.search(query.text, limit=DEPTH).hits]
        place = rank(found, query.codes)
        for name in ("all", query.half, query.kind):
            groups[name].append(place)
        if not 0 < place <= 3:
            failures.append((query, place, found[:3]))
    print(f"search          queries  MRR   @1     @3\n{line('all', groups.pop('all'))}")
    for name in sorted(groups):
        print(line(name, groups[name]))
    print(line("FTS5, all", [rank(other(query.text), query.codes) for query in asked]))

    print("\nsuggest, right one among 5")
    for letters in (3, 5, None):
        typed = [(query.text[:letters], query.codes) for query in asked]
        places = [rank([s.code for s in index.suggest(q, 5)], codes) for q, codes in typed]
        print(f"{letters or 'all'} letters: {sum(map(bool, places)) / len(places):.3f}")

    texts = [query.text for query in asked]
    prefixes = [text[:end] for text in texts for end in range(1, len(text) + 1)]
    print("\nms, one thread    p50    p99")
    print(f"search        {timed(index.search, texts)}")
    print(f"suggest       {timed(index.suggest, prefixes)}")
    print(f"FTS5          {timed(other, texts)}")
    if options.failures:
        print("\nnot among the first 3: place, query, right, found")
        for query, place, top in failures:
            print(f"{place or '-':>2}  {query.text:<28} {' '.join(sorted(query.codes))}  {top}")


if __name__ == "__main__":
    main()
