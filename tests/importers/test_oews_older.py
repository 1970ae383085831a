"""OEWS files of 2010 to 2019: their columns, their words, and what their codes mean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.importers.faults import BadFile
from tests.builders import OEWS_HEADER, line, write_xlsx
from tests.conftest import Databases, occupations
from tests.importers.planned import planned
from tests.importers.test_oews import one, wages
from tests.servers import serving

RENAMED = {
    "OCC_CODE": "occ code",
    "OCC_TITLE": "occ title",
    "O_GROUP": "group",
    "LOC_QUOTIENT": "loc quotient",
    "PCT_TOTAL": "pct_tot",
    **{f"{b}_PCT{p}": f"{b.lower()}_wpct{p}" for b in "HA" for p in (10, 25, 75, 90)},
}
LATER = {"PRIM_STATE", "PCT_RPT", "I_GROUP"}
"""Columns that the all-data files until 2015 do not have."""
TOP_CODED = {"H_PCT90": "#", "A_PCT90": "#"}
LA = {"AREA": "31084", "AREA_TITLE": "Los Angeles-Long Beach-Glendale, CA Metropolitan Division"}
LA |= {"AREA_TYPE": "5"}
TEXAS = {"AREA": "48", "AREA_TITLE": "Texas", "AREA_TYPE": "2"}
PRIVATE = {"NAICS": "000001", "NAICS_TITLE": "Cross-industry, Private Ownership Only"}
GOVERNMENT = {"NAICS": "999001", "NAICS_TITLE": "Federal, State, and Local Government"}
MINING = {"NAICS": "21", "NAICS_TITLE": "Mining"}


def older(path: Path, *lines: dict[str, Any], names: dict[str, str] = RENAMED) -> Path:
    """Write an all-data file in the columns of 2010 to 2015."""
    columns = [name for name in OEWS_HEADER if name not in LATER]
    # The true line has figures above the top code of those years.
    rows = [dict(zip(OEWS_HEADER, line(**TOP_CODED, **one), strict=True)) for one in lines]
    header = [names.get(name, name.lower()) for name in columns]
    write_xlsx(path, {"data": [header, *([row[name] for name in columns] for row in rows)]})
    return path


def test_the_columns_and_words_of_2010_to_2015_are_read(tmp_path: Path) -> None:
    figures = {"LOC_QUOTIENT": 1.5, "JOBS_1000": 12.5, "PCT_TOTAL": 3.25}
    chief = {"OCC_CODE": "11-1011", "O_GROUP": "", **figures}
    path = older(tmp_path / "all_data_M_2015.xlsx", {"O_GROUP": "detail", **figures}, chief)
    (release,) = planned(path)
    rows = wages(release.read())
    row, detail = rows["US", "000000", "11-9111"]
    assert (row.published_levels, row.marks) == ("detailed", ".....-.......#....#")
    assert (row.location_quotient, row.jobs_per_1000, row.percent_of_industry) == (1.5, 12.5, 3.25)
    assert (row.hourly_p10, row.annual_p10) == (2922, 60780)
    assert detail == {"top_code_annual": 187_200, "top_code_hourly": 9_000}
    assert rows["US", "000000", "11-1011"][0].published_levels == "detailed"


def test_each_folder_has_its_notes_even_if_they_are_the_same(tmp_path: Path) -> None:
    stated = "# = a wage equal to or greater than $80.00 per hour or $166,400 per year"
    texas = {**TEXAS, "PRIM_STATE": "TX"}
    for folder, name, about in (("nat", "national", {}), ("st", "state", texas)):
        (tmp_path / folder).mkdir()
        rows = [OEWS_HEADER, line(TOT_EMP=2010, **TOP_CODED, **about)]
        write_xlsx(tmp_path / folder / f"{name}_M2010_dl.xlsx", {"data": rows})
        notes = [*([column, "said"] for column in OEWS_HEADER), [stated, ""]]
        write_xlsx(tmp_path / folder / "field_descriptions.xlsx", {"notes": notes})
    shared = (tmp_path / "nat" / "field_descriptions.xlsx").read_bytes()
    (tmp_path / "st" / "field_descriptions.xlsx").write_bytes(shared)
    done = occupations("import", str(tmp_path), url=f"sqlite:///{tmp_path}/x.sqlite3")
    assert (done.stderr, done.returncode) == ("", 0)


def test_jobs_1000_orig_is_jobs_1000(tmp_path: Path) -> None:
    names = ["jobs_1000_orig" if name == "JOBS_1000" else name.lower() for name in OEWS_HEADER]
    path = tmp_path / "all_data_M_2019.xlsx"
    write_xlsx(path, {"data": [names, line(JOBS_1000=12.5)]})
    assert one(path)[0].jobs_per_1000 == 12.5
    write_xlsx(path, {"data": [[*OEWS_HEADER, "JOBS_1000_ORIG"], [*line(JOBS_1000=1.0), 1.0]]})
    with pytest.raises(BadFile, match="column JOBS_1000_ORIG: the column stands 2 times"):
        planned(path)


def owners(path: Path) -> dict[str, str]:
    """Return industry → ownership of the parts of a file."""
    (release,) = planned(path)
    return {part.key.industry: part.key.ownership for part in release.read().parts if part.key.area}


@pytest.mark.parametrize("own", ["5", 5.0])
def test_where_all_is_private_the_industry_says_the_owners(tmp_path: Path, own: Any) -> None:
    lines = [{**its, "OWN_CODE": own} for its in ({}, PRIVATE, GOVERNMENT, MINING)]
    path = older(tmp_path / "oes_data_2012.xlsx", *lines)
    assert owners(path) == {"000000": "1235", "000001": "5", "999001": "123", "21": ""}
    (release,) = planned(path)
    assert release.name == "bls-oews-2012-05-all"
    reading = release.read()
    list(reading.parts)
    assert [file.left_out for file in reading.files()] == [
        {"column not used: OWN_CODE, the same on every line": 1}
    ]
    assert {i.code: i.level for i in reading.industries()} == {
        "000000": "cross-industry",
        "000001": "cross-industry, ownership",
        "999001": "cross-industry, ownership",
        "21": "sector",
    }


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # It is said line by line.
        (({"OWN_CODE": "1235"}, {**PRIVATE, "OWN_CODE": "5"}), {"000000": "1235", "000001": "5"}),
        (({**PRIVATE, "OWN_CODE": "5"}, {**MINING, "OWN_CODE": "5"}), {"000001": "5", "21": "5"}),
        # States and areas have lines of all owners only.
        (({**TEXAS, "OWN_CODE": "5"},), {"000000": "1235"}),
    ],
)
def test_otherwise_the_column_says_the_owners(
    tmp_path: Path, lines: tuple[dict[str, Any], ...], expected: dict[str, str]
) -> None:
    assert owners(older(tmp_path / "oes_data_2012.xlsx", *lines)) == expected


@pytest.mark.parametrize("lines", [({},), ({}, MINING)])
def test_private_and_of_all_owners_is_refused_where_nothing_decides(
    tmp_path: Path, lines: tuple[dict[str, Any], ...]
) -> None:
    path = older(tmp_path / "oes_data_2012.xlsx", *({**its, "OWN_CODE": "5"} for its in lines))
    with pytest.raises(BadFile, match="row 2, column own_code: 5, private, on every line, and"):
        planned(path)


def test_the_owners_must_be_unsaid_to_the_last_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.importers.oews.scope.LOOKED_AT", 2)
    lines = [{**its, "OWN_CODE": "5"} for its in ({}, PRIVATE)]
    path = older(tmp_path / "oes_data_2012.xlsx", *lines, {**GOVERNMENT, "OWN_CODE": "123"})
    with pytest.raises(
        BadFile, match=r"row 4, column OWN_CODE: .* its cells differ, '5' and '123'"
    ):
        owners(path)


@pytest.mark.parametrize(
    ("words", "owner"),
    [
        ("Private", "5"),
        ("Federal, State, and Local government", "123"),
        ("State and local government", "23"),
        ("Private, and local government", "35"),
        ("State, State government", None),
        ("State government schools", None),
        ("government", None),
    ],
)
def test_owners_in_words_are_understood_word_by_word(
    tmp_path: Path, words: str, owner: str | None
) -> None:
    path = older(tmp_path / "all_data_M_2013.xlsx", {**MINING, "OWN_CODE": words})
    if owner:
        assert owners(path) == {"21": owner}
    else:
        with pytest.raises(BadFile, match=r"column own_code: .* is neither digits nor made of fed"):
            owners(path)


def test_the_level_of_an_industry_may_be_unsaid_before_2020(tmp_path: Path) -> None:
    lines = [dict(zip(OEWS_HEADER, line(**its), strict=True)) for its in ({}, MINING)]
    for name, allowed in (("PRIM_STATE", True), ("PCT_RPT", False)):
        kept = [column for column in OEWS_HEADER if column not in {"I_GROUP", name}]
        path = tmp_path / "all_data_M_2018.xlsx"
        write_xlsx(path, {"data": [kept, *([one[column] for column in kept] for one in lines)]})
        if allowed:
            reading = planned(path)[0].read()
            list(reading.parts)
            assert {one.level for one in reading.industries()} == {"cross-industry", "sector"}
        else:
            with pytest.raises(BadFile, match="column I_GROUP: missing in the header"):
                planned(path)


def test_a_division_is_a_metropolitan_area_of_five_digits(tmp_path: Path) -> None:
    (release,) = planned(older(tmp_path / "all_data_M_2014.xlsx", {}, LA))
    reading = release.read()
    list(reading.parts)
    (division,) = [area for area in reading.areas() if area.code != "US"]
    assert division == ("31084", LA["AREA_TITLE"], "metropolitan", "31084", "CA")


@pytest.mark.parametrize(
    ("area", "kind", "code", "publishers"),
    [
        (1.0, "2", "AL", "01"),
        ("1", "2", "AL", "01"),
        ("1.0", "2", "AL", "01"),
        ("01", "2", "AL", "01"),
        (100001.0, "6", "0100001", "0100001"),
        ("100001", "6", "0100001", "0100001"),
        (10180.0, "4", "10180", "10180"),
        (99.0, "1", "US", "99"),
    ],
)
def test_an_area_as_a_number_has_its_zeros_again(
    tmp_path: Path, area: Any, kind: str, code: str, publishers: str
) -> None:
    its = {"AREA": area, "AREA_TYPE": kind, "AREA_TITLE": "A, AL", "PRIM_STATE": ""}
    path = tmp_path / "all_data_M_2023.xlsx"
    write_xlsx(path, {"data": [OEWS_HEADER, line(**its, NAICS=0.0, OWN_CODE=1235.0)]})
    (release,) = planned(path)
    reading = release.read()
    (key,) = {part.key for part in reading.parts if part.key.area}
    assert (key.area, key.industry, key.ownership) == (code, "000000", "1235")
    assert [(one.code, one.publisher_code) for one in reading.areas()] == [(code, publishers)]


NOTES = (
    "#  = indicates a wage that is equal to or greater than $80.00 per hour or $166,400 per year"
)


def described(path: Path, note: str = NOTES) -> Path:
    """Write the workbook of notes that zips of older files have: one column of theirs a row."""
    rows = [["Field", "Field Description"], *([name.lower(), "…"] for name in RENAMED)]
    rows += [[name.lower(), "…"] for name in OEWS_HEADER[11:]]
    write_xlsx(path, {"Field Descriptions": [*rows, ["Note:", ""], [note, ""]]})
    return path


LOW = {"H_PCT75": 70.0, "A_PCT75": 145_600.0}
"""Below the top code of May 2010."""


def test_notes_in_a_file_of_their_own_state_the_top_code_of_may_2010(tmp_path: Path) -> None:
    folder = tmp_path / "oesm10nat"
    folder.mkdir()
    path = older(folder / "national_M2010_dl.xlsx", LOW)
    with pytest.raises(BadFile, match=r"row 2, column h_wpct90: .* give --top-code"):
        one(folder)
    described(folder / "field_descriptions.xlsx")
    (release,) = planned(folder)
    reading = release.read()
    details = [part.detail for part in reading.parts if part.key.area]
    assert details == [{"top_code_annual": 166_400, "top_code_hourly": 8_000}]
    assert [file.name for file in reading.files()] == [
        "oesm10nat/national_M2010_dl.xlsx",
        "oesm10nat/field_descriptions.xlsx",
    ]
    # What the command line says goes before; notes beside files of two periods say nothing.
    assert one(folder, top_code=(150_000, 7_500))[1]["top_code_annual"] == 150_000
    path.rename(folder / "national_M2009_dl.xlsx")
    older(folder / "national_M2010_dl.xlsx", LOW)
    first, second = planned(folder)
    for release in (first, second):
        with pytest.raises(BadFile, match="give --top-code"):
            list(release.read().parts)


def test_older_shapes_are_answered_cell_by_cell(databases: Databases, tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    private = {"OWN_CODE": "5", "TOT_EMP": 12_000.0}  # other figures than the seed's
    lines = ({**its, **private} for its in ({}, PRIVATE, GOVERNMENT, MINING, TEXAS))
    older(files / "oes_data_2012.xlsx", *lines)
    detail = {"O_GROUP": "detail", "TOT_EMP": 15_000.0}
    older(files / "all_data_M_2015.xlsx", detail, {**LA, **detail})
    (files / "oesm10").mkdir()
    older(files / "oesm10" / "national_M2010_dl.xlsx", {"TOT_EMP": 9_000.0, **LOW})
    described(files / "oesm10" / "field_descriptions.xlsx")
    url = databases.seeded()
    made = occupations("import", str(files), url=url)
    assert made.returncode == 0, made.stderr
    checked = occupations("verify", str(files), url=url)
    assert checked.returncode == 0, checked.stdout
    with serving(url) as client:
        rows = client.get("/v1/wages?code=11-9111&area=all&industry=all&period=2012-05").json()
        area = client.get("/v1/areas?q=Glendale").json()["items"]
    found = {(row["area"], row["industry"]): row["ownership"] for row in rows["items"]}
    assert found == {
        ("US", "000000"): "1235",
        ("US", "000001"): "5",
        ("US", "999001"): "123",
        ("US", "21"): None,
        ("TX", "000000"): "1235",
    }
    assert [(one["code"], one["level"], one["state"]) for one in area] == [
        ("31084", "metropolitan", "CA")
    ]
