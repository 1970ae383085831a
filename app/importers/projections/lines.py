"""The lines of a table of the projections: their codes, titles and footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from app.importers.reading.sheets import Document
from app.importers.reading.tables import Record, Table
from app.importers.rules import MAJOR_GROUPS

CODE = re.compile(r"\d\d-\d{4}")
LINES = {"summary": "summary", "line item": "line_item"}
NOTHING = frozenset({"\u2014", "N/A", "n/a"})
"""What stands where there is no figure: a dash in workbooks, N/A in the data tool's export."""
NOTES = re.compile(r"(?:\s*[(\[]\d{1,2}[)\]])+\s*$")
FOOTNOTE = re.compile(r"[(\[](\d{1,2})[)\]]\s+(.+)", re.DOTALL)
NEW_NOTE = re.compile(r"\n(?=\s*(?:[(\[]\d{1,2}[)\]]|(?:\w+ )?(?:Source|Note|Footnote)s?:))")
"""Where the next footnote, or what is none, begins in a cell that has all of them."""
SOURCE_LINES = "footnotes and source lines"
SEVERAL_GROUPS = re.compile(r"(\d\d)-(\d\d)00")
SUMS = "lines that sum several major groups"


def cleaned(title: str) -> str:
    """Return a title without indents and footnote marks."""
    return NOTES.sub("", title).strip()


def note_of(text: str, notes: Mapping[str, str]) -> str | None:
    """Return the texts of the footnotes that a cell is marked with."""
    marks = NOTES.search(text)
    numbers = re.findall(r"\d+", marks[0]) if marks else []
    return " ".join(notes[number] for number in numbers if number in notes) or None


def footnotes(document: Document, sheet: str | None) -> dict[str, str]:
    """Return the sheet's footnotes by their number."""
    first_cells = (next(filter(None, row), "") for _, row in document.rows(sheet))
    texts = (text for cell in first_cells for text in NEW_NOTE.split(str(cell)))
    found = (FOOTNOTE.match(text.strip()) for text in texts)
    return {note[1]: " ".join(note[2].split()) for note in found if note}


def line_of(record: Record) -> str:
    """Return what kind of line it is: a summary, or a line item, the most detailed there is."""
    text = record.text("line").lower()
    if text not in LINES:
        raise record.fault(f"{text!r} is neither summary nor line item", "line")
    return LINES[text]


def lines(table: Table, *, once: bool = False) -> Iterator[tuple[Record, str]]:
    """Yield the rows with an occupation's code. Rows of one cell are footnotes or sources.

    With ``once``, raises ``BadFile`` for a code that stands twice.
    """
    width = len(table.header.names)
    seen: dict[str, int] = {}
    for record in table.records():
        code = (record.text_or_none("code") or "").removeprefix("=").strip('"')
        if any(record.cells[width:]):
            raise record.fault(f"{len(record.cells)} cells where the header has {width}", "code")
        if _sums_several_groups(code):
            table.leave_out(SUMS)
        elif CODE.fullmatch(code):
            if once and seen.setdefault(code, record.row) != record.row:
                raise record.fault(f"{code} stands in row {seen[code]} too", "code")
            yield record, code
        elif code or sum(map(bool, record.cells)) > 1:
            raise record.fault(f"{code!r} is no occupation code: NN-NNNN", "code")
        else:
            table.leave_out(SOURCE_LINES)


def _sums_several_groups(code: str) -> bool:
    """Tell the lines 11-1300, 15-1900, 21-2700 and 31-3900 of editions before 2016-26.

    11-1300 is the sum of the groups 11 to 13. It is no occupation of the SOC, whose minor groups
    never end so.
    """
    found = SEVERAL_GROUPS.fullmatch(code)
    return found is not None and {*found.groups()} <= MAJOR_GROUPS and found[2] > found[1] > "00"
