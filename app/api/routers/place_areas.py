"""Areas as parameters name them: by codes, or by counties and ZIP codes that lie in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.api.queries import areas
from app.api.queries.places import LATEST, Place, is_place, place_of
from app.api.schemas.areas import AreaParams
from app.api.schemas.common import Json
from app.database.catalog import Catalog
from app.database.models.occupations import NATION, POSTAL, STATES, TERRITORIES
from app.database.store import Reader
from app.errors import AmbiguousArea, Fault, InvalidParameters, NotLoaded, UnknownArea

PERIOD = re.compile(r"\d{4}-\d{2}")


@dataclass(frozen=True, slots=True)
class AskedAreas:
    """The areas of a parameter, and what is wrong with it."""

    codes: tuple[str, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)  # area → the place that it stands for
    faults: tuple[Fault, ...] = ()

    @property
    def asked(self) -> dict[str, str]:
        """Area → the county or ZIP code that was asked for."""
        return {area: place.code for area, place in self.places.items()}

    def said_of(self, item: Json) -> Json:
        """Return an item of a list with the place that was asked for."""
        return item | {"asked_area": self.asked.get(item["area"])} if self.places else item

    @property
    def notices(self) -> tuple[str, ...]:
        """Say which lists of counties are of other years."""
        return tuple(said for place in self.places.values() for said in place.notices())


def asked_areas(
    store: Reader, given: Iterable[str], periods: Iterable[str], parameter: str = "area"
) -> AskedAreas:
    """Read the areas of a parameter; ``periods`` are those of the figures asked for."""
    every = list(given)
    codes: list[str] = []
    places: dict[str, Place] = {}
    faults: list[Fault] = []
    for one in every:
        if not is_place(one):
            codes.append(one)
            continue
        found = _area_of(store, one, periods)
        if isinstance(found, Fault):
            faults.append(replace(found, parameter=parameter))
            continue
        area = found.areas[0]
        codes.append(area)
        if area not in every:
            places[area] = found
    return AskedAreas(tuple(dict.fromkeys(codes)), places, tuple(faults))


def _area_of(store: Reader, given: str, periods: Iterable[str]) -> Place | Fault:
    """Return a place with its one area, or what is wrong with it."""
    catalog = store.catalog
    try:
        found = [place_of(store.connect, catalog, given, period) for period in periods]
    except (UnknownArea, NotLoaded) as error:
        return error.faults[0]
    place = found[0]
    codes = tuple(dict.fromkeys(area for one in found for area in one.areas))
    if not codes:
        return not_covered(given, place).faults[0]
    if len(codes) > 1:
        return AmbiguousArea(given, choices(catalog, codes)).faults[0]
    (area,) = codes
    if area != NATION and area not in catalog.areas:
        why = f"no wages are loaded for {area}, the area of {place.name} in {place.period}"
        return Fault("area", given, why, "a place whose area is in /v1/areas")
    return place


def not_covered(given: str, place: Place) -> UnknownArea:
    """Return the error of a place in none of the survey's areas."""
    state = place.counties[0].state
    why = f"no list of counties has the areas of {place.name} in {place.period}"
    if state in {POSTAL[fips] for fips in TERRITORIES}:
        name = dict(STATES.values())[state]
        why = f"the survey does not cover {name}, where {place.name} is"
    allowed = "a place in a state, Guam, Puerto Rico or the Virgin Islands"
    return UnknownArea(given, tuple[str, ...], why, allowed)


def choices(catalog: Catalog, codes: Iterable[str]) -> list[dict[str, Any]]:
    """Return what a client chooses from, in the order given."""
    return [_choice(catalog, code) for code in codes]


def _choice(catalog: Catalog, code: str) -> dict[str, Any]:
    area = areas.known(catalog, code) or {"code": code, "name": code, "level": "metropolitan"}
    named = {key: area[key] for key in areas.REFERENCE}
    return named | {"employment": catalog.employment.get(code), "relation": "part"}


def sole(store: Reader, place: Place) -> str:
    """Return the one area of a place; raises ``UnknownArea`` or ``AmbiguousArea``."""
    if not place.areas:
        raise not_covered(place.code, place)
    if len(place.areas) > 1:
        raise AmbiguousArea(place.code, choices(store.catalog, place.areas))
    return place.areas[0]


def asked_place(store: Reader, params: AreaParams) -> Place | None:
    """Return the county or ZIP code that a list of areas is asked for.

    Raises ``InvalidParameters`` for an unknown one, and for several ways to ask at once.
    """
    given = {name: getattr(params, name) for name in ("q", "county", "zip")}
    asked = {name: value for name, value in given.items() if value is not None}
    if len(asked) > 1:
        why = f"only one of {', '.join(asked)} says what to look for"
        raise InvalidParameters(*(Fault(name, value, why) for name, value in asked.items()))
    name, value = next(iter(asked.items()), ("q", ""))
    if name == "q":
        if params.period != LATEST:
            why = "only with county or zip"
            raise InvalidParameters(Fault("period", params.period, why, LATEST))
        return None
    if params.period != LATEST and not PERIOD.fullmatch(params.period):
        raise InvalidParameters(Fault("period", params.period, "no period", "latest, or 2021-05"))
    try:
        return place_of(store.connect, store.catalog, f"{name}:{value}", params.period)
    except (UnknownArea, NotLoaded) as error:
        faults = (
            replace(fault, parameter=name, value=value, allowed="five digits")
            for fault in error.faults
        )
        raise InvalidParameters(*faults) from None
