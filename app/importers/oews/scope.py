"""What an OEWS file is about as a whole: the areas, industries and owners of its lines."""

from __future__ import annotations

from typing import NamedTuple

from app.database.models.occupations import ALL_INDUSTRIES, ALL_OWNERSHIPS
from app.importers.oews.areas import industry_code, level_of, owner_code, text_of
from app.importers.oews.columns import OWNERS_OF_INDUSTRY, PLACES, open_table
from app.importers.reading.sheets import Document, Header

LEVELS = {
    "": frozenset({"nation"}),
    "industry": frozenset({"nation"}),
    "state": frozenset({"state", "territory"}),
    "metropolitan": frozenset({"metropolitan", "nonmetropolitan"}),
}
"""Scope, the suffix of a release's name → levels of area in its files. Scope "all" has any."""
LOOKED_AT = 3_000
"""Rows that decide on the scope: more than the nation has occupations."""
PRIVATE = "5"
BY_OWNER = frozenset(OWNERS_OF_INDUSTRY) - {ALL_INDUSTRIES}
"""Industries that are an owner's: next to them NAICS 000000 is not the private ones, and no
government is private. States and areas have lines of all owners only."""


class Scope(NamedTuple):
    """A file's scope: "", state, metropolitan, industry or all."""

    name: str
    levels: frozenset[str]
    """Levels of area in it; none for all."""
    owners_told: bool
    """Whether OWN_CODE says whose lines they are."""


def scope_of(document: Document, header: Header) -> Scope:
    """Return a file's scope by its first rows.

    The national industry files have no lines across industries; the all-data file has both.
    """
    table = open_table(document, header)
    at = table.columns
    levels: set[str] = set()
    industries: set[str] = set()
    owners: set[str | None] = set()
    for number, cells in document.rows(header.sheet):
        if number <= header.row or len(cells) <= max(at.values()) or not any(cells):
            continue
        if number > header.row + LOOKED_AT:
            break
        its = {n: text_of(cells[at[n]]) if n in at else usual for n, usual in PLACES.items()}
        levels.add(level_of(its["area_type"], its["area"]) or "")
        industries.add(industry_code(its["naics"]))
        owners.add(owner_code(its["own_code"]) if "own_code" in at else ALL_OWNERSHIPS)
    found = frozenset(levels)
    told = True
    if "own_code" in at and "naics" in at and owners == {PRIVATE} and ALL_INDUSTRIES in industries:
        # Every line of May 2012's all-data file says private, of the whole economy and government.
        if found == {"nation"} and not industries & BY_OWNER:
            why = "5, private, on every line, and NAICS 000000 is of all owners (private: 000001)"
            raise table.fault(why, header.row + 1, "own_code")
        told, owners = False, {ALL_OWNERSHIPS}
    if found == {"nation"}:
        if ALL_INDUSTRIES in industries and owners == {ALL_OWNERSHIPS}:
            scope = "" if len(industries) == 1 else "all"
        else:
            one_kind = ALL_INDUSTRIES not in industries or len(industries) == 1
            scope = "industry" if one_kind else "all"
    else:
        fits = (scope for scope in ("state", "metropolitan") if found <= LEVELS[scope])
        scope = next(fits, "all") if found and len(industries) == 1 else "all"
    return Scope(scope, found if scope != "all" else frozenset(), told)
