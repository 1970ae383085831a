"""Unpacks single files compressed with gzip or xz, from sources that are not trusted."""

from __future__ import annotations

import gzip
import lzma
import zlib
from pathlib import Path
from typing import Any

from app.importers.faults import BadFile
from app.importers.reading.opening import open_regular
from app.importers.reading.zips import MOST_BYTES, check_ratio

OPENERS: dict[str, Any] = {".gz": gzip.open, ".xz": lzma.open}
"""Suffix → what opens a file compressed so."""
PIECE = 1 << 20


def unpacked_name(name: str) -> str:
    """Return the name of the file that is compressed: a.csv of a.csv.xz."""
    stem, dot, suffix = name.rpartition(".")
    return stem if f".{suffix.lower()}" in OPENERS and dot else name


def unpack_to(place: Path, path: Path, name: str, room: int) -> int:
    """Write what a compressed file holds to ``place``; return its bytes, ``room`` at most.

    Raises ``BadFile`` for one that unpacks to more or to too many times its size, as a zip's
    entries may not, or that is damaged or cut off.
    """
    opener = OPENERS[f".{name.rpartition('.')[2].lower()}"]
    size = 0
    try:
        with open_regular(path) as packed, opener(packed) as stream, place.open("wb") as out:
            while piece := stream.read(PIECE):
                size += len(piece)
                check_ratio(size, path, name)
                if size > room:
                    raise BadFile(name, f"unpacks to more than {MOST_BYTES:,} bytes in all")
                out.write(piece)
    except (EOFError, lzma.LZMAError, gzip.BadGzipFile, zlib.error, MemoryError) as fault:
        raise BadFile(name, f"not a whole compressed file: {fault}") from fault
    return size
