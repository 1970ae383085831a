"""Compares the server's speed with other programs: ``python -m bench [--short]``.

Imports every official file of ``--data`` into a fresh SQLite and a fresh PostgreSQL database (or
copies ``--sqlite FILE``), starts the servers on loopback, checks that they answer the same
documents, loads them in turn, and prints one table. The long form also writes
``bench/RESULTS.md`` and installs Datasette and json-server under ``--rivals``. Needs wrk
(``apt-get install wrk``). The short form takes under a minute: SQLite, one round, the seed alone.

``python -m bench search`` and ``python -m bench title_match`` measure finding: ``--help`` behind
either says how.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import tempfile
from pathlib import Path

from bench import speed_report as report
from bench.speed_cache import hit_rate, wire_bytes
from bench.speed_cases import detailed
from bench.speed_data import databases, with_areas
from bench.speed_load import Plan, Row, need_wrk
from bench.speed_measure import Bench
from bench.speed_rivals import DATASETTE, JSON_SERVER, installed
from bench.speed_servers import ours, warmed

FINDING = ("search", "title_match")
MEGABYTE = 1 << 20
PARTS = ("warm", "first", "rivals", "areas", "workers", "cache")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--short", action="store_true", help="under a minute, for CI")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--sqlite", type=Path, metavar="FILE", help="a loaded database to copy")
    parser.add_argument("--no-postgresql", action="store_true")
    parser.add_argument("--rivals", type=Path, default=Path(".cache/bench"), metavar="FOLDER")
    parser.add_argument("--seconds", type=int, default=2, help="of each load")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=PARTS, help="these parts; writes no file")
    return parser.parse_args()


def show(row: Row) -> None:
    print(report.line(row), flush=True)


def main() -> None:
    given = arguments()
    need_wrk()
    plan = Plan(1, 1) if given.short else Plan(given.seconds, given.rounds)
    data = None if given.short else given.data
    if data is not None and not data.exists() and given.sqlite is None:
        sys.exit(f"{data} is not there: --data FOLDER of official files, or --short")
    with tempfile.TemporaryDirectory(prefix="occupations-bench-") as name:
        folder = Path(name)
        # All servers share the index files.
        os.environ["OCCUPATIONS_INDEX_FOLDER"] = str(folder / "indices")
        (folder / "indices").mkdir()
        postgresql = not (given.short or given.no_postgresql)
        with databases(folder, data, given.sqlite, postgresql) as base:
            run(given, Bench(plan, folder, show), base.sqlite, base.postgresql)


def run(given: argparse.Namespace, bench: Bench, sqlite: str, postgresql: str | None) -> None:
    parts = given.only or (("warm", "first", "cache") if given.short else PARTS)
    print(report.HEAD, report.RULE, sep="\n", flush=True)
    memory = {}
    if "warm" in parts:
        memory["a worker that has served the warm table"] = bench.warm(sqlite)
    if "first" in parts:
        bench.first(sqlite, "SQLite", 8, 40 if given.short else 800)
        if postgresql:
            bench.first(postgresql, "PostgreSQL", 6)
    if "rivals" in parts:
        bench.rivals(sqlite, installed(given.rivals.absolute()))
    if "areas" in parts:
        bench.areas(sqlite, with_areas(bench.folder, sqlite))
    hits, sizes = [], {}
    if {"workers", "cache"} & {*parts}:
        with ours(sqlite) as server:
            memory["an idle worker, everything loaded and searchable"] = warmed(server).resident()
            sizes = wire_bytes(server)
            codes, _ = detailed(server, 800)
        if "workers" in parts:
            bench.workers(sqlite, codes)
        if "cache" in parts:
            hits = [hit_rate(sqlite, codes, size * MEGABYTE) for size in (8, 64)]
    others = "" if given.short else f", {DATASETTE}, {JSON_SERVER}"
    command = f"python -m bench{' --short' if given.short else ''}"
    text = report.document(command, bench.rows, memory, hits, sizes, others)
    if given.short or given.only:
        print("\n" + text)
    else:
        report.RESULTS.write_text(text)
        print(f"\n{report.RESULTS.relative_to(Path.cwd())} is written.")


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in FINDING:
        name = sys.argv.pop(1)
        importlib.import_module(f"bench.{name}").main()
    else:
        main()
