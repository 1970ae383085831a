"""The columns of the Employment Projections, in any edition.

Source: workbooks 2019-29 and 2022-32 and the data tool's export 2021-31; the headers of 2023-33 and
2024-34 differ by ``dollars,`` and by footnote marks in brackets. ``{base}``, ``{target}`` and
``{span}`` stand for the years that the header names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.importers.reading.sheets import Header

COLUMNS = {
    r"({base} national employment matrix (occupation )?|occupation )title": "title",
    r"({base} national employment matrix (occupation )?|occupation )code": "code",
    r"occupation type": "line",
    r"employment,? {base}": "base_employment",
    r"employment,? {target}": "target_employment",
    r"employment change,?( numeric,)? {span}": "change",
    r"employment (change, percent|percent change),? {span}": "percent_change",
    r"occupational openings,? {span} annual average": "annual_openings",
    r"percent self[- ]employed,? {base}": "percent_self_employed",
    r"median annual wage,?( dollars,)? \d{{4}}": "annual_median",
    r"typical (education needed for entry|entry-level education)": "typical_education",
    r"work experience in a related occupation": "work_experience",
    r"typical on-the-job training( needed to attain competency in the occupation)?": "training",
}
ONLY_IN_WORKBOOKS = frozenset({"line", "percent_self_employed"})
"""The data tool exports neither: all its lines are the most detailed ones."""

TELLING = 9
"""How many of these columns a table of projections has at least. Lists of the fastest growing
occupations and tables of skills have fewer."""

IGNORED = (
    r"employment distribution, percent, \d{4}|(education|workex) code|trcode"
    r"|related occupational outlook handbook \(ooh\) content.*"
)
"""Columns that are known, but are not figures of this API."""

ATTAINMENT = {
    r"\d{4} national employment matrix (occupation )?title": "title",
    r"\d{4} national employment matrix (occupation )?code": "code",
    r"less than (a )?high school diploma": "Less than high school diploma",
    r"high school diploma or equivalent": "High school diploma or equivalent",
    r"some college,? no degree": "Some college, no degree",
    r"associate'?s degree": "Associate's degree",
    r"bachelor'?s degree": "Bachelor's degree",
    r"master'?s degree": "Master's degree",
    r"doctoral or professional degree": "Doctoral or professional degree",
}
"""Table 5.3: shares of workers aged 25 and over, in percent."""

EMPLOYMENT = re.compile(r"employment,? (\d{4})")
SPAN = re.compile(r"\b(20\d\d)-(?:20)?(\d\d)\b")
MATRIX_YEAR = re.compile(r"(\d{4}) national employment matrix\b")
WAGE_YEAR = re.compile(r"median annual wage.* (\d{4})")


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
