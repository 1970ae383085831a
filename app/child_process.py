"""Starts modules and functions of this program in processes of their own."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Result = TypeVar("Result")

START = "fork" if sys.platform == "linux" else "spawn"
"""How a process for a function starts: the first way hands it everything at once."""


def of_module(module: str, *arguments: str, **environment: str) -> dict[str, Any]:
    """Return ``args`` and ``env`` with which ``subprocess`` runs a module by this interpreter.

    The child finds the modules that this process finds. -P: else ``-m`` would look in the working
    folder first, which may be one of downloaded files, and run a ``pickle.py`` that lies there.
    """
    return {
        "args": [sys.executable, "-P", "-m", module, *arguments],
        "env": {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **environment},
    }


class Call(Generic[Result]):
    """A call of a function in a process of its own, for processes without threads.

    It ends when this process does: by itself, or when nobody reads its result.
    """

    def __init__(self, function: Callable[..., Result], *given: Any) -> None:
        import multiprocessing  # noqa: PLC0415 - workers do without

        context = multiprocessing.get_context(START)
        self._ours, theirs = context.Pipe(duplex=False)
        its = (self._ours if START == "fork" else None, theirs, function, given)
        self._process = context.Process(target=_answer, args=its, daemon=True)  # type: ignore[attr-defined]
        self._process.start()
        theirs.close()

    def result(self) -> Result:
        """Wait for the result; ``RuntimeError`` if the process ends without one."""
        try:
            found: Result = self._ours.recv()
        except EOFError:
            self._process.join()
            raise RuntimeError(f"its process ended with {self._process.exitcode}") from None
        self._process.join()
        return found


def _answer(
    reading: Connection | None, writing: Connection, function: Callable[..., Any], given: Any
) -> None:
    if reading is not None:
        reading.close()  # else the writing end would wait for ever, if nobody else reads
    try:
        writing.send(function(*given))
    except Exception:
        sys.excepthook(*sys.exc_info())
        sys.exit(1)
