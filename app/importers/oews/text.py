"""OEWS lines out of plain text, a block of some thousand rows at a time.

What this finds is what ``oews`` finds cell by cell; at anything that is not plain or not right it
raises, and the rows are read again there, where a fault gets its row and column.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.importers.reading import cells
from app.importers.reading.text_blocks import Block
from app.marks import NOT_APPLICABLE, NOT_PUBLISHED, PRESENT, TOP_CODED, WAGE_FIGURES, WITHHELD

Marks = NDArray[np.uint8]
PLACES: dict[Callable[[Any], Any], int] = {cells.persons: 0, cells.dollars: 0, cells.cents: 2}
"""Reader of a whole number → decimals that a cell of it may have; other figures may have any."""
POWERS = 10 ** np.arange(8, dtype=np.int64)


def wages(block: Block, sheet: Any) -> list[tuple[Any, ...]]:
    """Return the block's lines in the order of ``WageRow``; raises ``BadCell``."""
    marks = np.full((block.rows, len(WAGE_FIGURES)), ord(PRESENT), np.uint8)
    values = []
    for name, of_figure in zip(WAGE_FIGURES, marks.T, strict=True):
        column = sheet.columns.get(name)
        if column is None or block.blank(column):
            of_figure[:] = ord(NOT_PUBLISHED)
            values.append([None] * block.rows)
        else:
            values.append(_figures(block, column, sheet.figures[name], of_figure))
    for field, start in (("annual_only", "hourly"), ("hourly_only", "annual")):
        column = sheet.columns[field]
        if not block.blank(column):
            flags = [sheet.flags[cell.strip().upper()] for cell in block.texts(column)]
            others = np.array([name.startswith(start) for name in WAGE_FIGURES])
            one_basis = np.array(flags)[:, None] & others & (marks == ord(WITHHELD))
            marks[one_basis] = ord(NOT_APPLICABLE)
    if sheet.top_codes is None and (marks == ord(TOP_CODED)).any():
        raise cells.BadCell("a top code that the file does not state")
    codes = [*map(sheet.codes.__getitem__, block.texts(sheet.columns["code"]))]
    levels = [*map(sheet.groups.__getitem__, block.texts(sheet.columns["level"]))]
    sheet.name(codes, levels, lambda row: block.text(sheet.columns["title"], row), 0)
    text, width = marks.tobytes().decode(), len(WAGE_FIGURES)
    joined = [text[at : at + width] for at in range(0, len(text), width)]
    return [*zip(codes, levels, *values, joined, repeat(None), repeat(None))]


def _figures(block: Block, column: int, known: cells.Figures, marks: Marks) -> list[Any]:
    """Return a column's figures and fill in the marks of those that are not there."""
    digits, decimals, plain, words = block.numbers(column)
    places = PLACES.get(known.read)
    found: NDArray[Any]
    if places is None:
        found = digits / POWERS.take(decimals, mode="clip")
    else:
        plain &= decimals <= places
        found = digits * POWERS.take(places - decimals, mode="clip")
    odd = np.flatnonzero(~plain)
    figures = found.astype(object)
    if len(known) > cells.MOST_CACHED:
        known.clear()
    long = block.lengths[column][odd] > 8
    different, which = np.unique(words[odd[~long]], return_inverse=True)
    groups = [odd[~long][which == n] for n in range(len(different))]
    for rows in (*groups, *odd[long].reshape(-1, 1)):
        cell = block.text(column, rows[0])
        figures[rows] = known[cell]
        if figures[rows[0]] is None:
            marks[rows] = ord(known.marks[cell])
    listed: list[Any] = figures.tolist()
    return listed
