"""The reference period of an OEWS file, from its notes and the names of its file, sheet and folder.

The survey is of May since 2005. There were surveys of May and of November in 2003 and 2004, and of
the last quarter before, so a year alone says the period only from 2005 on.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date
from functools import reduce

from app.importers.faults import BadFile
from app.importers.oews.columns import open_table
from app.importers.oews.marks import top_codes_of
from app.importers.oews.top_codes import table_of_top_codes
from app.importers.reading.sheets import Document, Header
from app.importers.reading.unknown_columns import refuse_telling_names

YEAR = r"((?:19|20)\d\d)"
GAP = r"[\s_.-]*"
MONTHS = {
    **{name.lower(): n for n, name in enumerate(calendar.month_name) if n},
    **{name.lower(): n for n, name in enumerate(calendar.month_abbr) if n},
}
MONTH = rf"(?<![a-z])({'|'.join(MONTHS)})(?![a-z])"
STATED = re.compile(rf"\b({'|'.join(MONTHS)})\s+{YEAR}\b")
"""May 2021, in a sheet of notes."""
WITH_MONTH = re.compile(rf"{MONTH}{GAP}{YEAR}(?!\d)|(?<!\d){YEAR}{GAP}{MONTH}")
"""national_May2021_dl, OEWS May 2021, 2002 November."""
MARKED = re.compile(
    rf"(?<![a-z\d])(?:(m)|oes([mn])|oew?s){GAP}({YEAR}|\d\d)(?!\d)"
    r"(?:-(05|11)(?!\d)|(?!-\d\d(?!\d)))"
)
"""M_2021 and oesm21, of May; oesn03, of November; oes_2021; oews-2021-05."""
DAY, OF_MONTH = "(?:0?[1-9]|[12]\\d|3[01])", "(?:0[1-9]|1[0-2])"
DATE = re.compile(
    rf"(?<!\d){YEAR}[\s_.-]?{OF_MONTH}[\s_.-]?{DAY}(?!\d)"
    rf"|(?<!\d){DAY}[\s_.-]{DAY}[\s_.-]{YEAR}(?!\d)"
)
"""2023-01-05, 20230105, 5.1.2023: when a file was downloaded or made."""
YEAR_AND_MONTH = re.compile(rf"(?<!\d){YEAR}[\s_.-]({OF_MONTH})(?!\d)")
YEARS = re.compile(rf"(?<!\d){YEAR}(?!\d)(?:\s*-\s*(\d\d)(?!\d))?")
"""A year, or two as in 2019-23."""
EDITION = re.compile(rf"(?:{YEAR}{GAP})?(?:naics|soc|sic|omb|census)(?:{GAP}{YEAR}(?!\d))?")
"""The year of a classification, NAICS 2017. With a year on both sides, neither is the survey's."""
SURVEYED = {5, 11}
"""Months of the survey. Any other month in a name is that of a download."""
MAY_ALONE = 2005
"""First year with one survey, that of May."""


def period_of(document: Document, header: Header, given: str | None = None) -> str:
    """Return the reference period, YYYY-MM.

    It stands in a sheet of notes, in the names of file and sheet, or is ``given``; else it is that
    of the nearest folder or zip whose name has one. Raises ``BadFile`` if these contradict.
    """
    said: dict[str, set[str]] = {}
    for sheet in document.sheets():
        if sheet is None or sheet == header.sheet:
            continue
        for _, cells in document.head(sheet)[:3]:
            for text in map(str, cells):
                if (stated := stated_period(text)) and "estimates" in text.lower():
                    said[f"sheet {sheet!r}"] = {stated}
    *folders, name = document.name.split("/")
    for place, text in {"file name": name, "data sheet": header.sheet or ""}.items():
        if found := periods_in(text):
            said[place] = found
    if given is not None:
        said["--period"] = {given}
    for folder in reversed(folders):
        if not said and (found := set(_marked(folder.lower()))):
            said[folder] = found
    if not said:
        raise BadFile(document.name, _period_missing(document, header))
    agreed = reduce(set.__and__, said.values())
    if len(agreed) != 1:
        places = (f"{place}: {' or '.join(sorted(found))}" for place, found in said.items())
        why = f"contradicts itself about its period ({', '.join(places)})"
        raise BadFile(document.name, why + ("" if given else ": give --period YYYY-MM"))
    return agreed.pop()


def stated_period(text: str) -> str | None:
    """Return the period in a sentence such as "May 2021 OEWS Estimates"."""
    stated = STATED.search(text.lower())
    return _period(stated[2], MONTHS[stated[1]]) if stated else None


def periods_in(name: str) -> set[str]:
    """Return the periods that the name of a file or sheet may mean: one, none or several."""
    text = name.lower()
    found = set(_marked(text))
    # What is left when the years that are known for what they are have been taken out.
    for known in (WITH_MONTH, DATE, MARKED):
        text = known.sub(" / ", text)
    months = [(year, int(month)) for year, month in YEAR_AND_MONTH.findall(text)]
    text = EDITION.sub(" / ", YEAR_AND_MONTH.sub(" / ", text))
    for year, other in YEARS.findall(text):
        years = [year, *([year[:2] + other] if other else [])]
        found |= {_period(one, 5) for one in years if int(one) >= MAY_ALONE}
    if not found:
        found = {_period(year, month) for year, month in months if month in SURVEYED}
    return found


def _marked(text: str) -> Iterator[str]:
    """Yield the periods of years that stand as the publisher writes them, or with their month."""
    for match in WITH_MONTH.finditer(text):
        month, year = (match[1], match[2]) if match[1] else (match[4], match[3])
        if MONTHS[month] in SURVEYED:
            yield _period(year, MONTHS[month])
    for may, survey, year, _, month in MARKED.findall(DATE.sub(" / ", text)):
        # Two digits above those of the present year are of the last century.
        if len(year) == 2:
            century = 19 if int(year) > date.today().year % 100 else 20
            year = f"{century}{year}"  # noqa: PLW2901 - the same year, written out
        if may or survey:
            yield _period(year, 11 if survey == "n" else 5)
        elif month or int(year) >= MAY_ALONE:
            yield _period(year, int(month or 5))


def _period(year: str, month: int) -> str:
    return f"{year}-{month:02}"


def _period_missing(document: Document, header: Header) -> str:
    """Return all that the command line must say of a file that does not say its period.

    Raises ``BadFile`` where a column of years says that it has several.
    """
    refuse_telling_names(open_table(document, header))
    why = "does not say its period: give --period YYYY-MM"
    rows = document.rows(header.sheet)
    if top_codes_of(document, header, "") is None and any("#" in cells for _, cells in rows):
        known = table_of_top_codes()
        span = f"{known[0].first} to {known[-1].last}"
        why += f"; # stands in it, so give --top-code too if the period is not {span}"
    return why
