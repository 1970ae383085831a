"""OEWS files: every figure as in its cell, every oddity as the publisher means it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.importers.faults import BadFile
from app.importers.rows import EntryRow, Reading, Row, WageRow
from tests.builders import FIELDS, OEWS_HEADER, TOP, line, oews_book, oews_csv, write_xlsx
from tests.importers.planned import planned


def wages(reading: Reading) -> dict[tuple[str, str, str], tuple[Row, dict[str, Any]]]:
    return {
        (run.key.area, run.key.industry, row[0]): (WageRow._make(row), run.detail)
        for run in reading.parts
        if run.key.row is WageRow
        for row in run.rows
    }


def one(path: Path, **options: Any) -> tuple[Row, dict[str, Any]]:
    (release,) = planned(path, **options)
    ((row, detail),) = wages(release.read()).values()
    return row, detail


@pytest.mark.parametrize("make", [oews_book, oews_csv])
def test_every_figure_is_its_cell(tmp_path: Path, make: Any) -> None:
    suffix = "xlsx" if make is oews_book else "csv"
    path = make(tmp_path / f"national_M2021_dl.{suffix}", line())
    (release,) = planned(path)
    head = release.read().head
    assert (head.name, head.period) == ("bls-oews-2021-05", "2021-05")
    row, detail = one(path)
    assert detail == {"top_code_annual": 208000, "top_code_hourly": 10000}
    assert row._replace(locator=None) == WageRow(
        code="11-9111",
        published_levels="detailed",
        employment=436770,
        employment_rse=0.5,
        jobs_per_1000=None,
        location_quotient=None,
        percent_of_industry=None,
        percent_reporting=None,
        hourly_mean=5761,
        annual_mean=119840,
        wage_rse=0.3,
        hourly_p10=2922,
        hourly_p25=3738,
        hourly_median=4872,
        hourly_p75=6526,
        hourly_p90=9886,
        annual_p10=60780,
        annual_p25=77750,
        annual_median=101340,
        annual_p75=135750,
        annual_p90=205620,
        marks="..----.............",
    )


@pytest.mark.parametrize(
    ("cell", "employment"),
    [(0.0, 0), (7.000001, 7), (999_999_999_999_999.0, 999_999_999_999_999)],
)
def test_a_figure_is_read_up_to_its_limits(tmp_path: Path, cell: float, employment: int) -> None:
    assert one(oews_book(tmp_path / "a.xlsx", line(TOT_EMP=cell)))[0].employment == employment


@pytest.mark.parametrize(
    ("changed", "marks"),
    [
        ({"A_PCT90": "#"}, "..----............#"),
        ({"H_MEAN": "*"}, "..----*............"),
        ({"TOT_EMP": "**", "EMP_PRSE": "**"}, "**----............."),
        ({"PCT_RPT": "~", "PCT_TOTAL": 1.25}, "..--.*............."),
    ],
)
def test_marks_say_why_a_figure_is_absent(
    tmp_path: Path, changed: dict[str, Any], marks: str
) -> None:
    assert one(oews_book(tmp_path / "a.xlsx", line(**changed)))[0].marks == marks


@pytest.mark.parametrize(
    ("flag", "other", "figures"),
    [
        ("ANNUAL", "H_MEAN H_PCT10 H_PCT25 H_MEDIAN H_PCT75 H_PCT90", "hourly"),
        ("HOURLY", "A_MEAN A_PCT10 A_PCT25 A_MEDIAN A_PCT75 A_PCT90", "annual"),
    ],
)
@pytest.mark.parametrize("true", ["TRUE", "True", True])
def test_one_basis_only_is_not_applicable_on_the_other(
    tmp_path: Path, flag: str, other: str, figures: str, true: Any
) -> None:
    changed = {flag: true, **dict.fromkeys(other.split(), "*")}
    row, _ = one(oews_book(tmp_path / "a.xlsx", line(**changed, EMP_PRSE="*")))
    for name, mark in zip(WageRow._fields[2:21], row.marks, strict=True):
        if name.startswith(figures):
            assert (name, mark) == (name, "/")
    assert row.marks[1] == "*"


def test_codes_that_stand_twice_become_one_row(tmp_path: Path) -> None:
    twice = {"OCC_CODE": "31-1120", "OCC_TITLE": "Home Health and Personal Care Aides"}
    lines = [line(**twice, O_GROUP="broad"), line(**twice), line()]
    lines.append(line(OCC_CODE="11-0000", O_GROUP="major"))
    (release,) = planned(oews_book(tmp_path / "a.xlsx", *lines))
    reading = release.read()
    runs = list(reading.parts)
    assert [(r[0], r[1]) for r in runs[0].rows] == [
        ("31-1120", "broad detailed"),
        ("11-9111", "detailed"),
        ("11-0000", "major"),
    ]
    assert [(e.code, e.level) for e in runs[1].rows if isinstance(e, EntryRow)] == [
        ("11-0000", "major"),
        ("11-9111", "detailed"),
        ("31-1120", "broad"),
    ]
    (file,) = reading.files()
    assert (file.rows_read, file.rows_loaded) == (4, 3)
    assert file.left_out == {"stands twice with equal figures: one row": 1}


def test_an_industry_given_at_two_levels_is_one(tmp_path: Path) -> None:
    nonmetal = {"NAICS": "327000", "NAICS_TITLE": "Nonmetallic", "OWN_CODE": "5"}
    lines = [
        line(**nonmetal, I_GROUP="3-digit"),
        line(NAICS="622000", I_GROUP="3-digit", OWN_CODE="5"),
        line(**nonmetal, I_GROUP="4-digit"),
    ]
    (release,) = planned(oews_book(tmp_path / "a.xlsx", *lines))
    reading = release.read()
    assert reading.head.name == "bls-oews-2021-05-industry"
    assert len(wages(reading)) == 2
    assert {(i.code, i.level) for i in reading.industries()} == {
        ("327000", "3-digit 4-digit"),
        ("622000", "3-digit"),
    }


def test_unequal_figures_for_one_code_stop_the_import(tmp_path: Path) -> None:
    path = oews_book(tmp_path / "a.xlsx", line(), line(TOT_EMP=1.0))
    with pytest.raises(BadFile, match=r"row 3, column OCC_CODE: 11-9111 stands in row 2 too"):
        one(path)
    path = oews_book(tmp_path / "a.xlsx", line(), line(NAICS="622000"), line(TOT_EMP=1.0))
    with pytest.raises(BadFile, match=r"row 4, column OCC_CODE: 11-9111 stands in row 2 too"):
        one(path)


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"A_MEAN": "n.a."}, r"sheet 'national_M2021_dl', row 3, column A_MEAN: 'n.a.' is neither"),
        ({"TOT_EMP": "#"}, "row 3, column TOT_EMP"),
        ({"H_MEAN": 27.415}, "row 3, column H_MEAN: 27.415 is not a whole number of cents"),
        ({"A_MEAN": -5.0}, "row 3, column A_MEAN: -5.0 is negative"),
        ({"TOT_EMP": 7.5}, "row 3, column TOT_EMP: 7.5 is not a whole number of persons"),
        ({"TOT_EMP": 7.000002}, "row 3, column TOT_EMP: 7.000002 is not a whole number of persons"),
        ({"TOT_EMP": 1e15}, "row 3, column TOT_EMP: 1000000000000000.0 is larger than any figure"),
        ({"OCC_TITLE": " "}, "row 3, column OCC_TITLE: blank"),
        ({"OCC_CODE": "119111"}, "row 3, column OCC_CODE: '119111' is no occupation code"),
        ({"O_GROUP": "small"}, "row 3, column O_GROUP: 'small' is none of total"),
        ({"AREA_TYPE": "9"}, "row 3, column AREA_TYPE: '9' is none of 1"),
        ({"AREA": "06"}, "row 3, column AREA: '06' is no nation's code"),
        ({"ANNUAL": "maybe"}, "row 3, column ANNUAL: 'maybe' is neither TRUE nor blank"),
    ],
)
def test_an_unknown_cell_stops_the_import_with_its_place(
    tmp_path: Path, changed: dict[str, Any], place: str
) -> None:
    path = oews_book(tmp_path / "a.xlsx", line(), line(**{"OCC_CODE": "11-1011", **changed}))
    with pytest.raises(BadFile, match=place):
        one(path)


def test_blank_rows_above_the_header_are_counted(tmp_path: Path) -> None:
    rows = [[""], [""], OEWS_HEADER, line(A_MEAN="n.a.")]
    write_xlsx(tmp_path / "a.xlsx", {"May 2021": rows, "Field Descriptions": FIELDS})
    with pytest.raises(BadFile, match="row 4, column A_MEAN"):
        one(tmp_path / "a.xlsx")


def test_a_missing_or_doubled_column_stops_the_import(tmp_path: Path) -> None:
    renamed = ["A_MEDIAN_WAGE" if name == "A_MEDIAN" else name for name in OEWS_HEADER]
    with pytest.raises(
        BadFile, match=r"row 1, column A_MEDIAN: missing in the header; .*a_median_wage"
    ):
        planned(oews_book(tmp_path / "a.xlsx", line(), header=renamed))
    fewer = ["LQ" if name == "LOC_QUOTIENT" else name for name in OEWS_HEADER]
    with pytest.raises(BadFile, match="column LOC_QUOTIENT: missing in the header"):
        planned(oews_book(tmp_path / "c.xlsx", line(), header=fewer))
    doubled = ["A_MEAN" if name == "A_MEDIAN" else name for name in OEWS_HEADER]
    with pytest.raises(BadFile, match="column A_MEAN: the column stands 2 times"):
        planned(oews_book(tmp_path / "b.xlsx", line(), header=doubled))


@pytest.mark.parametrize(
    ("rows", "row"),
    [([line()[:-1]], 2), ([line(), line()[:-1]], 3), ([line(), [*line(), "x"]], 3)],
)
def test_a_row_has_as_many_cells_as_the_header(
    tmp_path: Path, rows: list[list[Any]], row: int
) -> None:
    path = oews_csv(tmp_path / "national_M2021_dl.csv", *rows)
    with pytest.raises(BadFile, match=rf"row {row}: \d+ cells where the header has \d+"):
        one(path)


def test_blank_cells_behind_a_row_are_ignored(tmp_path: Path) -> None:
    lines = [[*line(), ""], line(OCC_CODE="11-1011")]
    (release,) = planned(oews_csv(tmp_path / "national_M2021_dl.csv", *lines))
    assert len(wages(release.read())) == 2


def test_two_sheets_of_data_stop_the_import(tmp_path: Path) -> None:
    rows = [OEWS_HEADER, line()]
    write_xlsx(tmp_path / "a.xlsx", {"One": rows, "Two": rows, "Field Descriptions": FIELDS})
    with pytest.raises(BadFile, match="more than one sheet holds such data: 'One', 'Two'"):
        planned(tmp_path / "a.xlsx")


def test_columns_not_known_are_reported(tmp_path: Path) -> None:
    path = oews_book(tmp_path / "a.xlsx", [*line(), "x"], header=[*OEWS_HEADER, "NEW_COL"])
    (release,) = planned(path)
    reading = release.read()
    list(reading.parts)
    assert [file.left_out for file in reading.files()] == [{"columns not known: new_col": 1}]


def test_an_older_header_in_lower_case_without_later_columns_is_read(tmp_path: Path) -> None:
    at = [n for n, name in enumerate(OEWS_HEADER) if name not in {"PRIM_STATE", "PCT_RPT"}]
    header = [OEWS_HEADER[n].lower() for n in at]
    top = TOP.replace("100.00", "99.00").replace("208,000", "206,000")
    fields = [["May 2019 OES Estimates"], [top]]
    path = tmp_path / "national_M2019_dl.xlsx"
    cells = line(A_PCT90="#")
    book = {"national_M2019_dl": [header, [cells[n] for n in at]], "Field Descriptions": fields}
    write_xlsx(path, book)
    row, detail = one(path)
    assert detail == {"top_code_annual": 206000, "top_code_hourly": 9900}
    assert row.annual_median == 101340


def test_the_year_is_what_the_file_says(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="contradicts itself about its period"):
        planned(oews_book(tmp_path / "national_M2022_dl.xlsx", line()))
    with pytest.raises(BadFile, match="does not say its period: give --period"):
        planned(oews_csv(tmp_path / "wages.csv", line()))
    (release,) = planned(oews_csv(tmp_path / "wages.csv", line()), period="2021-05")
    assert release.name == "bls-oews-2021-05"
    (release,) = planned(oews_csv(tmp_path / "oews-May-2022.csv", line()))
    assert release.name == "bls-oews-2022-05"


def test_a_top_code_is_never_guessed(tmp_path: Path) -> None:
    path = oews_csv(tmp_path / "wages.csv", line(A_PCT90="#"))
    with pytest.raises(BadFile, match=r"row 2, column A_PCT90: .* give --top-code"):
        one(path, period="2010-05")
    _, detail = one(path, period="2010-05", top_code=(300000, 14423))
    assert detail == {"top_code_annual": 300000, "top_code_hourly": 14423}
    # What is given goes before what this program knows of a year.
    _, detail = one(path, period="2021-05", top_code=(300000, 14423))
    assert detail == {"top_code_annual": 300000, "top_code_hourly": 14423}


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("#  = a wage of at least $105 an hour or $218,400 a year", (218_400, 10_500)),
        ("#  = a wage of $105.00/hour and over", None),
    ],
)
def test_a_top_code_in_other_words_is_understood_or_refused(
    tmp_path: Path, said: str, codes: tuple[int, int] | None
) -> None:
    path = oews_book(
        tmp_path / "a.xlsx", line(A_PCT90="#"), fields=[["May 2021 OEWS Estimates"], [said]]
    )
    if codes is None:
        with pytest.raises(BadFile, match="'Field Descriptions', row 2: what # stands for"):
            one(path)
    else:
        assert one(path)[1] == {"top_code_annual": codes[0], "top_code_hourly": codes[1]}
