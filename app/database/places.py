"""Counties, the areas that they lie in, and where ZIP codes are found: what people name a place by.

Counties are read with the catalog; the 33,791 ZIP code areas stay in the database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, Integer, Select, cast, func, select

from app.database.models import County, CountyArea, ZipCounty
from app.database.parts import PartInfo


class CountyInfo(NamedTuple):
    """A county or county equivalent."""

    fips: str
    name: str
    state: str
    note: str | None
    release: str


class CountyIn(NamedTuple):
    """An area that a county lies in: all of it, or so many of its towns."""

    area: str
    towns: int | None


@dataclass(frozen=True, slots=True)
class Delineation:
    """Which areas counties lie in, by a list that serves from its first to its last period."""

    release: str
    first: str
    last: str | None  # null: the list is in force
    areas: dict[str, tuple[CountyIn, ...]]  # county → its areas, that of most towns first

    def serves(self, period: str) -> bool:
        """Tell whether the list is of a period."""
        return self.first <= period and (self.last is None or period <= self.last)

    def years_from(self, period: str) -> int:
        """Return how many years a period lies before or after those of the list."""
        year, last = int(period[:4]), int((self.last or "9999")[:4])
        return max(int(self.first[:4]) - year, year - last, 0)


@dataclass(frozen=True, slots=True)
class Places:
    """The counties of a data version, and what tells where its ZIP codes stand."""

    counties: dict[str, CountyInfo] = field(default_factory=dict)
    delineations: tuple[Delineation, ...] = ()  # the newest first
    zips: PartInfo | None = None

    def delineation(self, period: str) -> Delineation | None:
        """Return the list of a period, or else that of the nearest years; None if there is none."""
        if not self.delineations:
            return None

        def distance(one: Delineation) -> tuple[bool, int]:
            return not one.serves(period), one.years_from(period)

        return min(self.delineations, key=distance)


def read_places(connection: Connection, parts: Iterable[PartInfo]) -> Places:
    """Read the counties and the lists of areas of the parts shown."""
    counties: dict[str, CountyInfo] = {}
    delineations = []
    zips = None
    for part in parts:
        if part.dataset == "counties" and part.latest:
            for row in connection.execute(_rows(County, part)):
                its = (row.fips, row.name, row.state, row.note, part.release)
                counties[row.fips] = CountyInfo(*its)
        elif part.dataset == "county_areas":
            areas: defaultdict[str, list[CountyIn]] = defaultdict(list)
            for row in connection.execute(_rows(CountyArea, part)):
                areas[row.fips].append(CountyIn(row.area_code, row.towns))
            whole = {fips: tuple(sorted(its, key=_most_towns)) for fips, its in areas.items()}
            detail = part.detail
            delineations.append(Delineation(part.release, detail["first"], detail["last"], whole))
        elif part.dataset == "zip_counties" and part.latest:
            zips = part
    delineations.sort(key=lambda one: one.first, reverse=True)
    return Places(counties, tuple(delineations), zips)


def _rows(model: type[County] | type[CountyArea], part: PartInfo) -> Select[Any]:
    return select(model.__table__).where(model.part_id == part.id).order_by(model.fips)


def _most_towns(one: CountyIn) -> tuple[int, str]:
    return -(one.towns or 0), one.area


def counties_of_zip(part: PartInfo, code: str) -> Select[str, int, int]:
    """Select county, land and water of each part of a ZIP code area, the largest first."""
    return (
        select(ZipCounty.fips, ZipCounty.land, ZipCounty.water)
        .where(ZipCounty.part_id == part.id, ZipCounty.zip == code)
        .order_by(ZipCounty.land.desc(), ZipCounty.water.desc(), ZipCounty.fips)
    )


def zips_near(part: PartInfo, code: str) -> Select[str]:
    """Select the three ZIP code areas after a code that begin as it does, or before it."""
    same = ZipCounty.zip.startswith(code[:3], autoescape=True)
    return (
        select(ZipCounty.zip)
        .where(ZipCounty.part_id == part.id, same)
        .group_by(ZipCounty.zip)
        .order_by(func.abs(cast(ZipCounty.zip, Integer) - int(code)), ZipCounty.zip)
        .limit(3)
    )


def counties_beside(part: PartInfo, counties: Collection[str]) -> Select[str]:
    """Select the counties that share a ZIP code area with some, once for each; not these.

    By a subquery: SQLite joins in the order that reads every pair.
    """
    theirs = select(ZipCounty.zip).where(ZipCounty.part_id == part.id, ZipCounty.fips.in_(counties))
    return select(ZipCounty.fips).where(
        ZipCounty.part_id == part.id, ZipCounty.zip.in_(theirs), ZipCounty.fips.not_in(counties)
    )
