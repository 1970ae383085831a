"""Where and for which industry an OEWS line stands; and what a file is about as a whole."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from itertools import groupby, pairwise
from typing import Any

import numpy as np

from app.importers.faults import BadFile
from app.importers.oews.columns import (
    AREA_LEVELS,
    COLUMNS,
    OLDER_LEVELS,
    OPTIONAL,
    PLACES,
    POSTAL,
    SOMETIMES,
    TERRITORIES,
    TOP_CODES,
)
from app.importers.reading.columns import match_columns
from app.importers.reading.sheets import Document, Header
from app.importers.reading.text_blocks import Block
from app.importers.rows import AreaRow, IndustryRow, PartKey, WageRow

CROSS_INDUSTRY = "000000"
MONTHS = tuple(name.lower() for name in calendar.month_name[1:])
STATED = re.compile(rf"\b({'|'.join(MONTHS)})\s+(20\d\d)\b", re.IGNORECASE)
NAMED = re.compile(r"(?:_m_?|oesm|oews?_?)(20\d\d|\d\d)(?=\D|$)", re.IGNORECASE)
TOP_CODE = re.compile(
    r"\$\s*([\d,]+(?:\.\d\d)?)\s+(?:per|an)\s+hour\s+(?:or|and)\s+\$\s*([\d,]+)\s+(?:per|a)\s+year"
)
SCOPES = {
    frozenset({"nation"}): "",
    frozenset({"state"}): "state",
    frozenset({"territory"}): "state",
    frozenset({"state", "territory"}): "state",
    frozenset({"metropolitan"}): "metropolitan",
    frozenset({"nonmetropolitan"}): "metropolitan",
    frozenset({"metropolitan", "nonmetropolitan"}): "metropolitan",
}
"""Levels of the areas in a file → suffix of its release's name; any others make it "all"."""
LEVELS = {
    "": frozenset({"nation"}),
    "industry": frozenset({"nation"}),
    "state": frozenset({"state", "territory"}),
    "metropolitan": frozenset({"metropolitan", "nonmetropolitan"}),
}
"""Suffix → levels that may come in its files; in "all" any."""

NAMES = ("area", "area_type", "area_title", "naics", "naics_title", "i_group", "own_code")
"""The fields, beside the optional ``prim_state``, that say where a line stands."""

LOOKED_AT = 3_000
"""Rows that tell what a file is about: more than the nation has occupations."""


class Misjudged(BadFile):
    """A file goes beyond what its first rows said; read it as ``all``."""


class Places:
    """Turns a line's area, industry and ownership cells into the key of its part."""

    def __init__(self, levels: frozenset[str] | None) -> None:
        self.levels = levels  # of areas allowed; None for any
        self.areas: dict[str, AreaRow] = {}
        self._industries: dict[str, tuple[str, set[str]]] = {}
        self._keys: dict[tuple[Any, ...], PartKey] = {}
        self._same: dict[tuple[str, str, str], PartKey] = {}

    def industries(self) -> list[IndustryRow]:
        """Return the industries met; one given at two levels has both."""
        return [
            IndustryRow(code, title, " ".join(sorted(levels)))
            for code, (title, levels) in sorted(self._industries.items())
        ]

    def runs(
        self, sheet: Any, columns: list[tuple[Any, ...]], first: int
    ) -> Iterator[tuple[int, int, PartKey]]:
        """Yield start, end and key of rows that stand together; a part's key is one object."""
        at = sheet.columns
        count = len(columns[0])
        taken = [columns[at[n]] if n in at else (PLACES[n],) * count for n in NAMES]
        taken.append(columns[at["prim_state"]] if "prim_state" in at else ("",) * count)
        # Most of these columns do not change within a chunk: look at those that do.
        moving = [column for column in taken if column.count(column[0]) < count]
        start = 0
        for _, same in groupby(zip(*moving, strict=True) if moving else [()] * count):
            end = start + sum(1 for _ in same)
            cells = tuple(column[start] for column in taken)
            yield start, end, self._key(sheet, cells, first + start)
            start = end

    def runs_of_block(
        self, sheet: Any, block: Block, first: int
    ) -> Iterator[tuple[int, int, PartKey]]:
        """Yield the same for a block of plain text."""
        at = [sheet.columns.get(name) for name in (*NAMES, "prim_state")]
        said = (*(PLACES[name] for name in NAMES), "")
        change = np.zeros(block.rows - 1, bool)
        for column in at:
            if column is not None:
                change |= block.changes(column)
        edges = [0, *(np.flatnonzero(change) + 1).tolist(), block.rows]
        for start, end in pairwise(edges):
            cells = tuple(
                default if column is None else block.text(column, start)
                for column, default in zip(at, said, strict=True)
            )
            yield start, end, self._key(sheet, cells, first + start)

    def _key(self, sheet: Any, cells: tuple[Any, ...], row: int) -> PartKey:
        if cells not in self._keys:
            self._keys[cells] = self._new(sheet, cells, row)
        return self._keys[cells]

    def _new(self, sheet: Any, cells: tuple[Any, ...], row: int) -> PartKey:
        area, kind, name, naics, industry, group, own, state = (text(cell) for cell in cells)
        level = AREA_LEVELS.get(kind or type_of(area))
        if level is None:
            raise sheet.fault(f"{kind!r} is none of {', '.join(AREA_LEVELS)}", row, "area_type")
        if self.levels is not None and level not in self.levels:
            raise Misjudged(
                sheet.document.name,
                f"{level} in a file of {', '.join(sorted(self.levels))}",
                sheet=sheet.header.sheet,
                row=row,
            )
        code = area_code(area, level, state)
        if code is None:
            raise sheet.fault(f"{area!r} is no {level}'s code", row, "area")
        if not own:
            raise sheet.fault("blank", row, "own_code")
        if level in {"metropolitan", "nonmetropolitan"} and not state:
            state = name.rpartition(",")[2].strip()[:2]  # "Texarkana, TX-AR"
        if level in {"state", "territory"}:
            state = code
        self.areas[code] = AreaRow(
            code, name, level, area, None if level == "nation" else state or None
        )
        naics = industry_code(naics)
        if not naics:
            raise sheet.fault("blank", row, "naics")
        level = group or industry_level(naics)
        self._industries.setdefault(naics, (industry, set()))[1].add(level)
        key = PartKey(WageRow, area=code, industry=naics, ownership=own)
        return self._same.setdefault((code, naics, own), key)


def match_oews(document: Document, header: Header) -> dict[str, int]:
    """Return field → index of its column; raises for one that a file of its year should have."""
    if OLDER_LEVELS.isdisjoint(header.names):
        return match_columns(document, header, COLUMNS, OPTIONAL)
    optional = OPTIONAL | SOMETIMES | PLACES.keys()
    found = match_columns(document, header, COLUMNS, optional)
    for pair in ({"area", "area_title"}, {"naics", "naics_title"}):
        if len(pair & found.keys()) == 1:
            return match_columns(document, header, COLUMNS, optional - pair)
    return found


def type_of(area: str) -> str:
    """Return the AREA_TYPE of an area's code, for a file without such a column."""
    if not area.isdigit():
        return ""
    if area.lstrip("0") == "99":
        return "1"
    if len(area) <= 2:
        return "3" if area in TERRITORIES else "2"
    return "4" if len(area) == 5 else "6"


def industry_code(naics: str) -> str:
    """Return an industry's code as published, 11 or 31-33 or 622000; 0 of a number cell is all."""
    return CROSS_INDUSTRY if naics and not naics.strip("0") else naics


def industry_level(naics: str) -> str:
    """Return what level an industry's code is of, for a file without such a column."""
    if naics == CROSS_INDUSTRY:
        return "cross-industry"
    if len(naics) <= 2 or "-" in naics:
        return "sector"
    # 3250A1 stands for several of four digits.
    return f"{len(naics.rstrip('0')) if naics.isdigit() else 4}-digit"


def text(cell: Any) -> str:
    """Return a code's or name's cell as text: 99.0 is "99"."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def area_code(area: str, level: str, state: str) -> str | None:
    """Return our code of an area: US, a postal abbreviation, or the publisher's digits."""
    if not area.isdigit():
        return None
    if level == "nation":
        return "US" if area.lstrip("0") == "99" else None
    if level in {"state", "territory"}:
        code = POSTAL.get(area.zfill(2))
        return code if code is not None and state in {"", code} else None
    return area.zfill(5 if level == "metropolitan" else 7)


def period_of(document: Document, header: Header, given: str | None = None) -> str:
    """Return the reference period, YYYY-MM, that a file states; raises if it contradicts itself."""
    said: dict[str, str] = {}
    for sheet in document.sheets():
        if sheet is None or sheet == header.sheet:
            continue
        for _, cells in document.head(sheet)[:3]:
            for cell in cells:
                found = STATED.search(str(cell))
                if found and "estimates" in str(cell).lower():
                    month = MONTHS.index(found[1].lower()) + 1
                    said[f"sheet {sheet!r}"] = f"{found[2]}-{month:02}"
    said |= _named(document, header)
    if given is not None:
        said["--period"] = given
    if not said:
        said = _held(document)
    if not said:
        raise BadFile(document.name, "does not say its period: give --period YYYY-MM")
    if len(set(said.values())) > 1:
        listed = ", ".join(f"{place}: {period}" for place, period in said.items())
        raise BadFile(document.name, f"contradicts itself about its period ({listed})")
    return next(iter(said.values()))


def _named(document: Document, header: Header) -> dict[str, str]:
    """Return what the names of file and sheet say."""
    said = {}
    names = {"file name": document.name.rpartition("/")[2], "data sheet": header.sheet or ""}
    for place, name in names.items():
        if found := NAMED.search(name.rpartition(".")[0] or name):
            said[place] = _may(found[1])
        elif found := STATED.search(re.sub(r"[_-]+", " ", name)):
            said[place] = f"{found[2]}-{MONTHS.index(found[1].lower()) + 1:02}"
    return said


def _held(document: Document) -> dict[str, str]:
    """Return what the nearest folder or zip says whose name has a year."""
    for part in reversed(document.name.split("/")[:-1]):
        if found := NAMED.search(part):
            return {part: _may(found[1])}
    return {}


def _may(year: str) -> str:
    """Return the period of a year in a file's name, 2021 or 21: the survey's is May."""
    return f"{year if len(year) == 4 else '20' + year}-05"


def top_codes_of(
    document: Document, header: Header, period: str, given: tuple[int, int] | None = None
) -> tuple[int, int] | None:
    """Return the top codes, dollars a year and cents an hour, as the file states them.

    A file without such a sheet has those given, else those of its period, if they are known.
    """
    found: set[tuple[int, int]] = set()
    for sheet in document.sheets():
        if sheet is None or sheet == header.sheet:
            continue
        for number, cells in document.rows(sheet):
            if number > 200:
                break
            for cell in cells:
                if not str(cell).lstrip().startswith("#"):
                    continue
                if said := TOP_CODE.search(str(cell)):
                    hourly, annual = (float(one.replace(",", "")) for one in said.groups())
                    found.add((int(annual), round(hourly * 100)))
                elif "$" in str(cell):
                    why = f"what # stands for is not understood: {str(cell).strip()!r}"
                    raise BadFile(document.name, why, sheet=sheet, row=number)
    if len(found) > 1:
        raise BadFile(document.name, f"states several top codes: {sorted(found)}")
    return next(iter(found)) if found else given or TOP_CODES.get(period)


def scope_of(document: Document, header: Header) -> tuple[str, frozenset[str]]:
    """Return a file's scope by its first rows ("", state, metropolitan, industry, all), and levels.

    The national industry files have no lines across industries; the all-data file has both.
    """
    at = match_oews(document, header)
    levels: set[str] = set()
    industries: set[str] = set()
    owners: set[str] = set()
    for number, cells in document.rows(header.sheet):
        if number <= header.row or len(cells) <= max(at.values()):
            continue
        if number > header.row + LOOKED_AT:
            break
        its = {n: text(cells[at[n]]) if n in at else said for n, said in PLACES.items()}
        levels.add(AREA_LEVELS.get(its["area_type"] or type_of(its["area"]), ""))
        industries.add(industry_code(its["naics"]))
        owners.add(its["own_code"])
    found = frozenset(levels)
    if found == {"nation"} and (CROSS_INDUSTRY not in industries or owners != {"1235"}):
        only = CROSS_INDUSTRY not in industries or industries == {CROSS_INDUSTRY}
        return ("industry", found) if only else ("all", frozenset())
    if len(industries) > 1:
        return "all", frozenset()
    suffix = SCOPES.get(found, "all")
    return suffix, found if suffix != "all" else frozenset()
