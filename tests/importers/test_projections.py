"""Employment projections: small files in the published shape, each fault with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from app.database.models import Education, Projection, Title
from app.importers.faults import BadFile
from app.importers.loading.load import load_release
from app.importers.projections.employment import level_of, main_table
from tests import official
from tests.importers.projected import (
    EXPORT,
    book,
    figures,
    reading,
    take,
)
from tests.importers.workbooks import workbook


def test_workbook_cell_by_cell(tmp_path: Path) -> None:
    rows, reader = take(workbook(tmp_path, book()))
    assert reader.period == "2022-32"
    assert [(e.code, e.title, e.level) for e in rows["EntryRow"]] == [
        ("00-0000", "Total, all occupations", "total"),
        ("11-1010", "Managers", "broad"),
        ("11-1011", "Chiefs", "detailed"),
        ("13-1020", "Purchasers", "detailed"),
    ]
    total, managers, chiefs, purchasers = rows["ProjectionRow"]
    assert (total.line, chiefs.line, chiefs.base_year, chiefs.target_year) == (
        "summary",
        "line_item",
        2022,
        2032,
    )
    assert figures(total) == (
        *(164_482_600, 169_148_100, 4_665_500, 2.8, 18_566_500, 6.0, 46_310),
        *(None, None, None, ".......///"),
    )
    assert figures(managers)[5:] == (None, None, None, None, None, ".....-#///")
    assert figures(chiefs) == (
        *(280_500, 257_500, -23_100, -8.2, 19_000, 20.1, None),
        *("Bachelor's degree", "5 years or more", "None", "......#..."),
    )
    assert figures(purchasers)[4:] == (
        *(0, None, None, "High school diploma or equivalent", "None", "None", ".....--..."),
    )
    assert (chiefs.locator, chiefs.note) == ("Table 1.7, row 5", "Of companies.")
    assert reader.detail == {"wage_year": 2022, "top_code_annual": 239_200}


def test_attainment_in_percent(tmp_path: Path) -> None:
    rows, _ = take(workbook(tmp_path, book()))
    found = rows["EducationRow"]
    assert len(found) == 14
    assert {row.kind for row in found} == {"attainment"}
    chiefs = {row.level: row.percent for row in found if row.code == "11-1011"}
    assert chiefs["Less than high school diploma"] == 1.7
    assert chiefs["Doctoral or professional degree"] is None
    notes = {row.code: row.note for row in found}
    assert notes == {"00-0000": None, "11-1011": "This occupation is not an exact match."}


def test_rows_left_out_are_told_by_sheet(tmp_path: Path) -> None:
    _, reader = take(workbook(tmp_path, book()))
    assert [(table.header.sheet, table.read) for table in reader.used] == [
        ("Table 1.7", 8 + 2 + 4 + 3),
        ("Table 5.3", 4),
    ]
    assert reader.used[0].left_out == {
        "footnotes and source lines": 5,
        "sheet 'Index': not of this API": 2,
        "sheet 'Table 1.2': the same figures again, compared": 3,
        "sheet 'Table 1.3': not of this API": 3,
    }


def test_other_editions(tmp_path: Path) -> None:
    sheets = book(2024, 2034, "Median annual wage, dollars, 2024[1]")
    # One table since then, under the other's number.
    merged = {
        "Table 1.2": [sheets["Table 1.7"][0], *sheets["Table 1.7"][1:]],
        "Table 5.3": sheets["Table 5.3"],
    }
    merged["Table 1.2"][3][0] = "  Managers[1][2]"
    rows, reader = take(workbook(tmp_path, merged))
    assert reader.period == "2024-34"
    assert reader.detail == {"wage_year": 2024, "top_code_annual": 239_200}
    assert rows["EntryRow"][1].title == "Managers"
    assert rows["ProjectionRow"][2].base_employment == 280_500


def test_without_attainment_says_so(tmp_path: Path) -> None:
    sheets = book()
    del sheets["Table 5.3"]
    rows, reader = take(workbook(tmp_path, sheets))
    assert "EducationRow" not in rows
    assert "no table of educational attainment in this file" in reader.used[0].left_out


# Sheet, row and column (from 1) of the cell, what it becomes, and what is said then.
WAGE, JOBS = r"Median annual wage, 2022\(1\)", "Employment, 2022"
SPOILT: list[tuple[str, int, int, Any, str]] = [
    ("Table 1.7", 5, 4, "**", rf"sheet 'Table 1.7', row 5, column {JOBS}: '\*\*' is neither"),
    ("Table 1.7", 5, 4, -1.0, rf"row 5, column {JOBS}: -1.0 is negative"),
    ("Table 1.7", 5, 4, 280.5001, rf"row 5, column {JOBS}: 280.5001 is not a whole number of pers"),
    ("Table 1.7", 5, 10, "#", rf"row 5, column {WAGE}: '#' is neither a number nor a known"),
    ("Table 1.7", 5, 10, ">=$208,000", rf"column {WAGE}: top-coded at 208,000 here and at 239,200"),
    ("Table 1.7", 5, 11, "~", r"row 5, column Typical education.*'~' is neither words nor a known"),
    ("Table 1.7", 5, 3, "Detail", r"row 5, column Occupation type: 'detail' is neither summary"),
    ("Table 1.7", 5, 2, "11-101", r"row 5, column 2022 National.*: '11-101' is no occupation code"),
    ("Table 1.7", 5, 2, "", r"row 5, column 2022 National.*: '' is no occupation code"),
    ("Table 1.7", 5, 1, "", r"row 5, column 2022 National Employment Matrix title: blank"),
    ("Table 1.7", 6, 2, "11-1011", r"row 6, .*: 11-1011 stands in row 5 too"),
    ("Table 1.7", 1, 1, "Table 1.7, 2019-29", r"row 1: the caption says 2019-29, the header 2022-"),
    (
        "Table 1.7",
        2,
        4,
        "Employment, 2021",
        r"row 2, column 2022 National.*: of another ed",
    ),
    ("Table 1.7", 2, 4, "Jobs", r"row 2, column Employment, YYYY: .*it has 2032"),
    (
        "Table 1.7",
        2,
        6,
        "Employment change, numeric, 2019-29",
        r"row 2, column .*2019-29: of another",
    ),
    ("Table 1.7", 2, 3, "Kind of line", r"row 2, column occupation type: missing.*kind of line"),
    ("Table 1.7", 2, 9, "Openings", r"row 2, column occupational openings.*missing.*: openings"),
    ("Table 1.7", 2, 11, "Schooling", r"row 2, column typical.*missing in the header.*schooling"),
    ("Table 1.7", 2, 11, "Work experience in a related occupation", r"row 2, .*stands 2 times"),
    ("Table 1.2", 4, 4, 280.6, rf"sheet 'Table 1.2', row 4, column {JOBS}: 11-1010 has 280.6 here"),
    ("Table 1.2", 4, 10, 20.0, r"row 4, .*has 20.0 here and 19000 in Table 1.7, row 4"),
    (
        "Table 1.2",
        5,
        3,
        "Summary",
        r"sheet 'Table 1.2', row 5, column Occupation type: 11-1011 has",
    ),
    (
        "Table 1.2",
        2,
        5,
        "Employment, 2033",
        r"sheet 'Table 1.2', row 2: its employment is of 2022-",
    ),
    ("Table 5.3", 4, 3, -0.1, r"sheet 'Table 5.3', row 4, column Less than.*no percentage"),
    ("Table 5.3", 4, 3, 100.1, r"sheet 'Table 5.3', row 4, column Less than.*no percentage"),
    ("Table 5.3", 4, 3, "*", r"sheet 'Table 5.3', row 4, column Less than high school diploma"),
    ("Table 5.3", 4, 2, "00-0000", r"sheet 'Table 5.3', row 4, .* stands in row 3 too"),
    ("Table 5.3", 2, 9, "Doctorate", r"sheet 'Table 5.3', row 2, column doctoral.*missing"),
]


@pytest.mark.parametrize(("sheet", "row", "cell", "value", "said"), SPOILT)
def test_a_fault_names_its_place(
    tmp_path: Path, sheet: str, row: int, cell: int, value: Any, said: str
) -> None:
    sheets = book()
    sheets[sheet][row - 1][cell - 1] = value
    with pytest.raises(BadFile, match=said):
        take(workbook(tmp_path, sheets))


def test_other_tables_are_not_projections(tmp_path: Path) -> None:
    sheets = book()
    kept = {name: sheets[name] for name in ("Index", "Table 1.2", "Table 1.3", "Table 5.3")}
    assert main_table(workbook(tmp_path, kept)) is None
    with pytest.raises(BadFile, match="no sheet has the columns of employment projections"):
        take(workbook(tmp_path, {"Sheet1": [["OCC_CODE"], ["11-1011"]]}, "b.xlsx"))


def test_the_first_of_two_whole_tables_is_read_and_the_other_compared(tmp_path: Path) -> None:
    table = book()["Table 1.7"]
    _, reader = take(workbook(tmp_path, {"First": table, "Second": table}))
    assert reader.header.sheet == "First"
    assert "sheet 'Second': the same figures again, compared" in reader.used[0].left_out


def test_a_table_of_employment_alone_is_compared(tmp_path: Path) -> None:
    sheets = book()
    sheets["Table 1.2"] = [row[:5] for row in sheets["Table 1.2"]]
    sheets["Table 1.2"][3][4] = 257.6
    with pytest.raises(BadFile, match=r"sheet 'Table 1.2', row 4, .*: 11-1010 has 257.6 here"):
        take(workbook(tmp_path, sheets))


def test_a_row_of_one_cell_is_a_note_and_of_two_a_line(tmp_path: Path) -> None:
    sheets = book()
    sheets["Table 1.7"][-1].append("2023")
    with pytest.raises(BadFile, match=r"row 10, .*: '2023' is no occupation code"):
        take(workbook(tmp_path, sheets))
    sheets["Table 1.7"][-1][1:] = ["", "Summary"]
    with pytest.raises(BadFile, match=r"row 10, .*: '' is no occupation code"):
        take(workbook(tmp_path, sheets))


def test_a_share_may_be_nobody_or_everybody(tmp_path: Path) -> None:
    sheets = book()
    sheets["Table 5.3"][3][2:4] = [0.0, 100.0]
    rows, _ = take(workbook(tmp_path, sheets))
    assert [row.percent for row in rows["EducationRow"] if row.code == "11-1011"][:2] == [0, 100]


@pytest.mark.parametrize(
    ("code", "line", "level"),
    [
        ("00-0000", "summary", "total"),
        ("15-0000", "summary", "major"),
        ("15-1200", "summary", "minor"),
        ("15-1210", "summary", "broad"),
        ("29-1228", "line_item", "detailed"),
        ("13-1020", "line_item", "detailed"),
    ],
)
def test_level_by_code_and_line(code: str, line: str, level: str) -> None:
    assert level_of(code, line) == level


@pytest.mark.parametrize(
    ("name", "counts", "detail", "manager"),
    [
        (
            "occupation_2019-29.xlsx",
            {"EntryRow": 1048, "ProjectionRow": 1048, "EducationRow": 5537},
            {"wage_year": 2020, "top_code_annual": 208_000},
            (422_300, 555_500, 133_200, 31.5, 47_000, 2.8, 104_280),
        ),
        (
            "occupation_2022-32.xlsx",
            {"EntryRow": 1113, "ProjectionRow": 1113, "EducationRow": 5831},
            {"wage_year": 2022, "top_code_annual": 239_200},
            (509_500, 654_200, 144_700, 28.4, 54_700, 3.5, 104_830),
        ),
        (
            EXPORT,
            {"EntryRow": 832, "ProjectionRow": 832, "TitleRow": 5266},
            {"wage_year": 2021, "top_code_annual": 208_000},
            (480_700, 616_900, 136_200, 28.3, 56_600, None, 101_340),
        ),
    ],
)
def test_official_files(
    name: str, counts: dict[str, int], detail: dict[str, int], manager: tuple[Any, ...]
) -> None:
    rows, reader = take(official.opened(f"bls-ep/{name}"))
    assert {kind: len(found) for kind, found in rows.items()} == counts
    assert reader.detail == detail
    assert reader.period in name
    found = next(row for row in rows["ProjectionRow"] if row.code == "11-9111")
    assert figures(found)[:7] == manager
    assert found[11:14] == ("Bachelor's degree", "Less than 5 years", "None")
    marks = "".join(row.marks for row in rows["ProjectionRow"])
    assert marks.count("#") == {"2019-29": 9, "2022-32": 12, "2021-31": 18}[reader.period]
    assert marks.count("/") == {"2019-29": 774, "2022-32": 843, "2021-31": 0}[reader.period]


@pytest.mark.parametrize("name", ["", EXPORT, "occupation_2022-32.xlsx"])
def test_loaded_on_both_databases(engine: Engine, tmp_path: Path, name: str) -> None:
    document = official.opened(f"bls-ep/{name}") if name else workbook(tmp_path, book())
    loaded = load_release(engine, reading(document))
    assert loaded.outcome == "loaded"
    assert load_release(engine, reading(document)).outcome == "unchanged"
    with engine.connect() as connection:
        counts = [
            connection.scalar(select(func.count()).select_from(model))
            for model in (Projection, Education, Title)
        ]
        row = connection.execute(
            select(Projection.base_employment, Projection.annual_openings, Projection.line).where(
                Projection.code == ("11-9111" if name else "11-1011")
            )
        ).one()
    expected = {
        "": ([4, 14, 0], (280_500, 19_000, "line_item")),
        EXPORT: ([832, 0, 5266], (480_700, 56_600, "line_item")),
        "occupation_2022-32.xlsx": ([1113, 5831, 0], (509_500, 54_700, "line_item")),
    }[name]
    assert (counts, tuple(row)) == expected
