"""Reads a list of codes or a crosswalk: entries a classification, mappings a pair of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import reduce
from pathlib import PurePosixPath

from app.database.models.classifications import CURRENT
from app.importers.crosswalks.formats import (
    CODES,
    FORMATS,
    MATCHES,
    PARTS,
    TITLE_MARKS,
    Format,
    Side,
    level_of,
    parent_of,
    system_of,
)
from app.importers.faults import BadFile
from app.importers.reading import cells
from app.importers.reading.columns import find_header, match_columns, unknown_columns
from app.importers.reading.sheets import Document, Header
from app.importers.reading.tables import UNUSED_COLUMN, Record, Table
from app.importers.rows import EntryRow, MappingRow, PartKey, PartRows, Row

Code = tuple[str, str]
"""A classification and a code of it."""
FOOTNOTE = re.compile(r"(\s*(\*+|\(#\)))+$")
"""Marks at the end of a title: (#) where the SOC 2018 has the code's people under other codes."""
VERSION = re.compile(r"(?<![\d.])(20\d\d|\d\.\d)(?!\d)")
"""A version in the name of a file or folder: naics_2022.csv, esco-1.2.0."""
YEAR_OF_NAICS = re.compile(r"(20\d\d) naics\b")
"""The version in a heading of the Census Bureau: 2022 NAICS US Code."""


def format_of(document: Document) -> tuple[str, Header] | None:
    """Return a file's format and header, if it has the columns of codes of one.

    Raises ``BadFile`` if it lacks another column, or the sheet that has the pairs.
    """
    for name, form in FORMATS.items():
        if form.names and not re.search(form.names, PurePosixPath(document.name).name, re.I):
            continue
        wanted = dict.fromkeys(form.codes, "")
        headers = (find_header(document, s, wanted, len(wanted)) for s in document.sheets())
        found = [header for header in headers if header is not None]
        if form.names:  # columns that many files have: it has no others
            known = {**form.columns, form.ignored: ""}
            found = [one for one in found if not unknown_columns(one, known)]
        if not found:
            continue
        named = [one for one in found if one.sheet in {None, form.sheet} or not form.sheet]
        if not named:
            why = f"no sheet {form.sheet!r}, which has the pairs of {form.title}"
            raise BadFile(document.name, why)
        match_columns(document, named[0], form.columns, form.optional)
        return name, named[0]
    return None


def version_of(document: Document, header: Header, form: Format, given: str | None) -> str:
    """Return the version of a file whose format does not tell it; "" if it does.

    It stands in the header, in the file's name or is ``given``; else it is that of the nearest
    folder whose name has one. Raises ``BadFile`` if these contradict each other.
    """
    if "{version}" not in form.name:
        return ""
    *folders, name = document.name.split("/")
    headings = (YEAR_OF_NAICS.match(heading) for heading in header.names)
    said = {
        "header": {year[1] for year in headings if year},
        "file name": {*VERSION.findall(name)},
        "--release": {given} if given else set(),
    }
    for folder in reversed(folders):
        if not any(said.values()):
            said[folder] = {*VERSION.findall(folder)}
    if not any(said.values()):
        why = "neither its name nor its folder has the version of its codes: give --release N.N"
        raise BadFile(document.name, why)
    agreed: set[str] = reduce(set.__and__, filter(None, said.values()))
    if len(agreed) != 1:
        places = (f"{place}: {' or '.join(sorted(its))}" for place, its in said.items() if its)
        why = f"contradicts itself about the version of its codes ({', '.join(places)})"
        raise BadFile(document.name, why + ("" if given else ": give --release N.N"))
    return agreed.pop()


class CodeListReader:
    """Reads one file. When all parts are taken, ``table`` has its counts."""

    def __init__(self, document: Document, header: Header, form: Format, version: str) -> None:
        self.document, self.form, self.version = document, form, version
        self.table = Table(document, header, form.columns, form.optional)
        self.entries: dict[str, dict[str, Row]] = {}  # classification → code → entry
        self.mappings: dict[tuple[str, str], dict[tuple[str, str], Row]] = {}
        self.rows: dict[tuple[Code, ...], int] = {}  # the codes of each line → its row
        self.parted: dict[tuple[Code, ...], bool] = {}  # and its mark in the column of matches
        self.parted_back: dict[tuple[Code, ...], bool] = {}  # and that in the reverse sheet

    def parts(self) -> Iterator[PartRows]:
        """Yield the entries of each classification, then the mappings of each pair of them."""
        for record in self.table.records():
            codes = self._codes(record)
            if codes is not None:
                self._take(record, codes)
        self.table.require_rows()
        self._say_unused()
        if self.form.reverse:
            self._compare()
        for classification, entries in self.entries.items():
            key = PartKey(EntryRow, classification, classification=classification)
            yield PartRows(key, list(entries.values()))
        for (one, other), rows in self.mappings.items():
            key = PartKey(MappingRow, f"{one}/{other}", classification=one)
            matched = [self._matched(one, other, row) for row in rows.values()]
            yield PartRows(key, matched, {"from": one, "to": other})

    def fault_at(self, classification: str, code: str, why: str) -> BadFile:
        """Return a fault at the first line that has a code."""
        for line, row in self.rows.items():
            if (classification, code) in line:
                return self.table.fault(why, row, f"code{line.index((classification, code))}")
        return BadFile(self.document.name, why)

    def _matched(self, first: str, second: str, row: Row) -> Row:
        """Return a pair with its match, if the file has a column of them."""
        line = (first, row.from_code), (second, row.to_code)
        if line not in self.parted:
            return row
        return row._replace(match=MATCHES[self.parted[line], self.parted_back.get(line)])

    def _codes(self, record: Record) -> list[Code] | None:
        """Return the codes of a line; None for a note below the table."""
        fields = [f"code{n}" for n in range(len(self.form.sides))]
        if not any(map(record.cell, fields)) and sum(map(bool, record.cells)) == 1:
            record.table.leave_out("notes")
            return None
        return [self._code(record, *one) for one in zip(fields, self.form.sides, strict=True)]

    def _code(self, record: Record, field: str, side: Side) -> Code:
        cell = record.cell(field)
        if isinstance(cell, float) and side.classification.startswith("naics"):
            code = f"{cell:.15g}"  # no code of NAICS begins with a zero
        elif isinstance(cell, float):
            raise record.fault("a number, which may have lost zeros: codes are text", field)
        else:
            code = record.text(field)
        classification = side.classification_of(code, self.version)
        if not re.fullmatch(CODES[system_of(classification)], code):
            raise record.fault(f"{code!r} is no code of {classification}", field)
        return classification, code

    def _take(self, record: Record, codes: list[Code]) -> None:
        line = tuple(codes)
        if line in self.rows:
            said = " and ".join(code for _, code in codes)
            raise record.fault(f"{said} stand in row {self.rows[line]} too", "code0")
        self.rows[line] = record.row
        if self.form.match:
            self.parted[line] = self._part(record)
        matched = self._titles(record, codes)
        if not matched:
            self.table.leave_out("lines without a match, of which the title is loaded")
            return
        for number, (one, other) in enumerate(self.form.pairs):
            (first, code), (second, other_code) = codes[one], codes[other]
            rows = self.mappings.setdefault((first, second), {})
            note = record.read(cells.text_or_none, "note") if number == 0 else None
            row = MappingRow(code, other_code, note=note)
            known = rows.setdefault((code, other_code), row)
            if known != row:
                why = f"{code} and {other_code} stand on another line with {known.note!r}"
                raise record.fault(why, "note")

    def _titles(self, record: Record, codes: list[Code]) -> bool:
        """Take the titles of a line. Tell whether all its codes are some."""
        matched = True
        for n, (side, (classification, code)) in enumerate(
            zip(self.form.sides, codes, strict=True)
        ):
            if side.none and code == side.none:
                matched = False
            elif side.title and side.classification != CURRENT:
                title = re.sub(FOOTNOTE, "", " ".join(record.title(f"title{n}").split()))
                title = re.sub(TITLE_MARKS.get(system_of(classification), "$"), "", title)
                uri = record.text(f"uri{n}") if side.uri else None
                entries = self.entries.setdefault(classification, {})
                level, parent = level_of(classification, code), parent_of(classification, code)
                row = EntryRow(code, title, level, parent, uri, locator=record.where)
                known = entries.setdefault(code, row)
                if known[:5] != row[:5]:
                    why = f"{code} is {title!r} here and {known.title!r} in {known.locator}"
                    raise record.fault(why, f"title{n}")
        return matched

    def _part(self, record: Record) -> bool:
        mark = str(record.cell("match"))
        if mark not in PARTS:
            raise record.fault(f"{mark!r} is no known mark: an asterisk or blank", "match")
        return PARTS[mark]

    def _say_unused(self) -> None:
        unused = unknown_columns(self.table.header, self.form.columns)
        for n, side in enumerate(self.form.sides):
            if side.classification == CURRENT and f"title{n}" in self.table.columns:
                unused.append(self.table.header.names[self.table.columns[f"title{n}"]])
        if unused:
            self.table.leave_out(f"{UNUSED_COLUMN}: {', '.join(unused)}")
        for sheet in self.document.sheets():
            if sheet not in {self.table.header.sheet, self.form.reverse}:
                count = sum(1 for _, row in self.document.rows(sheet) if any(row))
                self.table.read += count
                self.table.leave_out(f"sheet {sheet!r}: not of this API", count)

    def _compare(self) -> None:
        """Raise ``BadFile`` if the sheet with the pairs the other way round has other pairs.

        A code that it lacks altogether contradicts nothing: one of CIP 2020 is in one sheet only.
        """
        own, reverse = self.table.header.sheet, self.form.reverse
        if reverse not in self.document.sheets():
            self.table.leave_out(f"no sheet {reverse!r} to compare with", 0)
            return
        wanted = dict.fromkeys(self.form.codes, "")
        header = find_header(self.document, reverse, wanted, len(wanted))
        if header is None:
            raise BadFile(self.document.name, "no column of codes", sheet=reverse)
        table = Table(self.document, header, self.form.columns, self.form.optional)
        known = set()
        for record in table.records():
            codes = self._codes(record)
            if codes is None:
                continue
            self._titles(record, codes)
            line = tuple(codes)
            if line not in self.rows:
                said = " and ".join(code for _, code in codes)
                raise record.fault(f"{said} do not stand in sheet {own!r}", "code0")
            known.add(line)
            if self.form.match:
                self.parted_back[line] = self._part(record)
        firsts = {line[0] for line in known}
        for line, row in self.rows.items():
            if line not in known and line[0] in firsts:
                said = " and ".join(code for _, code in line)
                why = f"{said} do not stand in sheet {reverse!r}, where {line[0][1]} does"
                raise self.table.fault(why, row, "code0")
        alone = sorted({line[0][1] for line in self.rows} - {code for _, code in firsts})
        if alone:
            why = f"sheet {own!r}: codes that {reverse!r} does not have: {', '.join(alone)}"
            self.table.leave_out(why, 0)
        self.table.read += table.read
        self.table.leave_out(f"sheet {reverse!r}: the same pairs again, compared", table.read)
