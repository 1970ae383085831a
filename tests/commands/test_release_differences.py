"""``occupations releases diff``: releases, and revisions of one, compared cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from app.database.engines import writing_engine
from app.importers import rows
from app.importers.loading import row_differences
from app.importers.loading.load import ensure_sources, load_release
from tests.builders import line, oews_csv
from tests.conftest import Databases, occupations
from tests.importers.conftest import SOURCES
from tests.importers.test_load import head, years_pass

NAME = "bls-oews-2021-05"
US = "wages US 000000 1235"
MARKS = "." + "-" * 18
CHIEF = {"OCC_CODE": "11-1011", "OCC_TITLE": "Chief Executives"}


@pytest.fixture
def engine(databases: Databases) -> Iterator[Engine]:
    made = writing_engine(databases.migrated())
    ensure_sources(made, SOURCES)
    yield made
    made.dispose()


def url(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def diff(engine: Engine, old: str, new: str, *options: str) -> tuple[int, list[str]]:
    done = occupations("releases", "diff", old, new, *options, url=url(engine))
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout.splitlines()


def imported(engine: Engine, folder: Path, *lines: list[object], year: int = 2021) -> str:
    """Import a workbook of the nation's wages; return the data version that shows it."""
    folder.mkdir()
    file = oews_csv(folder / f"national_M{year}_dl.csv", *lines)
    options = ["--replace", "--period", f"{year}-05", "--top-code", "208000/100.00"]
    done = occupations("import", *options, str(file), url=url(engine))
    assert done.returncode == 0, done.stderr + done.stdout
    with engine.connect() as connection:
        newest = text("SELECT token FROM data_versions ORDER BY number DESC LIMIT 1")
        token: str = connection.execute(newest).scalar_one()
    return token


def table(lines: list[str]) -> dict[str, list[int]]:
    """Return dataset → rows only in A, only in B, changed, and figures, of the table printed."""
    counts = {}
    for one in lines:
        if found := re.fullmatch(r"(\w+) +rows((?: +[\d,]+){4})", one):
            counts[found[1]] = [int(n.replace(",", "")) for n in found[2].split()]
    return counts


def test_a_revision_is_compared_with_the_file_before(engine: Engine, tmp_path: Path) -> None:
    first = imported(engine, tmp_path / "1", line(TOT_EMP=10), line(**CHIEF, TOT_EMP=20))
    imported(
        engine,
        tmp_path / "2",
        line(TOT_EMP=11, H_MEAN=57.6, A_PCT90="*"),
        line(OCC_CODE="29-1141", OCC_TITLE="Nurses", TOT_EMP=30),
    )
    code, printed = diff(engine, f"{NAME}@{first[:16]}", NAME)
    assert code == 1
    assert printed[-1] == f"{NAME}@{first[:16]} and {NAME} differ."
    assert [one for one in printed if "11-9111" in one] == [
        f"{US}  11-9111  employment: 10 → 11",
        f"{US}  11-9111  hourly_mean: 57.61 → 57.6",
        f"{US}  11-9111  annual_p90: 205620 → withheld",
    ]
    assert f"{US}  11-1011  only in A" in printed
    assert f"{US}  29-1141  only in B" in printed
    assert table(printed)["entries"] == [1, 1, 0, 0]
    assert table(printed)["wages"][:3] == [1, 1, 1]
    back, reversed_ = diff(engine, NAME, f"{NAME}@{first}")
    assert back == 1
    assert f"{US}  11-9111  annual_p90: withheld → 205620" in reversed_
    assert table(reversed_)["wages"] == table(printed)["wages"]


def test_what_is_equal_says_so(engine: Engine, tmp_path: Path) -> None:
    token = imported(engine, tmp_path / "1", line())
    # Another file, with the rows in another order and the same in them.
    imported(engine, tmp_path / "2", line(**CHIEF), line())
    imported(engine, tmp_path / "3", line(), line(**CHIEF))
    for old, new in ((NAME, NAME), (f"{NAME}@{token}", f"{NAME}@{token[:16]}")):
        assert diff(engine, old, new) == (0, [f"{old} and {new} are equal."])
    with engine.connect() as connection:
        versions = text("SELECT token FROM data_versions ORDER BY number DESC LIMIT 2")
        second = connection.execute(versions).scalars().all()[-1]
    assert diff(engine, f"{NAME}@{second}", NAME)[0] == 0


@pytest.mark.parametrize(("limit", "listed"), [(0, 0), (1, 1), (2, 2), (3, 3), (4, 3), (20, 3)])
def test_as_many_differences_are_listed_as_asked_for(
    engine: Engine, tmp_path: Path, limit: int, listed: int
) -> None:
    first = imported(engine, tmp_path / "1", line(TOT_EMP=10))
    imported(engine, tmp_path / "2", line(TOT_EMP=11, A_MEAN=119850, A_MEDIAN=101350))
    code, printed = diff(engine, f"{NAME}@{first}", NAME, "--limit", str(limit))
    assert code == 1
    assert len([one for one in printed if one.startswith(US)]) == listed
    more = [one for one in printed if one.startswith("…")]
    assert more == ([f"… and {3 - limit} more"] if 0 < limit < 3 else [])
    assert table(printed) == {"wages": [0, 0, 1, 3]}


def test_parts_and_areas_that_one_side_has_alone(engine: Engine) -> None:
    def load(period: str, *areas: str, top_code: int = 208_000) -> str:
        wage = rows.WageRow._make(
            ["11-1011", "detailed", int(period[:4]), *[None] * 18, MARKS, None, None]
        )
        runs = [
            rows.PartRows(
                rows.PartKey(rows.WageRow, area=area, industry="000000", ownership="1235"),
                [wage],
                {"top_code_annual": top_code},
            )
            for area in areas
        ]
        named = [rows.AreaRow(area, f"Area {area}", "state", area, None) for area in areas]
        name = f"bls-oews-{period}"
        load_release(engine, rows.Reading(head(name, period=period), runs, areas=lambda: named))
        return name

    old, new = load("2021-05", "US", "CA"), load("2022-05", "US", "NY", "TX", top_code=239_200)
    code, printed = diff(engine, old, new)
    assert code == 1
    assert printed[:7] == [
        "wages CA 000000 1235: 1 rows only in A",
        "wages NY 000000 1235: 1 rows only in B",
        "wages TX 000000 1235: 1 rows only in B",
        f"{US}  top_code_annual: 208000 → 239200",
        "area_entries  CA  only in A",
        "area_entries  NY  only in B",
        "area_entries  TX  only in B",
    ]
    assert table(printed) == {"area_entries": [1, 2, 0, 0], "wages": [1, 2, 1, 4]}


def test_rows_of_one_name_are_told_apart_by_their_order(engine: Engine) -> None:
    def load(checksum: str, *titles: tuple[str, str]) -> None:
        given = [rows.TitleRow("11-1011", title, "alternate", short) for title, short in titles]
        entry = rows.PartRows(rows.PartKey(rows.EntryRow), [rows.EntryRow("11-1011", "C", "onet")])
        part = rows.PartRows(rows.PartKey(rows.TitleRow, kind="alternate"), given)
        its = head("onet-29.3", "onet", period="2025-05", checksum=checksum * 64, kinds=())
        load_release(engine, rows.Reading(its, [entry, part]), replace=True)

    load("1", ("Chief", "a"), ("Chief", "b"), ("Boss", "c"), ("CEO", "d"))
    with engine.connect() as connection:
        first = connection.execute(text("SELECT max(token) FROM data_versions WHERE number = 2"))
        token = first.scalar_one()
    # CEO moves up; the second Chief is changed; Boss goes, Head comes.
    load("2", ("CEO", "d"), ("Chief", "a"), ("Chief", "x"), ("Head", "c"))
    code, printed = diff(engine, f"onet-29.3@{token}", "onet-29.3")
    assert code == 1
    assert printed[:3] == [
        "titles alternate  11-1011  Boss  only in A",
        "titles alternate  11-1011  Chief  short_title: b → x",
        "titles alternate  11-1011  Head  only in B",
    ]
    assert table(printed) == {"titles": [1, 1, 1, 0]}


@pytest.mark.parametrize("rows_at_once", [1, 2, 3, 4])
@pytest.mark.parametrize("parts_at_once", [1, 2, 3])
def test_how_much_is_read_at_once_makes_no_difference(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, rows_at_once: int, parts_at_once: int
) -> None:
    monkeypatch.setattr(row_differences, "AT_ONCE", rows_at_once)
    monkeypatch.setattr(row_differences, "MOST_PARTS", parts_at_once)
    areas = ("US", "AL", "CA", "NY", "TX")
    for year in (2021, 2022):
        runs = [
            rows.PartRows(
                rows.PartKey(rows.WageRow, area=area, industry="000000", ownership="1235"),
                [
                    rows.WageRow._make(
                        [f"11-10{n}1", "detailed", n * year, *[None] * 18, MARKS, None, None]
                    )
                    for n in range(1, 4)
                ],
            )
            for area in areas
        ]
        its = head(f"bls-oews-{year}-05", period=f"{year}-05")
        load_release(engine, rows.Reading(its, runs))
    code, printed = diff(engine, "bls-oews-2021-05", "bls-oews-2022-05")
    assert code == 1
    assert table(printed) == {"wages": [0, 0, 15, 15]}
    assert len([one for one in printed if "employment" in one]) == 15


def test_what_is_no_release_is_wrong_use(engine: Engine, tmp_path: Path) -> None:
    first = imported(engine, tmp_path / "1", line(TOT_EMP=10))
    imported(engine, tmp_path / "2", line(TOT_EMP=11))
    for given, said in (
        ("none", "no release has the id 'none'"),
        (f"none@{first}", "shows no release of this id"),
        (f"{NAME}@", "no data version ''"),
        (f"{NAME}@{'0' * 16}", "showed no data version"),
        (f"{NAME}@{first[:15]}", "showed no data version"),
    ):
        for pair in ((given, NAME), (NAME, given)):
            done = occupations("releases", "diff", *pair, url=url(engine))
            assert (done.returncode, done.stdout) == (2, "")
            assert said in done.stderr
    assert occupations("releases", "diff", NAME, url=url(engine)).returncode == 2
    years_pass(engine)
    occupations("releases", "retire", NAME, url=url(engine))
    done = occupations("releases", "diff", f"{NAME}@{first}", NAME, url=url(engine))
    assert (done.returncode, "are deleted" in done.stderr) == (2, True)
    assert occupations("releases", "diff", "a", "b", url="sqlite:////none/x").returncode == 2
