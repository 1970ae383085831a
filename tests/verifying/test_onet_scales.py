"""`verify` compares ratings on several scales, activities and tools, in each shape of O*NET."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import DATABASES, Databases, occupations
from tests.onet_releases import RATINGS, RELEASE_30_1, SHAPES, texts, workbooks
from tests.verifying.test_verifying import differing, spoilt, totals


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("onet")
    for name, release in SHAPES.items():
        texts(folder / name, release)
    return folder


@pytest.fixture(scope="module", params=DATABASES)
def loaded(
    request: pytest.FixtureRequest, databases_of: Callable[[str], Databases], files: Path
) -> str:
    """A database of each kind with every shape of a release."""
    url = databases_of(request.param).empty()
    made = occupations("import", str(files), url=url)
    assert made.returncode == 0, made.stderr
    return url


def cells(stdout: str, name: str) -> int:
    """Return how many cells of a file were compared."""
    found = re.search(rf"{re.escape(name)}\.txt +onet-\S+ +([\d,]+) ", stdout)
    assert found, stdout
    return int(found[1].replace(",", ""))


def test_every_cell_of_every_shape_is_compared(loaded: str, files: Path) -> None:
    answer = occupations("verify", str(files), url=loaded)
    assert (differing(answer), answer.returncode) == ([], 0), answer.stdout
    assert totals(answer)[1] == 0
    expected = {
        # Four lines of 11 cells, for n/a is no category, and three of 12.
        "30.1/Task Ratings": 4 * 11 + 3 * 12,
        "30.1/Tasks to DWAs": 3 * 5,
        # The ids and titles, of four columns.
        "30.1/DWA Reference": 2 * 2,
        "30.1/Task Categories": 3,
        # Lines of 12 and 13 cells: n/a is no category, and tells nothing of relevance.
        "30.1/Work Context": 2 * 12 + 4 * 13,
        "30.1/Work Context Categories": 4,
        "30.1/Work Values": 3 * 7,
        "30.1/Work Styles": 2 * 7,
        "30.1/Tools Used": 2 * 4,
        "30.1/Technology Skills": 8 * 6,
        # The bounds of CX, CT, EX, VH, WI and DR. Those of IM count where skills are rated.
        "30.1/Scales Reference": 6 * 2,
        "18.1/Tools and Technology": 3 * 5,
        "18.1/Work Styles": 2 * 12,
        "18.1/Task Ratings": 4 * 11 + 3 * 12,
        "30.3/Tasks to DWAs": 3 * 5,
        "30.3/GWAs to IWAs to DWAs": 2 * 2,
        "30.3/Software Skills": 2 * 6,
    }
    assert {name: cells(answer.stdout, name) for name in expected} == expected
    assert "1 lines are about tasks that the release's Task Statements lack" in answer.stdout


SPOILT = {
    "UPDATE duties SET importance = 4.85 WHERE importance = 4.84": (
        "Task Ratings.txt, row 5, column Data Value: '4.84' means 4.84; answered 4.85"
    ),
    "UPDATE duties SET relevance_n = 63 WHERE relevance = 97.5": (
        "Task Ratings.txt, row 6, column N: '62' means 62; answered 63"
    ),
    "UPDATE duties SET importance_suppress = false WHERE importance = 2.5": (
        "'2.5' means 2.5 (low_precision); answered 2.5"
    ),
    "UPDATE duties SET frequency = replace(CAST(frequency AS TEXT), '16.75', '16.76')"
    " WHERE frequency IS NOT NULL": (
        "row 3, column Data Value: '16.75' means 16.75 (low_precision); answered 16.76"
    ),
    "UPDATE duties SET rated = '2025-09' WHERE task_id = '46'": (
        "column Date: '08/2025' means '2025-08'; answered '2025-09'"
    ),
    "UPDATE duties SET activities = '[]' WHERE task_id = '48'": (
        "column DWA ID: '4.A.2.b.1.I01.D02' means '4.A.2.b.1.I01.D02'; answered null"
    ),
    "UPDATE activities SET title = 'Make cakes.' WHERE title = 'Make plans.'": (
        "column DWA Title: 'Make plans.' means 'Make plans.'; answered 'Make cakes.'"
    ),
    "UPDATE activities SET activity_id = '4.A.9' WHERE code = '15-1252'": (
        "row 4, column DWA ID: '4.A.2.b.1.I01.D02' means '4.A.2.b.1.I01.D02'; answered '4.A.9'"
    ),
    "UPDATE skills SET value = 2.76 WHERE value = 2.75": (
        "Work Context.txt, row 2, column Data Value: '2.75' means 2.75; answered 2.76"
    ),
    "UPDATE skills SET categories = replace(CAST(categories AS TEXT), '59.5', '58.5')"
    " WHERE categories IS NOT NULL": (
        "Work Context.txt, row 7, column Data Value: '59.50' means 59.5; answered 58.5"
    ),
    "UPDATE skills SET value = 1 WHERE scale = 'DR'": (
        "Work Styles.txt, row 3, column Data Value: '0' means 0.0; answered 1.0"
    ),
    "UPDATE skills SET scale = 'IH' WHERE scale = 'VH'": (
        "Work Values.txt, row 3, column Scale ID: 'VH' means 'VH'; answered 'IH'"
    ),
    "UPDATE technologies SET name = 'Notes' WHERE name = 'Notebooks'": "'Notebooks'",
    "UPDATE parts SET detail = replace(CAST(detail AS TEXT), 'Every day', 'Daily')"
    " WHERE kind = 'work_context'": (
        "column Category Description: 'Every day' means 'Every day'; answered 'Daily'"
    ),
}
"""What is changed in a database → what is reported."""
ALSO_SPOILT = {
    "UPDATE duties SET importance = 4, importance_n = 9 WHERE task_id = '48'": (
        "/v1/duties answers more of 15-1252 48 Write programs. than the file has lines for"
    ),
    "UPDATE activities SET tasks = replace(CAST(tasks AS TEXT), '2014-03', '2014-04')"
    " WHERE code = '15-1252'": "column Date: '03/2014' means '2014-03'; answered '2014-04'",
    'UPDATE activities SET tasks = \'[["46", "2014-03", "Analyst"], ["47", null, null]]\''
    " WHERE title = 'Make plans.'": (
        "/v1/activities answers more of 11-9111 4.A.2.b.1.I01.D01 than the file has lines for"
    ),
    "UPDATE activities SET tasks = '[]' WHERE code = '11-9111' AND title = 'Solve problems.'": (
        "column Task ID: '46' means '46'; answered null"
    ),
    "UPDATE parts SET kind = 'tools' WHERE kind = 'tool'": "no item answers 15-1252 tool 43211503",
}
"""The same of changes that hide some of these."""


@pytest.mark.parametrize("spoil", [SPOILT, ALSO_SPOILT], ids=["most", "others"])
def test_what_is_spoilt_is_found(
    databases_of: Callable[[str], Databases], tmp_path: Path, spoil: dict[str, str]
) -> None:
    url = databases_of("sqlite").empty()
    folder = str(texts(tmp_path / "30.1", RELEASE_30_1))
    assert occupations("import", folder, url=url).returncode == 0
    with spoilt(url, [*spoil], []):
        answer = occupations("verify", "--limit-differences", "1000", folder, url=url)
    assert answer.returncode == 1
    found = "\n".join(differing(answer))
    assert [said for said in spoil.values() if said not in found] == []


def test_both_editions_are_compared(
    databases_of: Callable[[str], Databases], tmp_path: Path
) -> None:
    url = databases_of("sqlite").empty()
    texts(tmp_path / "text", RELEASE_30_1)
    workbooks(tmp_path / "books", RELEASE_30_1)
    made = occupations("import", str(tmp_path), url=url)
    assert made.returncode == 0, made.stderr
    answer = occupations("verify", str(tmp_path), url=url)
    assert (differing(answer), answer.returncode) == ([], 0), answer.stdout
    text, books = (
        re.search(rf"Task Ratings\.{end} .* (\d+) +0 ", answer.stdout) for end in ("txt", "xlsx")
    )
    assert text is not None
    assert books is not None
    assert text[1] == books[1] == "80"
    workbooks(tmp_path / "books", RELEASE_30_1, Task_Ratings=RATINGS.replace("4.84", "4.83"))
    answer = occupations("verify", str(tmp_path), url=url)
    assert "books/Task Ratings.xlsx, sheet 'Task_Ratings', row 5" in "\n".join(differing(answer))
    assert len(differing(answer)) == 1
