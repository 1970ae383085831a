"""Marks in the cells of OEWS files: a figure withheld, a wage top-coded, and at what.

Source: the ``Field Descriptions`` sheet of the workbooks, May 2019 to May 2024.
"""

from __future__ import annotations

import re

from app.importers.faults import BadFile
from app.importers.oews.notes import rows_of_notes
from app.importers.oews.top_codes import top_code_of
from app.importers.reading.sheets import Document, Header
from app.marks import TOP_CODED, WAGE_FIGURES, WITHHELD

MARKS = {"*": WITHHELD, "**": WITHHELD}
"""In any column: a wage, or an employment, that the publisher does not release."""
HOURLY = [n for n, name in enumerate(WAGE_FIGURES) if name.startswith("hourly")]
ANNUAL = [n for n, name in enumerate(WAGE_FIGURES) if name.startswith("annual")]
ONE_BASIS = {"annual_only": HOURLY, "hourly_only": ANNUAL}
"""Column that says wages are released on one basis → figures of the other. There, a mark of
withheld means not applicable."""
FLAGS = {"": False, "FALSE": False, False: False, "TRUE": True, True: True}
"""What may stand in these columns."""

TOP_CODE = re.compile(
    r"\$\s*([\d,]+(?:\.\d\d)?)\s+(?:per|an)\s+hour\s+(?:or|and)\s+\$\s*([\d,]+)\s+(?:per|a)\s+year"
)


def marks_of(figure: str) -> dict[str, str]:
    """Return the marks that are known in a figure's column."""
    if figure.startswith(("hourly", "annual")):
        return {**MARKS, "#": TOP_CODED}
    if figure == "percent_reporting":
        # Under 0.5 %: there is a figure and it is not released, as with the other marks.
        return {**MARKS, "~": WITHHELD}
    return MARKS


def stated_top_codes(text: str) -> tuple[int, int] | None:
    """Return the top codes in a sentence, dollars a year and cents an hour."""
    stated = TOP_CODE.search(text)
    if stated is None:
        return None
    hourly, annual = (float(one.replace(",", "")) for one in stated.groups())
    return int(annual), round(hourly * 100)


def top_codes_of(
    document: Document, header: Header, period: str, given: tuple[int, int] | None = None
) -> tuple[int, int] | None:
    """Return the top codes, dollars a year and cents an hour, as a sheet of the file states them.

    A file without such a sheet has those ``given``, else those that the table has of its period.
    Raises ``BadFile`` if the file states several, or in words that are not known.
    """
    if stated := top_codes_in_notes(document, header.sheet):
        return stated
    known = top_code_of(period)
    return given or ((known.annual, known.hourly) if known else None)


def top_codes_in_notes(document: Document, data: str | None = None) -> tuple[int, int] | None:
    """Return the top codes that the sheets of a workbook state, but for the sheet of the data."""
    found: set[tuple[int, int]] = set()
    for sheet, number, cells in rows_of_notes(document, data):
        for text in map(str, cells):
            if not text.lstrip().startswith("#"):
                continue
            if stated := stated_top_codes(text):
                found.add(stated)
            elif "$" in text:
                why = f"what # stands for is not understood: {text.strip()!r}"
                raise BadFile(document.name, why, sheet=sheet, row=number)
    if len(found) > 1:
        raise BadFile(document.name, f"states several top codes: {sorted(found)}")
    return found.pop() if found else None
