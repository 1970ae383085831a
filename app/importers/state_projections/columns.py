"""The columns of Projections Central's file of long-term projections, all states in one."""

from __future__ import annotations

COLUMNS = {
    "stfips": "state",
    "areaname": "area_name",
    "(occ|soc)?code": "code",
    "name|title": "title",
    "baseyear": "base_year",
    "base": "base_employment",
    "projyear": "target_year",
    "proj(ected)?": "target_employment",
    "change": "change",
    "percentchange": "percent_change",
    "avgannualopenings": "annual_openings",
}
YEARS = frozenset({"base_year", "target_year"})
"""A file of one period may lack both; ``--period`` names it then."""
