"""The period in the names that publishers and people give to OEWS files; never a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.importers.faults import BadFile
from tests.builders import OEWS_HEADER, line, oews_csv, write_xlsx
from tests.importers.planned import planned

NAMES = {
    "2021-05": """national_M2021_dl.csv national_May2021_dl.csv national_may2021_dl.csv
        national-m2021-dl.csv 2021_national.csv oes_2021.csv oesm21nat.csv all_data_M_2021.csv
        OEWS|May|2021.csv Copy|of|national_M2021_dl.csv national_M2021_dl|(1).csv
        national_M2021_dl|-|cleaned.csv bls-oews-2021-05.csv oews_2021-05.csv 2021.csv
        national_M2021_dl_2023-01-05.csv national_M2021_dl_20230105.csv
        national_M2021_dl_5.1.2023.csv national_M2021_dl_Jan2023.csv national_M2021_dl_2023-05.csv
        national_M2021_soc2018.csv naics2017_oes_2021.csv M2021_NAICS_2022.csv
        natsector_31-33_2021.csv natsector_31_33_2021.csv MSA_M2021_dl_1.csv""",
    "2012-05": "oes_data_2012.csv oesm12all.csv all_oes_data_2012.csv oesm12in4.csv",
    "2005-05": "oes_2005.csv 2005.csv",
    "2003-11": "oesn03nat.csv oes_Nov_2003.csv oews_2003-11.csv",
    "2002-11": "national_November2002_dl.csv 2002|november.csv",
    "2003-05": "oesm03nat.csv national_M2003_dl.csv May2003.csv",
}
"""Period → names of files; a bar is a blank."""


@pytest.mark.parametrize(
    ("name", "period"),
    [(name.replace("|", " "), period) for period, names in NAMES.items() for name in names.split()],
)
def test_a_name_says_the_period(tmp_path: Path, name: str, period: str) -> None:
    (release,) = planned(oews_csv(tmp_path / name, line()))
    assert release.name == f"bls-oews-{period}"


@pytest.mark.parametrize(
    "name",
    [
        *("national.csv", "nat4d_owner_dl.csv", "state_dl.csv", "wages 31-33.csv"),
        # Two surveys a year, or one in autumn.
        *("oes_2004.csv", "oes02nat.csv", "2003.csv"),
        # The years of a classification, or of a download.
        *("naics_2017.csv", "2017_naics_2021.csv", "2022 NAICS 2017.csv", "soc2018.csv"),
        *("2023-01-05.csv", "national 20230105.csv", "oews_2021-12.csv", "Jan 2023.csv"),
    ],
)
def test_a_name_without_a_period_is_asked_about(tmp_path: Path, name: str) -> None:
    path = oews_csv(tmp_path / name, line())
    with pytest.raises(BadFile, match="does not say its period: give --period YYYY-MM"):
        planned(path)
    (release,) = planned(path, period="2021-05")
    assert release.name == "bls-oews-2021-05"


@pytest.mark.parametrize(
    ("name", "both"),
    [
        ("national_M2021_dl_2022.csv", "2021-05 or 2022-05"),
        ("oews_2019-23.csv", "2019-05 or 2023-05"),
        ("May 2021 Nov 2021.csv", "2021-05 or 2021-11"),
        ("all_data_M_2021_rev2022.csv", "2021-05 or 2022-05"),
    ],
)
def test_a_name_with_two_periods_is_asked_about(tmp_path: Path, name: str, both: str) -> None:
    path = oews_csv(tmp_path / name, line())
    with pytest.raises(BadFile, match=rf"\(file name: {both}\): give --period YYYY-MM$"):
        planned(path)
    first, _, second = both.partition(" or ")
    for period in (first, second):
        (release,) = planned(path, period=period)
        assert release.name == f"bls-oews-{period}"
    with pytest.raises(BadFile, match=r"contradicts itself about its period .*--period: 2018-05"):
        planned(path, period="2018-05")


def test_what_file_and_sheet_agree_on_is_the_period(tmp_path: Path) -> None:
    path = tmp_path / "national_M2021_dl_2022.xlsx"
    write_xlsx(path, {"All May 2021 data": [OEWS_HEADER, line()]})
    assert planned(path)[0].name == "bls-oews-2021-05"
    write_xlsx(path, {"All May 2020 data": [OEWS_HEADER, line()]})
    with pytest.raises(BadFile, match=r"2021-05 or 2022-05, data sheet: 2020-05"):
        planned(path)


@pytest.mark.parametrize(
    ("folders", "period"),
    [
        ("oesm10st", "2010-05"),
        ("oesm10st/files 2023", "2010-05"),  # a year alone may be of anything
        ("oesm10st/oesn03st", "2003-11"),
        ("wages of 2021", None),
    ],
)
def test_else_the_nearest_folder_that_is_named_so_says_it(
    tmp_path: Path, folders: str, period: str | None
) -> None:
    folder = tmp_path / "given" / folders
    folder.mkdir(parents=True)
    oews_csv(folder / "state_dl.csv", line())
    if period:
        assert planned(tmp_path / "given")[0].name == f"bls-oews-{period}"
    else:
        with pytest.raises(BadFile, match="does not say its period"):
            planned(tmp_path / "given")


def test_a_column_of_years_is_refused_before_the_period_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "oews_all_years.csv"
    path.write_text(",".join(["YEAR", *OEWS_HEADER]) + "\n")
    with pytest.raises(BadFile, match="row 1, column YEAR: this program does not know this column"):
        planned(path)
