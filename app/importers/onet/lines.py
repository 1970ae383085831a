"""Lines of an O*NET file, read by columns, thousands at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from app.importers.faults import BadFile
from app.importers.onet import consistency
from app.importers.onet.cells import Read, count
from app.importers.reading.cells import Cached, text
from app.importers.reading.sheets import TextTable
from app.importers.reading.tables import Table
from app.importers.rules import Gate

CHUNK = 4_000
Key = tuple[Any, ...]


class References:
    """What files of a release say about others: its occupations, scales, categories, zones."""

    def __init__(self, period: str, accepted: Collection[str] = ()) -> None:
        """Take the release's month, and the rules that its lines may break."""
        self.period, self.gate = period, Gate(accepted)
        self.tables: dict[str, list[Table]] = {}  # by kind; some releases have two files of a kind
        self.codes: frozenset[str] | None = None  # None: the release lacks its Occupation Data
        self.scales: dict[str, list[float]] | None = None  # None: the file is not read yet
        self._seen: tuple[str, dict[Key, tuple[str, int]]] = ("", {})
        # (code, task id) → what a task takes of another file, how many lines of which that is.
        self.ratings: dict[Key, tuple[list[Any], int, Table]] = {}
        self.links: dict[Key, list[Any]] = {}  # (code, task id) → its detailed work activities
        self.of_tasks: dict[str, Any] = {}  # the detail of their parts

    def seen(self, kind: str) -> dict[Key, tuple[str, int]]:
        """Return key → file and row of the lines of one kind. Files of a kind come in a row."""
        if self._seen[0] != kind:
            self._seen = (kind, {})
        return self._seen[1]

    def rows(self, kind: str, reads: Mapping[str, Read]) -> Iterator[tuple[Any, ...]]:
        """Yield the cells of a reference's lines in the order of ``reads``."""
        for table in self.tables.get(kind, []):
            for lines in lines_of(table, reads):
                yield from zip(*(lines[name] for name in reads), strict=True)

    def categories(self, kind: str, *more: str) -> dict[Key, str]:
        """Return scale and category → its words; ``more``: columns before them in the key."""
        reads: dict[str, Read] = {**dict.fromkeys(more, text), "scale": text, "category": count}
        return {tuple(key): words for *key, words in self.rows(kind, {**reads, "text": text})}

    def leave_out_the_rest(self) -> None:
        """Count the ratings of tasks that no Task Statements have."""
        for _, lines, table in self.ratings.values():
            table.leave_out("no such task in the release's Task Statements", lines)


@dataclass(frozen=True, slots=True)
class Lines:
    """Some lines of a file: field → what its cells mean. A column that is missing is all None."""

    table: Table
    rows: Sequence[int]
    columns: dict[str, list[Any]]

    def __getitem__(self, field: str) -> list[Any]:
        return self.columns[field]

    def only(self, kept: Sequence[int]) -> Lines:
        """Return the lines at these places, counted from 0."""
        columns = {name: [column[n] for n in kept] for name, column in self.columns.items()}
        return Lines(self.table, [self.rows[n] for n in kept], columns)

    def note(self, breaches: Iterable[tuple[int, str, str, str]], gate: Gate) -> None:
        """Give lines that break an accepted rule a note. Raises ``BadFile`` for another rule."""
        for at, rule, field, what in breaches:
            note = gate.broken(rule, what, partial(self.fault, at=at, field=field))
            notes = self.columns.setdefault("note", [None] * len(self.rows))
            notes[at] = f"{notes[at]} {note}" if notes[at] else note

    def fault(self, why: str, at: int, field: str) -> BadFile:
        """Return the fault of a cell. ``at`` counts from the first line here."""
        return self.table.fault(why, self.rows[at], field)


def lines_of(
    table: Table,
    reads: Mapping[str, Read],
    references: References | None = None,
    kind: str = "",
    key: Sequence[str] = (),
) -> Iterator[Lines]:
    """Yield the lines of a file, ``CHUNK`` at a time.

    Raises ``BadFile`` for a cell that cannot be read, for a code that the release's Occupation Data
    lacks, and for a line whose ``key`` stands twice in the files of ``kind``.
    """
    known = {field: Cached(read) for field, read in reads.items() if field in table.columns}
    header = table.header
    for first, chunk in table.document.chunks(header.sheet, header.row, CHUNK):
        rows = [row for row, cells in enumerate(chunk, first) if any(cells)]
        filled = chunk if len(rows) == len(chunk) else list(filter(any, chunk))
        table.check_width(rows, filled)
        table.read += len(rows)
        columns = list(zip(*filled, strict=False))
        found: dict[str, list[Any]] = {field: [None] * len(rows) for field in reads}
        for field, column in known.items():
            found[field] = table.take(field, column, columns[table.columns[field]], rows)
        lines = Lines(table, rows, found)
        if references is not None:
            _check_codes(lines, references)
            raw = {field: columns[table.columns[field]] for field in known}
            lines.note(consistency.blanks(raw, text=_is_text(table)), references.gate)
            lines.note(consistency.codes(found), references.gate)
            lines.note(consistency.collected(found, references.period), references.gate)
            if key:
                _check_unique(lines, references.seen(kind), key)
        yield lines
    table.require_rows()


def _is_text(table: Table) -> bool:
    """Tell the text edition; cells between commas are a workbook saved in another form."""
    return isinstance(table.document, TextTable) and table.document.delimiter == "\t"


def _check_codes(lines: Lines, references: References) -> None:
    for field in ("code", "related_code"):
        column = lines.columns.get(field, [])
        if references.codes is not None and (strange := set(column) - references.codes):
            at = next(n for n, one in enumerate(column) if one in strange)
            why = f"{column[at]} is no occupation of this release's Occupation Data"
            raise lines.fault(why, at, field)


def _check_unique(lines: Lines, seen: dict[Key, tuple[str, int]], key: Sequence[str]) -> None:
    name = lines.table.document.name
    keys = zip(*(lines[field] for field in key), strict=True)
    for at, (one, row) in enumerate(zip(keys, lines.rows, strict=True)):
        if one in seen:
            file, before = seen[one]
            where = f"row {before}" + (f" of {file}" if file != name else "")
            what = ", ".join(str(cell) for cell in one if cell is not None)
            raise lines.fault(f"{what} stands twice, in {where} too", at, key[-1])
        seen[one] = (name, row)
