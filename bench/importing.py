"""Compares the speed of an import with only reading the same file.

    python -m bench.importing [--rows 400000] [--repeat 3] [--postgresql URL] [FILE …]

Without files it generates an all-data file of the OEWS, as csv and as a workbook. Each measurement
is a process of its own; reading and import take turns, and the fastest of each counts. The database
at URL is emptied. Prints seconds, their ratio, and the import's peak memory (of both processes).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.generate import write_csv, write_workbook

HERE = Path(__file__).parent.parent
PEAK = """
import json, resource, sys, time
from pathlib import Path
def peak(pid):
    text = Path(f"/proc/{pid}/status").read_text()
    return int(text.partition("VmHWM:")[2].split()[0])
def say(start, rows):
    both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    spent = sum(sum(resource.getrusage(who)[:2]) for who in both)
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(json.dumps([time.monotonic() - start, rows, (peak("self") + child) // 1024, spent]))
"""
BARE = (
    PEAK
    + """
import csv
from python_calamine import CalamineWorkbook
start, rows = time.monotonic(), 0
if sys.argv[1].endswith(".xlsx"):
    for _ in CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).iter_rows():
        rows += 1
else:
    with open(sys.argv[1], encoding="utf-8-sig", newline="") as stream:
        for _ in csv.reader(stream):
            rows += 1
say(start, rows)
"""
)
IMPORT = (
    PEAK
    + """
from sqlalchemy import make_url, text
from app.commands import database
from app.database.engines import writing_engine
from app.importers.loading.load import load_release
from app.importers.loading.finder import Finder
from app.importers.loading.planned import Options
from app.importers.loading.releases import plan
engine = writing_engine(sys.argv[2])
if engine.dialect.name == "postgresql":
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
database.migrate_database(engine)
database.seed(engine)
start, rows = time.monotonic(), 0
with Finder() as finder:
    for one in plan(list(finder.find([Path(sys.argv[1])])), Options()):
        rows += load_release(engine, one.read()).rows
say(start, rows)
"""
)


def measure(program: str, *arguments: str) -> tuple[float, int, int, float]:
    """Run a program; return its seconds, rows, peak memory in MB and processor seconds."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=HERE,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, rows, megabytes, spent = json.loads(done.stdout.splitlines()[-1])
    return seconds, rows, megabytes, spent


def compare(path: Path, url: str | None, repeat: int) -> None:
    """Print one line: the file, the database, and how reading and import compare."""
    bare, loads = [], []
    for _ in range(repeat):
        bare.append(measure(BARE, str(path)))
        with tempfile.TemporaryDirectory() as folder:
            place = url or f"sqlite:///{folder}/bench.sqlite3"
            loads.append(measure(IMPORT, str(path), place))
    reading, loading = min(bare), min(loads)
    print(
        f"{path.name:<34} {'PostgreSQL' if url else 'SQLite':<10} {loading[1]:>9,} rows  "
        f"read {reading[0]:6.2f} s  import {loading[0]:6.2f} s  "
        f"ratio {loading[0] / reading[0]:4.1f}  peak {max(one[2] for one in loads):,} MB  "
        f"processor {reading[3]:.1f} s, {loading[3]:.1f} s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--rows", type=int, default=400_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--postgresql", metavar="URL")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = chosen.files
        if not files:
            files = [Path(folder) / "all_data_M_2021.csv", Path(folder) / "all_data_M_2021.xlsx"]
            write_csv(files[0], chosen.rows)
            write_workbook(files[1], chosen.rows)
        for path in files:
            compare(path, None, chosen.repeat)
            if chosen.postgresql:
                compare(path, chosen.postgresql, chosen.repeat)


if __name__ == "__main__":
    main()
