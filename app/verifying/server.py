"""Starts an API server on a free local port for one verification, and ends it afterwards."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from app import child_process
from app.settings import Settings
from app.verifying.answers import ApiFault

HERE = Path(child_process.__file__).parents[1]
"""The folder that ``app`` is in."""
STARTS_WITHIN = 60.0
"""Seconds that a server may take to answer."""


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """Serve the settings' database and yield the API's address.

    The server neither migrates nor seeds: what is there is verified.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = child_process.of_module(
        *("uvicorn", "--factory", "app.main:create_app_of_figures", "--port", str(port)),
        # By default uvicorn looks for modules in the working folder.
        *("--no-access-log", "--http", "app.server.protocol:Protocol", "--app-dir", str(HERE)),
        OCCUPATIONS_DATABASE_URL=settings.database_url,
        OCCUPATIONS_STATEMENT_TIMEOUT="60",
        OCCUPATIONS_CACHE_BYTES="0",
    )
    # A signal ends this process as an exception does, so that the server never outlives it.
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    process = subprocess.Popen(**command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(process, url)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
        signal.signal(signal.SIGTERM, before)


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    with httpx.Client(base_url=url, timeout=5) as client:
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise ApiFault("the server did not start: try `occupations serve` to see why")
            try:
                client.get("/health/live")
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return
    raise ApiFault(f"the server did not answer within {STARTS_WITHIN:g} s")
