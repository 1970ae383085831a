"""Projections of the states, in jobs. The nation's lines, stfips 0, are not loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.verifying.cells import Expected, Rule, figure, mark, number, text
from app.verifying.projections import PROJECTIONS, UNAVAILABLE
from app.verifying.rows import Cell, Column, Row
from app.verifying.tables import Lines

POSTAL: dict[str, str] = dict(
    re.findall(
        r"(\d+) (\w+)",
        """
    1 AL 2 AK 4 AZ 5 AR 6 CA 8 CO 9 CT 10 DE 11 DC 12 FL 13 GA 15 HI 16 ID 17 IL 18 IN 19 IA 20 KS
    21 KY 22 LA 23 ME 24 MD 25 MA 26 MI 27 MN 28 MS 29 MO 30 MT 31 NE 32 NV 33 NH 34 NJ 35 NM 36 NY
    37 NC 38 ND 39 OH 40 OK 41 OR 42 PA 44 RI 45 SC 46 SD 47 TN 48 TX 49 UT 50 VT 51 VA 53 WA 54 WV
    55 WI 56 WY 60 AS 66 GU 69 MP 72 PR 78 VI""",
    )
)
"""The publisher's number of a state → its postal abbreviation."""
NOT_PUBLISHED = {**UNAVAILABLE, **dict.fromkeys(("NA", "not published"), mark("not_published"))}
ELSEWHERE = (
    "percent_self_employed",
    "annual_median",
    "typical_education",
    "work_experience",
    "training",
)
"""Figures of a projection that the states do not give."""


FIGURES = {
    "base_employment": "base",
    "target_employment": "proj(ected)?",
    "change": "change",
    "percent_change": "percentchange",
    "annual_openings": "avgannualopenings",
}
YEARS = {"base_year": "baseyear", "target_year": "projyear"}


def projections(lines: Lines, period: str) -> Iterator[Row]:
    """Yield the projections of the states; ``period`` is that of the release, 2020-30."""
    jobs, percent = (figure(number(whole=whole), NOT_PUBLISHED) for whole in (True, False))
    columns = [
        Column(lines.column(pattern), pattern, (name,), percent if "percent" in name else jobs)
        for name, pattern in FIGURES.items()
    ]
    base = int(period[:4])
    stated = [
        Column(lines.column(pattern), pattern, (name,), _year(year))
        for (name, pattern), year in zip(YEARS.items(), (base, base + 10), strict=True)
    ]
    nothing = [
        Cell(f"no column of {name}", "", (name,), Expected(None, UNAVAILABLE[""]), counted=False)
        for name in ELSEWHERE
    ]
    for name in ("areaname", "name|title"):
        lines.column(name)  # whose codes stand beside them
    patterns = ("stfips", "(occ|soc)?code", "base")
    for row, cells, fips, code, persons in lines.select(*patterns):
        if (number_of_state := str(int(text(fips)))) == "0":
            continue
        its = [column.cell(cells) for column in (*columns, *stated)]
        if text(persons) == "0" and its[3].expected.value is not None:
            its[3] = its[3]._replace(expected=Expected(None, mark("not_applicable")))
        line = "summary" if text(code) == "00-0000" else "line_item"
        its.append(Cell("code", code, ("line",), Expected(line), counted=False))
        key = (POSTAL[number_of_state], text(code))
        yield Row(PROJECTIONS, key, lines.sheet, row, [*its, *nothing], keys=2)


def _year(year: int) -> Rule:
    """Return a rule for a year of the release, of which a file may have no column."""
    read = number(whole=True)
    return lambda cell: read(cell) if text(cell) else Expected(year)
