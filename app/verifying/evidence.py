"""Evidence for titles: the Census Bureau's index, and the list of employers' titles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from app.verifying.cells import Expected, number, text, words
from app.verifying.rows import Cell, Row, Wanted
from app.verifying.tables import Lines

INDEX = Wanted("titles", ("index",))
EMPLOYERS = Wanted("titles", ("employer",))
NO_CODES = {
    "11-1012": "11-1011",
    "11-1022": "11-1021",
    "31-3011": "37-3011",
    "43-5072": "43-5071",
}
"""Code that the SOC 2018 has not → the one that was meant."""
MOST = 4
"""Occupations of a title that others lead to: above that they say too little."""


def _answered(code: str) -> tuple[str, str | None]:
    """Return the occupation under which a line stands, and its note."""
    if code in NO_CODES:
        return NO_CODES[code], f"Published as {code}, which the SOC 2018 lacks."
    if not code.endswith("X"):
        return code, None
    known = code.rstrip("X")
    # A broad group has one zero, a minor one three, but for three of them.
    group = known + "0" if len(known) == 6 else known[:4].ljust(7, "0")
    if known in {"15-12", "31-11", "51-51"}:
        group = known.ljust(7, "0")
    return group, f"Published as {code}: a part of this group."


def _four(cell: Any) -> str:
    """Return digits, of which a number may have lost the first zeros."""
    return text(cell).rjust(4, "0") if isinstance(cell, float) else text(cell)


def index(lines: Lines) -> Iterator[Row]:
    """Yield titles, then those that lead to another: as often as that stands there, if not often.

    Other lines without a code, and one without a title, are no titles.
    """
    columns = ("20.. occupation title", "20.. .*industry.*", "2018 census.*", "2018 soc code")
    rows: dict[str, list[Row]] = {}
    leading: list[tuple[int, Any, str, str]] = []
    for row, _, title, industries, census, published in lines.select(*columns):
        name = re.sub(r"\s+", " ", text(title))
        if not name:
            continue
        if not text(published):
            led = re.match(r'^(.+) see "([^"]*)"$', name, re.I)
            if led and not text(census) and not text(industries):
                leading.append((row, title, *led.groups()))
            continue
        code, note = _answered(text(published))
        only = re.sub(r"\s+", " ", _four(industries)) or None
        found = [
            Cell("Occupation Title", title, ("title",), Expected(name)),
            Cell("Industry Code Restriction", industries, ("industries",), Expected(only)),
            Cell("Census Occupation Code", census, ("origin",), Expected(_four(census))),
            Cell("SOC Code", published, ("note",), Expected(note)),
        ]
        line = Row(INDEX, (code, "index", name, None), lines.sheet, row, found, keys=0)
        yield line
        if re.search(r"^[^\\]*$|\\.*ns$", name):
            rows.setdefault(re.sub(r"\s*\\.*", "", name).lower(), []).append(line)
    for row, title, name, other in leading:
        meant = rows.get(re.sub(r"\s*\\.*", "", other).lower(), [])
        if len({line.key[0] for line in meant}) <= MOST:
            for at, line in enumerate(meant):
                own = Cell("Occupation Title", title, ("title",), Expected(name), at == 0)
                yield _led(line, row, own, f'Published without a code: see "{other}".')


def _led(line: Row, row: int, own: Cell, told: str) -> Row:
    """Return the row of a title that leads to a line's, whose own cells are counted there."""
    *_, note = line.cells
    note = note._replace(expected=Expected(" ".join(filter(None, (told, note.expected.value)))))
    rest = [cell._replace(counted=False) for cell in (*line.cells[1:-1], note)]
    key = (line.key[0], "index", own.expected.value, None)
    return Row(INDEX, key, line.sheet, row, [own, *rest], keys=0)


def employers(lines: Lines) -> Iterator[Row]:
    """Yield titles with the number of filings."""
    columns = ("employers' job title", "2018 soc code", "filings.*")
    for row, _, title, code, filings in lines.select(*columns):
        found = [
            Cell("Job Title", title, ("title",), words(title)),
            Cell("Filings", filings, ("n",), Expected(number(whole=True)(filings).value)),
        ]
        yield Row(EMPLOYERS, (text(code), "employer", text(title), None), lines.sheet, row, found)
