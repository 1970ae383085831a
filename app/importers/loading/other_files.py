"""Names the publishers' files that this program has no use for, by columns of their headers."""

from __future__ import annotations

from app.importers.reading.columns import normal
from app.importers.reading.sheets import Document

UNUSED: dict[str, frozenset[str]] = {
    "regional price parities of the Bureau of Economic Analysis": frozenset(
        {"geofips", "tablename", "linecode"}
    ),
    "consumer price index": frozenset({"year", "may", "annual_average"}),
    "areas and counties of the Office of Management and Budget": frozenset(
        {"cbsa code", "cbsa title", "fips county code"}
    ),
    "the Census Bureau's list of industries": frozenset({"2017 census code", "2017 naics code"}),
    "series of the OEWS's flat files": frozenset({"series_id", "seasonal", "datatype_code"}),
    "types of area of the OEWS's flat files": frozenset({"areatype_code", "areatype_name"}),
    "sectors of the OEWS's flat files": frozenset({"sector_code", "sector_name"}),
    "seasonal adjustment of the OEWS's flat files": frozenset({"seasonal_code", "seasonal_text"}),
    "job titles of employers, which `occupations employers` counts": frozenset(
        {"title", "code", "count", "source"}
    ),
    "job titles with the right codes": frozenset({"title", "codes"}),
    "disclosure data, whose titles `occupations employers` counts": frozenset(
        {"case_status", "job_title", "soc_code"}
    ),
}
"""What a file is → columns that it is known by."""
NOT_READ: dict[str, frozenset[str]] = {
    "long-term projections of the states": frozenset({"stfips", "areaname"}),
    "occupations in columns of their own (soc code)": frozenset({"soc code"}),
    "occupations in columns of their own (soc_code)": frozenset({"soc_code"}),
    "occupations in columns of their own (occ_code)": frozenset({"occ_code"}),
    "occupations in columns of their own (occupation code)": frozenset({"occupation code"}),
}
"""The same of files that look as if this program should read them, as a state's own."""


def name_of(document: Document, known: dict[str, frozenset[str]]) -> str:
    """Return what a document is by a table of columns; "" if it is none of them."""
    for sheet in document.sheets():
        for _, cells in document.head(sheet):
            names = {normal(cell) for cell in cells}
            for what, columns in known.items():
                if columns <= names:
                    return what
    return ""
