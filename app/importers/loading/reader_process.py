"""Reading in a process of its own, beside the one that writes to the database.

Parsing a file of 400,000 lines and binding its rows each keep a processor busy; side by side they
take little longer than the slower of the two. Rows go through a pipe, which holds a little, so
the reader never runs far ahead and memory stays bounded.
"""

from __future__ import annotations

import fcntl
import marshal
import os
import pickle
import signal
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, NoReturn

from app.importers.faults import ImportFault
from app.importers.rows import PartKey, PartRows

LENGTH = struct.Struct("!cI")
RUN, END, FAULT = b"r", b"e", b"f"


def can_fork() -> bool:
    """Tell whether a reader aside is possible and of use: a second processor, no other thread."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    return processors > 1 and hasattr(os, "fork") and threading.active_count() == 1


def aside(
    parts: Callable[[], Iterator[PartRows]], state: Callable[[], Any], take: Callable[[Any], None]
) -> Iterator[PartRows]:
    """Yield what ``parts`` yields, worked out in a child process.

    At the end the child's ``state()`` is handed to ``take``. What the child raises is raised here;
    a child that dies is an ``ImportFault``. Rows must be tuples of plain values.
    """
    reading, writing = os.pipe()
    _widen(writing)
    # Else what waits in the buffers would be written twice.
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _read_aside(parts, state, writing)
    os.close(writing)
    keys: list[tuple[PartKey, dict[str, Any]]] = []
    ended = False
    try:
        with os.fdopen(reading, "rb") as pipe:
            for kind, content in _messages(pipe):
                if kind == RUN:
                    number, rows, new = marshal.loads(content)  # noqa: S302 - from our own child
                    if new is not None:
                        keys.append(pickle.loads(new))  # noqa: S301 - the same
                    key, detail = keys[number]
                    yield PartRows(key, rows, detail)
                elif kind == END:
                    take(pickle.loads(content))  # noqa: S301 - the same
                    ended = True
                else:
                    raise pickle.loads(content)  # noqa: S301 - the same
        if not ended:
            raise ImportFault("the process that reads the file ended before its end")
    finally:
        if not ended:
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _widen(pipe: int) -> None:
    """Let the pipe hold some runs, so that the two processes need not take turns (Linux)."""
    try:
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, 1 << 20)
    except (AttributeError, OSError):
        return


def _messages(pipe: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    while head := pipe.read(LENGTH.size):
        if len(head) < LENGTH.size:
            return
        kind, length = LENGTH.unpack(head)
        content = pipe.read(length)
        if len(content) < length:
            return
        yield kind, content


def _read_aside(
    parts: Callable[[], Iterator[PartRows]], state: Callable[[], Any], writing: int
) -> NoReturn:
    """Work in the child; never return to what the parent was doing."""
    status = 1
    try:
        with os.fdopen(writing, "wb", buffering=1 << 20) as pipe:

            def send(kind: bytes, content: bytes) -> None:
                pipe.write(LENGTH.pack(kind, len(content)))
                pipe.write(content)

            try:
                numbers: dict[PartKey, int] = {}
                for run in parts():
                    new = None
                    if run.key not in numbers:
                        numbers[run.key] = len(numbers)
                        new = pickle.dumps((run.key, run.detail))
                    rows = [tuple(row) for row in run.rows]
                    send(RUN, marshal.dumps((numbers[run.key], rows, new)))
                send(END, pickle.dumps(state()))
            except Exception as fault:  # raised again in the parent
                send(FAULT, pickle.dumps(fault))
        status = 0
    finally:
        # Not exit: connections and temporary folders are the parent's to close.
        os._exit(status)
