"""Plain text read as arrays gives what the csv module and the readers of cells give, or nothing."""

from __future__ import annotations

import csv
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from app.database.models.occupations import POSTAL
from app.importers.faults import BadFile
from app.importers.oews.wages import OewsFile, OewsReader
from app.importers.reading import cells, text_chunks
from app.importers.reading.sheets import TextTable
from app.importers.rows import FileRead
from tests.builders import line, oews_csv

PIECES = ["a", "é", " ", "1", ",", '"', "\n", "\r\n", "\r", '""', '","', "x" * 9, "\ufeff", "\\"]
NUMBERS = """
0 7 007 10 305,230 1,305,230 12.5 .5 5. 0.001 28.700 99999999 123456789 1234567.8 1,2 1,23.4 1.2.3
-5 +5 1e3 1_0 ., , . # * ** ~ 12a a12 5% ½ 1/2 :5 /5 5: 5/ ?5 5? 0x5 inf nan TRUE 1.234,5
,123 0,123 12,34 1234,567 123,456 12,345,678 +1,234 -1,234 1,2345 12,34,567 1,234.5
"""


def table(path: Path, content: str) -> Path:
    path.write_bytes(content.encode())
    return path


def through_chunks(path: Path, after: int, columns: int) -> tuple[list[list[str]], bool]:
    """Return the rows up to where the table is no longer plain, and whether these are all."""
    found: list[list[str]] = []
    for chunk in text_chunks.plain_chunks(path, after, columns):
        if chunk is None:
            return found, False
        by_column = [chunk.texts(n) for n in range(columns)]
        for row in range(chunk.rows):
            assert [chunk.text(n, row) for n in range(columns)] == [c[row] for c in by_column]
        found += map(list, zip(*by_column, strict=True))
    return found, True


def through_csv(path: Path, after: int) -> list[list[str]] | None:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.reader(stream, strict=True))[after:]
    except csv.Error:
        return None


def test_any_table_is_read_alike_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = random.Random(1)
    read = 0
    for _ in range(3_000):
        monkeypatch.setattr(text_chunks, "SIZE", draw.choice([8, 20, 1000]))
        columns, end = draw.randrange(1, 4), draw.choice(["\n", "\r\n"])
        rows = [
            ["".join(draw.choices(PIECES, k=draw.randrange(3))) for _ in range(columns)]
            for _ in range(draw.randrange(5))
        ]
        quoting = [
            [f'"{c}"' if draw.random() < 0.1 or {*c} & {*',"\r\n'} else c for c in r] for r in rows
        ]
        content = end.join(map(",".join, quoting)) + draw.choice([end, ""])
        path = table(tmp_path / "t.csv", draw.choice(["", "\ufeff"]) + "head,\n" + content)
        found, whole = through_chunks(path, 1, columns)
        expected = through_csv(path, 1)
        if whole:
            assert found == expected, content
            read += 1
        elif expected is not None:
            assert found == expected[: len(found)], content
    assert read > 300


def test_what_is_not_plain_is_left_alone(tmp_path: Path) -> None:
    for content in (b"a,b\nc\n", b"a,b\n\xff,b\n", b"a,\0\n", b'a,"b"c\n', b"a,b\rc,d\n", b",\n"):
        path = tmp_path / "t.csv"
        path.write_bytes(content)
        found, whole = through_chunks(path, 0, 2)
        assert (found, whole) == ([], False), content


def test_numbers_are_those_of_their_cells(tmp_path: Path) -> None:
    draw = random.Random(2)
    made = [
        "".join(draw.choices("0123456789.,*-e ", k=draw.randrange(1, 10))) for _ in range(5_000)
    ]
    given = [*NUMBERS.split(), *made, *(f"{draw.uniform(0, 9999):.{n % 4}f}" for n in range(5_000))]
    path = table(tmp_path / "t.csv", "".join(f'"{cell}",\r\n' for cell in given))
    at = plain = 0
    for chunk in text_chunks.plain_chunks(path, 0, 2):
        assert chunk is not None
        found = chunk.numbers(0)
        for n in range(chunk.rows):
            if found.plain[n]:
                value = int(found.digits[n]) / 10 ** int(found.decimals[n])
                assert value == cells.signed_rate(given[at]), given[at]
                plain += 1
            at += 1
    assert at == len(given)
    assert plain > 5_000


def test_changes_from_row_to_row(tmp_path: Path) -> None:
    given = ["a", "a", "b", "", "", "12345678", "12345678", "123456789", "123456788", "é" * 20]
    path = table(tmp_path / "t.csv", "".join(f"{cell},x\n" for cell in given))
    (chunk,) = text_chunks.plain_chunks(path, 0, 2)
    assert chunk is not None
    expected = [one != two for one, two in pairwise(given)]
    assert chunk.changes(0).tolist() == expected
    assert not chunk.changes(1).any()


def read(path: Path, top: tuple[int, int] | None = (208000, 10000)) -> tuple[list[Any], Any]:
    document = TextTable(path, path.name)
    reader = OewsReader([OewsFile(document, "oews_all", top)], bounded=False)
    parts = [(run.key, [tuple(row) for row in run.rows], run.detail) for run in reader.parts()]
    return parts, (reader.files, reader.places.areas, reader.places.industries())


PERCENTILES = ("PCT10", "PCT25", "MEDIAN", "PCT75", "PCT90")


def lines(count: int, seed: int = 3) -> list[list[Any]]:
    """Return lines with every mark, flag and odd shape of a number, of several areas."""
    draw = random.Random(seed)
    made = []
    shapes = ["{:.2f}", " {:g} ", "{:.6f}", "{:,.2f}"]
    annual_shapes = ["{:,.0f}", "{:.1f}", " {:.0f}"]
    employment = ["**", "30", "1,230", "1,234,560", "1,234,567", "140,886,310", "12.0"]
    share = ["**", "0", "0.5", ".25", "12.345678", "99", "100"]
    for n in range(count):
        state = sorted(POSTAL)[n * 6 // count]
        given: dict[str, Any] = {
            "AREA": state,
            "AREA_TYPE": "2",
            "AREA_TITLE": f'State "{POSTAL[state]}"'
            if seed == 4 and state > "02"
            else POSTAL[state],
            "PRIM_STATE": POSTAL[state],
            "OCC_CODE": f"{11 + n % 40 // 10 * 2}-{n % 1000 + 1000}",
            "OCC_TITLE": f"Occupation, {n % 1000}",
            "O_GROUP": "detailed",
            "TOT_EMP": draw.choice(employment),
            "ANNUAL": "",
            "HOURLY": draw.choice(["", "false"]),
        }
        if n % 10 == 0:
            given["OCC_CODE"] = f"{given['OCC_CODE'][:5]}{n % 100 // 10}0"
            given["O_GROUP"] = draw.choice(["Broad ", "minor"])
        # Percentiles grow, and the yearly ones are 2,080 times the hourly ones.
        wages = sorted(draw.choice([16, 16.5, 16.25, 28.7, 75, 1016.5]) for _ in range(5))
        first_top = draw.choice([3, 4, 5, 5])
        for p, wage, at in zip(PERCENTILES, wages, range(5), strict=True):
            top = at >= first_top
            given[f"H_{p}"] = "#" if top else draw.choice(shapes).format(wage)
            given[f"A_{p}"] = "#" if top else draw.choice(annual_shapes).format(wage * 2080)
        for basis in ("H", "A"):
            blank = draw.choice(["*", None, None, None])
            if blank is not None:
                given |= {f"{basis}_{p}": blank for p in (*PERCENTILES, "MEAN")}
            elif draw.random() < 0.3:
                given[f"{basis}_PCT25"] = "*"
        if given["A_PCT10"] == "*":
            given["HOURLY"] = draw.choice([" TRUE", "True"])
        elif given["H_PCT10"] == "*":
            given["ANNUAL"] = "TRUE"
        given |= {name: draw.choice(share) for name in ("EMP_PRSE", "MEAN_PRSE", "JOBS_1000")}
        given["PCT_RPT"] = draw.choice(["~", "5", "99.5"])
        made.append(line(**given))
    return made


@pytest.mark.parametrize("seed", [3, 4])
def test_oews_is_read_alike_either_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(text_chunks, "SIZE", 20_000)
    path = oews_csv(tmp_path / "all_data_M_2021.csv", *lines(2_000, seed))
    with monkeypatch.context() as only:
        if seed == 3:  # all of it is plain
            only.setattr(TextTable, "chunks", lambda *_: pytest.fail("read by cells"))
        by_arrays = read(path)
    monkeypatch.setattr(TextTable, "plain_chunks", lambda *_: iter([None]))
    by_cells = read(path)
    assert repr(by_arrays) == repr(by_cells)
    files: list[FileRead] = by_arrays[1][0]
    assert files[0].rows_read == 2_000


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"A_MEAN": "x"}, "row 1502, column A_MEAN: 'x' is neither a number nor a known mark"),
        ({"H_MEAN": "1.005"}, "row 1502, column H_MEAN: '1.005' is not a whole number of cents"),
        ({"H_MEAN": "41,05"}, "row 1502, column H_MEAN: '41,05' has a comma that does not stand"),
        ({"TOT_EMP": "#n/a"}, "row 1502, column TOT_EMP: '#n/a' is neither a number nor a known"),
        ({"TOT_EMP": "-10"}, "row 1502, column TOT_EMP: '-10' is negative"),
        ({"OCC_CODE": "1-1"}, "row 1502, column OCC_CODE: '1-1' is no occupation code: NN-NNNN"),
        ({"AREA_TYPE": "9"}, "row 1502, column AREA_TYPE: '9' is none of 1, 2, 3, 4, 5, 6"),
        ({"HOURLY": "yes"}, "row 1502, column HOURLY: 'yes' is neither TRUE nor blank"),
        ({"OWN_CODE": ""}, "row 1502, column OWN_CODE: blank"),
    ],
)
def test_a_fault_far_down_is_told_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any], said: str
) -> None:
    monkeypatch.setattr(text_chunks, "SIZE", 20_000)
    given = lines(2_000)
    given[1_500] = line(**changed)
    with pytest.raises(BadFile) as fault:
        read(oews_csv(tmp_path / "all_data_M_2021.csv", *given))
    assert said in str(fault.value)


def test_a_top_code_that_is_not_stated_is_told(tmp_path: Path) -> None:
    path = oews_csv(tmp_path / "all_data_M_2030.csv", line(), line(A_PCT90="#"))
    with pytest.raises(BadFile, match="row 3, column A_PCT90: a wage is top-coded"):
        read(path, None)
