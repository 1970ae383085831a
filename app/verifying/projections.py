"""Employment projections: the workbook's main table, its attainment table, the tool's export.

Employment is printed in thousands, to one decimal: 1,449.8 is 1,449,800 persons. "Data is
unavailable for values denoted with a —", says the workbook; the lines that sum others have no
typical education, experience or training of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from app.database.models.occupations import NATION
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
from app.verifying.tables import Lines

PROJECTIONS = Wanted("projections")
ATTAINMENT = Wanted("education", ("attainment",))
EXAMPLES = Wanted("titles", ("example",))
SUMS = {"11-1300", "15-1900", "21-2700", "31-3900"}
"""Sums of several major groups in 2010-20. They are no occupations."""
CODE = re.compile(r"\d\d-\d{4}")
FOOTNOTES = re.compile(r"(\s*[(\[]\d+[)\]])+\s*$")
DASHES = ("", "\u2014", "\u2013", "-", "N/A", "n/a")
UNAVAILABLE = dict.fromkeys(DASHES, mark("not_published"))
FETCH = "occupations download bls-ep && occupations import downloads"
LINES = {"line item": "line_item", "summary": "summary"}
LEVELS = {
    r"less than (a )?high school diploma": "Less than high school diploma",
    r"high school diploma or equivalent": "High school diploma or equivalent",
    r"some college,? no degree": "Some college, no degree",
    r"associate'?s degree": "Associate's degree",
    r"bachelor'?s degree": "Bachelor's degree",
    r"master'?s degree": "Master's degree",
    r"doctoral or professional degree": "Doctoral or professional degree",
}
"""Column of the attainment table, in any edition → the API's words for the level."""
CODE_AND_TITLE = (
    r"(\d{4} (?!.*title and).*|occupation |soc )code|.*title and code / 2",
    r"(\d{4} .*|occupation )title( and code)?",
)


def wage(cell: Any) -> Expected:
    """Read dollars a year. ``>=$239,200`` is a top-coded wage."""
    written = text(cell)
    if written in DASHES:
        return Expected(None, mark("not_published"))
    written = FOOTNOTES.sub("", written)
    least = re.fullmatch(r"(>=?|\u2265|\u2267)\s*(\$?[\d,]+)", written)
    if least:
        return Expected(None, mark("top_coded", int(decimal(least[2]))))
    return number(whole=True)(written)


def assigned(summary: bool) -> Rule:
    """Return a rule for words for education, experience or training; summary lines have none."""
    none = mark("not_applicable" if summary else "not_published")

    def rule(cell: Any) -> Expected:
        return Expected(None, none) if text(cell) in DASHES else Expected(text(cell), NO_MARK)

    return rule


def not_loaded(_cell: Any) -> Expected:
    """Expect the mark of what another file of the publisher has."""
    return Expected(None, {**mark("not_loaded"), "command": FETCH})


class Projections:
    """Reads the main table of a file, and attainment if the file has it."""

    def __init__(self, lines: Lines, beside: Lines | None = None) -> None:
        """Take a table, and the first file's if this repeats lines of it: they are one release."""
        self.lines = lines
        self.beside = Projections(beside) if beside else None
        names = lines.names
        jobs = r"employment[ ,/]*(?:number / )?(\d{4})(?: \(thousands\))?"
        employment = (re.fullmatch(jobs, name) for name in names)
        years = [int(found[1]) for found in employment if found]
        self.jobs = bool(years)
        if not years:  # typical education alone: the matrix is of the base year
            matrix = (re.match(r"(\d{4}) national employment matrix", name) for name in names)
            stated = [int(found[1]) for found in matrix if found]
            years = [stated[0], stated[0] + 10] if stated else [0, 0]
        self.base, self.target = min(years), max(years)
        wage_years = (re.fullmatch(r"(.*median annual wage.*)", name) for name in names)
        wages = [re.search(r"\d{4}", found[1]) for found in wage_years if found]
        self.wage_year = next((int(found[0]) for found in wages if found), None)

    def _figures(self, summary: bool) -> list[Column]:
        thousands = figure(number(1000, whole=True), UNAVAILABLE)
        percent = figure(number(), UNAVAILABLE)
        kind = assigned(summary)
        rules: dict[str, tuple[str, Rule]] = {
            "base_employment": (rf"employment[ ,/]*(number / )?{self.base}.*", thousands),
            "target_employment": (rf"employment[ ,/]*(number / )?{self.target}.*", thousands),
            "change": (
                r"employment change,( numeric,)? \d{4}[^a-z]*(\(thousands\))?"
                r"|(employment )?change, [\d-]+ / number",
                thousands,
            ),
            "percent_change": (
                r"employment (change, percent|percent change).*"
                r"|(employment )?change, [\d-]+( / percent| \(percent\))",
                percent,
            ),
            "annual_openings": (r"occupational openings.*", thousands),
            "percent_self_employed": (r"percent self.employed.*", percent),
            "annual_median": (r"(\d{4} )?median annual wage.*", wage),
            "typical_education": (r"typical (education|entry).*", kind),
            "work_experience": (r"work experience.*", kind),
            "training": (r"(typical )?on-the-job training.*|typical on-the-job.*", kind),
        }
        found = []
        for name, (pattern, rule) in rules.items():
            place = self.lines.column(pattern)
            if self.beside and (place is None or name in self._of_workbook()):
                continue
            title = self.lines.name(place) if place is not None else f"no column of {name}"
            # Of typical education alone, the other columns are in another table.
            elsewhere = place is None and not self.jobs
            found.append(Column(place, title, (name,), not_loaded if elsewhere else rule))
        return found

    def _of_workbook(self) -> set[str]:
        """Return the fields of another year than the workbook's, which the release has."""
        same = self.beside is None or self.beside.wage_year == self.wage_year
        same = same and (self.beside is None or self.wage_year is not None)
        return set() if same else {"annual_median", "wage_year"}

    def notes(self) -> Iterator[str]:
        """Yield sentences about what is not compared."""
        if self._of_workbook() and self.wage_year is not None:
            yield "median wages, the release has the workbook's median wages"

    def rows(self) -> Iterator[Row]:
        """Yield projections, example titles and attainment, then the occupations named."""
        lines, sheet = self.lines, self.lines.sheet
        names = Names(sheet)
        notes = _footnotes(lines)
        columns = {summary: self._figures(summary) for summary in (False, True)}
        stated = {
            "base_year": self.base,
            "target_year": self.target,
            "wage_year": self.wage_year,
        }
        header = [
            Cell("header", year, (name,), Expected(year), counted=False)
            for name, year in stated.items()
            if name not in self._of_workbook()
        ]
        typed = lines.column("occupation type") is not None
        elsewhere = _kinds_elsewhere(lines) if not typed else {}
        wages = lines.column(r"(\d{4} )?median annual wage.*")
        for row, cells, code, full_title, kind in lines.select(*CODE_AND_TITLE, "occupation type"):
            found = CODE.search(text(code))
            if found is None or found[0] in SUMS:
                continue  # footnotes and sources
            line = LINES.get(text(kind).lower()) if typed else "line_item"
            line = elsewhere.get(found[0], line)
            expected = Expected(line or Unreadable("neither line item nor summary"))
            title, *examples = re.split(r"\s*\*\s*", text(full_title))
            its = [
                Cell("Occupation type", kind, ("line",), expected, counted=typed),
                *(column.cell(cells) for column in columns[line == "summary"]),
                *header,
            ]
            if not self.beside:
                marked = [title, "" if wages is None else text(cells[wages])]
                its.append(_footnote(marked, notes))
            shared = self.beside is not None  # the workbook has the same line
            yield Row(PROJECTIONS, (NATION, found[0]), sheet, row, its, shared=shared)
            names.add(found[0], row, "title", FOOTNOTES.sub("", title).strip())
            for example in filter(None, examples):
                cell = Cell("title", example, ("title",), Expected(example))
                yield Row(EXAMPLES, (found[0], "example", example, None), sheet, row, [cell], 0)
        yield from self._attainment()
        yield from names.rows()

    def _attainment(self) -> Iterator[Row]:
        document = self.lines.document
        headers = (
            find_header(document, sheet, dict.fromkeys(LEVELS, ""), len(LEVELS))
            for sheet in document.sheets()
        )
        header = next(filter(None, headers), None)
        if header is None:
            return
        lines = Lines(document, header)
        notes = _footnotes(lines)
        columns = [
            Column(lines.column(pattern), level, ("percent",), figure(number(), UNAVAILABLE))
            for pattern, level in LEVELS.items()
        ]
        for row, cells, code, title in lines.select(*CODE_AND_TITLE):
            if (found := CODE.search(text(code))) is None:
                continue
            note = _footnote([text(title)], notes)
            for n, column in enumerate(columns):
                key = (found[0], "attainment", None, column.name)
                its = [column.cell(cells), note]
                again = self.beside is not None
                yield Row(ATTAINMENT, key, lines.sheet, row, its, int(n == 0), shared=again)


def _kinds_elsewhere(lines: Lines) -> dict[str, str]:
    """Return code → kind of line from the sheet that links each occupation's own table: 2010-20."""
    found: dict[str, str] = {}
    for sheet in lines.document.sheets():
        names: list[str] = []
        for _, cells in lines.document.rows(sheet):
            if not names and "Occupation type" in cells:
                names = [text(cell) for cell in cells]
                if "Occupation code" not in names:
                    break
            elif names and len(cells) >= len(names):
                code = text(cells[names.index("Occupation code")])
                kind = LINES.get(text(cells[names.index("Occupation type")]).lower())
                found |= {code: kind} if kind else {}
    return found


def _footnotes(lines: Lines) -> dict[str, str]:
    """Return the footnotes under the table by their number. One cell may have several."""
    found = {}
    for _, cells in lines.document.rows(lines.sheet):
        cell = text(cells[0]) if cells else ""
        for note in re.finditer(r"(?:^|\n)[(\[](\d+)[)\]]\s+(.*(?:\n(?![(\[]|.*:).*)*)", cell):
            found[note[1]] = " ".join(note[2].split())
    return found


def _footnote(marked: list[str], notes: dict[str, str]) -> Cell:
    """Return what must stand in an item's note: the footnotes of its title and its wage."""
    marks = (FOOTNOTES.search(one) for one in marked)
    texts = [
        " ".join(notes[n] for n in re.findall(r"\d+", one[0]) if n in notes) for one in marks if one
    ]
    note = " ".join(filter(None, texts)) or None
    return Cell("footnote", note, ("note",), Expected(note), counted=False)
