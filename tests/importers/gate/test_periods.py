"""Two-digit years, years to come, and the figures of one year under the name of another."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from app.importers.faults import BadFile, SameFigures
from app.importers.loading.load import load_release, retire
from tests.builders import line, oews_csv, onet_text
from tests.conftest import Databases, occupations
from tests.importers.planned import planned
from tests.importers.projected import CHIEFS, EXPORT_HEADER, export

NEXT = date.today().year + 1


def load(engine: Engine, path: Path, **options: Any) -> str:
    (release,) = planned(path)
    return load_release(engine, release.read(), **options).outcome


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("oesm97nat.csv", "1997-05"),
        (f"oesm{NEXT % 100:02}nat.csv", f"{NEXT - 100}-05"),
        (f"oesm{NEXT - 1 - 2000:02}nat.csv", f"{NEXT - 1}-05"),
        ("oesm00nat.csv", "2000-05"),
        ("national_M1999_dl.csv", "1999-05"),
    ],
)
def test_two_digits_above_the_present_year_are_of_the_last_century(
    tmp_path: Path, name: str, period: str
) -> None:
    (release,) = planned(oews_csv(tmp_path / name, line()))
    assert release.name == f"bls-oews-{period}"


def test_no_period_is_in_the_future(tmp_path: Path) -> None:
    path = oews_csv(tmp_path / f"national_M{NEXT}_dl.csv", line())
    with pytest.raises(BadFile, match=f"its period is {NEXT}-05, and it is "):
        planned(path)
    plain = oews_csv(tmp_path / "wages.csv", line())
    today = date.today()
    (release,) = planned(plain, period=f"{today:%Y-%m}")
    assert release.name == f"bls-oews-{today:%Y-%m}"
    with pytest.raises(BadFile, match=f"its period is {NEXT}-01"):
        planned(plain, period=f"{NEXT}-01")
    header = EXPORT_HEADER.replace("2031", str(NEXT + 10)).replace("2021", str(NEXT))
    export(tmp_path, [CHIEFS], header)
    with pytest.raises(BadFile, match=f"its period is {NEXT}-{(NEXT + 10) % 100}"):
        planned(tmp_path / "export.csv")
    titles = "O*NET-SOC Code|Reported Job Title|Shown in My Next Move\n11-9111.00|Manager|Y"
    folder = onet_text(tmp_path / "db", Titles=titles)
    with pytest.raises(BadFile, match=f"its period is {NEXT}-08"):
        planned(folder, version="40.0", period=f"{NEXT}-08")


@pytest.mark.parametrize("lines", [1, 3, 10])
def test_the_figures_of_one_year_under_another_are_refused(
    engine: Engine, tmp_path: Path, lines: int
) -> None:
    rows = [line(OCC_CODE=f"11-10{n + 10}", TOT_EMP=1000.0 + n) for n in range(1, lines + 1)]
    assert load(engine, oews_csv(tmp_path / "national_M2021_dl.csv", *rows)) == "loaded"
    moved = oews_csv(tmp_path / "national_M2018_dl.csv", *rows)
    with pytest.raises(SameFigures, match=f"{lines} of {lines} rows have all the figures of bls-"):
        load(engine, moved)
    assert load(engine, moved, accepted={"same-figures"}) == "loaded"
    with engine.connect() as connection:
        query = "SELECT notice FROM releases WHERE name = 'bls-oews-2018-05'"
        notice = connection.execute(text(query)).scalar_one()
    assert "all the figures of bls-oews-2021-05" in notice


@pytest.mark.parametrize(("changed", "refused"), [(1, True), (2, False), (3, False)])
def test_half_of_the_rows_may_have_the_figures_of_another_year(
    engine: Engine, tmp_path: Path, changed: int, refused: bool
) -> None:
    def rows(more: float) -> list[list[Any]]:
        return [
            line(OCC_CODE=f"11-10{n + 10}", TOT_EMP=1000.0 + (more if n <= changed else 0))
            for n in range(1, 5)
        ]

    load(engine, oews_csv(tmp_path / "national_M2021_dl.csv", *rows(0)))
    other = oews_csv(tmp_path / "national_M2020_dl.csv", *rows(10))
    if refused:
        with pytest.raises(SameFigures):
            load(engine, other)
    else:
        assert load(engine, other) == "loaded"


def test_rows_without_figures_are_not_compared(engine: Engine, tmp_path: Path) -> None:
    withheld = dict.fromkeys(("H_MEAN", "A_MEAN", "H_MEDIAN", "A_MEDIAN"), "*")
    withheld |= {f"{basis}_PCT{p}": "*" for basis in "HA" for p in (10, 25, 75, 90)}
    for year in (2021, 2020):
        path = oews_csv(tmp_path / f"national_M{year}_dl.csv", line(TOT_EMP="**", **withheld))
        assert load(engine, path) == "loaded"


def test_a_retired_release_is_not_compared_with(engine: Engine, tmp_path: Path) -> None:
    load(engine, oews_csv(tmp_path / "national_M2018_dl.csv", line()))
    right = oews_csv(tmp_path / "national_M2021_dl.csv", line())
    with pytest.raises(SameFigures):
        load(engine, right)
    retire(engine, "bls-oews-2018-05")
    assert load(engine, right) == "loaded"


def test_projections_of_one_edition_under_another_are_refused(
    engine: Engine, tmp_path: Path
) -> None:
    load(engine, tmp_path / export(tmp_path, [CHIEFS]).name)
    header = EXPORT_HEADER.replace("2031", "2029").replace("2021", "2019")
    export(tmp_path, [CHIEFS], header)
    with pytest.raises(SameFigures, match="1 of 1 rows have all the figures of bls-ep-2021-31"):
        load(engine, tmp_path / "export.csv")
    export(tmp_path, [[*CHIEFS[:6], "19.1", *CHIEFS[7:]]], header)
    assert load(engine, tmp_path / "export.csv") == "loaded"


def test_the_command_line_accepts_by_name_only(databases: Databases, tmp_path: Path) -> None:
    url = databases.seeded()
    for year, options, code in (
        (2018, (), 0),
        (2017, (), 1),
        (2017, ("--accept", "share"), 1),
        (2017, ("--accept", "same-figures"), 0),
        (2016, ("--accept", "anything"), 2),
    ):
        path = oews_csv(tmp_path / f"national_M{year}_dl.csv", line(TOT_EMP=5.0))
        made = occupations("import", *options, str(path), url=url)
        assert made.returncode == code, made.stderr
    assert "--accept anything: must be one of percentile-order, " in made.stderr


def test_all_that_is_missing_is_asked_for_at_once_and_nothing_is_proposed(tmp_path: Path) -> None:
    titles = "O*NET-SOC Code|Reported Job Title|Shown in My Next Move\n11-9111.00|Manager|Y"
    folder = onet_text(tmp_path / "some", Titles=titles)
    with pytest.raises(
        BadFile, match=r"the release and the month of O\*NET: give --release N.N --period YYYY-MM$"
    ):
        planned(folder)
    with pytest.raises(BadFile, match=r"the month of O\*NET: give --period YYYY-MM$"):
        planned(folder, version="27.0")
    path = oews_csv(tmp_path / "wages.csv", line())
    with pytest.raises(BadFile, match=r"give --period YYYY-MM$"):
        planned(path)
    path = oews_csv(tmp_path / "wages.csv", line(H_PCT90="#", A_PCT90="#"))
    with pytest.raises(
        BadFile, match="give --period YYYY-MM; # stands in it, so give --top-code too"
    ):
        planned(path)
