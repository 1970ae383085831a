"""Opening zips that nobody vouches for: what is wrong with one is a ``BadFile``, whatever it is."""

from __future__ import annotations

import errno
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.importers.faults import BadFile

MOST_BYTES = 3 << 30  # unpacked; an all-data workbook of the OEWS is about a third of it
MOST_RATIO = 120  # unpacked to packed, where much is unpacked; real workbooks stay under 20

# What zipfile raises for a password is a RuntimeError, for names and offsets that cannot be a
# ValueError, a struct.error, a KeyError or an OverflowError.
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError),
    *(RuntimeError, ValueError, struct.error, KeyError, OverflowError),
)


@contextmanager
def opened_zip(path: Path, name: str, what: str) -> Iterator[zipfile.ZipFile]:
    """Lend the archive; what it or its files raise while they are read becomes a ``BadFile``."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except _UNREADABLE as fault:
        raise BadFile(name, f"not a whole {what}: {fault}") from fault
    except OSError as fault:
        if fault.errno != errno.EINVAL:  # a place before the file's start; the rest is the disk's
            raise
        raise BadFile(name, f"not a whole {what}: it points outside itself") from fault


def check_totals(archive: zipfile.ZipFile, path: Path, name: str) -> int:
    """Return the bytes it unpacks to; refuse an archive whose own totals are out of proportion."""
    entries = archive.infolist()
    total = sum(entry.file_size for entry in entries)
    if len(entries) > 10_000:
        raise BadFile(name, f"{len(entries):,} files inside, 10,000 at most")
    if total > MOST_BYTES:
        raise BadFile(name, f"unpacks to {total:,} bytes, {MOST_BYTES:,} at most")
    packed = path.stat().st_size
    if total > 32 << 20 and total > packed * MOST_RATIO:
        raise BadFile(name, f"unpacks to {total // packed} times its size, {MOST_RATIO} at most")
    return total
