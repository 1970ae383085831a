"""Crosswalks that contradict the lists of codes, or each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.database.crosswalks import NEXT, PREVIOUS
from tests import official
from tests.builders import write_xlsx
from tests.conftest import Databases, occupations
from tests.importers.crosswalks.files import write_csv
from tests.importers.crosswalks.loaded import MAPPINGS, rows, taken
from tests.importers.crosswalks.small import ISCO, SOC_2010, hybrid, isco, onet, soc, walk

UNKNOWN = [ISCO[0], ("2512", "Software developers", "15-1139")]
WRONG_ISCO = "isco.xlsx, sheet 'ISCO-08 to 2010 SOC', row 8, column 2010 SOC Code: "


@pytest.fixture
def url(databases: Databases) -> str:
    return databases.seeded()


def releases(url: str) -> set[str]:
    return {row[0] for row in rows(url, MAPPINGS)}


def test_a_code_that_the_list_lacks(url: str, tmp_path: Path) -> None:
    write_xlsx(tmp_path / "soc.xlsx", soc())
    write_xlsx(tmp_path / "isco.xlsx", isco(UNKNOWN))
    taken(url, tmp_path / "soc.xlsx")
    said = taken(url, tmp_path / "isco.xlsx", exit_code=1)
    assert WRONG_ISCO + "15-1139 is no code of soc-2010: allowed are the 11 of " in said
    assert "crosswalk-soc-2010-soc-2018, of which 15-1199, 15-1134" in said
    assert releases(url) == {"crosswalk-soc-2010-soc-2018"}


def test_a_list_that_comes_second_says_it(url: str, tmp_path: Path) -> None:
    write_xlsx(tmp_path / "isco.xlsx", isco(UNKNOWN))
    assert "names 15-1139" not in taken(url, tmp_path / "isco.xlsx")
    write_xlsx(tmp_path / "soc.xlsx", soc(SOC_2010[1:]))
    assert (
        "crosswalk-isco-08-soc-2010 names 15-1139, which is no code of soc-2010: "
        "`occupations releases retire crosswalk-isco-08-soc-2010` hides that crosswalk"
    ) in taken(url, tmp_path / "soc.xlsx")
    write_xlsx(
        tmp_path / "isco.xlsx", isco([ISCO[0], ("2512", "Developers", "15-1132", "15-1139")])
    )
    taken(url, tmp_path / "isco.xlsx", "--dry-run", exit_code=1)
    assert len(releases(url)) == 2


def test_codes_of_onet_that_its_list_lacks(url: str, tmp_path: Path) -> None:
    write_csv(tmp_path / "onet2019.csv", onet(["15-1252.00", "15-1255.01"]))
    taken(url, tmp_path / "onet2019.csv")
    write_xlsx(tmp_path / "walk.xlsx", walk())
    said = taken(url, tmp_path / "walk.xlsx", exit_code=1)
    assert "row 5, column O*NET-SOC 2019 Code: 15-1254.00 is no code of onet-soc-2019" in said
    # Codes of other systems exist as soon as a crosswalk names them.
    write_csv(tmp_path / "onet2019.csv", onet())
    taken(url, tmp_path / "onet2019.csv")
    taken(url, tmp_path / "walk.xlsx")
    assert len(releases(url)) == 2


def other(old: str, new: str) -> dict[str, list[list[Any]]]:
    """Give the codes of May 2019 with another code of the SOC 2018 beside one of the SOC 2010."""
    sheets = hybrid()
    for row in sheets["OES2019 Hybrid"]:
        if old in row:
            row[2] = new
    return sheets


def test_two_crosswalks_that_contradict_each_other(url: str, tmp_path: Path) -> None:
    write_xlsx(tmp_path / "soc.xlsx", soc())
    write_xlsx(tmp_path / "hybrid.xlsx", other("39-9021", "31-1121"))
    taken(url, tmp_path / "hybrid.xlsx")
    said = taken(url, tmp_path / "soc.xlsx", exit_code=1)
    where = "soc.xlsx, sheet 'Sorted by 2010', row 19, column 2010 SOC Code: "
    assert where + "39-9021 of soc-2010 stands beside 31-1122 of soc-2018, but beside " in said
    assert "31-1121 in crosswalk-oews-2019, which is loaded: one of them is wrong" in said
    assert releases(url) == {"crosswalk-oews-2019"}
    # The same in the other order, and when one is shown again.
    occupations("releases", "retire", "crosswalk-oews-2019", url=url)
    taken(url, tmp_path / "soc.xlsx")
    shown = occupations("releases", "restore", "crosswalk-oews-2019", url=url)
    assert shown.returncode == 1
    assert "crosswalk-oews-2019: 39-9021 of soc-2010 stands beside 31-1121" in shown.stderr
    # One may have less than the other.
    write_xlsx(tmp_path / "hybrid.xlsx", hybrid())
    taken(url, tmp_path / "hybrid.xlsx")


def test_no_code_succeeds_itself() -> None:
    for steps in (NEXT, PREVIOUS):
        for start in steps:
            met, ahead = {start}, list(steps[start])
            while ahead:
                one = ahead.pop()
                assert one != start
                ahead += [other for other in steps.get(one, ()) if other not in met]
                met.add(one)


def test_a_code_that_the_soc_lacks(url: str, tmp_path: Path) -> None:
    structure = official.SHARED / "soc-2018" / "soc_structure_2018.xlsx"
    if not structure.exists():
        pytest.skip("the official files are not here")
    write_xlsx(tmp_path / "soc.xlsx", soc([("15-1132", "Developers", "15-9999")]))
    taken(url, structure)
    said = taken(url, tmp_path / "soc.xlsx", exit_code=1)
    where = "soc.xlsx, sheet 'Sorted by 2010', row 5, column 2018 SOC Code: "
    assert where + "15-9999 is no code of soc-2018: allowed are the 1,447 of soc-2018" in said
    assert releases(url) == set()
