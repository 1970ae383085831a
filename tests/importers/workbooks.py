"""Small workbooks opened, and where the official files are."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.importers.sheets import Document, open_document
from tests.builders import write_xlsx

OFFICIAL = Path(os.environ.get("OFFICIAL_FILES", Path(__file__).parents[3] / "shared" / "data"))
"""The official files as published, where a developer has them: beside the repository, or there."""

Sheets = Mapping[str, Sequence[list[Any]]]


def workbook(folder: Path, sheets: Sheets, name: str = "file.xlsx") -> Document:
    """Return a workbook of these sheets, opened."""
    write_xlsx(folder / name, sheets)
    return open_document(folder / name, name)
