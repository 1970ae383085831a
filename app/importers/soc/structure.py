"""The Standard Occupational Classification: structure, definitions, direct-match titles.

Each is a workbook with some rows of preamble. In the structure a code stands in one of four
columns, one a level, and its title in the column after them, which has no header. Which edition it
is, 2018 or a later one, the file says itself: in its preamble, its header or its sheet's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.importers.faults import BadFile
from app.importers.reading.columns import normal
from app.importers.reading.records import Record, Table
from app.importers.reading.sheets import Document, Header
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
YEAR = re.compile(r"\b(20\d\d) soc\b|\breference year \w+ (20\d\d)\b|^(20\d\d) structure\b")


NAMED = re.compile(r"soc\D*(20\d\d)(?!\d)")


def period_of(document: Document, header: Header, given: str | None = None) -> str:
    """Return the classification's year as the file states it: preamble, sheet, header or name."""
    texts = [normal(header.sheet)]
    texts += [
        normal(cell)
        for row, cells in document.head(header.sheet)
        for cell in cells
        if row <= header.row
    ]
    said = {next(filter(None, found)) for text in texts for found in YEAR.findall(text)}
    said |= set(NAMED.findall(document.name.rpartition("/")[2].lower()))
    if len(said) > 1 and given not in said:
        listed = ", ".join(sorted(said))
        raise BadFile(document.name, f"it states several years: {listed}; give --period YYYY")
    if given and said and given not in said:
        raise BadFile(document.name, f"it states the year {said.pop()}, --period says {given}")
    if not given and not said:
        raise BadFile(document.name, "it does not state its year: give --period YYYY")
    return given or said.pop()


def _code(record: Record, field: str) -> str:
    code = record.text(field)
    if not CODE.fullmatch(code):
        raise record.fault(f"{code!r} is no occupation code: NN-NNNN", field)
    return code


def _once(seen: dict[str, int], record: Record, code: str, field: str) -> None:
    if code in seen:
        raise record.fault(f"{code} stands in row {seen[code]} too", field)
    seen[code] = record.row


def read_structure(table: Table) -> Iterator[PartRows]:
    """Yield the occupations."""
    named = max(table.columns.values()) + 1
    seen: dict[str, int] = {}

    def entries() -> Iterator[Row]:
        for record in table.records():
            levels = [level for level in table.columns if record.maybe(level) is not None]
            if len(levels) != 1:
                raise record.fault(f"{len(levels)} codes in a row, 1 expected", "detailed")
            code, level = _code(record, levels[0]), levels[0]
            title = str(record.cells[named]).strip() if named < len(record.cells) else ""
            if not title:
                raise record.fault("an occupation without a title in the column after", "detailed")
            _once(seen, record, code, level)
            yield EntryRow(code, title, level, locator=record.where)
        _not_empty(table)

    yield PartRows(PartKey(EntryRow), entries())


def read_definitions(table: Table) -> Iterator[PartRows]:
    """Yield the occupations, then the definitions of those that have one."""
    entries: list[Row] = []
    texts: list[Row] = []
    seen: dict[str, int] = {}
    for record in table.records():
        code, level = _code(record, "code"), record.text("level").lower()
        if level not in LEVELS:
            raise record.fault(f"{level!r} is none of {', '.join(LEVELS)}", "level")
        _once(seen, record, code, "code")
        entries.append(EntryRow(code, record.text("title"), level, locator=record.where))
        text = record.maybe("text")
        if text is not None:
            texts.append(DescriptionRow(code, "definition", text, locator=record.where))
    _not_empty(table)
    yield PartRows(PartKey(EntryRow), entries)
    yield PartRows(PartKey(DescriptionRow, "definition"), texts)


def read_direct_match(table: Table) -> Iterator[PartRows]:
    """Yield the titles; an x marks those that the SOC shows as examples.

    A title that stands twice under its occupation becomes one row, an example if either is.
    """
    titles: dict[tuple[str, str], Row] = {}
    for record in table.records():
        mark = (record.maybe("featured") or "").lower()
        if mark not in {"", "x"}:
            raise record.fault(f"{mark!r} is neither x nor blank", "featured")
        code, title = _code(record, "code"), record.text("title")
        before = titles.get((code, title))
        if before is None:
            row = TitleRow(code, title, "direct_match", featured=mark == "x", locator=record.where)
            titles[code, title] = row
        else:
            table.leave_out("stands twice under its occupation: one row")
            if mark == "x":
                titles[code, title] = before._replace(featured=True)
    _not_empty(table)
    yield PartRows(PartKey(TitleRow, "direct_match"), list(titles.values()))


def _not_empty(table: Table) -> None:
    if not table.read:
        header = table.header
        raise BadFile(table.document.name, "no rows under the header", sheet=header.sheet)
