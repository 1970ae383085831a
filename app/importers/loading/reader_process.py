"""Reads a release in a child process, beside the one that writes to the database.

Parsing a file of 400,000 lines and binding its rows each keep a processor busy. Side by side they
take little longer than the slower of the two. The pipe between them holds a few runs of rows, so
the reader never gets far ahead and memory stays bounded.
"""

from __future__ import annotations

import fcntl
import marshal
import multiprocessing
import os
import pickle
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from app.importers.faults import ImportFault
from app.importers.rows import PartKey, PartRows

END, FAULT = -1, -2
"""Messages that are no run of the part with this number."""

Parts = Callable[[], Iterator[PartRows]]


def can_fork() -> bool:
    """Tell whether a child is possible and of use: a second processor, no other thread."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    return processors > 1 and hasattr(os, "fork") and threading.active_count() == 1


def read_in_child(
    parts: Parts, state: Callable[[], Any], take: Callable[[Any], None]
) -> Iterator[PartRows]:
    """Yield what ``parts`` yields, worked out in a child process.

    At the end the child's ``state()`` is passed to ``take``. What the child raises is raised here;
    a child that dies is an ``ImportFault``. Rows must be tuples of plain values.
    """
    fork = multiprocessing.get_context("fork")
    receiver, sender = fork.Pipe(duplex=False)
    with suppress(AttributeError, OSError):  # Linux only
        fcntl.fcntl(sender.fileno(), fcntl.F_SETPIPE_SZ, 1 << 20)
    child = fork.Process(target=_send, args=(parts, state, sender), daemon=True)
    child.start()
    sender.close()
    known: list[tuple[PartKey, dict[str, Any], str]] = []
    number = 0
    try:
        while number >= 0:
            number, rows, pickled = _receive(receiver)
            # What is pickled is a new part's key and detail, the state, or a fault.
            content = pickle.loads(pickled) if pickled else None  # noqa: S301 - by our own child
            if number == FAULT:
                raise content  # type: ignore[misc] # an exception, pickled
            if number == END:
                take(content)
            else:
                known += [content] if content else []
                key, detail, release = known[number]
                yield PartRows(key, rows, detail, release)
    finally:
        if number != END:
            child.kill()
        child.join()
        receiver.close()


def _receive(pipe: Connection) -> Any:
    try:
        return marshal.loads(pipe.recv_bytes())  # noqa: S302 - from our own child
    except (EOFError, OSError) as fault:
        raise ImportFault("the process that reads the file ended before its end") from fault


def _send(parts: Parts, state: Callable[[], Any], pipe: Connection) -> None:
    """Work in the child: send each run, then the state or the fault."""

    def send(number: int, rows: list[Any], content: Any) -> None:
        pickled = None if content is None else pickle.dumps(content)
        pipe.send_bytes(marshal.dumps((number, rows, pickled)))

    numbers: dict[tuple[str, PartKey], int] = {}
    try:
        for run in parts():
            name = run.release, run.key
            new = (run.key, run.detail, run.release) if name not in numbers else None
            number = numbers.setdefault(name, len(numbers))
            send(number, [tuple(row) for row in run.rows], new)
        send(END, [], state())
    except BrokenPipeError:
        os._exit(1)  # the parent is gone
    except Exception as fault:  # raised again in the parent
        send(FAULT, [], fault)
