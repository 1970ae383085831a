"""Small workbooks, opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.importers.reading.sheets import Document, open_document
from tests.builders import write_xlsx

Sheets = Mapping[str, Sequence[list[Any]]]


def workbook(folder: Path, sheets: Sheets, name: str = "file.xlsx") -> Document:
    """Return a workbook of these sheets, opened."""
    write_xlsx(folder / name, sheets)
    return open_document(folder / name, name)
