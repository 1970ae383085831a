"""O*NET releases through the one writer: rows as in the files, whatever shape those have.

The small releases hold true lines of 27.0 and 29.3, and of the shapes that older and newer ones
have.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from app.importers.loading.finder import Finder
from app.importers.loading.load import load_release
from app.importers.loading.planned import Options
from app.importers.loading.releases import plan
from app.importers.onet import lines
from tests.builders import onet_text, write_xlsx
from tests.importers.planned import planned

README = "O*NET 27.0 Database\nAugust 2022 Release"
CODE = "O*NET-SOC Code"
TITLE, LEVEL = "Medical and Health Services Managers", "Computer Systems Engineers/Architects"
OCCUPATIONS = f"""{CODE}|Title|Description
    11-9111.00|{TITLE}|Plan, direct, or coordinate medical and health services.
    15-1299.00|Computer Occupations, All Other|All computer occupations not listed separately.
    15-1299.08|{LEVEL}|Design and develop solutions to complex applications problems."""
TASKS = f"""{CODE}|Task ID|Task|Task Type|Incumbents Responding|Date|Domain Source
    11-9111.00|46|Direct, supervise and evaluate work activities.|Core|28|08/2022|Incumbent
    15-1299.08|15287|"Head counts" and "right-to-know" programs.|n/a|n/a|06/2006|Analyst
    15-1299.08|15288|"Begins with a mark.|Supplemental|12|06/2006|Analyst"""
ESTIMATES = "N|Standard Error|Lower CI Bound|Upper CI Bound|Recommend Suppress"
RATED = (
    f"{CODE}|Element ID|Element Name|Scale ID|Data Value|{ESTIMATES}|Not Relevant|Date|Domain"
    " Source\n"
)
ANALYSIS = "15-1299.08|2.B.3.a|Operations Analysis"
RATINGS = f"""{ANALYSIS}|IM|2.00|8|0.27|1.48|2.52|N|n/a|08/2022|Analyst
    {ANALYSIS}|LV|1.12|8|0.5154|0.1148|2.1352|Y|N|08/2022|Analyst"""
SHARES = (
    f"{CODE}|Element ID|Element Name|Scale ID|Category|Data Value|{ESTIMATES}|Date|Domain Source\n"
)
CATEGORIES = "Element ID|Element Name|Scale ID|Category|Category Description\n"
ZONES = f"{CODE}|Job Zone|Date|Domain Source\n11-9111.00|4|08/2022|Analyst"


def load(engine: Engine, *paths: Path, **options: Any) -> Any:
    """Load the one release of the paths and return its files as they were read."""
    with Finder() as finder:
        (its,) = plan(list(finder.find(paths)), Options(**options))
        reading = its.read()
        loaded = load_release(engine, reading)
        assert loaded.outcome == "loaded"
        return {Path(file.name).stem: file for file in reading.files()}


def rows(engine: Engine, query: str) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def release(folder: Path, **files: str) -> Path:
    return onet_text(folder, Read_Me=README, **files)


def test_text_is_read_with_quoting_off(engine: Engine, tmp_path: Path) -> None:
    folder = release(tmp_path / "db", Occupation_Data=OCCUPATIONS, Task_Statements=TASKS)
    path = folder / "Task Statements.txt"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    load(engine, folder)
    query = "SELECT code, task_id, text, kind, incumbents_responding, collected FROM duties"
    assert rows(engine, f"{query} ORDER BY id") == [
        ("11-9111", "46", "Direct, supervise and evaluate work activities.", "core", 28, "2022-08"),
        (
            "15-1299.08",
            "15287",
            '"Head counts" and "right-to-know" programs.',
            "unrated",
            None,
            "2006-06",
        ),
        ("15-1299.08", "15288", '"Begins with a mark.', "supplemental", 12, "2006-06"),
    ]
    assert rows(engine, "SELECT code, level, parent FROM entries ORDER BY code") == [
        ("11-9111", "detailed", None),
        ("15-1299", "detailed", None),
        ("15-1299.08", "onet", "15-1299"),
    ]
    assert rows(engine, "SELECT name, source_id, period, title FROM releases") == [
        ("onet-27.0", "onet", "2022-08", "O*NET 27.0 Database")
    ]


def test_workbooks_hold_more_columns_and_floats(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "db_29_3_excel"
    onet_text(folder, Read_Me="O*NET 29.3 Database\nMay 2025 Release")

    def book(name: str, header: str, *lines: list[Any]) -> None:
        write_xlsx(folder / f"{name}.xlsx", {name[:31]: [header.split("|"), *lines]})

    managers = ["11-9111.00", TITLE]
    book("Occupation Data", f"{CODE}|Title|Description", [*managers, "Plan."])
    header = f"{CODE}|Title|Task ID|Task|Task Type|Incumbents Responding|Date|Domain Source"
    book("Tasks", header, [*managers, 8823.0, "Direct.", "", 95.0, "08/2023", "Incumbent"])
    header = RATED.strip().replace("|Element ID", "|Title|Element ID")
    header = header.replace("|Data Value", "|Scale Name|Data Value")
    reading = [*managers, "2.A.1.a", "Reading Comprehension"]
    book(
        "Skills",
        header,
        [*reading, "IM", "Importance", 4.0, 8.0, 0.0, 4.0, 4.0, "N", "", "08/2022", "Analyst"],
        [*reading, "LV", "Level", 4.12, 8.0, 0.125, 3.88, 4.37, "Y", "Y", "08/2022", "Analyst"],
    )
    header = f"{CODE}|Title|Alternate Title|Short Title|Source(s)"
    book("Alternate Titles", header, [*managers, "Nurse Manager", "", 8.0])
    header = f"{CODE}|Title|Example|Commodity Code|Commodity Title|Hot Technology|In Demand"
    book("T", header, [*managers, "Microsoft Excel", 43232110.0, "Spreadsheet software", "Y", "N"])
    load(engine, folder)
    assert rows(engine, "SELECT task_id, kind, incumbents_responding FROM duties") == [
        ("8823", "unrated", 95)
    ]
    query = "SELECT importance, importance_suppress, level, level_n, level_se, level_lower,"
    query += " level_upper, level_suppress, not_relevant, collected FROM skills"
    assert [tuple(map(float, row[:7])) + row[7:] for row in rows(engine, query)] == [
        (4.0, 0, 4.12, 8, 0.125, 3.88, 4.37, True, True, "2022-08")
    ]
    assert rows(engine, "SELECT short_title, origin FROM titles") == [(None, "08")]
    assert rows(engine, "SELECT name, category, commodity_code, hot, in_demand FROM technologies")[
        0
    ] == ("Microsoft Excel", "Spreadsheet software", "43232110", True, False)


@pytest.mark.parametrize("chunk", [1, 2, 4000])
def test_importance_and_level_meet_wherever_they_stand(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(lines, "CHUNK", chunk)
    alone = "11-9111.00|2.A.1.a|Reading Comprehension|IM|4|8|0|4|4|N|n/a|08/2022|Analyst\n"
    folder = release(
        tmp_path / "db",
        Occupation_Data=OCCUPATIONS,
        # From release 30 skills are in two files; a level may be of another date.
        Transferable_Skills=RATED + RATINGS.replace("Y|N|08/2022", "Y|N|07/2014"),
        Essential_Skills=RATED + alone + "\n\n" + alone.replace("2.A.1.a", "2.A.1.b"),
    )
    load(engine, folder)
    query = "SELECT element_id, importance, level, level_suppress, note FROM skills"
    assert rows(engine, f"{query} ORDER BY element_id") == [
        ("2.A.1.a", 4.0, None, None, None),
        ("2.A.1.b", 4.0, None, None, None),
        ("2.B.3.a", 2.0, 1.12, True, "level: collected 2014-07, Analyst"),
    ]
    # Without its Scales Reference a release has the bounds that the publisher documents.
    (detail,) = rows(engine, "SELECT detail FROM parts WHERE dataset = 'skills'")
    assert str(detail[0]).replace("'", '"') == '{"scales": {"IM": [1, 5], "LV": [0, 7]}}'


def test_each_tier_and_kind_is_a_part(engine: Engine, tmp_path: Path) -> None:
    header = f"{CODE}|Related O*NET-SOC Code|Relatedness Tier|Index\n"
    emerging = f"{CODE}|Task|Category|Original Task ID|Original Task|Write-in Total|Date|Domain"
    folder = release(
        tmp_path / "db",
        Occupation_Data=OCCUPATIONS,
        Related=header
        + "11-9111.00|15-1299.00|Primary-Short|1\n11-9111.00|15-1299.08|Supplemental|11",
        Emerging_Tasks=f"""{emerging} Source
            11-9111.00|Conduct employee safety training.|New|n/a|n/a|9|07/2011|Incumbent
            11-9111.00|Plan budgets.|Revision|21280|Plan, and control budgets.|2|n/a|n/a""",
        Career_Changers_Matrix=f"{CODE}|Related O*NET-SOC Code|Index\n11-9111.00|15-1299.00|1",
    )
    files = load(engine, folder)
    assert "Career Changers Matrix" not in files
    query = "SELECT kind, rows FROM parts WHERE dataset IN ('related', 'duties') ORDER BY kind"
    assert rows(engine, query) == [
        ("new", 1),
        ("primary_short", 1),
        ("revision", 1),
        ("supplemental", 1),
    ]
    query = "SELECT original_task_id, write_in_total, collected FROM duties ORDER BY id"
    assert rows(engine, query) == [(None, 9, "2011-07"), ("21280", 2, None)]


def test_education_in_one_file_or_two(engine: Engine, tmp_path: Path) -> None:
    folder = release(
        tmp_path / "db",
        Occupation_Data=OCCUPATIONS,
        Education=SHARES
        + "11-9111.00|2.D.1|Required|RL|9|19.23|27|16.21|2.71|67.05|Y|07/2014|Incumbent\n"
        + "11-9111.00|2.D.1|Required|RL|6|80.77|27|16.21|n/a|n/a|Y|07/2014|Incumbent",
        Training=SHARES
        + "11-9111.00|3.A.1|Related|RW|1|0.00|27|0.00|n/a|n/a|N|07/2014|Incumbent\n"
        + "11-9111.00|3.A.1|Related|RW|2|100.00|27|0.00|n/a|n/a|N|07/2014|Incumbent\n"
        + "11-9111.00|3.A.4.a|Apprenticeship|IM|n/a|2.70|27|n/a|n/a|n/a|n/a|07/2014|Incumbent",
        Education_Categories=CATEGORIES
        + "2.D.1|Required|RL|9|Post-Master's Certificate\n2.D.1|Required|RL|6|Bachelor's Degree",
        Training_Categories=CATEGORIES + "3.A.1|Related|RW|1|None\n3.A.1|Related|RW|2|A year",
    )
    files = load(engine, folder)
    query = "SELECT level, category, percent, n, standard_error, lower, upper, suppress"
    assert rows(engine, f"{query} FROM education") == [
        ("Post-Master's Certificate", 9, 19.23, 27, 16.21, 2.71, 67.05, True),
        ("Bachelor's Degree", 6, 80.77, 27, 16.21, None, None, True),
    ]
    query = "SELECT kind, name, category, percent, lower, suppress FROM experience"
    assert rows(engine, query) == [
        ("related_work", "None", 1, 0.0, None, False),
        ("related_work", "A year", 2, 100.0, None, False),
    ]
    assert (files["Training"].rows_read, files["Training"].rows_loaded) == (3, 2)
    assert "Apprenticeship (IM)" in next(iter(files["Training"].left_out))


def test_software_without_commodities(engine: Engine, tmp_path: Path) -> None:
    header = f"{CODE}|Element ID|Element Name|Workplace Example|Hot Technology|In Demand"
    folder = release(
        tmp_path / "db",
        Occupation_Data=OCCUPATIONS,
        Software_Skills=f"{header}\n11-9111.00|2.E.1|Spreadsheet software|Microsoft Excel|Y|Y",
        Job_Titles=f"{CODE}|Job Title|Short Title|Source(s)\n11-9111.00|Nurse Manager|n/a|02,04",
    )
    load(engine, folder)
    assert rows(engine, "SELECT name, category, commodity_code FROM technologies") == [
        ("Microsoft Excel", "Spreadsheet software", "2.E.1")
    ]
    assert rows(engine, "SELECT title, short_title, origin FROM titles") == [
        ("Nurse Manager", None, "02,04")
    ]


def test_what_needs_a_missing_file_is_left_out_and_said(engine: Engine, tmp_path: Path) -> None:
    folder = release(
        tmp_path / "db",
        Job_Zones=ZONES,
        Education=SHARES + "11-9111.00|2.D.1|Required|RL|9|100|27|0|n/a|n/a|Y|07/2014|Incumbent",
        Task_Statements=TASKS,
    )
    files = load(engine, folder)
    assert files["Job Zones"].left_out == {"the release lacks the Job Zone Reference file": 1}
    assert files["Education"].left_out == {
        "the release lacks the file that names the categories": 1
    }
    assert files["Task Statements"].rows_loaded == 3


def test_files_that_a_release_lacks_are_named(tmp_path: Path) -> None:
    folder = release(tmp_path / "db", Occupation_Data=OCCUPATIONS, Task_Statements=TASKS)
    (its,) = planned(folder)
    named = {"skill", "knowledge", "ability", "work activity", "scales", "job zone reference"}
    assert named < {*its.lacks}
    assert not {"tasks", "occupations"} & {*its.lacks}


def test_a_zip_is_a_folder(engine: Engine, tmp_path: Path) -> None:
    folder = release(tmp_path / "db", Occupation_Data=OCCUPATIONS, Task_Statements=TASKS)
    (folder / "Read Me.txt").unlink()
    packed = tmp_path / "db_27_0_text.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in folder.iterdir():
            archive.write(path, f"db_27_0_text/{path.name}")
    load(engine, packed, period="2022-08")
    assert rows(engine, "SELECT name, period FROM releases") == [("onet-27.0", "2022-08")]
