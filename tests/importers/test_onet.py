"""O*NET releases, from text and workbooks, whole or in part."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.importers import rows
from app.importers.faults import BadFile
from tests.builders import onet_text, write_xlsx
from tests.importers.planned import planned

README = "O*NET 27.0 Database\nAugust 2022 Release"
RATED = (
    "O*NET-SOC Code|Element ID|Element Name|Scale ID|Data Value|N|Standard Error|Lower CI Bound|"
    "Upper CI Bound|Recommend Suppress|Not Relevant|Date|Domain Source\n"
)
TASKS = "O*NET-SOC Code|Task ID|Task|Task Type|Incumbents Responding|Date|Domain Source\n"
SCALES = "Scale ID|Scale Name|Minimum|Maximum\nIM|Importance|1|5\nLV|Level|0|7"


def read(folder: Path) -> dict[tuple[str, str], list[Any]]:
    (release,) = planned(folder)
    return {(run.key.row.__name__, run.key.kind): [*run.rows] for run in release.read().parts}


def test_codes_lose_the_suffix_of_the_soc_occupation_itself(tmp_path: Path) -> None:
    folder = onet_text(
        tmp_path / "db",
        Read_Me=README,
        Occupation_Data="""O*NET-SOC Code|Title|Description
            15-1299.00|Computer Occupations, All Other|All not listed separately.
            15-1299.08|Computer Systems Engineers/Architects|Design "systems".""",
    )
    found = read(folder)
    assert [(e.code, e.level) for e in found["EntryRow", ""]] == [
        ("15-1299", "detailed"),
        ("15-1299.08", "onet"),
    ]
    assert found["DescriptionRow", "definition"][1].text == 'Design "systems".'


def test_version_and_period_come_from_the_read_me(tmp_path: Path) -> None:
    titles = "O*NET-SOC Code|Reported Job Title|Shown in My Next Move\n11-9111.00|Nurse Manager|Y"
    folder = onet_text(tmp_path / "db_27_0_text", Titles=titles)
    with pytest.raises(
        BadFile, match=r"no Read Me tells the month of O.NET: give --period YYYY-MM$"
    ):
        planned(folder)
    (release,) = planned(folder, period="2022-08")
    assert release.name == "onet-27.0"
    assert "skill" in release.lacks
    onet_text(folder, Read_Me=README)
    (release,) = planned(folder)
    assert release.read().head.period == "2022-08"
    onet_text(folder, Read_Me=README.replace("27.0", "28.1"))
    with pytest.raises(BadFile, match="contradicts itself about its release"):
        planned(folder)


def test_duties_by_kind(tmp_path: Path) -> None:
    folder = onet_text(
        tmp_path / "db",
        Read_Me=README,
        Task_Statements=TASKS
        + """11-9111.00|8823|Direct "activities".|Core|87|07/2014|Incumbent
            11-9111.00|8824|Plan.|n/a|n/a|07/2014|Analyst
            11-9111.00|8825|Check.|n/a|0|07/2014|Analyst""",
        Emerging="""O*NET-SOC Code|Task|Category|Original Task ID|Original Task|Date|Domain Source
            11-9111.00|Do it now.|Revision|8823|Direct.|07/2021|Incumbent""",
    )
    found = read(folder)
    assert found["DutyRow", "core"] == [
        rows.DutyRow(
            "11-9111",
            'Direct "activities".',
            "core",
            "8823",
            None,
            87,
            None,
            "2014-07",
            "Incumbent",
        )
    ]
    assert [duty.incumbents_responding for duty in found["DutyRow", "unrated"]] == [None, 0]
    assert found["DutyRow", "revision"][0].original_task_id == "8823"


@pytest.mark.parametrize("book", [False, True])
def test_importance_and_level_become_one_row_with_their_bounds(tmp_path: Path, book: bool) -> None:
    lines = [
        "11-9111.00|2.A.1.a|Reading Comprehension|IM|4.12|8|0.13|3.88|4.37|N|n/a|07/2014|Analyst",
        "11-9111.00|2.A.1.a|Reading Comprehension|LV|4.62|8|0.18|4.27|4.98|Y|N|07/2014|Analyst",
    ]
    folder = onet_text(tmp_path / "db", Read_Me=README, Scales_Reference=SCALES)
    if book:
        cells = [
            [
                ("" if c == "n/a" else float(c) if n in range(4, 9) else c)
                for n, c in enumerate(one.split("|"))
            ]
            for one in lines
        ]
        write_xlsx(folder / "Essential Skills.xlsx", {"Skills": [RATED.strip().split("|"), *cells]})
    else:
        onet_text(folder, Skills=RATED + "\n".join(lines))
    (release,) = planned(folder)
    runs = {run.key.kind: run for run in release.read().parts}
    assert runs["skill"].detail == {"scales": {"IM": [1, 5], "LV": [0, 7]}}
    assert list(runs["skill"].rows) == [
        rows.SkillRow(
            "11-9111",
            "Reading Comprehension",
            "skill",
            "2.A.1.a",
            *(4.12, 8, 0.13, 3.88, 4.37, False),
            *(4.62, 8, 0.18, 4.27, 4.98, True),
            not_relevant=False,
            collected="2014-07",
            domain_source="Analyst",
        )
    ]


def test_files_with_the_same_columns_are_told_apart_by_their_elements(tmp_path: Path) -> None:
    one = "11-9111.00|{}|Name|IM|4|8|0|4|4|N|n/a|07/2014|Analyst"
    folder = onet_text(
        tmp_path / "db",
        Read_Me=README,
        A=RATED + one.format("2.C.1.a"),
        B=RATED + one.format("1.A.1.a"),
        C=RATED + one.format("4.A.1.a"),
        D=RATED + one.format("1.E.1.a"),
    )
    assert {kind for _, kind in read(folder)} == {"knowledge", "ability", "work_activity"}


def test_education_and_experience_take_their_words_from_the_categories(tmp_path: Path) -> None:
    columns = (
        "O*NET-SOC Code|Element ID|Element Name|Scale ID|Category|Data Value|N|Standard Error|"
    )
    columns += "Lower CI Bound|Upper CI Bound|Recommend Suppress|Date|Domain Source\n"
    categories = "Element ID|Element Name|Scale ID|Category|Category Description\n"
    folder = onet_text(
        tmp_path / "db",
        Read_Me=README,
        Education=columns
        + "11-9111.00|2.D.1|Required|RL|6|65.2|30|8.9|46.5|80|N|07/2014|Incumbent\n"
        + "11-9111.00|2.D.1|Required|RL|7|34.8|30|8.9|20|53.5|N|07/2014|Incumbent\n"
        + "11-9111.00|3.A.1|Related|RW|1|0|30|0|n/a|n/a|Y|07/2014|Incumbent\n"
        + "11-9111.00|3.A.1|Related|RW|2|100|30|0|n/a|n/a|Y|07/2014|Incumbent\n"
        + "11-9111.00|3.A.9|Other|XX|1|0|30|0|n/a|n/a|Y|07/2014|Incumbent",
        Categories=categories
        + "2.D.1|Required|RL|6|Bachelor's Degree\n2.D.1|Required|RL|7|Certificate\n"
        + "3.A.1|Related|RW|1|None\n3.A.1|Related|RW|2|A year",
    )
    found = read(folder)
    level, _ = found["EducationRow", "required_level"]
    assert (level.level, level.percent, level.upper, level.suppress) == (
        "Bachelor's Degree",
        65.2,
        80.0,
        False,
    )
    span, _ = found["ExperienceRow", "related_work"]
    assert (span.name, span.percent, span.lower, span.suppress) == ("None", 0.0, None, True)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("11-9111|8823|Direct.|Core|87|07/2014|Incumbent", "row 2, column O.NET-SOC Code"),
        ("11-9111.00|8823|Direct.|Main|87|07/2014|Incumbent", "row 2, column Task Type: 'Main'"),
        ("11-9111.00|8823|Direct.|Core|many|07/2014|Incumbent", "column Incumbents Responding"),
        ("11-9111.00|8823|Direct.|Core|87|2014|Incumbent", "column Date: '2014' is no month"),
        ("11-9111.00|8823|Direct.|Core", "row 2: 4 cells where the header has 7"),
    ],
)
def test_a_wrong_cell_stops_the_import_with_its_place(tmp_path: Path, line: str, why: str) -> None:
    with pytest.raises(BadFile, match=why):
        read(onet_text(tmp_path / "db", Read_Me=README, Tasks=TASKS + line))
