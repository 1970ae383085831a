"""The file format of the indices: named arrays and JSON, with a checksum.

A head of 64 bytes, JSON that says where each array lies, then the arrays. Nothing in a file is
executed when it is read. A file is used from a copy in memory, and the checksum is the copy's.
"""

from __future__ import annotations

import os
import stat
import struct
import tempfile
from collections.abc import Mapping
from hashlib import blake2b
from io import BufferedIOBase
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from app.finding import shared_memory

Arrays = Mapping[str, npt.NDArray[Any]]

MAGIC = b"occupations 1\n\0\0"
HEAD = struct.Struct("<16s32sQQ")
"""Magic, BLAKE2b of all that follows, bytes of the file, bytes of the JSON."""
CHECKED = 48
"""The first byte that the checksum covers."""
ALIGN = 64
BLOCK = 1 << 20
PART = ".part"
SHARED = ".memory"


def write(path: Path, form: str, arrays: Arrays, texts: object = None) -> None:
    """Write a file that its owner alone can read, and put it in place when it is complete.

    ``form`` names the meaning of the arrays: ``read`` refuses another one. ``texts`` is any JSON.
    """
    arrays = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    places: dict[str, tuple[str, tuple[int, ...], int]] = {}
    size = 0
    for name, array in arrays.items():
        places[name] = array.dtype.str, array.shape, size
        size += array.nbytes + -array.nbytes % ALIGN
    described = orjson.dumps({"form": form, "arrays": places, "texts": texts})
    described += b" " * (-len(described) % ALIGN)
    size += HEAD.size + len(described)
    descriptor, part = tempfile.mkstemp(PART, dir=path.parent)
    with os.fdopen(descriptor, "w+b") as file:
        file.write(HEAD.pack(MAGIC, b"", size, len(described)))
        file.write(described)
        for array in arrays.values():
            file.write(array.tobytes())
            file.write(b"\0" * (-array.nbytes % ALIGN))
        checksum = _checksum(file)
        file.seek(0)
        file.write(HEAD.pack(MAGIC, checksum, size, len(described)))
    Path(part).replace(path)


def read(path: Path, form: str) -> tuple[Any, dict[str, npt.NDArray[Any]]]:
    """Return the texts and arrays of a file, in memory that workers share where they can.

    Raises ``ValueError`` if the file is damaged, of another form, or no regular file.
    """
    content = shared_memory.contents(_checked(path))
    *_, length = HEAD.unpack_from(content)
    start = HEAD.size + length
    described = orjson.loads(content[HEAD.size : start])
    if described["form"] != form:
        message = f"it is of the form {described['form']}, not {form}"
        raise ValueError(message)
    arrays = {
        name: np.frombuffer(content, kind, prod(shape), start + offset).reshape(shape)
        for name, (kind, shape, offset) in described["arrays"].items()
    }
    return described["texts"], arrays


def _checked(path: Path) -> BufferedIOBase:
    """Return a copy of a file in memory that has the checksum which the file's head states.

    The copy of another process is taken if there is one; else it is made, and shared.
    """
    if not stat.S_ISREG(path.lstat().st_mode):
        raise ValueError("it is not a regular file")
    link = path.with_suffix(SHARED)
    with open(path, "rb", opener=_open) as file:
        stated = _stated(file)
        found = shared_memory.find(link)
        if found is not None:
            if _checksum(found) == stated:
                return found
            found.close()
        file.seek(0)
        memory = shared_memory.copy(file)
    if _checksum(memory) != stated:
        memory.close()
        raise ValueError("its checksum is wrong")
    shared_memory.share(memory, link)
    return memory


def _open(path: str, flags: int) -> int:
    """Open a file, but follow no symbolic link, and do not wait for a writer to a pipe."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def _stated(file: BufferedIOBase) -> bytes:
    """Return the checksum in a file's head; raises ``ValueError`` if the size there is wrong."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(HEAD.size).ljust(HEAD.size)
    magic, checksum, stated, _ = HEAD.unpack(head)
    if (magic, stated) != (MAGIC, size):
        raise ValueError("it is no index file, or not all of one")
    return bytes(checksum)


def _checksum(file: BufferedIOBase) -> bytes:
    file.seek(CHECKED)
    digest = blake2b(digest_size=32)
    while block := file.read(BLOCK):
        digest.update(block)
    return digest.digest()
