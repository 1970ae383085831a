"""Quality, time and memory of search and suggestions, beside simpler searches of the same texts.

    python -m bench search --data DIR [--queries search|typed] [--failures] [--half dev|held]

- `search_queries.tsv`, over O*NET 27.0 and the SOC.
- `typed_queries.tsv`, what people type, over the box: search, suggestions and titles. They were
  written before any answer to them was seen; whoever tunes looks at the half `dev` only.
"""

import argparse
import csv
import gc
import resource
import time
import zlib
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from app.finding.entries import Entries
from app.finding.ranking import with_titles
from app.finding.search import SearchIndex
from app.finding.titles.build import build as build_titles
from app.finding.titles.matcher import TitleMatcher
from bench import box, search_baselines
from bench.onet import employment, entries_with_soc, for_titles
from bench.search_baselines import DEPTH, Ask

ROUNDS = 3
WIDE = 7  # a column of the table of typed queries


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


def compare(
    index: SearchIndex,
    titles: TitleMatcher,
    others: dict[str, Ask],
    asked: list[Query],
    failures: bool,
) -> None:
    """Print how often a right code is the first, and among the first 3, of each way to find one.

    An occupation of O*NET counts as the one of the SOC that it is a part of, a group as none.
    Failures are those of the half `dev`: whoever reads them may tune by them.
    """
    ways: dict[str, Ask] = {
        "search": lambda q: [hit.code for hit in index.search(q, limit=3).hits],
        "suggest": lambda q: [found.code for found in index.suggest(q, 3)],
        "match": lambda q: [found.code for found in titles.match([q], 3, min_confidence=0)[0]],
    }
    ours = len(ways)
    ways |= others
    places: dict[str, list[list[int]]] = defaultdict(list)
    failed = []
    for query in asked:
        found = [[code[:7] for code in ask(query.text)[:3]] for ask in ways.values()]
        of_query = [rank(codes, query.codes) for codes in found]
        for name in ("all", query.half, query.kind):
            places[name].append(of_query)
        if query.half == "dev" and not all(of_query[:ours]):
            failed.append((query, found[:ours]))
    print(f"{'right one':14} queries " + " ".join(f"{way:>{2 * WIDE + 1}}" for way in ways))
    print(f"{'':22} " + " ".join(f"{'first':>{WIDE}} {'in 3':>{WIDE}}" for _ in ways))
    for name in sorted(places, key=lambda name: (len(places[name]) < len(asked), name)):
        shares = [
            f"{sum(0 < r <= top for r in ranks) / len(ranks):{WIDE}.3f}"
            for ranks in zip(*places[name], strict=True)
            for top in (1, 3)
        ]
        print(f"{name:14} {len(places[name]):7} {' '.join(shares)}")
    texts = [query.text for query in asked]
    spent = (timed(ask, texts, 1) for ask in ways.values())
    print(
        f"{'ms, p50 and p99':22} "
        + " ".join(f"{p50:{WIDE}.2f} {p99:{WIDE}.2f}" for p50, p99 in spent)
    )
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


def timed(ask: Ask, texts: list[str], rounds: int = ROUNDS) -> tuple[float, float]:
    """Return milliseconds a query: median and 99th percentile."""
    taken = []
    for _ in range(rounds):
        for text in texts:
            start = time.perf_counter()
            ask(text)
            taken.append((time.perf_counter() - start) * 1000)
    taken.sort()
    return taken[len(taken) // 2], taken[int(len(taken) * 0.99)]


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


def of_box(asked: list[Query], failures: bool) -> None:
    """Print the table of the queries that people type."""
    shipped = box.load()
    print(f"{len(asked)} queries that people type, over the box as it ships")
    index = build_measured(shipped.entries).with_employment(shipped.employment)
    others = search_baselines.of(shipped.entries)
    titles = build_titles(shipped.for_titles)
    compare(with_titles(index, titles), titles, others, asked, failures)


def of_files(data: Path, asked: list[Query], show_failures: bool) -> None:
    """Print the tables of the other queries."""
    entries = entries_with_soc(data)
    print(f"{len(asked)} queries, over O*NET 27.0 and the SOC")
    index = build_measured(entries)
    index = index.with_employment(employment(data, entries.occupations))
    index = with_titles(index, build_titles(for_titles(entries)))

    def search(q: str) -> list[str]:
        return [hit.code for hit in index.search(q, limit=DEPTH).hits]

    groups: dict[str, list[int]] = defaultdict(list)
    failures = []
    for query in asked:
        found = search(query.text)
        place = rank(found, query.codes)
        for name in (query.half, query.kind):
            groups[name].append(place)
        if not 0 < place <= 3:
            failures.append((query, place, found[:3]))
    texts = [query.text for query in asked]
    ways = {"ours": search, **search_baselines.of(entries)}
    print("search       queries    MRR     @1     @3  ms p50    p99")
    for name, ask in ways.items():
        places = [rank(ask(query.text), query.codes) for query in asked]
        spent = "".join(f" {ms:7.2f}" for ms in timed(ask, texts, ROUNDS if ask is search else 1))
        print(line(name, places) + spent, flush=True)
    for name in sorted(groups):
        print(line(name, groups[name]))

    print("\nsuggest, right one among 5")
    for letters in (3, 5, None):
        typed = [(query.text[:letters], query.codes) for query in asked]
        places = [rank([s.code for s in index.suggest(q, 5)], codes) for q, codes in typed]
        print(f"{letters or 'all'} letters: {sum(map(bool, places)) / len(places):.3f}")
    prefixes = [text[:end] for text in texts for end in range(1, len(text) + 1)]
    spent = "".join(
        f" {ms:7.2f}" for ms in timed(lambda q: [s.code for s in index.suggest(q)], prefixes)
    )
    print(f"ms, p50 and p99:{spent}")
    if show_failures:
        print("\nnot among the first 3: place, query, right, found")
        for query, place, top in failures:
            print(f"{place or '-':>2}  {query.text:<28} {' '.join(sorted(query.codes))}  {top}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench search", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--queries", choices=("search", "typed"), help="these alone")
    parser.add_argument("--failures", action="store_true", help="list what is not in the first 3")
    parser.add_argument("--half", choices=("dev", "held"), help="ask these queries only")
    options = parser.parse_args()
    for name in (options.queries,) if options.queries else ("search", "typed"):
        asked = [q for q in queries(name) if options.half in {None, q.half}]
        if name == "typed":
            of_box(asked, options.failures)
        else:
            of_files(options.data, asked, options.failures)
            print()


if __name__ == "__main__":
    main()
