"""Reads O*NET 27.0 and the SOC into the rows of an index, and the titles to measure with."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from app.finding import everyday
from app.finding.entries import Description, Duty, Entries, Occupation, Title

FOLDER = Path("onet/db_27_0_text")
LEVELS = ("major", "minor", "broad", "detailed")  # the columns of the SOC's structure


def rows(data: Path, name: str) -> Iterator[list[str]]:
    """Yield the rows of an O*NET file without its header; the code is SOC's where it can be."""
    with (data / FOLDER / f"{name}.txt").open(encoding="utf-8") as file:
        next(file)
        for line in file:
            code, *cells = line.rstrip("\r\n").split("\t")
            yield [code.removesuffix(".00"), *cells]


def entries(data: Path) -> Entries:
    """Return the occupations, titles, tasks and descriptions of O*NET."""
    described = list(rows(data, "Occupation Data"))
    return Entries(
        [Occupation(code, title, "onet") for code, title, _ in described],
        [Title(row[0], row[1], "alternate") for row in rows(data, "Alternate Titles")]
        + [Title(row[0], row[1], "reported") for row in rows(data, "Sample of Reported Titles")],
        [Duty(row[0], row[2]) for row in rows(data, "Task Statements")],
        [Description(row[0], row[2]) for row in described],
        sorted(set(_activities(data))),
        everyday.names(),
    )


def _activities(data: Path) -> Iterator[Duty]:
    titles = {dwa: title for *_, dwa, title in rows(data, "DWA Reference")}
    for code, _, dwa, *_ in rows(data, "Tasks to DWAs"):
        yield Duty(code, titles[dwa])


def entries_with_soc(data: Path) -> Entries:
    """Return O*NET with the SOC's groups and direct-match titles."""
    onet, soc = entries(data), data / "soc-2018"
    occupations = soc_occupations(data)
    known = {row.code for row in occupations}
    occupations += [row for row in onet.occupations if row.code not in known]
    direct = [
        Title(str(row[0]), str(row[2]), "direct_match")
        for row in _sheet(soc / "soc_2018_direct_match_title_file.xlsx")
        if str(row[0])[2:3] == "-"
    ]
    return replace(onet, occupations=occupations, titles=[*onet.titles, *direct])


def for_titles(every: Entries) -> Entries:
    """Return the rows of the title index: it has the occupations that people hold."""
    held = [row for row in every.occupations if row.level in {"detailed", "onet"}]
    return replace(every, occupations=held)


def soc_occupations(data: Path) -> list[Occupation]:
    """Return the occupations of the SOC and their groups."""
    return [
        Occupation(code, str(row[4]), level)
        for row in _sheet(data / "soc-2018" / "soc_structure_2018.xlsx")
        for level, code in zip(LEVELS, map(str, row[:4]), strict=True)
        if code[2:3] == "-"
    ]


def _sheet(path: Path) -> list[list[Any]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


def employment(data: Path, occupations: Sequence[Occupation]) -> dict[str, int | None]:
    """Return the employment of occupations in May 2021, national; without the file of none."""
    people = _employment(data)
    return {row.code: people.get(row.code[:7]) for row in occupations}


def _employment(data: Path) -> dict[str, int]:
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


def measured_titles(data: Path) -> list[tuple[str, frozenset[str]]]:
    """Return titles that a later release added, and the codes that are right."""
    lines = (data / "title-match" / "dev.tsv").read_text(encoding="utf-8").splitlines()[1:]
    pairs = (line.split("\t") for line in lines)
    return [
        (title, frozenset(code.removesuffix(".00") for code in codes.split()))
        for title, codes in pairs
    ]
