"""Employment projections: the workbook's main table, its attainment table, the tool's export.

Employment is printed in thousands, to one decimal: 1,449.8 is 1,449,800 persons. "Data is
unavailable for values denoted with a —", says the workbook; the lines that sum others have no
typical education, experience or training of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from app.importers.reading.columns import find_header
from app.verifying.cells import (
    NO_MARK,
    Expected,
    Rule,
    Unreadable,
    decimal,
    figure,
    mark,
    number,
    text,
)
from app.verifying.rows import Cell, Column, Names, Row, Wanted
from app.verifying.tables import Lines, at

PROJECTIONS = Wanted("projections")
ATTAINMENT = Wanted("education", ("attainment",))
EXAMPLES = Wanted("titles", ("example",))
CODE = re.compile(r"\d\d-\d{4}")
FOOTNOTES = re.compile(r"(\s*[(\[]\d+[)\]])+\s*$")
DASHES = ("", "\u2014", "\u2013", "-", "N/A", "n/a")
UNAVAILABLE = dict.fromkeys(DASHES, mark("not_published"))
LINES = {"line item": "line_item", "summary": "summary"}
LEVELS = (
    r"less than (a )?high school diploma",
    r"high school diploma or equivalent",
    r"some college,? no degree",
    r"associate'?s degree",
    r"bachelor'?s degree",
    r"master'?s degree",
    r"doctoral or professional degree",
)
ANSWERED = (
    "Less than high school diploma",
    "High school diploma or equivalent",
    "Some college, no degree",
    "Associate's degree",
    "Bachelor's degree",
    "Master's degree",
    "Doctoral or professional degree",
)
"""The API's words for the levels, whatever an edition writes, in the order of ``LEVELS``."""


def wage(cell: Any) -> Expected:
    """Dollars a year; ``>=$239,200`` says that it is at least so much."""
    shown = text(cell)
    if shown in DASHES:
        return Expected(None, mark("not_published"))
    least = re.fullmatch(r"(>=?|\u2265|\u2267)\s*(\$?[\d,]+)", shown)
    if least:
        return Expected(None, mark("top_coded", int(decimal(least[2]))))
    return number(whole=True)(cell)


def assigned(summary: bool) -> Rule:
    """Words for education, experience or training; of a summary line there are none."""
    none = mark("not_applicable" if summary else "not_published")

    def rule(cell: Any) -> Expected:
        return Expected(None, none) if text(cell) in DASHES else Expected(text(cell), NO_MARK)

    return rule


class Projections:
    """Reads the main table of a file, and attainment if the file has it."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        years = {}
        for place, name in enumerate(lines.header.names):
            if found := re.fullmatch(r"employment,? (\d{4})", name):
                years[int(found[1])] = place
        self.base, self.target = min(years), max(years)
        self.places = {"base_employment": years[self.base], "target_employment": years[self.target]}
        self.wage_year = next(
            (
                int(found[1])
                for name in lines.header.names
                if (found := re.match(r"median annual wage\D*(\d{4})", name))
            ),
            None,
        )

    def _figures(self, summary: bool) -> list[Column]:
        thousands = figure(number(1000, whole=True), UNAVAILABLE)
        percent = figure(number(), UNAVAILABLE)
        kind = assigned(summary)
        rules: dict[str, tuple[str, Rule]] = {
            "base_employment": ("", thousands),
            "target_employment": ("", thousands),
            "change": (r"employment change,( numeric,)? [\d-]+", thousands),
            "percent_change": (r"employment (change, percent|percent change).*", percent),
            "annual_openings": (r"occupational openings.*", thousands),
            "percent_self_employed": (r"percent self.employed.*", percent),
            "annual_median": (r"median annual wage.*", wage),
            "typical_education": (r"typical (education|entry).*", kind),
            "work_experience": (r"work experience.*", kind),
            "training": (r"(typical )?on-the-job training.*|typical on-the-job.*", kind),
        }
        found = []
        for name, (pattern, rule) in rules.items():
            place = self.places.get(name, self.lines.column(pattern) if pattern else None)
            shown = self.lines.name(place) if place is not None else f"no column of {name}"
            found.append(Column(place, shown, (name,), rule))
        return found

    def rows(self) -> Iterator[Row]:
        """Yield projections, example titles and attainment, then the occupations named."""
        lines = self.lines
        sheet = lines.header.sheet
        names = Names(sheet)
        code_at = lines.column(r"(\d{4} .*|occupation )code")
        title_at = lines.column(r"(\d{4} .*|occupation )title")
        kind_at = lines.column("occupation type")
        notes = _footnotes(lines)
        columns = {summary: self._figures(summary) for summary in (False, True)}
        for row, cells in lines:
            found = CODE.search(text(at(cells, code_at)))
            if found is None:
                continue  # footnotes and sources
            kind = at(cells, kind_at)
            line = "line_item" if kind_at is None else LINES.get(text(kind).lower())
            its = [
                Cell(
                    "Occupation type",
                    kind,
                    ("line",),
                    Expected(line or Unreadable("neither line item nor summary")),
                    counted=kind_at is not None,
                ),
                *(column.cell(cells) for column in columns[line == "summary"]),
                *self._stated(),
            ]
            title, *examples = re.split(r"\s*\*\s*", text(at(cells, title_at)))
            its.append(_footnote(title, notes))
            yield Row(PROJECTIONS, (found[0],), sheet, row, its)
            title = FOOTNOTES.sub("", title).strip()
            names.add(found[0], row, [Cell("title", title, ("title",), Expected(title))])
            for example in filter(None, examples):
                cell = Cell("title", example, ("title",), Expected(example))
                yield Row(EXAMPLES, (found[0], "example", example, None), sheet, row, [cell], 0)
        yield from self._attainment()
        yield from names.rows()

    def _stated(self) -> list[Cell]:
        """Return what the header states for every row: years."""
        stated = {
            "base_year": self.base,
            "target_year": self.target,
            "wage_year": self.wage_year,
        }
        return [
            Cell("header", year, (name,), Expected(year), counted=False)
            for name, year in stated.items()
        ]

    def _attainment(self) -> Iterator[Row]:
        document = self.lines.document
        for sheet in document.sheets():
            header = find_header(document, sheet, dict.fromkeys(LEVELS, ""), len(LEVELS))
            if header is None:
                continue
            lines = Lines(document, header)
            code_at, title_at = (
                lines.column(rf"\d{{4}} national.* {name}") for name in ("code", "title")
            )
            notes = _footnotes(lines)
            for row, cells in lines:
                found = CODE.search(text(at(cells, code_at)))
                if found is None:
                    continue
                told = _footnote(text(at(cells, title_at)), notes)
                for n, (pattern, level) in enumerate(zip(LEVELS, ANSWERED, strict=True)):
                    place = lines.column(pattern)
                    column = Column(place, level, ("percent",), figure(number(), UNAVAILABLE))
                    key = (found[0], "attainment", None, level)
                    yield Row(ATTAINMENT, key, sheet, row, [column.cell(cells), told], int(n == 0))
            return


def _footnotes(lines: Lines) -> dict[str, str]:
    """Return the footnotes under the table by their number."""
    found = {}
    for _, cells in lines.document.rows(lines.header.sheet):
        if note := re.match(r"[(\[](\d+)[)\]]\s+(.*)", text(cells[0]) if cells else "", re.DOTALL):
            found[note[1]] = " ".join(note[2].split())
    return found


def _footnote(title: str, notes: dict[str, str]) -> Cell:
    """Return what must be in an item's note: the footnotes of its title."""
    marks = FOOTNOTES.search(title)
    said = [notes[n] for n in re.findall(r"\d+", marks[0]) if n in notes] if marks else []
    note = " ".join(said) or None
    return Cell("footnote", note, ("note",), Expected(note), counted=False)
