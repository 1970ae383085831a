"""Small flat files of the OEWS, made of the lines that other OEWS files have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.builders import OEWS_HEADER, line

NAMES = "TOT_EMP EMP_PRSE H_MEAN A_MEAN MEAN_PRSE " + " ".join(
    f"{basis}_{point}" for basis in "HA" for point in ("PCT10", "PCT25", "MEDIAN", "PCT75", "PCT90")
)
DATATYPES = {f"{n:02}": name for n, name in enumerate(NAMES.split(), 1)}
DATATYPES |= {"16": "JOBS_1000", "17": "LOC_QUOTIENT"}
HEADER = "series_id                     \tyear\tperiod\t       value\tfootnote_codes"
NOTES = {"*": "8", "**": "8", "#": "5"}
COMPANIONS = {
    "oe.area": """state_code|area_code|areatype_code|area_name
        00|0000000|N|National
        48|4800000|S|Texas
        72|7200000|S|Puerto Rico
        48|0010180|M|Abilene, TX
        01|0100001|M|Northwest Alabama nonmetropolitan area""",
    "oe.industry": """industry_code|industry_name|display_level|selectable|sort_sequence
        000000|Cross-industry, Private, Federal, State, and Local Government|0|T|0
        000001|Cross-industry, Private Ownership Only|1|T|1
        31--33|Sectors 31, 32, and 33 - Manufacturing|2|T|2
        622000|Hospitals|3|T|3""",
    "oe.occupation": """occupation_code|occupation_name|display_level|selectable|sort_sequence
        000000|All Occupations|0|T|0
        110000|Management Occupations|0|T|1
        119000|Other Management Occupations|1|T|2
        119110|Medical and Health Services Managers|2|T|3
        119111|Medical and Health Services Managers|3|T|4""",
    "oe.footnote": """footnote_code|footnote_text
        5|This wage is equal to or greater than $100.00 per hour or $208,000 per year.
        8|Estimate not released.""",
    "oe.datatype": "datatype_code|datatype_name\n01|Employment\n06|Hourly 10th percentile wage",
    "oe.release": "release_date|description\n2021A01|May 2021",
}
AREAS = {"1": "N0000000", "2": "S{}00000", "3": "S{}00000", "4": "M00{}", "6": "M{}"}
INDUSTRIES = {"31-33": "31--33"}


def series(**changed: Any) -> list[str]:
    """Return the lines of the flat file for one line of another OEWS file."""
    row = dict(zip(OEWS_HEADER, line(**changed), strict=True))
    industry = INDUSTRIES.get(row["NAICS"], row["NAICS"])
    area = AREAS[row["AREA_TYPE"]].format(row["AREA"])
    start = f"OEU{area}{industry}{row['OCC_CODE'].replace('-', '')}"
    lines = []
    for code, name in DATATYPES.items():
        if row[name] == "":
            continue
        note = NOTES.get(row[name], "")
        value = "-" if note else f"{row[name]:.15g}"
        lines.append(f"{start}{code}".ljust(30) + f"\t2021\tA01\t{value:>12}\t{note}")
    return lines


def flat_folder(folder: Path, *lines: list[str], **changed: str | None) -> Path:
    """Write a folder of flat files. ``changed`` has other companions; None is none."""
    folder.mkdir(parents=True, exist_ok=True)
    companions = COMPANIONS | {name.replace("_", "."): text for name, text in changed.items()}
    for name, text in companions.items():
        if text is not None:
            rows = ("\t".join(row.strip().split("|")) for row in text.splitlines())
            (folder / name).write_bytes("".join(f"{row}\r\n" for row in rows).encode())
    data = "".join(f"{row}\r\n" for row in (HEADER, *(one for its in lines for one in its)))
    (folder / "oe.data.0.Current").write_bytes(data.encode())
    return folder
