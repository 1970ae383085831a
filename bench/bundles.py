"""Measures the box: its import, its export, and the first start with it.

    python -m bench.bundles [--repeat 3] [--postgresql URL]

Import and export take turns with DuckDB alone, which reads all rows of the same files. Each
measurement is a process of its own; the fastest of each counts. The database at URL is emptied.
The first start is timed from `occupations serve` to the first answer, and to the first match of a
job title; the second start to the moment at which everything answers.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from app.importers.seed.box import box_folder
from bench.importing import PEAK, measure
from tests.servers import free_port

BARE = (
    PEAK
    + """
import duckdb
start, rows = time.monotonic(), 0
for path in sorted(Path(sys.argv[1]).glob("*.parquet")):
    found = duckdb.execute("SELECT * FROM read_parquet($1)", [str(path)])
    while chunk := found.fetchmany(10_000):
        rows += len(chunk)
say(start, rows)
"""
)
EMPTIED = (
    PEAK
    + """
from sqlalchemy import text
from app.commands import database
from app.database.engines import writing_engine
from app.exporting.bundle_writer import Selection, export_bundle
from app.importers.bundles.opening import opened_bundle
from app.importers.loading.bundles import load_bundle
engine = writing_engine(sys.argv[2])
if engine.dialect.name == "postgresql" and sys.argv[3] == "import":
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
database.migrate_database(engine)
start = time.monotonic()
"""
)
IMPORT = (
    EMPTIED
    + """
with opened_bundle(Path(sys.argv[1])) as bundle:
    rows = sum(one.rows for one in load_bundle(engine, bundle))
say(start, rows)
"""
)
EXPORT = (
    EMPTIED
    + """
target = Path(sys.argv[4])
say(start, sum(one.rows for one in export_bundle(engine, target, Selection(), "bench")))
"""
)


def compared(url: str | None, repeat: int) -> None:
    """Print how import and export compare with only reading the same bytes."""
    box = str(box_folder())
    bare, loads, exports = [], [], []
    for turn in range(repeat):
        bare.append(measure(BARE, box))
        with tempfile.TemporaryDirectory() as folder:
            place = url or f"sqlite:///{folder}/bench.sqlite3"
            loads.append(measure(IMPORT, box, place, "import"))
            exports.append(measure(EXPORT, box, place, "export", f"{folder}/bundle{turn}"))
    name, reading = "PostgreSQL" if url else "SQLite", min(bare)
    print(f"{name}: DuckDB reads {reading[1]:,} rows in {reading[0]:.2f} s, {reading[2]} MB")
    for what, found in (("import", loads), ("export", exports)):
        best = min(found)
        print(
            f"{name}: {what} {best[0]:.2f} s, ratio {best[0] / reading[0]:.1f}, "
            f"processor {best[3]:.1f} s, peak {max(one[2] for one in found)} MB"
        )


def started(folder: Path) -> None:
    """Print the seconds of a first and a second start, and the memory of the worker."""
    port = str(free_port())
    environment = {
        **os.environ,
        "OCCUPATIONS_DATABASE_URL": f"sqlite:///{folder}/first.sqlite3",
        "OCCUPATIONS_INDEX_FOLDER": str(folder / "indices"),
        "OCCUPATIONS_PORT": port,
        "OCCUPATIONS_SEED": "box",
    }
    steps = (
        ("first start", ("/v1/occupations?limit=1", "/v1/titles/match?title=nurse")),
        ("second start", ("/v1/occupations?limit=1", "/health/ready")),
    )
    for name, paths in steps:
        began = time.monotonic()
        server = subprocess.Popen(
            [sys.executable, "-m", "app.commands", "serve"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        said = [f"{path} after {_answered(port, path) - began:.1f} s" for path in paths]
        status = Path(f"/proc/{server.pid}/status").read_text()
        megabytes = int(status.partition("VmRSS:")[2].split()[0]) // 1024
        server.send_signal(signal.SIGTERM)
        server.wait()
        print(f"{name}: {'; '.join(said)}; the worker has {megabytes} MB")


def _answered(port: str, path: str) -> float:
    """Wait until a path answers with 200; return when."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"http://127.0.0.1:{port}{path}").status_code == httpx.codes.OK:
                return time.monotonic()
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    sys.exit(f"{path} did not answer within two minutes")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--postgresql", metavar="URL")
    chosen = parser.parse_args()
    compared(None, chosen.repeat)
    if chosen.postgresql:
        compared(chosen.postgresql, chosen.repeat)
    with tempfile.TemporaryDirectory(prefix="occupations-bench-") as folder:
        started(Path(folder))


if __name__ == "__main__":
    main()
