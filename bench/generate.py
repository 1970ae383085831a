"""Generates an all-data file of the OEWS as csv or workbook, with random figures."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.database.models.occupations import POSTAL
from app.importers.oews.columns import COLUMNS
from tests.builders import write_xlsx

HEADER = [name.partition("|")[0].replace("[_ ]", "_") for name in COLUMNS]
FIELDS = [
    ["May 2021 OEWS Estimates"],
    ["Notes:"],
    ["#  = indicates a wage equal to or greater than $100.00 per hour or $208,000 per year "],
]
OCCUPATIONS = 830


def areas() -> Iterator[tuple[str, str, str, str]]:
    """Yield code, name, type and state: the nation, states and territories, then metropolitan."""
    yield "99", "U.S.", "1", "US"
    for fips, state in POSTAL.items():
        yield fips, f"State of {state}", "3" if fips > "56" else "2", state
    states = sorted(POSTAL.values())
    for n in range(600):
        state = states[n % 50]
        yield f"{10180 + 20 * n}", f"City {n}, {state}", "4", state


def rows(count: int) -> Iterator[list[Any]]:
    """Yield ``count`` rows, with numbers as floats as in workbooks."""
    draw = random.Random(2021)
    made = 0
    for area, name, kind, state in areas():
        for n in range(OCCUPATIONS):
            if made == count:
                return
            made += 1
            code = f"{11 + 2 * (n // 40)}-{1000 + 10 * (n % 40) + 1}"
            hourly = sorted(round(draw.uniform(9, 110), 2) for _ in range(6))
            wages: list[Any] = ["#" if w >= 100 else w for w in hourly]
            annual: list[Any] = ["#" if w >= 100 else float(round(w * 208) * 10) for w in hourly]
            flags = ["", ""]
            if n % 25 == 0:
                wages, flags = ["*"] * 6, ["TRUE", ""]
            suppressed = n % 30 == 7
            employment = "**" if suppressed else float(draw.randrange(3, 40_000) * 10)
            error = "**" if suppressed else round(draw.uniform(0, 50), 1)
            local = kind != "1"
            yield [
                *(area, name, kind, state, "000000", "Cross-industry", "cross-industry", "1235"),
                *(code, f"Occupation {code}", "detailed", employment, error),
                round(draw.uniform(0, 20), 3) if local else "",
                round(draw.uniform(0, 5), 2) if local else "",
                *("", ""),
                *(wages[3], annual[3], round(draw.uniform(0, 30), 1)),
                *(wages[0], wages[1], wages[2], wages[4], wages[5]),
                *(annual[0], annual[1], annual[2], annual[4], annual[5]),
                *flags,
            ]


def write_csv(path: Path, count: int) -> None:
    """Write a csv file with a byte-order mark and quoted thousands separators."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(HEADER)
        for row in rows(count):
            out.writerow([_typed(n, cell) for n, cell in enumerate(row)])


def _typed(column: int, cell: Any) -> Any:
    if isinstance(cell, float) and cell.is_integer():
        return f"{int(cell):,}" if column in {11, 18} or column > 24 else int(cell)
    return cell


def write_workbook(path: Path, count: int) -> None:
    """Write a workbook with the sheet Field Descriptions."""

    def data() -> Iterator[list[Any]]:
        yield list(HEADER)
        yield from rows(count)

    write_xlsx(path, {"All May 2021 data": data(), "Field Descriptions": iter(FIELDS)})
