"""The Standard Occupational Classification: structure, definitions, direct-match titles.

Each is a workbook with some rows of preamble. In the structure a code stands in one of four
columns, one a level, and its title in the column after them, which has no header.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.importers.faults import BadFile
from app.importers.records import Record, Table
from app.importers.rows import DescriptionRow, EntryRow, PartKey, PartRows, TitleRow
from app.importers.sheets import Document, Header

STRUCTURE = {
    "major group": "major",
    "minor group": "minor",
    "broad (group|occupation)": "broad",
    "detailed occupation": "detailed",
}
DEFINITIONS = {
    "soc group": "level",
    "soc code": "code",
    "soc title": "title",
    "soc definition": "text",
}
DIRECT_MATCH = {
    r"\d{4} soc code": "code",
    r"\d{4} soc title": "occupation",
    r"\d{4} soc direct match title": "title",
    "illustrative example": "featured",
}
CODE = re.compile(r"\d\d-\d{4}")
YEAR = re.compile(r"\b(20\d\d) SOC\b|\breference year \w+ (20\d\d)|^(20\d\d) Structure\b")


def period_of(document: Document, header: Header, given: str | None = None) -> str:
    """Return the classification's year as the file states it: in preamble, sheet or header."""
    said = {given} if given else set()
    texts = [str(header.sheet), *(name.upper() for name in header.names)]
    texts += [
        str(cell)
        for row, cells in document.head(header.sheet)
        for cell in cells
        if row < header.row
    ]
    for text in texts:
        said |= {next(filter(None, found)) for found in YEAR.findall(text)}
    if len(said) != 1:
        listed = ", ".join(sorted(said)) or "none"
        raise BadFile(document.name, f"years it states: {listed}; give --period YYYY")
    return said.pop()


def _code(record: Record, field: str) -> str:
    code = record.text(field)
    if not CODE.fullmatch(code):
        raise record.fault(f"{code!r} is no occupation code: NN-NNNN", field)
    return code


def read_structure(table: Table) -> Iterator[PartRows]:
    """Yield the occupations."""
    named = max(table.columns.values()) + 1

    def entries() -> Iterator[EntryRow]:
        for record in table.records():
            levels = [level for level in table.columns if record.maybe(level) is not None]
            if len(levels) != 1:
                raise record.fault(f"{len(levels)} codes in a row, 1 expected", "detailed")
            title = str(record.cells[named]).strip() if named < len(record.cells) else ""
            if not title:
                raise record.fault("an occupation without a title", levels[0])
            yield EntryRow(_code(record, levels[0]), title, levels[0])

    yield PartRows(PartKey(EntryRow), entries())


def read_definitions(table: Table) -> Iterator[PartRows]:
    """Yield the occupations, then the definitions of those that have one."""
    entries: list[EntryRow] = []
    texts: list[DescriptionRow] = []
    for record in table.records():
        code, level = _code(record, "code"), record.text("level").lower()
        if level not in STRUCTURE.values():
            raise record.fault(f"{level!r} is none of {', '.join(STRUCTURE.values())}", "level")
        entries.append(EntryRow(code, record.text("title"), level))
        text = record.maybe("text")
        if text is not None:
            texts.append(DescriptionRow(code, "definition", text))
    yield PartRows(PartKey(EntryRow), entries)
    yield PartRows(PartKey(DescriptionRow, "definition"), texts)


def read_direct_match(table: Table) -> Iterator[PartRows]:
    """Yield the titles; an x marks those that the SOC shows as examples."""

    def titles() -> Iterator[TitleRow]:
        for record in table.records():
            mark = (record.maybe("featured") or "").lower()
            if mark not in {"", "x"}:
                raise record.fault(f"{mark!r} is neither x nor blank", "featured")
            code = _code(record, "code")
            yield TitleRow(code, record.text("title"), "direct_match", featured=mark == "x")

    yield PartRows(PartKey(TitleRow, "direct_match"), titles())
