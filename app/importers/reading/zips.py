"""Opens zips from sources that are not trusted. Whatever is wrong with one is a ``BadFile``."""

from __future__ import annotations

import errno
import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from app.importers.faults import BadFile
from app.importers.reading.opening import open_regular, special

MOST_BYTES = 3 << 30  # unpacked; an all-data workbook of the OEWS is about a third of it
MOST_RATIO = 120  # unpacked to packed, where much is unpacked; real workbooks stay under 20
MOST_ENTRIES = 1_000  # of a zip or a workbook; the publishers' have some forty
MOST_DIRECTORY = 1 << 20
"""Bytes of a zip's list of entries, all of which ``ZipFile`` reads when it opens a zip."""

# zipfile raises RuntimeError for a password; ValueError, struct.error, KeyError or OverflowError
# for impossible names and offsets.
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError),
    *(RuntimeError, ValueError, struct.error, KeyError, OverflowError),
)

ENCRYPTED = 1
"""Bit of an entry's flags."""
DRIVE = re.compile(r"[A-Za-z]:")


@contextmanager
def opened_zip(path: Path, name: str, what: str) -> Iterator[zipfile.ZipFile]:
    """Open the archive. What it or its files raise while they are read becomes a ``BadFile``."""
    try:
        with open_regular(path) as stream:
            _check_directory(stream, name, what)
            with zipfile.ZipFile(stream) as archive:
                yield archive
    except _UNREADABLE as fault:
        raise BadFile(name, f"not a whole {what}: {fault}") from fault
    except OSError as fault:
        if fault.errno != errno.EINVAL:  # EINVAL: a place before the file's start; else the disk
            raise
        raise BadFile(name, f"not a whole {what}: it points outside itself") from fault


def _check_directory(stream: IO[bytes], name: str, what: str) -> None:
    end = zipfile._EndRecData(stream)  # type: ignore[attr-defined] # what ZipFile goes by
    if end is None:
        raise BadFile(name, f"not a whole {what}: its end is cut off")
    size, entries = end[zipfile._ECD_SIZE], end[zipfile._ECD_ENTRIES_TOTAL]  # type: ignore[attr-defined]
    if size > MOST_DIRECTORY:
        why = f"a list of {entries:,} entries in {size:,} bytes"
        raise BadFile(name, f"{why}, {MOST_ENTRIES:,} in {MOST_DIRECTORY:,} at most")


def unfit(entry: zipfile.ZipInfo) -> str:
    """Return why an entry of a zip is not read, or "" for a file with a plain relative path."""
    parts = entry.filename.split("/")
    if {"", ".", ".."}.intersection(parts) or "\\" in entry.filename or DRIVE.match(parts[0]):
        return "not a plain relative path"
    if entry.flag_bits & ENCRYPTED:
        return "encrypted"
    # Zips made on Unix tell what each entry was, others do not. A link's content is its target.
    mode = entry.external_attr >> 16
    return special(mode) if stat.S_IFMT(mode) else ""


def check_names(names: Iterable[str], name: str) -> None:
    """Raise ``BadFile`` if a name stands twice among those of an archive's files."""
    (called, times), *_ = Counter(names).most_common(1) or [("", 0)]
    if times > 1:
        raise BadFile(name, f"{times} files inside are called {called}")


def check_totals(archive: zipfile.ZipFile, path: Path, name: str) -> int:
    """Return the bytes that an archive unpacks to, by its own list of entries.

    Raises ``BadFile`` if it has too many files, two of one name, or unpacks to too much.
    """
    entries = archive.infolist()
    total = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES:
        raise BadFile(name, f"{len(entries):,} files inside, {MOST_ENTRIES:,} at most")
    check_names([entry.filename for entry in entries], name)
    if total > MOST_BYTES:
        raise BadFile(name, f"unpacks to {total:,} bytes, {MOST_BYTES:,} at most")
    check_ratio(total, path, name)
    return total


def check_ratio(total: int, path: Path, name: str) -> None:
    """Raise ``BadFile`` if a file unpacks to too many times its size."""
    packed = path.stat().st_size
    if total > 32 << 20 and total > packed * MOST_RATIO:
        raise BadFile(name, f"unpacks to {total // packed} times its size, {MOST_RATIO} at most")
