"""csv and NDJSON from a resource's Parquet file, by DuckDB.

Both have the rows of the Parquet file in its order. In csv each mark is a column of its own, and a
text that a spreadsheet would read as a formula begins with an apostrophe.
"""

from __future__ import annotations

from pathlib import Path

from app.exporting.formats.table import FORMULA, GUARD, STATUS
from app.exporting.formats.writers import last_line
from app.exporting.parquet import Writer, quoted
from app.exporting.resources import Field, Resource
from app.marks import FIGURES

RUN = ", ".join(f"'{beginning}'" for beginning in FORMULA)


def write_csv(connection: Writer, resource: Resource, parquet: Path, target: Path) -> None:
    """Write a resource's csv: a line of names, then a line a row; what is null is empty."""
    columns = [column for field in resource.fields for column in _in_csv(resource, field)]
    _copy(connection, ", ".join(columns), parquet, target, "FORMAT csv, HEADER true")


def write_ndjson(
    connection: Writer, resource: Resource, parquet: Path, target: Path, rows: int
) -> None:
    """Write a resource's NDJSON: an object a row, and a last one that says how many there were."""
    columns = [
        f'CAST("{field.name}" AS JSON) AS "{field.name}"'
        if field.type in {"object", "array"}
        else f'"{field.name}"'
        for field in resource.fields
    ]
    _copy(connection, ", ".join(columns), parquet, target, "FORMAT json")
    with target.open("ab") as stream:
        stream.write(last_line(rows))


def _in_csv(resource: Resource, field: Field) -> list[str]:
    """Return the columns of a field, as DuckDB's expressions."""
    name = f'"{field.name}"'
    if field.type == "object":
        return [
            f"{name} ->> '$.{figure}' AS \"{figure}{STATUS}\"" for figure in FIGURES[resource.name]
        ]
    if field.type == "string":
        guard = quoted(GUARD)
        guarded = f"CASE WHEN left({name}, 1) IN ({RUN}) THEN '{guard}' || {name} ELSE {name} END"
        return [f"{guarded} AS {name}"]
    return [name]


def _copy(connection: Writer, columns: str, parquet: Path, target: Path, options: str) -> None:
    connection.execute(
        f"COPY (SELECT {columns} FROM read_parquet('{quoted(parquet)}')) "  # noqa: S608 - ours
        f"TO '{quoted(target)}' ({options})"
    )
