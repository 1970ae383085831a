"""Employment projections in every edition's shape; the SOC's three files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.importers.faults import BadFile
from app.importers.loading.planned import Planned
from app.importers.projections.columns import ATTAINMENT
from app.importers.rows import EducationRow, EntryRow, ProjectionRow, TitleRow
from tests.builders import write_xlsx
from tests.importers.planned import planned

HEADER = [
    "2022 National Employment Matrix title",
    "2022 National Employment Matrix code",
    "Occupation type",
    "Employment, 2022",
    "Employment, 2032",
    "Employment change, numeric, 2022\u201332",
    "Employment change, percent, 2022-32",
    "Percent self employed, 2022",
    "Occupational openings, 2022-32 annual average",
    "Median annual wage, dollars, 2022[1]",
    "Typical education needed for entry",
    "Work experience in a related occupation",
    "Typical on-the-job training needed to attain competency in the occupation",
]
MANAGERS: list[Any] = [
    "      Medical and health services managers",
    *("11-9111", "Line item", 509.5, 654.2, 144.7, 28.4, 3.5, 54.7, 104830.0),
    *("Bachelor's degree", "Less than 5 years", "None"),
]
TOTAL: list[Any] = [
    "Total, all occupations",
    *("00-0000", "Summary", 164482.6, 169148.1, 4665.5, 2.8, 6.0, 18566.5, 46310.0),
    *("\u2014", "\u2014", "\u2014"),
]
LEVELS = list(ATTAINMENT.values())[2:]
EXPORT = (
    '"Occupation Title","Occupation Code","Employment 2021","Employment 2031",'
    '"Employment Change, 2021-2031","Employment Percent Change, 2021-2031",'
    '"Occupational Openings, 2021-2031 Annual Average","Median Annual Wage 2021",'
    '"Typical Entry-Level Education","Education Code",'
    '"Work Experience in a Related Occupation","Workex Code",'
    '"Typical on-the-job Training","trCode"\n'
)


def rows_of(release: Planned, row: type[Any]) -> list[Any]:
    return [one for run in release.read().parts if run.key.row is row for one in run.rows]


def book(path: Path, *lines: list[Any], header: list[str] = HEADER) -> Path:
    short = [HEADER[:2] + HEADER[3:7], MANAGERS[:2] + MANAGERS[3:7]]
    write_xlsx(
        path,
        {
            "Table 1.3": [["Table 1.3 Fastest growing occupations"], *short],
            "Table 1.7": [
                ["Table 1.7 Occupational projections (Numbers in thousands)"],
                header,
                *lines,
                ["Footnotes:"],
                ["(1) Data are from the OEWS program."],
            ],
            "Table 5.3": [
                ["Table 5.3 Educational attainment"],
                [*HEADER[:2], *LEVELS],
                ["Legislators(1)", "11-1031", 1.7, 8.0, 13.8, 4.8, 40.2, 24.8, 6.7],
                ["Footnotes:"],
                ["(1) This occupation is not an exact match."],
            ],
        },
    )
    return path


def test_thousands_become_persons_exactly(tmp_path: Path) -> None:
    (release,) = planned(book(tmp_path / "any name.xlsx", TOTAL, MANAGERS))
    assert release.name == "bls-ep-2022-32"
    total, managers = rows_of(release, ProjectionRow)
    assert managers == ProjectionRow(
        code="11-9111",
        line="line_item",
        base_year=2022,
        target_year=2032,
        base_employment=509500,
        target_employment=654200,
        change=144700,
        percent_change=28.4,
        annual_openings=54700,
        percent_self_employed=3.5,
        annual_median=104830,
        typical_education="Bachelor's degree",
        work_experience="Less than 5 years",
        training="None",
        marks="..........",
        locator="Table 1.7, row 4",
    )
    assert (total.base_employment, total.marks) == (164_482_600, ".......///")
    assert [(e.title, e.level) for e in rows_of(release, EntryRow)] == [
        ("Total, all occupations", "total"),
        ("Medical and health services managers", "detailed"),
    ]


def test_a_wage_at_the_top_and_what_is_not_available(tmp_path: Path) -> None:
    top = [*MANAGERS[:7], "\u2014", *MANAGERS[8:9], ">=$239,200", *MANAGERS[10:]]
    (release,) = planned(book(tmp_path / "a.xlsx", top))
    (run,) = [r for r in release.read().parts if r.key.row is ProjectionRow]
    assert run.detail == {"wage_year": 2022, "top_code_annual": 239200}
    (row,) = run.rows
    assert (row.percent_self_employed, row.annual_median, row.marks) == (None, None, ".....-#...")


def test_attainment_is_a_row_a_level(tmp_path: Path) -> None:
    (release,) = planned(book(tmp_path / "a.xlsx", MANAGERS))
    found = rows_of(release, EducationRow)
    assert [(e.level, e.percent) for e in found][4] == ("Bachelor's degree", 40.2)
    assert {(e.code, e.kind, e.note) for e in found} == {
        ("11-1031", "attainment", "This occupation is not an exact match.")
    }


def test_the_data_tools_export(tmp_path: Path) -> None:
    path = tmp_path / "Employment Projections.csv"
    path.write_text(
        EXPORT
        + '"Actors    * Actress* Voice-Over Artist","=""27-2011""","50.6","54.7","4.1","8.2","7.0",'
        '"N/A","Some college, no degree","6","None","4","Long-term on-the-job training","3"\n'
    )
    (release,) = planned(path)
    assert release.name == "bls-ep-2021-31"
    (row,) = rows_of(release, ProjectionRow)
    assert (row.code, row.base_employment, row.change) == ("27-2011", 50600, 4100)
    assert row.marks == ".....--..."
    assert [t.title for t in rows_of(release, TitleRow)] == ["Actress", "Voice-Over Artist"]
    assert [e.title for e in rows_of(release, EntryRow)] == ["Actors"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({3: "many"}, "sheet 'Table 1.7', row 3, column Employment, 2022: 'many' is neither"),
        ({3: 0.00001}, "is not a whole number of persons"),
        ({2: "Other"}, "row 3, column Occupation type: 'other' is neither"),
        ({1: "119111"}, "'119111' is no occupation code"),
    ],
)
def test_a_wrong_cell_stops_the_import(tmp_path: Path, change: dict[int, Any], why: str) -> None:
    line = [change.get(n, cell) for n, cell in enumerate(MANAGERS)]
    (release,) = planned(book(tmp_path / "a.xlsx", line))
    with pytest.raises(BadFile, match=why):
        rows_of(release, ProjectionRow)


def test_another_year_in_the_header_stops_the_import(tmp_path: Path) -> None:
    header = [name.replace("percent, 2022-32", "percent, 2021-31") for name in HEADER]
    with pytest.raises(BadFile, match="of another edition than the employment"):
        planned(book(tmp_path / "a.xlsx", MANAGERS, header=header))


DIRECT_MATCH = "2018 SOC Direct Match Title"
PREAMBLE = [["U.S. Bureau of Labor Statistics"], ["(for reference year January 2018)"], []]


def test_soc_structure_definitions_and_titles(tmp_path: Path) -> None:
    levels = ["Major Group", "Minor Group", "Broad Group", "Detailed Occupation"]
    write_xlsx(
        tmp_path / "a.xlsx",
        {
            "2018 Structure": [
                *PREAMBLE,
                levels,
                ["11-0000", "", "", "", "Management Occupations"],
                ["", "", "", "11-9111", "Medical and Health Services Managers"],
            ]
        },
    )
    write_xlsx(
        tmp_path / "b.xlsx",
        {
            "2018 SOC": [
                *PREAMBLE,
                ["SOC Group", "SOC Code", "SOC Title", "SOC Definition"],
                ["Major", "11-0000", "Management Occupations", ""],
                ["Detailed", "11-9111", "Medical and Health Services Managers", "Plan."],
            ]
        },
    )
    write_xlsx(
        tmp_path / "c.xlsx",
        {
            "Sorted by SOC": [
                *PREAMBLE,
                ["2018 SOC Code", "2018 SOC Title", DIRECT_MATCH, "Illustrative Example"],
                ["11-9111", "Medical and Health Services Managers", "Hospital Manager", "X"],
                ["11-9111", "Medical and Health Services Managers", "Nurse Manager", ""],
            ]
        },
    )
    found = {release.name: release for release in planned(tmp_path)}
    assert list(found) == ["soc-2018", "soc-2018-definitions", "soc-2018-titles"]
    assert [(e.code, e.level) for e in rows_of(found["soc-2018"], EntryRow)] == [
        ("11-0000", "major"),
        ("11-9111", "detailed"),
    ]
    assert [(t.title, t.featured) for t in rows_of(found["soc-2018-titles"], TitleRow)] == [
        ("Hospital Manager", True),
        ("Nurse Manager", False),
    ]
