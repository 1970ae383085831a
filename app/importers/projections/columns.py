"""The columns of the Employment Projections, in any edition.

Source: workbooks 2010-20 to 2024-34 and the data tool's exports 2016-26 to 2022-32. Until the first
edition of 2019-29 the header of a workbook stands over two or three rows, whose headings are joined
with commas: "employment, number, 2018". ``{base}``, ``{target}`` and ``{span}`` stand for the years
that the header names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.importers.reading.sheets import Header

COLUMNS = {
    r"({base} national employment matrix (occupation )?|occupation )title( and code)?": "title",
    r"({base} national employment matrix (occupation )?|occupation |soc )code"
    r"|{base} national employment matrix title and code, 2": "code",
    r"occupation type": "line",
    r"employment,?( number,)? {base}( \(thousands\))?": "base_employment",
    r"employment,?( number,)? {target}( \(thousands\))?": "target_employment",
    r"employment change,?( numeric,)? {span}( \(thousands\))?"
    r"|(employment )?change, {span}, number": "change",
    r"employment (change, percent|percent change),? {span}"
    r"|(employment )?change, {span}(, percent| \(percent\))": "percent_change",
    r"occupational openings,? {span} annual average( \(thousands\))?": "annual_openings",
    r"percent self[- ]employed,? {base}": "percent_self_employed",
    r"median annual wage,?( dollars,)? \d{{4}}|\d{{4}} median annual wage": "annual_median",
    r"typical (education needed for entry|entry-level education)": "typical_education",
    r"work experience in a related occupation": "work_experience",
    r"typical on-the-job training( needed to attain competency in the occupation)?": "training",
}
ONLY_IN_WORKBOOKS = frozenset({"line", "percent_self_employed"})
"""The data tool exports neither: all its lines are the most detailed ones."""
ASSIGNED = ("typical_education", "work_experience", "training")
"""Columns of words, which the publisher assigns to occupations. A table of their own has them too:
5.4, or 1.12 in 2010-20."""

TELLING = 9
"""How many of these columns a table of projections has at least. Lists of the fastest growing
occupations and tables of skills have fewer."""

OF_TEN_YEARS = (
    r"job openings due to growth and replacements?( needs)?(, \d{4}-(\d{4}|\d{2}))?"
    r"( \(thousands\))?"
)
"""Openings of all ten years, in editions before 2016-26. They are not openings a year."""
IGNORED = (
    r"employment,?( distribution, percent,| percent distribution,) \d{4}"
    r"|(education|workex) code|trcode|related occupational outlook handbook \(ooh\) content.*|"
    + OF_TEN_YEARS
)
"""Columns that are known, but are not figures of this API."""

ATTAINMENT = {
    r"\d{4} national employment matrix (occupation )?title( and code)?": "title",
    r"\d{4} national employment matrix ((occupation )?code|title and code, 2)": "code",
    r"less than (a )?high school diploma": "Less than high school diploma",
    r"high school diploma or equivalent": "High school diploma or equivalent",
    r"some college,? no degree": "Some college, no degree",
    r"associate'?s degree": "Associate's degree",
    r"bachelor'?s degree": "Bachelor's degree",
    r"master'?s degree": "Master's degree",
    r"doctoral or professional degree": "Doctoral or professional degree",
}
"""Table 5.3, or 1.11 in 2010-20: shares of workers aged 25 and over, in percent."""

EMPLOYMENT = re.compile(r"employment,?(?: number,)? (\d{4})(?: \(thousands\))?")
SPAN = re.compile(r"\b(20\d\d)-(?:20)?(\d\d)\b")
MATRIX_YEAR = re.compile(r"(\d{4}) national employment matrix\b")
WAGE_YEAR = re.compile(r"median annual wage.* (\d{4})|(\d{4}) median annual wage")


def exported(header: Header) -> bool:
    """Tell whether a table is an export of the data tool, in whatever format it was saved."""
    return "occupation title" in header.names


def years_of(names: Iterable[str]) -> list[int]:
    """Return the years of employment that a header names: base and target, if it is sound."""
    return sorted({int(year[1]) for name in names if (year := EMPLOYMENT.fullmatch(name))})


def columns_for(base: int, target: int) -> dict[str, str]:
    """Return the table of columns for an edition."""
    span = rf"{base}-({target}|{target % 100:02})"
    return {p.format(base=base, target=target, span=span): f for p, f in COLUMNS.items()}


ANY_YEARS = {
    # The empty group keeps the patterns of base and target year apart, which are keys here.
    p.format(base=r"\d{4}", target=r"\d{4}()", span=r"\d{4}-(\d{4}|\d{2})"): f
    for p, f in COLUMNS.items()
}
"""The table of columns by which a header is found before its years are known."""
ASSIGNMENTS = {p: f for p, f in ANY_YEARS.items() if f in {"title", "code", *ASSIGNED}}
"""The columns of a table of typical education, experience and training alone."""
KINDS_OF_LINES = {p: f for p, f in ANY_YEARS.items() if f in {"title", "code", "line"}}
"""The columns of a table that says of each code whether it is a summary."""
