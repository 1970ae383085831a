"""Projections and O*NET lines that contradict themselves are refused, by each rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from app.importers.faults import BadFile
from app.importers.loading.load import load_release
from app.importers.rules import RULES
from tests.builders import onet_text, write_xlsx
from tests.importers.planned import planned
from tests.importers.projected import book

CHIEFS = 4
"""The row of 11-1011 in the sheet with the projections, counted from 0; in the file it is the
fifth."""
PROJECTED: dict[str, list[tuple[dict[int, Any], str, str]]] = {
    "change": [
        ({5: -22.8}, "Employment change, numeric", "-22,800 is not 257,500 less 280,500"),
        ({3: 257.5, 4: 280.5}, "Employment change, numeric", "-23,100 is not 280,500 less"),
        ({6: -8.4}, "Employment change, percent", "-8.4 % of 280,500 is not -23,100"),
    ],
    "openings": [({8: 280.6}, "Occupational openings", "280,600 a year is more than all 280,500")],
    "share": [({7: 100.1}, "Percent self employed", "100.1 is over 100")],
    "zero-wage": [({9: 0}, "Median annual wage", "a wage of 0")],
    "major-group": [({1: "12-1011"}, "2022 National Employment Matrix code", "12-1011 is in no")],
    "employment-of-group": [
        (
            {3: 164482.7, 4: 164459.6, 6: 0.0},
            "Employment, 2022",
            "11-1011 has 164,482,700 employed, its group 00-0000 164,482,600",
        )
    ],
}
"""Rule → cells of a row that break it, the column that is named, and what is said."""
SHARED_OUT = [1.7, 8, 13.8, 4.8, 40.2, 24.8, 5.0]


def projections(folder: Path, cells: dict[int, Any], shares: list[float] | None = None) -> Path:
    sheets = {name: sheets for name, sheets in book().items() if name in {"Table 1.7", "Table 5.3"}}
    row = sheets["Table 1.7"][CHIEFS]
    sheets["Table 1.7"][CHIEFS] = [cells.get(n, cell) for n, cell in enumerate(row)]
    if shares:
        sheets["Table 5.3"][3][2:] = shares
    write_xlsx(folder / "occupation.xlsx", sheets)
    return folder / "occupation.xlsx"


@pytest.mark.parametrize(
    ("rule", "cells", "column", "said"),
    [(rule, *one) for rule, cases in PROJECTED.items() for one in cases],
)
def test_a_projection_that_contradicts_itself_is_refused(
    engine: Engine, tmp_path: Path, rule: str, cells: dict[int, Any], column: str, said: str
) -> None:
    path = projections(tmp_path, cells)
    (release,) = planned(path)
    with pytest.raises(BadFile) as fault:
        list(release.read().parts)
    assert "row 5, column " + column in str(fault.value)
    assert said in str(fault.value)
    (release,) = planned(path, accepted=frozenset({rule}))
    assert load_release(engine, release.read()).outcome == "loaded"
    with engine.connect() as connection:
        query = "SELECT note FROM projections WHERE note LIKE '%accepted%'"
        (note,) = connection.execute(text(query)).scalars()
    assert said in note
    assert f"(rule {rule})" in note


def test_what_rounding_allows_is_loaded(tmp_path: Path) -> None:
    # 280.5 to 257.5 is -23.0; each of the three is rounded to a tenth.
    for cells in ({5: -23.1}, {5: -22.9}, {8: 280.5}, {7: 100}, {6: -8.2}):
        (release,) = planned(projections(tmp_path, cells))
        list(release.read().parts)


def test_shares_of_attainment_add_up(tmp_path: Path) -> None:
    (release,) = planned(projections(tmp_path, {}, [*SHARED_OUT[:6], 7.8]))
    with pytest.raises(BadFile, match=r"row 4, .*: the shares of 11-1011 add up to 101.1 %"):
        list(release.read().parts)
    for last in (5.7, 7.7):  # 99 and 101 in all
        (release,) = planned(projections(tmp_path, {}, [*SHARED_OUT[:6], last]))
        list(release.read().parts)


README = "O*NET 27.0 Database\n\nAugust 2022 Release\n"
CODE = "O*NET-SOC Code"
ESTIMATE = "N|Standard Error|Lower CI Bound|Upper CI Bound|Recommend Suppress"
RATED = (
    f"{CODE}|Element ID|Element Name|Scale ID|Data Value|{ESTIMATE}|Not Relevant|Date|Domain Source"
)
INTERESTS = f"{CODE}|Element ID|Element Name|Scale ID|Data Value|Date|Domain Source"
SHARES = (
    f"{CODE}|Element ID|Element Name|Scale ID|Category|Data Value|{ESTIMATE}|Date|Domain Source"
)
CATEGORIES = """Element ID|Element Name|Scale ID|Category|Category Description
2.D.1|Required|RL|1|Some
2.D.1|Required|RL|2|More"""
SKILL = "11-9111.00|2.A.1.a|Reading|{scale}|{value}|{n}|{se}|{lower}|{upper}|N|n/a|{month}|Analyst"
NO_INTERVAL = {"lower": "n/a", "upper": "n/a"}
USUAL = {
    "scale": "IM",
    "value": "4",
    "n": "8",
    "se": "0.1",
    "lower": "3",
    "upper": "5",
    "month": "07/2022",
}

RATINGS: dict[str, list[tuple[dict[str, str], str, str]]] = {
    "scale": [
        ({"value": "5.01", **NO_INTERVAL}, "Data Value", "5.01 is not on the scale IM, 1 to 5"),
        ({"value": "0.99", **NO_INTERVAL}, "Data Value", "0.99 is not on the scale IM, 1 to 5"),
        ({"scale": "LV", "value": "7.01", **NO_INTERVAL}, "Data Value", "the scale LV, 0 to 7"),
        ({"upper": "5.1"}, "Upper CI Bound", "5.1 is not on the scale IM"),
    ],
    "interval": [
        ({"lower": "4.01"}, "Lower CI Bound", "4.01 is over the value, 4"),
        ({"upper": "3.99"}, "Upper CI Bound", "3.99 is under the value, 4"),
        ({"se": "-0.1"}, "Standard Error", "-0.1 is negative"),
        ({"lower": "n/a"}, "Lower CI Bound", "one bound of two is missing"),
        ({"upper": "n/a"}, "Upper CI Bound", "one bound of two is missing"),
        ({"se": "n/a"}, "Standard Error", "missing, and there is an interval"),
        ({"n": "n/a"}, "N", "missing, and there is a standard error"),
    ],
    "collected": [
        ({"month": "09/2022"}, "Date", "collected 2022-09, after the release of 2022-08")
    ],
}


def folder_of(folder: Path, changes: dict[str, str]) -> Path:
    lines = SKILL.format(**{**USUAL, **changes})
    return onet_text(folder / "db", Read_Me=README, Skills=f"{RATED}\n{lines}")


@pytest.mark.parametrize(
    ("rule", "changes", "column", "said"),
    [(rule, *one) for rule, cases in RATINGS.items() for one in cases],
)
def test_a_rating_that_contradicts_itself_is_refused(
    engine: Engine, tmp_path: Path, rule: str, changes: dict[str, str], column: str, said: str
) -> None:
    folder = folder_of(tmp_path, changes)
    (release,) = planned(folder)
    with pytest.raises(BadFile) as fault:
        list(release.read().parts)
    assert f"row 2, column {column}: " in str(fault.value)
    assert said in str(fault.value)
    (release,) = planned(folder, accepted=frozenset({rule}))
    assert load_release(engine, release.read()).outcome == "loaded"
    with engine.connect() as connection:
        (note,) = connection.execute(text("SELECT note FROM skills")).scalars()
    assert f"accepted at import (rule {rule})." in note


@pytest.mark.parametrize(
    "changes",
    [
        {"value": "5", "lower": "5", "upper": "5"},
        {"value": "1", "lower": "1", "upper": "1"},
        {"scale": "LV", "value": "0", "lower": "0", "upper": "7"},
        {"month": "08/2022", "se": "0"},
    ],
)
def test_a_rating_at_the_end_of_its_scale_is_loaded(
    tmp_path: Path, changes: dict[str, str]
) -> None:
    (release,) = planned(folder_of(tmp_path, changes))
    assert sum(len(list(run.rows)) for run in release.read().parts) == 1


@pytest.mark.parametrize(("last", "whole"), [("49", True), ("51", True), ("48.9", False)])
def test_shares_of_people_add_up(tmp_path: Path, last: str, whole: bool) -> None:
    share = "11-9111.00|2.D.1|Required|RL|{}|{}|8|n/a|n/a|n/a|N|07/2022|Analyst"
    folder = onet_text(
        tmp_path / "db",
        Read_Me=README,
        Education=f"{SHARES}\n{share.format(1, 50)}\n{share.format(2, last)}",
        Categories=CATEGORIES,
    )
    (release,) = planned(folder)
    if whole:
        list(release.read().parts)
    else:
        with pytest.raises(BadFile, match=r"row 2, .*: the shares of 11-9111, scale RL, add up to"):
            list(release.read().parts)


FILLED = {"Date": "month", "Data Value": "value"}


@pytest.mark.parametrize(("column", "field"), FILLED.items())
@pytest.mark.parametrize("book", [False, True])
def test_a_blank_in_a_column_that_is_filled_is_refused(
    engine: Engine, tmp_path: Path, column: str, field: str, book: bool
) -> None:
    cells = SKILL.format(**{**USUAL, field: ""})
    folder = onet_text(tmp_path / "db", Read_Me=README)
    if book:
        write_xlsx(folder / "Skills.xlsx", {"Skills": [RATED.split("|"), cells.split("|")]})
    else:
        onet_text(folder, Skills=f"{RATED}\n{cells}")
    (release,) = planned(folder)
    with pytest.raises(BadFile, match=f"row 2, column {column}: blank"):
        list(release.read().parts)
    (release,) = planned(folder, accepted=frozenset({"blank"}))
    assert load_release(engine, release.read()).outcome == "loaded"


def test_workbooks_are_blank_where_the_text_edition_has_n_a(tmp_path: Path) -> None:
    cells = SKILL.format(**{**USUAL, "lower": "", "upper": "", "se": ""}).replace("n/a", "")
    folder = onet_text(tmp_path / "text", Read_Me=README, Skills=f"{RATED}\n{cells}")
    (release,) = planned(folder)
    with pytest.raises(BadFile, match=r"row 2, column .*: blank"):
        list(release.read().parts)
    folder = onet_text(tmp_path / "book", Read_Me=README)
    write_xlsx(folder / "Skills.xlsx", {"Skills": [RATED.split("|"), cells.split("|")]})
    (release,) = planned(folder)
    assert sum(len(list(run.rows)) for run in release.read().parts) == 1


def test_an_element_without_its_other_line_is_refused(engine: Engine, tmp_path: Path) -> None:
    both = [SKILL.format(**USUAL), SKILL.format(**{**USUAL, "scale": "LV"})]
    alone = SKILL.format(**USUAL).replace("2.A.1.a", "2.A.1.b")
    folder = onet_text(tmp_path / "db", Read_Me=README, Skills="\n".join([RATED, *both, alone]))
    (release,) = planned(folder)
    with pytest.raises(BadFile, match=r"row 4, .*: 2.A.1.b of 11-9111 has only its line of IM"):
        list(release.read().parts)
    (release,) = planned(folder, accepted=frozenset({"pair"}))
    assert load_release(engine, release.read()).outcome == "loaded"
    with engine.connect() as connection:
        query = "SELECT note FROM skills WHERE level IS NULL"
        assert "(rule pair)" in connection.execute(text(query)).scalar_one()


def test_a_scale_that_the_releases_reference_lacks_is_refused(tmp_path: Path) -> None:
    scales = "Scale ID|Scale Name|Minimum|Maximum\nLV|Level|0|7"
    lines = SKILL.format(**USUAL)
    folder = onet_text(
        tmp_path / "db", Read_Me=README, Skills=f"{RATED}\n{lines}", Scales_Reference=scales
    )
    (release,) = planned(folder)
    with pytest.raises(BadFile, match="column Scale ID: scale IM is not in the release's Scales"):
        list(release.read().parts)


def test_interests_are_on_their_scales(tmp_path: Path) -> None:
    for scale, value, good in (("OI", "7", True), ("OI", "7.1", False), ("IH", "0", True)):
        lines = f"11-9111.00|1.B.1.a|Realistic|{scale}|{value}|07/2022|Analyst"
        folder = onet_text(tmp_path / "db", Read_Me=README, Interests=f"{INTERESTS}\n{lines}")
        (release,) = planned(folder)
        if good:
            list(release.read().parts)
        else:
            with pytest.raises(BadFile, match=r"7\.1 is not on the scale OI, 1 to 7"):
                list(release.read().parts)


def test_every_other_rule_is_broken_here() -> None:
    of_others = {
        name
        for name, rule in RULES.items()
        if {"projections", "O*NET"} & {*rule.dataset.split(", ")}
    }
    tested = PROJECTED.keys() | RATINGS.keys() | {"sum-of-shares", "same-figures", "blank", "pair"}
    assert of_others <= tested
