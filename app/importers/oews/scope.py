"""What an OEWS file is about as a whole: its period, and the areas and industries of its lines."""

from __future__ import annotations

import calendar
import re
from datetime import date

from app.database.models.occupations import ALL_INDUSTRIES, ALL_OWNERSHIPS
from app.importers.faults import BadFile
from app.importers.oews.areas import (
    industry_code,
    level_of,
    owner_code,
    text_of,
)
from app.importers.oews.columns import PLACES, open_table
from app.importers.oews.marks import TOP_CODES, top_codes_of
from app.importers.reading.sheets import Document, Header

MONTHS = tuple(name.lower() for name in calendar.month_name[1:])
STATED = re.compile(rf"\b({'|'.join(MONTHS)})\s+((?:19|20)\d\d)\b", re.IGNORECASE)
NAMED = re.compile(r"(?:_m_?|oesm|oews?_?)((?:19|20)\d\d|\d\d)(?=\D|$)", re.IGNORECASE)
LEVELS = {
    "": frozenset({"nation"}),
    "industry": frozenset({"nation"}),
    "state": frozenset({"state", "territory"}),
    "metropolitan": frozenset({"metropolitan", "nonmetropolitan"}),
}
"""Scope, the suffix of a release's name → levels of area in its files. Scope "all" has any."""
LOOKED_AT = 3_000
"""Rows that decide on the scope: more than the nation has occupations."""


def period_of(document: Document, header: Header, given: str | None = None) -> str:
    """Return the reference period, YYYY-MM.

    It stands in a sheet of notes, in the names of file and sheet, or is ``given``; else it is the
    year in the name of the nearest folder or zip. Raises ``BadFile`` if these contradict.
    """
    periods: dict[str, str] = {}
    for sheet in document.sheets():
        if sheet is None or sheet == header.sheet:
            continue
        for _, cells in document.head(sheet)[:3]:
            for text in map(str, cells):
                if (stated := STATED.search(text)) and "estimates" in text.lower():
                    periods[f"sheet {sheet!r}"] = _month(stated)
    *folders, name = document.name.split("/")
    for place, text in {"file name": name, "data sheet": header.sheet or ""}.items():
        if period := _named(text):
            periods[place] = period
    if given is not None:
        periods["--period"] = given
    for folder in reversed(folders):
        if not periods and (found := NAMED.search(folder)):
            periods[folder] = _may(found[1])
    if not periods:
        raise BadFile(document.name, _period_missing(document, header))
    if len(set(periods.values())) > 1:
        listed = ", ".join(f"{place}: {period}" for place, period in periods.items())
        raise BadFile(document.name, f"contradicts itself about its period ({listed})")
    return next(iter(periods.values()))


def _period_missing(document: Document, header: Header) -> str:
    """Return all that the command line must say of a file that does not say its period."""
    why = "does not say its period: give --period YYYY-MM"
    rows = document.rows(header.sheet)
    if top_codes_of(document, header, "") is None and any("#" in cells for _, cells in rows):
        known = f"{min(TOP_CODES)} to {max(TOP_CODES)}"
        why += f"; # stands in it, so give --top-code too if the period is not {known}"
    return why


def _named(text: str) -> str | None:
    """Return the period in the name of a file or a sheet."""
    if found := NAMED.search(text.rpartition(".")[0] or text):
        return _may(found[1])
    stated = STATED.search(re.sub(r"[_-]+", " ", text))
    return _month(stated) if stated else None


def _month(stated: re.Match[str]) -> str:
    return f"{stated[2]}-{MONTHS.index(stated[1].lower()) + 1:02}"


def _may(year: str) -> str:
    """Return the period of a year in a file's name, 2021 or 21: the survey's is May.

    Two digits above those of the present year are of the last century.
    """
    if len(year) == 2:
        year = f"{19 if int(year) > date.today().year % 100 else 20}{year}"
    return f"{year}-05"


def scope_of(document: Document, header: Header) -> tuple[str, frozenset[str]]:
    """Return a file's scope by its first rows ("", state, metropolitan, industry, all), and levels.

    The national industry files have no lines across industries; the all-data file has both.
    """
    at = open_table(document, header).columns
    levels: set[str] = set()
    industries: set[str] = set()
    owners: set[str | None] = set()
    for number, cells in document.rows(header.sheet):
        if number <= header.row or len(cells) <= max(at.values()):
            continue
        if number > header.row + LOOKED_AT:
            break
        its = {n: text_of(cells[at[n]]) if n in at else usual for n, usual in PLACES.items()}
        levels.add(level_of(its["area_type"], its["area"]) or "")
        industries.add(industry_code(its["naics"]))
        owners.add(owner_code(its["own_code"]) if "own_code" in at else ALL_OWNERSHIPS)
    found = frozenset(levels)
    if found == {"nation"}:
        if ALL_INDUSTRIES in industries and owners == {ALL_OWNERSHIPS}:
            scope = "" if len(industries) == 1 else "all"
        else:
            one_kind = ALL_INDUSTRIES not in industries or len(industries) == 1
            scope = "industry" if one_kind else "all"
    else:
        fits = (scope for scope in ("state", "metropolitan") if found <= LEVELS[scope])
        scope = next(fits, "all") if found and len(industries) == 1 else "all"
    return scope, found if scope != "all" else frozenset()
