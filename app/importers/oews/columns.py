"""The columns of OEWS files, and the codes of areas and levels in them.

Source: the ``Field Descriptions`` sheet of the workbooks, May 2019 to May 2024. Until May 2018 a
file had only those columns in which its lines differ, some of them by other names: a national file
has no area, a state's file no industry.
"""

from __future__ import annotations

from app.importers.reading.columns import match_columns
from app.importers.reading.sheets import Document, Header
from app.importers.reading.tables import Table

COLUMNS: dict[str, str] = {
    "AREA": "area",
    "AREA_TITLE|AREA_NAME|STATE": "area_title",
    "AREA_TYPE": "area_type",
    "PRIM_STATE|ST": "prim_state",
    "NAICS": "naics",
    "NAICS_TITLE": "naics_title",
    "I_GROUP": "i_group",
    "OWN_CODE|OWNERSHIP": "own_code",
    "OCC[_ ]CODE": "code",
    "OCC[_ ]TITLE": "title",
    "O_GROUP|OCC_GROUP|GROUP": "level",
    "TOT_EMP": "employment",
    "EMP_PRSE": "employment_rse",
    "JOBS_1000|JOBS_1000_ORIG": "jobs_per_1000",
    "LOC[_ ]QUOTIENT|LOC[_ ]Q": "location_quotient",
    "PCT_TOTAL|PCT_TOT": "percent_of_industry",
    "PCT_RPT": "percent_reporting",
    "H_MEAN": "hourly_mean",
    "A_MEAN": "annual_mean",
    "MEAN_PRSE": "wage_rse",
    "H_PCT10|H_WPCT10": "hourly_p10",
    "H_PCT25|H_WPCT25": "hourly_p25",
    "H_MEDIAN": "hourly_median",
    "H_PCT75|H_WPCT75": "hourly_p75",
    "H_PCT90|H_WPCT90": "hourly_p90",
    "A_PCT10|A_WPCT10": "annual_p10",
    "A_PCT25|A_WPCT25": "annual_p25",
    "A_MEDIAN": "annual_median",
    "A_PCT75|A_WPCT75": "annual_p75",
    "A_PCT90|A_WPCT90": "annual_p90",
    "ANNUAL": "annual_only",
    "HOURLY": "hourly_only",
}
"""Column → our field. Money becomes dollars a year and cents an hour.

JOBS_1000 is JOBS_1000_ORIG in the all-data file of May 2019, which has no other; a file with both
is refused, for nothing says which of the two is meant.
"""

OPTIONAL = frozenset({"prim_state", "percent_reporting"})
"""PRIM_STATE came in 2020, PCT_RPT in 2021."""
SOMETIMES = frozenset({"jobs_per_1000", "location_quotient", "percent_of_industry"})
"""Until May 2018 these stood only in files where they differ between lines."""
PLACES = {
    "area": "99",
    "area_type": "",  # follows from the area's code
    "area_title": "U.S.",
    "prim_state": "",
    "naics": "000000",
    "naics_title": "Cross-industry",
    "i_group": "",  # follows from the industry's code
    "own_code": "",  # follows from the industry
}
"""The columns that say where a line stands → what a file until May 2018 is about that lacks one."""
TOGETHER = ({"area", "area_title"}, {"naics", "naics_title"})
"""Columns of which a file has both or none."""
NEEDS = {"prim_state": "area", "area_type": "area", "i_group": "naics"}
"""Column → the one without which it would not say where a line stands."""
OWNERS = {"federal": "1", "state": "2", "local": "3", "private": "5"}
"""Owners in the words of files until May 2018 → the digits of later codes."""
OWNERS_JOINED = frozenset({"and", "government"})
"""Words beside these: Federal, State, and Local Government."""
OLDER_LEVELS = frozenset({"occ_group", "group"})
"""The column of levels until May 2018; under GROUP, a blank is a detailed occupation."""

AREA_LEVELS = {
    "1": "nation",
    "2": "state",
    "3": "territory",
    "4": "metropolitan",
    "5": "metropolitan",
    "6": "nonmetropolitan",
}
"""AREA_TYPE → level.

5 is a division of a metropolitan area. It has the level of the area, because the metropolitan files
until May 2017 list divisions among the areas without an AREA_TYPE that tells them apart.
"""
DIGITS = {"nation": 2, "state": 2, "territory": 2, "metropolitan": 5, "nonmetropolitan": 7}
"""Level → digits of the publisher's codes. Cells that are numbers have lost their leading zeros."""

OCCUPATION_LEVELS = ("total", "major", "minor", "broad", "detailed")
LEVEL_WORDS = {**{level: level for level in OCCUPATION_LEVELS}, "detail": "detailed"}
"""Word in the column of levels → level. Files of May 2012 to 2015 say "detail"."""
OWNERS_OF_INDUSTRY = {
    "000000": "1235",
    "000001": "5",
    "99": "123",
    "999000": "123",
    "999001": "123",
    "999100": "1",
    "999101": "1",
    "999200": "2",
    "999201": "2",
    "999300": "3",
    "999301": "3",
}
"""Industry → its owners, where the survey defines the industry by them.

Source: the titles in ``oe.industry`` of May 2019, "Cross-industry, Private Ownership Only".
"""


def open_table(document: Document, header: Header) -> Table:
    """Return the data table. Raises ``BadFile`` if it lacks a column that its year should have."""
    if OLDER_LEVELS.isdisjoint(header.names):
        # The level of an industry follows from its code where files are older than PRIM_STATE.
        more = OPTIONAL if "prim_state" in header.names else OPTIONAL | {"i_group"}
        return Table(document, header, COLUMNS, more)
    optional = OPTIONAL | SOMETIMES | PLACES.keys()
    found = match_columns(document, header, COLUMNS, optional).keys()
    for pair in TOGETHER:
        if len(pair & found) == 1:
            optional -= pair
    optional -= {needed for name, needed in NEEDS.items() if name in found}
    return Table(document, header, COLUMNS, optional)
