"""The table under a header: its columns by our names, its rows, and faults with their place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from app.importers.faults import BadFile
from app.importers.reading.cells import BadCell, Cached, text, text_or_none, title
from app.importers.reading.columns import match_columns, normal, unknown_columns
from app.importers.reading.sheets import Document, Header
from app.importers.rows import FileRead

UNKNOWN_COLUMNS = "columns not known"
UNUSED_COLUMN = "column not used"

T = TypeVar("T")


class Record:
    """One row, with its cells by our field names. A column that the file lacks reads as blank."""

    __slots__ = ("cells", "row", "table")

    def __init__(self, table: Table, row: int, cells: list[Any]) -> None:
        self.table, self.row, self.cells = table, row, cells

    def cell(self, field: str) -> Any:
        """Return the cell as read. A text has no blanks around it."""
        place = self.table.columns.get(field)
        if place is None:
            return ""
        cell = self.cells[place]
        return cell.strip() if isinstance(cell, str) else cell

    @property
    def where(self) -> str:
        """The row's place for people: "Table 1.2, row 5", or "line 5" of a text file."""
        sheet = self.table.header.sheet
        return f"line {self.row}" if sheet is None else f"{sheet}, row {self.row}"

    def fault(self, why: str, field: str) -> BadFile:
        """Return the fault of a cell of this row."""
        return self.table.fault(why, self.row, field)

    def text(self, field: str) -> str:
        """Return the cell's text. Raises ``BadFile`` if there is none."""
        return self.read(text, field)

    def text_or_none(self, field: str) -> str | None:
        """Return the cell's text, or None if it is blank or n/a."""
        return self.read(text_or_none, field)

    def title(self, field: str) -> str:
        """Return a name or title. Raises ``BadFile`` if there is none."""
        return self.read(title, field)

    def read(self, read: Callable[[Any], T], field: str) -> T:
        """Return what ``read`` makes of the cell. Raises ``BadFile`` for a ``BadCell``."""
        return self.check(read, self.cell(field), field)

    def check(self, read: Callable[[Any], T], part: Any, field: str) -> T:
        """Return what ``read`` makes of a part of the cell, as ``read`` does of all of it."""
        try:
            return read(part)
        except BadCell as fault:
            raise self.fault(str(fault), field) from None


class Table:
    """A sheet whose columns are matched. It counts rows read, and rows left out with the reason."""

    def __init__(
        self,
        document: Document,
        header: Header,
        wanted: Mapping[str, str],
        optional: Collection[str] = (),
    ) -> None:
        """Match the columns as ``match_columns`` does, which raises ``BadFile``."""
        self.document, self.header, self.wanted = document, header, wanted
        self.columns = match_columns(document, header, wanted, optional)
        self.read = 0
        self.left_out: dict[str, int] = {}

    def fault(self, why: str, row: int | None = None, field: str | None = None) -> BadFile:
        """Return a fault with its place. The column is named as in the file."""
        column = field
        if field in self.columns:
            place = self.columns[field]
            head = [*dict(self.document.head(self.header.sheet))[self.header.row], ""]
            column = " ".join(str(head[min(place, len(head) - 1)]).split())
            name = self.header.names[place]
            if normal(column) != name:  # the header stands over several rows
                column = name.capitalize()
        line = None if row is None else self.document.line(row)
        return BadFile(self.document.name, why, sheet=self.header.sheet, row=line, column=column)

    def leave_out(self, why: str, rows: int = 1) -> None:
        """Count rows that are not loaded."""
        self.left_out[why] = self.left_out.get(why, 0) + rows

    def leave_out_unknown_columns(self, ignored: str = "") -> None:
        """Count the columns that no name is wanted of, but for those that match ``ignored``."""
        unknown = unknown_columns(self.header, self.wanted)
        if extra := [name for name in unknown if not re.fullmatch(ignored, name)]:
            self.leave_out(f"{UNKNOWN_COLUMNS}: {', '.join(extra)}", len(extra))

    def require_rows(self) -> None:
        """Raise ``BadFile`` if no row has been read."""
        if not self.read:
            raise self.fault("no rows under the header")

    def check_width(self, rows: Sequence[int], cells: Sequence[Sequence[Any]]) -> None:
        """Raise ``BadFile`` for a row that is shorter or longer than the header."""
        width = len(self.header.names)
        if set(map(len, cells)) != {width}:
            for row, one in zip(rows, cells, strict=True):
                if len(one) < width or any(one[width:]):
                    raise self.fault(f"{len(one)} cells where the header has {width}", row)

    def take(self, field: str, known: Cached, column: Sequence[Any], rows: Sequence[int]) -> Any:
        """Return what ``known`` makes of a column. Raises ``BadFile`` with the place of a fault."""
        try:
            return known.take(column)
        except BadCell:
            for row, cell in zip(rows, column, strict=True):
                try:
                    known.take((cell,))
                except BadCell as fault:
                    raise self.fault(str(fault), row, field) from None
            raise

    def records(self) -> Iterator[Record]:
        """Yield the rows under the header that are not blank."""
        last = max(self.columns.values())
        for row, cells in self.document.rows(self.header.sheet):
            if row <= self.header.row or not any(cells):
                continue
            self.read += 1
            if len(cells) <= last and self.header.sheet is None:
                width = len(self.header.names)
                raise self.fault(f"{len(cells)} cells where the header has {width}", row)
            yield Record(self, row, cells)


def file_read(document: Document, kind: str, tables: Sequence[Table]) -> FileRead:
    """Return a file's entry in its release, with the counts of its tables.

    Raises ``BadFile`` if the file was changed meanwhile.
    """
    document.check()
    read = sum(table.read for table in tables)
    left_out: Counter[str] = Counter()
    for table in tables:
        left_out.update(table.left_out)
    columns = (UNKNOWN_COLUMNS, UNUSED_COLUMN)
    rows = sum(count for why, count in left_out.items() if not why.startswith(columns))
    loaded = read - rows
    return FileRead(
        document.name, kind, document.sha256, document.bytes, read, loaded, dict(left_out)
    )
