"""Measures first answers of rankings over areas, beside plain SQL in SQLite and in DuckDB.

    python -m bench.areas --sqlite FILE [--years 9] [--requests 200]

FILE is a database with the box. It is copied, and each of its areas' newest wages is repeated for
so many earlier years. Every request is another one, so that none is answered from a cache. The
same rows are asked for by a plain query of SQLite's and of DuckDB's on the same figures.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import httpx
from sqlalchemy import Engine, inspect, text

from app.database.engines import writing_engine
from bench.speed_servers import ours

WAGE = "w.employment, w.hourly_median, w.annual_mean, w.annual_median, w.location_quotient, w.marks"
NEWEST = (
    "p.latest AND p.dataset = 'wages' AND p.industry = '000000' AND p.ownership = '1235' "
    "AND p.period = '2025-05'"
)
OVER_AREAS = f"""
    SELECT p.area, a.name, {WAGE} FROM wages w JOIN parts p ON p.id = w.part_id
    JOIN areas a ON a.code = p.area
    WHERE w.code = ? AND {NEWEST} AND w.employment >= 500
    ORDER BY w.annual_median DESC, p.area LIMIT 50"""
OF_AREA = f"""
    SELECT o.code, o.title, {WAGE} FROM wages w JOIN parts p ON p.id = w.part_id
    JOIN occupations o ON o.code = w.code
    WHERE p.area = ? AND {NEWEST} AND w.employment >= 1000 AND o.level = 'detailed'
    ORDER BY w.annual_median DESC, o.code LIMIT 50"""


COPIED = {
    "wages": {
        "code": "VARCHAR",
        "part_id": "INTEGER",
        "employment": "BIGINT",
        "hourly_median": "INTEGER",
        "annual_mean": "INTEGER",
        "annual_median": "INTEGER",
        "location_quotient": "DOUBLE",
        "marks": "VARCHAR",
    },
    "parts": {
        "id": "INTEGER",
        "dataset": "VARCHAR",
        "area": "VARCHAR",
        "industry": "VARCHAR",
        "ownership": "VARCHAR",
        "period": "VARCHAR",
        "latest": "BOOLEAN",
    },
    "areas": {"code": "VARCHAR", "name": "VARCHAR"},
    "occupations": {"code": "VARCHAR", "title": "VARCHAR", "level": "VARCHAR"},
}
"""Table → the columns that the queries name, with their types in DuckDB."""


@dataclass(frozen=True)
class Case:
    """A ranking: our addresses, and the query with its parameters."""

    name: str
    targets: list[str]
    sql: str
    parameters: list[str]


def cases(connection: sqlite3.Connection, requests: int) -> Iterator[Case]:
    """Yield the rankings."""
    most = "SELECT code FROM wages WHERE part_id = ? AND published_levels LIKE '%detailed%'"
    nation = f"SELECT p.id FROM parts p WHERE p.area = 'US' AND {NEWEST}"
    ((part,),) = connection.execute(nation)
    codes = [code for (code,) in connection.execute(f"{most} ORDER BY employment DESC", (part,))]
    codes = codes[:requests]
    levels = "state,territory,metropolitan,nonmetropolitan"
    over = [f"/v1/occupations/{code}/areas?level={levels}" for code in codes]
    yield Case("one occupation over all areas", over, OVER_AREAS, codes)
    for name, where in (
        ("one metropolitan area's occupations", "level = 'metropolitan'"),
        ("one state's occupations", "level = 'state'"),
    ):
        query = f"SELECT code FROM areas WHERE {where} ORDER BY code"
        areas = [code for (code,) in connection.execute(query)][:requests]
        targets = [f"/v1/occupations?area={area}&sort=-wage" for area in areas]
        yield Case(name, targets, OF_AREA, areas)


def repeat_years(url: str, years: int) -> int:
    """Repeat the newest wages of all areas for earlier years; return how many rows there are."""
    engine = writing_engine(url)
    with engine.begin() as connection:

        def one(query: str) -> int:
            return int(connection.execute(text(query)).scalar_one())

        release = one(
            "SELECT id FROM releases WHERE name = 'bls-oews-2025-05-all' AND NOT superseded"
        )
        columns = _columns(engine, "releases", {"id", "name", "period"})
        part_columns = _columns(engine, "parts", {"id", "release_id", "period", "latest"})
        wage_columns = _columns(engine, "wages", {"part_id"})
        for year in range(1, years + 1):
            period = f"{2012 - year}-05"
            new = one("SELECT max(id) + 1 FROM releases")
            step = one("SELECT max(id) FROM parts")
            for statement in (
                f"INSERT INTO releases (id, name, period, {columns}) "
                f"SELECT {new}, 'bls-oews-{period}-all', '{period}', {columns} FROM releases "
                f"WHERE id = {release}",
                f"INSERT INTO release_spans SELECT {new}, from_number, to_number "
                f"FROM release_spans WHERE release_id = {release}",
                f"INSERT INTO parts (id, release_id, period, latest, {part_columns}) "
                f"SELECT id + {step}, {new}, '{period}', false, {part_columns} FROM parts "
                f"WHERE release_id = {release}",
                f"INSERT INTO wages (part_id, {wage_columns}) "
                f"SELECT part_id + {step}, {wage_columns} FROM wages "
                f"WHERE part_id IN (SELECT id FROM parts WHERE release_id = {release})",
            ):
                connection.execute(text(statement))
        if engine.dialect.name == "postgresql":  # it counts ids by itself
            for table in ("releases", "parts"):
                one(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")
        rows = one("SELECT count(*) FROM wages")
    with engine.connect() as connection:
        sqlite = engine.dialect.name == "sqlite"
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)" if sqlite else "ANALYZE"))
        connection.commit()
    engine.dispose()
    return rows


def _columns(engine: Engine, table: str, left: set[str]) -> str:
    names = [column["name"] for column in inspect(engine).get_columns(table)]
    return ", ".join(f'"{name}"' for name in names if name not in left)


def timed(ask: Callable[[str], Any], given: Iterable[str]) -> list[float]:
    """Return how long each took, in milliseconds."""
    times = []
    for one in given:
        began = time.perf_counter()
        ask(one)
        times.append(1000 * (time.perf_counter() - began))
    return times


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.areas", description=__doc__)
    parser.add_argument("--sqlite", type=Path, required=True, metavar="FILE")
    parser.add_argument("--years", type=int, default=9)
    parser.add_argument("--requests", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="occupations-areas-") as name:
        file = Path(name) / "areas.sqlite3"
        shutil.copyfile(given.sqlite, file)
        rows = repeat_years(f"sqlite:///{file}", given.years)
        print(f"{rows:,} rows of wages")
        measure(file, given.requests)


def measure(file: Path, requests: int) -> None:
    plain = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    duck = duckdb.connect()
    for table in ("wages", "parts", "areas", "occupations"):
        _copied(plain, duck, table)
    print("| ranking | ours, p50 | p99 | SQLite's SQL | DuckDB's SQL | over SQLite | over DuckDB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    plainly = {"Accept-Encoding": "identity"}  # what a client takes to unpack is not ours
    with (
        ours(f"sqlite:///{file}") as server,
        httpx.Client(base_url=server.url, headers=plainly) as client,
    ):
        for case in cases(plain, requests):
            own = sorted(timed(lambda target: client.get(target).raise_for_status(), case.targets))
            theirs = [
                statistics.median(timed(partial(_rows, one, case.sql), case.parameters))
                for one in (plain, duck)
            ]
            median, worst = statistics.median(own), own[int(len(own) * 0.99)]
            ratios = [median / one for one in theirs]
            print(
                f"| {case.name} | {median:.1f} ms | {worst:.1f} ms | {theirs[0]:.1f} ms | "
                f"{theirs[1]:.1f} ms | {ratios[0]:.2f} | {ratios[1]:.2f} |",
                flush=True,
            )


def _rows(connection: Any, sql: str, value: str) -> list[Any]:
    found: list[Any] = connection.execute(sql, [value]).fetchall()
    return found


def _copied(plain: sqlite3.Connection, duck: Any, table: str) -> None:
    """Copy the columns of a table that the queries name into DuckDB."""
    columns = COPIED[table]
    names = ", ".join(columns)
    duck.execute(f"CREATE TABLE {table} ({', '.join(map(' '.join, columns.items()))})")
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="") as out:
        rows = plain.execute(f"SELECT {names} FROM {table}")
        csv.writer(out).writerows(rows)
        out.flush()
        duck.execute(f"COPY {table} FROM '{out.name}' (HEADER false)")


if __name__ == "__main__":
    main()
