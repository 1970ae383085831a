"""``oe.data``: one figure a line, read as the rows that all-data files have.

The lines of an occupation stand together, so that a file of six million lines is read a row at a
time. Everything after that is as with any other file of the OEWS.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path

from app.importers.faults import BadFile
from app.importers.oews.flat_companions import DATATYPES, Codes, Companions
from app.importers.oews.period import stated_period
from app.importers.reading.sheets import Cells, TextTable
from app.importers.rules import Gate

ABOUT = (
    *("area", "area_title", "area_type", "prim_state", "naics", "naics_title"),
    *("occ_code", "occ_title", "occ_group"),
)
COLUMNS = (*ABOUT, *(column for column, _ in DATATYPES.values()), "annual", "hourly")
"""The columns of the rows: those of all-data files that flat files can fill."""
PLACE = {code: COLUMNS.index(column) for code, (column, _) in DATATYPES.items()}
ALWAYS = [code for code in DATATYPES if code <= "15"]
HOURLY = [n for n, column in enumerate(COLUMNS) if column.startswith("h_")]
ANNUAL = [n for n, column in enumerate(COLUMNS) if column.startswith("a_")]
BLANK = [""] * (len(COLUMNS) - len(ABOUT))

SERIES = re.compile(r"OEU([MNS])(.{7})(.{6})(\d{6})")
"""A series without its datatype: type of area, area, industry, occupation."""
NUMBER = re.compile(r"\d+(?:\.\d+)?")
NOT_APPLICABLE = "**"
MARKS = {"4": NOT_APPLICABLE, "5": "#", "8": "*"}
"""Footnote of a value "-" → the mark in other files. 4 says that the wages of the occupation are
released on the other basis only, as ANNUAL and HOURLY do there."""
REMARKS = frozenset({"1", "2", "3", "4"})
"""Footnotes of a value that leave it what it is."""


class FlatData(TextTable):
    """A file of data, with what its series mean. Its one sheet has the columns ``COLUMNS``."""

    def __init__(
        self, path: Path, name: str, codes: Codes, year: str, accepted: Collection[str] = ()
    ) -> None:
        """Take the year that all its lines must be of. ``accepted``: rules that rows may break."""
        super().__init__(path, name)
        self.codes, self.year, self.gate = codes, year, Gate(accepted)
        self._lines = array("L")  # of each row, the line of the file that it begins with

    def rows(self, _sheet: str | None) -> Iterator[tuple[int, Cells]]:
        """Yield row number and cells: the header, then a row an occupation."""
        yield 1, [column.upper() for column in COLUMNS]
        yield from enumerate(self._occupations(), 2)

    def chunks(
        self, _sheet: str | None, after: int, size: int
    ) -> Iterator[tuple[int, list[Cells]]]:
        """Yield lists of rows."""
        rows = islice(self._occupations(), after - 1, None)
        first = after + 1
        while chunk := list(islice(rows, size)):
            yield first, chunk
            first += len(chunk)

    def plain_chunks(self, _after: int, _columns: int) -> Iterator[None]:
        """Yield that nothing is plain."""
        yield None

    def line(self, row: int) -> int:
        """Return the line of the file that a row begins with."""
        return self._lines[row - 2] if row > 1 else row

    def _occupations(self) -> Iterator[Cells]:
        """Yield a row for the lines of each occupation of an area and industry."""
        row: Cells = []
        before, count = None, 0
        for number, cells in super().rows(None):
            if number == 1 or not cells:
                continue
            if len(cells) != 5:
                raise BadFile(self.name, f"{len(cells)} cells where the header has 5", row=number)
            series, year, period, value, footnotes = map(str.strip, cells)
            if series[:23] != before:
                if row:
                    yield self._finished(row, count + 1)
                row, count = self._begun(series[:23], number), count + 1
                before = series[:23]
                if count > len(self._lines):
                    self._lines.append(number)
            place = PLACE.get(series[23:])
            if place is None:
                raise self._fault(f"{series[23:]!r} is no datatype", number, "series_id")
            if row[place]:
                raise self._fault(f"{series} stands twice", number, "series_id")
            if year != self.year or period != "A01":
                why = f"{year} {period} in a file of {self.year} A01"
                raise self._fault(why, number, "year")
            if footnotes or not NUMBER.fullmatch(value):
                value = self._marked(value, footnotes, number)
            row[place] = value
        if row:
            yield self._finished(row, count + 1)

    def _begun(self, series: str, number: int) -> Cells:
        """Return a row without figures."""
        found = SERIES.fullmatch(series)
        if found is None:
            raise self._fault(f"{series!r} is no series of the OEWS", number, "series_id")
        kind, area, industry, occupation = found.groups()
        for what, code, known in (
            ("area", kind + area, self.codes.areas),
            ("industry", industry, self.codes.industries),
            ("occupation", occupation, self.codes.occupations),
        ):
            if code not in known:
                shown = f"{area} of type {kind}" if what == "area" else code
                raise self._fault(f"{what} {shown} is not in oe.{what}", number, "series_id")
        return [
            *self.codes.areas[kind + area],
            *self.codes.industries[industry],
            *self.codes.occupations[occupation],
            *BLANK,
        ]

    def _marked(self, value: str, footnotes: str, number: int) -> str:
        """Return the cell of a value with footnotes: the number, or the mark of other files."""
        codes = {*filter(None, map(str.strip, footnotes.split(",")))}
        if unknown := codes - REMARKS - MARKS.keys():
            raise self._fault(f"{min(unknown)!r} is no known footnote", number, "footnote_codes")
        if NUMBER.fullmatch(value) and codes <= REMARKS:
            return value
        marks = {MARKS[code] for code in codes & MARKS.keys()}
        if value != "-" or len(marks) != 1:
            why = f"{value!r} with footnote {footnotes!r} is neither a number nor a known mark"
            raise self._fault(why, number, "value")
        return marks.pop()

    def _finished(self, row: Cells, at: int) -> Cells:
        """Return a row with all its figures, and on which basis alone its wages are released.

        The files do not say that of wages that are withheld on the other basis too.
        """
        if missing := [code for code in ALWAYS if not row[PLACE[code]]]:
            what = "lines of this occupation are missing, or do not stand together: no datatype "
            line = self.line(at)
            self.gate.broken(
                "blank", what + ", ".join(missing), lambda why: self._fault(why, line, "series_id")
            )
        hourly, annual = ({row[n] for n in places} for places in (HOURLY, ANNUAL))
        none = {"*"}, {"*", NOT_APPLICABLE}, {NOT_APPLICABLE}
        if NOT_APPLICABLE in hourly or (hourly == none[0] and annual not in none):
            row[-2] = "TRUE"
        if NOT_APPLICABLE in annual or (annual == none[0] and hourly not in none):
            row[-1] = "TRUE"
        return row

    def _fault(self, why: str, line: int, column: str) -> BadFile:
        return BadFile(self.name, why, row=line, column=column)


def flat_period(document: TextTable, companions: Companions, given: str | None) -> str:
    """Return the period of a file of data, by its first line and oe.release: YYYY-MM.

    Raises ``BadFile`` if these or the period given contradict each other.
    """
    cells = [*document.head(None)[1][1], "", ""]
    year, code = cells[1].strip(), "".join(map(str.strip, cells[1:3]))
    if not re.fullmatch(r"(?:19|20)\d\dA01", code):
        raise BadFile(document.name, f"{code!r} is no year and A01", row=2, column="year")
    period = f"{year}-05"
    if "oews_flat_release" in companions:
        release, _ = companions["oews_flat_release"]
        stated = {str(one[0]).strip(): str(one[-1]) for _, one in release.head(None) if one}
        said = stated_period(stated.get(code, ""))
        if said is None or said[:4] != year:
            raise BadFile(document.name, f"{release.name} has no {code}: they are of two releases")
        period = said
    if given not in {None, period}:
        raise BadFile(document.name, f"its lines are of {period}, --period says {given}")
    return period
