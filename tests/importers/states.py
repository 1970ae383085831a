"""Projections Central's file in its published shape, small: two states and the nation's lines."""

from __future__ import annotations

from pathlib import Path

HEADER = "stfips areaname code name baseyear base projyear proj change percentchange".split()  # noqa: SIM905
HEADER.append("avgannualopenings")
LINES = [
    "0| United States|00-0000|Total, All Occupations|153533800|165413700|11879900|7.7|18474400",
    "0| United States|11-1011|Chief Executives|292500|275700|-16800|-5.7|17500",
    "48|Texas|00-0000|Total, All Occupations|12982820|15354360|2371540|18.3|1789930",
    "48|Texas|11-1011|Chief Executives|8960|9270|310|3.5|650",
    "48|Texas|29-1141|Registered Nurses|220980|258720|37740|17.1|16210",
    "6|California|00-0000|Total, All Occupations|17785900|20629600|2843700|16.0|2356310",
    "6|California|11-1011|Chief Executives|47400|47100|-300|-.6|3170",
    "16|Idaho|47-2142|Paperhangers|0|10|10|.0|0",
]
"""Lines of the file of 2020-30, without the years: those are added."""


def table(*lines: str, years: tuple[int, int] = (2020, 2030)) -> list[list[str]]:
    """Return header and rows."""
    rows = [line.split("|") for line in lines or LINES]
    return [HEADER, *([*r[:4], str(years[0]), r[4], str(years[1]), *r[5:]] for r in rows)]


def write(path: Path, rows: list[list[str]]) -> Path:
    """Write a table as the publisher does: every cell in quotation marks."""
    path.write_text("\n".join(",".join(f'"{cell}"' for cell in row) for row in rows) + "\n")
    return path


def states_file(folder: Path, *lines: str) -> Path:
    """Write a file of these lines."""
    return write(folder / "ltprojections.csv", table(*lines))
