"""What explains the columns and marks of an OEWS file: sheets of it, or a file of its own.

Since May 2019 each workbook has a sheet Field Descriptions. Older ones came in a zip with a
workbook that says the same for all of them, one column of data a row.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from app.importers.oews.columns import COLUMNS
from app.importers.reading.columns import normal
from app.importers.reading.sheets import Cells, Document, Header

LEAST = 8
"""Columns that a file must name one below the other to be such a file."""
LOOKED_AT = 200
"""Rows of a sheet of notes that are read."""


def explains_columns(document: Document) -> Header | None:
    """Return where a file that explains the columns of others begins; None for any other file."""
    for sheet in document.sheets():
        named: dict[int, set[str]] = defaultdict(set)
        for _, cells in document.head(sheet):
            for place, cell in enumerate(cells):
                named[place] |= _columns_named(normal(cell))
            if any(len(columns) >= LEAST for columns in named.values()):
                first, names = document.head(sheet)[0]
                return Header(sheet, first, tuple(map(normal, names)))
    return None


@lru_cache(maxsize=4096)  # the files of many years have the same cells
def _columns_named(name: str) -> frozenset[str]:
    """Return the patterns of columns that a cell is the name of."""
    return frozenset(p for p in COLUMNS if re.fullmatch(p, name, re.IGNORECASE))


def rows_of_notes(document: Document, data: str | None = None) -> Iterator[tuple[str, int, Cells]]:
    """Yield sheet, number and cells of the rows of notes, but for the sheet with the data."""
    for sheet in document.sheets():
        if sheet is not None and sheet != data:
            for number, cells in document.rows(sheet):
                if number > LOOKED_AT:
                    break
                yield sheet, number, cells
