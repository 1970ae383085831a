"""A small world of codes: a few occupations of the SOC 2018, and crosswalks that lead to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.builders import line, oews_book, write_xlsx
from tests.importers.crosswalks.files import ESCO, GROUPS, PREAMBLE, URI, Sheets, write_csv

SOC = {
    "11-9110": {"11-9111": "Medical and Health Services Managers"},
    "13-1080": {"13-1082": "Project Management Specialists"},
    "15-1250": {
        "15-1252": "Software Developers",
        "15-1253": "Software Quality Assurance Analysts and Testers",
        "15-1254": "Web Developers",
        "15-1255": "Web and Digital Interface Designers",
    },
    "15-1290": {"15-1299": "Computer Occupations, All Other"},
    "29-1140": {"29-1141": "Registered Nurses"},
    "29-1150": {"29-1151": "Nurse Anesthetists"},
    "29-1170": {"29-1171": "Nurse Practitioners"},
    "31-1120": {"31-1121": "Home Health Aides", "31-1122": "Personal Care Aides"},
}
"""Broad group → its occupations."""
MINOR = {"15": "15-1200", "31": "31-1100"}
GROUP_TITLES = {"31-1120": "Home Health and Personal Care Aides"}
EMPLOYED = {"29-1141": 3_000.0, "29-1151": 50.0, "29-1171": 300.0, "15-1253": 10.0, "15-1252": 9.0}
TITLES = {code: title for group in SOC.values() for code, title in group.items()}

SOC_2010 = [
    ("15-1132", "Software Developers, Applications (#)", "15-1252", "15-1253"),
    ("15-1133", "Software Developers, Systems Software (#)", "15-1252", "15-1253"),
    ("15-1134", "Web Developers (#)", "15-1254", "15-1255"),
    ("15-1199", "Computer Occupations, All Other (#)", "13-1082", "15-1253", "15-1255", "15-1299"),
    ("29-1141", "Registered Nurses", "29-1141"),
    ("29-1151", "Nurse Anesthetists", "29-1151"),
    ("29-1171", "Nurse Practitioners", "29-1171"),
    ("31-1011", "Home Health Aides", "31-1121"),
    ("39-9021", "Personal Care Aides", "31-1122"),
    ("13-1199", "Business Operations Specialists, All Other", "13-1082"),
    ("11-9111", "Medical and Health Services Managers", "11-9111"),
]
ISCO = [
    ("2221", "Nursing professionals", "29-1141", "29-1151", "29-1171"),
    ("2512", "Software developers", "15-1132"),
]
ONET = ["15-1252.00", "15-1254.00", "15-1255.00", "15-1255.01", "31-1121.00", "31-1122.00"]


def structure() -> Sheets:
    rows: list[list[Any]] = []
    for broad, occupations in SOC.items():
        major, minor = f"{broad[:2]}-0000", MINOR.get(broad[:2], f"{broad[:4]}000")
        above = [[major, "", "", "", major], ["", minor, "", "", minor]]
        rows += [row for row in above if row not in rows]
        rows.append(["", "", broad, "", GROUP_TITLES.get(broad, broad)])
        rows += [["", "", "", code, title] for code, title in occupations.items()]
    head = ["Major Group", "Minor Group", "Broad Group", "Detailed Occupation"]
    about = [["November 2017 (for reference year January 2018)"], []]
    return {"2018 Structure": [*about, head, *rows]}


def soc(lines: list[tuple[str, ...]] = SOC_2010) -> Sheets:
    head = ["2010 SOC Code", "2010 SOC Title", "2018 SOC Code", "2018 SOC Title"]
    pairs = [[code, title, new, TITLES.get(new, "x")] for code, title, *to in lines for new in to]
    return {"Sorted by 2010": [*PREAMBLE, head, *pairs]}


def isco(lines: list[tuple[str, ...]] = ISCO) -> Sheets:
    known = {code: title for code, title, *_ in SOC_2010}
    head = ["ISCO-08 Code", "ISCO-08 Title EN", "part", "2010 SOC Code", "2010 SOC Title"]
    pairs = [
        [code, title, "*" if len(to) > 1 else "", old, known.get(old, "x").removesuffix(" (#)")]
        for code, title, *to in lines
        for old in to
    ]
    back = [[*pair[3:], "" if pair[2] else "*", *pair[:2]] for pair in pairs]
    return {
        "ISCO-08 to 2010 SOC": [*PREAMBLE, head, *pairs],
        "2010 SOC to ISCO-08": [*PREAMBLE, [*head[3:], "part", *head[:2]], *back],
    }


def onet(codes: list[str] = ONET) -> list[list[str]]:
    head = ["O*NET-SOC 2019 Code", "O*NET-SOC 2019 Title", "2018 SOC Code", "2018 SOC Title"]
    return [head, *([code, _onet_title(code), code[:7], TITLES[code[:7]]] for code in codes)]


def _onet_title(code: str) -> str:
    return TITLES[code[:7]] if code.endswith(".00") else "Video Game Designers"


def walk() -> Sheets:
    head = ["ESCO/ISCO Code", "ESCO/ISCO Title", "O*NET-SOC 2019 Code", "O*NET-SOC 2019 Title"]
    lines = [["2512.4", "developer", "15-1254.00", "Web Developers"]]
    lines += [["2512.9", "gone", "15-1255.01", "Video Game Designers"]]
    return {"Crosswalks": [*[[word] for word in ("O*NET", "ESCO", "")], head, *lines]}


def matrix() -> Sheets:
    head = ["O*NET-SOC Code", "O*NET-SOC Title", "NEM Code"]
    head += ["National Employment Matrix Occupational Title"]
    aides = [
        [code, TITLES[code[:7]], "31-1120", "Home health and personal care aides"]
        for code in ("31-1121.00", "31-1122.00")
    ]
    return {"ONET to SOC crosswalk": [*PREAMBLE, [""], head, *aides]}


def hybrid() -> Sheets:
    head = [
        "OES 2019 Estimates Code",
        "OES 2019 Estimates Title",
        "2018 SOC Code",
        "2018 SOC Title",
    ]
    head += ["OES 2018 Estimates Code", "OES 2018 Estimates Title", "2010 SOC Code"]
    head += ["2010 SOC Title", "NOTES"]
    both = ["15-1256", "Software Developers and Testers"]
    apps = ["15-1132", "Software Developers, Applications"]
    aides = ["31-1120", GROUP_TITLES["31-1120"]]
    lines = [
        [*both, "15-1252", TITLES["15-1252"], *apps, *apps, ""],
        [*both, "15-1253", TITLES["15-1253"], *apps, *apps, ""],
        [*aides, "31-1121", TITLES["31-1121"], *["31-1011", "Home Health Aides"] * 2, ""],
        [*aides, "31-1122", TITLES["31-1122"], *["39-9021", "Personal Care Aides"] * 2, ""],
    ]
    return {"OES2019 Hybrid": [*PREAMBLE, head, *lines]}


def cip() -> Sheets:
    head = ["CIP2020Code", "CIP2020Title", "SOC2018Code", "SOC2018Title"]
    lines = [
        ["51.0701", "Health Care Administration.", "11-9111", TITLES["11-9111"]],
        ["01.0508", "Taxidermy.", "99-9999", "NO MATCH"],
    ]
    back = [[*one[2:], *one[:2]] for one in lines]
    return {"CIP-SOC": [head, *lines], "SOC-CIP": [[*head[2:], *head[:2]], *back]}


BOOKS = {
    "soc_structure_2018.xlsx": structure,
    "soc.xlsx": soc,
    "isco.xlsx": isco,
    "walk.xlsx": walk,
    "matrix.xlsx": matrix,
    "hybrid.xlsx": hybrid,
    "cip.xlsx": cip,
}


def write_small(folder: Path) -> Path:
    """Write all files into a folder and return it."""
    for name, sheets in BOOKS.items():
        write_xlsx(folder / name, sheets())
    write_csv(folder / "onet2019.csv", onet())
    write_csv(folder / "esco-1.2.0/occupations_en.csv", ESCO)
    write_csv(folder / "esco-1.2.0/ISCOGroups_en.csv", GROUPS)
    wages = [
        line(OCC_CODE=code, OCC_TITLE=TITLES[code], TOT_EMP=employed)
        for code, employed in sorted(EMPLOYED.items())
    ]
    oews_book(folder / "national_M2021_dl.xlsx", *wages)
    return folder


ADDRESS = f"{URI}/occupation/1"
"""ESCO's address of 2512.4."""
