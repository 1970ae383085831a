"""O*NET's text and workbooks of one release are one release; of two releases, two."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from app.importers.faults import BadFile
from app.importers.loading.finder import Finder
from app.importers.loading.load import load_release
from app.importers.loading.planned import Options
from app.importers.loading.releases import plan
from tests.conftest import Databases, occupations
from tests.importers.planned import planned
from tests.importers.test_onet_release import load, rows
from tests.onet_releases import (
    ANSWERS,
    RATINGS,
    RELEASE_18_1,
    RELEASE_30_1,
    TASKS,
    texts,
    workbooks,
)

SAME = {"the same figures as in the other edition"}


@pytest.mark.parametrize("folders", [("db", "db"), ("text", "books")])
def test_text_and_workbooks_are_one_release(
    engine: Engine, tmp_path: Path, folders: tuple[str, str]
) -> None:
    texts(tmp_path / folders[0], RELEASE_30_1)
    workbooks(tmp_path / folders[1], RELEASE_30_1)
    with Finder() as finder:
        (its,) = plan(list(finder.find([tmp_path])), Options())
        reading = its.read()
        assert load_release(engine, reading).outcome == "loaded"
        files = {file.name.rpartition("/")[2]: file for file in reading.files()}
    assert {*files["Task Statements.xlsx"].left_out} == SAME
    assert files["Task Statements.xlsx"].rows_loaded == 0
    assert files["Task Statements.xlsx"].rows_read == 3
    assert files["Task Statements.txt"].rows_loaded == 3
    assert rows(engine, "SELECT count(*) FROM duties") == [(3,)]
    with Finder() as finder:
        (again,) = plan(list(finder.find([tmp_path])), Options())
        assert load_release(engine, again.read()).outcome == "unchanged"


def test_an_edition_completes_the_other(engine: Engine, tmp_path: Path) -> None:
    ratings = ("Task_Ratings", "Task_Categories", "Work_Context_Categories")
    text = {name: content for name, content in RELEASE_30_1.items() if name not in ratings}
    texts(tmp_path / "text", text)
    workbooks(tmp_path / "books", RELEASE_30_1, "Task_Statements", *ratings)
    files = load(engine, tmp_path)
    assert files["Task Ratings"].rows_loaded == 7
    query = "SELECT importance FROM duties WHERE task_id = '46'"
    assert rows(engine, query) == [(4.84,)]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        (
            {"Task_Ratings": RATINGS.replace("4.84", "4.83")},
            "books/.*: it contradicts the other edition of its release, duties core: "
            "11-9111 Plan the work. core 46.*: importance 4.84 and 4.83",
        ),
        (
            {"Task_Statements": TASKS + "\n15-1252.00|49|Test it.|Core|9|08/2025|Incumbent"},
            "duties core: the other edition lacks 15-1252 Test it. core 49",
        ),
        (
            {"Task_Statements": TASKS.rpartition("\n")[0]},
            "duties unrated: it lacks 15-1252 Write programs. unrated 48",
        ),
        (
            {"Work_Context_Categories": ANSWERS.replace("Never", "At no time")},
            "skills work_context: .* or what they say of all rows",
        ),
    ],
)
def test_a_contradiction_is_refused(
    engine: Engine, tmp_path: Path, changed: dict[str, str], why: str
) -> None:
    texts(tmp_path / "text", RELEASE_30_1)
    workbooks(tmp_path / "books", RELEASE_30_1, **changed)
    with Finder() as finder:
        (its,) = plan(list(finder.find([tmp_path])), Options())
        with pytest.raises(BadFile, match=why):
            load_release(engine, its.read())
    assert rows(engine, "SELECT count(*) FROM duties") == [(0,)]


def test_two_releases_of_a_folder_are_two(tmp_path: Path) -> None:
    texts(tmp_path / "older", RELEASE_18_1)
    workbooks(tmp_path / "newer", RELEASE_30_1)
    assert [one.name for one in planned(tmp_path)] == ["onet-18.1", "onet-30.1"]


def test_releases_that_share_a_file_both_have_it(databases: Databases, tmp_path: Path) -> None:
    url = databases.empty()
    for name, month in (("30.1", "December 2025"), ("30.2", "February 2026")):
        readme = f"O*NET {name} Database\n{month} Release"
        texts(tmp_path / name, RELEASE_30_1, Read_Me=readme)
    shutil.copytree(tmp_path / "30.1", tmp_path / "copy")
    made = occupations("import", str(tmp_path), url=url)
    assert made.returncode == 0, made.stderr
    engine = create_engine(url)
    query = "SELECT r.name, p.rows FROM parts p JOIN releases r ON r.id = release_id"
    found = rows(engine, f"{query} WHERE p.kind = 'work_context' ORDER BY r.name")
    engine.dispose()
    assert found == [("onet-30.1", 2), ("onet-30.2", 2)]


def test_one_edition_in_two_folders_is_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        texts(tmp_path / name, RELEASE_30_1)
    texts(tmp_path / "b", {"Occupation_Data": RELEASE_30_1["Occupation_Data"] + " Again."})
    with pytest.raises(BadFile, match=r"b/Occ.*: .*a/Occ.* of the same release and kind: give one"):
        planned(tmp_path)


def test_editions_of_two_months_contradict_each_other(tmp_path: Path) -> None:
    texts(tmp_path / "text", RELEASE_30_1)
    readme = RELEASE_30_1["Read_Me"].replace("December", "November")
    workbooks(tmp_path / "books", RELEASE_30_1, Read_Me=readme)
    with pytest.raises(BadFile, match=r"text: its month is 2025-12, .* of O.NET 30.1 is 2025-11"):
        planned(tmp_path)
