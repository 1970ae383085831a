"""The files that the mutations change: true ones cut to some 40 lines, or small made-up ones.

Each source is what one import is given. Its lines are consistent in themselves: whole groups of
occupations, and in O*NET all lines of the occupations kept.
"""

from __future__ import annotations

import csv
import io
import lzma
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from app.importers.loading.planned import Options
from tests.builders import FIELDS, OEWS_HEADER, line, write_xlsx
from tests.importers import test_onet_release as onet
from tests.importers.projected import book
from tests.importers.test_soc import definitions, structure, titles

Rows = list[list[Any]]
LINES = 40
ONET_SOURCES = (
    *("Occupation Data", "Task Statements", "Alternate Titles", "Interests", "Job Zones"),
    *("Job Zone Reference", "Technology Skills", "Related Occupations", "Scales Reference"),
    "Education, Training, and Experience",
    "Education, Training, and Experience Categories",
)
REFERENCES = ("Reference", "Categories", "Occupation Data")
"""Names with these words have no lines to be cut."""


@dataclass(slots=True)
class Book:
    """A file as rows of cells. The first sheet is the one that is changed; a text file has one."""

    path: str  # with its folder: db_27_0_text/Interests.txt
    sheets: dict[str, Rows]
    header: int = 0  # place of the header's row in the first sheet

    @property
    def rows(self) -> Rows:
        """The rows of the first sheet."""
        return next(iter(self.sheets.values()))

    @property
    def names(self) -> list[str]:
        """The header's names."""
        return [" ".join(str(cell).split()).lower() for cell in self.rows[self.header]]

    def write(self, folder: Path) -> Path:
        """Write the file in the format of its suffix."""
        path = folder / self.path
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".xlsx":
            write_xlsx(path, self.sheets)
        elif path.suffix == ".csv":
            with path.open("w", encoding="utf-8-sig", newline="") as out:
                csv.writer(out).writerows([map(shown, row) for row in self.rows])
        else:
            path.write_text("".join("\t".join(map(shown, row)) + "\n" for row in self.rows))
        return path


@dataclass(slots=True)
class Source:
    """What one import is given: files that are changed one at a time, and others beside them."""

    name: str
    kind: str  # oews, projections, soc, onet
    books: list[Book]
    beside: dict[str, str] = field(default_factory=dict)
    zipped: str = ""  # the name of the zip they are in
    options: Options = field(default_factory=Options)


def shown(cell: Any) -> str:
    """Write a cell as publishers' text files do."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float):
        return f"{cell:,.0f}" if float(cell).is_integer() else repr(cell)
    return str(cell)


def written(source: Source, folder: Path, change: Callable[[Path], None] | None, at: int) -> Path:
    """Write a source, change the file of book ``at``, and return what to import."""
    inside = folder / "files"
    paths = [one.write(inside) for one in source.books]
    for name, text in source.beside.items():
        (inside / name).parent.mkdir(parents=True, exist_ok=True)
        (inside / name).write_text(text)
    if change is not None:
        change(paths[at])
    if not source.zipped:
        return inside
    with zipfile.ZipFile(folder / source.zipped, "w", zipfile.ZIP_DEFLATED) as out:
        for path in sorted(inside.rglob("*")):
            if path.is_file():
                out.write(path, path.relative_to(inside).as_posix())
    return folder / source.zipped


def sources(data: Path | None) -> Iterator[Source]:
    """Yield true files cut short, or without a folder of them small ones that were made up."""
    yield from _small() if data is None else _true(data)


def _formats(
    name: str, kind: str, path: str, sheets: dict[str, Rows], header: int = 0
) -> list[Source]:
    """Return a table as a workbook, as csv, and as the workbook in a zip."""
    top = Options(top_code=(239_200, 11_500)) if path.endswith("2025") else Options()
    first = dict([next(iter(sheets.items()))])
    return [
        Source(f"{name} xlsx", kind, [Book(f"{path}.xlsx", sheets, header)], options=top),
        Source(f"{name} csv", kind, [Book(f"{path}.csv", first, header)], options=top),
        Source(
            f"{name} zip", kind, [Book(f"{path}.xlsx", sheets, header)], zipped="a.zip", options=top
        ),
    ]


def _true(data: Path) -> Iterator[Source]:
    national = _sheets(data / "bls-oews/national_M2021_dl.xlsx")
    first, *_ = national
    fields = {"Field Descriptions": national["Field Descriptions"]}
    cut = {first: national[first][: LINES + 1], **fields}
    yield from _formats("OEWS national", "oews", "national_M2021_dl", cut)
    cut = {"All May 2025 data": _areas(data / "bls-oews/areas/all_data_M_2025.csv.xz")}
    yield from _formats("OEWS areas", "oews", "all_data_M_2025", cut)[:2]
    sectors = _sheets(data / "bls-oews/industries/natsector_M2024_dl.xlsx")
    first, *_ = sectors
    cut = {first: _per_value(sectors[first], "NAICS", 3, 14), **fields}
    cut["Field Descriptions"] = _sheets(data / "bls-oews/national_M2024_dl.xlsx")[
        "Field Descriptions"
    ]
    yield from _formats("OEWS sectors", "oews", "natsector_M2024_dl", cut)[:2]
    owners = _sheets(data / "bls-oews-older/national_owner_M2018_dl.xlsx")
    first, *_ = owners
    cut = {first: _per_value(owners[first], "OWNERSHIP", 3, 14)}
    yield from _formats("OEWS owners", "oews", "national_owner_M2018_dl", cut)[:2]
    yield from _projections(data)
    for name, stem in (
        ("structure", "soc_structure_2018"),
        ("definitions", "soc_2018_definitions"),
        ("titles", "soc_2018_direct_match_title_file"),
    ):
        its = _sheets(data / f"soc-2018/{stem}.xlsx")
        first, *_ = its
        header = _header(its[first])
        cut = {first: its[first][: header + LINES + 1]}
        yield Source(f"SOC {name} xlsx", "soc", [Book(f"{stem}.xlsx", cut, header)])
    yield from _onet(data)


def _projections(data: Path) -> Iterator[Source]:
    whole = _sheets(data / "bls-ep/occupation_2022-32.xlsx")
    codes = {str(row[1]) for row in whole["Table 1.7"][2 : LINES + 2]}
    names = ("Table 1.7", "Table 1.2", "Table 5.3")
    cut = {
        name: [
            row
            for at, row in enumerate(whole[name])
            if at < 2 or str(row[1]) in codes or not any(row[1:])
        ]
        for name in names
    }
    yield Source("projections xlsx", "projections", [Book("occupation.xlsx", cut, 1)])
    name = "Employment Projections 2021-31.csv"
    with (data / "bls-ep" / name).open(encoding="utf-8-sig", newline="") as stream:
        rows: Rows = list(csv.reader(stream))[: LINES + 1]
    yield Source("projections csv", "projections", [Book(name, {"": rows})])


def _onet(data: Path) -> Iterator[Source]:
    for name, folder, suffix in (
        ("text", "db_27_0_text", "txt"),
        ("xlsx", "db_29_3_excel", "xlsx"),
    ):
        books: list[Book] = []
        kept: set[str] = set()
        stems = (*ONET_SOURCES, "Skills") if suffix == "xlsx" else ONET_SOURCES
        for stem in stems:
            path = data / "onet" / folder / f"{stem}.{suffix}"
            if not path.exists():
                continue
            sheets = _sheets(path) if suffix == "xlsx" else {"": _tabs(path)}
            first, *_ = sheets
            rows = sheets[first]
            if stem == "Occupation Data":
                rows = rows[: LINES // 2 + 1]
                kept = {row[0] for row in rows}
            elif not any(word in stem for word in REFERENCES):
                rows = [rows[0], *_of_codes(rows, kept)]
            books.append(Book(f"{folder}/{path.name}", {first: rows}))
        readme = (data / "onet" / folder / "Read Me.txt").read_text()
        beside = {f"{folder}/Read Me.txt": readme}
        yield Source(f"O*NET {name}", "onet", books, beside)
        if suffix == "txt":
            yield Source("O*NET zip", "onet", books, beside, zipped=f"{folder}.zip")


def _of_codes(rows: Rows, kept: set[str]) -> Iterator[list[Any]]:
    """Yield all lines of the first occupations kept, about ``LINES`` of them."""
    names = [str(cell).lower() for cell in rows[0]]
    related = names.index("related o*net-soc code") if "related o*net-soc code" in names else 0
    count, code = 0, ""
    for row in rows[1:]:
        if row[0] in kept and row[related] in kept:
            if count >= LINES and row[0] != code:
                return
            count, code = count + 1, row[0]
            yield row


def _small() -> Iterator[Source]:
    def wages(code: str, title: str, level: str, jobs: float) -> list[Any]:
        return line(OCC_CODE=code, OCC_TITLE=title, O_GROUP=level, TOT_EMP=jobs)

    rows: Rows = [
        OEWS_HEADER,
        wages("00-0000", "All Occupations", "total", 140_886_310.0),
        wages("11-0000", "Management Occupations", "major", 8_909_910.0),
        wages("11-9110", "Medical and Health Services Managers", "broad", 436_770.0),
        wages("11-9111", "Medical and Health Services Managers", "detailed", 436_770.0),
    ]
    yield from _formats(
        "OEWS national", "oews", "national_M2021_dl", {"national_M2021_dl": rows, "Fields": FIELDS}
    )
    sheets = book()
    main = {"Table 1.7": sheets.pop("Table 1.7"), **sheets}
    yield Source("projections xlsx", "projections", [Book("occupation.xlsx", main, 1)])
    for name, stem, rows in (
        ("structure", "soc_structure_2018", structure()),
        ("definitions", "soc_2018_definitions", definitions()),
        ("titles", "soc_2018_titles", titles()),
    ):
        its = {"2018": rows}
        yield Source(f"SOC {name} xlsx", "soc", [Book(f"{stem}.xlsx", its, _header(rows))])
    folder = "db_27_0_text"
    texts = {"Occupation Data": onet.OCCUPATIONS, "Task Statements": onet.TASKS}
    books = [
        Book(
            f"{folder}/{stem}.txt",
            {"": [[cell.strip() for cell in one.split("|")] for one in text.splitlines()]},
        )
        for stem, text in texts.items()
    ]
    yield Source("O*NET text", "onet", books, {f"{folder}/Read Me.txt": onet.README})


def _sheets(path: Path) -> dict[str, Rows]:
    found = CalamineWorkbook.from_path(str(path))
    return {
        name: [[_cell(cell) for cell in row] for row in found.get_sheet_by_name(name).iter_rows()]
        for name in found.sheet_names
    }


def _cell(cell: Any) -> Any:
    return cell if isinstance(cell, str | float | int | bool) else f"{cell:%m/%Y}"


def _tabs(path: Path) -> Rows:
    return [line.split("\t") for line in path.read_text("utf-8").splitlines()]


def _header(rows: Rows) -> int:
    return next(at for at, row in enumerate(rows) if sum(map(bool, row)) > 2)


def _per_value(rows: Rows, column: str, values: int, lines: int) -> Rows:
    """Return the first lines of each of the first values of a column."""
    at = [str(cell).upper() for cell in rows[0]].index(column)
    taken: dict[Any, int] = {}
    kept = [rows[0]]
    for row in rows[1:]:
        if row[at] in taken or len(taken) < values:
            taken[row[at]] = taken.get(row[at], 0) + 1
            if taken[row[at]] <= lines:
                kept.append(row)
    return kept


def _areas(path: Path) -> Rows:
    """Return nine occupations of the nation, two states, a metropolitan and another area."""
    codes = {"00-0000", "11-0000", "11-1000", "11-1020", "11-1021"}
    codes |= {"29-0000", "29-1000", "29-1140", "29-1141"}
    most = {"1": 1, "2": 2, "4": 1, "6": 1}
    with lzma.open(path, "rt", encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        header = next(reader)
        place, kind, code = (header.index(name) for name in ("AREA", "AREA_TYPE", "OCC_CODE"))
        areas: dict[str, set[str]] = {name: set() for name in most}
        kept: Rows = [list(header)]
        for row in reader:
            its = areas.get(row[kind])
            if its is not None and (row[place] in its or len(its) < most[row[kind]]):
                its.add(row[place])
                if row[code] in codes:
                    kept.append(list(row))
    return kept


def reread(text: str, delimiter: str) -> Rows:
    """Return the rows of a text file's content."""
    return [list(row) for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
