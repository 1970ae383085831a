"""What an OEWS file says of itself: its areas and industries, its period and its top code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.importers.faults import BadFile
from app.importers.oews.top_codes import read_top_codes
from tests.builders import FIELDS, OEWS_HEADER, TOP, line, oews_book, oews_csv, write_xlsx
from tests.importers.planned import planned
from tests.importers.test_oews import one, wages

CALIFORNIA = {"AREA": "06", "AREA_TITLE": "California", "AREA_TYPE": "2", "PRIM_STATE": "CA"}
LOS_ANGELES = {"AREA": "31080", "AREA_TITLE": "Los Angeles, CA", "AREA_TYPE": "4", "PRIM_STATE": ""}
NORTH_COAST = {"AREA": "600007", "AREA_TITLE": "North Coast Region of California"}
NORTH_COAST |= {"AREA_TYPE": "6", "PRIM_STATE": "CA"}


@pytest.mark.parametrize(
    ("lines", "name", "kind", "areas"),
    [
        ([{}], "bls-oews-2021-05", "national", {("US", "nation", None)}),
        (
            [CALIFORNIA, {**CALIFORNIA, "AREA": 72.0, "AREA_TYPE": "3", "PRIM_STATE": ""}],
            "bls-oews-2021-05-state",
            "state",
            {("CA", "state", "CA"), ("PR", "territory", "PR")},
        ),
        (
            [LOS_ANGELES],
            "bls-oews-2021-05-metropolitan",
            "metropolitan",
            {("31080", "metropolitan", "CA")},
        ),
        (
            [NORTH_COAST],
            "bls-oews-2021-05-metropolitan",
            "nonmetropolitan",
            {("0600007", "nonmetropolitan", "CA")},
        ),
        (
            [LOS_ANGELES, NORTH_COAST],
            "bls-oews-2021-05-metropolitan",
            "metropolitan",
            {("31080", "metropolitan", "CA"), ("0600007", "nonmetropolitan", "CA")},
        ),
        (
            [CALIFORNIA, {**CALIFORNIA, "NAICS": "622000"}],
            "bls-oews-2021-05-all",
            "all",
            {("CA", "state", "CA")},
        ),
        (
            [{}, CALIFORNIA, LOS_ANGELES, {"NAICS": "622000"}],
            "bls-oews-2021-05-all",
            "all",
            {("US", "nation", None), ("CA", "state", "CA"), ("31080", "metropolitan", "CA")},
        ),
    ],
)
def test_what_a_file_is_about_is_seen_from_its_rows(
    tmp_path: Path,
    lines: list[dict[str, Any]],
    name: str,
    kind: str,
    areas: set[tuple[str, str, str]],
) -> None:
    path = tmp_path / "a.xlsx"
    rows = [OEWS_HEADER, *(line(**changed) for changed in lines)]
    write_xlsx(path, {"All May 2021 data": rows, "Field Descriptions": FIELDS})
    (release,) = planned(path)
    reading = release.read()
    assert reading.head.name == name
    assert len(wages(reading)) == len(lines)
    assert {(a.code, a.level, a.state) for a in reading.areas()} == areas
    assert reading.head.kinds == (f"oews_{kind}",)


@pytest.mark.parametrize(("looked_at", "scope"), [(1, "state"), (2, "all")])
def test_the_first_rows_tell_what_a_file_is_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, looked_at: int, scope: str
) -> None:
    monkeypatch.setattr("app.importers.oews.scope.LOOKED_AT", looked_at)
    path = oews_csv(tmp_path / "M2021.csv", line(**CALIFORNIA), line(**LOS_ANGELES))
    (release,) = planned(path, period="2021-05")
    assert release.name == f"bls-oews-2021-05-{scope}"


def test_territories_far_below_the_states_are_of_their_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.importers.oews.scope.LOOKED_AT", 2)
    island = {"AREA": "72", "AREA_TITLE": "Puerto Rico", "AREA_TYPE": "3", "PRIM_STATE": "PR"}
    lines = [line(**CALIFORNIA), line(**CALIFORNIA, OCC_CODE="11-1011"), line(**island)]
    (release,) = planned(oews_book(tmp_path / "state_M2021_dl.xlsx", *lines))
    reading = release.read()
    assert set(wages(reading)) == {("CA", "000000", c) for c in ("11-9111", "11-1011")} | {
        ("PR", "000000", "11-9111")
    }
    assert release.name == "bls-oews-2021-05-state"


def noted(path: Path, period_row: int, top_code_row: int) -> Path:
    """Write a workbook whose second sheet says period and top code in these rows."""
    notes = [[""]] * top_code_row
    notes[period_row - 1], notes[top_code_row - 1] = ["May 2010 OEWS Estimates"], [TOP]
    write_xlsx(path, {"data": [OEWS_HEADER, line(A_PCT90="#")], "Notes": notes})
    return path


def test_the_period_is_read_within_three_rows_and_top_codes_within_two_hundred(
    tmp_path: Path,
) -> None:
    (release,) = planned(noted(tmp_path / "a.xlsx", 3, 200))
    assert release.name == "bls-oews-2010-05"
    assert one(tmp_path / "a.xlsx")[1]["top_code_annual"] == 208000
    with pytest.raises(BadFile, match="does not say its period"):
        one(noted(tmp_path / "a.xlsx", 4, 200))
    with pytest.raises(BadFile, match="give --top-code"):
        one(noted(tmp_path / "a.xlsx", 3, 201))


def test_a_file_states_one_top_code(tmp_path: Path) -> None:
    other = TOP.replace("208,000", "218,400")
    path = oews_book(tmp_path / "a.xlsx", line(), fields=[*FIELDS, [other]])
    with pytest.raises(BadFile, match="states several top codes"):
        planned(path)


@pytest.mark.parametrize(
    ("period", "top_codes"),
    [
        ("2010-05", None),
        ("2011-05", (187_200, 9_000)),
        ("2012-05", (187_200, 9_000)),
        ("2015-05", (187_200, 9_000)),
        ("2016-05", (208_000, 10_000)),
        ("2021-05", (208_000, 10_000)),
        ("2022-05", (239_200, 11_500)),
        ("2024-05", (239_200, 11_500)),
        ("2025-05", (239_200, 11_500)),
        ("2026-05", None),
    ],
)
def test_a_file_without_a_sheet_of_notes_has_the_top_codes_of_its_period(
    tmp_path: Path, period: str, top_codes: tuple[int, int] | None
) -> None:
    path = oews_csv(tmp_path / "a.csv", line(H_PCT90="*", A_PCT90="*"))
    _, detail = one(path, period=period)
    annual, hourly = top_codes or (None, None)
    assert (detail.get("top_code_annual"), detail.get("top_code_hourly")) == (annual, hourly)


TABLE = """top_codes:
  - {first: 2016-05, last: 2021-05, hourly: "100.00", annual: 208000, bounded: true}
  - {first: 2022-05, last: 2022-05, hourly: "115.00", annual: 239200, bounded: false}
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("first: 2022", "first: 2021"),
        ("last: 2021", "last: 2015"),
        ("2016-05", "2016-13"),
        ("239200", "239200.5"),
        ('"115.00"', '"115.005"'),
        ("bounded: false", "bound: false"),
    ],
)
def test_the_table_of_top_codes_is_in_order_and_complete(old: str, new: str) -> None:
    assert read_top_codes(TABLE)[1] == ("2022-05", "2022-05", 239_200, 11_500, False)
    with pytest.raises(ValueError, match=r"top_codes|overlap"):
        read_top_codes(TABLE.replace(old, new))
