"""Runs servers on loopback, each in a process that is ended after the measurement."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

HERE = Path(__file__).parents[1]
STARTS_WITHIN = 600.0
"""How long a server may take to start and to build its indices, in seconds."""


@dataclass(frozen=True)
class Server:
    """A running server."""

    name: str
    url: str
    pid: int

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self.url.rpartition(":")[2])

    def get(self, target: str, **headers: str) -> httpx.Response:
        """Send a GET request, by default without compression."""
        every = {"Accept-Encoding": "identity", **headers}
        return httpx.get(self.url + target, headers=every, timeout=60)

    def processes(self) -> list[int]:
        """Return the ids of the process and its children, such as workers."""
        found = [self.pid]
        for pid in found:
            try:
                path = Path(f"/proc/{pid}/task/{pid}/children")
                found += [int(child) for child in path.read_text().split()]
            except OSError:
                continue
        return found

    def cpu_seconds(self) -> float:
        """Return the processor time used by all processes, user and system, in seconds."""
        ticks = 0
        for pid in self.processes():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def resident(self) -> int:
        """Return the resident memory of its largest process in MB, shared pages included."""
        sizes = []
        for pid in self.processes():
            text = Path(f"/proc/{pid}/status").read_text()
            sizes.append(int(text.partition("VmRSS:")[2].split()[0]) // 1024)
        return max(sizes)


def free_port() -> int:
    """Return a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    name: str,
    command: list[str],
    port: int,
    probe: str,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Run a server until the block ends; it is ready when it answers ``probe``."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command,
            cwd=HERE,
            env={**os.environ, **(environment or {})},
            stdout=said,
            stderr=subprocess.DEVNULL if environment and "quiet" in environment else said,
        )
        server = Server(name, f"http://127.0.0.1:{port}", process.pid)
        try:
            deadline = time.monotonic() + STARTS_WITHIN
            while True:
                try:
                    httpx.get(server.url + probe, timeout=30)
                    break
                except httpx.TransportError:
                    if process.poll() is not None or time.monotonic() > deadline:
                        said.seek(0)
                        text = said.read().decode(errors="replace")[-2000:]
                        raise RuntimeError(f"{name} did not start:\n{text}") from None
                    time.sleep(0.1)
            yield server
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()


def _uvicorn(application: str, port: int, *options: str) -> list[str]:
    listen = ("--loop", "uvloop", "--port", str(port), "--backlog", "4096")
    quiet = ("--log-level", "warning", "--no-access-log", "--no-server-header")
    every = (*listen, *quiet, "--no-proxy-headers", *options)
    return [sys.executable, "-m", "uvicorn", application, *every]


@contextmanager
def ours(url: str, *, workers: int = 1, **settings: str) -> Iterator[Server]:
    """Run our server as ``occupations serve`` does, with settings by name and the access log on."""
    port = free_port()
    given = {f"OCCUPATIONS_{name.upper()}": value for name, value in settings.items()}
    environment = {
        "OCCUPATIONS_DATABASE_URL": url,
        "OCCUPATIONS_LOG_FORMAT": "json",
        "OCCUPATIONS_WORKERS": str(workers),
        "quiet": "",
        **given,
    }
    ways = ("--loop", "app.server.event_loop:Loop", "--http", "app.server.protocol:Protocol")
    options = ("--factory", *ways, "--workers", str(workers))
    command = _uvicorn("app.main:create_app", port, *options)
    with running("ours", command, port, "/health/live", environment) as server:
        yield server


def warmed(server: Server) -> Server:
    """Wait until the server has its indices, and return it."""
    deadline = time.monotonic() + STARTS_WITHIN
    while server.get("/v1/titles/match?title=a").status_code == 503:
        if time.monotonic() > deadline:
            raise RuntimeError("the indices were not built")
        time.sleep(0.2)
    return server


@contextmanager
def bare(answers: Mapping[str, httpx.Response], folder: Path) -> Iterator[Server]:
    """Run the bare ASGI callable with prepared answers by target."""
    path = folder / "answers.json"
    # uvicorn adds the Date header itself.
    ready = {
        target: [
            answer.status_code,
            [(k, v) for k, v in answer.headers.multi_items() if k != "date"],
            base64.b64encode(answer.content).decode(),
        ]
        for target, answer in answers.items()
    }
    path.write_text(json.dumps(ready))
    port = free_port()
    command = _uvicorn("bench.bare:app", port, "--http", "httptools", "--lifespan", "off")
    target = next(iter(answers))
    with running("bare", command, port, target, {"BENCH_ANSWERS": str(path)}) as server:
        yield server


@contextmanager
def tutorial(url: str) -> Iterator[Server]:
    """Run the tutorial application on a database."""
    port = free_port()
    command = _uvicorn("bench.tutorial:app", port, "--http", "httptools")
    with running("tutorial", command, port, "/openapi.json", {"BENCH_DATABASE": url}) as server:
        yield server


def fetch(server: Server, targets: Iterable[str], **headers: str) -> dict[str, httpx.Response]:
    """Request targets one after another over one connection."""
    every = {"Accept-Encoding": "identity", **headers}
    with httpx.Client(base_url=server.url, headers=every, timeout=60) as client:
        return {target: client.get(target) for target in targets}
