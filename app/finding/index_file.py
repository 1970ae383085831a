"""The format of index files: named arrays and JSON, verified by a checksum.

A file is a header of 64 bytes, JSON with the place of each array, and the arrays. Reading it
executes nothing. It is copied into memory first, and the copy is what is verified and used.
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
from app.finding.index_folder import PART, SHARED

Arrays = Mapping[str, npt.NDArray[Any]]

MAGIC = b"occupations 1\n\0\0"
HEADER = struct.Struct("<16s32sQQ")
"""Magic, BLAKE2b checksum, size of the file, size of the JSON."""
CHECKED = 48
"""The first byte that the checksum covers: the size of the file."""
ALIGN = 64  # bytes
BLOCK = 1 << 20  # bytes


def write(path: Path, form: str, arrays: Arrays, texts: object = None) -> None:
    """Write an index file, readable by its owner only; it is renamed when it is complete.

    ``form`` says what the arrays are, and ``texts`` is any JSON.
    """
    arrays = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    places: dict[str, tuple[str, tuple[int, ...], int]] = {}
    size = 0
    for name, array in arrays.items():
        places[name] = array.dtype.str, array.shape, size
        size += array.nbytes + -array.nbytes % ALIGN
    described = orjson.dumps({"form": form, "arrays": places, "texts": texts})
    described += b" " * (-len(described) % ALIGN)
    size += HEADER.size + len(described)
    descriptor, part = tempfile.mkstemp(PART, dir=path.parent)
    with os.fdopen(descriptor, "w+b") as file:
        file.write(HEADER.pack(MAGIC, b"", size, len(described)))
        file.write(described)
        for array in arrays.values():
            file.write(array.tobytes())
            file.write(b"\0" * (-array.nbytes % ALIGN))
        checksum = _checksum(file)
        file.seek(0)
        file.write(HEADER.pack(MAGIC, checksum, size, len(described)))
    Path(part).replace(path)


def read(path: Path, form: str) -> tuple[Any, dict[str, npt.NDArray[Any]]]:
    """Return the texts and arrays of an index file, in memory that processes share if they can.

    Raises ``ValueError`` if the file is damaged, has another form, or is not a regular file.
    """
    content = shared_memory.contents(_verified_copy(path))
    *_, length = HEADER.unpack_from(content)
    start = HEADER.size + length
    described = orjson.loads(content[HEADER.size : start])
    if described["form"] != form:
        message = f"it is of the form {described['form']}, not {form}"
        raise ValueError(message)
    arrays = {
        name: np.frombuffer(content, kind, prod(shape), start + offset).reshape(shape)
        for name, (kind, shape, offset) in described["arrays"].items()
    }
    return described["texts"], arrays


def _verified_copy(path: Path) -> BufferedIOBase:
    """Return a copy of a file in memory, which has the checksum that the header states.

    It is the copy that another process shares, or else a new one, which is shared.
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
    """Open a file without following a symbolic link or waiting for a pipe's writer."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def _stated(file: BufferedIOBase) -> bytes:
    """Return the checksum in the header; raises ``ValueError`` if the size there is wrong."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(HEADER.size).ljust(HEADER.size)
    magic, checksum, stated, _ = HEADER.unpack(head)
    if (magic, stated) != (MAGIC, size):
        raise ValueError("it is no index file, or not all of one")
    return bytes(checksum)


def _checksum(file: BufferedIOBase) -> bytes:
    file.seek(CHECKED)
    digest = blake2b(digest_size=32)
    while block := file.read(BLOCK):
        digest.update(block)
    return digest.digest()
