"""Opens regular files only, from sources that are not trusted.

Opening a named pipe waits for its other end, opening a device may do anything, and a link may lead
to a file that nobody meant to read or overwrite.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, Literal

KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFLNK: "a link",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def special(mode: int) -> str:
    """Return what a mode from ``stat`` stands for, or "" if it is a regular file."""
    return "" if stat.S_ISREG(mode) else KINDS.get(stat.S_IFMT(mode), "no regular file")


def open_regular(path: Path) -> BufferedReader:
    """Open a file to read. Raises ``OSError`` if it is not a regular one."""
    return open(path, "rb", opener=_open)


def open_to_write(path: Path, mode: Literal["wb", "r+b"] = "wb") -> BinaryIO:
    """Open a file to write, which may be new. Raises ``OSError`` if it is not a regular one."""
    return open(path, mode, opener=_open)


def _open(path: str, flags: int) -> int:
    # Checked before, because opening may do harm, and after: it may have been exchanged.
    with suppress(FileNotFoundError):
        _check(os.lstat(path), path)
    opened = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK, 0o666)
    try:
        _check(os.fstat(opened), path)
    except OSError:
        os.close(opened)
        raise
    return opened


def _check(found: os.stat_result, path: str) -> None:
    if what := special(found.st_mode):
        raise OSError(errno.ENOTSUP, f"{what}, not a regular file", os.fspath(path))
