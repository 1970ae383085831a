"""Small workbooks and text files in the publishers' shape, made in the tests."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from app.importers.sheets import Document, open_document

OFFICIAL = Path(os.environ.get("OFFICIAL_FILES", Path(__file__).parents[3] / "shared" / "data"))
"""The official files as published, where a developer has them: beside the repository, or there."""

Sheets = Mapping[str, Sequence[Sequence[Any]]]
NS = "http://schemas.openxmlformats.org"


def column(number: int) -> str:
    """Return a column's letters: 0 is A, 26 is AA."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _sheet(rows: Sequence[Sequence[Any]]) -> str:
    lines = []
    for row, cells in enumerate(rows, 1):
        parts = []
        for n, cell in enumerate(cells):
            place = f"{column(n)}{row}"
            if isinstance(cell, int | float):
                parts.append(f'<c r="{place}"><v>{cell!r}</v></c>')
            elif cell not in {None, ""}:
                text = f'<is><t xml:space="preserve">{escape(cell)}</t></is>'
                parts.append(f'<c r="{place}" t="inlineStr">{text}</c>')
        lines.append(f'<row r="{row}">{"".join(parts)}</row>')
    main = f"{NS}/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{main}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def write_workbook(path: Path, sheets: Sheets) -> Path:
    """Write an .xlsx of these sheets."""
    numbered = list(enumerate(sheets, 1))
    office = f"{NS}/officeDocument/2006/relationships"
    package = f"{NS}/package/2006"
    names = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in numbered
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{office}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n, _ in numbered
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}.worksheet+xml"/>'
        for n, _ in numbered
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>{kinds}'
        "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{NS}/spreadsheetml/2006/main" xmlns:r="{office}">'
        f"<sheets>{names}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">{links}'
        "</Relationships>",
        **{f"xl/worksheets/sheet{n}.xml": _sheet(sheets[name]) for n, name in numbered},
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)
    return path


def workbook(folder: Path, sheets: Sheets, name: str = "file.xlsx") -> Document:
    """Return a workbook of these sheets, opened."""
    return open_document(write_workbook(folder / name, sheets), name)
