"""Areas found by their names as people write them: nicknames, abbreviations, towns, states."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

from app.api.queries.areas import LEVELS, folded, listing, neighbours
from app.database.catalog import Catalog
from app.database.models.occupations import POSTAL, STATES
from app.database.place_names import aliases
from app.did_you_mean import MOST, did_you_mean
from app.errors import AmbiguousArea, UnknownArea
from app.memory import remembered

Area = dict[str, Any]

STATE_OF = {state.lower(): state for state in POSTAL.values()} | {
    name.lower(): state for state, name in STATES.values()
}
"""Abbreviation or name in lower case → state."""

STATEWIDE = ("state", "territory")
URBAN = ("metropolitan",)
BEFORE = {
    "the": None,
    "state of": STATEWIDE,
    "commonwealth of": STATEWIDE,
    "city of": URBAN,
    "town of": URBAN,
    "greater": URBAN,
    "metro": URBAN,
    "metropolitan": URBAN,
    "downtown": URBAN,
}
"""Words before a name → the levels that they leave; None: all."""
BEHIND = {
    "metropolitan statistical area": URBAN,
    "metropolitan area": URBAN,
    "metro area": URBAN,
    "metro": URBAN,
    "msa": URBAN,
    "area": None,
    "region": None,
    "city": URBAN,
    "state": STATEWIDE,
}
"""Words behind a name → the levels that they leave."""
WRITTEN = {"saint": "st", "fort": "ft", "mount": "mt", "and": ""}
"""Words that are written in two ways → the way that they are compared in; `and` is left out."""
UNDIVIDED = re.compile(r"\b(winston|wilkes)-(?=salem|barre)")
"""Cities with a hyphen, which otherwise stands between two."""
REST = " nonmetropolitan area"


class Names(NamedTuple):
    """The areas with wages by what they are called; where several are, the largest first."""

    whole: list[str]  # each area's name, in the order of the areas
    by_code: dict[str, list[Area]]  # ours, the publisher's, or a state's number, in lower case
    by_name: dict[str, list[Area]]  # whole names, cities in them, and what the seed adds


def names_of(catalog: Catalog) -> Names:
    """Return the names of a catalog's areas, worked out once."""
    names: Names | None = catalog.derived.get("area_names")
    if names is None:
        names = catalog.derived["area_names"] = _read_names(catalog)
    return names


def _read_names(catalog: Catalog) -> Names:
    areas = listing(catalog)
    by_code: dict[str, list[Area]] = {}
    by_name: dict[str, list[Area]] = {}
    for area in areas.items:
        for code in {area["code"].lower(), area["publisher_code"]}:
            by_code.setdefault(code, []).append(area)
        for name in _own_names(area):
            by_name.setdefault(name, []).append(area)
    for alias in aliases():
        for code in alias.areas:
            its = by_name.setdefault(plain(alias.name), [])
            its += [area for area in _there(catalog, code) if area not in its]
    by_name = {name: its for name, its in by_name.items() if its}
    for its in by_name.values():
        its.sort(key=partial(_by_size, catalog))
    return Names([plain(area["name"]) for area in areas.items], by_code, by_name)


def _there(catalog: Catalog, code: str) -> list[Area]:
    """Return the area of a code, or where it has no wages those that it followed."""
    by_code = listing(catalog).by_code
    if code in by_code:
        return [by_code[code]]
    before, _ = neighbours(catalog, code)
    return [by_code[one.code] for one in before[:1] if one.code in by_code]


def _by_size(catalog: Catalog, area: Area) -> tuple[bool, int, bool, str]:
    """Return the key to sort by: areas in force, then those that employ most people, states."""
    people = catalog.employment.get(area["code"], 0)
    return area["valid_to"] is not None, -people, area["level"] not in LEVELS, area["code"]


def _own_names(area: Area) -> set[str]:
    """Return the names of an area: the whole one, and each run of its cities."""
    name = plain(area["name"])
    if area["level"] in LEVELS:
        state = area["state"] or area["code"]
        return {name, state.lower(), *(n for n, its in STATE_OF.items() if its == state)}
    if area["level"] == "nonmetropolitan":
        return {name, name.removesuffix(REST)} - STATE_OF.keys()
    cities = UNDIVIDED.sub(r"\1 ", folded(area["name"]).rpartition(",")[0] or folded(area["name"]))
    parts = [plain(one) for one in re.split(r"[-/]+", cities.removeprefix("urban "))]
    parts = [one.removesuffix(" town") for one in parts]
    runs = {
        " ".join(parts[start:end])
        for start in range(len(parts))
        for end in range(start + 1, len(parts) + 1)
    }
    return {name, *(run for run in runs if not run.endswith(" county"))}


@remembered(most=2_048, longest=120)
def plain(text: str) -> str:
    """Return a name as names are compared: folded, letters and digits only, one blank between."""
    words = re.sub(r"[^\w\s]", " ", re.sub(r"['\u2019.]", "", folded(text))).split()
    return " ".join(filter(None, (WRITTEN.get(word, word) for word in words)))


def _forms(text: str) -> Iterator[tuple[str, tuple[str, ...] | None]]:
    """Yield a plain text, then what is left of it without words such as `area` or `city of`.

    With each goes the levels of areas that it may mean; None: all.
    """
    levels: tuple[str, ...] | None = None
    while text:
        yield text, levels
        before = next((w for w in BEFORE if text.startswith(f"{w} ")), None)
        behind = next((w for w in BEHIND if text.endswith(f" {w}")), None)
        if before is not None:
            text, left = text.removeprefix(f"{before} "), BEFORE[before]
        elif behind is not None:
            text, left = text.removesuffix(f" {behind}"), BEHIND[behind]
        else:
            return
        levels = levels or left


def _meant(names: Names, text: str) -> list[Area]:
    """Return the areas that a plain text is the name of, the largest first.

    A state may stand behind a city: `portland or`.
    """
    for form, levels in _forms(text):
        its = [
            area
            for area in names.by_name.get(form, ())
            if levels is None or area["level"] in levels
        ]
        if its:
            return its
    words = text.split()
    for at in range(1, len(words)):
        state = STATE_OF.get(" ".join(words[at:]))
        if state is not None:
            its = names.by_name.get(" ".join(words[:at]), [])
            its = [a for a in its if a["level"] not in LEVELS and state in a["states"]]
            if its:
                return its
    return []


def named(catalog: Catalog, text: str) -> list[str]:
    """Return the codes of the areas that a text is the name of, the largest first.

    They are those in force, or if none is the last ones. `new york state` and `new york city` are
    told apart.
    """
    its = _meant(names_of(catalog), plain(text))
    in_force = [area for area in its if area["valid_to"] is None]
    return [area["code"] for area in in_force or its]


def found(catalog: Catalog, q: str) -> list[Area]:
    """Return the areas that a text stands for.

    It may be a code, ours or the publisher's; a state's FIPS code, abbreviation or name, which
    finds the areas in that state too; a name that people use; or part of a name.

    What it names comes first, then states, then areas whose name begins with it, then the others;
    among each those in force, and the one that employs most people.
    """
    names = names_of(catalog)
    wanted = plain(q)
    state = POSTAL.get(wanted) or next(
        (STATE_OF[form] for form, of in _forms(wanted) if form in STATE_OF and of != URBAN), None
    )
    exact = {a["code"] for a in (*names.by_code.get(wanted, ()), *_meant(names, wanted))}
    exact.add(state or "")

    def place(area: Area, name: str) -> int | None:
        if area["code"] in exact:
            return 0
        begins = name.startswith(wanted)
        inside = len(wanted) > 2 and f" {wanted}" in name
        if not (begins or inside or state in area["states"]):
            return None
        if area["level"] in LEVELS:
            return 1
        return 2 if begins else 3

    ranked = [
        ((at, *_by_size(catalog, area)), area)
        for area, name in zip(listing(catalog).items, names.whole, strict=True)
        if wanted and (at := place(area, name)) is not None
    ]
    ranked.sort(key=lambda one: one[0])
    return [area for _, area in ranked]


def alike(catalog: Catalog, q: str) -> list[Area]:
    """Return at most three areas whose names are like a text that finds none."""
    by_name = names_of(catalog).by_name
    its = [area for name in did_you_mean(plain(q), by_name, 0.7) for area in by_name[name]]
    return [*{area["code"]: area for area in its}.values()][:MOST]


def near(catalog: Catalog, given: str) -> tuple[str, ...]:
    """Return at most three codes of areas with wages that were probably meant.

    Of an area that has none, these are the ones that it followed or that followed it.
    """
    before, after = neighbours(catalog, given)
    codes = [step.code for step in (*after, *before) if step.code in catalog.areas]
    if codes:
        return tuple(codes[:MOST])
    if len(given.strip()) > 1:
        codes = [area["code"] for area in found(catalog, given)]
    codes += did_you_mean(given, listing(catalog).by_code, 0.6)
    if not codes:
        codes = [area["code"] for area in alike(catalog, given)]
    return tuple(dict.fromkeys(codes))[:MOST]


def near_of_any_year(catalog: Catalog, given: str) -> tuple[str, ...]:
    """Return at most three codes that were probably meant, also of areas without wages."""
    known = did_you_mean(given, catalog.area_history.entries, 0.7)
    return tuple(dict.fromkeys((*near(catalog, given), *known)))[:MOST]


def not_an_area(catalog: Catalog, given: str) -> UnknownArea | AmbiguousArea:
    """Return the error of what is no code: the name of several places, or nothing known."""
    codes = named(catalog, given)
    if len(codes) < 2:
        return UnknownArea(given, partial(near_of_any_year, catalog, given))
    choices = [
        {key: catalog.areas[code][key] for key in ("code", "name", "level")}
        | {"employment": catalog.employment.get(code)}
        for code in codes
    ]
    return AmbiguousArea(given, choices)
