"""O*NET's text files as entries of the index, for measuring."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from app.finding.titles.index import OccupationEntry, TitleEntry

FOLDER = Path("onet/db_27_0_text")


def rows(data: Path, name: str) -> Iterator[list[str]]:
    """Rows of one file, without its header."""
    with (data / FOLDER / f"{name}.txt").open(encoding="utf-8") as file:
        next(file)
        for line in file:
            yield line.rstrip("\r\n").split("\t")


def occupations(data: Path) -> list[OccupationEntry]:
    """Every occupation with its description and task statements."""
    tasks = defaultdict(list)
    for row in rows(data, "Task Statements"):
        tasks[row[0]].append(row[2])
    return [
        OccupationEntry(code, title, description, tuple(tasks[code]))
        for code, title, description in rows(data, "Occupation Data")
    ]


def titles(data: Path) -> list[TitleEntry]:
    """Alternate and reported titles."""
    found = [TitleEntry(r[0], r[1], "alternate") for r in rows(data, "Alternate Titles")]
    found += [TitleEntry(r[0], r[1], "reported") for r in rows(data, "Sample of Reported Titles")]
    return found


def measured_titles(data: Path) -> list[tuple[str, frozenset[str]]]:
    """Titles to measure with, and the codes that are right."""
    lines = (data / "title-match" / "dev.tsv").read_text(encoding="utf-8").splitlines()[1:]
    pairs = (line.split("\t") for line in lines)
    return [(title, frozenset(codes.split())) for title, codes in pairs]
