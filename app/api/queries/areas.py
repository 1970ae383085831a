"""Areas that wages are given for, and areas through time.

An area is known by wages that are loaded or by a list of areas: a code of May 2019 leads on to
those that followed it, whatever is loaded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from itertools import groupby
from typing import Any, NamedTuple

from app.database.areas import NamedArea, Step
from app.database.catalog import Catalog
from app.database.models.occupations import NATION, STATES, TERRITORIES
from app.memory import remembered

SEVERAL_STATES = re.compile(r",\s*([A-Z]{2}(?:-[A-Z]{2})*)$")
"""The states at the end of a metropolitan area's name: "Texarkana, TX-AR"."""
REFERENCE = ("code", "name", "level")
AREA_KEYS = ("code", "name", "level", "publisher_code", "state")
NATION_LEVEL = "nation"
LEVELS = ("nation", "state", "territory")
"""The levels that come first among what is found. Their codes never change."""
UNNAMED = {NATION: ("U.S.", NATION_LEVEL)} | {
    state: (name, "territory" if fips in TERRITORIES else "state")
    for fips, (state, name) in STATES.items()
}
"""Code of the nation, a state or a territory → name and level, where no release has it."""
RENAMED, PART = "renamed", "part"
IN_FORCE = "~"
"""Later than every period."""


class Listing(NamedTuple):
    """The areas with wages: the nation, then by code."""

    items: list[dict[str, Any]]
    by_code: dict[str, dict[str, Any]]
    newest: str  # period of wages; "" if there are none


def listing(catalog: Catalog) -> Listing:
    """Return the areas of a catalog with their periods and newest release, worked out once."""
    found: Listing | None = catalog.derived.get("areas")
    if found is None:
        found = catalog.derived["areas"] = _read_listing(catalog)
    return found


def _read_listing(catalog: Catalog) -> Listing:
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
            "asked_area": None,
            "release": periods[max(periods)],
        }
        for code, periods in sorted(shown.items(), key=lambda entry: (entry[0] != NATION, entry[0]))
    ]
    return Listing(items, {item["code"]: item for item in items}, newest)


def within(
    areas: list[dict[str, Any]], level: str | None, parent: str | None
) -> list[dict[str, Any]]:
    """Return those of some areas that are of a level and lie right below an area, if given."""
    return [
        area
        for area in areas
        if level in {None, area["level"]} and (parent is None or parent in parents_of(area))
    ]


def known(catalog: Catalog, code: str) -> dict[str, Any] | None:
    """Return an area by its code, with or without wages; None if no year has it."""
    its = listing(catalog)
    entries = catalog.area_history.entries.get(code)
    if code in its.by_code or entries is None:
        return its.by_code.get(code)
    newest = entries[-1]
    return {
        **{name: getattr(newest, name) for name in AREA_KEYS},
        "states": states_of(newest._asdict()),
        **validity(catalog, code, its.newest),
        "periods": [],
        "asked_area": None,
        "release": newest.release,
    }


def through_time(catalog: Catalog, area: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an area's code stood for, and the areas one step before and after it."""
    before, after = neighbours(catalog, area["code"])
    return {
        "history": stretches(catalog, area["code"], area["valid_to"]),
        "predecessors": [one.as_json() for one in before if len(one.chain) == 2],
        "successors": [one.as_json() for one in after if len(one.chain) == 2],
    }


def parents_of(area: Mapping[str, Any]) -> list[str]:
    """Return the codes of what an area lies in: its states, or the nation."""
    if area["level"] == NATION_LEVEL:
        return []
    return [NATION] if area["level"] in LEVELS else states_of(area)


def reference(catalog: Catalog, code: str) -> dict[str, Any]:
    """Return code, name and level of an area of any year, or of a state without wages."""
    area = known(catalog, code)
    if area is not None:
        return {key: area[key] for key in REFERENCE}
    name, level = UNNAMED[code]
    return dict(zip(REFERENCE, (code, name, level), strict=True))


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


def states_of(area: Mapping[str, Any]) -> list[str]:
    """Return the states that an area lies in, as far as its name says them."""
    several = SEVERAL_STATES.search(area["name"])
    named = several[1].split("-") if several else []
    return list(dict.fromkeys((*filter(None, (area["state"],)), *named)))


@remembered(most=2_048, longest=120)
def folded(text: str) -> str:
    """Return text in lower case, without accents, with one blank between words."""
    plain = " ".join(text.split())
    if plain.isascii():
        return plain.lower()
    plain = unicodedata.normalize("NFKD", plain)
    return "".join(char for char in plain if not unicodedata.combining(char)).lower()
