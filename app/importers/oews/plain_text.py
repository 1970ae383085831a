"""OEWS lines of a plain text file, read by whole arrays: several times faster than by cells.

The result is that of ``wages``, which reads cell by cell. Anything that is not plain or not right
raises here, and ``wages`` reads those lines again and finds the place of the fault.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.importers.oews.columns import PLACES
from app.importers.oews.marks import FLAGS, ONE_BASIS
from app.importers.reading import cells
from app.importers.reading.tables import Table
from app.importers.reading.text_chunks import TextChunk
from app.marks import NOT_APPLICABLE, NOT_PUBLISHED, PRESENT, TOP_CODED, WAGE_FIGURES, WITHHELD

Marks = NDArray[np.uint8]
DECIMALS: dict[Callable[[Any], Any], int] = {cells.persons: 0, cells.dollars: 0, cells.cents: 2}
"""Reader of a whole number → decimals that a cell of it may have. Other figures may have any."""
POWERS = 10 ** np.arange(8, dtype=np.int64)


def edges(chunk: TextChunk, table: Table) -> list[int]:
    """Return 0, the rows that stand elsewhere than the row above, and the number of rows."""
    change = np.zeros(chunk.rows - 1, bool)
    for name in PLACES:
        if name in table.columns:
            change |= chunk.changes(table.columns[name])
    return [0, *(np.flatnonzero(change) + 1).tolist(), chunk.rows]


def wages(chunk: TextChunk, sheet: Any) -> list[tuple[Any, ...]]:
    """Return the lines in the order of ``WageRow``. Raises ``BadCell`` or ``KeyError``."""
    columns = sheet.table.columns
    marks = np.full((chunk.rows, len(WAGE_FIGURES)), ord(PRESENT), np.uint8)
    values = []
    for name, of_figure in zip(WAGE_FIGURES, marks.T, strict=True):
        column = columns.get(name)
        if column is None or chunk.blank(column):
            of_figure[:] = ord(NOT_PUBLISHED)
            values.append([None] * chunk.rows)
        else:
            values.append(_figures(chunk, column, sheet.figures[name], of_figure))
    for field, others in ONE_BASIS.items():
        column = columns[field]
        if not chunk.blank(column):
            flags = [FLAGS[cell.strip().upper()] for cell in chunk.texts(column)]
            affected = np.zeros(len(WAGE_FIGURES), bool)
            affected[others] = True
            other_basis = np.array(flags)[:, None] & affected
            if (other_basis & ((marks == ord(PRESENT)) | (marks == ord(TOP_CODED)))).any():
                raise cells.BadCell("wages on a basis on which none are released")
            marks[other_basis & (marks == ord(WITHHELD))] = ord(NOT_APPLICABLE)
    if sheet.top_codes is None and (marks == ord(TOP_CODED)).any():
        raise cells.BadCell("a top code that the file does not state")
    codes = sheet.codes.take(chunk.texts(columns["code"]))
    levels = sheet.levels.take(chunk.texts(columns["level"]))
    sheet.note_occupations(codes, levels, chunk.texts(columns["title"]), 0)
    text, width = marks.tobytes().decode(), len(WAGE_FIGURES)
    joined = [text[at : at + width] for at in range(0, len(text), width)]
    return [*zip(codes, levels, *values, joined, repeat(None), repeat(None))]


def _figures(chunk: TextChunk, column: int, known: cells.Figures, marks: Marks) -> list[Any]:
    """Return a column's figures, and fill in the marks of those that are absent."""
    digits, decimals, plain, words = chunk.numbers(column)
    most = DECIMALS.get(known.read)
    found: NDArray[Any]
    if most is None:
        found = digits / POWERS.take(decimals, mode="clip")
    else:
        plain &= decimals <= most
        found = digits * POWERS.take(most - decimals, mode="clip")
    figures = found.astype(object)
    # The other cells are marks or long numbers: equal ones are looked up once.
    odd = np.flatnonzero(~plain)
    long = chunk.lengths[column][odd] > 8
    different, which = np.unique(words[odd[~long]], return_inverse=True)
    groups = [odd[~long][which == n] for n in range(len(different))]
    for rows in (*groups, *odd[long].reshape(-1, 1)):
        cell = chunk.text(column, rows[0])
        figures[rows] = known[cell]
        if figures[rows[0]] is None:
            marks[rows] = ord(known.marks[cell])
    listed: list[Any] = figures.tolist()
    return listed
