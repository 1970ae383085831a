"""BLS's flat OEWS files: a figure a line, the same rows as the all-data file of their period."""

from __future__ import annotations

import csv
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from app.importers.faults import BadFile
from app.importers.rows import WageRow
from tests.builders import OEWS_HEADER, line, oews_csv
from tests.conftest import Databases, occupations
from tests.importers.flat import COMPANIONS, flat_folder, series
from tests.importers.planned import planned
from tests.official import official

ABILENE = {"AREA": "10180", "AREA_TITLE": "Abilene, TX", "AREA_TYPE": "4", "PRIM_STATE": "TX"}
TEXAS = {"AREA": "48", "AREA_TITLE": "Texas", "AREA_TYPE": "2", "PRIM_STATE": "TX"}
ISLAND = {"AREA": "72", "AREA_TITLE": "Puerto Rico", "AREA_TYPE": "3", "PRIM_STATE": "PR"}
ALABAMA = {"AREA": "0100001", "AREA_TITLE": "Northwest Alabama nonmetropolitan area"}
ALABAMA |= {"AREA_TYPE": "6", "PRIM_STATE": "AL"}
BROAD = {"OCC_CODE": "11-9110", "O_GROUP": "broad"}
POINTS = ("MEAN", "PCT10", "PCT25", "MEDIAN", "PCT75", "PCT90")
NO_HOURLY, NO_ANNUAL = ({f"{basis}_{point}": "*" for point in POINTS} for basis in "HA")
AT_THE_TOP = {"H_PCT90": "#", "A_PCT90": "#"}
PRIVATE = {"NAICS": "000001", "NAICS_TITLE": "Cross-industry, Private Ownership Only"}
PRIVATE |= {"OWN_CODE": "5", "I_GROUP": "cross-industry, ownership"}
SHARES = {"JOBS_1000": 1.25, "LOC_QUOTIENT": 0.75}
LINES: list[dict[str, Any]] = [
    {**ABILENE, **BROAD, **SHARES, **NO_HOURLY, "ANNUAL": "TRUE"},
    {**ABILENE, **SHARES, **NO_ANNUAL, "HOURLY": "TRUE", "TOT_EMP": "**", "EMP_PRSE": "**"},
    {**ALABAMA, **SHARES, **NO_HOURLY, **NO_ANNUAL, "MEAN_PRSE": "*"},
    {**BROAD, **AT_THE_TOP},
    {},
    PRIVATE,
    {**TEXAS, **SHARES},
    {**ISLAND, **SHARES},
]


def rows(url: str, table: str = "wages") -> set[Any]:
    """Return what a database has of May 2021's all-data release, but for numbers of rows."""
    named = "p.area, p.industry, p.ownership, p.detail"
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(
            text(
                f"SELECT {named}, t.* FROM {table} t JOIN parts p ON p.id = t.part_id "
                "JOIN releases r ON r.id = p.release_id WHERE r.name LIKE 'bls-oews-%-all'"
            )
        )
        ids = {"part_id", "id", "position"}
        keys = [(n, name) for n, name in enumerate(found.keys()) if name not in ids]
        values = {tuple(str(row[n]) for n, _ in keys) for row in found}
    engine.dispose()
    return values


def imported(url: str, path: Path) -> str:
    made = occupations("import", str(path), url=url)
    assert made.returncode == 0, made.stderr
    return made.stdout


def verified(url: str, path: Path) -> None:
    checked = occupations("verify", str(path), url=url)
    assert checked.returncode == 0, checked.stdout


def test_flat_files_have_the_rows_of_the_all_data_file(
    databases: Databases, tmp_path: Path
) -> None:
    flat, other = databases.seeded(), databases.seeded()
    folder = flat_folder(tmp_path / "flat", *(series(**its) for its in LINES))
    said = imported(flat, folder)
    verified(flat, folder)
    assert "bls-oews-2021-05-all: 10 rows in 7 parts" in said
    imported(other, oews_csv(tmp_path / "all_data_M_2021.csv", *(line(**its) for its in LINES)))
    assert rows(flat) == rows(other)
    assert len(rows(flat)) == len(LINES)
    assert rows(flat, "entries") == rows(other, "entries")
    for url in (flat, other):
        engine = create_engine(url)
        with engine.connect() as connection:
            query = "SELECT code, name, level, publisher_code, state FROM areas ORDER BY code"
            areas = [tuple(row) for row in connection.execute(text(query))]
            query = "SELECT code, title, level FROM industries ORDER BY code"
            industries = [tuple(row) for row in connection.execute(text(query))]
        engine.dispose()
        assert areas == [
            ("0100001", ALABAMA["AREA_TITLE"], "nonmetropolitan", "0100001", "AL"),
            ("10180", "Abilene, TX", "metropolitan", "10180", "TX"),
            ("PR", "Puerto Rico", "territory", "72", "PR"),
            ("TX", "Texas", "state", "48", "TX"),
            ("US", "U.S.", "nation", "99", None),
        ]
        assert industries == [
            ("000000", "Cross-industry", "cross-industry"),
            ("000001", PRIVATE["NAICS_TITLE"], "cross-industry, ownership"),
        ]


def read(folder: Path, **options: Any) -> dict[tuple[str, str], Any]:
    """Return area and industry → the one row of a folder of flat files."""
    (release,) = planned(folder, **options)
    return {
        (part.key.area, part.key.industry): (WageRow._make(row), part.detail)
        for part in release.read().parts
        if part.key.area
        for row in part.rows
    }


def test_a_sector_has_the_code_and_name_of_other_files(tmp_path: Path) -> None:
    for written in ("31--33", "31--34"):
        industries = COMPANIONS["oe.industry"].replace("31--33", written)
        lines = [one.replace("31--33", written) for one in series(NAICS="31-33")]
        (release,) = planned(flat_folder(tmp_path / written, lines, oe_industry=industries))
        reading = release.read()
        assert [part.key.industry for part in reading.parts][:1] == ["31-33"]
        assert list(reading.industries()) == [("31-33", "Manufacturing", "sector")]


def test_footnote_4_says_that_wages_are_released_on_the_other_basis_only(tmp_path: Path) -> None:
    lines = series(**NO_HOURLY, **NO_ANNUAL, MEAN_PRSE="*")
    lines = [
        f"{one[:-1]}4" if one[23:25] in {"03", "06", "07", "08", "09", "10"} else one
        for one in lines
    ]
    ((row, _),) = read(flat_folder(tmp_path / "flat", lines)).values()
    assert row.marks == "..----/**/////*****"


@pytest.mark.parametrize(
    ("options", "footnotes", "expected"),
    [
        ({}, COMPANIONS["oe.footnote"].replace("$208,000", "$218,400"), (218_400, 10_000)),
        ({}, None, (208_000, 10_000)),
        ({"top_code": (300_000, 14_423)}, None, (300_000, 14_423)),
    ],
)
def test_the_top_code_is_that_of_footnote_5_else_of_the_period(
    tmp_path: Path, options: dict[str, Any], footnotes: str | None, expected: tuple[int, int]
) -> None:
    folder = flat_folder(tmp_path / "flat", series(**AT_THE_TOP), oe_footnote=footnotes)
    ((row, detail),) = read(folder, **options).values()
    assert (row.marks[13], row.marks[18]) == ("#", "#")
    assert detail == {"top_code_annual": expected[0], "top_code_hourly": expected[1]}


def with_line(number: int, old: str, new: str) -> Callable[[list[str]], list[str]]:
    """Return a change of one line of an occupation, counted from 1."""

    def change(lines: list[str]) -> list[str]:
        assert old in lines[number - 1]
        return [one.replace(old, new) if n == number else one for n, one in enumerate(lines, 1)]

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (with_line(3, "11911103", "11911199"), "row 4, column series_id: '99' is no datatype"),
        (with_line(1, "119111", "119119"), "row 2, column series_id: occupation 119119 is not in"),
        (with_line(1, "N0000000", "S0000000"), "row 2, column series_id: area 0000000 of type S"),
        (with_line(1, "000000119", "999999119"), "row 2, column series_id: industry 999999 is not"),
        (with_line(1, "OEU", "OES"), "is no series of the OEWS"),
        (with_line(2, "2021", "2020"), "row 3, column year: 2020 A01 in a file of 2021 A01"),
        (with_line(2, "A01", "M05"), "row 3, column year: 2021 M05 in a file of 2021 A01"),
        (with_line(2, " 0.5", "-0.5"), "row 3, column value: '-0.5' with footnote ''"),
        (with_line(4, "119840", "119,840"), "row 5, column value: '119,840' with footnote ''"),
        (with_line(4, "119840\t", "     -\t"), "row 5, column value: '-' with footnote ''"),
        (with_line(4, "119840\t", "119840\t5"), "row 5, column value: '119840' with footnote '5'"),
        (with_line(4, "119840\t", "119840\t7"), "row 5, column footnote_codes: '7' is no known"),
        (with_line(4, "\t", "\t\t"), "row 5: 9 cells where the header has 5"),
        (lambda its: [*its, its[0]], "row 17, column series_id: .* stands twice"),
        (
            lambda its: its[:3] + its[4:],
            r"row 2, column series_id: lines .* no datatype 04 \(rule blank; `--accept blank`",
        ),
        (lambda its: its[:-2], "row 2, column series_id: lines .* no datatype 14, 15"),
        (
            lambda its: [*its[:9], *series(**BROAD), *its[9:]],
            "row 2, column series_id: lines of this occupation are missing, or do not stand",
        ),
        (
            lambda its: [*its, *series(**BROAD), *series(TOT_EMP=7.0)],
            "row 32, column OCC_CODE: 11-9111 stands in row 2 too, with other figures",
        ),
        (with_line(6, "29.22", "99.22"), "row 2, column H_PCT25: hourly_p25 37.38 is under"),
    ],
)
def test_a_line_that_is_not_understood_is_named(
    tmp_path: Path, change: Callable[[list[str]], list[str]], said: str
) -> None:
    folder = flat_folder(tmp_path / "flat", change(series()))
    with pytest.raises(BadFile, match=f"^flat/oe.data.0.Current, .*{said}"):
        read(folder)


def test_a_part_of_the_lines_is_read_where_that_is_accepted(tmp_path: Path) -> None:
    lines = [one for one in series() if one[23:25] in {"01", "13"}]
    ((row, _),) = read(flat_folder(tmp_path / "flat", lines), accepted={"blank"}).values()
    assert (row.employment, row.annual_median) == (436_770, 101_340)
    assert row.marks == ".---------------.--"
    assert row.note.endswith("accepted at import (rule blank).")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"oe_area": None}, "^flat/oe.data.0.Current: oe.area must lie beside it"),
        (
            {"oe_industry": None, "oe_occupation": None},
            "^flat/oe.data.0.Current: oe.industry, oe.occupation must lie beside it",
        ),
        (
            {"oe_area": COMPANIONS["oe.area"] + "\n39|0010180|M|Akron, OH"},
            "oe.area, row 7, column area_code: M0010180 stands above too, with another meaning",
        ),
        (
            {"oe_area_old": COMPANIONS["oe.area"]},
            "beside it are .*oe.area and .*oe.area.old: which",
        ),
        (
            {"oe_datatype": "datatype_code|datatype_name\n06|Hourly 20th percentile wage"},
            "flat/oe.datatype, row 2, column datatype_name: datatype 06 is 'Hourly 10th",
        ),
        (
            {"oe_footnote": "footnote_code|footnote_text\n5|A high wage."},
            "flat/oe.footnote, row 2, column footnote_text: what footnote 5 stands for",
        ),
        (
            {"oe_release": "release_date|description\n2020A01|May 2020"},
            "oe.data.0.Current: flat/oe.release has no 2021A01: they are of two releases",
        ),
        (
            {"oe_area": COMPANIONS["oe.area"].replace("48|48", "99|48")},
            "flat/oe.area, row 3, column state_code: '99' is no state",
        ),
        (
            {"oe_occupation": COMPANIONS["oe.occupation"].replace("|3|T", "|4|T")},
            "flat/oe.occupation, row 6, column display_level: '4' is none of 0, 1, 2, 3",
        ),
    ],
)
def test_a_companion_that_lacks_or_contradicts_is_named(
    tmp_path: Path, changed: dict[str, str | None], said: str
) -> None:
    folder = flat_folder(tmp_path / "flat", series(), **changed)
    with pytest.raises(BadFile, match=said):
        read(folder)


def test_the_period_is_that_of_the_lines(tmp_path: Path) -> None:
    november = {"oe_release": "release_date|description\n2021A01|November 2021"}
    (release,) = planned(flat_folder(tmp_path / "flat", series(), **november))
    assert release.name == "bls-oews-2021-11-all"
    folder = flat_folder(tmp_path / "flat", series(), oe_release=None)
    (folder / "oe.release").unlink()
    assert planned(folder)[0].name == "bls-oews-2021-05-all"
    with pytest.raises(BadFile, match="its lines are of 2021-05, --period says 2020-05"):
        planned(folder, period="2020-05")
    lines = [one.replace("A01", "M05") for one in series()]
    with pytest.raises(BadFile, match="row 2, column year: '2021M05' is no year and A01"):
        planned(flat_folder(tmp_path / "other", lines))


def test_flat_files_disturb_no_others(databases: Databases, tmp_path: Path) -> None:
    url = databases.seeded()
    folder = tmp_path / "files"
    # Two folders share a companion; a third has none; a fourth is the all-data file's period.
    flat_folder(folder / "one", series(TOT_EMP=5_000.0))
    again = [one.replace("\t2021\t", "\t2020\t") for one in series(TOT_EMP=6_000.0)]
    flat_folder(folder / "two", again, oe_release=None)
    lone = [one.replace("\t2021\t", "\t2019\t") for one in series()]
    flat_folder(folder / "three", lone, **dict.fromkeys(("oe_area", "oe_release")))
    flat_folder(folder / "four", [one.replace("\t2021\t", "\t2018\t") for one in series()])
    (folder / "four" / "oe.release").unlink()
    oews_csv(folder / "all_data_M_2018.csv", line(TOT_EMP=8_000.0), line(**TEXAS))
    made = occupations("import", str(folder), url=url)
    assert made.returncode == 1
    refused = [one for one in made.stdout.splitlines() if one.startswith("refused: ")]
    assert sorted(refused) == [
        "refused: files/four/oe.data.0.Current: files/all_data_M_2018.csv is "
        "bls-oews-2018-05-all too: give one of them",
        "refused: files/three/oe.data.0.Current: oe.area must lie beside it, to say what its "
        "series are about",
    ]
    for period in ("2018", "2020", "2021"):
        assert f"bls-oews-{period}-05-all: " in made.stdout


def test_the_flat_sample_of_may_2025_has_the_rows_of_its_all_data_file(
    databases: Databases, tmp_path: Path, all_data_2025: list[dict[str, str]]
) -> None:
    names = ("2025-made/oe.area", "2025-made/oe.data.0.Current.sample", "2019/oe.industry")
    folder = tmp_path / "flat"
    folder.mkdir()
    for name in names:
        source = official(f"bls-oews-flat/{name}")
        (folder / source.name).write_bytes(source.read_bytes())
    levels = {"total": 0, "major": 0, "minor": 1, "broad": 2, "detailed": 3}
    titles = {row["OCC_CODE"]: (row["OCC_TITLE"], levels[row["O_GROUP"]]) for row in all_data_2025}
    listed = [f"{c.replace('-', '')}\t{title}\t{level}" for c, (title, level) in titles.items()]
    header = "occupation_code\toccupation_name\tdisplay_level"
    (folder / "oe.occupation").write_text("\n".join([header, *listed]) + "\n")
    data = (folder / "oe.data.0.Current.sample").read_text()
    kinds = {"1": "N00000", "2": "S", "3": "S", "4": "M00", "6": "M"}
    wanted = {row[3:11] + row[17:23] for row in data.splitlines()[1:] if len(row) > 30}
    cut = [
        [row[name] for name in OEWS_HEADER]
        for row in all_data_2025
        if _series(kinds[row["AREA_TYPE"]], row) in wanted
    ]
    assert len(cut) == len(wanted) == 171
    flat, other = databases.seeded(), databases.seeded()
    imported(flat, folder)
    verified(flat, folder)
    imported(other, oews_csv(tmp_path / "all_data_M_2025.csv", *cut))
    assert rows(flat) == rows(other)
    assert len(rows(flat)) == 171


def _series(kind: str, row: dict[str, str]) -> str:
    area = "00" if row["AREA_TYPE"] == "1" else row["AREA"]
    return (kind + area).ljust(8, "0") + row["OCC_CODE"].replace("-", "")


@pytest.fixture(scope="module")
def all_data_2025() -> list[dict[str, str]]:
    with lzma.open(
        official("bls-oews/areas/all_data_M_2025.csv.xz"), "rt", encoding="utf-8-sig"
    ) as f:
        return list(csv.DictReader(f))
