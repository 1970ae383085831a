"""Read-only copies of files in memory, shared by the processes of a user.

Mapping the file itself would be simpler, but less safe. Whoever can truncate a mapped file can kill
every process that reads it (SIGBUS), and a file can be changed after it was verified.

On Linux a copy is a sealed memfd, which nobody can write to or resize. The process that makes it
leaves a symbolic link to ``/proc/PID/fd/N``, through which other processes of the user map the same
memory. When that process has ended, the next one makes another copy. macOS has no memfd: there,
each process has its own copy.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import shutil
import weakref
from contextlib import suppress
from io import BufferedIOBase, BytesIO
from pathlib import Path

NAME = "occupations-index"


def copy(file: BufferedIOBase) -> BufferedIOBase:
    """Copy the rest of a file into sealed memory, or into bytes where there is none."""
    try:
        descriptor = os.memfd_create(NAME, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    except (AttributeError, OSError):  # macOS, or a sandbox that forbids it
        return BytesIO(file.read())
    memory = os.fdopen(descriptor, "w+b")
    shutil.copyfileobj(file, memory)
    memory.flush()
    fcntl.fcntl(memory, fcntl.F_ADD_SEALS, _seals())
    return memory


def share(memory: BufferedIOBase, link: Path) -> None:
    """Leave the link through which other processes find a copy."""
    if not isinstance(memory, BytesIO):
        with suppress(OSError):  # without the link each process has its own copy
            link.unlink(missing_ok=True)
            link.symlink_to(f"/proc/{os.getpid()}/fd/{memory.fileno()}")


def find(link: Path) -> BufferedIOBase | None:
    """Open the copy that another process shares; None if there is none or it is not sealed."""
    with suppress(OSError):
        place = link.readlink()
        if str(place.readlink()) == f"/memfd:{NAME} (deleted)":
            memory = place.open("rb")
            if fcntl.fcntl(memory, fcntl.F_GET_SEALS) & _seals() == _seals():
                return memory
            memory.close()
    return None


def contents(memory: BufferedIOBase) -> bytes | mmap.mmap:
    """Return the bytes of a copy. It stays open for other processes while they are used."""
    if isinstance(memory, BytesIO):
        return memory.getvalue()
    # Read-only, so private pages are shared too; Linux before 6.7 refuses MAP_SHARED after sealing.
    mapped = mmap.mmap(memory.fileno(), 0, mmap.MAP_PRIVATE, mmap.PROT_READ)
    weakref.finalize(mapped, memory.close)
    return mapped


def _seals() -> int:
    return fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE
