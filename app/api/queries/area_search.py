"""What ``q`` of the list of areas finds: areas by name, and those of counties and ZIP codes."""

from __future__ import annotations

from typing import Any, NamedTuple

from app.api.queries import area_names
from app.api.queries.areas import known
from app.api.queries.places import COUNTY, FIVE, ZIP, Connect, Place, named_counties, place_of
from app.database.catalog import Catalog
from app.errors import NotLoaded, UnknownArea

Area = dict[str, Any]


class Found(NamedTuple):
    """Areas, best first, and what is to be known of them."""

    areas: list[Area]
    notices: list[str]
    releases: frozenset[str] = frozenset()  # that say which counties and ZIP codes lie there


def areas_of(catalog: Catalog, place: Place) -> list[Area]:
    """Return the areas of a county or ZIP code, with or without wages; each names the place."""
    its = (known(catalog, code) for code in place.areas)
    return [area | {"asked_area": place.code} for area in its if area is not None]


def found(connect: Connect, catalog: Catalog, q: str) -> Found:
    """Return the areas that a text stands for.

    The areas that it names come first, unless it is the whole name of a county. Five digits are a
    code of an area, a ZIP code or the FIPS code of a county.
    """
    by_name = area_names.found(catalog, q)
    text = area_names.plain(q)
    notices = []
    places: list[Place] = []
    if FIVE.fullmatch(text):
        for prefix in (ZIP, COUNTY):
            try:
                places.append(place_of(connect, catalog, f"{prefix}:{text}"))
            except UnknownArea as error:
                if prefix == ZIP and not by_name:
                    notices.append(error.detail)
            except NotLoaded:
                continue
        notices = [] if places else notices
        notices += [f"{one.name} is in no area of the survey." for one in places if not one.areas]
    else:
        whole, counties = named_counties(catalog, text)
        if counties and (whole or not by_name):
            codes = (f"{COUNTY}:{one.fips}" for one in counties)
            places = [place_of(connect, catalog, code) for code in codes]
            people = catalog.employment
            places.sort(key=lambda p: -max((people.get(a, 0) for a in p.areas), default=0))
            if whole:
                by_name = [*_all(catalog, places), *by_name]
    areas = {area["code"]: area for area in reversed([*by_name, *_all(catalog, places)])}
    releases = frozenset[str]().union(*(place.releases for place in places))
    return Found([*reversed(areas.values())], notices, releases)


def _all(catalog: Catalog, places: list[Place]) -> list[Area]:
    return [area for place in places for area in areas_of(catalog, place)]
