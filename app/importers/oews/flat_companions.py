"""The files beside ``oe.data`` that say what the codes in its series mean.

BLS's flat files hold one figure a line, named by a series: OE, seasonal adjustment, type and code
of area, industry, occupation and datatype. The other files translate each of these codes. All are
known by their headers, whatever they are called.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from app.database.models.occupations import POSTAL, TERRITORIES
from app.importers.faults import BadFile
from app.importers.oews.areas import industry_code
from app.importers.oews.marks import stated_top_codes
from app.importers.reading.columns import normal
from app.importers.reading.sheets import Document, Header, TextTable
from app.importers.reading.tables import Record, Table

DATA = "oews_flat_data"
PREFIX = "oews_flat_"
COLUMNS: dict[str, dict[str, str]] = {
    DATA: {
        "SERIES_ID": "series",
        "YEAR": "year",
        "PERIOD": "period",
        "VALUE": "value",
        "FOOTNOTE_CODES": "footnotes",
    },
    "oews_flat_area": {
        "STATE_CODE": "state",
        "AREA_CODE": "code",
        "AREATYPE_CODE": "type",
        "AREA_NAME": "name",
    },
    "oews_flat_industry": {
        "INDUSTRY_CODE": "code",
        "INDUSTRY_NAME": "name",
        "DISPLAY_LEVEL": "level",
    },
    "oews_flat_occupation": {
        "OCCUPATION_CODE": "code",
        "OCCUPATION_NAME": "name",
        "DISPLAY_LEVEL": "level",
    },
    "oews_flat_datatype": {"DATATYPE_CODE": "code", "DATATYPE_NAME": "name"},
    "oews_flat_footnote": {"FOOTNOTE_CODE": "code", "FOOTNOTE_TEXT": "name"},
    "oews_flat_release": {"RELEASE_DATE": "code", "DESCRIPTION": "name"},
}
"""Kind of file → its columns."""
NEEDED = ("oews_flat_area", "oews_flat_industry", "oews_flat_occupation")
"""Files without which ``oe.data`` cannot be read."""
DATATYPES = {
    "01": ("tot_emp", "Employment"),
    "02": ("emp_prse", "Employment percent relative standard error"),
    "03": ("h_mean", "Hourly mean wage"),
    "04": ("a_mean", "Annual mean wage"),
    "05": ("mean_prse", "Wage percent relative standard error"),
    "06": ("h_pct10", "Hourly 10th percentile wage"),
    "07": ("h_pct25", "Hourly 25th percentile wage"),
    "08": ("h_median", "Hourly median wage"),
    "09": ("h_pct75", "Hourly 75th percentile wage"),
    "10": ("h_pct90", "Hourly 90th percentile wage"),
    "11": ("a_pct10", "Annual 10th percentile wage"),
    "12": ("a_pct25", "Annual 25th percentile wage"),
    "13": ("a_median", "Annual median wage"),
    "14": ("a_pct75", "Annual 75th percentile wage"),
    "15": ("a_pct90", "Annual 90th percentile wage"),
    "16": ("jobs_1000", "Employment per 1,000 jobs"),
    "17": ("loc_quotient", "Location Quotient"),
}
"""Code of a datatype → the column of all-data files with that figure, and its name in oe.datatype.

The last two stand for areas only, all others for every occupation.
"""
LEVELS = {"0": "major", "1": "minor", "2": "broad", "3": "detailed"}
"""display_level of an occupation → its level. 000000 is the total."""
SECTOR = re.compile(r"(\d\d)-+\d+")
"""31--33, in other years 31--34: a sector, by its first number."""
SECTOR_NAME = re.compile(r"sectors? [\d, and]+- ", re.IGNORECASE)
"""What stands before the name that other files have: Sectors 31, 32, and 33 - Manufacturing."""
TOTAL = "000000"


class Codes(NamedTuple):
    """What the codes in a series mean: the cells that all-data files have for them."""

    areas: dict[str, tuple[str, str, str, str]]
    """Type and code of an area → AREA, AREA_TITLE, AREA_TYPE, PRIM_STATE."""
    industries: dict[str, tuple[str, str]]
    """Industry → NAICS, NAICS_TITLE."""
    occupations: dict[str, tuple[str, str, str]]
    """Occupation → OCC_CODE, OCC_TITLE, OCC_GROUP."""


Companions = Mapping[str, tuple[Document, Header]]
"""Kind of file → file."""
Reader = Callable[[Record], tuple[str, tuple[str, ...]]]
"""Reader of a row: a code and what it means."""


def flat_kind(document: Document) -> tuple[str, Header] | None:
    """Return the kind and header of a flat file that is read; None for any other file."""
    rows = document.head(None) if isinstance(document, TextTable) else []
    if not rows:
        return None
    number, cells = rows[0]
    header = Header(None, number, tuple(map(normal, cells)))
    if header.names == tuple(map(str.lower, COLUMNS[DATA])):
        # All of BLS's flat files of data have these columns: the series tell the survey.
        first = next((str(cells[0]) for _, cells in rows[1:] if cells), "")
        return (DATA, header) if first.startswith("OE") else None
    for kind, columns in COLUMNS.items():
        if {name.lower() for name in columns} <= {*header.names}:
            return kind, header
    return None


def read_codes(data: str, companions: Companions) -> Codes:
    """Return what the files say. ``data`` is the name of the file that they are for.

    Raises ``BadFile`` if one is missing, or says what this program does not understand.
    """
    if missing := [kind for kind in NEEDED if kind not in companions]:
        names = ", ".join(f"oe.{kind.removeprefix(PREFIX)}" for kind in missing)
        raise BadFile(data, f"{names} must lie beside it, to say what its series are about")
    for record in _records(companions, "oews_flat_datatype"):
        code, name = record.text("code"), record.text("name")
        if code in DATATYPES and name.lower() != DATATYPES[code][1].lower():
            raise record.fault(f"datatype {code} is {DATATYPES[code][1]!r}, not {name!r}", "name")
    return Codes(
        *(_meanings(companions, kind, read) for kind, read in READERS.items())  # type: ignore[arg-type] # one reader a field
    )


def _meanings(companions: Companions, kind: str, read: Reader) -> dict[str, tuple[str, ...]]:
    """Return what the codes of a file mean. Raises ``BadFile`` for one that stands twice."""
    found: dict[str, tuple[str, ...]] = {}
    for record in _records(companions, kind):
        code, meaning = read(record)
        if found.setdefault(code, meaning) != meaning:
            raise record.fault(f"{code} stands above too, with another meaning", "code")
    return found


def top_codes_in(companions: Companions) -> tuple[int, int] | None:
    """Return the top codes, dollars a year and cents an hour, that oe.footnote states."""
    found = None
    for record in _records(companions, "oews_flat_footnote"):
        if record.text("code") == "5":
            found = stated_top_codes(record.text("name"))
            if found is None:
                raise record.fault("what footnote 5 stands for is not understood", "name")
    return found


def _records(companions: Companions, kind: str) -> Iterator[Record]:
    if kind in companions:
        yield from Table(*companions[kind], COLUMNS[kind]).records()


def _area(record: Record) -> tuple[str, tuple[str, str, str, str]]:
    kind, code, state = (record.text(name) for name in ("type", "code", "state"))
    name = record.title("name")
    if kind == "N":
        return kind + code, ("99", "U.S.", "1", "US")
    if state not in POSTAL:
        raise record.fault(f"{state!r} is no state", "state")
    if kind == "S":
        area, area_type = state, "3" if state in TERRITORIES else "2"
    elif kind == "M":
        metropolitan = code.startswith("00")
        area, area_type = (code[2:], "4") if metropolitan else (code, "6")
    else:
        raise record.fault(f"{kind!r} is none of N, S, M", "type")
    return kind + code, (area, name, area_type, POSTAL[state])


def _industry(record: Record) -> tuple[str, tuple[str, str]]:
    code, name = record.text("code"), record.title("name")
    sector = SECTOR.fullmatch(code)
    title = "Cross-industry" if code == TOTAL else SECTOR_NAME.sub("", name)
    return code, (industry_code(sector[1] if sector else code), title)


def _occupation(record: Record) -> tuple[str, tuple[str, str, str]]:
    code, level = record.text("code"), record.text("level")
    if level not in LEVELS:
        raise record.fault(f"{level!r} is none of {', '.join(LEVELS)}", "level")
    its = "total" if code == TOTAL else LEVELS[level]
    return code, (f"{code[:2]}-{code[2:]}", record.title("name"), its)


READERS: dict[str, Reader] = {
    "oews_flat_area": _area,
    "oews_flat_industry": _industry,
    "oews_flat_occupation": _occupation,
}
"""Kind of file → reader of its rows, in the order of ``Codes``."""
