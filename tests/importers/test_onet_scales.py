"""Ratings on several scales: tasks, work context, work styles and values; tools; activities."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from app.importers.faults import BadFile
from app.importers.loading.planned import Planned
from app.importers.onet import lines
from tests.importers.planned import planned
from tests.importers.test_onet_release import load, rows
from tests.onet_releases import (
    CODE,
    CONTEXT,
    FREQUENCIES,
    LINKS,
    OLDER_STYLES,
    RATINGS,
    RELEASE_18_1,
    RELEASE_30_1,
    RELEASE_30_3,
    SOFTWARE,
    STYLES,
    VALUES,
    texts,
    workbooks,
)


def every_row(release: Planned) -> list[Any]:
    return [row for run in release.read().parts for row in run.rows]


def reversed_lines(text: str) -> str:
    header, *rest = text.strip().splitlines()
    return "\n".join([header, *reversed(rest)])


@pytest.mark.parametrize("chunk", [1, 3, 4000])
@pytest.mark.parametrize("turned", [False, True])
def test_the_lines_about_a_task_or_a_context_meet_wherever_they_stand(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int, turned: bool
) -> None:
    monkeypatch.setattr(lines, "CHUNK", chunk)
    order = reversed_lines if turned else str.strip
    folder = texts(
        tmp_path / "db", RELEASE_30_1, Task_Ratings=order(RATINGS), Work_Context=order(CONTEXT)
    )
    files = load(engine, folder)
    query = "SELECT task_id, importance, importance_n, importance_suppress, relevance, rated, "
    query += "rated_by, frequency, activities, note FROM duties ORDER BY task_id"
    first, second, third = (row[:7] for row in rows(engine, query))
    assert first == ("46", 4.84, 62, False, 97.5, "2025-08", "Incumbent")
    assert second[:5] == ("47", 2.5, 62, True, 66)
    assert third == ("48", None, None, None, None, None, None)
    notes = [row[-1] for row in rows(engine, query)]
    other = "RT: collected 2025-08, Incumbent", "IM: collected 2025-07, Incumbent"
    assert notes == [None, other[turned], None]
    assert second[5] == ("2025-08" if turned else "2025-07")
    query = "SELECT element_id, scale, value, value_n, value_suppress, note FROM skills "
    query += "WHERE kind = 'work_context' ORDER BY element_id"
    speaking, week = rows(engine, query)
    assert speaking == ("4.C.1.a.2.c", "CX", 2.75, 20, False, None)
    assert week[:5] == ("4.C.3.d.8", "CT", 1.99, 20, True)
    assert files["Task Ratings"].rows_loaded == 7
    assert files["Work Context"].rows_loaded == 6


def test_older_and_newer_shapes(engine: Engine, tmp_path: Path) -> None:
    files = load(engine, texts(tmp_path / "db_18_1", RELEASE_18_1))
    left_out = files["Task Ratings"].left_out
    assert left_out == {"no such task in the release's Task Statements": 1}
    assert "Green Occupations" not in files
    query = "SELECT p.kind, t.name, t.position FROM technologies t JOIN parts p ON p.id = part_id"
    assert rows(engine, f"{query} ORDER BY p.kind, t.position") == [
        ("technology", "Able", 1),
        ("tool", "Desktops", 1),
        ("tool", "Notebooks", 2),
    ]
    query = "SELECT name, importance, importance_n, scale, value FROM skills ORDER BY name"
    assert rows(engine, query) == [
        ("Effort", 4.55, 27, None, None),
        ("Persistence", 4.43, None, None, None),
    ]
    load(engine, texts(tmp_path / "db_30_3", RELEASE_30_3))
    (linked,) = rows(engine, "SELECT activities FROM duties WHERE task_id = '48' ORDER BY id")[1:]
    assert "4.A.2.b.1.a.2" in str(linked)
    assert "Solve problems." in str(linked)


def test_what_needs_a_missing_file_is_left_out_and_said(engine: Engine, tmp_path: Path) -> None:
    without = ("Task_Categories", "Work_Context_Categories", "DWA_Reference")
    names = {name: text for name, text in RELEASE_30_1.items() if name not in without}
    files = load(engine, texts(tmp_path / "db", names))
    unnamed = {"the release lacks the file that names the categories": 3}
    assert files["Task Ratings"].left_out == unnamed
    assert sum(files["Work Context"].left_out.values()) == 4
    assert [*files["Tasks to DWAs"].left_out.values()] == [3]
    query = "SELECT importance, activities FROM duties WHERE task_id = '46'"
    assert rows(engine, query) == [(4.84, None)]
    assert activities(engine) == []
    assert rows(engine, "SELECT count(*) FROM parts WHERE dataset = 'activities'") == [(0,)]
    assert rows(engine, "SELECT count(*) FROM skills WHERE kind = 'work_context'") == [(2,)]


def test_without_task_statements_ratings_are_left_out(engine: Engine, tmp_path: Path) -> None:
    names = {name: text for name, text in RELEASE_30_1.items() if name != "Task_Statements"}
    files = load(engine, texts(tmp_path / "db", names))
    why = "no such task in the release's Task Statements"
    assert files["Task Ratings"].left_out == {why: 7}
    assert (files["Tasks to DWAs"].left_out, files["Tasks to DWAs"].rows_loaded) == ({}, 3)
    assert [row[:2] for row in activities(engine)] == [
        ("11-9111", "4.A.2.b.1.I01.D02"),
        ("11-9111", "4.A.2.b.1.I01.D01"),
        ("15-1252", "4.A.2.b.1.I01.D02"),
    ]
    assert rows(engine, "SELECT count(*) FROM duties") == [(0,)]


def activities(engine: Engine) -> list[tuple[Any, ...]]:
    """Return code, id, title, tasks, position and note of each row."""
    query = "SELECT code, activity_id, title, tasks, position, note FROM activities"
    found = rows(engine, f"{query} ORDER BY code, position")
    return [(*row[:3], as_json(row[3]), *row[4:]) for row in found]


def as_json(cell: Any) -> Any:
    return json.loads(cell) if isinstance(cell, str) else cell


@pytest.mark.parametrize("chunk", [1, 2, 4000])
def test_an_activity_has_its_tasks_in_the_order_of_the_file(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(lines, "CHUNK", chunk)
    links = f"""{LINKS}
        11-9111.00|47|4.A.2.b.1.I01.D02|07/2015|Analyst - Transition
        11-9111.00|99|4.A.2.b.1.I01.D02|n/a|n/a"""
    files = load(engine, texts(tmp_path / "db", RELEASE_30_1, Tasks_to_DWAs=links))
    said = ["2014-03", "Analyst"]
    plans = ("11-9111", "4.A.2.b.1.I01.D01", "Make plans.", [["46", *said]], 2, None)
    solves = "4.A.2.b.1.I01.D02", "Solve problems."
    of_three = [["46", *said], ["47", "2015-07", "Analyst - Transition"], ["99", None, None]]
    assert activities(engine) == [
        ("11-9111", *solves, of_three, 1, None),
        plans,
        ("15-1252", *solves, [["48", *said]], 1, None),
    ]
    assert (files["Tasks to DWAs"].left_out, files["Tasks to DWAs"].rows_loaded) == ({}, 5)
    linked = rows(engine, "SELECT activities FROM duties ORDER BY task_id")
    assert [[one[0][-3:] for one in as_json(row[0])] for row in linked] == [
        ["D02", "D01"],
        ["D02"],
        ["D02"],
    ]


def test_a_line_that_breaks_an_accepted_rule_leaves_a_note(engine: Engine, tmp_path: Path) -> None:
    links = LINKS.replace("I01.D01|03/2014", "I01.D01|01/2026")
    folder = texts(tmp_path / "db", RELEASE_30_1, Tasks_to_DWAs=links)
    load(engine, folder, accepted={"collected"})
    first, second, third = (row[-1] for row in activities(engine))
    assert first is third is None
    assert second.startswith("collected 2026-01, after the release of 2025-12")


FAULTS: dict[str, tuple[dict[str, str], str]] = {
    "an unknown scale of a task": (
        {"Task_Ratings": RATINGS.replace("|RT|", "|IX|")},
        "scale IX is not in the release's Scales Reference",
    ),
    "a scale of something else": (
        {"Task_Ratings": RATINGS.replace("|RT|", "|EX|")},
        "row 6, column Scale ID: scale 'EX' is none of FT, IM, RT",
    ),
    "a category that nothing names": (
        {"Task_Ratings": RATINGS.replace("|FT|3|", "|FT|4|")},
        "row 4, column Category: category 4 of FT is not in the categories file",
    ),
    "a share without a category": (
        {"Task_Ratings": RATINGS.replace("|FT|3|", "|FT|n/a|")},
        "row 4, column Category: a line of FT without a category",
    ),
    "a mean with a category": (
        {"Task_Ratings": RATINGS.replace("|RT|n/a|97", "|RT|1|97")},
        "row 6, column Category: a line of RT with one",
    ),
    "a rating twice": (
        {"Task_Ratings": RATINGS.replace("|46|RT|", "|46|IM|")},
        "46, IM stands twice, in row 5 too",
    ),
    "an unknown mark": (
        {"Task_Ratings": RATINGS.replace("|4.84|", "|*|")},
        "row 5, column Data Value: '*'",
    ),
    "shares that are no whole": (
        {"Task_Ratings": RATINGS.replace("|16.75|", "|17.80|")},
        "the shares of 46 of 11-9111, FT, add up to 101.05 (rule sum-of-shares;",
    ),
    "a category that was cut off": (
        {"Work_Context": CONTEXT.rpartition("\n")[0]},
        "the shares of 4.C.3.d.8 of 11-9111, CTP, add up to 40.50 (rule sum-of-shares;",
    ),
    "an importance that is off the scale": (
        {"Task_Ratings": RATINGS.replace("|4.84|", "|5.01|")},
        "5.01 is not on the scale IM, 1 to 5 (rule scale;",
    ),
    "a relevance of over 100": (
        {"Task_Ratings": RATINGS.replace("99.0000", "100.1")},
        "100.1 is not on the scale RT, 0 to 100 (rule scale;",
    ),
    "a context that is off the scale": (
        {"Work_Context": CONTEXT.replace("|1.99|", "|3.01|")},
        "3.01 is not on the scale CT, 1 to 3 (rule scale;",
    ),
    "a value outside its interval": (
        {"Task_Ratings": RATINGS.replace("|4.6956|", "|4.85|")},
        "4.85 is over the value, 4.84 (rule interval;",
    ),
    "a rating after the release": (
        {
            "Task_Ratings": RATINGS.replace(
                "|62|0.0722|4.6956|4.9844|N|08/2025", "|62|0.0722|4.6956|4.9844|N|01/2026"
            )
        },
        "collected 2026-01, after the release of 2025-12 (rule collected;",
    ),
    "two scales of one context": (
        {"Work_Context": CONTEXT.replace("|CTP|", "|CXP|")},
        "category 1 of CXP is not in the categories file",
    ),
    "a mean and shares of two scales": (
        {"Work_Context": CONTEXT.replace("|CT|n/a|", "|CX|n/a|")},
        "row 5, column Scale ID: 4.C.3.d.8 of 11-9111 is on CT and CX",
    ),
    "a high point that is none": (
        {"Work_Values": VALUES.replace("|4.00|", "|7.00|")},
        "7 is not on the scale VH, 0 to 6 (rule scale;",
    ),
    "a value on a scale of styles": (
        {"Work_Values": VALUES.replace("|EX|", "|WI|")},
        "row 2, column Scale ID: scale 'WI' is none of EX, VH",
    ),
    "importance without an estimate": (
        {"Work_Styles": STYLES.replace("|WI|-1.10", "|IM|1.10")},
        "row 2, column Scale ID: importance without the columns of an estimate",
    ),
    "an activity that nothing names": (
        {"Tasks_to_DWAs": LINKS.replace("I01.D01", "I01.D03")},
        "row 3, column DWA ID: 4.A.2.b.1.I01.D03 is not in the file that names the activities",
    ),
    "a column of software renamed": (
        {"Technology_Skills": SOFTWARE.replace("|Hot Technology", "|Hotness")},
        "column hot technology: missing in the header; columns there that this program does not",
    ),
    "software without its columns": (
        {"Technology_Skills": "\n".join(one.rsplit("|", 2)[0] for one in SOFTWARE.splitlines())},
        "43232110 is software, of which the column Hot Technology is missing",
    ),
}


@pytest.mark.parametrize("what", FAULTS)
def test_a_fault_stops_the_import_with_its_place(tmp_path: Path, what: str) -> None:
    changed, why = FAULTS[what]
    (release,) = planned(texts(tmp_path / "db", RELEASE_30_1, **changed))
    with pytest.raises(BadFile) as fault:
        every_row(release)
    assert why in str(fault.value)
    assert next(iter(changed)).replace("_", " ") in str(fault.value)


def test_a_file_of_few_columns_is_known_by_its_name_too(tmp_path: Path) -> None:
    renamed = FREQUENCIES.replace("|Category|", "|Number|")
    folder = texts(tmp_path / "db", RELEASE_30_1, Task_Categories=renamed)
    with pytest.raises(BadFile, match=r"Task Categories.txt, row 1, column category: missing"):
        planned(folder)


def test_what_lies_on_the_bounds_is_loaded(engine: Engine, tmp_path: Path) -> None:
    folder = texts(
        tmp_path / "db",
        RELEASE_30_1,
        Task_Ratings=RATINGS.replace("|16.75|", "|17.74|").replace("99.0000", "100"),
        Work_Values=VALUES.replace("|4.00|", "|6.00|"),
        Work_Styles=STYLES.replace("-1.10", "-3.00"),
    )
    load(engine, folder)
    query = "SELECT value FROM skills WHERE scale IN ('VH', 'WI') ORDER BY value"
    assert rows(engine, query) == [(-3,), (0,), (6,)]


@pytest.mark.parametrize("rule", ["sum-of-shares", "scale"])
def test_an_accepted_rule_leaves_a_note(engine: Engine, tmp_path: Path, rule: str) -> None:
    name, text, table = {
        "sum-of-shares": ("Task_Ratings", RATINGS.replace("|16.75|", "|17.80|"), "duties"),
        "scale": ("Work_Context", CONTEXT.replace("|1.99|", "|3.01|"), "skills"),
    }[rule]
    accepted = {rule, "interval"}
    load(engine, texts(tmp_path / "db", RELEASE_30_1, **{name: text}), accepted=accepted)
    (note,) = rows(engine, f"SELECT note FROM {table} WHERE note LIKE '%accepted%'")
    assert f"(rule {rule})" in note[0]


def test_those_in_demand_come_first_then_hot_ones(engine: Engine, tmp_path: Path) -> None:
    load(engine, texts(tmp_path / "db", RELEASE_30_1))
    query = "SELECT code, name FROM technologies WHERE part_id = (SELECT id FROM parts WHERE"
    query += " kind = 'technology') ORDER BY code, position"
    assert rows(engine, query) == [
        ("11-9111", "Alpha"),
        ("11-9111", "Zebra"),
        *(("15-1252", name) for name in ("Charlie", "Easy", "Delta", "Aachen", "Baker", "Able")),
    ]


def test_a_title_of_an_activity_in_a_workbook_is_the_references(tmp_path: Path) -> None:
    links = f"""{CODE}|Task ID|DWA ID|DWA Title|Date|Domain Source
        11-9111.00|46|4.A.2.b.1.I01.D02|Solve problems.|03/2014|Analyst
        11-9111.00|46|4.A.2.b.1.I01.D01|Make cakes.|03/2014|Analyst"""
    (release,) = planned(workbooks(tmp_path / "db", RELEASE_30_1, Tasks_to_DWAs=links))
    with pytest.raises(BadFile, match=r"row 3.*D01 is 'Make plans.' in the file that names"):
        every_row(release)


def figures(folder: Path) -> dict[Any, list[Any]]:
    (release,) = planned(folder)
    found: dict[Any, list[Any]] = {}
    for run in release.read().parts:
        found.setdefault(run.key, []).extend(run.rows)
    return found


def test_workbooks_mean_the_same_as_text(tmp_path: Path) -> None:
    older = {"Work_Styles": OLDER_STYLES}
    text = figures(texts(tmp_path / "text", RELEASE_30_1, **older))
    assert figures(workbooks(tmp_path / "books", RELEASE_30_1, **older)) == text
