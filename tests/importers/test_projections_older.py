"""Projections in older shapes, in parts of an edition, and tables beside them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tests import official
from tests.builders import write_xlsx
from tests.conftest import Databases, occupations
from tests.importers.older_projections import DEGREE, NONE, SCHOOL, education, of_2010, of_2018
from tests.importers.projected import book

FIGURES = (
    "code, line, base_employment, target_employment, change, percent_change, annual_openings,"
    " percent_self_employed, annual_median, typical_education, marks, note"
)
CASES = official.SHARED.parent / "cases"


@pytest.fixture
def url(databases: Databases) -> str:
    return databases.seeded()


def taken(url: str, *paths: Path | str, exit_code: int = 0) -> str:
    made = occupations("import", *map(str, paths), url=url)
    assert made.returncode == exit_code, made.stdout + made.stderr
    return made.stdout + made.stderr


def projections(url: str, period: str, columns: str = FIGURES) -> list[tuple[Any, ...]]:
    query = (
        f"SELECT {columns} FROM projections WHERE part_id IN (SELECT id FROM parts"
        f" WHERE shown AND period = '{period}') ORDER BY code"
    )
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return rows


def case(name: str) -> Path:
    if not (CASES / name).exists():
        pytest.skip(f"the case {name} is not here")
    return CASES / name


def test_edition_2010_20(url: str, tmp_path: Path) -> None:
    write_xlsx(tmp_path / "occupation.xlsx", of_2010())
    said = taken(url, tmp_path)
    assert projections(url, "2010-20") == [
        (
            *("00-0000", "summary", 100_000, 110_000, 10_000, 10.0, None, 7.8, 33_840, None),
            *("....-..///", None),
        ),
        (
            *("11-0000", "summary", 30_000, 33_000, 3_000, 10.0, None, None, 91_440, None),
            *("....--.///", "Wages of a comparable occupation."),
        ),
        (
            *("11-1011", "line_item", 20_000, 22_000, 2_000, 10.0, None, 20.1, None, DEGREE),
            *("....-.#...", "Of companies."),
        ),
    ]
    for left_out in (
        "replacement needs, 2010-20 (openings of ten years)",
        "2 rows, lines that sum several major groups",
        "3 rows, sheet 'Table 1.2': the same figures again, compared",
        "1 rows, sheet 'Table 1.12': the same figures again, compared",
    ):
        assert left_out in said
    engine = create_engine(url)
    with engine.connect() as connection:
        codes = connection.execute(text("SELECT code FROM occupations WHERE code = '11-1300'"))
        attained = "SELECT DISTINCT note FROM education WHERE kind = 'attainment'"
        notes = connection.execute(text(attained))
        assert (codes.all(), notes.scalars().all()) == ([], ["This occupation is new."])
    engine.dispose()


def test_edition_2018_28(url: str, tmp_path: Path) -> None:
    write_xlsx(tmp_path / "occupation.XLSX", of_2018())
    taken(url, tmp_path)
    assert projections(url, "2018-28")[2] == (
        *("11-1011", "line_item", 20_000, 22_000, 2_000, 10.0, 3_000, 20.1, None, DEGREE),
        *("......#...", None),
    )


# Sheet, row and column (from 0), what the cell becomes, and what is said then.
SPOILT: list[tuple[str, int, int, Any, str]] = [
    ("Table 1.7", 5, 3, "**", "sheet 'Table 1.7', row 6, column Employment, 2018: '**' is neither"),
    ("Table 1.2", 6, 4, 22.1, "row 7, column Employment, number, 2028: 11-1011 has 22.1 here and"),
    ("Table 5.4", 2, 2, SCHOOL, "row 3, column Typical education needed for entry: 11-1011 has"),
    ("Table 1.7", 2, 4, 2029.0, "row 3, column Employment Change, 2018-28, Number: of another"),
    ("Table 1.2", 3, 4, 2038.0, "row 4: its employment is of 2018-2038, that of sheet 'Table 1.7'"),
    ("Table 1.7", 1, 7, "", "row 3, column percent self-employed, 2018: missing in the header"),
]


@pytest.mark.parametrize(("sheet", "row", "cell", "value", "said"), SPOILT)
def test_a_fault_below_a_header_of_rows_names_its_place(
    databases_of: Any, tmp_path: Path, sheet: str, row: int, cell: int, value: Any, said: str
) -> None:
    sheets = of_2018()
    sheets[sheet][row][cell] = value
    write_xlsx(tmp_path / "occupation.xlsx", sheets)
    url = databases_of("sqlite").seeded()
    assert said in taken(url, tmp_path, exit_code=1)
    assert projections(url, "2018-28") == []


HEADS = {
    "2016-26": (
        "Occupation Title,SOC Code,Employment 2016 (thousands),Employment 2026 (thousands),"
        '"Employment change, 2016-2026 (thousands)","Employment change, 2016-2026 (percent)",'
        '"Occupational openings, 2016-2026 annual average (thousands)",2016 median annual wage,'
        "Typical entry-level education,Education Code,Work experience in a related occupation,"
        "Workex Code,Typical on-the-job training,trCode"
    ),
    "2019-29": (
        "Occupation Title,Occupation Code,Employment 2019,Employment 2029,"
        '"Employment Change, 2019-2029","Employment Percent Change, 2019-2029",'
        '"Occupational Openings, 2019-2029 Annual Average",Median Annual Wage 2019,'
        "Typical Entry-Level Education,Education Code,Work Experience in a Related Occupation,"
        "Workex Code,Typical on-the-job Training,trCode"
    ),
}
ACTORS = ["63.8", "71.2", "7.4", "11.6", "7.4", "N/A", "Some college, no degree", "6", NONE, "4"]


@pytest.mark.parametrize("code", ['="27-2011"', "27-2011"])
@pytest.mark.parametrize("period", HEADS)
def test_heads_of_the_data_tool(url: str, tmp_path: Path, period: str, code: str) -> None:
    path = tmp_path / "Employment Projections.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        stream.write(HEADS[period] + "\n")
        csv.writer(stream, quoting=csv.QUOTE_ALL).writerow(
            ["Actors    * Actress", code, *ACTORS, "Long-term on-the-job training", "3"]
        )
    taken(url, path)
    assert projections(url, period) == [
        (
            *("27-2011", "line_item", 63_800, 71_200, 7_400, 11.6, 7_400, None, None),
            *("Some college, no degree", ".....--...", None),
        )
    ]


def test_education_alone_is_a_part_of_its_edition(url: str, tmp_path: Path) -> None:
    alone, whole = tmp_path / "table5.4.xlsx", tmp_path / "occupation.xlsx"
    write_xlsx(alone, education())
    write_xlsx(whole, of_2018())
    said = taken(url, alone)
    assert "bls-ep-2018-28 is a part of what its publisher has" in said
    assert projections(url, "2018-28") == [
        ("11-1011", "line_item", *[None] * 7, DEGREE, "-------...", None)
    ]
    taken(url, whole)  # it has all that the other had
    assert len(projections(url, "2018-28")) == 3
    assert "projections_workbook would be lost" in taken(url, alone, exit_code=1)
    both = taken(url, alone, whole)
    assert "left out of table5.4.xlsx: 1 rows, the same figures again, compared" in both
    write_xlsx(alone, education(words=SCHOOL))
    said = taken(url, alone, whole, exit_code=1)
    assert (
        "table5.4.xlsx, sheet 'Education Requirements', row 3, column Typical education needed for"
        f" entry: 11-1011 has {SCHOOL!r} here and {DEGREE!r} in the workbook of this edition,"
        " occupation.xlsx"
    ) in said


def test_education_without_a_year_asks_for_the_edition(url: str, tmp_path: Path) -> None:
    sheets = education()
    (rows,) = sheets.values()
    rows[0], rows[1][:2] = ["Education"], ["Occupation title", "Occupation code"]
    write_xlsx(tmp_path / "e.xlsx", sheets)
    assert "--period 2024-34 must name one edition" in taken(url, tmp_path, exit_code=1)
    taken(url, tmp_path, "--period", "2018-28")
    assert len(projections(url, "2018-28")) == 1


def test_two_files_of_one_edition_are_refused(url: str, tmp_path: Path) -> None:
    first, again = tmp_path / "january.xlsx", tmp_path / "april.xlsx"
    sheets = of_2018(2019)
    write_xlsx(first, sheets)
    taken(url, first)
    sheets["Table 1.7"][5][8] = sheets["Table 1.2"][6][9] = 3.5
    write_xlsx(again, sheets)
    loaded = projections(url, "2019-29")
    said = taken(url, first, again, exit_code=1)
    assert "april.xlsx: january.xlsx is bls-ep-2019-29 too: give one of them" in said
    assert projections(url, "2019-29") == loaded
    taken(url, again)  # nothing is poorer in it
    assert projections(url, "2019-29", "annual_openings")[2] == (3_500,)


def test_sheets_in_another_order_load_the_same(url: str, tmp_path: Path) -> None:
    path = tmp_path / "occupation.xlsx"
    write_xlsx(path, of_2010())
    taken(url, path)
    columns = f"{FIGURES}, work_experience, training, locator"
    loaded = projections(url, "2010-20", columns)
    write_xlsx(path, dict(reversed([*of_2010().items()])))
    taken(url, path)
    assert projections(url, "2010-20", columns) == loaded


MATRIX = [f"2023 National Employment Matrix {name}" for name in ("title", "code")]
JOBS = ["Employment, 2023", "Employment, 2033"]
OTHERS: dict[str, tuple[Sequence[str], str]] = {
    "industry": (
        ["Occupation Title", "Occupation Code", "Occupation Type", "2019 Percent of Industry"],
        "an industry of the National Employment Matrix, without the columns 'employment, YYYY'",
    ),
    "skills": (
        [*MATRIX, *JOBS, "Critical and analytical thinking", "Speaking and listening"],
        "skills by occupation (table 6.2), without the columns 'occupation type'",
    ),
    "fastest": (
        [*MATRIX, *JOBS, "Employment change, numeric, 2023-33", "Median annual wage, 2023"],
        "a list of occupations (tables 1.1, 1.3 to 1.6), without the columns 'occupation type'",
    ),
    "separations": (
        [*MATRIX, "Occupation type", *JOBS, "Occupational separations, 2023-33 annual average"],
        "occupational separations (table 1.10), without the columns",
    ),
    "attainment": ([*MATRIX, "Doctoral or professional degree"], "attainment (table 5.3)"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_tables_are_left_out_and_named(databases_of: Any, tmp_path: Path, name: str) -> None:
    header, said = OTHERS[name]
    with (tmp_path / f"{name}.csv").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([header, ["Total", "00-0000", *[""] * (len(header) - 2)]])
    write_xlsx(tmp_path / "occupation.xlsx", of_2018())
    printed = taken(databases_of("sqlite").seeded(), tmp_path)
    assert f"{name}.csv: left out, Employment Projections, " in printed
    assert said in printed


def test_employment_of_2010_20_alone_is_named(databases_of: Any, tmp_path: Path) -> None:
    write_xlsx(tmp_path / "alone.xlsx", {"Table 1.2": of_2010()["Table 1.2"]})
    said = taken(databases_of("sqlite").seeded(), tmp_path)
    assert "employment by occupation (table 1.2), without the columns 'occupation type'," in said


def test_a_workbook_without_its_sheet_is_named(databases_of: Any, tmp_path: Path) -> None:
    sheets = of_2010()
    del sheets["Table 1.7"]
    write_xlsx(tmp_path / "occupation.xlsx", sheets)
    url = databases_of("sqlite").seeded()
    said = taken(url, tmp_path, exit_code=1)
    assert "its index names sheets that are missing: Table 1.7" in said
    sheets = book()
    sheets["Index"].append(["Table 5.4 Education and training assignments"])
    write_xlsx(tmp_path / "occupation.xlsx", sheets)
    assert "no sheet 'Table 5.4', which the index names" in taken(url, tmp_path)


def test_a_cut_list_of_the_soc_names_what_it_lacks(databases_of: Any, tmp_path: Path) -> None:
    path = tmp_path / "soc_2018_direct_match_title_file.csv"
    path.write_text("2018 SOC Code,2018 SOC Direct Match Title\n11-1011,Admiral\n")
    said = taken(databases_of("sqlite").seeded(), path, exit_code=1)
    assert "column YYYY soc title, illustrative example: direct-match titles of the SOC" in said


def test_older_editions_verify(databases_of: Any, tmp_path: Path) -> None:
    write_xlsx(tmp_path / "2010.xlsx", of_2010())
    write_xlsx(tmp_path / "2018.xlsx", of_2018())
    write_xlsx(tmp_path / "5.4.xlsx", education())
    write_xlsx(tmp_path / "5.4 of 2022.xlsx", education(2022))
    url = databases_of("sqlite").seeded()
    taken(url, tmp_path)
    checked = occupations("verify", str(tmp_path), url=url)
    assert checked.returncode == 0, checked.stdout
    broken = create_engine(url)
    with broken.begin() as connection:
        connection.execute(
            text("UPDATE projections SET annual_openings = 1 WHERE base_year = 2010")
        )
        connection.execute(text("UPDATE projections SET training = 'x' WHERE base_year = 2022"))
    broken.dispose()
    checked = occupations("verify", str(tmp_path), url=url)
    assert checked.returncode == 1
    assert "no column of annual_openings" in checked.stdout
    assert "5.4 of 2022.xlsx, sheet 'Education Requirements', row 3" in checked.stdout


@pytest.mark.parametrize(
    ("name", "period", "rows"),
    [
        ("c25", "2016-26", 2),
        ("f07/Employment Projections 2016-26.csv", "2016-26", 2),
        ("f07/education_table_5.4.csv", "2024-34", 2),
    ],
)
def test_cases(url: str, name: str, period: str, rows: int) -> None:
    taken(url, case(name))
    assert len(projections(url, period)) == rows
