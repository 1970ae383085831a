"""Finds a table's header and matches a publisher's columns with our names.

A format has one table of columns: pattern → our field. The pattern must match the column's whole
name, in any case, with blanks and line ends as one blank, en dashes as hyphens, and without
footnote marks, (1) or [1].
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any

from app.importers.faults import BadFile
from app.importers.reading.sheets import Document, Header

FOOTNOTE = re.compile(r"\s*[(\[]\d{1,2}[)\]]\s*$")

MOST_NAME = 200
"""Characters of a column's name that are looked at. Matching takes the square of them in time."""
MOST_NAMES = 150
"""Columns with a name that a header may have: four times those of the widest known."""


def normal(cell: Any) -> str:
    """Return a header's cell in the form that patterns are matched with."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # a year
    text = re.sub(r"\s+", " ", str(cell)).strip().replace("\u2013", "-").replace("\ufeff", "")
    return FOOTNOTE.sub("", text).lower()


def find_header(
    document: Document, sheet: str | None, table: Mapping[str, str], least: int
) -> Header | None:
    """Return the first row that matches ``least`` patterns of the table, if there is one."""
    for number, names in named_rows(document, sheet):
        if count_matches(table, names) >= least:
            return Header(sheet, number, names)
    return None


def count_matches(table: Mapping[str, str], names: Iterable[str]) -> int:
    """Return how many patterns of the table match one of the names."""
    any_of_them, patterns = _compiled(tuple(table))
    # A file is tried with every table, and most tables have none of its names.
    known = {name for name in names if any_of_them.fullmatch(name)}
    return sum(any(p.fullmatch(name) for name in known) for p in patterns) if known else 0


@cache
def _compiled(table: tuple[str, ...]) -> tuple[re.Pattern[str], list[re.Pattern[str]]]:
    """Return a pattern for all of a table, and one for each of its lines."""
    every = "|".join(f"(?:{pattern})" for pattern in table)
    return re.compile(every, re.I), [re.compile(pattern, re.I) for pattern in table]


def named_rows(document: Document, sheet: str | None) -> list[tuple[int, tuple[str, ...]]]:
    """Return number and names of the rows that may be a header. Each document is read once."""
    if sheet not in document.head_names:
        found = document.head_names[sheet] = []
        for number, cells in document.head(sheet):
            if sum(map(bool, cells)) > MOST_NAMES:
                continue  # no publisher has so many, and matching each takes long
            names = [normal(cell)[:MOST_NAME] for cell in cells]
            while names and not names[-1]:
                names.pop()
            found.append((number, tuple(names)))
    return document.head_names[sheet]


def match_columns(
    document: Document, header: Header, table: Mapping[str, str], optional: Collection[str] = ()
) -> dict[str, int]:
    """Return field → index of its column.

    Raises ``BadFile`` for a column that stands twice, or is missing and not ``optional``.
    """
    found: dict[str, int] = {}
    missing = []
    for pattern, field in table.items():
        hits = [n for n, name in enumerate(header.names) if re.fullmatch(pattern, name, re.I)]
        if field in found:
            hits = [found[field], *hits]
        if len(hits) > 1:
            why = f"the column stands {len(hits)} times in the header"
            column = header.names[hits[-1]].upper()
            raise BadFile(document.name, why, sheet=header.sheet, row=header.row, column=column)
        if hits:
            found[field] = hits[0]
        elif field not in optional:
            missing.append((pattern, field))
    missing = [(pattern, field) for pattern, field in missing if field not in found]
    if missing:
        why = "missing in the header"
        if extra := unknown_columns(header, table):
            why += f"; columns there that this program does not know: {', '.join(extra)}"
        column = ", ".join(readable_pattern(pattern) for pattern, _ in missing)
        raise BadFile(document.name, why, sheet=header.sheet, row=header.row, column=column)
    return found


def unknown_columns(header: Header, table: Mapping[str, str]) -> list[str]:
    """Return the header's names that no pattern of the table matches."""
    return [
        name
        for name in header.names
        if name and not any(re.fullmatch(pattern, name, re.I) for pattern in table)
    ]


def readable_pattern(pattern: str) -> str:
    """Return the first name that a pattern matches, which is that of today's files."""
    name = pattern.replace("\\(", "\1").replace("\\)", "\2").replace("\\d{4}", "YYYY")
    while group := re.search(r"\(([^()]*)\)(\??)", name):
        inside = "" if group[2] else group[1].partition("|")[0]
        name = name[: group.start()] + inside + name[group.end() :]
    name = re.sub(r"\[(.)[^\]]*\]", r"\1", name.partition("|")[0]).replace("?", "")
    return name.replace("\1", "(").replace("\2", ")").replace("\\", "")
