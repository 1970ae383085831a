"""The publisher's tables that this API does not use, where they are files of their own."""

from __future__ import annotations

import re

from app.importers.faults import BadFile
from app.importers.projections.columns import ANY_YEARS
from app.importers.projections.other_sheets import missing_sheets
from app.importers.reading.columns import count_matches, readable_pattern
from app.importers.reading.headings import find_joined_header
from app.importers.reading.sheets import Document

MATRIX = r"\d{4} national employment matrix( occupation)? (title( and code)?|code)"
JOBS = r"employment,?( number,)? \d{4}( \(thousands\))?"
TABLES: dict[str, tuple[str, ...]] = {
    "an industry of the National Employment Matrix": (
        r"occupation (title|code)",
        r"(projected )?\d{4} percent of industry",
    ),
    "an occupation of the National Employment Matrix": (
        r"industry (title|code)",
        r"(projected )?\d{4} percent of occupation",
    ),
    "skills by occupation (table 6.2)": (
        MATRIX,
        r"critical and analytical thinking",
        r"speaking and listening",
    ),
    "occupational separations (table 1.10)": (MATRIX, r".*separations.*"),
    "replacement needs (table 1.10)": (MATRIX, r"\d{4}-\d{2} replacement needs"),
    "educational attainment (table 5.3)": (MATRIX, r"doctoral or professional degree"),
    "factors that affect employment (table 1.12)": (
        r".*occupation.*(title|code)",
        r"factors affecting occupational utilization.*",
    ),
    "employment by occupation (table 1.2)": (
        MATRIX,
        JOBS,
        r"(occupational|job) openings.*",
    ),
    "a list of occupations (tables 1.1, 1.3 to 1.6)": (MATRIX, JOBS, r"median annual wage.*"),
}
"""What a table is → the columns that it has. The first that fits is the one."""
KNOWN = dict.fromkeys((pattern for columns in TABLES.values() for pattern in columns), "")


def other_tables(document: Document) -> list[str]:
    """Return what a file's tables are that have not the main columns of the projections.

    Each says which of these columns it lacks. Raises ``BadFile`` for a workbook whose index names
    sheets that are not there: the main table must be one of them.
    """
    found = [what for sheet in document.sheets() if (what := _named(document, sheet))]
    if found and (missing := missing_sheets(document)):
        named = ", ".join(missing)
        why = f"no sheet has the projections; its index names sheets that are missing: {named}"
        raise BadFile(document.name, why)
    return found


def _named(document: Document, sheet: str | None) -> str:
    header = find_joined_header(document, sheet, KNOWN, 2)
    if header is None:
        return ""
    for what, columns in TABLES.items():
        if count_matches(dict.fromkeys(columns, ""), header.names) < len(columns):
            continue
        lacks = dict.fromkeys(
            repr(readable_pattern(pattern))
            for pattern, field in ANY_YEARS.items()
            if field not in {"title", "code"}
            and not any(re.fullmatch(pattern, name) for name in header.names)
        )
        listed = ", ".join(lacks)
        return f"Employment Projections, {what}, without the columns {listed}"
    return ""
