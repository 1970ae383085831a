"""What commands print: lines, tables and progress to standard output, mistakes to standard error.

File names, cells, database errors and arguments are other people's text, and a terminal obeys
control characters. Everything that a command prints is written here, and here they are escaped.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from traceback import format_exception
from typing import Any, NoReturn, Protocol

import typer
from typer.core import TyperGroup

FAILED = 1
"""Exit code when a command could not do its work; 2 is for a command line at fault."""


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "app.commands.output.LogLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # psycopg would warn of what follows from an error, ahead of the line that tells of it.
    "loggers": {
        "alembic": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        "psycopg": {"level": "ERROR"},
    },
}
"""Configuration of logging, in the command line's own process and in the server's workers."""


class Told(Protocol):
    """Called with how much is done, and how much there is in all where that has become known."""

    def __call__(self, done: int, total: int | None = None, /) -> None:
        """Take both."""


def printable(text: str, keep: str = "", escape: Callable[[str], str] = repr) -> str:
    r"""Return text with all that is not printable escaped: \x1b, \n, \u202e.

    As Python sees it, that is control and format characters, line separators, blanks other than
    the space, and lone surrogates. ``escape`` returns a character's escape in quotes.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in keep else escape(c)[1:-1] for c in text)


def say(*lines: str) -> None:
    """Write lines to standard output."""
    sys.stdout.write("".join(f"{printable(line)}\n" for line in lines))
    sys.stdout.flush()


def say_json(text: str) -> None:
    """Write a JSON document to standard output, with JSON's own escapes."""
    sys.stdout.write(printable(text, "\n", json.dumps) + "\n")


def say_table(rows: Sequence[Sequence[str]]) -> None:
    """Write rows of cells that stand under each other, names to the left and figures right."""
    shown = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    for row in shown:
        left = (cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True))
        right = (cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True))
        say("  ".join([*left, *right]))


def complain(text: str) -> None:
    """Write one line to standard error."""
    sys.stderr.write(f"occupations: {printable(' '.join(text.split()))}\n")


def fail(text: str, code: int = FAILED) -> NoReturn:
    """Write one line to standard error and end."""
    complain(text)
    raise typer.Exit(code)


@contextmanager
def progress(name: str, *columns: Any, total: int | None = None) -> Iterator[Told]:
    """Lend what is told how far the work is: a bar on a terminal, nothing elsewhere."""
    if not sys.stdout.isatty():
        yield lambda _done, _total=None: None
        return
    from rich.progress import BarColumn, Progress, TextColumn  # noqa: PLC0415 - for a terminal

    about = TextColumn("{task.description}", markup=False)
    with Progress(about, BarColumn(), *columns, transient=True) as bars:
        bar = bars.add_task(printable(name), total=total)
        yield lambda done, total=None: bars.update(bar, completed=done, total=total)


def report(kind: type[BaseException], error: BaseException, trace: Any) -> None:
    """Write the traceback of an error that nothing else has caught: ``sys.excepthook``."""
    sys.stderr.write(printable("".join(format_exception(kind, error, trace)), "\n"))


class LogLine(logging.Formatter):
    """Formats a message as one line, and what follows it of a traceback as lines of its own."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Return the line of the message."""
        return printable(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        """Return the lines of the traceback."""
        return printable(super().formatException(ei), "\n")


class Commands(TyperGroup):
    """The group of all commands; what an error of usage quotes of the arguments is escaped."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Read the arguments before the command's name."""
        with _legible():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Read the other arguments, and run the command."""
        with _legible():
            return super().invoke(ctx)


@contextmanager
def _legible() -> Iterator[None]:
    try:
        yield
    except typer.TyperException as error:
        error.message = printable(error.message)
        raise
