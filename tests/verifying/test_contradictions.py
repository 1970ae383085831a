"""`verify` sees what the gate refuses, should a database have it all the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tests.builders import OEWS_HEADER, line, onet_text, write_xlsx
from tests.conftest import Databases, occupations
from tests.importers.gate.test_columns import HOSPITALS, INDUSTRY, NATIONAL, wages
from tests.importers.gate.test_other_rules import projections

RATED = "O*NET-SOC Code|Element ID|Element Name|Scale ID|Data Value|N|Standard Error|Lower CI Bound"
RATED += "|Upper CI Bound|Recommend Suppress|Not Relevant|Date|Domain Source"
SKILL = "11-9111.00|2.A.1.a|Reading|IM|4|8|0.1|n/a|n/a|N|n/a|07/2022|Analyst"


def changed(url: str, *statements: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            assert connection.execute(text(statement)).rowcount
        newest = "(SELECT max(number) FROM data_versions)"
        connection.execute(
            text(f"UPDATE data_versions SET number = number + 1 WHERE number = {newest}")
        )
    engine.dispose()


def said(url: str, path: Path) -> str:
    made = occupations("verify", str(path), url=url)
    assert made.returncode == 1, made.stdout
    return made.stdout


@pytest.fixture
def url(databases: Databases) -> str:
    return databases.seeded()


def national(path: Path) -> Path:
    rows = [
        line(OCC_CODE="11-0000", O_GROUP="major", TOT_EMP=500000.0, H_MEAN=57.6),
        line(TOT_EMP=436780.0),
    ]
    write_xlsx(path / "national_M2021_dl.xlsx", {"data": [OEWS_HEADER, *rows]})
    return path / "national_M2021_dl.xlsx"


TRUE = """hourly_p10 = 2922, annual_p10 = 60780, hourly_p90 = 9886, annual_p90 = 205620,
    annual_mean = 119840, percent_of_industry = NULL, employment = 436780"""
CHANGES = {
    "hourly_p10 = 3739, annual_p10 = 77771": "hourly percentiles are not in order",
    "annual_p90 = 300000, hourly_p90 = NULL": "205620.0 means",
    "annual_mean = 100000": "mean: 57.61 an hour is not 100000 a year",
    "annual_p10 = 0, hourly_p10 = 0": "an annual wage is 0",
    "percent_of_industry = 100.5": "percent_of_industry is 100.5",
    "employment = 500001": "500001 employed, more than the 500000 of 11-0000",
}
"""Figures of a row that break a rule → what is reported."""


def test_wages_that_contradict_themselves_are_reported(url: str, tmp_path: Path) -> None:
    path = national(tmp_path)
    assert occupations("import", str(path), url=url).returncode == 0
    assert occupations("verify", str(path), url=url).returncode == 0
    for change, why in CHANGES.items():
        for figures in (TRUE, change):
            changed(url, f"UPDATE wages SET {figures} WHERE code = '11-9111' AND annual_p75 > 0")
        assert why in said(url, path)


def test_a_rating_off_its_scale_is_reported(url: str, tmp_path: Path) -> None:
    readme = "O*NET 27.0 Database\n\nAugust 2022 Release\n"
    folder = onet_text(tmp_path / "db", Read_Me=readme, Skills=f"{RATED}\n{SKILL}")
    assert occupations("import", str(folder), url=url).returncode == 0
    changed(url, "UPDATE skills SET importance = 5.5 WHERE code = '11-9111' AND importance = 4")
    assert "contradicts itself: importance 5.5 is not from 1 to 5" in said(url, folder)


def test_what_an_import_accepted_is_no_difference(url: str, tmp_path: Path) -> None:
    path = projections(tmp_path, {8: 280.6})
    assert occupations("import", str(path), url=url).returncode == 1
    assert occupations("import", "--accept", "openings", str(path), url=url).returncode == 0
    made = occupations("verify", str(path), url=url)
    assert made.returncode == 0, made.stdout


def test_one_owners_wages_that_are_everybodys_are_reported(url: str, tmp_path: Path) -> None:
    private = {**HOSPITALS, "OWNERSHIP": "Local government"}
    path = wages(tmp_path / "nat4d_M2017_owner_dl.csv", ["OWNERSHIP", *INDUSTRY], private)
    assert occupations("import", str(path), url=url).returncode == 0
    assert occupations("verify", str(path), url=url).returncode == 0
    changed(url, "UPDATE parts SET ownership = '1235' WHERE ownership = '3'")
    assert "no item answers US 622100 3 11-9111" in said(url, path)


def test_a_column_that_nobody_reads_is_reported(url: str, tmp_path: Path) -> None:
    path = tmp_path / "national_M2017_dl.csv"
    lines: list[dict[str, Any]] = [{"TOT_EMP": 4000.0}, {"TOT_EMP": 5000.0, "OCC_CODE": "11-9121"}]
    wages(path, NATIONAL, *lines)
    assert occupations("import", str(path), url=url).returncode == 0
    for name, cells in (("STATE_NAME", ("WA", "WA")), ("NEW", ("a", "b"))):
        its = [{**one, name: cell} for one, cell in zip(lines, cells, strict=True)]
        wages(path, [*NATIONAL, name], *its)
        found = f"column {name.lower()}: a column that is not known and may tell rows apart: "
        assert found + repr(cells[name == "NEW"]) in said(url, path)
    wages(path, [*NATIONAL, "NEW"], *({**one, "NEW": "a"} for one in lines))
    assert occupations("verify", str(path), url=url).returncode == 0


def test_no_index_is_built_to_compare_figures(url: str, tmp_path: Path) -> None:
    path, folder = projections(tmp_path, {}), tmp_path / "indices"
    assert occupations("import", str(path), url=url).returncode == 0
    made = occupations("verify", str(path), url=url, index_folder=str(folder))
    assert made.returncode == 0, made.stdout
    assert not folder.exists()
