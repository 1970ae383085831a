"""Files of counties, areas and ZIP codes, compared with what ``/v1/areas`` says of each place.

A county or ZIP code is asked for by itself, as a client does.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

from app.importers.loading.planned import Planned
from app.verifying.answers import Api
from app.verifying.cell_comparison import Difference, Tally
from app.verifying.cells import given
from app.verifying.cells import text as shown
from app.verifying.tables import Lines
from app.verifying.verification import Outcome, shown_release

KINDS = ("counties", "county_areas", "zip_counties")
NO_STATE = "UM"
"""The minor outlying islands, which are left out."""


class Stated(NamedTuple):
    """What the lines of one place state, as the answer must have it; ``cells`` of the file."""

    query: dict[str, str]
    value: Any
    row: int
    cells: int


def verify_places(api: Api, planned: Planned, limit: int) -> Outcome:
    """Compare the file of a release with the API. Raises ``NotShown`` or ``ApiFault``."""
    release, notes = shown_release(api, planned)
    (found,) = planned.files
    started = time.monotonic()
    document, header = found.opened
    lines = Lines(document, header)
    tally = Tally(found.name, release)
    differences: list[Difference] = []
    for one in stated(found.kind, lines, api.releases[release]["period"]):
        url = f"/v1/areas?{urlencode(one.query)}"
        answer = api.get(url)
        answered = None if answer is None else told(found.kind, answer["place"])
        tally.compared += one.cells
        if answered != one.value:
            tally.differ += one.cells
            if len(differences) < limit:
                why = f"{one.value!r} in the file; answered {answered!r}"
                place = (found.name, header.sheet, one.row, header.names[0])
                differences.append(Difference(*place, why, url))
    tally.unused = lines.unused()
    tally.seconds = time.monotonic() - started
    return Outcome(release, [tally], differences, notes)


def told(kind: str, place: dict[str, Any]) -> Any:
    """Return what an answer says of a place, in the shape of ``stated``."""
    counties = place["counties"]
    if kind == "zip_counties":
        return {one["fips"]: (one["land"], one["water"]) for one in counties}
    (county,) = counties
    if kind == "county_areas":
        return {area["code"]: area["towns"] for area in county["areas"]}
    return county["name"], county["state"], county["note"]


def stated(kind: str, lines: Lines, period: str) -> Iterator[Stated]:
    """Yield what a file states, place by place."""
    if kind == "counties":
        for row, _, fips, name, state, note in lines.select("fips", "name", "state", "note"):
            if shown(state) != NO_STATE:
                value = (shown(name), shown(state), given(note))
                yield Stated({"county": shown(fips)}, value, row, 4)
    elif kind == "county_areas":
        yield from _areas_of_counties(lines, period)
    else:
        yield from _zips(lines)


def _areas_of_counties(lines: Lines, period: str) -> Iterator[Stated]:
    """Yield each county's areas, with the towns in each if there are several."""
    columns = ("fips code", "county code", r"may \d{4} (msa|area) code", "township code")
    counties: dict[str, dict[str, list[int]]] = {}
    for row, _, state, county, area, _town in lines.select(*columns):
        fips = digits(state, 2) + digits(county, 3)
        code = shown(area)
        counties.setdefault(fips, {}).setdefault(code, []).append(row)
    for fips, areas in counties.items():
        towns = {code: len(rows) if len(areas) > 1 else None for code, rows in areas.items()}
        rows = [row for its in areas.values() for row in its]
        yield Stated({"county": fips, "period": period}, towns, min(rows), 3 * len(rows))


def _zips(lines: Lines) -> Iterator[Stated]:
    columns = ("geoid_zcta5_20", "geoid_county_20", "arealand_part", "areawater_part")
    zips: dict[str, dict[str, tuple[int, int]]] = {}
    rows: dict[str, int] = {}
    for row, _, code, fips, land, water in lines.select(*columns):
        if shown(code):
            rows.setdefault(shown(code), row)
            zips.setdefault(shown(code), {})[shown(fips)] = int(shown(land)), int(shown(water))
    for code, parts in zips.items():
        yield Stated({"zip": code}, parts, rows[code], 4 * len(parts))


def digits(cell: Any, length: int) -> str:
    """Return a code of so many digits, also of a cell that is a number."""
    return re.sub(r"\.0$", "", shown(cell)).zfill(length)
