"""The Standard Occupational Classification: structure, definitions, direct-match titles.

Each is a workbook with some rows of preamble. In the structure a code stands in one of four
columns, one a level, and its title in the column after them, which has no header. The file itself
says which edition it is, 2018 or a later one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.importers.faults import BadFile
from app.importers.reading import cells
from app.importers.reading.columns import normal
from app.importers.reading.sheets import Document, Header
from app.importers.reading.tables import Record, Table
from app.importers.rows import DescriptionRow, EntryRow, PartKey, PartRows, Row, TitleRow

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
LEVELS = tuple(STRUCTURE.values())
CODE = re.compile(r"\d\d-\d{4}")
STATED_YEAR = re.compile(r"\b(20\d\d) soc\b|\breference year \w+ (20\d\d)\b|^(20\d\d) structure\b")
NAMED_YEAR = re.compile(r"soc\D*(20\d\d)(?!\d)")


def period_of(document: Document, header: Header, given: str | None = None) -> str:
    """Return the classification's year, as stated in preamble, header, or name of sheet or file.

    Raises ``BadFile`` if the file states none or several and ``given`` does not decide.
    """
    rows = [cells for row, cells in document.head(header.sheet) if row <= header.row]
    texts = [normal(cell) for cells in [[header.sheet], *rows] for cell in cells]
    years = {year for text in texts for found in STATED_YEAR.findall(text) for year in found}
    years |= set(NAMED_YEAR.findall(document.name.rpartition("/")[2].lower()))
    years.discard("")
    if len(years) > 1 and given not in years:
        listed = ", ".join(sorted(years))
        raise BadFile(document.name, f"it states several years: {listed}; give --period YYYY")
    if given and years and given not in years:
        raise BadFile(document.name, f"it states the year {years.pop()}, --period says {given}")
    if not given and not years:
        raise BadFile(document.name, "it does not state its year: give --period YYYY")
    return given or years.pop()


def _code(record: Record, field: str, seen: dict[str, int] | None = None) -> str:
    """Return the occupation's code. Raises ``BadFile`` if it is none, or ``seen`` before."""
    code = record.text(field)
    if not CODE.fullmatch(code):
        raise record.fault(f"{code!r} is no occupation code: NN-NNNN", field)
    if seen is not None and seen.setdefault(code, record.row) != record.row:
        raise record.fault(f"{code} stands in row {seen[code]} too", field)
    return code


def read_structure(table: Table) -> Iterator[PartRows]:
    """Yield the occupations."""
    title_at = max(table.columns.values()) + 1
    if called := "".join(table.header.names[title_at : title_at + 1]):
        why = f"a column {called!r} stands where the titles do, which have no header"
        raise table.fault(why, table.header.row)
    seen: dict[str, int] = {}
    entries: list[Row] = []
    for record in table.records():
        levels = [level for level in table.columns if record.text_or_none(level) is not None]
        if len(levels) != 1:
            raise record.fault(f"{len(levels)} codes in a row, 1 expected", "detailed")
        code = _code(record, levels[0], seen)
        try:
            title = cells.title("".join(map(str, record.cells[title_at : title_at + 1])))
        except cells.BadCell as fault:
            raise record.fault(
                f"an occupation without a title in the column after: {fault}", levels[0]
            ) from None
        entries.append(EntryRow(code, title, levels[0], locator=record.where))
    table.require_rows()
    yield PartRows(PartKey(EntryRow), entries)


def read_definitions(table: Table) -> Iterator[PartRows]:
    """Yield the occupations, then the definitions of those that have one."""
    entries: list[Row] = []
    texts: list[Row] = []
    seen: dict[str, int] = {}
    for record in table.records():
        code, level = _code(record, "code", seen), record.text("level").lower()
        if level not in LEVELS:
            raise record.fault(f"{level!r} is none of {', '.join(LEVELS)}", "level")
        entries.append(EntryRow(code, record.title("title"), level, locator=record.where))
        text = record.text_or_none("text")
        if text is not None:
            texts.append(DescriptionRow(code, "definition", text, locator=record.where))
    table.require_rows()
    yield PartRows(PartKey(EntryRow), entries)
    yield PartRows(PartKey(DescriptionRow, "definition"), texts)


def read_direct_match(table: Table) -> Iterator[PartRows]:
    """Yield the titles. An x marks those that the SOC shows as examples.

    A title that stands twice under its occupation becomes one row, an example if either is.
    """
    titles: dict[tuple[str, str], Row] = {}
    for record in table.records():
        mark = (record.text_or_none("featured") or "").lower()
        if mark not in {"", "x"}:
            raise record.fault(f"{mark!r} is neither x nor blank", "featured")
        code, title = _code(record, "code"), record.title("title")
        before = titles.get((code, title))
        if before is None:
            row = TitleRow(code, title, "direct_match", featured=mark == "x", locator=record.where)
            titles[code, title] = row
        else:
            table.leave_out("stands twice under its occupation: one row")
            if mark == "x":
                titles[code, title] = before._replace(featured=True)
    table.require_rows()
    yield PartRows(PartKey(TitleRow, "direct_match"), list(titles.values()))
