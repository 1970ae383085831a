"""Small files in the publishers' formats, made of rows."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from app.importers.oews.columns import COLUMNS

OEWS_HEADER = [name.partition("|")[0].replace("[_ ]", "_") for name in COLUMNS]
NURSES = {
    "AREA": "99",
    "AREA_TITLE": "U.S.",
    "AREA_TYPE": "1",
    "PRIM_STATE": "US",
    "NAICS": "000000",
    "NAICS_TITLE": "Cross-industry",
    "I_GROUP": "cross-industry",
    "OWN_CODE": "1235",
    "OCC_CODE": "11-9111",
    "OCC_TITLE": "Medical and Health Services Managers",
    "O_GROUP": "detailed",
    "TOT_EMP": 436770.0,
    "EMP_PRSE": 0.5,
    "H_MEAN": 57.61,
    "A_MEAN": 119840.0,
    "MEAN_PRSE": 0.3,
    "H_PCT10": 29.22,
    "H_PCT25": 37.38,
    "H_MEDIAN": 48.72,
    "H_PCT75": 65.26,
    "H_PCT90": 98.86,
    "A_PCT10": 60780.0,
    "A_PCT25": 77750.0,
    "A_MEDIAN": 101340.0,
    "A_PCT75": 135750.0,
    "A_PCT90": 205620.0,
}
"""A true line of the May 2021 file; what is not named is blank."""
TOP = "#  = indicates a wage equal to or greater than $100.00 per hour or $208,000 per year "
FIELDS = [["May 2021 OEWS Estimates"], ["Notes:"], [TOP]]


def line(**changed: Any) -> list[Any]:
    """Return an OEWS row: ``NURSES`` with changes."""
    return [{**NURSES, **changed}.get(name, "") for name in OEWS_HEADER]


def oews_book(
    path: Path, *lines: list[Any], fields: list[list[str]] = FIELDS, header: list[str] = OEWS_HEADER
) -> Path:
    """Write an OEWS workbook with its Field Descriptions."""
    write_xlsx(path, {"national_M2021_dl": [header, *lines], "Field Descriptions": fields})
    return path


def oews_year(
    folder: Path, people: float = 476_750.0, *others: list[Any], year: int = 2022
) -> Path:
    """Write the workbook of the nation in May of a year, with so many people in ``NURSES``.

    Its top codes are those since 2022.
    """
    name = f"national_M{year}_dl"
    top = "#  = indicates a wage equal to or greater than $115.00 per hour or $239,200 per year "
    fields = [[f"May {year} OEWS Estimates"], ["Notes:"], [top]]
    path = folder / f"{name}.xlsx"
    write_xlsx(
        path, {name: [OEWS_HEADER, *others, line(TOT_EMP=people)], "Field Descriptions": fields}
    )
    return path


def oews_csv(path: Path, *lines: list[Any]) -> Path:
    """Write the comma-separated edition: a byte-order mark, and thousands with commas."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(OEWS_HEADER)
        for one in lines:
            out.writerow([f"{c:,.0f}" if isinstance(c, float) and c > 999 else c for c in one])
    return path


AreaLine = tuple[str, str, str, str, Mapping[str, Any]]
"""An area's code, type, name and state, and what its line has otherwise."""


def areas_csv(path: Path, *areas: AreaLine) -> str:
    """Write a line of managers for each area, and return the file's path."""
    lines = [
        line(AREA=code, AREA_TYPE=kind, AREA_TITLE=name, PRIM_STATE=state, **row)
        for code, kind, name, state, row in areas
    ]
    return str(oews_csv(path, *lines))


def onet_text(folder: Path, **files: str) -> Path:
    """Write a folder of O*NET text files; blanks around bars become tabs."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        lines = [
            "\t".join(cell.strip() for cell in one.split("|")) for one in text.strip().splitlines()
        ]
        (folder / f"{name.replace('_', ' ')}.txt").write_text("\n".join(lines) + "\n")
    return folder


def _letters(n: int) -> str:
    return chr(65 + n) if n < 26 else f"{chr(64 + n // 26)}{chr(65 + n % 26)}"


def _row_xml(number: int, row: list[Any], strings: dict[str, int]) -> str:
    cells = []
    for n, cell in enumerate(row):
        if cell == "":
            continue
        if isinstance(cell, bool):
            cells.append(f'<c r="{_letters(n)}{number}" t="b"><v>{int(cell)}</v></c>')
        elif isinstance(cell, str):
            place = strings.setdefault(cell, len(strings))
            cells.append(f'<c r="{_letters(n)}{number}" t="s"><v>{place}</v></c>')
        else:
            cells.append(f'<c r="{_letters(n)}{number}"><v>{cell!r}</v></c>')
    return f'<row r="{number}">{"".join(cells)}</row>'


def write_xlsx(path: Path, sheets: Mapping[str, Iterable[list[Any]]]) -> None:
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
