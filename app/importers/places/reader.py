"""Reads a file about places: counties, the areas that counties lie in, or ZIP codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from app.database.models.occupations import POSTAL
from app.importers.faults import BadFile
from app.importers.places.formats import FORMATS, SERVES
from app.importers.reading import cells
from app.importers.reading.cells import BadCell
from app.importers.reading.sheets import Document, Header
from app.importers.reading.tables import UNUSED_COLUMN, Record, Table
from app.importers.rows import CountyAreaRow, CountyRow, PartKey, PartRows, ZipCountyRow

YEAR = re.compile(r"may (\d{4})\b")
NO_STATE = frozenset({"UM"})
"""The minor outlying islands, where nobody is counted."""
WHOLE = "000"
"""The town of a line that is about the whole county."""


class Town(NamedTuple):
    """What a line says of a county, or of a town of it."""

    area: str
    row: int


def year_of(document: Document, header: Header) -> str:
    """Return the year that the header names; "" if it names none. Raises ``BadFile``."""
    years = {year for name in header.names for year in YEAR.findall(name)}
    if len(years) > 1:
        why = f"the header names several years: {', '.join(sorted(years))}"
        raise BadFile(document.name, why, sheet=header.sheet, row=header.row)
    return years.pop() if years else ""


class PlacesReader:
    """Reads one file. When all parts are taken, ``table`` has its counts."""

    def __init__(self, document: Document, header: Header, kind: str) -> None:
        self.kind, self.form, self.year = kind, FORMATS[kind], year_of(document, header)
        self.table = Table(document, header, self.form.columns, self.form.optional)

    def parts(self) -> Iterator[PartRows]:
        """Yield the one part of the file."""
        rows = {
            "counties": self._counties,
            "county_areas": self._county_areas,
            "zip_counties": self._zip_counties,
        }[self.kind]()
        if not rows:
            raise self.table.fault("no rows that are read under the header")
        names = self.table.header.names
        unused = [name for name in names if re.fullmatch(self.form.unused, name)]
        if unused:
            self.table.leave_out(f"{UNUSED_COLUMN}: {', '.join(unused)}", 0)
        self.table.leave_out_unknown_columns(self.form.unused)
        detail: dict[str, Any] = {}
        if self.kind == "county_areas":
            period = f"{self.year}-05"
            first, last = SERVES.get(self.year, (period, period))
            detail = {"first": first, "last": last}
        yield PartRows(PartKey(type(rows[0])), rows, detail)

    def _counties(self) -> list[Any]:
        found: dict[str, Any] = {}
        for record in self.table.records():
            fips = record.read(_digits(5, "a county"), "fips")
            state = record.text("state")
            if state in NO_STATE:
                self.table.leave_out("islands that belong to no state or territory")
                continue
            if POSTAL.get(fips[:2]) != state:
                raise record.fault(f"{fips} is not of {state}", "fips")
            if fips in found:
                raise record.fault(f"{fips} stands on another line too", "fips")
            found[fips] = CountyRow(fips, record.title("name"), state, record.text_or_none("note"))
        return list(found.values())

    def _county_areas(self) -> list[Any]:
        counties: dict[str, dict[str, Town]] = {}
        names: dict[str, str] = {}
        for record in self.table.records():
            area, town = self._area(record, names), WHOLE
            fips = self._state(record) + record.read(_digits(3, "a county"), "county")
            if record.cell("town"):
                town = record.read(_digits((3, 5), "a town"), "town")
            its = counties.setdefault(fips, {})
            if town in its:
                why = f"county {fips} stands in row {its[town].row} too"
                raise record.fault(why if town == WHOLE else f"town {town} of {why}", "county")
            its[town] = Town(area, record.row)
            if WHOLE in its and len(its) > 1:
                rows = ", ".join(str(one.row) for one in its.values())
                why = f"county {fips} stands whole and by towns (rows {rows})"
                raise record.fault(why, "county")
        return [row for fips, its in counties.items() for row in _areas_of(fips, its)]

    def _state(self, record: Record) -> str:
        state: str = record.read(_digits(2, "a state"), "state")
        if POSTAL.get(state) != record.text("postal"):
            raise record.fault(f"{state} is not {record.text('postal')}", "state")
        return state

    def _area(self, record: Record, names: dict[str, str]) -> str:
        """Return a line's area; ``names`` are those of the areas above, and get this one."""
        area: str = record.read(_digits((5, 7), "an area"), "area_code")
        if len(area) == 7 and not area.startswith(self._state(record)):
            raise record.fault(f"{area} is no area of {record.text('postal')}", "area_code")
        # The name is compared only: that of Mayagüez stands garbled in a list of 2021.
        name = str(record.cell("area_name"))
        known = names.setdefault(area, name)
        if known != name:
            raise record.fault(f"area {area} is {name!r} here and {known!r} above", "area_name")
        return area

    def _zip_counties(self) -> list[Any]:
        found: dict[tuple[str, str], Any] = {}
        for record in self.table.records():
            if not record.cell("zip"):
                self.table.leave_out("parts of counties that no ZIP code area has")
                continue
            code = record.read(_digits(5, "a ZIP code area"), "zip")
            fips = record.read(_digits(5, "a county"), "fips")
            if fips[:2] not in POSTAL:
                raise record.fault(f"{fips} is of no state", "fips")
            if (code, fips) in found:
                raise record.fault(f"{code} and {fips} stand on another line too", "fips")
            land, water = (record.read(_square_metres, field) for field in ("land", "water"))
            found[code, fips] = ZipCountyRow(code, fips, land, water)
        return list(found.values())


def _areas_of(fips: str, towns: dict[str, Town]) -> Iterator[Any]:
    """Yield a county's areas; the one with most towns is first."""
    areas: dict[str, list[Town]] = {}
    for one in towns.values():
        areas.setdefault(one.area, []).append(one)
    divided = len(areas) > 1
    for area, its in sorted(areas.items(), key=lambda entry: (-len(entry[1]), entry[0])):
        yield CountyAreaRow(fips, area, len(its) if divided else None)


def _square_metres(cell: Any) -> int:
    return int(cells.not_negative(cells.scaled(cell, 1, "square metres"), cell))


def _digits(lengths: int | tuple[int, ...], what: str) -> Any:
    """Return a reader of codes of so many digits. A number may have lost the zeros before it."""
    allowed = (lengths,) if isinstance(lengths, int) else lengths

    def read(cell: Any) -> str:
        code = cells.text(cell)
        if isinstance(cell, float) and cell.is_integer():
            code = f"{cell:.0f}"
            code = code.zfill(min((n for n in allowed if n >= len(code)), default=0))
        if len(code) not in allowed or not code.isdecimal() or not code.isascii():
            digits = " or ".join(map(str, allowed))
            raise BadCell(f"{code!r} is no code of {what}: {digits} digits")
        return code

    return read
