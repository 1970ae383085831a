"""A column that nobody knows never makes a state's or an owner's figures everybody's."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from app.importers.faults import BadFile
from tests.builders import NURSES, OEWS_HEADER, line, oews_csv, onet_text, write_xlsx
from tests.conftest import Databases, occupations
from tests.importers.planned import planned
from tests.importers.projected import CHIEFS, EXPORT_HEADER
from tests.servers import serving

FIGURES = ["TOT_EMP", "EMP_PRSE", "H_MEAN", "A_MEAN", "MEAN_PRSE"]
FIGURES += ["H_PCT10", "H_PCT25", "H_MEDIAN", "H_PCT75", "H_PCT90"]
FIGURES += ["A_PCT10", "A_PCT25", "A_MEDIAN", "A_PCT75", "A_PCT90", "ANNUAL", "HOURLY"]
NATIONAL = ["OCC_CODE", "OCC_TITLE", "OCC_GROUP", *FIGURES]
INDUSTRY = ["NAICS", "NAICS_TITLE", "OCC_CODE", "OCC_TITLE", "OCC_GROUP", "PCT_TOTAL", *FIGURES]
HOSPITALS = {"NAICS": "622100", "NAICS_TITLE": "Hospitals", "PCT_TOTAL": 3}


def wages(path: Path, header: list[str], *lines: dict[str, Any]) -> Path:
    """Write a file of May 2012 to 2018 as csv or workbook: the nurses' managers with changes."""
    rows = [
        [{**NURSES, "OCC_GROUP": "detailed", **one}.get(name, "") for name in header]
        for one in lines
    ]
    if path.suffix == ".xlsx":
        write_xlsx(path, {"data": [header, *rows]})
    else:
        with path.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows([header, *rows])
    return path


def read(path: Path) -> list[Any]:
    (release,) = planned(path)
    return [run.key for run in release.read().parts if run.key.area]


SUFFIX = pytest.mark.parametrize("suffix", ["csv", "xlsx"])


@SUFFIX
@pytest.mark.parametrize(
    "name",
    [
        *(
            "STATE_NAME",
            "STATENAME",
            "MSA_CODE",
            "CBSA",
            "NAICS_CODE",
            "NAICSCODE",
            "OWNER",
            "YEAR",
        ),
        *("Survey year", "AREA2", "FIPS", "County", "LOCATION", "GEO", "POSTAL", "VINTAGE", "SIC"),
        "CLASS_OF_WORKER",
    ],
)
def test_a_column_named_for_a_place_industry_owner_or_year_is_refused(
    tmp_path: Path, suffix: str, name: str
) -> None:
    path = wages(tmp_path / f"national_M2017_dl.{suffix}", [name, *NATIONAL], {name: "x"})
    with pytest.raises(BadFile, match=f"row 1, column {name.upper()}: .* names places"):
        read(path)


@SUFFIX
@pytest.mark.parametrize("name", ["ST", "STATE", "AREA_NAME", "PRIM_STATE", "AREA_TYPE"])
def test_a_place_without_the_areas_code_is_refused(tmp_path: Path, suffix: str, name: str) -> None:
    path = wages(tmp_path / f"national_M2017_dl.{suffix}", [name, *NATIONAL], {name: "WA"})
    with pytest.raises(BadFile, match=r"column AREA.*: missing in the header"):
        read(path)


@SUFFIX
@pytest.mark.parametrize("name", ["NAICS_TITLE", "I_GROUP"])
def test_an_industry_without_its_code_is_refused(tmp_path: Path, suffix: str, name: str) -> None:
    path = wages(tmp_path / f"national_M2017_dl.{suffix}", [name, *NATIONAL], {name: "Hospitals"})
    with pytest.raises(BadFile, match=r"column NAICS.*: missing in the header"):
        read(path)


@SUFFIX
def test_an_unknown_column_is_left_out_only_where_its_cells_are_equal(
    tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"national_M2017_dl.{suffix}"
    two = [{"NEW": "a"}, {"NEW": "a", "OCC_CODE": "11-9121"}]
    assert len(read(wages(path, [*NATIONAL, "NEW"], *two))) == 1
    two[1]["NEW"] = "b"
    with pytest.raises(BadFile, match=r"row 3, column NEW: .*its cells differ, 'a' and 'b'"):
        read(wages(path, [*NATIONAL, "NEW"], *two))


@SUFFIX
def test_an_unknown_column_of_one_year_is_refused(tmp_path: Path, suffix: str) -> None:
    path = wages(tmp_path / f"national_M2017_dl.{suffix}", [*NATIONAL, "WAVE"], {"WAVE": 2016})
    with pytest.raises(BadFile, match=r"row 2, column WAVE: .* its cells are a year, '2016"):
        read(path)


def test_a_difference_far_down_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.importers.reading.text_chunks.SIZE", 2_000)
    codes = [f"11-9{n}" for n in range(111, 190) if n % 10]
    lines = [{"OCC_CODE": code, "NEW": "a"} for code in codes]
    path = tmp_path / "national_M2017_dl.csv"
    read(wages(path, [*NATIONAL, "NEW"], *lines))
    lines[-1]["NEW"] = "b"
    with pytest.raises(BadFile, match=f"row {len(codes) + 1}, column NEW: .*its cells differ"):
        read(wages(path, [*NATIONAL, "NEW"], *lines))


@SUFFIX
@pytest.mark.parametrize("start", [0, 1, 7])
def test_a_column_that_numbers_the_rows_is_left_out(
    tmp_path: Path, suffix: str, start: int
) -> None:
    path = tmp_path / f"national_M2017_dl.{suffix}"
    lines = [{"": start + n, "OCC_CODE": f"11-91{n + 11}"} for n in range(3)]
    assert len(read(wages(path, ["", *NATIONAL], *lines))) == 1
    lines[2][""] = start + 9
    with pytest.raises(BadFile, match=r"column (NUMBER|number) 1: .*its cells differ"):
        read(wages(path, ["", *NATIONAL], *lines))


@SUFFIX
@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Private", "5"),
        ("State government", "2"),
        ("Local Government", "3"),
        ("Federal government", "1"),
        ("Federal, State, and Local government", "123"),
    ],
)
def test_owners_in_words_are_codes(tmp_path: Path, suffix: str, words: str, code: str) -> None:
    lines = {**HOSPITALS, "OWNERSHIP": words}
    path = wages(tmp_path / f"nat4d_M2017_owner_dl.{suffix}", ["OWNERSHIP", *INDUSTRY], lines)
    assert [(key.industry, key.ownership) for key in read(path)] == [("622100", code)]


@SUFFIX
@pytest.mark.parametrize("words", ["Somebody", ""])
def test_an_owner_that_is_not_known_is_refused(tmp_path: Path, suffix: str, words: str) -> None:
    lines = {**HOSPITALS, "OWNERSHIP": words}
    path = wages(tmp_path / f"nat4d_M2017_owner_dl.{suffix}", ["OWNERSHIP", *INDUSTRY], lines)
    with pytest.raises(BadFile, match=r"row 2, column OWNERSHIP: ('Somebody' is neither|blank)"):
        read(path)


@pytest.mark.parametrize("code", ["999", "51", "4", "55"])
def test_digits_that_are_no_owners_are_refused(tmp_path: Path, code: str) -> None:
    path = oews_csv(tmp_path / "national_M2021_dl.csv", line(OWN_CODE=code))
    with pytest.raises(BadFile, match=f"row 2, column OWN_CODE: '{code}' is neither digits"):
        read(path)


@SUFFIX
@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("AREA_TITLE", "area 99 is 'Other' here and 'U.S.' above"),
        ("NAICS_TITLE", "industry 000000 is 'Other' here and 'Cross-industry' above"),
        ("OCC_TITLE", "11-9111 is 'Other' here and 'Medical and Health Services Managers' above"),
    ],
)
def test_a_code_with_two_names_is_refused(
    tmp_path: Path, suffix: str, column: str, said: str
) -> None:
    lines = [line(), line(NAICS="622000", NAICS_TITLE="Hospitals"), line(**{column: "Other"})]
    path = tmp_path / f"all_data_M_2021.{suffix}"
    if suffix == "xlsx":
        write_xlsx(path, {"data": [OEWS_HEADER, *lines]})
    else:
        oews_csv(path, *lines)
    with pytest.raises(BadFile, match=f"row 4, column {column}: {said}"):
        read(path)


@pytest.mark.parametrize(
    ("header", "changes", "owner"),
    [(INDUSTRY, HOSPITALS, ""), (NATIONAL, {}, "1235"), (INDUSTRY, {"NAICS": "0"}, "1235")],
)
def test_owners_that_a_file_does_not_say_are_all_only_of_all_industries(
    tmp_path: Path, header: list[str], changes: dict[str, Any], owner: str
) -> None:
    path = wages(tmp_path / "national_M2017_dl.csv", header, changes)
    assert [key.ownership for key in read(path)] == [owner]


@pytest.mark.parametrize(("number", "code"), [(31.0, "31-33"), ("44", "44-45"), (48, "48-49")])
def test_a_sector_of_several_numbers_has_one_code(
    tmp_path: Path, number: float | str, code: str
) -> None:
    path = wages(tmp_path / "natsector_M2018_dl.xlsx", INDUSTRY, {**HOSPITALS, "NAICS": number})
    assert [key.industry for key in read(path)] == [code]


def test_one_owners_part_is_answered_as_that_owners(databases: Databases, tmp_path: Path) -> None:
    url = databases.seeded()
    private = {**HOSPITALS, "OWNERSHIP": "Local government", "TOT_EMP": 1000.0}
    path = wages(tmp_path / "nat4d_M2017_owner_dl.csv", ["OWNERSHIP", *INDUSTRY], private)
    unsaid = wages(tmp_path / "nat4d_M2018_dl.csv", INDUSTRY, {**HOSPITALS, "TOT_EMP": 3000.0})
    for one in (path, unsaid):
        made = occupations("import", str(one), url=url)
        assert made.returncode == 0, made.stderr
        # `verify` reads owners by itself, and finds the same.
        made = occupations("verify", str(one), url=url)
        assert made.returncode == 0, made.stdout
    with serving(url) as client:
        rows = client.get("/v1/wages?code=11-9111&industry=622100&period=all").json()["items"]
    assert [(row["period"], row["ownership"], row["employment"]) for row in rows] == [
        ("2018-05", None, 3000),
        ("2017-05", "3", 1000),
    ]
    assert rows[0]["marks"]["ownership"] == {"status": "not_published", "at_least": None}
    assert "ownership" not in rows[1]["marks"]


def test_a_state_in_an_export_of_projections_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "Employment Projections.csv"
    for name, cell in (("State", "Texas"), ("Something", "x")):
        with path.open("w", newline="", encoding="utf-8") as stream:
            stream.write(f"{name},{EXPORT_HEADER}\n")
            rows = csv.writer(stream)
            rows.writerow([cell, *CHIEFS])
            rows.writerow(["y", *CHIEFS[:1], '="13-1020"', *CHIEFS[2:]])
        with pytest.raises(BadFile, match=f"column {name.upper()}: this program does not know"):
            list(planned(path)[0].read().parts)


def test_a_year_in_a_file_of_onet_is_refused(tmp_path: Path) -> None:
    header = "O*NET-SOC Code|Reported Job Title|Shown in My Next Move"
    readme = "O*NET 27.0 Database\n\nAugust 2022 Release\n"
    for name, refused in (("Year", True), ("Something", False)):
        titles = f"{header}|{name}\n11-9111.00|Nurse Manager|Y|2021"
        folder = onet_text(tmp_path / name, Read_Me=readme, Titles=titles)
        (release,) = planned(folder)
        if refused:
            with pytest.raises(BadFile, match="column YEAR: this program does not know"):
                list(release.read().parts)
        else:
            assert [len(list(run.rows)) for run in release.read().parts] == [1]
