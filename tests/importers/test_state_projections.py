"""The states' projections: cell by cell, recognised by the header, and refused where they err."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, select, text

from app.database.models import Part
from app.importers.faults import BadFile
from app.importers.loading.load import load_release
from app.importers.loading.planned import Options, Planned
from app.importers.loading.recognise import recognise
from app.importers.loading.releases import plan
from app.importers.reading.sheets import open_document
from app.importers.rows import Row
from tests.builders import write_xlsx
from tests.conftest import occupations
from tests.importers.states import HEADER, LINES, states_file, table, write
from tests.official import case, official


def planned(path: Path, **options: object) -> Planned:
    (one,) = plan([recognise(open_document(path, path.name))], Options(**options))  # type: ignore[arg-type]
    return one


def rows_of(path: Path, **options: object) -> dict[str, list[Row]]:
    return {part.key.area: [*part.rows] for part in planned(path, **options).read().parts}


def figures(row: Row) -> tuple[object, ...]:
    return (
        *(row.line, row.base_employment, row.target_employment, row.change, row.percent_change),
        *(row.annual_openings, row.marks, row.locator),
    )


def test_a_file_cell_by_cell(tmp_path: Path) -> None:
    path = states_file(tmp_path)
    one = planned(path)
    reading = one.read()
    assert (one.name, reading.head.source, reading.head.period) == (
        "projections-central-2020-30",
        "projections-central",
        "2020-30",
    )
    parts = {part.key.area: [*part.rows] for part in reading.parts}
    assert {area: [row.code for row in its] for area, its in parts.items()} == {
        "TX": ["00-0000", "11-1011", "29-1141"],
        "CA": ["00-0000", "11-1011"],
        "ID": ["47-2142"],
    }
    total, _, nurses = parts["TX"]
    none = "-----"
    assert figures(total)[:2] == ("summary", 12_982_820)
    assert figures(nurses) == (
        *("line_item", 220_980, 258_720, 37_740, 17.1, 16_210),
        *("....." + none, "line 6"),
    )
    assert (nurses.base_year, nurses.target_year, nurses.typical_education) == (2020, 2030, None)
    assert figures(parts["CA"][1])[3:5] == (-300, -0.6)
    # A percentage of nobody is none.
    assert figures(parts["ID"][0])[1:7] == (0, 10, 10, None, 0, ".../." + none)
    (counts,) = reading.files()
    assert (counts.kind, counts.rows_read, counts.rows_loaded) == ("state_projections", 8, 6)
    assert counts.left_out == {"lines of the nation, which are not the BLS's": 2}


def test_a_workbook_is_the_same(tmp_path: Path) -> None:
    path, book = states_file(tmp_path), tmp_path / "states.xlsx"
    cells = [[int(one) if one.isdigit() else one for one in row] for row in table()]
    write_xlsx(book, {"ltprojections": cells})
    wanted, found = (
        {area: [figures(row)[:7] for row in its] for area, its in rows_of(one).items()}
        for one in (path, book)
    )
    assert found == wanted


def test_what_is_not_published_has_a_mark(tmp_path: Path) -> None:
    line = "48|Texas|11-1011|Chief Executives|N/A|not published|-|NA|n/a"
    (row,) = rows_of(states_file(tmp_path, line))["TX"]
    assert figures(row)[1:7] == (None, None, None, None, None, "-" * 10)


TEXAS = "48|Texas|11-1011|Chief Executives|8960|9270|310|3.5|650"
SPOILT = [
    ([TEXAS.replace("48", "3")], "row 2, column stfips: '3' is no FIPS code of a state"),
    ([TEXAS.replace("48", "TX")], "row 2, column stfips: 'TX' is no FIPS code of a state"),
    ([TEXAS.replace("48", "6")], "row 2, column areaname: 'Texas', and 6 is the code of Calif"),
    ([TEXAS.replace("11-1011", "11101")], "row 2, column code: '11101' is no occupation code"),
    ([TEXAS.replace("11-1011", "12-1011")], "row 2, column code: 12-1011 is in no major group"),
    ([TEXAS, TEXAS], "row 3, column code: 11-1011 of TX stands in row 2 too"),
    ([TEXAS.replace("8960", "8960.5")], "row 2, column base: '8960.5' is not a whole number"),
    ([TEXAS.replace("8960", "")], "row 2, column base: '' is neither a number nor a known mark"),
    ([TEXAS.replace("8960", "*")], "row 2, column base: '*' is neither a number nor a known"),
    ([TEXAS.replace("8960", "-8960")], "row 2, column base: '-8960' is negative"),
    ([TEXAS.replace("|310", "|326")], "row 2, column change: 326 is not 9,270 less 8,960 (rule"),
    ([TEXAS.replace("3.5", "3.9")], "row 2, column percentchange: 3.9 % of 8,960 is not 310"),
    ([TEXAS.replace("650", "9271")], "row 2, column avgannualopenings: 9,271 a year is more than"),
    (
        ["48|Texas|00-0000|Total|8959|9270|311|3.5|650", TEXAS],
        "row 3, column base: 11-1011 has 8,960 employed, all of 00-0000 8,959",
    ),
    (LINES[:2], "no lines of a state under the header"),
]


@pytest.mark.parametrize(("lines", "said"), SPOILT)
def test_a_faulty_line_is_refused(tmp_path: Path, lines: list[str], said: str) -> None:
    with pytest.raises(BadFile) as fault:
        rows_of(states_file(tmp_path, *lines))
    assert said in str(fault.value)


AT_THE_EDGE = [
    TEXAS.replace("|310", "|325"),
    TEXAS.replace("|310", "|295"),
    TEXAS.replace("650", "9270"),
    TEXAS.replace("11-1011", "00-0000"),
]


@pytest.mark.parametrize("line", AT_THE_EDGE)
def test_rounding_and_equality_are_no_faults(tmp_path: Path, line: str) -> None:
    other = TEXAS.replace("11-1011", "11-1021")
    assert rows_of(states_file(tmp_path, line, other)).keys() == {"TX"}


def test_an_accepted_rule_leaves_a_note(tmp_path: Path) -> None:
    path = states_file(tmp_path, TEXAS.replace("|310", "|326"))
    (row,) = rows_of(path, accepted=frozenset({"change"}))["TX"]
    assert row.note == "326 is not 9,270 less 8,960; accepted at import (rule change)."


def _changed(rows: list[list[str]], row: int, column: str, value: str) -> list[list[str]]:
    rows[row][HEADER.index(column)] = value
    return rows


def test_years_that_differ_are_refused(tmp_path: Path) -> None:
    two = write(tmp_path / "a.csv", _changed(table(), 3, "baseyear", "2021"))
    with pytest.raises(BadFile, match=r"row 4, column baseyear: 2021, and 2020 in the rows before"):
        rows_of(two)
    with pytest.raises(BadFile, match=r"row 2, column projyear: 2 years after 2020: only proj"):
        rows_of(write(tmp_path / "b.csv", table(years=(2020, 2022))))
    with pytest.raises(BadFile, match=r"its years are 2020-30, --period says 2022-32"):
        rows_of(states_file(tmp_path), period="2022-32")


def test_columns_that_are_not_known_are_refused(tmp_path: Path) -> None:
    rows = [[*row, "x"] for row in table()]
    rows[0] = [*HEADER, "county"]
    with pytest.raises(BadFile, match=r"row 1, column COUNTY: this program does not know"):
        rows_of(write(tmp_path / "a.csv", rows))
    rows[0] = [*HEADER, "flag"]
    rows[4][-1] = "y"
    with pytest.raises(BadFile, match=r"row 5, column FLAG: .* its cells differ, 'x' and 'y'"):
        rows_of(write(tmp_path / "b.csv", rows))
    cut = [row[:-1] for row in table()]
    with pytest.raises(BadFile, match=r"avgannualopenings"):
        rows_of(write(tmp_path / "c.csv", cut))


def test_a_file_without_years_loads_with_its_period() -> None:
    path = case("c30/projectionscentral.csv")
    with pytest.raises(BadFile, match=r"row 1: no column names the base year: give --period"):
        planned(path)
    with pytest.raises(BadFile, match=r"give --period 2020-30"):
        planned(path, period="2020-29")
    (row,) = rows_of(path, period="2020-30")["AL"]
    assert figures(row)[1:6] == (1500, 1600, 100, 6.7, 110)


def a_state(state: str, total: int, *without: str) -> list[str]:
    """Return a line of each major group, 2,250 employed in all of them, and the total."""
    groups = [f"{group}" for group in range(11, 54, 2)]
    persons = {group: 150 if group == "11" else 100 for group in groups}
    lines = [(f"{g}-1011", n) for g, n in persons.items() if g not in without]
    lines.append(("00-0000", total))
    return [f"{state}|{code}|Title|{n}|{n}|0|0.0|1" for code, n in lines]


def test_a_part_says_what_it_lacks(engine: Engine, tmp_path: Path) -> None:
    """Lines of three quarters of the total are a whole state's; Guam has no farms."""
    lines = [
        *a_state("48|Texas", 3000),
        *a_state("6|California", 3001),
        *a_state("16|Idaho", 2250, "45"),
        *a_state("66|Guam", 2250, "45"),
    ]
    load_release(engine, planned(states_file(tmp_path, *lines)).read())
    query = select(Part.area, Part.lacks).where(Part.dataset == "projections")
    with engine.connect() as connection:
        found = {area: lacks.get("groups") for area, lacks in connection.execute(query)}
    assert found == {"TX": None, "CA": ["00-0000"], "ID": ["45-0000"], "GU": None}


PUBLISHED = {"TX": 741, "CA": 635, "NJ": 775, "GU": 185, "VI": 194, "PR": 502, "DC": 430}
"""State → lines in the file of 2020-30, counted in the file."""


def test_the_official_file_loads_whole(tmp_path: Path) -> None:
    path = official("state-projections/ltprojections.csv.xz")
    url = f"sqlite:///{tmp_path}/x.sqlite3"
    done = occupations("import", str(path), url=url)
    assert (done.returncode, done.stderr) == (0, "")
    assert "projections-central-2020-30: 33,693 rows in 54 parts" in done.stdout
    query = "SELECT area, rows, whole FROM parts WHERE dataset = 'projections' AND area <> ''"
    with create_engine(url).connect() as connection:
        parts = connection.execute(text(query)).all()
    assert {area: rows for area, rows, _ in parts if area in PUBLISHED} == PUBLISHED
    assert Counter(bool(whole) for _, _, whole in parts) == {True: 54}
