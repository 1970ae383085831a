"""Refuses a sheet of a workbook in which something stands twice, or a cell has lost its value.

The reader takes the last of two cells of one name, and reads an error (#N/A) and a formula that
was saved without its value as blanks. In OEWS files a blank means "not published".

A sheet has millions of cells. Most rows have the same columns as a row before, which costs one
search for the names and one comparison; only other rows are walked cell by cell.
"""

from __future__ import annotations

import re

from app.importers.faults import BadFile

ROW_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d+)""")
NAME = re.compile(rb"""\sr\s*=\s*["']([A-Z]+)(\d+)["']""")
NAMES = re.compile(rb"""<c(?: r="|\s(?:[^>]*?\s)?r\s*=\s*["'])([A-Z]+\d+)""")
ERROR = re.compile(rb"""t\s*=\s*["']e["']""")
UNCOMPUTED = re.compile(rb"(?:</f>|<f(?:\s[^>]*)?/>)\s*(?:</c>|<v\s*/>|<v>\s*</v>)")
MOST_KNOWN = 1_000
"""Different sets of columns that are remembered."""
UNCOMPUTED_WHY = "a formula without its value: open the workbook in a spreadsheet and save it again"


class CellOrder:
    """Checks the cells of one sheet, piece by piece. A piece ends between rows or cells."""

    def __init__(self, file: str, sheet: str) -> None:
        self.file, self.sheet = file, sheet
        self.row = self.column = 0  # the last ones seen
        self.numbered = True  # else the row's first name says which it is
        self.known: dict[bytes, int] = {}  # columns of rows that were right → the last one
        self.tables = 0

    def look(self, text: bytes, *, unnamed: bool) -> None:
        """Check a piece. ``unnamed`` says that some of its cells have no name."""
        self.tables += text.count(b"<sheetData")
        if self.tables > 1:
            raise BadFile(self.file, "it has several tables of cells", sheet=self.sheet)
        first, *rows = text.split(b"<row")
        walked = (
            unnamed
            or ERROR.search(text) is not None
            or (b"<f" in text and UNCOMPUTED.search(text) is not None)
        )
        self._walk(first)
        for row in rows:
            tag, _, cells = row.partition(b">")
            if tag[:1].isalpha():  # <rowBreaks>
                continue
            self._begin(tag)
            columns = (b" ".join(NAMES.findall(cells)) + b" ").replace(b"%d " % self.row, b" ")
            if walked or columns not in self.known:
                numbered = self.numbered
                self._walk(cells)
                if numbered and len(self.known) < MOST_KNOWN:
                    self.known[columns] = self.column
            else:
                self.column = self.known[columns]

    def _begin(self, tag: bytes) -> None:
        stated = ROW_NUMBER.search(tag)
        self.numbered = stated is not None
        number = int(stated[1]) if stated else self.row + 1
        if number <= self.row:
            why = (
                "the row stands twice" if number == self.row else f"it stands below row {self.row}"
            )
            raise BadFile(self.file, why, sheet=self.sheet, row=number)
        self.row, self.column = number, 0

    def _walk(self, cells: bytes) -> None:
        """Check cells of the row that has begun, one by one."""
        for cell in cells.split(b"<c")[1:]:
            tag, _, content = cell.partition(b">")
            if tag[:1].isalpha():  # <cols>
                continue
            name = NAME.search(tag)
            # The reader places a cell without a name right of the one before it.
            column = _number(name[1]) if name else self.column + 1
            if name and not self.numbered and int(name[2]) > self.row:
                self.row, self.numbered = int(name[2]), True
            if name and int(name[2]) != self.row:
                raise self._fault(f"the cell's name is {_text(name[1] + name[2])}", column)
            if column <= self.column:
                twice = column == self.column
                why = "the cell stands twice" if twice else "it stands after a later column"
                raise self._fault(why, column)
            if ERROR.search(tag):
                shown = re.search(rb"<v>([^<]*)", content)
                what = _text(shown[1]) if shown else "an error"
                raise self._fault(f"{what!r} is a spreadsheet's error", column)
            if UNCOMPUTED.search(cell):
                raise self._fault(UNCOMPUTED_WHY, column)
            self.column = column

    def _fault(self, why: str, column: int) -> BadFile:
        letters = ""
        while column:
            column, last = divmod(column - 1, 26)
            letters = chr(ord("A") + last) + letters
        return BadFile(self.file, why, sheet=self.sheet, row=self.row, column=letters)


def _number(letters: bytes) -> int:
    """Return a column's number: 1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number


def _text(shown: bytes) -> str:
    return shown.decode("utf-8", "replace")[:20]
