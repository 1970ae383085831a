"""OEWS: wages and employment of occupations by area and industry.

What the ``Field Descriptions`` sheet says: ``*`` a wage estimate is not available, ``**`` an
employment estimate is not, ``#`` a wage at or above what the sheet states, ``~`` under 0.5 % of
establishments report the occupation. TRUE under ANNUAL or HOURLY says that wages are released on
that basis only, so ``*`` on the other one means that there is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from app.importers.reading.sheets import Document
from app.verifying.answers import Api
from app.verifying.cells import (
    Contains,
    Expected,
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
    "jobs_1000|jobs_1000_orig": "jobs_per_1000",
    "loc[_ ]quotient|loc[_ ]q": "location_quotient",
    "pct_total|pct_tot": "percent_of_industry",
    "pct_rpt": "percent_reporting",
    "mean_prse": "wage_rse",
}
POINTS = {"mean": "mean", "median": "median", **{f"w?pct{n}": f"p{n}" for n in (10, 25, 75, 90)}}
COLUMNS = {
    "area": "area",
    "area_title": "area_title|area_name|state",
    "area_type": "area_type",
    "prim_state": "prim_state|st",
    "naics": "naics",
    "own_code": "own_code|ownership",
    "occ_code": "occ[_ ]code",
    "occ_title": "occ[_ ]title",
    "o_group": "o_group|occ_group|group",
    "annual": "annual",
    "hourly": "hourly",
}
"""Name of a column → those it has had. Files until May 2018 lack some."""
LACKED = {"area": "99", "area_title": "U.S.", "naics": "000000"}
"""What a file is about that lacks the column."""
OWNERS = ("federal", "state", "local", "", "private")
"""Owners in words, as files until May 2018 have them, in the order of their digits 1 to 5."""
OWNED = {"000000": "1235", "000001": "5", "99": "123", "999000": "123", "999001": "123"}
OWNED |= {f"999{n}0{m}": str(n) for n in (1, 2, 3) for m in (0, 1)}
"""Industries of some owners by their very names: all, private ones, three governments, each."""
SEVERAL = {"31": "31-33", "32": "31-33", "33": "31-33"}
SEVERAL |= {"44": "44-45", "45": "44-45", "48": "48-49", "49": "48-49"}
"""A number of a sector of several, the first of which stands in workbooks by sector → it."""
AREA_TYPES = {"1": "nation", "2": "state", "3": "territory", "4": "metropolitan"} | {
    "5": "metropolitan",  # a division of such an area
    "6": "nonmetropolitan",
}
WIDE = {"nation": 2, "state": 2, "territory": 2, "metropolitan": 5, "nonmetropolitan": 7}
"""Digits of the publisher's codes by level: number cells have lost zeros in front."""
STATED = re.compile(r"#\s*=.*?\$\s*([\d,.]+)\s+\w+ hour \w+\s+\$\s*([\d,.]+)\s+\w+ year", re.DOTALL)
BLANK = {"": mark("not_published")}
HIDDEN = {"*": mark("withheld"), "**": mark("withheld")}
NONE = {"*": mark("not_applicable"), "**": mark("not_applicable")}
MOST_CACHED = 20_000
"""Different cells of a column that are remembered with what they mean."""


def stated_top_codes(document: Document, data: str | None) -> tuple[Decimal, Decimal] | None:
    """Return dollars a year and an hour, as a sheet beside that of the data explains ``#``."""
    for sheet in document.sheets():
        if sheet is None or sheet == data:
            continue
        for row, cells in document.rows(sheet):
            for cell in cells:
                if row < 200 and (found := STATED.search(str(cell))):
                    return decimal(found[2]), decimal(found[1])
    return None


def usual_top_codes(period: str) -> tuple[Decimal, Decimal] | None:
    """Return the publisher's top codes of a period whose file states none."""
    for since, until, annual, hourly in (
        ("2011", "2016", 187_200, 90),
        ("2016", "2022", 208_000, 100),
        ("2022", "2026", 239_200, 115),
    ):
        if since <= period < until:
            return Decimal(annual), Decimal(hourly)
    return None


def code_text(cell: Any) -> str:
    """Return a cell's text without the decimals of a code that a program saved as a number."""
    shown = text(cell)
    whole, _, zeros = shown.partition(".")
    return whole if whole.isdigit() and zeros and not zeros.strip("0") else shown


def area_codes(api: Api) -> dict[tuple[str, str], str]:
    """Return the API's code of each area, by its level and the publisher's code without zeros."""
    return {
        (area["level"], area["publisher_code"].lstrip("0")): area["code"]
        for page in api.pages("/v1/areas", {})
        for area in page["items"]
    }


class Figure(NamedTuple):
    """A column of figures: its place, name, our field, and the basis of the wages in it."""

    place: int | None
    name: str
    field: str
    basis: str  # hour, year, persons or rate


class Oews:
    """Reads one file."""

    def __init__(
        self,
        lines: Lines,
        api: Api,
        period: str,
        top_codes: tuple[Decimal, Decimal] | None,
        notes: Sequence[Document] = (),
    ) -> None:
        """Take the top codes that the command line gives, for a file that states none.

        ``notes``: workbooks beside it that explain marks.
        """
        self.lines = lines
        stated = stated_top_codes(lines.document, lines.header.sheet)
        self.top_codes = stated or top_codes or usual_top_codes(period)
        for one in notes:
            self.top_codes = self.top_codes or stated_top_codes(one, None)
        self.areas = area_codes(api)
        self._cells: dict[tuple[str, bool], dict[Any, Cell]] = {}
        self._named_areas: dict[tuple[Any, ...], Row] = {}

    def _figures(self) -> Iterator[Figure]:
        wanted = {"tot_emp": ("employment", "persons")}
        wanted |= {name: (field, "rate") for name, field in RATES.items()}
        for letter, word, basis in (("h", "hourly", "hour"), ("a", "annual", "year")):
            wanted |= {f"{letter}_{p}": (f"{word}_{q}", basis) for p, q in POINTS.items()}
        for pattern, (field, basis) in wanted.items():
            place = self.lines.column(pattern)
            name = self.lines.name(place) if place is not None else f"no column of {field}"
            yield Figure(place, name, field, basis)

    def _rule(self, field: str, basis: str, none: bool) -> Rule:
        """Return the rule for a figure. ``none``: wages are released on the other basis only."""
        marks: dict[str, Mark] = {**BLANK, **(NONE if none else HIDDEN)}
        if field == "percent_reporting":
            marks["~"] = mark("withheld")
        rule = figure(number(whole=basis in {"persons", "year"}), marks)
        if basis not in {"hour", "year"}:
            return rule

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
        sheet, names = self.lines.sheet, Names(self.lines.sheet)
        places = {name: self.lines.column(pattern) for name, pattern in COLUMNS.items()}
        level_at = places["o_group"]
        by_group = level_at is not None and self.lines.header.names[level_at] == "group"
        figures = list(self._figures())
        rules = {
            (one.field, none): self._rule(one.field, one.basis, none)
            for one in figures
            for none in (False, True)
        }
        told = places["own_code"] is not None and not self._all_private(places)
        for row, cells in self.lines:
            its = {
                name: LACKED.get(name, "") if at is None else code_text(cells[at])
                for name, at in places.items()
            }
            level = its["o_group"] or ("detailed" if by_group else "")
            level = "detailed" if level == "detail" else level  # May 2012 to 2015
            area = self._area(its, row, named=places["area_title"] is not None)
            # 0.0 of a number cell has its zeros again; 11 and 31-33 are sectors as they stand.
            naics = (its["naics"].strip("0") and its["naics"]) or "000000"
            naics = SEVERAL.get(naics, naics)
            found = [
                Cell("O_GROUP", level, ("published_levels",), Expected(Contains(level.lower())))
            ]
            for one in figures:
                other = {"hour": "annual", "year": "hourly"}.get(one.basis)
                none = other is not None and its[other].upper() == "TRUE"
                found.append(self._cell(rules[one.field, none], cells, one, none))
            owner: str | None = its["own_code"]
            if not its["own_code"].isdigit():
                said = its["own_code"].lower()
                owner = "".join(str(n) for n, word in enumerate(OWNERS, 1) if word and word in said)
            if not told:
                owner = OWNED.get(naics)
            key = (area, naics, owner, its["occ_code"])
            # Area, its type, industry, ownership, occupation; ANNUAL and HOURLY are in the marks.
            yield Row(WAGES, key, sheet, row, found, keys=7, shared=True)
            names.add(its["occ_code"], row, "OCC_TITLE", its["occ_title"])
        yield from self._named_areas.values()
        yield from names.rows()

    def _all_private(self, places: Mapping[str, int | None]) -> bool:
        """Tell a file that calls every line private, even those of all owners: May 2012's."""
        owner, naics = places["own_code"], places["naics"]
        if owner is None or naics is None:
            return False
        whole_economy = False
        for _, cells in self.lines:
            if code_text(cells[owner]) != "5":
                return False
            whole_economy = whole_economy or not code_text(cells[naics]).strip("0")
        return whole_economy

    def _cell(self, rule: Rule, cells: list[Any], column: Figure, none: bool) -> Cell:
        """Return a cell. Equal ones are one object, for there are millions."""
        raw = "" if column.place is None else cells[column.place]
        known = self._cells.setdefault((column.field, none), {})
        if raw not in known:
            if len(known) > MOST_CACHED:
                known.clear()
            counted = column.place is not None
            known[raw] = Cell(column.name, raw, (column.field,), rule(raw), counted=counted)
        return known[raw]

    def _area(self, its: Mapping[str, str], row: int, *, named: bool) -> str:
        """Return the API's code of the row's area, and note how the row names the area."""
        level = AREA_TYPES.get(its["area_type"], its["area_type"]) or _level_of(its["area"])
        code = self.areas.get((level, its["area"].lstrip("0")), its["area"])
        title, state = its["area_title"], its["prim_state"]
        key = (its["area"], title, its["area_type"], state)
        if key in self._named_areas:
            self._named_areas[key].times += 1
            return code
        found = [Cell("AREA_TITLE", title, ("name",), words(title), counted=named)]
        padded = its["area"].zfill(WIDE.get(level, 0))
        # Counted as a key of each row.
        found.append(
            Cell("AREA", its["area"], ("publisher_code",), Expected(padded), counted=False)
        )
        if state:
            expected = Expected(None if level == "nation" else state)
            found.append(Cell("PRIM_STATE", state, ("state",), expected))
        sheet = self.lines.sheet
        self._named_areas[key] = Row(AREAS, (code,), sheet, row, found, keys=0, shared=True)
        return code


def _level_of(area: str) -> str:
    """Return the level of an area's code, where no column says so."""
    if len(area) <= 2:
        territory = area in {"60", "66", "69", "72", "78"}
        return "nation" if area == "99" else "territory" if territory else "state"
    return "metropolitan" if len(area) == 5 else "nonmetropolitan"
