"""What the Employment Projections call things, whatever the edition's years.

Source: workbooks 2019-29 and 2022-32 and the data tool's export 2021-31. ``{base}``, ``{target}``
and ``{span}`` stand for the years that the header itself names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.importers.columns import normal

COLUMNS = {
    r"(\d{{4}} national employment matrix (occupation )?|occupation )title": "title",
    r"(\d{{4}} national employment matrix (occupation )?|occupation )code": "code",
    r"occupation type": "line",
    r"employment,? {base}": "base_employment",
    r"employment,? {target}": "target_employment",
    r"employment change,( numeric,)? {span}": "change",
    r"employment (change, percent|percent change), {span}": "percent_change",
    r"occupational openings, {span} annual average": "annual_openings",
    r"percent self[- ]employed, {base}": "percent_self_employed",
    r"median annual wage,?( dollars,)? \d{{4}}": "annual_median",
    r"typical (education needed for entry|entry-level education)": "typical_education",
    r"work experience in a related occupation": "work_experience",
    r"typical on-the-job training( needed to attain competency in the occupation)?": "training",
}
OPTIONAL = frozenset(
    {
        "line",
        "percent_self_employed",
        "annual_median",
        "typical_education",
        "work_experience",
        "training",
    }
)
IGNORED = r"employment distribution, percent, \d{4}|(education|workex) code|trcode"
"""Known, and not figures of this API."""

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


def years_of(names: Iterable[str]) -> tuple[int, int] | None:
    """Return base and target year if the header names two years of employment."""
    years = sorted({int(m[1]) for name in names if (m := EMPLOYMENT.fullmatch(normal(name)))})
    return (years[0], years[1]) if len(years) == 2 else None


def columns_for(base: int, target: int) -> dict[str, str]:
    """Return the table of columns for an edition."""
    span = rf"{base}-({target}|{target % 100:02})"
    return {p.format(base=base, target=target, span=span): f for p, f in COLUMNS.items()}
