"""Crosswalks that contradict themselves or lack something: refused with their place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.builders import write_xlsx
from tests.importers.crosswalks.files import cip, isco, soc, walk
from tests.importers.crosswalks.loaded import ENTRIES, MAPPINGS, rows, taken


def changed(sheets: dict[str, list[list[Any]]], sheet: str, row: int, cell: int, value: Any) -> Any:
    sheets[sheet][row - 1][cell - 1] = value
    return sheets


ISCO, BACK, SOC = "ISCO-08 to 2010 SOC", "2010 SOC to ISCO-08", "Sorted by 2010"
BROKEN: dict[str, tuple[Callable[[], Any], str]] = {
    "pair twice": (
        lambda: changed(soc(), SOC, 8, 3, "15-1254"),
        f"sheet '{SOC}', row 8, column 2010 SOC Code: 15-1134 and 15-1254 stand in row 7 too",
    ),
    "shape": (
        lambda: changed(soc(), SOC, 6, 1, "15-113"),
        "row 6, column 2010 SOC Code: '15-113' is no code of soc-2010",
    ),
    "blank code": (
        lambda: changed(soc(), SOC, 6, 3, ""),
        "row 6, column 2018 SOC Code: blank",
    ),
    "blank title": (
        lambda: changed(soc(), SOC, 6, 2, ""),
        "row 6, column 2010 SOC Title: blank",
    ),
    "number": (
        lambda: changed(isco(), ISCO, 7, 1, 313.0),
        "row 7, column ISCO-08 Code: a number, which may have lost zeros: codes are text",
    ),
    "two titles": (
        lambda: changed(isco(), ISCO, 6, 2, "Developers"),
        "row 6, column ISCO-08 Title EN: 2512 is 'Developers' here and 'Software developers' in",
    ),
    "mark": (
        lambda: changed(isco(), ISCO, 5, 3, "?"),
        "row 5, column part: '?' is no known mark",
    ),
    "reverse has more": (
        lambda: changed(isco(), BACK, 6, 1, "15-1131"),
        f"sheet '{BACK}', row 6, column ISCO-08 Code: 2512 and 15-1131 do not stand in sheet",
    ),
    "reverse has less": (
        lambda: {**isco(), BACK: isco()[BACK][:5] + isco()[BACK][6:]},
        f"sheet '{ISCO}', row 6, column ISCO-08 Code: 2512 and 15-1133 do not stand in sheet",
    ),
    "reverse has another title": (
        lambda: changed(cip(), "SOC-CIP", 2, 4, "Health"),
        "sheet 'SOC-CIP', row 2, column CIP2020Title: 51.0701 is 'Health' here and",
    ),
    "no title column": (
        lambda: changed(soc(), SOC, 4, 2, "Name"),
        f"sheet '{SOC}', row 4, column 2010 soc title: missing in the header",
    ),
    "other sheet": (
        lambda: {"New CIP": cip()["New CIP"]},
        "no sheet 'CIP-SOC', which has the pairs of CIP 2020 to SOC 2018",
    ),
    "note with two cells": (
        lambda: changed(walk(), "Crosswalks", 9, 4, "x"),
        "row 9, column ESCO/ISCO Code: blank",
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_crosswalk_names_its_place(sqlite: str, tmp_path: Path, fault: str) -> None:
    made, said = BROKEN[fault]
    write_xlsx(tmp_path / "codes.xlsx", made())
    assert said in taken(sqlite, tmp_path, exit_code=1)
    assert rows(sqlite, MAPPINGS) == []
    assert rows(sqlite, ENTRIES) == []
