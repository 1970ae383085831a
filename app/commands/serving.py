"""``occupations serve`` and ``occupations openapi``: the web application, run and described."""

from __future__ import annotations

import json
import os
import resource
import socket
from pathlib import Path

from app import __version__
from app.commands import database
from app.commands.console import plainly, settings_of, writing
from app.commands.output import LOGGING, fail, say, say_json
from app.settings import Settings

FILES = 65_536
"""File descriptors that a worker is given at most, where the system allows so many."""


def run_server(host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the API; migrate the database, and seed it if it is empty, before."""
    settings = settings_of(host=host, port=port, workers=workers)
    if not database.is_ready(settings):
        with writing(settings) as engine:
            if not database.is_migrated(engine):
                database.migrate_database(engine)
            if database.is_empty(engine):
                for line in database.seed(engine):
                    say(line)
    _free(settings.host, settings.port)
    _raise_limit_of_files()
    _hand_down(settings)
    say(f"Occupations API {__version__}: http://{settings.host}:{settings.port}/v1")
    say(f"Documentation: http://{settings.host}:{settings.port}/docs")
    import uvicorn  # noqa: PLC0415 - what is said of a mistake needs no server

    uvicorn.run(
        "app.main:create_app",
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
        proxy_headers=False,  # `trusted_proxies` says whose are believed
        timeout_graceful_shutdown=8,
        backlog=4096,
    )


def _hand_down(settings: Settings) -> None:
    """Let worker processes, which read the environment, have what the command line said."""
    for name in ("host", "port", "workers"):
        os.environ[f"OCCUPATIONS_{name.upper()}"] = str(getattr(settings, name))


def _raise_limit_of_files() -> None:
    """Let the server have as many connections as the system allows it, not as it starts with."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, FILES), hard))


def _free(host: str, port: int) -> None:
    """End the command if another program listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, TypeError) as error:  # a TypeError for what is no name of a host
            why = getattr(error, "strerror", None) or error
            fail(f"cannot listen on {host}:{port}: {why}")


def write_contract(output: Path | None) -> None:
    """Write the OpenAPI document to a file, or to standard output."""
    from app.main import create_api  # noqa: PLC0415 - half a second that `serve` leaves to workers

    schema = create_api(settings_of()).openapi()
    text = json.dumps(schema, indent=2, ensure_ascii=False)
    if output is None:
        say_json(text)
        return
    with plainly():
        output.write_text(text + "\n", "utf-8")
