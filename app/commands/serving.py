"""``occupations serve`` runs the server; ``occupations openapi`` prints its OpenAPI document."""

from __future__ import annotations

import errno
import json
import os
import resource
import socket
import subprocess
from pathlib import Path

import typer

from app import __version__
from app.child_process import of_module
from app.commands import database
from app.commands.console import is_missing, plainly, reading, settings_of, writing
from app.commands.output import LOGGING, fail, say, say_json
from app.settings import Settings

MIGRATE = "run `occupations migrate` as the owner of the tables, then start again"

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
    settings = settings_of(host=host, port=port, workers=workers)
    with plainly():
        is_ready = database.is_ready(settings)
    if not is_ready:
        (_prepare if migrate else _check)(settings)
    _check_port(settings.host, settings.port)
    _raise_file_limit()
    # Worker processes read the environment, not the command line.
    for name in ("host", "port", "workers"):
        os.environ[f"OCCUPATIONS_{name.upper()}"] = str(getattr(settings, name))
    say(f"Occupations API {__version__}: http://{settings.host}:{settings.port}/v1")
    say(f"Documentation: http://{settings.host}:{settings.port}/docs")
    import uvicorn  # noqa: PLC0415 - errors above are printed sooner without it

    uvicorn.run(
        "app.main:create_worker",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        loop="app.server.event_loop:Loop",
        http="app.server.protocol:Protocol",
        log_config=LOGGING,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # the setting `trusted_proxies` replaces it
        timeout_graceful_shutdown=8,
        backlog=4096,
    )


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
    say("The database holds no data: requests get 503 until `occupations seed` or `import` ran.")


def _seed(settings: Settings) -> None:
    """Run ``occupations seed`` and build the indices, so that the first answer has all of it.

    Both run in processes of their own: what it takes is freed with them.
    """
    done = subprocess.run(**of_module("app.commands", "seed"), check=False)  # nosec B603 - our own
    if done.returncode:
        raise typer.Exit(done.returncode)
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
