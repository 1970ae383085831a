"""The command line in processes to be killed, forked from one that has loaded the program."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import time
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any

ENDS_WITHIN = 300.0


def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.audit.preloaded"])
    return context


def run_here(url: str, arguments: tuple[str, ...], said: str, dies_at: int) -> None:
    """Be `occupations ARGUMENTS`; with ``dies_at``, be killed before that statement."""
    settings = {"DATABASE_URL": url, "SEED": "article", "EXPORT_FOLDER": "none"}
    os.environ |= {f"OCCUPATIONS_{name}": value for name, value in settings.items()}
    for stream, name in ((sys.stdout, "out"), (sys.stderr, "err")):
        with Path(f"{said}.{name}").open("wb") as file:
            os.dup2(file.fileno(), stream.fileno())
    if dies_at:
        _die_at(dies_at)
    sys.argv = ["occupations", *arguments]
    from app.commands import cli  # noqa: PLC0415 - in the process that forks

    cli()


def _die_at(which: int) -> None:
    from sqlalchemy import Engine, event  # noqa: PLC0415 - as above

    count = 0

    @event.listens_for(Engine, "before_cursor_execute")
    def _(*_: Any) -> None:
        nonlocal count
        count += 1
        if count == which:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Command:
    """A command that runs; ``said`` is what its output's files begin with."""

    process: ForkServerProcess
    said: Path
    began: float

    def kill(self) -> None:
        """End it as the kernel does when memory is out."""
        self.process.kill()
        self.process.join(30)

    def end(self) -> int:
        """Wait for its end; return its exit code."""
        self.process.join(ENDS_WITHIN)
        if self.process.exitcode is None:
            self.kill()
            raise RuntimeError("a command did not end")
        return self.process.exitcode

    @property
    def errors(self) -> str:
        """What it wrote to standard error."""
        return Path(f"{self.said}.err").read_text()


def start(folder: Path, url: str, *arguments: str, dies_at: int = 0) -> Command:
    """Start `occupations ARGUMENTS` on a database."""
    said = folder / f"said-{time.monotonic_ns()}"
    process = _context().Process(target=run_here, args=(url, arguments, str(said), dies_at))
    process.start()
    return Command(process, said, time.monotonic())


def finish(folder: Path, url: str, *arguments: str) -> float:
    """Run a command that must succeed; return its seconds."""
    command = start(folder, url, *arguments)
    code = command.end()
    spent = time.monotonic() - command.began
    if code != 0:
        raise RuntimeError(f"{arguments[0]} ended with {code}: {command.errors[-300:]}")
    for name in ("out", "err"):
        with contextlib.suppress(OSError):
            Path(f"{command.said}.{name}").unlink()
    return spent
