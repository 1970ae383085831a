"""SOC files: small ones in the published shape, each fault with its place; the official ones."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from app.database.models import Description, Entry, Occupation, Title
from app.importers.faults import BadFile
from app.importers.loading.load import load_release
from app.importers.reading.columns import find_header
from app.importers.reading.sheets import Document, Header
from app.importers.reading.tables import Table
from app.importers.rows import PartRows, Reading, ReleaseHead
from app.importers.soc import structure as soc
from tests import official
from tests.importers.workbooks import workbook

Rows = list[list[Any]]
Reader = Callable[[Table], Iterator[PartRows]]
CHIEF = "Plan, direct, or coordinate operational activities at the highest level of management."
KINDS: dict[str, tuple[dict[str, str], Reader, str, str]] = {
    "structure": (soc.STRUCTURE, soc.read_structure, "soc_structure_2018.xlsx", ""),
    "definitions": (
        soc.DEFINITIONS,
        soc.read_definitions,
        "soc_2018_definitions.xlsx",
        "-definitions",
    ),
    "titles": (
        soc.DIRECT_MATCH,
        soc.read_direct_match,
        "soc_2018_direct_match_title_file.xlsx",
        "-titles",
    ),
}


def preamble(year: int = 2018) -> Rows:
    return [
        ["U.S. Bureau of Labor Statistics"],
        [],
        [f"November {year - 1} (for reference year January {year})"],
        [f"***This is the final structure for the {year} SOC. Questions go to the publisher.***"],
        [],
    ]


def structure(year: int = 2018) -> Rows:
    return [
        *preamble(year),
        ["Major Group", "Minor Group", "Broad Group", "Detailed Occupation"],
        ["11-0000", "", "", "", "Management Occupations"],
        ["", "11-1000", "", "", "Top Executives"],
        ["", "", "11-1010", "", "Chief Executives"],
        ["", "", "", "11-1011", "Chief Executives "],
    ]


def definitions() -> Rows:
    return [
        *preamble(),
        ["SOC Group", "SOC Code", "SOC Title", "SOC Definition"],
        ["Major", "11-0000", "Management Occupations", ""],
        ["Minor", "11-1000", "Top Executives", ""],
        ["Broad", "11-1010", "Chief Executives", ""],
        ["Detailed", "11-1011", "Chief Executives", CHIEF],
    ]


def titles() -> Rows:
    head = ["2018 SOC Code", "2018 SOC Title", "2018 SOC Direct Match Title"]
    return [
        ["November 2017"],
        [*head, "Illustrative Example"],
        ["11-1011", "Chief Executives", "Admiral", "x"],
        ["11-1011", "Chief Executives", "CEO", ""],
        ["11-1011", "Chief Executives", "CEO", "X"],
        ["11-1031", "Legislators", "None", ""],
    ]


FILES = {"structure": structure, "definitions": definitions, "titles": titles}
SHEETS = {"structure": "2018 Structure", "definitions": "2018 SOC", "titles": "Sorted by SOC"}


def opened(document: Document, kind: str) -> tuple[Header, Table]:
    columns = KINDS[kind][0]
    for sheet in document.sheets():
        if header := find_header(document, sheet, columns, 3):
            return header, Table(document, header, columns)
    raise AssertionError(f"{document.name} has no header of {kind}")


def take(folder: Path, rows: Rows, kind: str) -> tuple[list[Any], Table]:
    _, table = opened(workbook(folder, {SHEETS[kind]: rows}), kind)
    return [row for part in KINDS[kind][1](table) for row in part.rows], table


def reading(document: Document, kind: str) -> Reading:
    header, table = opened(document, kind)
    period = soc.period_of(document, header)
    head = ReleaseHead(
        f"soc-{period}{KINDS[kind][3]}",
        "soc",
        period,
        kind,
        "https://example.org/",
        hashlib.sha256(document.sha256.encode()).hexdigest(),
        kinds=(f"soc_{kind}",),
    )
    return Reading(head, KINDS[kind][1](table))


def official_file(kind: str) -> Document:
    return official.opened(f"soc-2018/{KINDS[kind][2]}")


def test_structure_gives_each_code_its_level(tmp_path: Path) -> None:
    rows, table = take(tmp_path, structure(), "structure")
    assert [(r.code, r.title, r.level, r.locator) for r in rows] == [
        ("11-0000", "Management Occupations", "major", "2018 Structure, row 7"),
        ("11-1000", "Top Executives", "minor", "2018 Structure, row 8"),
        ("11-1010", "Chief Executives", "broad", "2018 Structure, row 9"),
        ("11-1011", "Chief Executives", "detailed", "2018 Structure, row 10"),
    ]
    assert (table.read, table.left_out) == (4, {})


def test_definitions_are_of_detailed_occupations(tmp_path: Path) -> None:
    rows, _ = take(tmp_path, definitions(), "definitions")
    assert [r.level for r in rows[:4]] == ["major", "minor", "broad", "detailed"]
    assert [(r.code, r.kind, r.text) for r in rows[4:]] == [("11-1011", "definition", CHIEF)]


def test_titles_once_each_with_their_mark(tmp_path: Path) -> None:
    rows, table = take(tmp_path, titles(), "titles")
    assert [(r.code, r.title, r.kind, r.featured) for r in rows] == [
        ("11-1011", "Admiral", "direct_match", True),
        ("11-1011", "CEO", "direct_match", True),
        ("11-1031", "None", "direct_match", False),
    ]
    assert table.left_out == {"stands twice under its occupation: one row": 1}


@pytest.mark.parametrize("kind", FILES)
def test_year_is_what_the_file_says(tmp_path: Path, kind: str) -> None:
    document = workbook(tmp_path, {SHEETS[kind]: FILES[kind]()})
    assert soc.period_of(document, opened(document, kind)[0]) == "2018"


def test_another_edition_of_the_same_shape(tmp_path: Path) -> None:
    document = workbook(tmp_path, {"2028 Structure": structure(2028)})
    header, _ = opened(document, "structure")
    assert soc.period_of(document, header) == "2028"
    assert soc.period_of(document, header, "2028") == "2028"
    with pytest.raises(BadFile, match=r"states the year 2028, --period says 2018"):
        soc.period_of(document, header, "2018")


def test_contradicting_or_missing_years(tmp_path: Path) -> None:
    document = workbook(tmp_path, {"2018 Structure": structure(2028)})
    header, _ = opened(document, "structure")
    with pytest.raises(BadFile, match=r"several years: 2018, 2028; give --period"):
        soc.period_of(document, header)
    assert soc.period_of(document, header, "2028") == "2028"
    silent = workbook(tmp_path, {"Sheet1": structure()[5:]}, "silent.xlsx")
    header, _ = opened(silent, "structure")
    with pytest.raises(BadFile, match=r"^silent.xlsx: it does not state its year"):
        soc.period_of(silent, header)
    assert soc.period_of(silent, header, "2018") == "2018"


# Kind, row from the end and column of the cell, what it becomes, and what is said then.
SPOILT = [
    ("structure", 1, 3, "11-101", r"sheet '2018 Structure', row 10, column Detailed Occ.*'11-101'"),
    ("structure", 1, 2, "11-1010", r"row 10, column Detailed.*2 codes in a row, 1 expected"),
    ("structure", 1, 3, "", r"row 10, column Detailed.*0 codes in a row, 1 expected"),
    ("structure", 1, 4, "", r"row 10, column Detailed.*without a title"),
    ("structure", 2, 2, "11-1000", r"row 9, column Broad Group: 11-1000 stands in row 8 too"),
    ("structure", 5, 1, "Little Group", r"row 6, column minor group: missing.*little group"),
    ("structure", 5, 1, "Major Group", r"row 6, column MAJOR GROUP: the column stands 2 times"),
    ("definitions", 1, 0, "Fine", r"row 10, column SOC Group: 'fine' is none of major"),
    ("definitions", 1, 1, "11-1010", r"row 10, column SOC Code: 11-1010 stands in row 9 too"),
    ("definitions", 1, 2, "", r"row 10, column SOC Title: blank"),
    ("titles", 1, 3, "?", r"row 6, column Illustrative Example: '\?' is neither x nor blank"),
    ("titles", 1, 0, "", r"row 6, column 2018 SOC Code: blank"),
    ("titles", 5, 2, "Title", r"row 2, column YYYY soc direct match title: missing"),
]


@pytest.mark.parametrize(("kind", "row", "cell", "value", "said"), SPOILT)
def test_a_fault_names_its_place(
    tmp_path: Path, kind: str, row: int, cell: int, value: str, said: str
) -> None:
    rows = FILES[kind]()
    rows[-row][cell] = value
    with pytest.raises(BadFile, match=said):
        take(tmp_path, rows, kind)


def test_a_column_in_place_of_the_titles_is_refused(tmp_path: Path) -> None:
    rows = structure()
    rows[-5].append("Index")
    with pytest.raises(BadFile, match=r"row 6: a column 'index' stands where the titles do"):
        take(tmp_path, rows, "structure")
    rows = structure()
    rows[-1][4] = "#N/A"
    with pytest.raises(BadFile, match=r"row 10, column Detailed.*'#N/A' is a spreadsheet's error"):
        take(tmp_path, rows, "structure")


@pytest.mark.parametrize("kind", FILES)
def test_a_header_alone_is_refused(tmp_path: Path, kind: str) -> None:
    rows = FILES[kind]()
    with pytest.raises(BadFile, match="no rows under the header"):
        take(tmp_path, rows[:-4], kind)


def test_official_files_row_by_row() -> None:
    found = {}
    for kind, (_, read, _, _) in KINDS.items():
        _, table = opened(official_file(kind), kind)
        for part in read(table):
            found[kind, part.key.row.__name__] = list(part.rows)
    assert {key: len(rows) for key, rows in found.items()} == {
        ("structure", "EntryRow"): 1447,
        ("definitions", "EntryRow"): 1447,
        ("definitions", "DescriptionRow"): 867,
        ("titles", "TitleRow"): 6534,
    }
    entries = found["structure", "EntryRow"]
    levels = [row.level for row in entries]
    assert [levels.count(level) for level in soc.LEVELS] == [23, 98, 459, 867]
    said = [[(r.code, r.title, r.level) for r in found[k, "EntryRow"]] for k in list(KINDS)[:2]]
    assert said[0] == said[1]
    manager = next(row for row in entries if row.code == "11-9111")
    assert manager[:3] == ("11-9111", "Medical and Health Services Managers", "detailed")
    assert manager.locator == "2018 Structure, row 66"
    # 2,413 marks, two of them on lines that stand twice.
    assert sum(row.featured for row in found["titles", "TitleRow"]) == 2411


@pytest.mark.parametrize("make", ["small", "official"])
def test_loaded_on_both_databases(engine: Engine, tmp_path: Path, make: str) -> None:
    for kind, rows in FILES.items():
        small = make == "small"
        name = f"{kind}.xlsx"
        document = (
            workbook(tmp_path, {SHEETS[kind]: rows()}, name) if small else official_file(kind)
        )
        assert load_release(engine, reading(document, kind)).outcome == "loaded"
    with engine.connect() as connection:
        counted = [
            connection.scalar(select(func.count()).select_from(model))
            for model in (Entry, Description, Title)
        ]
        chief = connection.execute(
            select(Occupation.title, Occupation.level, Occupation.parent).where(
                Occupation.code == "11-1011"
            )
        ).one()
    assert counted == ([8, 1, 3] if make == "small" else [2894, 867, 6534])
    assert tuple(chief) == ("Chief Executives", "detailed", "11-1010")
