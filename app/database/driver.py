"""Selects run on the database driver, with SQL that SQLAlchemy compiles once.

SQLAlchemy takes some 150 µs to run a select, most of it the same each time. Here the SQL and the
conversions of its columns are cached, and a run costs what the driver costs. On PostgreSQL several
selects go in one round trip.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Select

Convert = Callable[[Any], Any]
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A compiled select."""

    sql: str
    names: tuple[str, ...] | None  # parameters by place; None: by name
    fixed: dict[str, Any]  # parameters with constant values
    converts: tuple[tuple[int, Convert], ...]  # columns whose values the driver does not convert

    def values(self, given: dict[str, Any]) -> Any:
        """Return the parameters in the driver's own form."""
        every = self.fixed | given
        return every if self.names is None else tuple(every[name] for name in self.names)

    def rows(self, raw: list[Row]) -> list[Row]:
        """Convert the columns that the driver does not."""
        if not self.converts:
            return raw
        made = []
        for row in raw:
            values = list(row)
            for at, convert in self.converts:
                values[at] = convert(values[at])
            made.append(tuple(values))
        return made


def prepare(select: Select[Any], dialect: Dialect) -> Prepared:
    """Write a select for a driver."""
    compiled = select.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    converts: list[tuple[int, Convert]] = []
    # SQLite's driver knows numbers and text only; psycopg gives booleans and JSON as they are.
    typed = select.selected_columns if dialect.name == "sqlite" else ()
    for at, column in enumerate(typed):
        convert = column.type.dialect_impl(dialect).result_processor(dialect, None)
        if convert is not None:
            converts.append((at, convert))
    places = compiled.positiontup
    return Prepared(
        str(compiled),
        tuple(places) if places else None,
        dict(compiled.construct_params()),
        tuple(converts),
    )


def run(
    connection: Connection, statements: Sequence[tuple[Prepared, dict[str, Any]]]
) -> list[list[Row]]:
    """Run the statements and return the rows of each."""
    raw: Any = connection.connection.dbapi_connection
    if connection.dialect.name == "postgresql" and len(statements) > 1:
        with raw.pipeline():
            cursors = [raw.execute(s.sql, s.values(given)) for s, given in statements]
        found = [cursor.fetchall() for cursor in cursors]
    else:
        found = [raw.execute(s.sql, s.values(given)).fetchall() for s, given in statements]
    return [s.rows(rows) for (s, _), rows in zip(statements, found, strict=True)]


@lru_cache(maxsize=512)  # of some 5 KB each; there are not half as many
def cached(build: Callable[..., Select[Any]], dialect: Dialect, *arguments: Any) -> Prepared:
    """Write the select that ``build`` makes of hashable arguments, once."""
    return prepare(build(*arguments), dialect)
