"""The official files that tests use, by name, so that more files at hand make no test slower.

They are not in the repository. ``make verify`` imports and compares every file there is.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from app.importers.reading.sheets import Document, open_document

SHARED = Path(os.environ.get("OFFICIAL_FILES", Path(__file__).parents[2] / "shared" / "data"))
"""The official files as published, where a developer has them: beside the repository, or there."""

YEARS = (2014, 2015, *range(2017, 2026))
CROSSWALKS = (
    "2010_to_2019_Crosswalk.csv",
    "2019_to_SOC_Crosswalk.xlsx",
    "CIP2020_SOC2018_Crosswalk.xlsx",
    "ESCO_to_ONET-SOC.xlsx",
    "ISCO_SOC_Crosswalk.xls",
    "nem-onet-to-soc-crosswalk.xlsx",
    "oes_2019_hybrid_structure.xlsx",
    "soc_2000_to_2010_crosswalk.xls",
    "soc_2010_to_2018_crosswalk.xlsx",
)
ONET = (
    "DWA Reference",
    "Education, Training, and Experience",
    "Education, Training, and Experience Categories",
    "Emerging Tasks",
    "Interests",
    "Job Zone Reference",
    "Job Zones",
    "Occupation Data",
    "Related Occupations",
    "Scales Reference",
    "Task Statements",
    "Tasks to DWAs",
    "Technology Skills",
    "Tools Used",
    "Work Styles",
    "Work Values",
)
"""Files of both releases of O*NET."""

FILES = (
    "soc-2018/soc_structure_2018.xlsx",
    "soc-2018/soc_2018_definitions.xlsx",
    "soc-2018/soc_2018_direct_match_title_file.xlsx",
    "bls-oews/national_M2013_dl.xls",
    *(f"bls-oews/national_M{year}_dl.xlsx" for year in YEARS),
    "bls-oews/industries/natsector_M2024_dl.xlsx",
    "bls-ep/occupation_2019-29.xlsx",
    "bls-ep/Employment Projections 2021-31.csv",
    "bls-ep/occupation_2022-32.xlsx",
    "bls-ep/occupation_2024-34.xlsx",
    "bls-ep-older/occupation_2010-20.xls",
    "bls-ep-older/occupation_2018-28.XLSX",
    *(f"crosswalks/{name}" for name in CROSSWALKS),
    *(f"onet/db_27_0_text/{name}.txt" for name in (*ONET, "Read Me")),
    *(
        f"onet/db_27_0_text/{name}.txt"
        for name in ("Alternate Titles", "Sample of Reported Titles")
    ),
    *(f"onet/db_29_3_excel/{name}.xlsx" for name in (*ONET, "Skills", "Knowledge")),
    "onet/db_29_3_excel/Read Me.txt",
)
"""Every edition whose layout is read; one database of each kind holds them all."""


def official(name: str) -> Path:
    """Return an official file; skips the test where it is not at hand."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the official file {name} is not here")
    return path


def opened(name: str) -> Document:
    """Open an official file; skips the test where it is not at hand."""
    path = official(name)
    return open_document(path, path.name)


def gathered(folder: Path) -> Path:
    """Lay the files out in a folder as they lie among the official ones; return it."""
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(official(name), folder / name)
    return folder


def case(name: str) -> Path:
    """Return a file or folder of the small ones that are beside the official files, or skip."""
    path = SHARED.parent / "cases" / name
    if not path.exists():
        pytest.skip(f"the case {name} is not here")
    return path
