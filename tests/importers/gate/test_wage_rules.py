"""Rows of wages that contradict themselves are refused with row and column, by each rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from app.importers.faults import BadFile
from app.importers.loading.load import load_release
from app.importers.rules import RULES
from tests.builders import line, oews_book, oews_csv
from tests.importers.planned import planned

GROUP = {"OCC_CODE": "11-0000", "O_GROUP": "major"}
TOTAL = {"OCC_CODE": "00-0000", "O_GROUP": "total"}
HOURLY = ("H_MEAN", "H_PCT10", "H_PCT25", "H_MEDIAN", "H_PCT75", "H_PCT90")
SHARES = {"PCT_TOTAL": 50, "PCT_RPT": "~", "JOBS_1000": 500, "LOC_QUOTIENT": 1.0}
NONE = dict.fromkeys(HOURLY, "*")
"""No hourly wages."""

BROKEN: dict[str, list[tuple[dict[str, Any], str, str]]] = {
    "percentile-order": [
        ({"H_PCT10": 37.39, "A_PCT10": 77780.0}, "H_PCT25", "hourly_p25 37.38 is under hourly_p10"),
        ({"A_MEDIAN": 135760.0, **NONE}, "A_PCT75", "annual_p75 135,750 is under annual_median"),
        ({"H_PCT75": "#", "A_PCT75": "#"}, "H_PCT90", "hourly_p90 98.86 is under hourly_p75 #"),
    ],
    "annual-from-hourly": [
        ({"A_MEAN": 121050.0}, "A_MEAN", "annual_mean 121,050 is not 2,080 times hourly_mean"),
        ({"H_MEDIAN": 4.105}, "H_MEDIAN", "whole number of cents"),
    ],
    "top-code": [
        ({"H_PCT90": 100.0, "A_PCT90": 207990.0}, "H_PCT90", "from $100.00"),
        ({"H_PCT90": 99.99, "A_PCT90": 208000.0}, "A_PCT90", "from $208,000"),
    ],
    "zero-wage": [
        ({"H_PCT10": 0, "A_PCT10": 0}, "H_PCT10", "a wage of 0"),
        ({"A_MEAN": 0, "H_MEAN": "*"}, "A_MEAN", "a wage of 0"),
    ],
    "blank": [
        ({"TOT_EMP": ""}, "TOT_EMP", "blank, without a mark"),
        ({"H_MEDIAN": " "}, "H_MEDIAN", "blank, without a mark"),
        ({"MEAN_PRSE": ""}, "MEAN_PRSE", "blank, without a mark"),
        ({"PCT_RPT": ""}, "PCT_RPT", "blank, and other rows are not"),
        ({"LOC_QUOTIENT": ""}, "LOC_QUOTIENT", "blank, and other rows are not"),
    ],
    "one-basis": [
        ({"ANNUAL": "TRUE"}, "ANNUAL", "TRUE, and the row has hourly_"),
        ({"HOURLY": "TRUE", **NONE}, "HOURLY", "TRUE, and the row has annual_"),
        ({"HOURLY": "TRUE", "ANNUAL": "TRUE"}, "HOURLY", "TRUE, and the row has annual_"),
        (
            {"HOURLY": "TRUE", "ANNUAL": "TRUE", **NONE}
            | {name.replace("H_", "A_"): "*" for name in HOURLY},
            "HOURLY",
            "TRUE under ANNUAL and HOURLY both",
        ),
    ],
    "share": [
        ({"PCT_TOTAL": 100.01}, "PCT_TOTAL", "100.01 is over 100"),
        ({"PCT_RPT": 101}, "PCT_RPT", "101 is over 100"),
        ({"JOBS_1000": "1000.5"}, "JOBS_1000", "is over 1,000"),
    ],
    "standard-error": [
        ({"EMP_PRSE": 900}, "EMP_PRSE", "900 is over 100"),
        ({"MEAN_PRSE": 100.1}, "MEAN_PRSE", "100.1 is over 100"),
    ],
    "level": [
        ({"OCC_CODE": "13-2011", "O_GROUP": "major"}, "O_GROUP", "13-2011 is no major occupation"),
        ({"OCC_CODE": "11-1000"}, "O_GROUP", "11-1000 is no detailed occupation"),
        ({"OCC_CODE": "11-0000", "O_GROUP": "minor"}, "O_GROUP", "11-0000 is no minor"),
        ({"OCC_CODE": "00-0000", "O_GROUP": "major"}, "O_GROUP", "00-0000 is no major"),
    ],
    "major-group": [
        ({"OCC_CODE": "99-9998"}, "OCC_CODE", "99-9998 is in no major group"),
        ({"OCC_CODE": "12-1011"}, "OCC_CODE", "12-1011 is in no major group"),
        ({"OCC_CODE": "57-1011"}, "OCC_CODE", "57-1011 is in no major group"),
    ],
    "employment-of-group": [
        ({"TOT_EMP": 500001.0}, "TOT_EMP", "11-9111 has 500,001 employed, its group 11-0000"),
    ],
}
"""Rule → changes of a true row that break it, the column that is named, and what is said."""

KEPT: list[dict[str, Any]] = [
    {"H_PCT10": 37.38, "A_PCT10": 77750.0},  # equal percentiles
    {"A_MEAN": 121000.0},  # just under 1 % from 2,080 hours
    {"H_PCT90": 99.99, "A_PCT90": 207980.0},  # just under the top code
    {"PCT_TOTAL": 100, "JOBS_1000": 1000, "EMP_PRSE": 100, "MEAN_PRSE": 100},
    {"TOT_EMP": 500000.0},  # the whole group
    {"OCC_CODE": "13-1020"},  # a survey's own detailed occupation
    {"OCC_CODE": "39-6010", "O_GROUP": "minor"},
    {"OCC_CODE": "55-1011"},
]


def spoilt(folder: Path, kind: str, changes: dict[str, Any]) -> Path:
    """Write two groups and a row with changes, the fourth of the file."""
    lines = [
        line(**SHARES, **TOTAL, TOT_EMP=600000.0),
        line(**SHARES, **GROUP, TOT_EMP=500000.0),
        line(**{**SHARES, "OCC_CODE": "11-9111", **changes}),
    ]
    name = f"national_M2021_dl.{kind}"
    return oews_book(folder / name, *lines) if kind == "xlsx" else oews_csv(folder / name, *lines)


CASES = [(rule, *one) for rule, cases in BROKEN.items() for one in cases]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(("rule", "changes", "column", "said"), CASES)
def test_a_row_that_contradicts_itself_is_refused(
    tmp_path: Path, kind: str, rule: str, changes: dict[str, Any], column: str, said: str
) -> None:
    (release,) = planned(spoilt(tmp_path, kind, changes))
    with pytest.raises(BadFile) as fault:
        list(release.read().parts)
    assert f"row 4, column {column}: " in str(fault.value)
    assert said in str(fault.value)
    assert f"--accept {rule}`" in str(fault.value) or "cents" in said


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("changes", KEPT)
def test_a_row_at_the_edge_is_loaded(tmp_path: Path, kind: str, changes: dict[str, Any]) -> None:
    (release,) = planned(spoilt(tmp_path, kind, changes))
    runs = [run for run in release.read().parts if run.key.area]
    assert [row[-1] for run in runs for row in run.rows] == [None] * 3


@pytest.mark.parametrize("rule", BROKEN)
def test_an_accepted_row_is_loaded_with_a_note(engine: Engine, tmp_path: Path, rule: str) -> None:
    changes, _, said = BROKEN[rule][0]
    path = spoilt(tmp_path, "csv", changes)
    (release,) = planned(path, accepted=frozenset({rule}))
    assert load_release(engine, release.read()).outcome == "loaded"
    with engine.connect() as connection:
        noted = connection.execute(text("SELECT note FROM wages WHERE note IS NOT NULL")).scalars()
        (note,) = noted
    assert said in note
    assert note.endswith(f"accepted at import (rule {rule}).")


def test_one_rule_accepted_leaves_the_others(tmp_path: Path) -> None:
    path = spoilt(tmp_path, "csv", {"EMP_PRSE": 900, "PCT_TOTAL": 101})
    (release,) = planned(path, accepted=frozenset({"share"}))
    with pytest.raises(BadFile, match="rule standard-error"):
        list(release.read().parts)


def test_a_group_that_comes_after_its_occupations_is_seen(tmp_path: Path) -> None:
    rest = line(NAICS="622000", NAICS_TITLE="Hospitals", OWN_CODE="5")
    lines = [line(TOT_EMP=500001.0), rest, line(**GROUP, TOT_EMP=500000.0)]
    (release,) = planned(oews_csv(tmp_path / "all_data_M_2021.csv", *lines))
    with pytest.raises(BadFile, match="row 2, column TOT_EMP: 11-9111 has 500,001 employed"):
        list(release.read().parts)


def test_what_is_accepted_of_such_a_row_is_noted_on_its_release(
    engine: Engine, tmp_path: Path
) -> None:
    rest = line(NAICS="622000", NAICS_TITLE="Hospitals", OWN_CODE="5")
    lines = [line(TOT_EMP=500001.0), rest, line(**GROUP, TOT_EMP=500000.0)]
    path = oews_csv(tmp_path / "all_data_M_2021.csv", *lines)
    (release,) = planned(path, accepted=frozenset({"employment-of-group"}))
    assert load_release(engine, release.read()).outcome == "loaded"
    with engine.connect() as connection:
        notice = connection.execute(text("SELECT notice FROM releases")).scalar_one()
    assert "11-9111 has 500,001 employed" in notice
    assert "(rule employment-of-group)" in notice


def test_from_may_2025_percentiles_above_the_top_code_are_published(tmp_path: Path) -> None:
    changes = {"H_PCT90": 200.0, "A_PCT90": 416000.0}
    for year, refused in ((2024, True), (2025, False)):
        (release,) = planned(oews_csv(tmp_path / f"national_M{year}_dl.csv", line(**changes)))
        if refused:
            with pytest.raises(BadFile, match="rule top-code"):
                list(release.read().parts)
        else:
            assert [next(iter(run.rows))[15] for run in release.read().parts if run.key.area] == [
                20000
            ]


def test_every_rule_of_wages_is_broken_here() -> None:
    of_wages = {name for name, rule in RULES.items() if "wages" in rule.dataset.split(", ")}
    assert of_wages - {"same-figures"} == BROKEN.keys()
