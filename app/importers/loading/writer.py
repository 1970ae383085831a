"""The writing transaction, and rows written in bulk within it.

Each database gets its driver's fastest way: SQLite ``executemany`` on the raw connection,
PostgreSQL ``COPY``. Ids of rows and parts are counted here, which is safe because the lock admits
one writer at a time.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import JSON, Connection, Engine, Table, func, insert, select, text
from sqlalchemy.exc import OperationalError

from app.database.models import Classification, Part
from app.importers.faults import AnotherImportRuns, UnknownClassification, WriteFailed
from app.importers.rows import TABLES, PartKey, PartRows

log = logging.getLogger("occupations")

LOCK = 0x0CC0_FACE  # any number, the same for every writer of this project
MIGRATION_WAIT = 3600.0
"""Seconds that a migration or a first start waits for another, which may do the same."""
WAITING = "another command is writing to this database: waiting for its end"
CHUNK = 10_000
"""Rows held in memory before they are written."""
MOST_PARAMETERS = 999
"""Values in one statement, as every build of SQLite takes them."""


@contextmanager
def writing(engine: Engine, wait: float = 30.0) -> Iterator[Connection]:
    """Yield a connection in the writing transaction, which is committed or rolled back at the end.

    Waits up to ``wait`` seconds for another writer, then raises ``AnotherImportRuns``.
    """
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            with _sqlite_transaction(connection, wait):
                yield connection
        else:
            with connection.begin():
                lock(connection, wait)
                yield connection


@contextmanager
def _sqlite_transaction(connection: Connection, wait: float) -> Iterator[None]:
    raw: Any = connection.connection.driver_connection
    before = raw.isolation_level
    # The driver would begin a deferred transaction at the first insert, and find another writer
    # only then. Begin here instead, and take the lock at once.
    raw.isolation_level = None
    try:
        connection.exec_driver_sql("PRAGMA cache_size = -32768")  # 32 MB for the indexes
        begin_immediate(connection, wait)
        yield
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    finally:
        raw.isolation_level = before


def begin_immediate(connection: Connection, wait: float) -> None:
    """Begin SQLite's writing transaction; raises ``AnotherImportRuns`` as ``writing`` does."""
    for seconds in (0.0, wait):
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError as fault:
            if "locked" not in str(fault.orig) and "busy" not in str(fault.orig):
                raise
            if seconds == wait:
                raise AnotherImportRuns(wait) from fault
            log.info(WAITING)
        else:
            return


def lock(connection: Connection, wait: float) -> None:
    """Take the writers' lock of PostgreSQL until the transaction ends.

    Raises ``AnotherImportRuns`` as ``writing`` does. Behind PgBouncer a lock of the session could
    stay with a connection that another client gets.
    """
    # A role may have a limit for what the web asks; a load takes as long as it takes.
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    if connection.execute(select(func.pg_try_advisory_xact_lock(LOCK))).scalar_one():
        return
    log.info(WAITING)
    connection.execute(text(f"SET LOCAL lock_timeout = {max(1, int(wait * 1000))}"))
    try:
        connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
    except OperationalError as fault:
        if getattr(fault.orig, "sqlstate", None) == "55P03":
            raise AnotherImportRuns(wait) from fault
        raise
    connection.execute(text("SET LOCAL lock_timeout = 0"))


class _Rows:
    """Rows of one table that wait to be written, with their ids and positions."""

    def __init__(self, connection: Connection, row: type[Any]) -> None:
        self.table: Table = TABLES[row].__table__  # type: ignore[assignment]
        self.waiting: list[tuple[Any, ...]] = []
        fields: tuple[str, ...] = row._fields
        self.place = fields.index("position") if "position" in fields else None
        self.json = [n for n, f in enumerate(fields) if isinstance(self.table.c[f].type, JSON)]
        self.columns = (*fields, "part_id")
        self.next_id = 0
        if self.place is not None:
            self.columns = (*self.columns, "id")
            highest = connection.execute(select(func.max(self.table.c.id))).scalar_one()
            self.next_id = (highest or 0) + 1

    def add(self, part: int, rows: list[Any], positions: dict[str, int]) -> None:
        """Complete each row with its position, part and id."""
        if self.place is None:
            self.waiting.extend([(*row, part) for row in rows])
            return
        place, number = self.place, self.next_id
        if not self.json and all(map(itemgetter(place), rows)):
            self.waiting.extend([(*row, part, n) for n, row in enumerate(rows, number)])
            self.next_id += len(rows)
            return
        for row in rows:
            position = row[place]
            if not position:
                position = positions[row[0]] = positions.get(row[0], 0) + 1
            whole = (*row[:place], position, *row[place + 1 :], part, number)
            self.waiting.append(self._with_json(whole) if self.json else whole)
            number += 1
        self.next_id = number

    def _with_json(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        if all(row[n] is None for n in self.json):
            return row
        cells = list(row)
        for n in self.json:
            if cells[n] is not None:
                cells[n] = json.dumps(cells[n], ensure_ascii=False) if cells[n] else "[]"
        return tuple(cells)

    def flush(self, connection: Connection) -> None:
        """Write the rows that wait. Raises ``WriteFailed``."""
        if not self.waiting:
            return
        raw: Any = connection.connection.driver_connection
        driver_fault: Any = connection.dialect.loaded_dbapi.Error
        try:
            self._write(connection.dialect.name, raw)
        except driver_fault as fault:
            raise WriteFailed(fault) from fault
        self.waiting = []

    def _write(self, dialect: str, raw: Any) -> None:
        names, rows = self._without_blanks()
        table = f'"{self.table.name}" ({", ".join(names)})'
        if dialect == "sqlite":
            _insert(raw, f"INSERT INTO {table} VALUES ", rows)  # noqa: S608
            return
        how = f"COPY {table} FROM STDIN (FORMAT csv, NULL 'null', ESCAPE '\\')"
        with raw.cursor() as cursor, cursor.copy(how) as copy:
            copy.write(_as_csv(rows))

    def _without_blanks(self) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Return the columns that are not null in all rows that wait, and the rows of these."""
        rows = self.waiting
        columns = list(zip(*rows, strict=True))
        kept = [
            n
            for n, column in enumerate(columns)
            if column[0] is not None or column.count(None) < len(rows)
        ]
        names = [f'"{self.columns[n]}"' for n in kept]
        if len(kept) == len(columns):
            return names, rows
        return names, list(zip(*(columns[n] for n in kept), strict=True))


def _insert(raw: Any, start: str, rows: list[tuple[Any, ...]]) -> None:
    """Insert rows, dozens a statement: a statement costs as much as several rows."""
    parameters = f"({', '.join('?' * len(rows[0]))})"
    many = MOST_PARAMETERS // len(rows[0])
    whole = len(rows) - len(rows) % many
    raw.executemany(
        start + ", ".join([parameters] * many),
        (tuple(chain.from_iterable(rows[at : at + many])) for at in range(0, whole, many)),
    )
    raw.executemany(start + parameters, rows[whole:])


def _as_csv(rows: list[tuple[Any, ...]]) -> bytes:
    """Return rows in COPY's CSV: as JSON without brackets, but for texts with a backslash."""
    lines = orjson.dumps(rows)[2:-2].split(b"],[")
    if len(lines) != len(rows):
        lines = [b"\\"] * len(rows)
    for n, line in enumerate(lines):
        if b"\\" in line:
            lines[n] = ",".join(map(_as_cell, rows[n])).encode()
    return b"\n".join(lines) + b"\n"


def _as_cell(cell: Any) -> str:
    if cell is None:
        return "null"
    escaped = str(cell).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class PartWriter:
    """Writes parts and their rows, run by run. Holds at most ``CHUNK`` rows of a table."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        highest = connection.execute(select(func.max(Part.id))).scalar_one()
        self.next_id = (highest or 0) + 1
        self.release, self.period = 0, ""  # of the parts written now
        self.rows: dict[int, int] = {}  # part → rows
        self.codes: dict[int, set[str]] = {}  # part → occupations
        self._classifications = list(connection.execute(select(Classification.id)).scalars())
        self._new: list[dict[str, Any]] = []
        self._ids: dict[Any, int] = {}
        self._positions: dict[int, dict[str, int]] = {}
        self._tables: dict[type[Any], _Rows] = {}

    def begin(self, release: int, period: str) -> None:
        """Say which release the parts that come now are of."""
        self.release, self.period = release, period

    def write(self, run: PartRows, lacks: dict[str, Any] | None = None) -> int:
        """Write a run of a part and return its number of rows. ``lacks`` is known beforehand."""
        name = self.release, run.key
        if name not in self._ids:
            self._open(run.key, run.detail, lacks or {})
        part = self._ids[name]
        row = run.key.row
        if row not in self._tables:
            self._tables[row] = _Rows(self.connection, row)
        table, positions, taken = self._tables[row], self._positions[part], iter(run.rows)
        count = 0
        while chunk := list(islice(taken, CHUNK)):
            table.add(part, chunk, positions)
            if lacks is None:
                self.codes[part].update([row[0] for row in chunk])
            count += len(chunk)
            if len(table.waiting) >= CHUNK:
                self.flush()
        self.rows[part] += count
        return count

    def _open(self, key: PartKey, detail: dict[str, Any], lacks: dict[str, Any]) -> None:
        if key.classification not in {None, *self._classifications}:
            raise UnknownClassification(str(key.classification), self._classifications)
        part, self.next_id = self.next_id, self.next_id + 1
        self._ids[self.release, key] = part
        self._positions[part], self.rows[part], self.codes[part] = {}, 0, set()
        self._new.append(
            {
                "id": part,
                "release_id": self.release,
                "dataset": TABLES[key.row].__tablename__,
                "kind": key.kind,
                "area": key.area,
                "industry": key.industry,
                "ownership": key.ownership,
                "period": key.period or self.period,
                "rows": 0,
                "detail": detail,
                "shown": False,
                "latest": False,
                "whole": not lacks,
                "lacks": lacks,
                "classification_id": key.classification,
            }
        )

    def flush(self) -> None:
        """Write new parts, then the rows that wait."""
        if self._new:
            self.connection.execute(insert(Part), self._new)
            self._new = []
        for table in self._tables.values():
            table.flush(self.connection)

    def close(self) -> None:
        """Write the rest and the parts' row counts; bring PostgreSQL's sequences up to date."""
        self.flush()
        parts: Table = Part.__table__  # type: ignore[assignment]
        if self.rows:
            self.connection.exec_driver_sql(
                "UPDATE parts SET rows = ? WHERE id = ?"
                if self.connection.dialect.name == "sqlite"
                else "UPDATE parts SET rows = %s WHERE id = %s",
                [(rows, part) for part, rows in self.rows.items()],
            )
        if self.connection.dialect.name == "postgresql":
            tables = [t.table for t in self._tables.values()]
            for table in [parts, *tables]:
                if "id" in table.c:
                    self.connection.execute(
                        text(
                            f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), "  # noqa: S608
                            f'(SELECT coalesce(max(id), 0) + 1 FROM "{table.name}"), false)'
                        )
                    )
                self.connection.execute(text(f'ANALYZE "{table.name}"'))
