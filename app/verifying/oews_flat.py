"""OEWS as BLS's flat files have it: a figure a line, named by a series of codes.

A series is OE, U (not seasonally adjusted), type of area, area (7), industry (6), occupation (6)
and datatype (2). Footnote 5 stands for a wage at or above what ``oe.footnote`` states, 8 for an
estimate that is not released, 4 for wages released on the other basis only. Such a basis is also
known by having no wage at all where the other one has some.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import groupby
from typing import Any

from app.verifying.answers import Api
from app.verifying.cells import Contains, Expected, Unreadable, mark, number, text, words
from app.verifying.oews import AREAS, OWNED, SEVERAL, WAGES, area_codes, usual_top_codes
from app.verifying.rows import Cell, Names, Row
from app.verifying.tables import Lines

FIELDS = (
    *("employment", "employment_rse", "hourly_mean", "annual_mean", "wage_rse"),
    *(f"hourly_{point}" for point in ("p10", "p25", "median", "p75", "p90")),
    *(f"annual_{point}" for point in ("p10", "p25", "median", "p75", "p90")),
)
DATATYPES = {f"{n:02}": field for n, field in enumerate(FIELDS, 1)}
DATATYPES |= {"16": "jobs_per_1000", "17": "location_quotient"}
ABSENT = ("percent_of_industry", "percent_reporting")
WHOLE = {"employment", *(field for field in FIELDS if field.startswith("annual"))}
LEVELS = {"0": "major", "1": "minor", "2": "broad", "3": "detailed"}
TERRITORIES = ("60", "66", "69", "72", "78")
COMPANIONS = {
    "oews_flat_area": ("areatype_code", "area_code", "area_name"),
    "oews_flat_occupation": ("occupation_code", "occupation_name", "display_level"),
    "oews_flat_footnote": ("footnote_code", "footnote_text"),
    "oews_flat_industry": ("industry_code", "industry_name"),
    "oews_flat_datatype": ("datatype_code", "datatype_name"),
    "oews_flat_release": ("release_date", "description"),
}
"""Kind of file → columns that say what the codes of the data are about."""
STATED = re.compile(r"\$([\d,.]+) per hour or \$([\d,]+)")
MOST_CACHED = 100_000
"""Different values that are remembered with what they mean."""


def companion(kind: str, lines: Lines) -> Iterator[tuple[str, ...]]:
    """Yield the codes and names of a file beside the data."""
    for _, _, *cells in lines.select(*COMPANIONS[kind]):
        yield tuple(map(text, cells))


class Flat:
    """Reads one file of data."""

    def __init__(
        self,
        lines: Lines,
        companions: Mapping[str, Lines],
        api: Api,
        period: str,
        top_codes: tuple[Decimal, Decimal] | None,
    ) -> None:
        """Take the files beside it by their kinds, and the top codes of the command line."""
        self.lines, self.codes = lines, area_codes(api)
        found = {kind: [*companion(kind, its)] for kind, its in companions.items()}
        self.areas = {(kind, code): name for kind, code, name in found["oews_flat_area"]}
        self.occupations = {code: its for code, *its in found["oews_flat_occupation"]}
        notes = {one[0]: one[1] for one in found.get("oews_flat_footnote", ())}
        stated = STATED.search(notes.get("5", ""))
        self.top_codes = top_codes or usual_top_codes(period)
        if stated:
            hour, year = (Decimal(one.replace(",", "")) for one in stated.groups())
            self.top_codes = year, hour
        self._cells: dict[tuple[str, str, str, bool], Cell] = {}
        self._seen: set[tuple[str, str]] = set()

    def rows(self) -> Iterator[Row]:
        """Yield wages, and the areas and occupations as the files name them."""
        names = Names(None)
        columns = ("series_id", "year", "period", "value", "footnote_codes")
        lines = ((number, *map(text, cells)) for number, _, *cells in self.lines.select(*columns))
        for series, its in groupby(lines, key=lambda line: line[1][:23]):
            group = list(its)
            first = group[0][0]
            kind, area, industry, occupation = (
                series[start:end] for start, end in ((3, 4), (4, 11), (11, 17), (17, 23))
            )
            code = f"{occupation[:2]}-{occupation[2:]}"
            title, display = self.occupations.get(occupation, ("", ""))
            level = "total" if occupation == "000000" else LEVELS.get(display, display)
            found = [
                Cell("display_level", display, ("published_levels",), Expected(Contains(level)))
            ]
            found += self._figures(group)
            place, name = self._area(kind, area)
            sector = re.fullmatch(r"(\d\d)-.*", industry)
            naics = SEVERAL.get(sector[1], sector[1]) if sector else industry
            key = (place, naics, OWNED.get(naics), code)
            # The series, year and period of each line.
            yield Row(WAGES, key, None, first, found, keys=3 * len(group), shared=True)
            names.add(code, first, "occupation_name", title)
            if (kind, area) not in self._seen:
                self._seen.add((kind, area))
                cell = Cell("area_name", name, ("name",), words(name))
                yield Row(AREAS, (place,), None, first, [cell], keys=0, shared=True)
        yield from names.rows()

    def _figures(self, group: list[tuple[Any, ...]]) -> Iterator[Cell]:
        """Yield the cells of the lines of one occupation, and those that it must not have."""
        values = {DATATYPES.get(line[1][23:], ""): (line[4], line[5]) for line in group}
        alone = _one_basis(values)
        for field, (value, notes) in values.items():
            basis = field.partition("_")[0]
            key = (field, value, notes, basis in alone)
            if key not in self._cells:
                if len(self._cells) > MOST_CACHED:
                    self._cells.clear()
                expected = self._expected(*key)
                raw = f"{value} [{notes}]" if notes else value
                self._cells[key] = Cell(f"value of {field}", raw, (field,), expected)
            yield self._cells[key]
        for field in {*DATATYPES.values(), *ABSENT} - values.keys():
            absent = Expected(None, mark("not_published"))
            yield Cell(f"no line of {field}", "", (field,), absent, counted=False)

    def _expected(self, field: str, value: str, notes: str, none: bool) -> Expected:
        """Return what a value means. ``none``: wages are released on the other basis only."""
        if value != "-":
            return number(whole=field in WHOLE)(value)
        codes = notes.split(",")
        if "5" in codes and self.top_codes is not None:
            return Expected(None, mark("top_coded", float(self.top_codes["hourly" in field])))
        if "8" in codes or "4" in codes:
            return Expected(None, mark("not_applicable" if none else "withheld"))
        return Expected(Unreadable("neither a number nor explained by a footnote"))

    def _area(self, kind: str, area: str) -> tuple[str, str]:
        """Return the API's code of an area, and its name in other files."""
        name = self.areas.get((kind, area), "")
        if kind == "N":
            return "US", "U.S."
        level, code = "nonmetropolitan", area
        if kind == "S":
            level = "territory" if area[:2] in TERRITORIES else "state"
            code = area[:2]
        elif area.startswith("00"):
            level = "metropolitan"
        return self.codes.get((level, code.lstrip("0")), area), name


def _one_basis(values: Mapping[str, tuple[str, str]]) -> set[str]:
    """Return the bases, hourly or annual, on which no wages are released while others are."""
    wages = {
        basis: [one for field, one in values.items() if field.startswith(basis)]
        for basis in ("hourly", "annual")
    }
    some = {
        basis: any(value != "-" or "5" in notes.split(",") for value, notes in its)
        for basis, its in wages.items()
    }
    found = {
        basis
        for basis, its in wages.items()
        if any(value == "-" and "4" in notes.split(",") for value, notes in its)
    }
    if some["hourly"] != some["annual"]:
        found.add("annual" if some["hourly"] else "hourly")
    return found
