"""Areas that wages are given for, found as people write them, and areas through time.

An area is known by wages that are loaded or by a list of areas: a code of May 2019 leads on to
those that followed it, whatever is loaded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple

from app.database.areas import NamedArea, Step
from app.database.catalog import Catalog
from app.database.models.occupations import POSTAL, STATES
from app.did_you_mean import MOST, did_you_mean
from app.errors import UnknownArea
from app.memory import remembered

BY_POSTAL = {state.lower(): state for state in POSTAL.values()}
BY_NAME = {name.lower(): state for state, name in STATES.values()}
STATE_OF = BY_POSTAL | BY_NAME
"""Abbreviation or name in lower case → state."""
SEVERAL_STATES = re.compile(r",\s*([A-Z]{2}(?:-[A-Z]{2})*)$")
"""The states at the end of a metropolitan area's name: "Texarkana, TX-AR"."""
AREA_KEYS = ("code", "name", "level", "publisher_code", "state")
LEVELS = ("nation", "state", "territory")
"""The levels that come first among what is found. Their codes never change."""
RENAMED, PART = "renamed", "part"
IN_FORCE = "~"
"""Later than every period."""


class Names(NamedTuple):
    """The areas with wages, and their names as they are searched."""

    items: list[dict[str, Any]]
    folded: list[str]
    codes: list[str]
    cities: dict[str, list[dict[str, Any]]]  # city in a name → its areas, the largest first
    newest: str  # period of wages


def areas(catalog: Catalog) -> list[dict[str, Any]]:
    """Return the areas with their periods and newest release: the nation, then by code."""
    return _names(catalog).items


def _names(catalog: Catalog) -> Names:
    """Return the areas of a catalog, worked out once."""
    names: Names | None = catalog.derived.get("areas")
    if names is None:
        names = catalog.derived["areas"] = _read_names(catalog)
    return names


def _read_names(catalog: Catalog) -> Names:
    shown: dict[str, dict[str, str]] = {}  # area → period → release, newest first
    for part in catalog.by_dataset.get("wages", ()):
        shown.setdefault(part.area, {}).setdefault(part.period, part.release)
    newest = max((max(periods) for periods in shown.values()), default="")
    items = [
        {
            **catalog.areas[code],
            "states": states_of(catalog.areas[code]),
            **validity(catalog, code, newest),
            "periods": sorted(periods, reverse=True),
            "release": periods[max(periods)],
        }
        for code, periods in sorted(shown.items(), key=lambda entry: (entry[0] != "US", entry[0]))
    ]
    names = [folded(item["name"]) for item in items]
    cities: dict[str, list[dict[str, Any]]] = {}
    for item, name in zip(items, names, strict=True):
        for city in re.split(r"[-/]", name.partition(",")[0].removeprefix("urban ")):
            cities.setdefault(city.strip().replace(".", ""), []).append(item)
    for its in cities.values():
        its.sort(key=lambda area: -catalog.employment.get(area["code"], 0))
    return Names(items, names, [item["code"] for item in items], cities, newest)


def found(catalog: Catalog, q: str) -> list[dict[str, Any]]:
    """Return the areas that a text stands for.

    It may be a code, ours or the publisher's; a state's FIPS code, abbreviation or name, which
    finds the areas in that state too; or part of a name, with or without its accents.

    What it names comes first, then states, then areas whose name begins with it, then the others;
    among each the one that employs most people.
    """
    wanted = folded(q)
    state = state_of(wanted)

    def place(area: dict[str, Any], name: str) -> int | None:
        inside = len(wanted) > 2 and wanted in name
        if wanted in {area["code"].lower(), area["publisher_code"], name} or area["code"] == state:
            return 0
        if not (inside or name.startswith(wanted) or (state and state in area["states"])):
            return None
        if area["level"] in LEVELS:
            return 1
        return 2 if name.startswith(wanted) else 3

    names = _names(catalog)
    ranked = [
        (at, -catalog.employment.get(area["code"], 0), area)
        for area, name in zip(names.items, names.folded, strict=True)
        if (at := place(area, name)) is not None
    ]
    ranked.sort(key=lambda one: one[:2])
    return [area for _, _, area in ranked]


def named(catalog: Catalog, text: str) -> list[str]:
    """Return the codes of the areas in force that a text is the name of: states, cities, or both.

    A state may stand behind a city: `portland or`. `new york state` and `new york city` are told
    apart. Text is in lower case, without points.
    """
    cities = _names(catalog).cities

    def of_city(city: str, state: str | None = None) -> list[str]:
        return [
            area["code"]
            for area in cities.get(city, ())
            if (area["level"], area["valid_to"]) == ("metropolitan", None)
            and (state is None or state in area["states"])
        ]

    state = STATE_OF.get(text.removesuffix(" state"))
    found = [state] if state is not None and state in catalog.areas else []
    if not text.endswith(" state"):
        found += of_city(text) or of_city(text.removesuffix(" city"))
    words = text.split()
    for at in range(1, len(words)):
        if not found and (state := STATE_OF.get(" ".join(words[at:]))):
            found = of_city(" ".join(words[:at]), state)
    return found


def near(catalog: Catalog, given: str) -> tuple[str, ...]:
    """Return at most three codes of areas with wages that were probably meant.

    Of an area that has none, these are the ones that it followed or that followed it.
    """
    before, after = neighbours(catalog, given)
    names = _names(catalog)
    codes = [step.code for step in (*after, *before) if step.code in catalog.areas]
    if codes:
        return tuple(codes[:MOST])
    if len(given.strip()) > 1:
        codes = [area["code"] for area in found(catalog, given)]
    codes += did_you_mean(given, names.codes, 0.6)
    if not codes:
        alike = did_you_mean(folded(given), names.cities, 0.7)
        codes = [area["code"] for city in alike for area in names.cities[city]]
    return tuple(dict.fromkeys(codes))[:MOST]


def _near_of_any_year(catalog: Catalog, given: str) -> tuple[str, ...]:
    known = did_you_mean(given, catalog.area_history.entries, 0.7)
    return tuple(dict.fromkeys((*near(catalog, given), *known)))[:MOST]


def area_of(catalog: Catalog, given: str) -> dict[str, Any]:
    """Return one area whole, with or without wages, by its code in upper or lower case.

    Raises ``UnknownArea``.
    """
    code = given.strip().upper()
    names = _names(catalog)
    entries = catalog.area_history.entries.get(code)
    area = next((item for item in names.items if item["code"] == code), None)
    if area is None and entries is not None:
        newest = entries[-1]
        area = {
            **{name: getattr(newest, name) for name in AREA_KEYS},
            "states": states_of(newest._asdict()),
            **validity(catalog, code, names.newest),
            "periods": [],
            "release": newest.release,
        }
    if area is None:
        raise UnknownArea(given, partial(_near_of_any_year, catalog, given))
    before, after = neighbours(catalog, code)
    return {
        **area,
        "history": stretches(catalog, code, area["valid_to"]),
        "predecessors": [one.as_json() for one in before if len(one.chain) == 2],
        "successors": [one.as_json() for one in after if len(one.chain) == 2],
    }


def releases_of(area: dict[str, Any]) -> set[str]:
    """Return the releases that an area or some of its keys name."""
    named = [area, *area.get("history", ())]
    found = {one["release"] for one in named}
    for key in ("history", "predecessors", "successors"):
        found.update(filter(None, (one.get("crosswalk") for one in area.get(key, ()))))
    return found


class Neighbour(NamedTuple):
    """An area that an area followed, or that followed it."""

    code: str
    name: str
    relation: str
    crosswalk: str  # the release that says so
    chain: tuple[str, ...]  # the codes from the area asked for to this one, both included

    def as_json(self) -> dict[str, str]:
        """Return it for an answer."""
        return {
            "code": self.code,
            "name": self.name,
            "relation": self.relation,
            "crosswalk": self.crosswalk,
        }


def neighbours(catalog: Catalog, code: str) -> tuple[list[Neighbour], list[Neighbour]]:
    """Return the predecessors and the successors of an area, the nearest in time first.

    Those of one step come first, the one with most in common first, then those that these lead to.
    An area that no list names has none.
    """
    history = catalog.area_history
    return (
        _reached(catalog, code, history.predecessors, forward=False),
        _reached(catalog, code, history.successors, forward=True),
    )


def _reached(
    catalog: Catalog, start: str, steps: dict[str, tuple[Step, ...]], *, forward: bool
) -> list[Neighbour]:
    found: dict[str, Neighbour] = {}
    ends: list[tuple[tuple[str, ...], str, str]] = [((start,), RENAMED, "")]
    while ends:
        further = []
        for chain, relation, reached in ends:
            for step in steps.get(chain[-1], ()):
                period = catalog.releases[step.release]["period"]
                # A list compares with the one before it: within one list nothing leads on.
                on = not reached or (period > reached if forward else period < reached)
                if on and step.code not in found and step.code != start:
                    whole = (*chain, step.code)
                    both = _joined(relation, step.relation)
                    found[step.code] = Neighbour(step.code, step.name, both, step.release, whole)
                    further.append((whole, both, period))
        ends = further
    return [*found.values()]


def _joined(first: str, second: str) -> str:
    """Return the relation of two areas between which lies a third."""
    if RENAMED in {first, second}:
        return second if first == RENAMED else first
    return first if first == second else PART


def validity(catalog: Catalog, code: str, newest: str) -> dict[str, str | None]:
    """Return the first and the last period of a code; the last is null while it is in force.

    A code that no list of areas has is over when wages of a newer period than its own are loaded:
    ``newest`` is the newest of all.
    """
    history = catalog.area_history
    entries = history.entries.get(code, ())
    last = max((entry.last or IN_FORCE for entry in entries), default=IN_FORCE)
    level = entries[-1].level if entries else ""
    ended = level not in LEVELS and (last < newest or code in history.successors)
    return {
        "valid_from": min((entry.first for entry in entries), default=None),
        "valid_to": last if ended and last != IN_FORCE else None,
    }


def stretches(catalog: Catalog, code: str, valid_to: str | None) -> list[dict[str, Any]]:
    """Return what a code stood for, the oldest first: its names, and its extents by the lists."""
    history = catalog.area_history
    entries = history.entries.get(code, ())
    change = history.changed.get(code)
    since = next((e.first for e in entries if change and e.release == change.release), IN_FORCE)

    def stretch(entry: NamedArea) -> tuple[str, bool]:
        return folded(entry.name), entry.first >= since

    found: list[dict[str, Any]] = []
    for (_, changed), group in groupby(entries, stretch):
        its = [*group]
        before = found[-1] if found else None
        extent = change if changed and before and before["valid_from"] < since else None
        found.append(
            {
                "name": its[-1].name,
                "valid_from": min(entry.first for entry in its),
                "valid_to": max(entry.last or IN_FORCE for entry in its),
                "relation": extent.relation if extent else RENAMED if before else None,
                "crosswalk": extent.release if extent else None,
                "release": its[-1].release,
            }
        )
    for item in found[-1:]:
        item["valid_to"] = valid_to
    return found


def state_of(wanted: str) -> str | None:
    """Return the state that a folded text is the FIPS code, the abbreviation or the name of."""
    return STATE_OF.get(wanted) or POSTAL.get(wanted)


def states_of(area: Mapping[str, Any]) -> list[str]:
    """Return the states that an area lies in, as far as its name says them."""
    several = SEVERAL_STATES.search(area["name"])
    named = several[1].split("-") if several else []
    return list(dict.fromkeys((*filter(None, (area["state"],)), *named)))


@remembered(most=2_048, longest=120)
def folded(text: str) -> str:
    """Return text in lower case, without accents, with one blank between words."""
    plain = unicodedata.normalize("NFKD", " ".join(text.split()))
    return "".join(char for char in plain if not unicodedata.combining(char)).lower()
