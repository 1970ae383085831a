"""Finds a table's header where it may stand over several rows, with headings over headings.

A heading of several columns stands in the first of them, whether its cells are merged or not:
"Employment" over "2018" and "2028" names two columns, "employment, 2018" and "employment, 2028".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from app.importers.reading.columns import count_matches, named_rows
from app.importers.reading.sheets import Document, Header

MOST_ROWS = 3
"""Rows of a header. The publishers' have at most three."""
FEWEST = 3
"""Headings in the first row of a header: a caption is one cell."""
NUMBER = re.compile(r"-?[\d,]*\.?\d+")
"""What the first row of a header never has: it is a line of figures."""


def heading_paths(rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Return each column's path of headings, from the top row down.

    A blank cell continues the heading on its left if both have the same headings above them.
    """
    width = max(map(len, rows))
    paths: list[tuple[str, ...]] = [()] * width
    for row in rows:
        names = [*row, *[""] * (width - len(row))]
        for n in range(1, width):
            if not names[n] and paths[n] == paths[n - 1]:
                names[n] = names[n - 1]
        paths = [(*path, name) if name else path for path, name in zip(paths, names, strict=True)]
    return paths


def joined_names(rows: Sequence[Sequence[str]], table: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of the columns: their headings with commas between.

    A column without a heading of its own is the second of the heading on its left, and named so,
    "title and code, 2", if the table has such a name. Otherwise it has no name.
    """
    names = [", ".join(path) for path in heading_paths(rows)]
    for n in range(len(names) - 1, 0, -1):
        if names[n] == names[n - 1] and not any(n < len(row) and row[n] != "" for row in rows):
            second = f"{names[n]}, 2"
            names[n] = second if count_matches(table, [second]) else ""
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def find_joined_header(
    document: Document, sheet: str | None, table: Mapping[str, str], least: int
) -> Header | None:
    """Return the header that matches the most patterns of the table, at least ``least``.

    It has up to ``MOST_ROWS`` rows, as few as possible. ``Header.row`` is the last of them.
    """
    head = named_rows(document, sheet)
    best: tuple[int, Header] | None = None
    for n, (_, first) in enumerate(head):
        if sum(map(bool, first)) < FEWEST or any(map(NUMBER.fullmatch, first)):
            continue
        for rows in range(1, min(MOST_ROWS, len(head) - n) + 1):
            names = joined_names([row for _, row in head[n : n + rows]], table)
            found = count_matches(table, names)
            if found >= least and (best is None or found > best[0]):
                best = found, Header(sheet, head[n + rows - 1][0], names)
    return best[1] if best else None
