"""Small lists of codes and crosswalks in the publishers' shapes."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.builders import write_xlsx

Sheets = dict[str, list[list[Any]]]
PREAMBLE = [["Bureau of Labor Statistics"], ["Questions: soc@example.gov"], [""]]


def soc() -> Sheets:
    return {
        "Sorted by 2010": [
            *PREAMBLE,
            ["2010 SOC Code", "2010 SOC Title", "2018 SOC Code", "2018 SOC Title"],
            ["15-1132", "Software  Developers, Applications", "15-1252", "Software Developers"],
            ["15-1133", "Software Developers, Systems*", "15-1252", "Software Developers"],
            ["15-1134", "Web Developers", "15-1254", "Web Developers"],
            ["15-1134", "Web Developers (#)", "15-1255 ", "Web and Digital Interface Designers"],
        ]
    }


def soc_2000() -> Sheets:
    head = ["2000 SOC code", "2000 SOC title", "2010 SOC code", "2010 SOC title"]
    directors = ["11-9061", "Funeral Directors *", "11-9061", "Funeral Service Managers"]
    return {"sort by SOC 2000": [*PREAMBLE, head, [""] * 4, directors]}


def isco() -> Sheets:
    head = ["ISCO-08 Code", "ISCO-08 Title EN", "part", "2010 SOC Code", "2010 SOC Title"]
    lines = [
        ["2512", "Software developers", "*", "15-1132", "Applications", ""],
        ["2512", "Software developers", "", "15-1133 ", "Systems", "recommended match"],
        ["313", "Process control technicians", "*", "51-8099", "Operators", ""],
    ]
    back = [
        [soc, title, "*" if code == "313" else "", code, name, note]
        for code, name, _, soc, title, note in lines
    ]
    return {
        "ISCO-08 to 2010 SOC": [*PREAMBLE, [*head, "Comment 8/17/11"], *lines],
        "2010 SOC to ISCO-08": [*PREAMBLE, [*head[3:], *head[2::-2], head[1], "Comment"], *back],
    }


def cip() -> Sheets:
    head = ["CIP2020Code", "CIP2020Title", "SOC2018Code", "SOC2018Title"]
    lines = [
        ["51.0701", "Health Care Administration.", "11-9111", "Managers"],
        ["51.0701", "Health Care Administration.", "25-1071", "Teachers"],
        ["03.0204", "Resource Economics.", "19-3011", "Economists"],
        ["01.0508", "Taxidermy.", "99-9999", "NO MATCH"],
        ["99.9999", "NO MATCH", "13-1074", "Farm Labor Contractors"],
    ]
    back = [[*line[2:], *line[:2]] for line in lines if line[0] != "03.0204"]
    return {
        "File Guide": [["File Name", "Description"], ["CIP-SOC", "This file"]],
        "New CIP": [head, lines[0]],
        "CIP-SOC": [head, *lines],
        "SOC-CIP": [[*head[2:], *head[:2]], *back],
    }


def hybrid() -> Sheets:
    head = [f"OES {year} Estimates {what}" for year in (2019, 2018) for what in ("Code", "Title")]
    head[2:2] = ["2018 SOC Code ", "2018 SOC Title"]
    title = "Software Developers and Analysts   "
    return {
        "OES2019 Hybrid": [
            *[["The table below"], ["The first two"], ["Blue"], ["Green"], [""]],
            [*head, "2010 SOC Code", "2010 SOC Title", "NOTES"],
            ["15-1256", title, "15-1252", "x", "15-1132", "Apps", "15-1132", " Apps", "Hybrid"],
            ["15-1256", title, "15-1252", "x", "15-1133", "Systems", "15-1133", "Sys", "Hybrid"],
            ["15-1256", title, "15-1253", "y", "15-1133", "Systems", "15-1133", "Sys", "Hybrid"],
        ],
        "Field descriptions": [["Column", "Column description"], ["NOTES", "More"]],
    }


def onet(year: int, other: str) -> list[list[str]]:
    names = [f"{one} {what}" for one in (f"O*NET-SOC {year}", other) for what in ("Code", "Title")]
    if other == "2018 SOC":
        return [names, ["15-1255.01", "Video Game Designers", "15-1255", "Designers"]]
    return [names, ["15-1134.00", "Web Developers", "15-1254.00", "Web Developers"]]


def matrix() -> Sheets:
    head = ["Sort Order", "O*NET-SOC Code", "O*NET-SOC Title", "NEM Code"]
    head += ["National Employment Matrix Occupational Title", "OOH Profile Code"]
    rows = [1.0, "31-1121.00", "Home Health Aides", "31-1120", "Home health aides", "B039"]
    return {"ONET to SOC crosswalk": [*PREAMBLE, [""], head, rows]}


def walk() -> Sheets:
    head = ["ESCO/ISCO Code", "ESCO/ISCO Title", "O*NET-SOC 2019 Code", "O*NET-SOC 2019 Title"]
    return {
        "Crosswalks": [
            *[["O*NET-SOC 2019 Crosswalks"], ["European Skills"], [""], head],
            ["0110", "officers", "55-1011.00", "Air Crew Officers"],
            ["2512.4", "developer", "15-1252.00", "Software Developers"],
            ["2512.4", "developer", "15-1254.00", "Web Developers"],
            ["", "", "", ""],
            ["", "This publication uses the ESCO classification. ESCO v1.1.0 used.", "", ""],
        ]
    }


URI = "http://data.europa.eu/esco"
ESCO = [
    ["conceptType", "conceptUri", "iscoGroup", "preferredLabel", "altLabels", "status", "code"],
    ["Occupation", f"{URI}/occupation/1", "2512", "developer", "coder\nhacker", "x", "2512.4"],
    ["Occupation", f"{URI}/occupation/2", "2512", "game\u2019s developer", "", "x", "2512.4.1"],
]
GROUPS = [
    ["conceptType", "conceptUri", "code", "preferredLabel", "status", "altLabels", "description"],
    ["ISCOGroup", f"{URI}/isco/C2", "2", "Professionals", "released", "", "Do\n\nmuch"],
    ["ISCOGroup", f"{URI}/isco/C2512", "2512", "Software developers", "released", "", ""],
]
NAICS = [["code", "title"], ["31-33", "Manufacturing"], ["311", "Food"], ["3111", "Feed"]]


def write_csv(path: Path, rows: list[list[str]]) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(rows)


BOOKS: dict[str, Callable[[], Sheets]] = {
    "soc.xlsx": soc,
    "soc2000.xlsx": soc_2000,
    "isco.xlsx": isco,
    "cip.xlsx": cip,
    "hybrid.xlsx": hybrid,
    "matrix.xlsx": matrix,
    "walk.xlsx": walk,
}
TEXTS = {
    "onet2010.csv": onet(2010, "O*NET-SOC 2019"),
    "onet2019.csv": onet(2019, "2018 SOC"),
    "esco-1.2.0/occupations_en.csv": ESCO,
    "esco-1.2.0/ISCOGroups_en.csv": GROUPS,
    "naics_2022.csv": NAICS,
    "naics_2017.csv": NAICS[:3],
}


def write_all(folder: Path) -> Path:
    """Write a file of every format into a folder and return it."""
    for name, sheets in BOOKS.items():
        write_xlsx(folder / name, sheets())
    for name, rows in TEXTS.items():
        write_csv(folder / name, rows)
    return folder
