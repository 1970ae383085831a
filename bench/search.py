"""Search and suggestion over O*NET 27.0, asked as people type: `python -m bench.search --data DIR`.

Quality over `search_queries.tsv`, time of the engine alone in one process, memory and build time.
"""

import argparse
import csv
import gc
import resource
import time
import zlib
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from app.finding.search import SearchIndex, build
from bench.search_rows import read

QUERIES = Path(__file__).with_name("search_queries.tsv")
ROUNDS = 3
DEPTH = 20  # hits that are looked at; a right answer further down counts nothing


class Query(NamedTuple):
    """A query, the codes that answer it, and what is hard about it."""

    text: str
    codes: frozenset[str]
    kind: str

    @property
    def half(self) -> str:
        """`dev`, whose failures were looked at while the ranking was made, or `held`."""
        return ("dev", "held")[zlib.crc32(self.text.encode()) % 2]


def queries() -> list[Query]:
    with QUERIES.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Query(r["query"], frozenset(r["codes"].split()), r["kind"]) for r in rows]


def rank(found: list[str], right: frozenset[str]) -> int:
    """Find the place of the first right code, from 1; 0 if none is there."""
    return next((at for at, code in enumerate(found, 1) if code in right), 0)


def line(name: str, ranks: list[int]) -> str:
    count = len(ranks)
    mrr = sum(1 / r for r in ranks if r) / count
    first, third = (sum(0 < r <= top for r in ranks) / count for top in (1, 3))
    return f"{name:<14} {count:>4} {mrr:6.3f} {first:6.3f} {third:6.3f}"


def typed(query: Query, letters: int | None) -> str:
    return query.text if letters is None else query.text[:letters]


def timed(ask: Callable[[str], object], texts: list[str]) -> tuple[float, float]:
    """Milliseconds a query: half take less, and 99 in 100."""
    taken = []
    for _ in range(ROUNDS):
        for text in texts:
            start = time.perf_counter()
            ask(text)
            taken.append((time.perf_counter() - start) * 1000)
    taken.sort()
    return taken[len(taken) // 2], taken[int(len(taken) * 0.99)]


def resident() -> float:
    """Megabytes of memory that the process holds now, or at most so far where that is unknown."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return pages * resource.getpagesize() / 2**20


def build_measured(data: Path) -> SearchIndex:
    entries = read(data)
    gc.collect()
    before = resident()
    start = time.perf_counter()
    index = build(entries)
    seconds = time.perf_counter() - start
    gc.collect()
    held = resident() - before
    corpus = index.corpus
    print(
        f"{len(corpus.codes):,} occupations, {len(corpus.names.owners):,} titles, "
        f"{len(corpus.prose.owners):,} duties and descriptions, {len(corpus.rarity):,} words\n"
        f"built in {seconds:.2f} s, {held:.0f} MB added\n"
    )
    return index


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--failures", action="store_true", help="list what is not in the first 3")
    parser.add_argument("--half", choices=("dev", "held"), help="these queries only")
    options = parser.parse_args()
    index = build_measured(options.data)
    asked = [query for query in queries() if options.half in {None, query.half}]

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

    print("\nsuggest, right one among 5")
    for letters in (3, 5, None):
        ranks = [
            rank([s.code for s in index.suggest(typed(q, letters), 5)], q.codes) for q in asked
        ]
        share = sum(map(bool, ranks)) / len(ranks)
        print(f"{letters or 'all'} letters: {share:.3f}")

    texts = [query.text for query in asked]
    beginnings = [text[:end] for text in texts for end in range(1, len(text) + 1)]
    print("\nms, one thread    p50    p99")
    print("search        {:7.2f} {:6.2f}".format(*timed(index.search, texts)))
    print("suggest       {:7.2f} {:6.2f}".format(*timed(index.suggest, beginnings)))
    if options.failures:
        print("\nnot among the first 3: place, query, right, found")
        for query, place, top in failures:
            print(f"{place or '-':>2}  {query.text:<28} {' '.join(sorted(query.codes))}  {top}")


if __name__ == "__main__":
    main()
