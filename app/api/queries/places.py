"""Counties and ZIP codes: which of the survey's areas their figures are in.

Nothing here is a county's own figure. A county lies in one area by the list of the survey's year;
where towns divide it, or where the lists do not agree on counties, several may be meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from app.api.queries import areas
from app.api.queries.area_names import STATE_OF, plain
from app.database.catalog import Catalog
from app.database.models.occupations import POSTAL, STATES, TERRITORIES
from app.database.places import (
    CountyIn,
    CountyInfo,
    Delineation,
    counties_beside,
    counties_of_zip,
    zips_near,
)
from app.did_you_mean import did_you_mean
from app.errors import NotLoaded, UnknownArea

COUNTY, ZIP = "county", "zip"
PREFIXES = (COUNTY, ZIP)
FIVE = re.compile(r"[0-9]{5}")
FIPS = re.compile(r"\b[0-9]{5}\b")
KINDS = re.compile(
    r" (county|parish|(city and )?borough|census area|municipality|municipio|planning region|city)$"
)
"""What the names of counties and their equivalents end with."""
LATEST = "latest"

Connect = Callable[[], Any]


class CountyPart(NamedTuple):
    """A county of a place; of a ZIP code area the part that lies in it, in square metres."""

    fips: str
    name: str
    state: str
    note: str | None
    land: int | None
    water: int | None
    areas: tuple[CountyIn, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A county or ZIP code, and the areas that its figures are in."""

    code: str  # county:48453
    name: str
    counties: tuple[CountyPart, ...]  # the one with most land first
    period: str  # of the figures asked for
    delineation: Delineation | None  # the list that says so
    releases: frozenset[str]

    @property
    def areas(self) -> tuple[str, ...]:
        """The areas, the one with most land first; none where the survey does not cover it."""
        land: dict[str, int] = {}
        for county in self.counties:
            for one in county.areas:
                land[one.area] = land.get(one.area, 0) + (county.land or 0)
        return tuple(sorted(land, key=lambda area: -land[area]))

    @property
    def exact(self) -> bool:
        """Whether the list is that of the figures' year."""
        return self.delineation is None or self.delineation.serves(self.period)

    def as_json(self) -> dict[str, Any]:
        """Return the place as it goes out."""
        by = self.delineation
        return {
            "code": self.code,
            "name": self.name,
            "counties": [
                county._asdict()
                | {"areas": [{"code": one.area, "towns": one.towns} for one in county.areas]}
                for county in self.counties
            ],
            "delineation": None
            if by is None
            else {"release": by.release, "valid_from": by.first, "valid_to": by.last},
        }

    def notices(self) -> list[str]:
        """Say that the list is of other years than the figures."""
        by = self.delineation
        if by is None or self.exact:
            return []
        until = f"from {by.first} to {by.last}" if by.last else f"since {by.first}"
        return [
            f"No list of counties for {self.period} is loaded: the area of {self.code} is that of "
            f"the list that serves {until}, the nearest."
        ]


def is_place(given: str) -> bool:
    """Tell whether a parameter or path names a county or a ZIP code."""
    return given.strip().lower().partition(":")[0] in PREFIXES and ":" in given


def place_of(connect: Connect, catalog: Catalog, given: str, period: str = LATEST) -> Place:
    """Return the county or ZIP code that ``county:48453`` or ``zip:78701`` names.

    ``period`` is that of the figures. Raises ``UnknownArea`` or ``NotLoaded``.
    """
    prefix, _, code = (text.strip() for text in given.partition(":"))
    if period in {LATEST, "all"}:
        period = areas.listing(catalog).newest
    if prefix.lower() == COUNTY:
        return _county(catalog, given, code, period)
    return _zip(connect, catalog, given, code, period)


def _county(catalog: Catalog, given: str, fips: str, period: str) -> Place:
    info = county_info(catalog, fips)
    if info is None:
        raise _unknown_county(catalog, given, fips)
    found, delineation = areas_of_county(catalog, fips, period)
    county = CountyPart(fips, info.name, info.state, info.note, None, None, found)
    name = f"{info.name}, {info.state}"
    releases = _releases(delineation, info.release)
    return Place(f"{COUNTY}:{fips}", name, (county,), period, delineation, releases)


def _unknown_county(catalog: Catalog, given: str, fips: str) -> UnknownArea | NotLoaded:
    places = catalog.places
    if not (places.counties or places.delineations):
        return NotLoaded(given, "the list of counties", COMMAND)
    state = POSTAL.get(fips[:2])
    if state and fips[2:] in {"", "000"}:
        why = f"{fips} is the code of {STATES[fips[:2]][1]}, not of a county"
        return UnknownArea(given, lambda: (state,), why, ALLOWED)
    why = f"no county has the FIPS code {fips[:20]!r}"
    near = partial(_near_counties, catalog, fips)
    return UnknownArea(given, near, why, ALLOWED)


ALLOWED = "county: and five digits (FIPS), or zip: and five digits"
COMMAND = "get the files of counties and run occupations import FOLDER"


def _near_counties(catalog: Catalog, fips: str) -> tuple[str, ...]:
    named = [info.fips for info in named_counties(catalog, plain(fips))[1]]
    near = did_you_mean(fips, catalog.places.counties, 0.7)
    return tuple(f"{COUNTY}:{one}" for one in (*named, *near))[:3]


def _zip(connect: Connect, catalog: Catalog, given: str, code: str, period: str) -> Place:
    part = catalog.places.zips
    if part is None:
        raise NotLoaded(given, "the list of ZIP code areas", COMMAND)
    if not FIVE.fullmatch(code):
        why = f"{code[:20]!r} is no ZIP code: five digits"
        raise UnknownArea(given, tuple[str, ...], why, ALLOWED)
    with connect() as connection:
        rows = connection.execute(counties_of_zip(part, code)).all()
        near = [] if rows else connection.execute(zips_near(part, code)).scalars().all()
    if not rows:
        why = (
            f"no ZIP code area of the Census Bureau has the code {code}: it may be of post boxes, "
            "of one firm, or of no place"
        )
        proposed = tuple(f"{ZIP}:{one}" for one in near)
        raise UnknownArea(given, lambda: proposed, why, ALLOWED)
    counties = []
    delineation = None
    releases = {part.release}
    for fips, land, water in rows:
        info = county_info(catalog, fips)
        of_county, delineation = areas_of_county(catalog, fips, period)
        about: tuple[str, str, str | None] = (f"County {fips}", POSTAL[fips[:2]], None)
        if info is not None:
            about = (info.name, info.state, info.note)
            releases.add(info.release)
        counties.append(CountyPart(fips, *about, land, water, of_county))
    name = f"ZIP code {code}"
    whole = frozenset(releases) | _releases(delineation)
    return Place(f"{ZIP}:{code}", name, tuple(counties), period, delineation, whole)


def _releases(delineation: Delineation | None, *others: str) -> frozenset[str]:
    return frozenset(others) | ({delineation.release} if delineation else frozenset())


def county_info(catalog: Catalog, fips: str) -> CountyInfo | None:
    """Return a county by its FIPS code, also one that only a list of areas has."""
    info = catalog.places.counties.get(fips)
    if info is not None:
        return info
    for by in catalog.places.delineations:
        if fips in by.areas:
            return CountyInfo(fips, f"County {fips}", POSTAL[fips[:2]], None, by.release)
    return None


def areas_of_county(
    catalog: Catalog, fips: str, period: str
) -> tuple[tuple[CountyIn, ...], Delineation | None]:
    """Return the areas that a county lies in at a period, and the list that says so.

    A county that the period's list lacks has the areas of the nearest list that has it, or those
    that followed them. A territory without a list is an area itself.
    """
    by = catalog.places.delineation(period)
    if by is not None and fips in by.areas:
        return by.areas[fips], by
    if fips[:2] in TERRITORIES and POSTAL[fips[:2]] in catalog.areas:
        return (CountyIn(POSTAL[fips[:2]], None),), None
    if by is None:
        return (), None
    info = catalog.places.counties.get(fips)
    # A county that is in no list has ended: its note names those that followed it.
    for code in (fips, *FIPS.findall(info.note or "" if info else "")):
        for other in sorted(catalog.places.delineations, key=lambda one: one.years_from(period)):
            if code in other.areas:
                known = {one.area for its in by.areas.values() for one in its}
                its = (_followed(catalog, one.area, known) for one in other.areas[code])
                found = dict.fromkeys(area for areas in its for area in areas)
                return tuple(CountyIn(area, None) for area in found), by
    return (), None


def _followed(catalog: Catalog, area: str, known: Collection[str]) -> Iterable[str]:
    """Return an area, or those of a list that followed it or that it followed."""
    if area in known:
        return (area,)
    before, after = areas.neighbours(catalog, area)
    return [one.code for one in (*after, *before) if one.code in known]


def named_counties(catalog: Catalog, text: str) -> tuple[bool, list[CountyInfo]]:
    """Return the counties that a plain text is the name of, and whether it is their whole name.

    `travis county` is a whole name, `travis` is not. A state may stand behind it. Counties that
    have ended come last.
    """
    names: Names | None = catalog.derived.get("counties")
    if names is None:
        names = catalog.derived["counties"] = _read_names(catalog)
    words = text.split()
    ways: list[tuple[str, str | None]] = [(text, None)]
    parted = ((" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words)))
    ways += [(name, STATE_OF[state]) for name, state in parted if state in STATE_OF]
    for is_whole, its in ((True, names.whole), (False, names.bare)):
        for name, state in ways:
            found = [one for one in its.get(name, ()) if state in {None, one.state}]
            if found:
                return is_whole, found
    return False, []


class Names(NamedTuple):
    """Counties by their plain names, whole and without their kind."""

    whole: dict[str, list[CountyInfo]]
    bare: dict[str, list[CountyInfo]]


def _read_names(catalog: Catalog) -> Names:
    newest = next(iter(catalog.places.delineations), None)
    names = Names({}, {})
    for info in catalog.places.counties.values():
        name = plain(info.name)
        bare = KINDS.sub("", name)
        names.whole.setdefault(name, []).append(info)
        names.bare.setdefault(bare, []).append(info)
    for its in (*names.whole.values(), *names.bare.values()):
        its.sort(key=lambda info: newest is not None and info.fips not in newest.areas)
    return names


def counties_of(catalog: Catalog, area: str) -> list[dict[str, str]]:
    """Return the counties of an area by the newest list that has it, in order of their codes."""
    return [
        {"fips": info.fips, "name": info.name, "state": info.state}
        for fips in sorted(_fips_of(catalog, area))
        if (info := county_info(catalog, fips)) is not None
    ]


def _fips_of(catalog: Catalog, area: str) -> set[str]:
    for by in catalog.places.delineations:
        found = {f for f, its in by.areas.items() if any(one.area == area for one in its)}
        if found:
            return found
    return set()


def areas_beside(connect: Connect, catalog: Catalog, area: str) -> tuple[str, ...]:
    """Return the areas that share a ZIP code area with one, those of most people first."""
    part, newest = catalog.places.zips, next(iter(catalog.places.delineations), None)
    own = _fips_of(catalog, area)
    if part is None or newest is None or not own:
        return ()
    with connect() as connection:
        beside = connection.execute(counties_beside(part, own)).scalars().all()
    found = {one.area for fips in beside for one in newest.areas.get(fips, ())} - {area}
    known = (code for code in found if code in catalog.areas)
    return tuple(sorted(known, key=lambda code: (-catalog.employment.get(code, 0), code)))
