"""The list that ``occupations employers`` makes of disclosure files: written, and read as rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.importers.faults import BadFile
from app.importers.oflc.filings import Counted
from app.importers.reading.cells import persons
from app.importers.reading.opening import open_to_write
from app.importers.reading.sheets import Header
from app.importers.reading.tables import Table
from app.importers.rows import PartKey, PartRows, Row, TitleRow

COLUMNS = {
    "employers' job title": "title",
    r"2018 soc code": "code",
    r"filings, fiscal years? \d{4}( to \d{4})?": "n",
}
KIND = "employer"
YEARS = re.compile(r"(20\d\d)(?:-(20\d\d))?")
"""Fiscal years as a command takes them: 2024, 2011-2025."""


def write_titles(path: Path, years: str, counted: Iterable[Counted]) -> int:
    """Write the list to a file; return its rows. The header names the fiscal years."""
    first, _, last = years.partition("-")
    named = f"filings, fiscal years {first} to {last}" if last else f"filings, fiscal year {first}"
    lines = ["\t".join(one) for one in ((c.title, c.code, str(c.n)) for c in counted)]
    head = f"employers' job title\t2018 SOC code\t{named}"
    with open_to_write(path) as out:
        out.truncate()
        out.write("\n".join([head, *lines, ""]).encode())
    return len(lines)


def years_of(header: Header, name: str) -> str:
    """Return the fiscal years in a header, 2011-2025. Raises ``BadFile`` if it names none."""
    found = re.findall(r"\b20\d\d\b", " ".join(header.names).replace("2018 soc", ""))
    if not found or found != sorted(found):
        raise BadFile(name, "its header names no fiscal years", row=header.row)
    return "-".join(found)


def read_titles(table: Table) -> Iterator[PartRows]:
    """Yield the one part. Of a title and code there is one line."""
    seen: dict[tuple[str, str], int] = {}
    rows: list[Row] = []
    for record in table.records():
        title, code = record.title("title"), record.text("code")
        if not re.fullmatch(r"\d\d-\d{4}", code):
            raise record.fault(f"{code!r} is no occupation code: NN-NNNN", "code")
        if seen.setdefault((title, code), record.row) != record.row:
            raise record.fault(f"{title!r} has {code} in row {seen[title, code]} too", "title")
        n = record.read(persons, "n")
        if not n:
            raise record.fault("no filing", "n")
        rows.append(TitleRow(code, title, KIND, n=n))
    table.require_rows()
    yield PartRows(PartKey(TitleRow, KIND), rows)
