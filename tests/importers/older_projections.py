"""Workbooks of projections in the shapes of 2010-20 and 2018-28, small: headers over rows."""

from __future__ import annotations

from tests.importers.projected import DASH, Sheets

DEGREE, SCHOOL, NONE = "Bachelor's degree", "High school diploma or equivalent", "None"
ASSIGNED = [
    "Typical education needed for entry",
    "Work experience in a related occupation",
    "Typical on-the-job training needed to attain competency in the occupation",
]
LEVELS = [
    *["Less than high school diploma", "High school diploma or equivalent"],
    *["Some college, no degree", "Associate's degree", "Bachelor's degree"],
    *["Master's degree", "Doctoral or professional degree"],
]


def of_2010() -> Sheets:
    """The edition 2010-20: kinds of lines in table 1.8, openings of ten years, notes in a cell."""
    matrix = ["2010 National Employment Matrix title and code", ""]
    openings = "Job openings due to growth and replacements"
    return {
        "Index": [["Occupation.xls Contents"], ["Table 1.2 Employment"], ["Table 1.7 Jobs"]],
        "Table 1.2": [
            ["Table 1.2 Employment by detailed occupation, 2010 and projected 2020"],
            [*matrix, "Employment", "", "", "", "Change, 2010-20", "", openings],
            ["", "", "Number", "", "Percent distribution", "", "", "", ""],
            ["", "", 2010.0, 2020.0, 2010.0, 2020.0, "Number", "Percent", ""],
            ["Total", "00-0000", 100.0, 110.0, 100.0, 100.0, 10.0, 10.0, 40.0],
            ["Management and business", "11-1300", 50.0, 55.0, 50.0, 50.0, 5.0, 10.0, 20.0],
            ["Managers", "11-0000", 30.0, 33.0, 30.0, 30.0, 3.0, 10.0, 12.0],
            ["Chiefs", "11-1011", 20.0, 22.0, 20.0, 20.0, 2.0, 10.0, 8.0],
            ["Source: Employment Projections program"],
        ],
        "Table 1.7": [
            ["Table 1.7 Occupational employment and job openings data, projected 2010-20"],
            [
                *[*matrix, "Employment", "", "Employment change, 2010-20", ""],
                *["Percent self employed, 2010 ", f"{openings[:-12]}replacement needs, 2010-20"],
                *["Median annual wage, 2010 (1)", *ASSIGNED],
            ],
            ["", "", 2010.0, 2020.0, "Number", "Percent", "", "", "", "", "", ""],
            [
                *["Total", "00-0000", 100.0, 110.0, 10.0, 10.0, 7.8, 40.0, 33840.0],
                *[f"{DASH} ", f"{DASH} ", f"{DASH} "],
            ],
            [
                *["Management and business", "11-1300", 50.0, 55.0, 5.0, 10.0, 1.0, 20.0, 70.0],
                *[f"{DASH} ", f"{DASH} ", f"{DASH} "],
            ],
            [
                *["Managers", "11-0000", 30.0, 33.0, 3.0, 10.0, f"{DASH} ", 12.0],
                *["$91,440(2)", f"{DASH} ", f"{DASH} ", f"{DASH} "],
            ],
            [
                *["Chiefs (3)", "11-1011", 20.0, 22.0, 2.0, 10.0, 20.1, 8.0],
                *["\u2265$166,400", DEGREE, "More than 5 years", NONE],
            ],
            [
                "Footnotes:\n(1) Data are from a survey.\n(2) Wages of a comparable occupation.\n"
                "(3) Of companies.\n\nSource: Employment Projections program"
            ],
        ],
        "Table 1.8": [
            ["Table 1.8 2010-20 Industry-occupation matrix"],
            ["Occupation title", "Occupation code", "Occupation type", "XLS"],
            ["Total", "00-0000", "Summary", "[XLS]"],
            ["Management and business", "11-1300", "Summary", "[XLS]"],
            ["Managers", "11-0000", "Summary", "[XLS]"],
            ["Chiefs", "11-1011", "Line item", "[XLS]"],
        ],
        "Table 1.11": [
            ["Table 1.11 Education and training measurements by detailed occupation, 2009"],
            [*matrix, *LEVELS],
            ["Chiefs (1)", "11-1011", 1.8, 11.6, 17.2, 5.6, 38.8, 18.8, 6.2],
            ["Footnotes: \n(1) This occupation is new.\nData Source: a survey"],
        ],
        "Table 1.12": [
            ["Table 1.12 Education and training categories by detailed occupation"],
            [*matrix, *ASSIGNED],
            ["Chiefs", "11-1011", DEGREE, "More than 5 years", NONE],
        ],
    }


def of_2018(base: int = 2018) -> Sheets:
    """The edition 2018-28, or 2019-29 as first published: openings a year."""
    span, target = f"{base}-{base % 100 + 10}", base + 10
    matrix = [f"{base} National Employment Matrix title and code", ""]
    openings = f"Occupational openings, {span} annual average"
    return {
        "Table 1.7": [
            [f"Table 1.7 Occupational projections, {span}, and worker characteristics, {base}"],
            [
                *[*matrix, "Occupation\ntype", "Employment", "", f"Employment change, {span}", ""],
                *[f"Percent self employed, {base}", openings],
                *[f"Median annual wage, {base + 1}(1)", *ASSIGNED],
            ],
            ["", "", "", float(base), float(target), "Number", "Percent", *[""] * 6],
            [
                *["Total", "00-0000", "Summary", 100.0, 110.0, 10.0, 10.0, 6.0, 12.0, 39810.0],
                *[DASH, DASH, DASH],
            ],
            [
                *["Managers", "11-0000", "Summary", 30.0, 33.0, 3.0, 10.0, 18.9, 4.0, 105660.0],
                *[DASH, DASH, DASH],
            ],
            [
                *["Chiefs", "11-1011", "Line item", 20.0, 22.0, 2.0, 10.0, 20.1, 3.0],
                *[">=$208,000", DEGREE, "5 years or more", NONE],
            ],
            ["(1) Data are from a survey."],
        ],
        "Table 1.2": [
            [f"Table 1.2 Employment by detailed occupation, {base} and projected {target}"],
            [*matrix, "Occupation type", "Employment", "", "", "", f"Change, {span}", "", openings],
            ["", "", "", "Number", "", "Percent distribution", "", "", "", ""],
            ["", "", "", *map(float, (base, target, base, target)), "Number", "Percent", ""],
            ["Total", "00-0000", "Summary", 100.0, 110.0, 100.0, 100.0, 10.0, 10.0, 12.0],
            ["Managers", "11-0000", "Summary", 30.0, 33.0, 30.0, 30.0, 3.0, 10.0, 4.0],
            ["Chiefs", "11-1011", "Line item", 20.0, 22.0, 20.0, 20.0, 2.0, 10.0, 3.0],
        ],
        "Table 5.4": [
            [f"Table 5.4 Education and training assignments by detailed occupation, {base}"],
            [*matrix, *ASSIGNED],
            ["Chiefs", "11-1011", DEGREE, "5 years or more", NONE],
        ],
    }


def education(base: int = 2018, words: str = DEGREE) -> Sheets:
    """Table 5.4 alone, as it is since 2019-29."""
    matrix = [f"{base} National Employment Matrix {name}" for name in ("title", "code")]
    ooh = "Related Occupational Outlook Handbook (OOH) content"
    return {
        "Education Requirements": [
            [f"Table 5.4 Education and training assignments by detailed occupation, {base}"],
            [*matrix, *ASSIGNED, ooh],
            ["Chiefs", "11-1011", words, "5 years or more", NONE, "OOH Content"],
            ["Source: Employment Projections program"],
        ]
    }
