"""Prints lines, tables and progress bars to standard output, and errors to standard error.

File names, cells, arguments and database errors may contain control characters, which a terminal
obeys. Commands print through this module only, which escapes them.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from traceback import format_exception
from typing import Any, NoReturn, Protocol

import typer
from typer.core import TyperGroup

from app.logs import is_set_up, printable

FAILED = 1
"""The exit code of a command that failed; 2 is for wrong options or settings."""


class Progress(Protocol):
    """Is called with how much is done, and with the total once it is known."""

    def __call__(self, done: int, total: int | None = None, /) -> None:
        """Update the progress bar."""


def say(*lines: str) -> None:
    """Print lines to standard output."""
    sys.stdout.write("".join(f"{printable(line)}\n" for line in lines))
    sys.stdout.flush()


def say_json(text: str) -> None:
    """Print a JSON document to standard output, with JSON's own escapes."""
    sys.stdout.write(printable(text, "\n", json.dumps) + "\n")


def say_table(rows: Sequence[Sequence[str]]) -> None:
    """Print a table: two columns aligned to the left, the others to the right."""
    shown = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    for row in shown:
        left = (cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True))
        right = (cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True))
        say("  ".join([*left, *right]))


def complain(text: str) -> None:
    """Print one line to standard error; of ``serve`` it is a line of the log."""
    line = " ".join(text.split())
    if is_set_up():
        logging.getLogger("occupations").error("%s", line, extra={"event": "stopped"})
    else:
        sys.stderr.write(f"occupations: {printable(line)}\n")


def fail(text: str, code: int = FAILED) -> NoReturn:
    """Print one line to standard error and end the command."""
    complain(text)
    raise typer.Exit(code)


@contextmanager
def progress_bar(name: str, *columns: Any, total: int | None = None) -> Iterator[Progress]:
    """Show a progress bar on a terminal, and nothing elsewhere; lend what updates it."""
    if not sys.stdout.isatty():
        yield lambda _done, _total=None: None
        return
    from rich import progress  # noqa: PLC0415 - for a terminal

    title = progress.TextColumn("{task.description}", markup=False)
    with progress.Progress(title, progress.BarColumn(), *columns, transient=True) as bars:
        bar = bars.add_task(printable(name), total=total)
        yield lambda done, total=None: bars.update(bar, completed=done, total=total)


def report(kind: type[BaseException], error: BaseException, trace: Any) -> None:
    """Print the traceback of an error that nothing else has caught: ``sys.excepthook``."""
    sys.stderr.write(printable("".join(format_exception(kind, error, trace)), "\n"))


class Commands(TyperGroup):
    """The group of all commands. It escapes the arguments that usage errors quote."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Parse the arguments before the command's name."""
        with _printable_errors():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Parse the other arguments and run the command."""
        with _printable_errors():
            return super().invoke(ctx)


@contextmanager
def _printable_errors() -> Iterator[None]:
    try:
        yield
    except typer.TyperException as error:
        error.message = printable(error.message)
        raise
