"""The box: the bundle that comes with the program, and what goes into it."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import Any

TITLE = "The box: United States occupations, wages, projections and O*NET"
BOX = "box"
"""What commands call it."""

RELEASES = (
    r"soc-\d{4}(-titles)?",
    r"bls-oews-\d{4}-\d{2}(-all)?",
    r"bls-ep-\d{4}-\d{2}",
    r"projections-central-\d{4}-\d{2}",
    r"onet-\d+\.\d",
    r"crosswalk-.+",
    r"esco-.+",
    r"naics-\d{4}",
    r"bls-areas-counties-\d{4}-\d{2}",
    r"census-counties-\d{4}",
    r"census-zcta-\d{4}",
    r"census-occupations-\d{4}",
    r"dol-oflc-\d{4}",
)
"""Patterns of the releases that go in: of OEWS the nation of every year and all areas of one."""

_COUNTED = "Made from workbooks of the publisher; two independent copies agree."
NOTICES = {
    "bls-oews-2025-05-all": "The file was made from the publisher's flat files (oe.data.0.Current, "
    "last modified 2026-05-15, SHA-256 "
    "09879508d69f51149842368c8953f13974338728329375481d485ee696d3370b) by way of another database. "
    "Figures and marks are as there; percent_of_industry and percent_reporting are not.",
    "bls-oews-2019-05": "The publisher's workbook was saved again by a reader; its cells are as "
    "published.",
    "bls-areas-counties-2025-05": "The list of counties was made from the Department of Labor's "
    "wage area files; its metropolitan areas are those of OMB Bulletin No. 23-01.",
    "census-counties-2022": "The list was made from the lists of two packages.",
    "census-zcta-2020": "The file was made in the publisher's layout, with some columns empty; two "
    "sources agree in all pairs.",
    "census-occupations-2022": "The publisher's workbook by way of a third party, to all "
    "appearance as published.",
    "dol-oflc-2025": "The titles were counted from half of the titles in the publisher's files: "
    "LCA of fiscal years 2022 to 2025, H-2B of 2011 to 2019, H-2A of 2014 to 2017.",
    "naics-2017": _COUNTED,
    "naics-2022": _COUNTED,
}
"""Release → how its file was made, where it is not the publisher's own."""


def box_folder() -> Path:
    """Return the folder of the box."""
    return Path(str(files("seed"))) / BOX


def goes_in(release: Any) -> bool:
    """Tell whether a release that is loaded goes into the box."""
    return not release.excerpt and any(re.fullmatch(one, release.name) for one in RELEASES)
