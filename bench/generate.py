"""An all-data file of the OEWS as published, as csv and as a workbook; the figures are made up."""

from __future__ import annotations

import csv
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from app.importers.oews_columns import COLUMNS, POSTAL

HEADER = [name.replace("[_ ]", "_") for name in COLUMNS]
FIELDS = [
    ["May 2021 OEWS Estimates"],
    ["Notes:"],
    ["#  = indicates a wage equal to or greater than $100.00 per hour or $208,000 per year "],
]
OCCUPATIONS = 830


def areas() -> Iterator[tuple[str, str, str, str]]:
    """Yield code, name, type and state: the nation, states and territories, then metropolitan."""
    yield "99", "U.S.", "1", "US"
    for fips, state in POSTAL.items():
        yield fips, f"State of {state}", "3" if fips > "56" else "2", state
    states = sorted(POSTAL.values())
    for n in range(600):
        state = states[n % 50]
        yield f"{10180 + 20 * n}", f"City {n}, {state}", "4", state


def rows(count: int) -> Iterator[list[Any]]:
    """Yield ``count`` rows with the numbers as floats, the way workbooks hold them."""
    draw = random.Random(2021)
    made = 0
    for area, name, kind, state in areas():
        for n in range(OCCUPATIONS):
            if made == count:
                return
            made += 1
            code = f"{11 + 2 * (n // 40)}-{1000 + 10 * (n % 40) + 1}"
            hourly = sorted(round(draw.uniform(9, 110), 2) for _ in range(6))
            wages: list[Any] = ["#" if w >= 100 else w for w in hourly]
            annual: list[Any] = ["#" if w >= 100 else float(round(w * 208) * 10) for w in hourly]
            flags = ["", ""]
            if n % 25 == 0:
                wages, flags = ["*"] * 6, ["TRUE", ""]
            suppressed = n % 30 == 7
            employment = "**" if suppressed else float(draw.randrange(3, 40_000) * 10)
            error = "**" if suppressed else round(draw.uniform(0, 50), 1)
            local = kind != "1"
            yield [
                *(area, name, kind, state, "000000", "Cross-industry", "cross-industry", "1235"),
                *(code, f"Occupation {code}", "detailed", employment, error),
                round(draw.uniform(0, 20), 3) if local else "",
                round(draw.uniform(0, 5), 2) if local else "",
                *("", ""),
                *(wages[3], annual[3], round(draw.uniform(0, 30), 1)),
                *(wages[0], wages[1], wages[2], wages[4], wages[5]),
                *(annual[0], annual[1], annual[2], annual[4], annual[5]),
                *flags,
            ]


def write_csv(path: Path, count: int) -> None:
    """Write it with a byte-order mark and quoted thousands commas."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(HEADER)
        for row in rows(count):
            out.writerow([_typed(n, cell) for n, cell in enumerate(row)])


def _typed(column: int, cell: Any) -> Any:
    if isinstance(cell, float) and cell.is_integer():
        return f"{int(cell):,}" if column in {11, 18} or column > 24 else int(cell)
    return cell


def _letters(n: int) -> str:
    return chr(65 + n) if n < 26 else f"{chr(64 + n // 26)}{chr(65 + n % 26)}"


def _row_xml(number: int, row: list[Any], strings: dict[str, int]) -> str:
    cells = []
    for n, cell in enumerate(row):
        if cell == "":
            continue
        if isinstance(cell, str):
            place = strings.setdefault(cell, len(strings))
            cells.append(f'<c r="{_letters(n)}{number}" t="s"><v>{place}</v></c>')
        else:
            cells.append(f'<c r="{_letters(n)}{number}"><v>{cell!r}</v></c>')
    return f'<row r="{number}">{"".join(cells)}</row>'


def write_xlsx(path: Path, sheets: dict[str, Iterator[list[Any]]]) -> None:
    """Write sheets as a minimal workbook, row by row."""
    space = "http://schemas.openxmlformats.org"
    main = f'xmlns="{space}/spreadsheetml/2006/main"'
    office = f"{space}/officeDocument/2006/relationships"
    package = f"{space}/package/2006"
    content = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    strings: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for place, taken in enumerate(sheets.values(), 1):
            with archive.open(f"xl/worksheets/sheet{place}.xml", "w", force_zip64=True) as out:
                out.write(f"<worksheet {main}><sheetData>".encode())
                for number, row in enumerate(taken, 1):
                    out.write(_row_xml(number, row, strings).encode())
                out.write(b"</sheetData></worksheet>")
        numbers = range(1, len(sheets) + 1)
        archive.writestr(
            "xl/sharedStrings.xml",
            f"<sst {main}>"
            + "".join(f"<si><t xml:space='preserve'>{escape(s)}</t></si>" for s in strings)
            + "</sst>",
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook {main} xmlns:r="{office}"><sheets>'
            + "".join(
                f'<sheet name="{escape(name)}" sheetId="{n}" r:id="r{n}"/>'
                for n, name in enumerate(sheets, 1)
            )
            + "</sheets></workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships">'
            + "".join(
                f'<Relationship Id="r{n}" Type="{office}/worksheet" '
                f'Target="worksheets/sheet{n}.xml"/>'
                for n in numbers
            )
            + f'<Relationship Id="s" Type="{office}/sharedStrings" Target="sharedStrings.xml"/>'
            "</Relationships>",
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="w" '
            f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{content}.sheet.main+xml"/>'
            + "".join(
                f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
                f'ContentType="{content}.worksheet+xml"/>'
                for n in numbers
            )
            + '<Override PartName="/xl/sharedStrings.xml" '
            f'ContentType="{content}.sharedStrings+xml"/></Types>',
        )


def write_workbook(path: Path, count: int) -> None:
    """Write the all-data file as a workbook with its Field Descriptions."""

    def data() -> Iterator[list[Any]]:
        yield list(HEADER)
        yield from rows(count)

    write_xlsx(path, {"All May 2021 data": data(), "Field Descriptions": iter(FIELDS)})
