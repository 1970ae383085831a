"""Job titles as people send them: one a line, or a column of a csv."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.errors import Fault, InvalidBody
from app.web.forms import Sent

MOST_TITLES = 1_000
"""Titles of one form that are matched: as many as the API takes at once."""

COLUMNS = frozenset(
    {
        *(
            "title",
            "titles",
            "jobtitle",
            "jobtitles",
            "job",
            "jobname",
            "position",
            "positiontitle",
        ),
        *("occupation", "role", "título", "titulo", "puesto", "cargo", "ocupación", "ocupacion"),
    }
)
"""Names of a csv's column of titles, without blanks, dashes and underscores."""

LONGEST_LINE = 20_000
"""Characters of a line of csv."""

SEPARATORS = (",", ";", "\t")

Line = tuple[int, str]
"""The number of a line, from 1, and what stands there."""


@dataclass
class GivenTitles:
    """The first titles of a form, where they stand, and how many more there are."""

    titles: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    """Of each title: ``titles, line 7`` or ``jobs.csv, line 7``."""
    more: int = 0
    guessed: bool = False
    """Whether a file's encoding is a guess."""

    def take(self, place: str, lines: Iterator[Line]) -> None:
        """Add what stands in lines; empty ones are left out."""
        for number, text in lines:
            title = text.strip()
            if not title:
                continue
            if len(self.titles) < MOST_TITLES:
                self.titles.append(title)
                self.places.append(f"{place}, line {number}")
            else:
                self.more += 1


def given_titles(form: dict[str, Sent]) -> GivenTitles:
    """Return the titles of a form: those of its field, then those of its file.

    Raises ``InvalidBody`` for a file that is no text.
    """
    found = GivenTitles()
    if "titles" in form:
        text, _ = form["titles"].text("titles")
        found.take("titles", _lines(text))
    file = form.get("file")
    if file is not None and file.content:
        text, found.guessed = file.text("file")
        name = file.name[:100] or "file"
        is_table = name.lower().endswith((".csv", ".tsv"))
        found.take(name, _column(text) if is_table else _lines(text))
    return found


def _lines(text: str) -> Iterator[Line]:
    return enumerate(io.StringIO(text, newline=None), 1)


def _column(text: str) -> Iterator[Line]:
    """Return the column of titles, by its name, or the first one, then with its first line."""
    head = text[:2000].partition("\n")[0]
    separator = max(SEPARATORS, key=head.count)
    rows = csv.reader(_short(io.StringIO(text, newline="")), delimiter=separator)
    try:
        first = next(rows, [])
        names = ["".join(c for c in cell.lower() if c not in " _-") for cell in first]
        place = next((n for n, name in enumerate(names) if name in COLUMNS), None)
        others = ((rows.line_num, row) for row in rows)
        numbered = others if place is not None else itertools.chain([(1, first)], others)
        for number, row in numbered:
            if len(row) > (place or 0):
                yield number, row[place or 0]
    except csv.Error:
        what = f"is no csv from line {rows.line_num + 1:,} on"
        allowed = f"a csv with lines of at most {LONGEST_LINE:,} characters"
        raise InvalidBody(Fault("file", None, what, allowed)) from None


def _short(lines: Iterable[str]) -> Iterator[str]:
    """Give lines to the reader of csv, which stops everything else while it reads one."""
    for line in lines:
        if len(line) > LONGEST_LINE:
            raise csv.Error
        yield line
