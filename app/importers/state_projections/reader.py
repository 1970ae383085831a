"""Projections of the states: one table, a part a state, in jobs.

The nation's lines are left out: they are the collection's own, rounded otherwise than those of the
Bureau of Labor Statistics. A state's lines are its most detailed ones and their total, without
groups. What is confidential has no line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Any

from app.database.models.occupations import STATES
from app.importers.faults import BadFile
from app.importers.reading import cells
from app.importers.reading.sheets import Document, Header
from app.importers.reading.tables import Record, Table
from app.importers.reading.unknown_columns import UnknownColumns
from app.importers.rows import PartKey, PartRows, ProjectionRow, Row
from app.importers.rules import Gate, projected
from app.importers.state_projections.columns import COLUMNS, YEARS
from app.importers.state_projections.consistency import ROUNDED, TOTAL, over_the_total
from app.marks import NOT_APPLICABLE, NOT_PUBLISHED, PRESENT, PROJECTION_FIGURES

CODE = re.compile(r"\d\d-\d{4}")
FIPS = re.compile(r"\d{1,2}")
YEAR = re.compile(r"20\d\d")
PERIOD = re.compile(r"(20\d\d)-(\d\d)")
NATION = ("00", "United States")
OF_THE_NATION = "lines of the nation, which are not the BLS's"
LONG_TERM = 10
"""Years from base to target. The states project two years ahead too, in tables of this shape."""
NOTHING = frozenset({"\u2014", "-", "N/A", "n/a", "NA", "not published"})
"""What stands where there is no figure."""
READ: dict[str, Callable[[Any], int | float]] = {
    "base_employment": cells.persons,
    "target_employment": cells.persons,
    "change": lambda cell: cells.scaled(cell, 1, "persons"),
    "percent_change": cells.signed_rate,
    "annual_openings": cells.persons,
}
"""The figures that this publisher gives. All others of a projection are not published."""


class StateProjectionsReader:
    """Reads a file. Its counts stand in ``table`` when all parts are taken."""

    def __init__(
        self,
        document: Document,
        header: Header,
        period: str | None = None,
        accepted: Collection[str] = (),
    ) -> None:
        """Take a file, its period if it does not say so itself, and rules that rows may break."""
        self.table = Table(document, header, COLUMNS, YEARS)
        self.unknown, self.gate = UnknownColumns(self.table), Gate(accepted)
        self.table.leave_out_unknown_columns()
        self.years = self._years(period)

    @property
    def period(self) -> str:
        """Base and target year: 2020-30."""
        return f"{self.years[0]}-{self.years[1] % 100:02}"

    def parts(self) -> Iterator[PartRows]:
        """Yield the projections of each state. Raises ``BadFile``."""
        states: dict[str, dict[str, Row]] = {}
        places: dict[tuple[str, str], Record] = {}
        records = list(self.table.records())
        self.table.require_rows()
        for place in self.unknown.places:
            # A row may end before a column that is not read.
            column = [[*one.cells, ""][min(place, len(one.cells))] for one in records]
            self.unknown.check(place, column, records[0].row)
        for record in records:
            state, code = self._state(record), self._code(record)
            if before := places.get((state, code)):
                why = f"{code} of {state or NATION[1]} stands in row {before.row} too"
                raise record.fault(why, "code")
            places[state, code] = record
            row = self._row(record, code)
            for rule, field, what in projected(row, ROUNDED):
                row = self._noted(row, rule, what, partial(record.fault, field=field))
            if state:
                states.setdefault(state, {})[code] = row
            else:
                self.table.leave_out(OF_THE_NATION)
        if not states:
            raise self.table.fault("no lines of a state under the header")
        for state, rows in states.items():
            for code, field, what in [*over_the_total(rows)]:
                fault = partial(places[state, code].fault, field=field)
                rows[code] = self._noted(rows[code], "employment-of-group", what, fault)
            yield PartRows(PartKey(ProjectionRow, area=state), list(rows.values()))

    def _years(self, period: str | None) -> tuple[int, int]:
        """Return base and target year: those of the first row, or of ``period``."""
        lacking = YEARS - self.table.columns.keys()
        if not lacking:
            first = next(self.table.records(), None)
            self.table.read = 0
            if first is None:
                raise self.table.fault("no rows under the header")
            years = self._years_of(first)
            if years[1] - years[0] != LONG_TERM:
                why = f"{years[1] - years[0]} years after {years[0]}: only projections of "
                raise first.fault(f"{why}{LONG_TERM} years are read", "target_year")
            said = f"{years[0]}-{years[1] % 100:02}"
            if period not in {None, said}:
                why = f"its years are {said}, --period says {period}"
                raise self.table.fault(why, first.row, "base_year")
            return years
        if len(lacking) < len(YEARS):
            raise self.table.fault(f"no column of the {min(lacking).replace('_', ' ')}")
        asked = PERIOD.fullmatch(period or "")
        if asked is None or (int(asked[1]) + LONG_TERM) % 100 != int(asked[2]):
            why = "no column names the base year: give --period 2020-30, its base and target year"
            raise self.table.fault(why, self.table.header.row)
        return int(asked[1]), int(asked[1]) + LONG_TERM

    def _years_of(self, record: Record) -> tuple[int, int]:
        found = []
        for field in ("base_year", "target_year"):
            if not YEAR.fullmatch(year := record.text(field)):
                raise record.fault(f"{year!r} is no year: 2020", field)
            found.append(int(year))
        return found[0], found[1]

    def _state(self, record: Record) -> str:
        """Return the state's postal abbreviation; "" for the nation."""
        if self.table.columns.keys() >= YEARS:
            for field, year, first in zip(
                ("base_year", "target_year"), self._years_of(record), self.years, strict=True
            ):
                if year != first:
                    raise record.fault(f"{year}, and {first} in the rows before", field)
        fips, name = record.text("state"), record.title("area_name")
        if not FIPS.fullmatch(fips) or (fips.zfill(2) not in STATES and int(fips)):
            raise record.fault(f"{fips!r} is no FIPS code of a state or territory", "state")
        state, called = ("", NATION[1]) if not int(fips) else STATES[fips.zfill(2)]
        if name.casefold() != called.casefold():
            raise record.fault(f"{name!r}, and {fips} is the code of {called}", "area_name")
        return state

    def _code(self, record: Record) -> str:
        record.title("title")
        code = record.text("code")
        if not CODE.fullmatch(code):
            raise record.fault(f"{code!r} is no occupation code: NN-NNNN", "code")
        return code

    def _row(self, record: Record, code: str) -> Row:
        read = dict.fromkeys(PROJECTION_FIGURES, (None, NOT_PUBLISHED))
        read |= {name: self._figure(record, name) for name in READ}
        if not read["base_employment"][0] and read["percent_change"][1] == PRESENT:
            # A percentage of nobody: the file has .0, also where there will be somebody.
            read["percent_change"] = (None, NOT_APPLICABLE)
        return ProjectionRow(
            code=code,
            line="summary" if code == TOTAL else "line_item",
            base_year=self.years[0],
            target_year=self.years[1],
            marks="".join(mark for _, mark in read.values()),
            locator=record.where,
            **{name: value for name, (value, _) in read.items()},
        )

    def _figure(self, record: Record, name: str) -> tuple[Any, str]:
        """Return the figure and its mark from a record's cell."""
        cell = record.cell(name)
        if isinstance(cell, str) and cell in NOTHING:
            return None, NOT_PUBLISHED
        return record.read(READ[name], name), PRESENT

    def _noted(self, row: Row, rule: str, what: str, fault: Callable[[str], BadFile]) -> Row:
        """Return a row that breaks an accepted rule, with a note; else raise its fault."""
        note = self.gate.broken(rule, what, fault)
        return row._replace(note=f"{row.note} {note}" if row.note else note)
