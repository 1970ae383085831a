"""What stops the import of an O*NET release: each fault with its file, row and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.importers.faults import BadFile
from tests.builders import onet_text
from tests.importers.planned import planned
from tests.importers.test_onet_release import CODE, OCCUPATIONS, RATED, RATINGS, TASKS, release

FAULTS = {
    "another code": ("Task_Statements", TASKS.replace("11-9111", "11-9112"), "row 2, column O"),
    "a key twice": (
        "Task_Statements",
        TASKS.replace("15288", "15287"),
        "Task Statements.txt, row 4, column Task ID: 15-1299.08, 15287 stands twice, in row 3 too",
    ),
    "an unknown mark": ("Skills", RATED + RATINGS.replace("0.27", "*"), "Standard Error: '*'"),
    "an unknown scale": ("Skills", RATED + RATINGS.replace("|LV|", "|LX|"), "neither IM nor LV"),
    "a scale twice": ("Skills", RATED + RATINGS.replace("|LV|", "|IM|"), "stands twice, in row 2"),
    "an unknown tier": (
        "Related",
        f"{CODE}|Related O*NET-SOC Code|Relatedness Tier|Index\n11-9111.00|15-1299.00|Near|1",
        "'Near' is none of Primary-Short, Primary-Long, Supplemental",
    ),
    "a column renamed": (
        "Task_Statements",
        TASKS.replace("Task Type", "Sort"),
        "column task type: missing in the header; columns there that this program does not know: "
        "sort",
    ),
    "a rating's column renamed": (
        "Skills",
        RATED.replace("Not Relevant", "Irrelevant") + RATINGS,
        "column not relevant: missing in the header",
    ),
    "a column doubled": (
        "Task_Statements",
        TASKS.replace("Incumbents Responding", "Task Type"),
        "column TASK TYPE: the column stands 2 times in the header",
    ),
    "a line cut off": ("Task_Statements", TASKS + "\n15-1299.08|15289|Pl", "row 5: 3 cells"),
    "a line too long": ("Task_Statements", TASKS + "|x", "row 4: 8 cells"),
    "nothing under the header": ("Task_Statements", TASKS.partition("\n")[0], "no rows under"),
    "no rating under the header": ("Skills", RATED, "no rows under"),
    "the occupations' column renamed": (
        "Occupation_Data",
        OCCUPATIONS.replace("|Title|", "|Name|"),
        "column title: missing in the header",
    ),
    "no such month": ("Task_Statements", TASKS.replace("08/2022", "13/2022"), "is no month"),
    "a negative count": ("Task_Statements", TASKS.replace("|28|", "|-28|"), "no whole number"),
}


def read(folder: Path) -> None:
    (release,) = planned(folder)
    for run in release.read().parts:
        list(run.rows)


def fault(folder: Path) -> str:
    """Return what stops the reading of a release."""
    with pytest.raises(BadFile) as raised:
        read(folder)
    return str(raised.value)


@pytest.mark.parametrize("what", FAULTS)
def test_a_fault_stops_the_import_with_its_place(tmp_path: Path, what: str) -> None:
    name, content, why = FAULTS[what]
    folder = release(tmp_path / "db", Occupation_Data=OCCUPATIONS)
    onet_text(folder, **{name: content})
    assert why in fault(folder)


def test_another_encoding_is_told_with_its_row(tmp_path: Path) -> None:
    folder = release(tmp_path / "db", Occupation_Data=OCCUPATIONS, Task_Statements=TASKS)
    path = folder / "Task Statements.txt"
    path.write_bytes(path.read_bytes().replace(b"Direct,", "Résumé,".encode("mac_roman")))
    assert "not UTF-8" in fault(folder)
