"""Servers for tests, each in a process forked from one that has imported the program.

Importing takes a second of processor, a fork nothing. ``test_container`` and ``test_logs`` start
the program as a user does.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from threading import Lock
from types import SimpleNamespace

import httpx
import uvicorn

import app.commands

WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
PORTS = range(20_000 + 2_000 * WORKER, 22_000 + 2_000 * WORKER)
"""Ports of this worker's servers, below those that the system gives to outgoing connections."""
_ports = itertools.islice(itertools.cycle(PORTS), os.getpid() % len(PORTS), None)
"""Begins elsewhere for each process: two runs at once do not look for the same ports."""

FORKING = multiprocessing.get_context("forkserver")
"""Makes processes that have imported the program, and nothing of what the test did."""
FORKING.set_forkserver_preload(
    [
        "app.commands",
        "app.commands.serving",
        "app.main",
        "app.server.protocol",
        "app.server.event_loop",
        "uvicorn.main",
        "uvicorn.lifespan.on",
        "anyio._backends._asyncio",
        "encodings.idna",
        "httpx",
        "tests.preloaded",
    ]
)


def free_port() -> int:
    """Return a port that nothing listens on."""
    for port in itertools.islice(_ports, len(PORTS)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError(f"no port is free from {PORTS.start} to {PORTS.stop - 1}")


_making = Lock()


@cache
def _made() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="occupations-tests-")


def _indices() -> tempfile.TemporaryDirectory[str]:
    """Return the folder of this run's index files, made once; not on import, which forks do."""
    with _making:  # of two that threads make at once, one would be gone with its object
        return _made()


def environment(url: str, **settings: str | None) -> dict[str, str]:
    """Return the environment of a command on a database; a setting that is None is left out."""
    defaults = {"database_url": url, "index_folder": _indices().name, "seed": "article"}
    # A command that gets no --port must not meet what listens at the usual one.
    defaults |= {"export_folder": "none", "port": str(free_port())}
    all_settings = {**defaults, **settings}
    mine = {f"OCCUPATIONS_{name.upper()}": value for name, value in all_settings.items()}
    return {**os.environ, **{name: value for name, value in mine.items() if value is not None}}


def _be(program: str, arguments: tuple[str, ...], env: dict[str, str], log: str) -> None:
    """Become the program, in the process that was forked."""
    os.environ.clear()
    os.environ.update(env)
    tempfile.tempdir = None  # the environment says where
    os.dup2(sys.stdin.fileno(), 0)
    sys.stdin = os.fdopen(0)  # as it is after a start from a shell; uvicorn hands it to its workers
    with Path(log).open("ab") as file:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(file.fileno(), stream.fileno())
    sys.argv = [program, *arguments]
    if program == "uvicorn":
        uvicorn.main()
    app.commands.cli()


class Forked:
    """A program that ``child_process.of_module`` names, forked where it would be started.

    It has what `verify` uses of ``subprocess.Popen``.
    """

    def __init__(self, args: list[str], env: dict[str, str], **_streams: int) -> None:
        _, _, _, program, *arguments = args
        given = (program, tuple(arguments), env, os.devnull)
        self._process = FORKING.Process(target=_be, args=given)
        self._process.start()
        self.terminate, self.kill = self._process.terminate, self._process.kill

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("the server", timeout)
        return self._process.exitcode


FORKED_PROCESSES = SimpleNamespace(
    Popen=Forked, DEVNULL=subprocess.DEVNULL, TimeoutExpired=subprocess.TimeoutExpired
)
"""Stands for the module ``subprocess`` where `verify` starts its server."""


@contextmanager
def serving(url: str, **settings: str) -> Iterator[httpx.Client]:
    """Run `occupations serve` on a free port and lend a client of it."""
    with serving_process(url, **settings) as (client, _):
        yield client


@contextmanager
def serving_process(url: str, **settings: str) -> Iterator[tuple[httpx.Client, int]]:
    """Do as ``serving``; lend the server's process id too."""
    with server_of("occupations", "serve", url=url, **settings) as lent:
        yield lent


def warmed(client: httpx.Client) -> httpx.Client:
    """Return the client when its server has the indices of search and titles."""
    deadline = time.monotonic() + 60
    while client.get("/v1/titles/match", params={"title": "a"}).status_code == 503:
        assert time.monotonic() < deadline, "the indices were not built"
        time.sleep(0.05)
    return client


@contextmanager
def bare_server(url: str, **settings: str) -> Iterator[httpx.Client]:
    """Run the application alone, which neither migrates nor seeds, and lend a client of it."""
    options = ["--factory", "--no-access-log", "--no-proxy-headers"]
    options += ["--loop", "app.server.event_loop:Loop", "--http", "app.server.protocol:Protocol"]
    with server_of("uvicorn", *options, "app.main:create_app", url=url, **settings) as (client, _):
        yield client


def started(
    program: str, *arguments: str, url: str, log: str, **settings: str | None
) -> ForkServerProcess:
    """Start ``occupations`` or ``uvicorn``; what it says goes to the file ``log``."""
    env = environment(url, **{"poll_interval": "0.1", **settings})
    process = FORKING.Process(target=_be, args=(program, arguments, env, log))
    process.start()
    return process


@contextmanager
def server_of(
    program: str, *arguments: str, url: str, log: str = os.devnull, **settings: str | None
) -> Iterator[tuple[httpx.Client, int]]:
    """Run ``occupations`` or ``uvicorn`` on a free port; lend a client and the process id.

    What it says goes to the file ``log``.
    """
    port = free_port()
    process = started(program, *arguments, f"--port={port}", url=url, log=log, **settings)
    try:
        # Without TLS: to read the certificates of all authorities takes 20 ms.
        base = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=base, timeout=30, verify=False) as client:
            deadline = time.monotonic() + 30
            while not _lives(client):
                assert process.is_alive(), f"the server ended: {_said(log)}"
                assert time.monotonic() < deadline, f"the server did not start: {_said(log)}"
                time.sleep(0.02)
            yield client, int(process.pid or 0)
    finally:
        process.terminate()
        process.join(20)
        ended = not process.is_alive()
        process.kill()
        assert ended, "the server did not end"


def _said(log: str) -> str:
    """Return the end of what a server said, if it said it to a file."""
    return Path(log).read_text(errors="replace")[-2000:]


def _lives(client: httpx.Client) -> bool:
    try:
        client.get("/health/live")
    except httpx.TransportError:
        return False
    return True
