"""A small index of occupations in the Census Bureau's shape, and small files of filings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.builders import write_xlsx

HEAD: list[list[Any]] = [
    ["2022 Census Alphabetical Index of Occupations"],
    ["9/12/2024"],
    ["For crosswalking purposes, these codes are based on the:"],
    ["2018 Census Occupation Codes with Crosswalk"],
    ["2022 Census Industry Codes with Crosswalk"],
    [
        "2022 Occupation Title",
        "2022 Census Industry Code Restriction",
        "2018 Census Occupation Code",
        "2018 SOC Code",
    ],
]
FEW = [("0010", "11-1012"), ("0350", "11-9111"), ("3515", "29-2072"), ("3645", "31-909X")]
LINES: list[list[Any]] = [
    ["Chart keeper", 170.0, "3515", "29-2072"],
    ["Chart  keeper ", "Exc. 0170,  8190", "3515", "29-20XX"],
    ["Chart reader", "", "3515", "    29-2072"],
    ["Chief of everything", "", 10.0, "11-1012"],
    ["Ward nurse\\ ns", "\\ Any not listed", "3255", "29-1141"],
    ["Ward nurse\\ ns", "", "3255", "29-1141"],
    ["Night nurse", "(8190)", 3255.0, "29-1141"],
    ["Helping hand", "", "3645", "31-909X"],
    ['Nurse who nurses See "Night nurse"', "8190", "", ""],
    ["Clerk\\ any other specified   Code by duties", "", "", ""],
    ["Technician cardiac", "", "3321", ""],
    [" ", "", "9630", "53-7063"],
    ["Night nurse manager", "", "0350", "29-1141"],  # twice: a slip, 3255 has it three times
    ["Day nurse manager", "", "0350", "29-1141"],
    ["Clinic manager", "", "0350", "11-9111"],
    ["Clinic manager", "8190", "0350", "11-9111"],
    # Not as often as under the other code, but three times: no slip.
    *(["Ledger keeper", industry, "0800", "13-2011"] for industry in ("", "1", "2", "3")),
    *(["Ledger clerk", industry, "0801", "13-2011"] for industry in ("", "1", "2")),
    ["People keeper", "", "0136", "11-3121"],  # as often as under the other code: no slip
    ["People clerk", "", "0137", "11-3121"],
    ['Nightingale see "Night Nurse"', "", "", ""],
    ['Reader of charts See "Chart keeper"', "", "", ""],
    ['Warder See "Ward nurse\\ ns"', "", "", ""],
    *(["Jack", "", census, code] for census, code in FEW),
    *(["Jack of all\\ ns", "", census, code] for census, code in [*FEW, ("3255", "29-1141")]),
    ["Jack\\ of another kind", "", "3255", "29-1141"],
    ['Jill See "Jack"', "", "", ""],  # of four occupations
    ['Jill of all See "Jack of all"', "", "", ""],  # of five
    ['Jim See "Jack" or "Jill"', "", "", ""],
    ['Joe See "Nobody"', "", "", ""],
    ["Matron", "", "0360", "11-911X"],  # a group with X and whole
    ["Matron", "", "0360", "11-9110"],
]
LACKING, PART = "as 11-1012, which the SOC 2018 lacks.", ": a part of this group."
TITLES: list[tuple[Any, ...]] = [
    ("11-1011", "Chief of everything", None, "0010", LACKING),
    *(("11-1011", title, None, "0010", LACKING) for title in ("Jack", "Jack of all\\ ns")),
    ("11-1011", "Jill", None, "0010", f'without a code: see "Jack". Published {LACKING}'),
    ("11-3121", "People keeper", None, "0136", None),
    ("11-3121", "People clerk", None, "0137", None),
    ("11-9110", "Matron", None, "0360", f"as 11-911X{PART}"),
    ("11-9110", "Matron", None, "0360", None),
    ("11-9111", "Clinic manager", None, "0350", None),
    ("11-9111", "Clinic manager", "8190", "0350", None),
    *(("11-9111", title, None, "0350", None) for title in ("Jack", "Jack of all\\ ns")),
    ("11-9111", "Jill", None, "0350", 'without a code: see "Jack".'),
    *(("13-2011", "Ledger keeper", only, "0800", None) for only in (None, "1", "2", "3")),
    *(("13-2011", "Ledger clerk", only, "0801", None) for only in (None, "1", "2")),
    ("29-1141", "Ward nurse\\ ns", "\\ Any not listed", "3255", None),
    ("29-1141", "Ward nurse\\ ns", None, "3255", None),
    ("29-1141", "Night nurse", "(8190)", "3255", None),
    ("29-1141", "Night nurse manager", None, "0350", None),
    ("29-1141", "Day nurse manager", None, "0350", None),
    ("29-1141", "Jack of all\\ ns", None, "3255", None),
    ("29-1141", "Jack\\ of another kind", None, "3255", None),
    ("29-1141", "Nightingale", "(8190)", "3255", 'without a code: see "Night Nurse".'),
    ("29-1141", "Warder", "\\ Any not listed", "3255", 'without a code: see "Ward nurse\\ ns".'),
    ("29-1141", "Warder", None, "3255", 'without a code: see "Ward nurse\\ ns".'),
    ("29-2000", "Chart keeper", "Exc. 0170, 8190", "3515", f"as 29-20XX{PART}"),
    (
        *("29-2000", "Reader of charts", "Exc. 0170, 8190", "3515"),
        f'without a code: see "Chart keeper". Published as 29-20XX{PART}',
    ),
    ("29-2072", "Chart keeper", "0170", "3515", None),
    ("29-2072", "Chart reader", None, "3515", None),
    *(("29-2072", title, None, "3515", None) for title in ("Jack", "Jack of all\\ ns")),
    ("29-2072", "Reader of charts", "0170", "3515", 'without a code: see "Chart keeper".'),
    ("29-2072", "Jill", None, "3515", 'without a code: see "Jack".'),
    *(
        ("31-9090", title, None, "3645", f"as 31-909X{PART}")
        for title in ("Helping hand", "Jack", "Jack of all\\ ns")
    ),
    ("31-9090", "Jill", None, "3645", f'without a code: see "Jack". Published as 31-909X{PART}'),
]
"""Code, title, industries, Census code and end of the note of each title, in the list's order."""
LED = 4
"""Titles that lead to another one and have its codes."""
PAIRS = [
    ("0010", "11-1011", "renamed", None, None),
    ("0136", "11-3121", "merged", None, None),
    ("0137", "11-3121", "merged", None, None),
    ("0350", "11-9111", "renamed", None, None),
    ("0360", "11-9110", "renamed", None, None),
    ("0800", "13-2011", "merged", None, None),
    ("0801", "13-2011", "merged", None, None),
    ("3255", "29-1141", "renamed", None, None),
    ("3515", "29-2000", "merged", "broad", "29-20XX"),
    ("3515", "29-2072", "split", None, None),
    ("3645", "31-9090", "merged", "broad", "31-909X"),
]
"""Census code, code of the SOC, relation, match and note of each pair."""

COUNTED = """title\tcode\tcount\tsource
SENIOR NURSE WRANGLER\t29-1141\t12\tlca
Senior  nurse wrangler [00056151]\t11-9111\t1\tlca
SENIOR NURSE WRANGLER - KBGFJG102781-4\t11-9111\t2\th2b
LEDGER WIZARD\t13-2011\t801\tlca
LEDGER WIZARD\t11-9111\t199\tlca
RARE BIRD\t29-1141\t2\tlca
NOT SO RARE BIRD\t29-1141\t3\tlca
R&amp;D &AMP; C# NURSE\t29-1141\t3\tlca
161557607 - AS400 NURSE (SERVLLGX0039)\t29-1141\t3\tlca
NURSE (BAL 2081361) (NIGHT) - 0497-1\t29-1141\t3\tlca
4711\t29-1141\t3\tlca
"""
"""A code at the edge of a fifth, one below; titles at the edge of three filings; odd titles."""
AGGREGATE = """employers' job title\t2018 SOC code\tfilings, fiscal years 2011 to 2025
as400 nurse\t29-1141\t3
ledger wizard\t13-2011\t801
not so rare bird\t29-1141\t3
nurse (night)\t29-1141\t3
r&d & c# nurse\t29-1141\t3
senior nurse wrangler\t11-9111\t3
senior nurse wrangler\t29-1141\t12
"""


def index_of(folder: Path, lines: list[list[Any]] = LINES, head: list[list[Any]] = HEAD) -> Path:
    """Write an index of occupations, and return its path."""
    path = folder / "index.xlsx"
    write_xlsx(path, {"OccupationIndexWebSept24": [*head, *lines]})
    return path


def written(path: Path, text: str) -> Path:
    """Write a text, and return its path."""
    path.write_text(text, "utf-8")
    return path
