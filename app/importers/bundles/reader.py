"""The rows of a bundle, dataset by dataset, as rows of the tables.

A Parquet file is checked before a row of it is read: its columns and their types, that its rows are
those of the parts in the manifest, in the same order, and that no key stands twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from itertools import chain, islice, zip_longest
from typing import Any

import duckdb
import orjson

from app import marks
from app.exporting import parquet
from app.exporting.manifest import PartEntry, ReleaseEntry, ResourceEntry
from app.exporting.resources import LATER, Resource, resources
from app.importers.bundles.opening import Bundle
from app.importers.faults import BadFile
from app.importers.rows import (
    TABLES,
    AreaLinkRow,
    IndustryRow,
    ListedAreaRow,
    PartKey,
    PartRows,
    Row,
)

ROWS: dict[str, type[Row]] = {model.__tablename__: row for row, model in TABLES.items()}
"""Dataset → the type of its rows."""
OF_RELEASE = ("area_entries", "area_links")
"""Resources whose rows are of a release and of no part."""
VIEW = "given"
"""The file that is read, as DuckDB's connection has it."""
CHARACTERS = {status: mark for mark, status in marks.STATUS.items()}


class BundleReader:
    """Reads a bundle. ``check`` comes first, the rest in any order."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.releases: list[ReleaseEntry] = bundle.manifest.occupations.releases
        self._entries = {one.name: one for one in bundle.manifest.resources}

    def check(self) -> None:
        """Check every Parquet file. Raises ``BadFile``."""
        with parquet.connected(self.bundle.folder) as connection:
            for entry in self._entries.values():
                resource = resources()[entry.name]
                with self._viewed(connection, entry) as name:
                    _check_columns(connection, name, resource)
                    self._check_rows(connection, entry)
                    if entry.name in marks.FIGURES:
                        _check_marks(connection, name, entry.name)

    def parts(self, wanted: Collection[str]) -> Iterator[PartRows]:
        """Yield the parts of these releases, dataset by dataset, in the order of the manifest."""
        with parquet.connected(self.bundle.folder) as connection:
            for name, entry in self._entries.items():
                if name in ROWS:
                    with self._viewed(connection, entry):
                        yield from self._parts_of(connection, name, wanted)

    def _parts_of(
        self, connection: duckdb.DuckDBPyConnection, name: str, wanted: Collection[str]
    ) -> Iterator[PartRows]:
        columns = ROWS[name]._fields
        # An hourly wage is cents in the table.
        chosen = [
            f"CAST(round({one} * 100) AS INTEGER)" if one.startswith("hourly_") else f'"{one}"'
            for one in columns
        ]
        shape = _shape(resources()[name], columns)
        rows = chain.from_iterable(parquet.read(connection, VIEW, chosen))
        for release in self.releases:
            for part in release.parts:
                if part.dataset == name:
                    its = list(islice(rows, part.rows))
                    if release.name in wanted:
                        yield PartRows(key_of(part), shape(its), part.detail, release.name)

    def areas(self) -> dict[str, list[ListedAreaRow]]:
        """Return release → its areas."""
        return self._of_release("area_entries", ListedAreaRow)

    def area_links(self) -> dict[str, list[AreaLinkRow]]:
        """Return release → its links of areas."""
        return self._of_release("area_links", AreaLinkRow)

    def industries(self) -> list[IndustryRow]:
        """Return the industries that parts name."""
        return [IndustryRow(*row) for row in self._rows("industries", IndustryRow._fields)]

    def _of_release(self, name: str, row: type[Any]) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = defaultdict(list)
        for release, *values in self._rows(name, ("release", *row._fields)):
            found[release].append(row(*values))
        return found

    def _rows(self, name: str, columns: Sequence[str]) -> list[tuple[Any, ...]]:
        if name not in self._entries:
            return []
        entry = self._entries[name]
        with parquet.connected(self.bundle.folder) as connection, self._viewed(connection, entry):
            return list(chain.from_iterable(parquet.read(connection, VIEW, columns)))

    @contextmanager
    def _viewed(self, connection: duckdb.DuckDBPyConnection, entry: ResourceEntry) -> Iterator[str]:
        """Make the file the view that is read; yield its name. DuckDB's faults are of the file."""
        name = f"{self.bundle.name}/{entry.path}"
        try:
            parquet.view(connection, VIEW, self.bundle.path(entry))
            has = parquet.columns(connection, VIEW)
            fields = LATER.get(entry.name, {}).items()
            if later := {one: value for one, value in fields if one not in has}:
                parquet.view(connection, VIEW, self.bundle.path(entry), later)
            yield name
        except duckdb.Error as fault:
            said = str(fault).splitlines()[0].replace(f"{self.bundle.folder}/", "")
            raise BadFile(name, f"cannot be read: {said}") from fault

    def _check_rows(self, connection: duckdb.DuckDBPyConnection, entry: ResourceEntry) -> None:
        """Check that the rows are those of the parts, in their order, and that keys are unique."""
        resource, name = resources()[entry.name], f"{self.bundle.name}/{entry.path}"
        expected = self._expected(resource)
        found = parquet.runs(connection, VIEW, resource.of_part)
        if (total := sum(run[-2] for run in found)) != entry.rows:
            raise BadFile(name, f"{total:,} rows, {entry.rows:,} in the manifest")
        if scattered := [run for run in found if not run[-1]]:
            raise BadFile(name, f"rows of {_named(scattered[0])} do not follow each other")
        for given, wanted in zip_longest([run[:-1] for run in found], expected or ()):
            if expected is not None and given != wanted:
                why = f"{_counted(given)}, where the manifest has {_counted(wanted)}"
                raise BadFile(name, why)
        for field in resource.fields:
            if field.required and (blank := parquet.blanks(connection, VIEW, field.name)):
                raise BadFile(name, f"{blank:,} rows have no {field.name}", column=field.name)
        if twice := parquet.repeated(connection, VIEW, resource.key):
            key = ", ".join(f"{k} {v}" for k, v in zip(resource.key, twice, strict=False))
            raise BadFile(name, f"{twice[-1]} rows have the key {key}")

    def _expected(self, resource: Resource) -> list[tuple[Any, ...]] | None:
        """Return the runs of rows that the manifest says: what tells the part, and rows."""
        runs: list[tuple[Any, ...]] = []
        if resource.name in OF_RELEASE:
            counted = "areas" if resource.name == "area_entries" else "area_links"
            rows = [((one.name,), getattr(one, counted)) for one in self.releases]
        elif resource.name in ROWS:
            rows = [
                (tuple(_told(release, part, name) for name in resource.of_part), part.rows)
                for release in self.releases
                for part in release.parts
                if part.dataset == resource.name
            ]
        else:
            return None
        for told, count in rows:
            if not count:
                continue
            if runs and runs[-1][:-1] == told:
                count += runs.pop()[-1]  # noqa: PLW2901 - the run goes on
            runs.append((*told, count))
        return runs


def _named(run: tuple[Any, ...]) -> str:
    return ", ".join(map(str, filter(None, run[:-2])))


def _counted(run: tuple[Any, ...] | None) -> str:
    if run is None:
        return "no more rows"
    return f"{run[-1]:,} rows of {', '.join(map(str, filter(None, run[:-1])))}"


def _told(release: ReleaseEntry, part: PartEntry, name: str) -> Any:
    return release.name if name == "release" else getattr(part, name)


def key_of(part: PartEntry) -> PartKey:
    """Return what tells a part of the manifest from the others of its release."""
    return PartKey(
        ROWS[part.dataset],
        part.kind,
        part.area,
        part.industry,
        part.ownership,
        part.period,
        part.classification,
    )


def _check_columns(connection: duckdb.DuckDBPyConnection, name: str, resource: Resource) -> None:
    found = parquet.columns(connection, VIEW)
    expected = {field.name: field.column for field in resource.fields}
    for column, type_ in expected.items():
        if column not in found:
            raise BadFile(name, f"no column {column}")
        if found[column] != type_:
            why = f"{found[column].lower()}, it must be {type_.lower()}"
            raise BadFile(name, why, column=column)
    if more := sorted(found.keys() - expected.keys()):
        raise BadFile(name, f"a column that no bundle of this format has: {more[0]}")


def _check_marks(connection: duckdb.DuckDBPyConnection, name: str, dataset: str) -> None:
    """Check that each null figure has a mark, and no other figure."""
    figures = marks.FIGURES[dataset]
    for code, text, *nulls in parquet.nulls(connection, VIEW, "marks", figures):
        try:
            given = marks_of(figures, text)
        except (KeyError, TypeError, ValueError) as fault:
            raise BadFile(name, f"{code}: the marks {text!r} are unknown") from fault
        for figure, mark, is_null in zip(figures, given, nulls, strict=True):
            if is_null != (mark != marks.PRESENT):
                why = "is null and has no mark" if is_null else "is there and has a mark"
                raise BadFile(name, f"{code}: {figure} {why}", column=figure)


Rows = list[tuple[Any, ...]]


def _shape(resource: Resource, columns: Sequence[str]) -> Callable[[Rows], Rows]:
    """Return what makes rows of the file rows of the table: their marks and lists."""
    types = {field.name: field.type for field in resource.fields}
    changes: dict[str, Callable[[Any], Any]] = {"array": _list}
    if resource.name in marks.FIGURES:
        changes["object"] = partial(marks_of, marks.FIGURES[resource.name])
    changed = [(at, changes[types[n]]) for at, n in enumerate(columns) if types[n] in changes]
    if not changed:
        return lambda rows: rows

    def shape(rows: Rows) -> Rows:
        made = []
        for row in rows:
            values = list(row)
            for at, change in changed:
                values[at] = change(values[at])
            made.append(tuple(values))
        return made

    return shape


def _list(text: str | None) -> Any:
    return None if text is None else orjson.loads(text)


@lru_cache(maxsize=4096)
def marks_of(figures: tuple[str, ...], text: str | None) -> str:
    """Return a row's marks as the table has them.

    Raises ``KeyError`` for an unknown figure or status, ``TypeError`` or ``ValueError`` for what is
    no object.
    """
    given = orjson.loads(text) if text else {}
    if given.keys() - set(figures):
        raise KeyError(*given)
    return "".join(CHARACTERS[given[one]] if one in given else marks.PRESENT for one in figures)
