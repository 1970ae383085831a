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
    """Yield titles. A line that leads to another has no code, and one has no title."""
    columns = ("20.. occupation title", "20.. .*industry.*", "2018 census.*", "2018 soc code")
    for row, _, title, industries, census, published in lines.select(*columns):
        if not text(title) or not text(published):
            continue
        code, note = _answered(text(published))
        name = re.sub(r"\s+", " ", text(title))
        only = re.sub(r"\s+", " ", _four(industries)) or None
        found = [
            Cell("Occupation Title", title, ("title",), Expected(name)),
            Cell("Industry Code Restriction", industries, ("industries",), Expected(only)),
            Cell("Census Occupation Code", census, ("origin",), Expected(_four(census))),
            Cell("SOC Code", published, ("note",), Expected(note)),
        ]
        yield Row(INDEX, (code, "index", name, None), lines.sheet, row, found, keys=0)


def employers(lines: Lines) -> Iterator[Row]:
    """Yield titles with the number of filings."""
    columns = ("employers' job title", "2018 soc code", "filings.*")
    for row, _, title, code, filings in lines.select(*columns):
        found = [
            Cell("Job Title", title, ("title",), words(title)),
            Cell("Filings", filings, ("n",), Expected(number(whole=True)(filings).value)),
        ]
        yield Row(EMPLOYERS, (text(code), "employer", text(title), None), lines.sheet, row, found)
