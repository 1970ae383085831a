"""OEWS: wages and employment of occupations by area and industry.

What the ``Field Descriptions`` sheet says: ``*`` a wage estimate is not available, ``**`` an
employment estimate is not, ``#`` a wage at or above what the sheet states, ``~`` under 0.5 % of
establishments report the occupation. TRUE under ANNUAL or HOURLY says that wages are released on
that basis only, so ``*`` on the other one means that there is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from app.verifying.answers import Api
from app.verifying.cells import (
    Expected,
    Holds,
    Mark,
    Rule,
    Unreadable,
    decimal,
    figure,
    mark,
    number,
    text,
    words,
)
from app.verifying.rows import Cell, Names, Row, Wanted
from app.verifying.tables import Lines

WAGES = Wanted("wages")
AREAS = Wanted("areas")
RATES = {
    "emp_prse": "employment_rse",
    "jobs_1000": "jobs_per_1000",
    "loc[_ ]quotient|loc_q": "location_quotient",
    "pct_total": "percent_of_industry",
    "pct_rpt": "percent_reporting",
    "mean_prse": "wage_rse",
}
POINTS = {"mean": "mean", "median": "median", **{f"pct{n}": f"p{n}" for n in (10, 25, 75, 90)}}
COLUMNS = {
    "area": "area",
    "area_title": "area_title|area_name|state",
    "area_type": "area_type",
    "prim_state": "prim_state|st",
    "naics": "naics",
    "own_code": "own_code",
    "occ_code": "occ[_ ]code",
    "occ_title": "occ[_ ]title",
    "o_group": "o_group|occ_group|group",
    "annual": "annual",
    "hourly": "hourly",
}
"""Our name of a column -> those it has had. Files until May 2018 lack some."""
LACKED = {"area": "99", "area_title": "U.S.", "naics": "000000", "own_code": "1235"}
"""What a file is about that lacks the column."""
AREA_TYPES = {"1": "nation", "2": "state", "3": "territory", "4": "metropolitan"} | {
    "6": "nonmetropolitan"
}
STATED = re.compile(r"#\s*=.*?\$\s*([\d,.]+)\s+\w+ hour \w+\s+\$\s*([\d,.]+)\s+\w+ year", re.DOTALL)
BLANK = {"": mark("not_published")}
HIDDEN = {"*": mark("withheld"), "**": mark("withheld")}
NONE = {"*": mark("not_applicable"), "**": mark("not_applicable")}


MOST_KEPT = 20_000
"""Different cells of a column that are kept with what they mean."""


def stated_top_codes(lines: Lines) -> tuple[Decimal, Decimal] | None:
    """Return dollars a year and an hour, as a sheet of the file explains ``#``."""
    for sheet in lines.document.sheets():
        if sheet is None or sheet == lines.header.sheet:
            continue
        for row, cells in lines.document.rows(sheet):
            for cell in cells:
                if row < 200 and (found := STATED.search(str(cell))):
                    return decimal(found[2]), decimal(found[1])
    return None


def usual_top_codes(period: str) -> tuple[Decimal, Decimal] | None:
    """Return the publisher's top codes of a period whose file states none."""
    for since, until, annual, hourly in (
        ("2012", "2016", 187_200, 90),
        ("2016", "2022", 208_000, 100),
        ("2022", "2025", 239_200, 115),
    ):
        if since <= period < until:
            return Decimal(annual), Decimal(hourly)
    return None


class Oews:
    """Reads one file."""

    def __init__(
        self, lines: Lines, api: Api, period: str, top_codes: tuple[Decimal, Decimal] | None
    ) -> None:
        """Take the top codes that the command line gives, for a file that states none."""
        self.lines = lines
        self.top_codes = stated_top_codes(lines) or top_codes or usual_top_codes(period)
        self.known: dict[tuple[str, str], str] = {
            (area["level"], area["publisher_code"].lstrip("0")): area["code"]
            for page in api.pages("/v1/areas", {})
            for area in page["items"]
        }
        self.columns = self._columns()
        self._cells: dict[tuple[str, bool], dict[Any, Cell]] = {}
        self._places: dict[tuple[Any, ...], Row] = {}

    def _columns(self) -> list[tuple[int | None, str, str, str]]:
        """Return place, name, our field and basis (hour, year or none) of the figures."""
        wanted = {"tot_emp": ("employment", "persons")}
        wanted |= {name: (field, "rate") for name, field in RATES.items()}
        for letter, word, basis in (("h", "hourly", "hour"), ("a", "annual", "year")):
            wanted |= {f"{letter}_{p}": (f"{word}_{q}", basis) for p, q in POINTS.items()}
        found = []
        for pattern, (field, basis) in wanted.items():
            place = self.lines.column(pattern)
            name = self.lines.name(place) if place is not None else f"no column of {field}"
            found.append((place, name, field, basis))
        return found

    def _rule(self, field: str, basis: str, none: bool) -> Rule:
        """Return the rule of a figure; ``none``: wages are released on the other basis only."""
        marks: dict[str, Mark] = {**BLANK, **(NONE if none else HIDDEN)}
        if field == "percent_reporting":
            marks["~"] = mark("withheld")
        if basis not in {"hour", "year"}:
            return figure(number(whole=basis == "persons"), marks)
        rule = figure(number(whole=basis == "year"), marks)

        def wage(cell: Any) -> Expected:
            if text(cell) != "#":
                return rule(cell)
            if self.top_codes is None:
                return Expected(Unreadable("top-coded at what the file does not state"))
            least = self.top_codes[basis == "hour"]
            return Expected(None, mark("top_coded", float(least)))

        return wage

    def rows(self) -> Iterator[Row]:
        """Yield wages; when all are read, areas and occupations as the file names them."""
        place = {name: self.lines.column(pattern) for name, pattern in COLUMNS.items()}
        by_group = place["o_group"] is not None and (
            self.lines.header.names[place["o_group"]] == "group"
        )
        names = Names(self.lines.header.sheet)
        sheet = self.lines.header.sheet
        rules = {
            (field, none): self._rule(field, basis, none)
            for _, _, field, basis in self.columns
            for none in (False, True)
        }
        for row, cells in self.lines:
            its = {
                name: text(cells[at]) if at is not None else LACKED.get(name, "")
                for name, at in place.items()
            }
            if by_group:
                its["o_group"] = its["o_group"] or "detailed"
            area = self._area(its, row, place["area_title"] is not None)
            # 0.0 of a number cell has its zeros again; 11 and 31-33 are sectors as they stand.
            naics = (its["naics"].strip("0") and its["naics"]) or "000000"
            found = [Cell("O_GROUP", its["o_group"], ("published_levels",), _level(its))]
            for at, name, field, basis in self.columns:
                other = "annual" if basis == "hour" else "hourly" if basis == "year" else ""
                none = bool(other) and its[other].upper() == "TRUE"
                found.append(self._cell(rules[field, none], cells, at, name, field, none))
            key = (area, naics, its["own_code"], its["occ_code"])
            # Area, its type, industry, ownership, occupation; ANNUAL and HOURLY are in the marks.
            yield Row(WAGES, key, sheet, row, found, keys=7, shared=True)
            title = its["occ_title"]
            names.add(its["occ_code"], row, [Cell("OCC_TITLE", title, ("title",), words(title))])
        yield from self._places.values()
        yield from names.rows()

    def _cell(
        self, rule: Rule, cells: list[Any], at: int | None, name: str, field: str, none: bool
    ) -> Cell:
        """Return a cell; alike ones are the same object, for there are millions."""
        raw = "" if at is None else cells[at]
        known = self._cells.setdefault((field, none), {})
        found = known.get(raw)
        if found is None:
            if len(known) > MOST_KEPT:
                known.clear()
            found = known[raw] = Cell(name, raw, (field,), rule(raw), counted=at is not None)
        return found

    def _area(self, its: Mapping[str, str], row: int, named: bool) -> str:
        """Return the API's code of the row's area, and note how the row names the area."""
        level = AREA_TYPES.get(its["area_type"], its["area_type"]) or _level_of(its["area"])
        code: str = self.known.get((level, its["area"].lstrip("0")), its["area"])
        noted = (its["area"], its["area_title"], its["area_type"], its["prim_state"])
        if noted in self._places:
            self._places[noted].times += 1
            return code
        title, state = its["area_title"], its["prim_state"]
        found = [Cell("AREA_TITLE", title, ("name",), words(title), counted=named)]
        if state:
            shown = None if level == "nation" else state
            found.append(Cell("PRIM_STATE", state, ("state",), Expected(shown)))
        self._places[noted] = Row(
            AREAS, (code,), self.lines.header.sheet, row, found, keys=0, shared=True
        )
        return code


def _level_of(area: str) -> str:
    """Return what an area's code is of, where no column says so."""
    if len(area) <= 2:
        few = area in {"60", "66", "69", "72", "78"}
        return "nation" if area == "99" else "territory" if few else "state"
    return "metropolitan" if len(area) == 5 else "nonmetropolitan"


def _level(its: Mapping[str, str]) -> Expected:
    return Expected(Holds(its["o_group"].lower()))
