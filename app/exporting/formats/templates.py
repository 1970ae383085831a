"""Lines of rows that differ in their numbers: a line of each kind is written once, as a template.

Most rows of wages differ from others of their part in code and figures alone, few in their marks.
A template is the line of an item whose numbers are placeholders, so it is made the way every line
is; a row then fills in its own. csv is then written ten times as fast, NDJSON two and a half times
(``python -m bench.lines``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Sequence
from typing import Any

import orjson

from app.exporting.formats.writers import Json, Writer

CODE = b"code~code"
"""Stands for the code, which stands first."""
FIRST = 7_000_000_000_000_000
"""Stands for the first number; the next one is one more. No figure is as large."""
PLACE = re.compile(rb"(%b|%d[0-9]{2})" % (CODE, FIRST // 100))

Row = tuple[Any, ...]
Template = tuple[list[bytes], tuple[int, ...] | None]
"""Texts and placeholders in turn; which number each one is, or None: one stands for all of them."""


class Templates:
    """The templates of one part; ``numbers``: where its rows have them, after the code.

    ``item`` makes the item of a row; that of a code which is ``unlike`` others has more in it.
    """

    def __init__(
        self,
        writer: Writer,
        numbers: tuple[int, int],
        item: Callable[[Row], Json],
        unlike: Container[str],
    ) -> None:
        self._writer = writer
        self._start, self._stop = numbers
        self._item = item
        self._unlike = unlike
        self._known: dict[Row, Template] = {}

    def lines(self, rows: Sequence[Row]) -> bytes:
        """Return the lines of rows: code, and what items are made of."""
        start, stop = self._start, self._stop
        figures = self._writer.numbers(orjson.dumps([row[start:stop] for row in rows]))
        made = []
        for row, numbers in zip(rows, figures, strict=True):
            code = row[0]
            if code in self._unlike:
                made.append(self._writer.lines([self._item(row)]))
                continue
            kind = row[1:start] + row[stop:]
            texts, places = self._known.get(kind) or self._template(row, kind)
            line = texts.copy()
            line[1] = code.encode()
            if places is None:
                line[3] = numbers
            else:
                given = numbers.split(b",")
                line[3::2] = [given[place] for place in places]
            made.append(b"".join(line))
        return b"".join(made)

    def _template(self, row: Row, kind: Row) -> Template:
        places = range(FIRST, FIRST + self._stop - self._start)
        blank = (CODE.decode(), *row[1 : self._start], *places, *row[self._stop :])
        line = self._writer.lines([self._item(blank)])
        row_of_numbers = b",".join(b"%d" % place for place in places)
        if row_of_numbers in line:
            before, after = line.split(row_of_numbers)
            found: Template = [*before.partition(CODE), b"", after], None
        else:
            texts = PLACE.split(line)
            found = texts, tuple(int(text) - FIRST for text in texts[3::2])
        self._known[kind] = found
        return found
