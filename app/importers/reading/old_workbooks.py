"""Reads .xls workbooks in a process of their own, whose memory and time are bounded.

The reader is native code: it makes a dense grid of each sheet and ends its process when memory runs
out. ``grids`` searches the XML of an .xlsx file before the reader sees it. The records of an .xls
file cannot be searched like that, so here the reader's process ends, and the command does not.
"""

from __future__ import annotations

import pickle
import re
import resource
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from app import child_process
from app.importers.faults import BadFile

Grids = dict[str, list[list[Any]]]

MOST_MEMORY = 1 << 30
MOST_SECONDS = 60
"""Of processor; a workbook of 2 MB takes a tenth of a second."""
MOST_CELLS = 5_000_000
"""Cells of all sheets. The largest that a publisher's .xls has is a third of it."""
NO_WORKBOOK = {
    "EncryptedPackage": "encrypted: save it without a password",
    "WordDocument": "a Word document, not a workbook",
    "PowerPoint Document": "a presentation, not a workbook",
    "__properties_version1.0": "an Outlook message, not a workbook",
}
"""A stream in the container that .xls files are → what such a file is."""
_ERRORS = rb"[\x00\x07\x0f\x17\x1d\x24\x2a]"
ERROR_CELL = re.compile(
    rb"\x05\x02\x08\x00(.{4}).." + _ERRORS + rb"\x01"
    rb"|\x06\x00..(.{4})..\x02." + _ERRORS + rb"...\xff\xff",
    re.S,
)
"""A cell, or a formula, with the value #N/A or another error: its row and column, from 0."""


def opened_workbook(path: Path, *suffixes: str) -> CalamineWorkbook:
    """Open a workbook by its content, whatever its name says.

    Given a path, the reader trusts the suffix, so it gets one only if that is among ``suffixes``.
    Otherwise it copies the file into memory, and its faults say less.
    """
    if path.suffix.lower() in suffixes:
        return CalamineWorkbook.from_path(str(path))
    with path.open("rb") as stream:
        return CalamineWorkbook.from_filelike(stream)


def read_grids(path: Path, name: str) -> Grids:
    """Return sheet → rows of cells: text, float, bool or a date. Raises ``BadFile``."""
    content = path.read_bytes()
    for stream, what in NO_WORKBOOK.items():
        if stream.encode("utf-16-le") in content:
            raise BadFile(name, what)
    # The reader would read an error as a blank.
    if error := ERROR_CELL.search(content):
        row, column = struct.unpack("<HH", error[1] or error[2])
        raise BadFile(name, "a spreadsheet's error", row=row + 1, column=f"number {column + 1}")
    read = subprocess.run(
        **child_process.of_module(__name__, str(path)), capture_output=True, check=False
    )
    if read.returncode:
        why = f"reading it takes more than {MOST_MEMORY >> 30} GiB or {MOST_SECONDS} s"
        raise BadFile(name, f"not a readable workbook: {why}")
    found: Grids | str = pickle.loads(read.stdout)  # noqa: S301 - by our own process
    if isinstance(found, str):
        raise BadFile(name, found)
    return found


def _grids(path: str) -> Grids | str:
    """Return the sheets of a workbook, or why it cannot be read."""
    try:
        book = opened_workbook(Path(path), ".xls")
        sheets = [(sheet, book.get_sheet_by_name(sheet)) for sheet in book.sheet_names]
        cells = sum(grid.width * grid.height for _, grid in sheets)
        if cells > MOST_CELLS:
            return f"{cells:,} cells, {MOST_CELLS:,} at most"
        return {name: list(grid.iter_rows()) for name, grid in sheets}
    except BaseException as fault:
        if "assword" in str(fault):
            return "encrypted: save it without a password"
        return f"not a readable workbook, it is damaged or cut off: {fault}"


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    sys.stdout.buffer.write(pickle.dumps(_grids(sys.argv[1])))
