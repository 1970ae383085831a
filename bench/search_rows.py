"""Reads O*NET's text files and the SOC workbooks into the rows of a search index."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from app.finding.search import Description, Duty, Entries, Occupation, Title

LEVELS = ("major", "minor", "broad", "detailed")  # the columns of the SOC's structure


def _text(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            cells = line.rstrip("\n").split("\t")
            yield [cells[0].removesuffix(".00"), *cells[1:]]


def _sheet(path: Path) -> list[list[Any]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


def _employment(data: Path) -> dict[str, int]:
    """Persons by SOC code, May 2021, the nation; {} where the file is not."""
    found = sorted((data / "bls-oews").glob("*2021*.xlsx"))
    if not found:
        return {}
    head, *rows = _sheet(found[0])
    code, total, area = (head.index(name) for name in ("OCC_CODE", "TOT_EMP", "AREA"))
    return {
        str(row[code]): int(row[total])
        for row in rows
        if isinstance(row[total], float) and str(row[area]) in {"99", "99.0"}
    }


def read(data: Path) -> Entries:
    """All rows of O*NET 27.0 and the SOC's structure, definitions and direct-match titles."""
    onet, soc = data / "onet" / "db_27_0_text", data / "soc-2018"
    people = _employment(data)
    occupations: dict[str, Occupation] = {}
    for row in _sheet(soc / "soc_structure_2018.xlsx"):
        for level, code in zip(LEVELS, map(str, row[:4]), strict=True):
            if code[2:3] == "-":
                title = str(row[4])
                occupations[code] = Occupation(code, title, level, None, people.get(code))
    for code, title, _ in _text(onet / "Occupation Data.txt"):
        known = people.get(code[:7])
        occupations.setdefault(code, Occupation(code, title, "onet", code[:7], known))
    titles = [Title(row[0], row[1], "alternate") for row in _text(onet / "Alternate Titles.txt")]
    titles += [
        Title(row[0], row[1], "reported") for row in _text(onet / "Sample of Reported Titles.txt")
    ]
    titles += [
        Title(str(row[0]), str(row[2]), "direct_match")
        for row in _sheet(soc / "soc_2018_direct_match_title_file.xlsx")
        if str(row[0])[2:3] == "-"
    ]
    return Entries(
        occupations=list(occupations.values()),
        titles=titles,
        duties=[Duty(row[0], row[2]) for row in _text(onet / "Task Statements.txt")],
        descriptions=[Description(row[0], row[2]) for row in _text(onet / "Occupation Data.txt")],
    )
