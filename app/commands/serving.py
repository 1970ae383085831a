"""``occupations serve`` runs the server; ``occupations openapi`` prints its OpenAPI document."""

from __future__ import annotations

import errno
import json
import logging
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import typer
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from app import __version__, logs
from app.child_process import of_module
from app.commands import database
from app.commands.console import is_missing, plainly, reading, settings_of, writing
from app.commands.output import fail, say_json
from app.database.engines import reading_engine
from app.database.outage import Outage
from app.finding.index_folder import lack
from app.settings import Settings

log = logging.getLogger("occupations")

MIGRATE = "run `occupations migrate` as the owner of the tables, then start again"

WRITABLE = "set OCCUPATIONS_INDEX_FOLDER to a folder that this user may write, with 100 MB of room"

PAUSE_AT_MOST = 30.0
"""Seconds between two attempts to connect to the database at the start."""

FILES = 65_536
"""The most file descriptors that a worker gets, if the system allows as many."""

_NO_PORT = {
    errno.EADDRINUSE: "another program listens there; choose another port with --port",
    errno.EACCES: "this user may not; ports below 1024 are for root, so choose another one with "
    "--port and put a proxy in front",
    errno.EADDRNOTAVAIL: "this machine has no such address; choose another one with --host",
}


def run_server(
    host: str | None, port: int | None, workers: int | None, *, migrate: bool = True
) -> None:
    """Serve the API; unless told not to, first migrate the database, and seed it if it is empty."""
    settings = settings_of(logs.set_up, host=host, port=port, workers=workers)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a terminal that closes ends no server
    if why := lack(settings):
        fail(f"the search indices have no folder: {why}; {WRITABLE}")
    _check_port(settings.host, settings.port)
    with _ending_on_sigterm():
        _wait_for_database(settings)
        with plainly():
            is_ready = database.is_ready(settings)
        if not is_ready:
            (_prepare if migrate else _check)(settings)
    _raise_file_limit()
    # Worker processes read the environment, not the command line.
    for name in ("host", "port", "workers"):
        os.environ[f"OCCUPATIONS_{name.upper()}"] = str(getattr(settings, name))
    address = f"http://{settings.host}:{settings.port}"
    message = "Occupations API %s: %s/v1, documentation: %s/docs"
    log.info(message, __version__, address, address, extra={"event": "serving"})
    import uvicorn  # noqa: PLC0415 - errors above are told sooner without it

    from app.server import workers as processes  # noqa: PLC0415 - as above

    processes.run(
        uvicorn.Config(
            "app.main:create_worker",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=settings.workers,
            loop="app.server.event_loop:Loop",
            http="app.server.protocol:Protocol",
            log_config=logs.configuration(settings.log_format, settings.log_level),
            log_level=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # the setting `trusted_proxies` replaces it
            timeout_graceful_shutdown=8,
            backlog=4096,
        )
    )


def _wait_for_database(settings: Settings) -> None:
    """Try again, with a growing pause, until PostgreSQL can be connected to.

    Whatever else is wrong with the URL is told by what uses it next.
    """
    url, timeout = settings.database_url, settings.statement_timeout
    if url.startswith("sqlite"):
        return
    outage, pause = Outage(url, remind=0), 1.0
    with suppress(SQLAlchemyError, ImportError):
        engine = reading_engine(url, threads=1, statement_timeout=timeout)
        while True:
            try:
                engine.connect().close()
                break
            except OperationalError as error:
                outage.met(error, f"; trying again in {pause:g} s")
            time.sleep(pause)
            pause = min(2 * pause, PAUSE_AT_MOST)
        engine.dispose()
        outage.over()


def _prepare(settings: Settings) -> None:
    """Migrate the database, and seed it if it is empty."""
    with writing(settings) as engine:
        if not database.is_current(engine):
            database.bring_up_to_date(engine)
        is_empty = database.is_empty(engine)
    if is_empty and settings.seed != "none":
        _seed(settings)


def _check(settings: Settings) -> None:
    """End the command if the tables are not up to date; say it if they are empty."""
    with reading(settings) as engine:
        if is_missing(settings) or not database.is_current(engine):
            fail("the tables are not up to date, and --no-migrate leaves them: " + MIGRATE)
    why = "the database holds no data: requests get 503 until `occupations seed` or `import` ran"
    log.warning(why, extra={"event": "seed"})


@contextmanager
def _ending_on_sigterm() -> Iterator[None]:
    """End with 0 on SIGTERM, which the first process of a container gets only if it asks for it."""
    usual = signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, usual)


def _seed(settings: Settings) -> None:
    """Run ``occupations seed`` and build the indices, so that the first answer has all of it.

    Both run in processes of their own: what it takes is freed with them.
    """
    about = {"event": "seed"}
    log.info("loading the data that come with the program", extra=about)
    command = of_module("app.commands", "seed")
    streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(**command, **streams, text=True) as child:  # nosec B603 - our own
        traceback = ""
        for line in child.stdout or ():
            if traceback or line.startswith("Traceback"):
                traceback += line
            else:
                log.info(line.rstrip("\n"), extra=about)
    if child.returncode:
        about |= {"traceback": traceback}
        log.error("the data could not be loaded: ended with %s", child.returncode, extra=about)
        raise typer.Exit(child.returncode)
    from app.finding.indices import build_ahead  # noqa: PLC0415 - other starts do without

    build_ahead(settings)


def _raise_file_limit() -> None:
    """Raise the limit of open files, and so of connections, to what the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, FILES), hard))


def _check_port(host: str, port: int) -> None:
    """End the command if another program listens on the port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, TypeError) as error:  # TypeError: the host name is malformed
            number, reason = getattr(error, "errno", 0), getattr(error, "strerror", "")
            why = _NO_PORT.get(number) or reason or error
            fail(f"cannot listen on {host}:{port}: {why}")


def write_contract(output: Path | None) -> None:
    """Write the OpenAPI document to a file, or print it."""
    from app.main import create_api  # noqa: PLC0415 - takes half a second; `serve` does without

    schema = create_api(settings_of()).openapi()
    text = json.dumps(schema, indent=2, ensure_ascii=False)
    if output is None:
        say_json(text)
        return
    with plainly():
        output.write_text(text + "\n", "utf-8")
