"""The data tool's export of projections: alone, and beside the workbook of its edition."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from app.importers.faults import BadFile, PoorerFile
from app.importers.loading.load import load_release
from app.importers.rows import FileRead, Reading
from app.marks import TOP_CODED
from tests.importers.planned import planned
from tests.importers.projected import (
    ACTORS,
    CHIEFS,
    EXPORT_HEADER,
    SURGEONS,
    book,
    export,
    figures,
    reading,
    take,
)
from tests.importers.workbooks import workbook


def test_export_cell_by_cell(tmp_path: Path) -> None:
    rows, reader = take(export(tmp_path, [ACTORS, SURGEONS]))
    assert reader.period == "2021-31"
    assert [(e.code, e.title, e.level, e.locator) for e in rows["EntryRow"]] == [
        ("27-2011", "Actors", "detailed", "line 2"),
        ("29-1248", "Surgeons", "detailed", "line 3"),
    ]
    actors, surgeons = rows["ProjectionRow"]
    assert actors.line == "line_item"
    assert figures(actors) == (
        *(1_050_600, 1_054_700, 4_100, 0.4, 7_000, None, None),
        *("Some college, no degree", "None", "Long-term training", ".....--..."),
    )
    assert figures(surgeons)[2:7] == (-100, -0.3, 800, None, None)
    assert surgeons.marks == ".....-#..."
    assert reader.detail == {"wage_year": 2021, "top_code_annual": 208_000}
    assert [(t.code, t.title, t.kind) for t in rows["TitleRow"]] == [
        ("27-2011", "Actress", "example"),
        ("27-2011", "Voice-Over Artist", "example"),
    ]


EXPORT_SPOILT = [
    (1, "27-201", r"export.csv, row 2, column Occupation Code: '27-201' is no occupation code"),
    (1, "", r"row 2, column Occupation Code: '' is no occupation code"),
    (2, "N.A.", r"row 2, column Employment 2021: 'N.A.' is neither a number nor a known"),
    (7, "*", r"row 2, column Median Annual Wage 2021: '\*' is neither a number nor a known"),
]


@pytest.mark.parametrize(("cell", "value", "said"), EXPORT_SPOILT)
def test_a_fault_in_an_export(tmp_path: Path, cell: int, value: str, said: str) -> None:
    with pytest.raises(BadFile, match=said):
        take(export(tmp_path, [[*ACTORS[:cell], value, *ACTORS[cell + 1 :]], SURGEONS]))


def test_an_export_cut_off_or_shifted(tmp_path: Path) -> None:
    for cells in (9, 12):
        with pytest.raises(BadFile, match=rf"row 3: {cells} cells where the header has 14"):
            take(export(tmp_path, [ACTORS, SURGEONS[:cells]]))
    with pytest.raises(BadFile, match=r"row 2, .*: 15 cells where the header has 14"):
        take(export(tmp_path, [[*ACTORS, "3"]]))
    with pytest.raises(BadFile, match="no lines under the header"):
        take(export(tmp_path, []))


def test_an_export_of_mixed_years(tmp_path: Path) -> None:
    header = EXPORT_HEADER.replace("Change, 2021-2031", "Change, 2022-2032")
    with pytest.raises(
        BadFile, match=r"row 1, column Employment Change, 2022-2032: of another edition"
    ):
        take(export(tmp_path, [ACTORS], header))


def test_files_are_recognised_and_named(tmp_path: Path) -> None:
    workbook(tmp_path, book())
    export(tmp_path, [ACTORS])
    releases = planned(tmp_path)
    said = {one.name: [found.kind for found in one.files] for one in releases}
    files = [file for one in releases for file in _files(one.read())]
    assert said == {
        "bls-ep-2021-31": ["projections_csv"],
        "bls-ep-2022-32": ["projections_workbook"],
    }
    assert [(file.rows_read, file.rows_loaded) for file in files] == [
        (1, 1),
        (8 + 2 + 4 + 3 + 4, 6),
    ]


def _files(read: Reading) -> list[FileRead]:
    for part in read.parts:
        list(part.rows)
    return list(read.files())


@pytest.mark.parametrize("first", ["export", "workbook"])
def test_workbook_and_export_alone_do_not_replace_each_other(
    engine: Engine, tmp_path: Path, first: str
) -> None:
    def read(kind: str) -> Reading:
        if kind == "export":
            return reading(export(tmp_path, [CHIEFS]))
        return reading(workbook(tmp_path, book(2021, 2031)))

    second = "export" if first == "workbook" else "workbook"
    assert load_release(engine, read(first)).outcome == "loaded"
    lost = {"export": "entries of 3 occupations", "workbook": r"titles \(example\)"}
    with pytest.raises(PoorerFile, match="given now: .*" + lost[second]):
        load_release(engine, read(second))
    assert load_release(engine, read(second), replace=True).outcome == "loaded"


def test_workbook_and_export_of_one_edition_make_one_release(
    engine: Engine, tmp_path: Path
) -> None:
    workbook(tmp_path, book(2021, 2031))
    export(tmp_path, [CHIEFS])
    (release,) = planned(tmp_path)
    assert [one.kind for one in release.files] == ["projections_workbook", "projections_csv"]
    both = release.read()
    assert load_release(engine, both).outcome == "loaded"
    export_read = [*both.files()][1]
    assert (export_read.rows_read, export_read.rows_loaded) == (1, 1)
    assert [*export_read.left_out] == [
        "column not used: median wages of 2021, the workbook has another year's"
    ]
    with engine.connect() as connection:
        titles = connection.execute(text("SELECT code, title FROM titles")).all()
        wages = connection.execute(text("SELECT marks FROM projections WHERE code = '11-1011'"))
        assert titles == [("11-1011", "Chief of Staff")]
        assert wages.scalar_one()[6] == TOP_CODED


def test_an_export_with_another_figure_than_its_workbook_is_refused(tmp_path: Path) -> None:
    workbook(tmp_path, book(2021, 2031))
    for cells, said in (
        ({6: "19.1"}, r"column Occupational Openings, .*: 11-1011 has 19100 here and 19000 in"),
        ({1: '="11-1021"'}, "11-1021 is not in the workbook"),
    ):
        export(tmp_path, [[cells.get(n, cell) for n, cell in enumerate(CHIEFS)]])
        (release,) = planned(tmp_path)
        with pytest.raises(BadFile, match=said):
            _files(release.read())
