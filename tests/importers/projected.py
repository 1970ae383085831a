"""Employment projections in the published shape, small: a workbook, and the export beside it."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path
from typing import Any

from app.importers.projections.employment import ProjectionsReader
from app.importers.reading.sheets import Document, open_document
from app.importers.rows import Reading, ReleaseHead

Sheets = dict[str, list[list[Any]]]
DASH = "\u2014"
EXPORT = "Employment Projections 2021-31.csv"


def book(base: int = 2022, target: int = 2032, wage: str = "Median annual wage, 2022(1)") -> Sheets:
    span, year = f"{base}-{target % 100}", f"{base} National Employment Matrix"
    jobs = [f"Employment, {base}", f"Employment, {target}"]
    change = [f"Employment change, numeric, {span}", f"Employment change, percent, {span}"]
    openings = f"Occupational openings, {span} annual average"
    share = [f"Employment distribution, percent, {y}" for y in (base, target)]
    names = [f"{year} title", f"{year} code"]
    source = ["Source: Employment Projections program, U.S. Bureau of Labor Statistics"]
    assigned = [
        "Typical education needed for entry",
        "Work experience in a related occupation",
        "Typical on-the-job training needed to attain competency in the occupation",
    ]
    degree, none, school = "Bachelor's degree", "None", "High school diploma or equivalent"
    return {
        "Index": [["Occupation.xlsx contents"], ["Table 1.2 Employment by detailed occupation"]],
        "Table 1.2": [
            [f"Table 1.2 Employment by detailed occupation, {base} and projected {target}"],
            [*names, "Occupation type", *jobs, *share, *change, openings],
            ["Total", "00-0000", "Summary", 164482.6, 169148.1, 100, 100, 4665.5, 2.8, 18566.5],
            ["  Managers", "11-1010", "Summary", 280.5, 257.5, 0.2, 0.2, -23.1, -8.2, 19.0],
            ["    Chiefs", "11-1011", "Line item", 280.5, 257.5, 0.2, 0.2, -23.1, -8.2, 19.0],
            source,
        ],
        "Table 1.3": [
            [f"Table 1.3 Fastest growing occupations, {base} and projected {target}"],
            [*names, *jobs, *change, wage],
            ["Total, all occupations", "00-0000", 164482.6, 169148.1, 4665.5, 2.8, 46310.0],
        ],
        "Table 1.7": [
            [f"Table 1.7 Occupational projections, {base}\u2013{target % 100}, and more"],
            [
                *names,
                "Occupation\ntype",
                *jobs,
                *change,
                f"Percent self employed, {base}",
                openings,
                wage,
                *assigned,
            ],
            [
                *["Total, all occupations", "00-0000", "Summary"],
                *[164482.6, 169148.1, 4665.5, 2.8, 6.0, 18566.5, 46310.0, DASH, DASH, DASH],
            ],
            [
                *["  Managers", "11-1010", "Summary"],
                *[280.5, 257.5, -23.1, -8.2, DASH, 19.0, ">=$239,200", DASH, DASH, DASH],
            ],
            [
                *["    Chiefs(2)", "11-1011", "Line item"],
                *[280.5, 257.5, -23.1, -8.2, 20.1, 19.0, ">=$239,200", degree, "5 years or more"],
                none,
            ],
            [
                *["    Purchasers", "13-1020", "Line item"],
                *[1.1, 2.2, 1.1, 100.0, DASH, 0.0, DASH, school, none, none],
            ],
            ["(1) Data are from the wage survey."],
            ["(2) Of companies."],
            [f'Note: Data is unavailable for values denoted with a "{DASH}".'],
            source,
        ],
        "Table 5.3": [
            [f"Table 5.3 Educational attainment by detailed occupation, {base}"],
            [
                *names,
                *["Less than high school diploma", "High school diploma or equivalent"],
                *["Some college, no degree", "Associate's degree", "Bachelor's degree"],
                *["Master's degree", "Doctoral or professional degree"],
            ],
            ["Total, all occupations", "00-0000", 7.7, 23.1, 19.5, 9.5, 24.5, 11.2, 4.6],
            ["Chiefs(1)", "11-1011", 1.7, 8, 13.8, 4.8, 40.2, 24.8, DASH],
            ["(1) This occupation is not an exact match."],
            source,
        ],
    }


EXPORT_HEADER = (
    "Occupation Title,Occupation Code,Employment 2021,Employment 2031,"
    '"Employment Change, 2021-2031","Employment Percent Change, 2021-2031",'
    '"Occupational Openings, 2021-2031 Annual Average",Median Annual Wage 2021,'
    "Typical Entry-Level Education,Education Code,Work Experience in a Related Occupation,"
    "Workex Code,Typical on-the-job Training,trCode"
)
ACTORS = [
    *["Actors    * Actress* Voice-Over Artist", '="27-2011"', "1,050.6", "1,054.7", "4.1", "0.4"],
    *["7.0", "N/A", "Some college, no degree", "6", "None", "4", "Long-term training", "3"],
]
SURGEONS = [
    *["Surgeons", '="29-1248"', "27.1", "27.0", "-0.1", "-.3", "0.8", ">=208,000"],
    *["Doctoral or professional degree", "1", "None", "4", "Internship/residency", "1"],
]


CHIEFS = [
    *["Chiefs    * Chief of Staff", '="11-1011"', "280.5", "257.5", "-23.1", "-8.2", "19.0"],
    *[">=208,000", "Bachelor's degree", "3", "5 years or more", "3", "None", "6"],
]
"""The workbook's line as the data tool exports it, with a wage of another year."""


def export(folder: Path, rows: list[list[str]], header: str = EXPORT_HEADER) -> Document:
    path = folder / "export.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(header + "\n")
        csv.writer(stream, quoting=csv.QUOTE_ALL).writerows(rows)
    return open_document(path, path.name)


def take(document: Document) -> tuple[dict[str, list[Any]], ProjectionsReader]:
    reader = ProjectionsReader(document)
    return {part.key.row.__name__: list(part.rows) for part in reader.parts()}, reader


def figures(row: Any) -> tuple[Any, ...]:
    return tuple(row[4:15])


def reading(document: Document) -> Reading:
    reader = ProjectionsReader(document)
    kind = "projections_csv" if document.name.endswith(".csv") else "projections_workbook"
    head = ReleaseHead(
        f"bls-ep-{reader.period}",
        "bls-ep",
        reader.period,
        "Projections",
        "https://example.org/",
        hashlib.sha256(document.sha256.encode()).hexdigest(),
        kinds=(kind,),
    )
    return Reading(head, reader.parts())
