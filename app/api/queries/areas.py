"""Areas that wages are given for, found as people write them."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from app.database.catalog import Catalog
from app.database.models.occupations import POSTAL, STATES
from app.did_you_mean import did_you_mean
from app.memory import remembered

BY_POSTAL = {state.lower(): state for state in POSTAL.values()}
BY_NAME = {name.lower(): state for state, name in STATES.values()}
SEVERAL_STATES = re.compile(r",\s*([A-Z]{2}(?:-[A-Z]{2})*)$")
"""The states at the end of a metropolitan area's name: "Texarkana, TX-AR"."""
LEVELS = ("nation", "state", "territory")
"""The levels that come first among what is found."""


def areas(catalog: Catalog) -> list[dict[str, Any]]:
    """Return the areas with their periods and newest release: the nation, then by code."""
    shown: dict[str, dict[str, str]] = {}  # area → period → release, newest first
    for part in catalog.by_dataset.get("wages", ()):
        shown.setdefault(part.area, {}).setdefault(part.period, part.release)
    return [
        {
            **catalog.areas[code],
            "periods": sorted(periods, reverse=True),
            "release": periods[max(periods)],
        }
        for code, periods in sorted(shown.items(), key=lambda entry: (entry[0] != "US", entry[0]))
    ]


def found(items: list[dict[str, Any]], q: str) -> list[dict[str, Any]]:
    """Return the areas that a text stands for, the likeliest first.

    It may be a code, ours or the publisher's; a state's FIPS code, abbreviation or name, which
    finds the areas in that state too; or part of a name, with or without its accents.
    """
    wanted = folded(q)
    state = state_of(wanted)

    def likeness(area: dict[str, Any]) -> int | None:
        name = folded(area["name"])
        if wanted in {area["code"].lower(), area["publisher_code"], name} or area["code"] == state:
            return 0
        if name.startswith(wanted):
            return 1
        if len(wanted) > 2 and wanted in name:
            return 2
        return 3 if state is not None and state in states_of(area) else None

    ranked = [(likeness(area), area) for area in items]
    least = [(rank, area) for rank, area in ranked if rank is not None]
    least.sort(key=lambda one: (one[0], one[1]["level"] not in LEVELS))
    return [area for _, area in least]


def near(catalog: Catalog, given: str) -> tuple[str, ...]:
    """Return at most three codes of areas that were probably meant."""
    known = [*catalog.areas.values()]
    codes = [area["code"] for area in found(known, given)] if len(given.strip()) > 1 else []
    codes += did_you_mean(given, catalog.areas, 0.6)
    if not codes:
        cities: dict[str, str] = {}
        for area in known:
            for city in re.split(r"[-,/]", folded(area["name"])):
                cities.setdefault(city.strip(), area["code"])
        codes += [cities[city] for city in did_you_mean(folded(given), cities, 0.7)]
    return tuple(dict.fromkeys(codes))[:3]


def state_of(wanted: str) -> str | None:
    """Return the state that a folded text is the FIPS code, the abbreviation or the name of."""
    return BY_POSTAL.get(wanted) or POSTAL.get(wanted) or BY_NAME.get(wanted)


def states_of(area: dict[str, Any]) -> set[str]:
    """Return the states that an area lies in, as far as its name says them."""
    several = SEVERAL_STATES.search(area["name"])
    return {*(several[1].split("-") if several else ()), area["state"]} - {None}


@remembered(most=2_048, longest=120)
def folded(text: str) -> str:
    """Return text in lower case, without accents, with one blank between words."""
    plain = unicodedata.normalize("NFKD", " ".join(text.split()))
    return "".join(char for char in plain if not unicodedata.combining(char)).lower()
