"""Lines of the O*NET files, read by columns: each cell as what it says, each fault with its place.

Cells repeat so much (codes, elements, dates, numbers of two decimals) that a look into a
dictionary is all that most of them cost. Empty and ``n/a`` are null.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.importers.faults import BadFile
from app.importers.reading.cells import BadCell, number
from app.importers.reading.records import Table

CHUNK = 4_000
MOST_CACHED = 100_000
ABSENT = frozenset({"", "n/a", "N/A"})
CODE = re.compile(r"\d\d-\d{4}\.\d\d")
MONTH = re.compile(r"(0?[1-9]|1[0-2])/((?:19|20)\d\d)")

Read = Callable[[Any], Any]
Key = tuple[Any, ...]


def maybe(cell: Any) -> str | None:
    """Return text; a workbook's 8823.0 is 8823."""
    if isinstance(cell, float):
        cell = int(cell) if cell.is_integer() else repr(cell)
    text = str(cell).strip()
    return None if text in ABSENT else text


def text(cell: Any) -> str:
    """Return text that must be there."""
    found = maybe(cell)
    if found is None:
        raise BadCell("blank")
    return found


def real(cell: Any) -> float | None:
    """Return a number as it stands."""
    if isinstance(cell, float):
        return cell
    found = maybe(cell)
    return None if found is None else float(number(found))


def value(cell: Any) -> float:
    """Return a number that must be there."""
    found = real(cell)
    if found is None:
        raise BadCell("blank")
    return found


def whole(cell: Any) -> int | None:
    """Return a count."""
    found = maybe(cell)
    if found is None:
        return None
    exact = number(found)
    if exact != exact.to_integral_value() or exact < 0:
        raise BadCell(f"{cell!r} is no whole number from 0")
    return int(exact)


def month(cell: Any) -> str | None:
    """Return MM/YYYY, or a workbook's date, as YYYY-MM."""
    if isinstance(cell, date):
        return f"{cell.year:04}-{cell.month:02}"
    found = maybe(cell)
    if found is None:
        return None
    said = MONTH.fullmatch(found)
    if said is None:
        raise BadCell(f"{found!r} is no month: MM/YYYY")
    return f"{said[2]}-{said[1]:0>2}"


def flag(cell: Any) -> bool | None:
    """Return Y or N as a truth."""
    found = maybe(cell)
    if found not in {None, "Y", "N"}:
        raise BadCell(f"{found!r} is neither Y nor N")
    return None if found is None else found == "Y"


def code(cell: Any) -> str:
    """Return the code as this API has it: 11-9111 for 11-9111.00, and 15-1299.08."""
    found = text(cell)
    if not CODE.fullmatch(found):
        raise BadCell(f"{found!r} is no O*NET-SOC code: NN-NNNN.NN")
    return found.removesuffix(".00")


def origin(cell: Any) -> str | None:
    """Return the publisher's two-digit codes of sources: 02,04; a workbook may hold 8.0 for 08."""
    found = maybe(cell)
    return found.zfill(2) if isinstance(cell, float) and found else found


def one_of(known: Mapping[str | None, str]) -> Read:
    """Return a reader of the publisher's words, giving ours."""

    def read(cell: Any) -> str:
        found = maybe(cell)
        if found not in known:
            words = ", ".join(word for word in known if word)
            raise BadCell(f"{found!r} is none of {words}")
        return known[found]

    return read


class _Column(dict[Any, Any]):
    """Cell → what it says; worked out at first sight."""

    def __init__(self, read: Read) -> None:
        super().__init__()
        self.read = read

    def __missing__(self, cell: Any) -> Any:
        if len(self) > MOST_CACHED:
            self.clear()
        found = self[cell] = self.read(cell)
        return found


class References:
    """What the files of a release say about each other: occupations, scales, categories, zones."""

    def __init__(self) -> None:
        self.tables: dict[str, list[Table]] = {}
        self.codes: frozenset[str] | None = None  # None: the release lacks its Occupation Data
        self.found: dict[str, Any] = {}  # what was worked out from a reference's tables
        self._seen: tuple[str, dict[Key, tuple[str, int]]] = ("", {})

    def add(self, kind: str, table: Table) -> None:
        """Take a reference file; some releases have two of a kind."""
        self.tables.setdefault(kind, []).append(table)

    def seen(self, kind: str) -> dict[Key, tuple[str, int]]:
        """Return key → file and row for the files of one kind, which are read in a row."""
        if self._seen[0] != kind:
            self._seen = (kind, {})
        return self._seen[1]


@dataclass(frozen=True, slots=True)
class Lines:
    """A run of lines: field → what its cells say. A column that is not there is all null."""

    table: Table
    rows: Sequence[int]
    columns: dict[str, list[Any]]

    def __getitem__(self, field: str) -> list[Any]:
        return self.columns[field]

    def fault(self, why: str, at: int, field: str) -> BadFile:
        """Return the fault with its place; ``at`` counts from the run's first line."""
        return _fault(self.table, why, self.rows[at], field)


def _fault(table: Table, why: str, row: int, field: str) -> BadFile:
    place = table.columns.get(field)
    column = table.header.names[place].title() if place is not None else None
    return BadFile(table.document.name, why, sheet=table.header.sheet, row=row, column=column)


def lines_of(
    table: Table,
    reads: Mapping[str, Read],
    references: References | None = None,
    kind: str = "",
    key: Sequence[str] = (),
) -> Iterator[Lines]:
    """Yield runs of lines.

    Raises ``BadFile`` for a cell that says nothing known, for a code that the release's Occupation
    Data lacks, and where ``key`` stands twice in the files of ``kind``.
    """
    known = {field: _Column(read) for field, read in reads.items()}
    document, header = table.document, table.header
    for first, chunk in document.chunks(header.sheet, header.row, CHUNK):
        rows, cells = _whole_lines(table, first, chunk)
        table.read += len(cells)
        columns = list(zip(*cells, strict=False))
        found: dict[str, list[Any]] = {}
        for field, column in known.items():
            place = table.columns.get(field)
            if place is None:
                found[field] = [None] * len(cells)
                continue
            try:
                found[field] = [*map(column.__getitem__, columns[place])]
            except BadCell:
                found[field] = _one_by_one(table, field, column.read, columns[place], rows)
        lines = Lines(table, rows, found)
        if references is not None:
            _check_codes(lines, references)
            if key:
                _check_twice(lines, references.seen(kind), key)
        yield lines
    if not table.read:
        raise BadFile(document.name, "no rows under the header", sheet=header.sheet)


def _whole_lines(
    table: Table, first: int, chunk: list[list[Any]]
) -> tuple[Sequence[int], list[list[Any]]]:
    """Return the lines that are not blank; raise for one that is longer or shorter."""
    rows: Sequence[int] = range(first, first + len(chunk))
    if not all(map(any, chunk)):
        rows = [row for row, cells in zip(rows, chunk, strict=True) if any(cells)]
        chunk = [cells for cells in chunk if any(cells)]
    width = len(table.header.names)
    if set(map(len, chunk)) != {width}:
        for row, cells in zip(rows, chunk, strict=True):
            if len(cells) < width or any(cells[width:]):
                why = f"{len(cells)} cells where the header has {width}"
                raise BadFile(table.document.name, why, sheet=table.header.sheet, row=row)
    return rows, chunk


def _one_by_one(
    table: Table, field: str, read: Read, column: Sequence[Any], rows: Sequence[int]
) -> list[Any]:
    """Find the cell at fault again."""
    found = []
    for row, cell in zip(rows, column, strict=True):
        try:
            found.append(read(cell))
        except BadCell as fault:
            raise _fault(table, str(fault), row, field) from None
    return found


def _check_codes(lines: Lines, references: References) -> None:
    if references.codes is None:
        return
    for field in ("code", "related_code"):
        column = lines.columns.get(field, [])
        strange = set(column) - references.codes
        if strange:
            at = next(n for n, one in enumerate(column) if one in strange)
            why = f"{column[at]} is no occupation of this release's Occupation Data"
            raise lines.fault(why, at, field)


def _check_twice(lines: Lines, seen: dict[Key, tuple[str, int]], key: Sequence[str]) -> None:
    name = lines.table.document.name
    keys = list(zip(*(lines[field] for field in key), strict=True))
    for at, (one, row) in enumerate(zip(keys, lines.rows, strict=True)):
        if one in seen:
            file, before = seen[one]
            where = f"row {before}" + (f" of {file}" if file != name else "")
            what = ", ".join(str(cell) for cell in one if cell is not None)
            raise lines.fault(f"{what} stands twice, in {where} too", at, key[-1])
        seen[one] = (name, row)
