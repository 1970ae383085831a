"""Writes small .xls workbooks: BIFF8 records in a compound file."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

SECTOR = 512
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
NA = object()
"""A cell with the error #N/A."""


def write_xls(
    path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], *more: bytes, first: bytes = b""
) -> Path:
    """Write rows of texts, numbers, ``NA`` and blanks.

    ``more`` records follow those of each sheet, ``first`` stands before the sheets' names.
    """
    grids = [_stream(0x0010, [*_cells(rows), *more]) for rows in sheets.values()]
    bounds = [len(_bound(name, 0)) for name in sheets]
    at = len(_stream(0x0005, [])) + len(first) + sum(bounds)
    named = []
    for name, grid in zip(sheets, grids, strict=True):
        named.append(_bound(name, at))
        at += len(grid)
    _write(path, _stream(0x0005, [first, *named]) + b"".join(grids))
    return path


def record(kind: int, content: bytes) -> bytes:
    """Return a record."""
    return struct.pack("<HH", kind, len(content)) + content


def _stream(kind: int, records: Sequence[bytes]) -> bytes:
    began = record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 1997, 0, 6))
    return began + b"".join(records) + record(0x000A, b"")


def _bound(name: str, at: int) -> bytes:
    return record(0x0085, struct.pack("<IHBB", at, 0, len(name), 0) + name.encode("latin-1"))


def _cells(rows: Sequence[Sequence[Any]]) -> list[bytes]:
    made = []
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            place = struct.pack("<HHH", y, x, 0)
            if cell is NA:
                made.append(record(0x0205, place + b"\x2a\x01"))
            elif isinstance(cell, str) and cell:
                text = struct.pack("<HB", len(cell), 0) + cell.encode("latin-1")
                made.append(record(0x0204, place + text))
            elif cell != "":
                made.append(record(0x0203, place + struct.pack("<d", cell)))
    return made


def _write(path: Path, stream: bytes) -> None:
    """Write a compound file of one stream: header, table of sectors, directory, stream."""
    sectors = max(8, -(-len(stream) // SECTOR))  # a shorter stream would stand elsewhere
    tables = -(-(sectors + 2) // (SECTOR // 4 - 1))
    first = tables + 1
    chain = [FAT] * tables + [END] + [first + n + 1 for n in range(sectors - 1)] + [END]
    chain += [FREE] * (tables * SECTOR // 4 - len(chain))
    listed = [*range(tables)] + [FREE] * (109 - tables)
    header = struct.pack("<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        0x3E, 3, 0xFFFE, 9, 6, 0, tables, tables, 0, 4096, END, 0, END, 0)  # fmt: skip
    entries = [
        _entry("Root Entry", 5, 1, END, 0),
        _entry("Workbook", 2, FREE, first, sectors * SECTOR),
        _entry("", 0, FREE, 0, 0),
        _entry("", 0, FREE, 0, 0),
    ]
    path.write_bytes(
        header
        + struct.pack("<109I", *listed)
        + struct.pack(f"<{len(chain)}I", *chain)
        + b"".join(entries)
        + stream.ljust(sectors * SECTOR, b"\0")
    )


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le") if name else b""
    return struct.pack("<64sHBBIII36xIQ", text, len(text), kind, 1, FREE, FREE, child, start, size)
