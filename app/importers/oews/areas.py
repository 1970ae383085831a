"""Where and for which industry an OEWS line stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any

from app.database.models.occupations import (
    ALL_INDUSTRIES,
    POSTAL,
    SECTORS,
    TERRITORIES,
    industry_level,
)
from app.importers.faults import BadFile
from app.importers.oews.columns import (
    AREA_LEVELS,
    DIGITS,
    OWNERS,
    OWNERS_JOINED,
    OWNERS_OF_INDUSTRY,
    PLACES,
)
from app.importers.reading.cells import BadCell, title
from app.importers.reading.tables import Table
from app.importers.rows import AreaRow, IndustryRow, PartKey, WageRow

OWNER_CODE = re.compile("(?=.)1?2?3?5?7?8?9?")
"""Digits of owners, each once and in order: 5, 123, 1235."""

NUMBER_CELL = re.compile(r"^(\d+)\.0+$")
"""A code that a program took for a number. No code or name has a point before zeros at its end."""


class WrongScope(BadFile):
    """A file goes beyond the scope of its first rows. Read it with the scope ``all``."""


class Places:
    """Turns the cells for area, industry and ownership of a line into the key of its part."""

    def __init__(self, levels: frozenset[str] | None) -> None:
        """Take the levels of area that are allowed; None for any."""
        self.levels = levels
        self.areas: dict[str, AreaRow] = {}
        self._industries: dict[str, tuple[str, set[str]]] = {}
        self._by_cells: dict[tuple[Any, ...], PartKey] = {}
        self._keys: dict[PartKey, PartKey] = {}

    def industries(self) -> list[IndustryRow]:
        """Return the industries met. One given at two levels has both."""
        return [
            IndustryRow(code, title, " ".join(sorted(levels)))
            for code, (title, levels) in sorted(self._industries.items())
        ]

    def runs(
        self, table: Table, first: int, edges: Iterable[int], cell: Callable[[int, int], Any]
    ) -> Iterator[tuple[int, int, PartKey]]:
        """Yield start, end and key of rows of one part; equal keys are one object.

        ``edges`` has 0, the places where a cell differs from the one above, and the end.
        ``cell(column, row)`` returns a cell; ``first`` is the number of row 0 in the file.
        """
        at = [(table.columns.get(name), usual) for name, usual in PLACES.items()]
        for start, end in pairwise(edges):
            cells = tuple(usual if n is None else cell(n, start) for n, usual in at)
            if cells not in self._by_cells:
                key = self._key(table, cells, first + start)
                self._by_cells[cells] = self._keys.setdefault(key, key)
            yield start, end, self._by_cells[cells]

    def _key(self, table: Table, cells: tuple[Any, ...], row: int) -> PartKey:
        area, kind, name, state, naics, industry, group, own = map(text_of, cells)
        level = level_of(kind, area)
        if level is None:
            raise table.fault(f"{kind!r} is none of {', '.join(AREA_LEVELS)}", row, "area_type")
        if self.levels is not None and level not in self.levels:
            why = f"{level} in a file of {', '.join(sorted(self.levels))}"
            raise WrongScope(table.document.name, why, sheet=table.header.sheet, row=row)
        code = area_code(area, level, state)
        if code is None:
            raise table.fault(f"{area!r} is no {level}'s code", row, "area")
        area = area.zfill(DIGITS[level])
        if level in {"metropolitan", "nonmetropolitan"} and not state:
            state = name.rpartition(",")[2].strip()[:2]  # "Texarkana, TX-AR"
        if level in {"state", "territory"}:
            state = code
        in_state = None if level == "nation" else state or None
        for field, text in (("area_title", name), ("naics_title", industry)):
            try:
                title(text or "-")
            except BadCell as fault:
                raise table.fault(str(fault), row, field) from None
        row_of_area = AreaRow(code, name, level, area, in_state)
        before = self.areas.setdefault(code, row_of_area)
        if before.name != name:
            why = f"area {area} is {name!r} here and {before.name!r} above"
            raise table.fault(why, row, "area_title")
        naics = industry_code(naics)
        if not naics:
            raise table.fault("blank", row, "naics")
        owner = owner_code(own) if "own_code" in table.columns else owners_of(naics)
        if owner is None:
            why = f"{own!r} is neither digits nor made of {', '.join(OWNERS)}" if own else "blank"
            raise table.fault(why, row, "own_code")
        title_before, levels = self._industries.setdefault(naics, (industry, set()))
        if title_before != industry:
            why = f"industry {naics} is {industry!r} here and {title_before!r} above"
            raise table.fault(why, row, "naics_title")
        levels.add(group or industry_level(naics))
        return PartKey(WageRow, area=code, industry=naics, ownership=owner)


def text_of(cell: Any) -> str:
    """Return a code or a name as text: 99.0 is "99", as a number cell and as text."""
    return NUMBER_CELL.sub(r"\1", str(cell).strip())


def level_of(area_type: str, area: str) -> str | None:
    """Return an area's level by its AREA_TYPE or, where a file has none, by its code."""
    if area_type or not area.isdigit():
        return AREA_LEVELS.get(area_type)
    if area.lstrip("0") == "99":
        return "nation"
    if len(area) <= 2:
        return "territory" if area in TERRITORIES else "state"
    return "metropolitan" if len(area) == 5 else "nonmetropolitan"


def area_code(area: str, level: str, state: str) -> str | None:
    """Return our code of an area: US, a postal abbreviation, or the publisher's digits."""
    if not area.isdigit():
        return None
    if level == "nation":
        return "US" if area.lstrip("0") == "99" else None
    area = area.zfill(DIGITS[level])
    if level in {"state", "territory"}:
        code = POSTAL.get(area)
        return code if code is not None and state in {"", code} else None
    return area


def industry_code(naics: str) -> str:
    """Return an industry's one code, 11 or 31-33 or 622000. 0 of a number cell is all.

    Workbooks by sector have the first number of the three sectors that take several.
    """
    if naics and not naics.strip("0"):
        return ALL_INDUSTRIES
    return SECTORS.get(naics, naics)


def owner_code(own: str) -> str | None:
    """Return the code of owners, which older files have in words; None if it is neither."""
    if OWNER_CODE.fullmatch(own):
        return own
    words = [word for word in re.split(r"[\s,]+", own.lower()) if word not in OWNERS_JOINED]
    if len(set(words)) < len(words) or not OWNERS.keys() >= {*words}:
        return None
    return "".join(sorted(OWNERS[word] for word in words)) or None


def owners_of(naics: str) -> str:
    """Return the owners of an industry in a file that does not say them; "" if none define it."""
    return OWNERS_OF_INDUSTRY.get(naics, "")
