"""Run the checks and print their table: ``python -m tests.audit [--short] [--only NAME …]``.

Imports every official file of ``--data`` into a fresh SQLite and a fresh PostgreSQL database; the
short form takes the seed alone, and runs two checks at a time: none of its checks measures seconds.
Exits 1 if anything was lost, and says what could not be tried.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from bench.speed_data import databases
from tests.audit.checks import CHECKS
from tests.audit.place import Check, Outcome, Place

HEAD = (
    "| check | what was tried | on | times | lost | said |\n| --- | --- | --- | --- | --- | --- |"
)


def line(check: str, row: Outcome) -> str:
    """Write one row of the table; what was not done says so."""
    lost = f"{row.lost:,}" if row.done else "not done"
    return f"| {check} | {row.what} | {row.where} | {row.tried:,} | {lost} | {row.said} |"


def run(place: Place, check: Check) -> list[tuple[str, Outcome]]:
    """Run one check; one that crashes is a loss, and the others go on."""
    rows: list[tuple[str, Outcome]] = []
    began = time.monotonic()
    try:
        for outcome in check.run(place):
            rows.append((check.name, outcome))
            print(line(check.name, outcome), flush=True)
    except Exception as error:
        said = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
        rows.append((check.name, Outcome("the check itself", "", 1, 1, said[:300])))
        print(line(*rows[-1]), flush=True)
    print(f"  {check.name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return rows


def main() -> int:
    names = [check.name for check in CHECKS]
    parser = argparse.ArgumentParser(prog="python -m tests.audit", description=__doc__)
    parser.add_argument("--short", action="store_true", help="CI's share, on the seed alone")
    parser.add_argument("--only", nargs="+", choices=names, metavar="NAME", help=", ".join(names))
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--report", type=Path, help="write the table to this file too")
    given = parser.parse_args()
    data = given.data if given.data.exists() and not given.short else None
    if data is None and not given.short:
        sys.exit(f"{given.data} is not there: --data FOLDER of official files, or --short")
    chosen = [
        check
        for check in CHECKS
        if (check.name in given.only if given.only else check.in_short or not given.short)
    ]
    with tempfile.TemporaryDirectory(prefix="occupations-audit-") as name:
        folder = Path(name)
        with databases(folder, data, None, with_postgresql=True) as base:
            urls = {"SQLite": base.sqlite, "PostgreSQL": base.postgresql or ""}
            place = Place(folder, urls, data, given.short)
            print(HEAD, flush=True)
            forking = multiprocessing.get_context("fork")
            with ProcessPoolExecutor(2 if given.short else 1, mp_context=forking) as processes:
                found = list(processes.map(partial(run, place), chosen))
            rows = [row for of_check in found for row in of_check]
    if given.report:
        table = "\n".join([HEAD, *(line(*row) for row in rows)])
        given.report.write_text(table + "\n")
    tried = sum(outcome.tried for _, outcome in rows)
    lost = sum(outcome.lost for _, outcome in rows if outcome.done)
    skipped = [outcome.what for _, outcome in rows if not outcome.done]
    print(f"\n{tried:,} tries in {len(rows)} rows, {lost:,} lost")
    if skipped:
        print(f"not done here: {'; '.join(skipped)}")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
