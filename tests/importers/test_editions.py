"""Editions of other years: what a file is, read from its own words."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import pytest

from app.importers.faults import BadFile
from app.importers.loading.finder import Finder
from app.importers.loading.planned import Options
from app.importers.loading.recognise import recognise
from app.importers.loading.releases import plan
from app.importers.reading.sheets import Document, open_document
from app.importers.rows import ProjectionRow, Row, WageRow
from tests.builders import OEWS_HEADER, line, oews_csv, onet_text
from tests.importers.planned import planned
from tests.importers.projected import ACTORS, EXPORT_HEADER, SURGEONS, Sheets, book, export
from tests.importers.workbooks import workbook

CODE = "O*NET-SOC Code"
ELEMENT = "Element ID|Element Name"
SAID = "Date|Domain Source"
ESTIMATE = "N|Standard Error|Lower CI Bound|Upper CI Bound|Recommend Suppress"
ONET_30_3 = {
    "Read_Me": "O*NET 30.3 Database\nMay 2026 Release",
    "Occupation_Data": f"{CODE}|Title|Description\n11-9111.00|Managers|Plan.",
    "Essential_Skills": f"""
        {CODE}|{ELEMENT}|Scale ID|Data Value|{ESTIMATE}|Not Relevant|{SAID}
        11-9111.00|2.A.1.a|Reading|IM|2.75|8|0.1637|2.4292|3.0708|N|n/a|08/2025|Analyst""",
    "Tasks_to_DWAs": f"""{CODE}|Task ID|DWA Element ID|Date|Domain Source
        11-9111.00|46|4.A.2.a.4.I09.D03|08/2025|Analyst""",
    "GWAs_to_IWAs": """GWA Element ID|IWA Element ID|IWA Element Name
        4.A.1.a.1|4.A.1.a.1.I01|Study the work.""",
    "Work_Styles_to_Work_Context": """
        Work Styles Element ID|Work Styles Name|Work Context Element ID|Name
        1.D.1.a|Innovation|4.C.1.a.1|Public Speaking""",
    "Specific_Interest_Areas": f"""{CODE}|{ELEMENT}|Scale ID|Data Value|{SAID}
        11-9111.00|1.B.3.a|Mechanics|OI|2.10|05/2026|Machine Learning""",
    "Tools_and_Technology": f"""
        {CODE}|T2 Type|T2 Example|Commodity Code|Commodity Title|Hot Technology
        11-9111.00|Tools|Pagers|43191510|Pagers|N""",
}
"""Files that came with release 30.3, and one that went with release 22."""


def test_files_of_an_onet_release_that_share_columns_are_not_mistaken(tmp_path: Path) -> None:
    with Finder() as finder:
        found = list(finder.find([onet_text(tmp_path / "onet", **ONET_30_3)]))
    used = {one.name: one.kind for one in found if not one.why}
    assert used == {
        "onet/Essential Skills.txt": "onet_skill",
        "onet/Occupation Data.txt": "onet_occupations",
        "onet/Read Me.txt": "onet_readme",
        "onet/Tasks to DWAs.txt": "onet_task_activities",
        "onet/Tools and Technology.txt": "onet_tools_and_technology",
    }
    assert all("not used by this API" in one.why for one in found if one.why)
    (release,) = plan(found, Options())
    assert [run.key.kind for run in release.read().parts] == ["", "definition", "skill", "tool"]


def loaded(document: Document) -> tuple[str, list[Row], list[str]]:
    """Return the kind of a file of projections, its rows and what was left out."""
    found = recognise(document)
    (release,) = plan([found], Options())
    reading = release.read()
    runs = [list(run.rows) for run in reading.parts if run.key.row is ProjectionRow]
    left_out = [why for file in reading.files() for why in file.left_out]
    return found.kind, [row._replace(locator=None) for row in runs[0]], left_out


def test_columns_in_another_order_keep_footnotes_apart(tmp_path: Path) -> None:
    sheet = "Table 1.7"
    usual = workbook(tmp_path, {sheet: book()[sheet]}, "usual.xlsx")
    turned = [row[:1] if len(row) == 1 else row[::-1] for row in book()[sheet]]
    other = workbook(tmp_path, {sheet: turned}, "other.xlsx")
    assert loaded(other)[:2] == loaded(usual)[:2]
    table = tmp_path / "table.csv"
    with table.open("w", newline="") as stream:
        csv.writer(stream).writerows([*row, *[""] * (13 - len(row))] for row in turned)
    assert loaded(open_document(table, table.name)) == (
        "projections_workbook",
        loaded(usual)[1],
        ["footnotes and source lines"],
    )


def test_the_data_tools_export_may_be_saved_as_a_workbook(tmp_path: Path) -> None:
    usual = export(tmp_path, [ACTORS, SURGEONS])
    saved = workbook(tmp_path, {"Sheet1": [next(csv.reader([EXPORT_HEADER])), ACTORS, SURGEONS]})
    assert loaded(saved)[:2] == ("projections_csv", loaded(usual)[1])


def test_a_missing_column_is_named_as_files_name_it(tmp_path: Path) -> None:
    rows = [list(row) for row in book()["Table 1.7"]]
    rows[1][7] = "Self employment"
    with pytest.raises(BadFile, match=r"row 2, column percent self-employed, 2022: missing"):
        loaded(workbook(tmp_path, {"Table 1.7": rows}))


def test_the_classifications_year_is_in_its_files_name_too(tmp_path: Path) -> None:
    lines = "Major Group,Minor Group,Broad Group,Detailed Occupation,\n11-0000,,,,Managers\n"
    path = tmp_path / "soc_structure_2018.csv"
    path.write_text(lines)
    (release,) = plan([recognise(open_document(path, path.name))], Options())
    assert release.name == "soc-2018"
    path.write_text(lines.replace(",Managers", ""))
    (release,) = plan([recognise(open_document(path, path.name))], Options())
    with pytest.raises(BadFile, match=r"row 2, .*an occupation without a title"):
        [list(part.rows) for part in release.read().parts]
    path.write_text("For reference year January 2010,,,,\n" + lines)
    with pytest.raises(BadFile, match="it states several years: 2010, 2018; give --period"):
        plan([recognise(open_document(path, path.name))], Options())


def test_the_years_of_projections_are_in_their_files_name_too(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="the file's name says 2021-31, its header 2022-32"):
        loaded(workbook(tmp_path, book(), "occupation_2021-31.xlsx"))
    assert loaded(workbook(tmp_path, book(), "occupation 2022-2032 of 2024-10-05.xlsx"))[1]


def test_two_files_of_one_edition_are_refused(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        workbook(tmp_path, book(), name)
    with (
        Finder() as finder,
        pytest.raises(BadFile, match=r"b.xlsx: .*a.xlsx is bls-ep-2022-32 too"),
    ):
        plan(list(finder.find([tmp_path])), Options())


def renamed(sheet: str, count: int) -> Sheets:
    """Return a workbook with new names for the last columns of a table."""
    sheets = book()
    sheets[sheet][1][-count:] = [f"Column {n}" for n in range(count)]
    return sheets


def test_a_table_is_known_by_most_of_its_columns(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"sheet 'Table 1.7', row 2, .*missing in the header"):
        loaded(workbook(tmp_path, renamed("Table 1.7", 4)))
    assert recognise(workbook(tmp_path, renamed("Table 1.7", 5))).kind == ""
    with pytest.raises(BadFile, match=r"sheet 'Table 5.3', row 2, .*missing in the header"):
        loaded(workbook(tmp_path, renamed("Table 5.3", 3)))
    left_out = loaded(workbook(tmp_path, renamed("Table 5.3", 4)))[2]
    assert "sheet 'Table 5.3': not of this API" in left_out


def test_a_year_may_stand_in_the_name_of_the_zip_alone(tmp_path: Path) -> None:
    table = oews_csv(tmp_path / "national.csv", line())
    with zipfile.ZipFile(tmp_path / "oesm22nat.zip", "w") as archive:
        archive.write(table, "data/national.csv")
    (release,) = planned(tmp_path / "oesm22nat.zip")
    assert release.name == "bls-oews-2022-05"


def test_an_older_all_data_file_tells_industries_by_their_codes(tmp_path: Path) -> None:
    names = {"OCC_CODE": "occ code", "OCC_TITLE": "occ title", "O_GROUP": "group"}
    names["LOC_QUOTIENT"] = "loc quotient"
    kept = [n for n in OEWS_HEADER if n not in {"PRIM_STATE", "I_GROUP", "PCT_RPT"}]
    header = [names.get(name, name.lower()) for name in kept]
    every = [
        line(OCC_CODE="00-0000", O_GROUP="total"),
        line(NAICS="622000", NAICS_TITLE="Hospitals", O_GROUP=""),
        line(NAICS="11", NAICS_TITLE="Farming", O_GROUP=""),
        line(AREA="01", AREA_TITLE="Alabama", AREA_TYPE="2", O_GROUP=""),
    ]
    every = [
        [{"H_PCT90": "#", "A_PCT90": "#"}.get(n, c) for n, c in zip(OEWS_HEADER, one, strict=True)]
        for one in every
    ]
    lines = [[one[OEWS_HEADER.index(name)] for name in kept] for one in every]
    found = recognise(workbook(tmp_path, {"All May 2015 Data": [header, *lines]}))
    (release,) = plan([found], Options())
    reading = release.read()
    runs = [(run.key, [*run.rows]) for run in reading.parts if run.key.row is WageRow]
    assert release.name == "bls-oews-2015-05-all"
    assert [(key.area, key.industry, row[0], row[1]) for key, rows in runs for row in rows] == [
        ("US", "000000", "00-0000", "total"),
        ("US", "622000", "11-9111", "detailed"),
        ("US", "11", "11-9111", "detailed"),
        ("AL", "000000", "11-9111", "detailed"),
    ]
    assert {(one.code, one.level) for one in reading.industries()} == {
        ("000000", "cross-industry"),
        ("622000", "3-digit"),
        ("11", "sector"),
    }


def test_a_column_of_areas_without_their_names_is_refused(tmp_path: Path) -> None:
    header = ["AREA", *(n for n in OEWS_HEADER[OEWS_HEADER.index("OCC_CODE") :])]
    header = ["OCC_GROUP" if name == "O_GROUP" else name for name in header]
    document = workbook(tmp_path, {"state_M2018_dl": [header, [""] * len(header)]})
    with pytest.raises(BadFile, match="row 1, column AREA_TITLE: missing in the header"):
        plan([recognise(document)], Options())


SOFTWARE = f"""{CODE}|Workplace Example|Element ID|Element Name|Hot Technology|In Demand
    11-9111.00|Epic|2.E.1.a|Medical software|N|Y"""
RELATED = f"{CODE}|Related {CODE}|Relatedness Tier|Index\n11-9111.00|11-9121.00|Primary-Short|1"
CATEGORIES = f"""{ELEMENT}|Scale ID|Category|Category Description
    2.D.1|Required Level of Education|RL|1|Less than a High School Diploma"""


def kind_of(path: Path, lines: list[str]) -> str:
    path.write_text("\n".join(lines))
    return recognise(open_document(path, path.name)).kind


def test_a_header_is_known_within_limits(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    header = "2018 SOC Code,2018 SOC Title,2018 SOC Direct Match Title,Illustrative Example"
    assert kind_of(path, ["About"] * 39 + [header]) == "soc_titles"
    assert kind_of(path, ["About"] * 40 + [header]) == ""
    wide = [*OEWS_HEADER, *(f"C{n}" for n in range(len(OEWS_HEADER), 150))]
    assert kind_of(path, [",".join(wide)]) == "oews"
    assert kind_of(path, [",".join([*wide, "C150"])]) == ""


def test_a_header_is_known_by_three_quarters_of_its_columns(tmp_path: Path) -> None:
    names = [CODE, "Task ID", "Task", "Task Type", "Incumbents Responding", *SAID.split("|")]
    path = tmp_path / "file.txt"
    assert kind_of(path, ["\t".join([*names[:-1], "X"])]) == "onet_tasks"
    assert kind_of(path, ["\t".join([*names[:-2], "X", "Y"])]) == ""


def test_two_columns_of_element_ids_make_a_file_of_links(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    assert kind_of(path, ["Work Style Element ID\tName"]) == ""
    assert kind_of(path, ["Work Style Element ID\tSkill Element ID"]).startswith("unused: Links")


@pytest.mark.parametrize(
    ("text", "column"),
    [
        *(
            (ONET_30_3["Essential_Skills"], name)
            for name in ("Element ID", "Date", "Scale ID", "Data Value")
        ),
        (SOFTWARE, "Hot Technology"),
        (RELATED, "Relatedness Tier"),
        (CATEGORIES, "Element ID"),
    ],
)
def test_a_renamed_column_of_a_file_that_is_used_is_refused(
    tmp_path: Path, text: str, column: str
) -> None:
    folder = onet_text(tmp_path / "onet", file=text.replace(column, "Zzz", 1))
    missing = rf"row 1, column {column.lower()}: missing .* not know: zzz"
    (release,) = planned(folder, period="2026-05", version="30.3")
    parts = release.read().parts
    with pytest.raises(BadFile, match=missing):
        list(parts)


def test_a_column_that_may_be_missing_is_told_when_renamed(tmp_path: Path) -> None:
    folder = onet_text(tmp_path / "onet", file=SOFTWARE.replace("In Demand", "Wanted"))
    (release,) = planned(folder, period="2026-05", version="30.3")
    reading = release.read()
    list(reading.parts)
    assert [file.left_out for file in reading.files()] == [{"columns not known: wanted": 1}]
