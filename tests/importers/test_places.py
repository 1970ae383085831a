"""Files of counties, of the areas that they lie in, and of ZIP codes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.importers.faults import BadFile
from app.importers.places.formats import FORMATS
from tests.builders import write_xlsx
from tests.importers.planned import planned
from tests.places import COUNTIES, HEADER_2021, LINES_2021, OF_2025, ZIPS, place_files

Read = tuple[list[Any], dict[str, Any], dict[str, int]]


def rows_of(path: Path) -> dict[str, Read]:
    """Return release → rows, detail and what was left out."""
    found = {}
    for release in planned(path):
        reading = release.read()
        (part,) = reading.parts
        (file,) = reading.files()
        found[release.name] = [tuple(row) for row in part.rows], part.detail, file.left_out
    return found


def test_each_file_makes_a_release(tmp_path: Path) -> None:
    found = rows_of(place_files(tmp_path / "places"))
    assert found.keys() == {
        "bls-areas-counties-2021-05",
        "bls-areas-counties-2025-05",
        "census-counties-2022",
        "census-zcta-2020",
    }
    rows, detail, _ = found["bls-areas-counties-2025-05"]
    assert ("48453", "12420", None) in rows
    assert ("48047", "4800006", None) in rows
    assert detail == {"first": "2024-05", "last": None}
    rows, _, left_out = found["census-counties-2022"]
    assert ("46113", "Shannon County", "SD", "replaced by 46102 in 2015") in rows
    assert left_out == {"islands that belong to no state or territory": 1}
    assert len(rows) == len(COUNTIES.splitlines()) - 2


def test_towns_divide_a_county(tmp_path: Path) -> None:
    rows, detail, _ = rows_of(place_files(tmp_path / "places"))["bls-areas-counties-2021-05"]
    assert rows == [
        ("09001", "71950", 2),
        ("09001", "72850", 1),
        ("48453", "12420", None),
        ("72097", "32420", None),
    ]
    assert detail == {"first": "2021-05", "last": "2023-05"}


def test_parts_of_zip_code_areas(tmp_path: Path) -> None:
    rows, _, left_out = rows_of(place_files(tmp_path / "places"))["census-zcta-2020"]
    assert ("78612", "48021", 100, 5) in rows
    assert len(rows) == 11
    assert left_out["parts of counties that no ZIP code area has"] == 1
    assert "column not used: oid_zcta5_20" in next(
        why for why in left_out if why.startswith("column not used")
    )


def text(name: str, content: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = folder / name
        path.write_text(content, "utf-8")
        return path

    return write


def book(*lines: list[Any], header: list[str] = HEADER_2021) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        write_xlsx(folder / "areas.xlsx", {"areas": [header, *lines]})
        return folder / "areas.xlsx"

    return write


TRAVIS = LINES_2021[3]


def travis(cell: int, value: Any) -> list[Any]:
    return [*TRAVIS[:cell], value, *TRAVIS[cell + 1 :]]


BROKEN: dict[str, tuple[Callable[[Path], Path], str]] = {
    "combined codes": (
        book(travis(5, "453 021")),
        "row 2, column County code: '453 021' is no code of a county: 3 digits",
    ),
    "code missing": (book(travis(5, "")), "row 2, column County code: blank"),
    "area missing": (book(travis(3, "")), "row 2, column May 2021 MSA code: blank"),
    "area of six digits": (
        book(travis(3, "124200")),
        "row 2, column May 2021 MSA code: '124200' is no code of an area: 5 or 7 digits",
    ),
    "area of another state": (
        book(travis(3, "0600003")),
        "row 2, column May 2021 MSA code: 0600003 is no area of TX",
    ),
    "state of another name": (book(travis(2, "TN")), "row 2, column FIPS code: 48 is not TN"),
    "county twice": (
        book(TRAVIS, travis(3, "10180")),
        "row 3, column County code: county 48453 stands in row 2 too",
    ),
    "town twice": (
        book(LINES_2021[0], [*LINES_2021[0][:3], *LINES_2021[2][3:5], *LINES_2021[0][5:]]),
        "row 3, column County code: town 08070 of county 09001 stands in row 2 too",
    ),
    "whole and by towns": (
        book(LINES_2021[0], [*LINES_2021[0][:6], "000", "Fairfield County"]),
        "row 3, column County code: county 09001 stands whole and by towns (rows 2, 3)",
    ),
    "two names of an area": (
        book(TRAVIS, [*TRAVIS[:4], "Austin, TX", "021", "000", "Bastrop County"]),
        "row 3, column May 2021 MSA name: area 12420 is 'Austin, TX' here",
    ),
    "column missing": (
        book(TRAVIS[:5] + TRAVIS[6:], header=HEADER_2021[:5] + HEADER_2021[6:]),
        "row 1, column county code: missing in the header",
    ),
    "two years": (
        book(TRAVIS, header=[*HEADER_2021[:4], "May 2022 MSA name", *HEADER_2021[5:]]),
        "the header names several years: 2021, 2022",
    ),
    "year to come": (
        text("areas.csv", OF_2025.replace("May 2025", "May 2099")),
        "its period is 2099-05",
    ),
    "county of another state": (
        text("counties.csv", COUNTIES.replace("48453,TX", "48453,NM")),
        "row 14, column fips: 48453 is not of NM",
    ),
    "county listed twice": (
        text("counties.csv", COUNTIES + "48453,TX,Travis County,\n"),
        "row 18, column fips: 48453 stands on another line too",
    ),
    "ZIP code of four digits": (
        text("zips.txt", ZIPS.replace("|78701|", "|7870|")),
        "row 10, column GEOID_ZCTA5_20: '7870' is no code of a ZIP code area: 5 digits",
    ),
    "ZIP code twice": (
        text("zips.txt", ZIPS + "|78701||||48453||1|0\n"),
        "row 14, column GEOID_COUNTY_20: 78701 and 48453 stand on another line too",
    ),
    "county of no state": (
        text("zips.txt", ZIPS.replace("|48453|Travis County|3906395", "|03453|Travis|3906395")),
        "row 10, column GEOID_COUNTY_20: 03453 is of no state",
    ),
    "land below zero": (
        text("zips.txt", ZIPS.replace("|3906395|239536", "|-1|239536")),
        "row 10, column AREALAND_PART",
    ),
    "only rows that are left out": (
        text("counties.csv", COUNTIES.splitlines()[0] + "\n74300,UM,Midway Islands,\n"),
        "counties.csv: no rows",
    ),
    "no rows": (text("counties.csv", COUNTIES.splitlines()[0] + "\n"), "no rows"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_with_its_place(case: str, tmp_path: Path) -> None:
    write, why = BROKEN[case]
    with pytest.raises(BadFile) as fault:
        rows_of(write(tmp_path))
    assert why in str(fault.value)


def test_a_number_has_its_zeros_again(tmp_path: Path) -> None:
    autauga = [1.0, "Alabama", "AL", "33860", "Montgomery, AL", 1.0, "000", "Autauga County"]
    found = rows_of(book(autauga)(tmp_path))["bls-areas-counties-2021-05"]
    assert found[0] == [("01001", "33860", None)]


def test_every_kind_has_a_table() -> None:
    assert FORMATS.keys() == {"counties", "county_areas", "zip_counties"}
