"""Files imported, read again and compared over HTTP; what is spoilt on the way is found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tests.builders import line, oews_book, onet_text, write_xlsx
from tests.conftest import DATABASES, Databases, occupations
from tests.importers.states import states_file
from tests.servers import serving

DASH = "\u2014"
SHARES = "N|Standard Error|Lower CI Bound|Upper CI Bound|Recommend Suppress|Date|Domain Source"
CODE = "O*NET-SOC Code"
WAGES = [
    line(),
    line(OCC_CODE="11-9110", O_GROUP="broad", H_PCT90="#", A_PCT90="#"),
    line(OCC_CODE="13-1020", O_GROUP="broad", OCC_TITLE="Buyers and Purchasing Agents"),
    line(OCC_CODE="13-1020", O_GROUP="detailed", OCC_TITLE="Buyers and Purchasing Agents"),
    line(
        OCC_CODE="27-2011",
        OCC_TITLE="Actors",
        HOURLY="TRUE",
        TOT_EMP="**",
        **{f"A_{point}": "*" for point in ("MEAN", "PCT10", "PCT25", "MEDIAN", "PCT75", "PCT90")},
    ),
]
PROJECTIONS: list[list[Any]] = [
    ["Table 1.7 Occupational projections (Numbers in thousands)"],
    [
        "2022 National Employment Matrix title",
        "2022 National Employment Matrix code",
        "Occupation type",
        "Employment, 2022",
        "Employment, 2032",
        "Employment change, numeric, 2022-32",
        "Employment change, percent, 2022-32",
        "Percent self employed, 2022",
        "Occupational openings, 2022-32 annual average",
        "Median annual wage, dollars, 2022(1)",
        "Typical education needed for entry",
        "Work experience in a related occupation",
        "Typical on-the-job training needed to attain competency in the occupation",
    ],
    [
        "Total, all occupations",
        *("00-0000", "Summary", 164482.6, 169148.1, 4665.5, 2.8, 6.0, 18566.5, 46310.0),
        *(DASH, DASH, DASH),
    ],
    [
        "  Chief executives",
        *("11-1011", "Line item", 280.0, 256.8, -23.2, -8.3, DASH, 19.2, ">=$239,200"),
        *("Bachelor's degree", "5 years or more", "None"),
    ],
    ["(1) Data are from the OEWS program."],
]
ATTAINMENT: list[list[Any]] = [
    ["Table 5.3 Educational attainment"],
    [
        *PROJECTIONS[1][:2],
        "Less than high school diploma",
        "High school diploma or equivalent",
        "Some college, no degree",
        "Associate's degree",
        "Bachelor's degree",
        "Master's degree",
        "Doctoral or professional degree",
    ],
    ["Chief executives(1)", "11-1011", 1.7, 8.0, 13.8, 4.8, 40.2, 24.8, 6.7],
    ["(1) This occupation is not an exact match."],
]
TITLES: list[list[Any]] = [
    ["2018 SOC Code", "2018 SOC Title", "2018 SOC Direct Match Title", "Illustrative Example"],
    ["11-1011", "Chief Executives", "Admiral", "x"],
    ["11-1011", "Chief Executives", "CEO"],
    ["11-1011", "Chief Executives", "CEO"],
]
RATED = "2.B.3.a|Operations Analysis"
ONET = {
    "Read_Me": "O*NET 27.0 Database\nAugust 2022 Release",
    "Occupation_Data": f"""{CODE}|Title|Description
        11-9111.00|Medical and Health Services Managers|Plan, direct, or coordinate.
        15-1299.08|Computer Systems Engineers/Architects|Design and develop solutions.""",
    "Task_Statements": f"""{CODE}|Task ID|Task|Task Type|Incumbents Responding|Date|Domain Source
        11-9111.00|46|Direct, supervise and evaluate.|Core|28|08/2022|Incumbent
        15-1299.08|15287|"Head counts" and the like.|n/a|n/a|06/2006|Analyst""",
    "Alternate_Titles": f"""{CODE}|Alternate Title|Short Title|Source(s)
        11-9111.00|Nurse Manager|n/a|02,08
        11-9111.00|Chief Nursing Officer (CNO)|CNO|08""",
    "Skills": f"""{CODE}|Element ID|Element Name|Scale ID|Data Value|{SHARES}|Not Relevant
        15-1299.08|{RATED}|IM|2.00|8|0.27|1.48|2.52|N|08/2022|Analyst|n/a
        15-1299.08|{RATED}|LV|1.12|8|0.5154|0.1048|2.1352|Y|07/2022|Analyst|N""",
    "Education": f"""{CODE}|Element ID|Element Name|Scale ID|Category|Data Value|{SHARES}
        11-9111.00|2.D.1|Required Level of Education|RL|1|4.35|23|1.86|n/a|n/a|N|08/2022|Incumbent
        11-9111.00|2.D.1|Required Level of Education|RL|2|95.65|23|1.86|n/a|n/a|N|08/2022|Incumbent
        11-9111.00|3.A.1|Related Work Experience|RW|1|0.00|23|0.00|n/a|n/a|Y|08/2022|Incumbent
        11-9111.00|3.A.1|Related Work Experience|RW|2|100|23|0.00|n/a|n/a|Y|08/2022|Incumbent""",
    "Categories": """Element ID|Element Name|Scale ID|Category|Category Description
        2.D.1|Required Level of Education|RL|1|Less than a High School Diploma
        2.D.1|Required Level of Education|RL|2|High School Diploma
        3.A.1|Related Work Experience|RW|1|None
        3.A.1|Related Work Experience|RW|2|Up to 1 month""",
    "Scales": """Scale ID|Scale Name|Minimum|Maximum
        IM|Importance|1|5
        LV|Level|0|7""",
    "Job_Zones": f"{CODE}|Job Zone|Date|Domain Source\n11-9111.00|4|08/2022|Analyst",
    "Job_Zone_Reference": "Job Zone|Name|Experience|Education|Job Training|Examples|SVP Range\n"
    "4|Job Zone Four|Considerable|Most|Several years|Accountants|(7.0 to < 8.0)",
    "Related": f"{CODE}|Related {CODE}|Relatedness Tier|Index\n"
    "11-9111.00|15-1299.08|Primary-Short|1",
}


def small_files(folder: Path) -> Path:
    """Write a small release of each publisher."""
    folder.mkdir()
    oews_book(folder / "national_M2021_dl.xlsx", *WAGES)
    write_xlsx(folder / "occupation.xlsx", {"Table 1.7": PROJECTIONS, "Table 5.3": ATTAINMENT})
    write_xlsx(folder / "titles.xlsx", {"2018 SOC titles": TITLES})
    onet_text(folder / "onet", **ONET)
    return folder


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_files(tmp_path_factory.mktemp("small") / "files")


@pytest.fixture(scope="module", params=DATABASES)
def loaded(
    request: pytest.FixtureRequest, databases_of: Callable[[str], Databases], files: Path
) -> str:
    """A database of each kind with the small files in it."""
    url = databases_of(request.param).empty()
    made = occupations("import", str(files), url=url)
    assert made.returncode == 0, made.stderr
    return url


@pytest.fixture
def own(tmp_path: Path, databases_of: Callable[[str], Databases]) -> str:
    """A database of SQLite with the small OEWS file, to spoil."""
    folder = tmp_path / "own"
    folder.mkdir()
    oews_book(folder / "national_M2021_dl.xlsx", *WAGES)
    url = databases_of("sqlite").seeded()
    assert occupations("import", str(folder), url=url).returncode == 0
    return url


def changed(url: str, *statements: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            assert connection.execute(text(statement)).rowcount > 0, statement
    engine.dispose()


@contextmanager
def spoilt(url: str, spoil: list[str], mend: list[str]) -> Iterator[None]:
    changed(url, *spoil)
    try:
        yield
    finally:
        changed(url, *mend)


def differing(answer: CompletedProcess[str]) -> list[str]:
    return [one for one in answer.stdout.splitlines() if one.startswith("differs: ")]


def totals(answer: CompletedProcess[str]) -> tuple[int, int]:
    """Return the cells compared and those that differ, in all."""
    found = re.search(r"^in all +([\d,]+) +([\d,]+) ", answer.stdout, re.MULTILINE)
    assert found, answer.stdout + answer.stderr
    return int(found[1].replace(",", "")), int(found[2].replace(",", ""))


def test_what_was_imported_is_answered_cell_by_cell(loaded: str, files: Path) -> None:
    answer = occupations("verify", str(files), url=loaded)
    assert (differing(answer), answer.returncode) == ([], 0), answer.stderr
    # OEWS: 5 lines of 32 columns without the industry's two names, and without 2 titles that the
    # SOC leads: 148. Projections: 2 lines of 12, 8 of attainment, a title: 33. SOC: 3 lines of 3.
    # O*NET: 117, of which 25 are the two lines of one rating and 46 the four shares.
    assert totals(answer) == (148 + 33 + 9 + 117, 0)
    assert "not answered by the API: naics_title, i_group" in answer.stdout


PLANTED = [
    "UPDATE wages SET annual_median = 101341 WHERE code = '11-9111' AND part_id IN"
    " (SELECT id FROM parts WHERE shown AND period = '2021-05')",
    "UPDATE projections SET annual_openings = 19201 WHERE code = '11-1011'",
    "UPDATE duties SET text = 'Direct, supervise and evaluate' WHERE task_id = '46'",
    "UPDATE skills SET level_n = 80 WHERE element_id = '2.B.3.a'",
    "UPDATE descriptions SET text = 'Plan.' WHERE text = 'Plan, direct, or coordinate.'",
    "UPDATE titles SET code = '11-1021' WHERE title = 'Nurse Manager'",
]
MENDED = [
    "UPDATE wages SET annual_median = 101340 WHERE annual_median = 101341",
    "UPDATE projections SET annual_openings = 19200 WHERE code = '11-1011'",
    "UPDATE duties SET text = 'Direct, supervise and evaluate.' WHERE task_id = '46'",
    "UPDATE skills SET level_n = 8 WHERE element_id = '2.B.3.a'",
    "UPDATE descriptions SET text = 'Plan, direct, or coordinate.' WHERE text = 'Plan.'",
    "UPDATE titles SET code = '11-9111' WHERE title = 'Nurse Manager'",
]


def test_a_wrong_digit_is_found_with_its_place(loaded: str, files: Path) -> None:
    with spoilt(loaded, PLANTED, MENDED):
        answer = occupations("verify", str(files), url=loaded)
    assert answer.returncode == 1
    found = "\n".join(differing(answer))
    for expected in (
        "national_M2021_dl.xlsx, sheet 'national_M2021_dl', row 2, column A_MEDIAN: "
        "101340.0 means 101340; answered 101341; "
        "/v1/wages?code=11-9111&source=bls-oews&period=2021-05&area=US&industry=000000",
        "occupation.xlsx, sheet 'Table 1.7', row 4, column Occupational openings, 2022-32 annual "
        "average: 19.2 means 19200; answered 19201; "
        "/v1/projections?code=11-1011&source=bls-ep&period=2022-32",
        "Task Statements.txt, row 2, column Task: 'Direct, supervise and evaluate.' means "
        "'Direct, supervise and evaluate.'; answered 'Direct, supervise and evaluate'; /v1/duties",
        "Occupation Data.txt, row 2, column Description: 'Plan, direct, or coordinate.' means "
        "'Plan, direct, or coordinate.'; answered 'Plan.'; /v1/descriptions",
        "Skills.txt, row 3, column N: '8' means 8; answered 80; /v1/skills",
        "Alternate Titles.txt, row 2: no item answers 11-9111 alternate Nurse Manager: 4 cells",
        "Alternate Titles.txt: an item of /v1/titles that no row stands for: 11-1021 alternate",
    ):
        assert expected in found
    assert totals(answer)[1] == 10
    assert len(differing(answer)) == 7


def test_wrong_marks_and_levels_are_found(own: str, tmp_path: Path) -> None:
    where = "WHERE part_id IN (SELECT id FROM parts WHERE shown AND period = '2021-05')"
    changed(
        own,
        # "withheld" where the file says that the occupation is paid by the hour.
        f"UPDATE wages SET marks = replace(marks, '/', '*') {where} AND code = '27-2011'",
        f"UPDATE wages SET published_levels = 'broad' {where} AND code = '13-1020'",
        f"UPDATE wages SET published_levels = 'minor broad' {where} AND code = '11-9110'",
        """UPDATE parts SET detail = '{"top_code_annual": 239200, "top_code_hourly": 10000}'"""
        " WHERE dataset = 'wages' AND shown",
    )
    answer = occupations("verify", str(tmp_path / "own"), url=own)
    found = differing(answer)
    assert answer.returncode == 1
    actors = [one for one in found if "row 6" in one]
    assert len(actors) == 6
    assert "'*' means null (not_applicable); answered null (withheld)" in actors[0]
    (code,) = [one for one in found if "A_PCT90" in one and "row 3" in one]
    assert "(top_coded, at least 208000.0); answered null (top_coded, at least 239200)" in code
    assert [one for one in found if "row 5, column O_GROUP" in one]
    assert [one for one in found if "more of US 000000 1235 11-9110 than" in one]
    assert len(found) == 9


def test_the_differences_listed_are_limited(own: str, tmp_path: Path) -> None:
    changed(own, "UPDATE wages SET annual_mean = 1, annual_p10 = 1 WHERE annual_mean IS NOT NULL")
    answer = occupations("verify", str(tmp_path / "own"), "--limit-differences", "3", url=own)
    assert (len(differing(answer)), totals(answer)[1], answer.returncode) == (3, 14, 1)
    assert "3 differences are listed" in answer.stdout


def test_a_running_api_is_verified(
    own: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.verifying.answers.PAGE", 2)  # so that lists have several pages
    nowhere = f"sqlite:///{tmp_path / 'nowhere.sqlite3'}"
    # Under a path, as behind a proxy; what it says of its address is for others.
    with serving(own, public_url="https://example.org/jobs") as client:
        base = f"{client.base_url}/jobs"
        answer = occupations("verify", str(tmp_path / "own"), "--url", base, url=nowhere)
    assert answer.returncode == 0, answer.stderr
    assert totals(answer) == (148, 0)
    gone = occupations("verify", str(tmp_path / "own"), "--url", base, url=nowhere)
    assert (gone.returncode, gone.stdout.count("\n")) == (1, 0)
    assert gone.stderr.startswith(f"occupations: {base}")


def test_a_release_must_be_shown(own: str, tmp_path: Path) -> None:
    folder = str(tmp_path / "own")
    assert occupations("releases", "retire", "bls-oews-2021-05", url=own).returncode == 0
    answer = occupations("verify", folder, url=own)
    assert answer.returncode == 1
    assert "occupations releases restore bls-oews-2021-05" in answer.stdout


def test_a_release_that_was_never_imported(
    tmp_path: Path, databases_of: Callable[[str], Databases]
) -> None:
    url = databases_of("sqlite").seeded()
    folder = tmp_path / "files"
    folder.mkdir()
    oews_book(folder / "national_M2021_dl.xlsx", *WAGES)
    answer = occupations("verify", str(folder), url=url)
    assert answer.returncode == 1
    assert "not verified: bls-oews-2021-05 is only the excerpt" in answer.stdout
    write_xlsx(folder / "titles.xlsx", {"2018 SOC titles": TITLES})
    answer = occupations("verify", str(folder / "titles.xlsx"), url=url)
    assert answer.returncode == 1
    assert "not verified: soc-2018-titles is not among the releases shown" in answer.stdout
    wrong = occupations("verify", str(folder), "--period", "May", url=url)
    assert (wrong.returncode, wrong.stdout) == (2, "")


def test_another_file_of_the_same_release_is_told(own: str, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    oews_book(other / "national_M2021_dl.xlsx", *WAGES, line(OCC_CODE="29-1141"))
    answer = occupations("verify", str(other), url=own)
    assert "was not loaded from this file: other/national_M2021_dl.xlsx" in answer.stdout
    (missing,) = differing(answer)
    assert "row 7: no item answers US 000000 1235 29-1141: 27 cells missing" in missing


def test_states_projections_are_compared_cell_by_cell(tmp_path: Path, databases: Databases) -> None:
    """Two keys, two years and five figures of each of six lines; then one that was changed."""
    url = databases.seeded()
    path = states_file(tmp_path)
    done = occupations("import", str(path), url=url)
    assert done.returncode == 0, done.stderr
    verified = occupations("verify", str(path), url=url)
    assert (verified.returncode, totals(verified)) == (0, (54, 0))
    spoil = "UPDATE projections SET annual_openings = 16211 WHERE annual_openings = 16210"
    engine = create_engine(url)
    with engine.begin() as connection:
        assert connection.execute(text(spoil)).rowcount == 1
    engine.dispose()
    verified = occupations("verify", str(path), url=url)
    assert (verified.returncode, totals(verified)) == (1, (54, 1))
    (one,) = differing(verified)
    assert "row 6, column avgannualopenings" in one
