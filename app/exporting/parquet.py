"""Rows to Parquet files and back, by DuckDB.

DuckDB is a third of pyarrow's size; its memory can be bounded, and it is kept from other files than
the one that it reads. One thread writes, so that the same rows give the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import orjson

from app.exporting.resources import Resource

WRITER = f"duckdb {duckdb.__version__}"
LEVEL = 19
"""Of zstd: the box is written once and read by everybody."""
GROUP = 122_880
"""Rows of a row group, DuckDB's own default, named because the bytes depend on it."""
MEMORY = "256MB"
CHUNK = 10_000
"""Rows read at once."""
KEYS = 300_000
"""Keys that are counted at once, some 200 bytes each."""
NUMBER = "file_row_number"
"""Column of a view with the number of each row in its file."""


Writer = duckdb.DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class Written:
    """A resource that was written: rows, and the SHA-256 of what they hold."""

    rows: int
    content: str


@contextmanager
def connected(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a DuckDB of its own that reads and writes in a folder and nowhere else."""
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        connection.execute("SET threads = 1")
        connection.execute("SET autoinstall_known_extensions = false")
        connection.execute("SET autoload_known_extensions = false")
        connection.execute("SET temp_directory = ''")
        connection.execute("SET allowed_directories = $1", [[str(folder.resolve())]])
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection


def write(
    connection: duckdb.DuckDBPyConnection,
    resource: Resource,
    rows: Iterable[Sequence[Any]],
    folder: Path,
    level: int = LEVEL,
) -> Written:
    """Write rows, each a value a field, as a resource's file in the folder.

    They go through a file of JSON lines, whose digest is that of the content. ``level`` of zstd.
    """
    names = [field.name for field in resource.fields]
    lines = folder / f"{resource.name}.ndjson"
    digest, count = hashlib.sha256(), 0
    with lines.open("wb") as stream:
        for row in rows:
            line = orjson.dumps(
                dict(zip(names, row, strict=True)), option=orjson.OPT_APPEND_NEWLINE
            )
            digest.update(line)
            stream.write(line)
            count += 1
    columns = {field.name: field.column for field in resource.fields}
    connection.execute(
        "COPY (SELECT * FROM read_json($1, format = 'newline_delimited', columns = "  # noqa: S608
        f"{columns}, maximum_object_size = 1000000)) TO '{quoted(folder / resource.file)}' "
        f"(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL {level}, ROW_GROUP_SIZE {GROUP})",
        [str(lines)],
    )
    lines.unlink()
    return Written(count, digest.hexdigest())


def read(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str]
) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of a view in the order of its file, ``CHUNK`` at a time.

    ``columns`` are expressions of DuckDB.
    """
    found = connection.execute(f"SELECT {', '.join(columns)} FROM {name}")  # noqa: S608 - ours
    while rows := found.fetchmany(CHUNK):
        yield rows


def view(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    path: Path,
    more: Mapping[str, str] | None = None,
) -> None:
    """Make a view of a file's rows, each with its number, and with more columns of one value."""
    added = "".join(f', {value} AS "{column}"' for column, value in (more or {}).items())
    connection.execute(
        f"CREATE OR REPLACE VIEW {name} AS "  # noqa: S608 - a path of ours
        f"SELECT *{added} FROM read_parquet('{quoted(path)}', file_row_number = true)"
    )


def columns(connection: duckdb.DuckDBPyConnection, name: str) -> dict[str, str]:
    """Return the columns of a view's file, each with its type."""
    found = connection.execute(f"DESCRIBE {name}").fetchall()
    return {column: type_ for column, type_, *_ in found if column != NUMBER}


def runs(
    connection: duckdb.DuckDBPyConnection, name: str, key: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Return each key in the order of the file, its rows, and whether they follow each other."""
    listed = "".join(f'"{column}", ' for column in key)
    by = "GROUP BY ALL" if key else ""
    return connection.execute(
        f"SELECT {listed} count(*), max({NUMBER}) - min({NUMBER}) + 1 = count(*) "  # noqa: S608
        f"FROM {name} {by} ORDER BY min({NUMBER})"
    ).fetchall()


def nulls(
    connection: duckdb.DuckDBPyConnection, name: str, column: str, others: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Return each value of a column with which of the others are null, and a code that has it."""
    listed = ", ".join(f'"{other}" IS NULL' for other in others)
    return connection.execute(
        f'SELECT min(code), "{column}", {listed} FROM {name} GROUP BY ALL ORDER BY ALL'  # noqa: S608
    ).fetchall()


def blanks(connection: duckdb.DuckDBPyConnection, name: str, column: str) -> int:
    """Return how many rows have nothing in a column."""
    counted = connection.execute(f'SELECT count(*) - count("{column}") FROM {name}')  # noqa: S608
    return int(counted.fetchall()[0][0])


def repeated(
    connection: duckdb.DuckDBPyConnection, name: str, key: Sequence[str]
) -> tuple[Any, ...] | None:
    """Return a key that several rows have, and how many; None if there is none.

    Keys are counted a share at a time, told apart by their hash: all of them may need more memory
    than there is.
    """
    listed = ", ".join(f'"{column}"' for column in key)
    ((rows,),) = connection.execute(f"SELECT count(*) FROM {name}").fetchall()  # noqa: S608
    shares = rows // KEYS + 1
    for share in range(shares):
        found = connection.execute(
            f"SELECT {listed}, count(*) FROM {name} WHERE hash({listed}) % {shares} = {share} "  # noqa: S608
            f"GROUP BY {listed} HAVING count(*) > 1 ORDER BY {listed} LIMIT 1"
        ).fetchone()
        if found is not None:
            return found
    return None


def quoted(text: Path | str) -> str:
    """Write a path or text as it stands between the quotes of DuckDB's SQL."""
    return str(text).replace("'", "''")
