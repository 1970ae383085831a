"""The command line: ``occupations serve | migrate | seed | openapi | releases …``."""

from __future__ import annotations

import json
import logging
import os
import resource
import socket
import sys
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from app import __version__
from app.commands import database, downloading, importing, releases, verifying
from app.commands.console import fail, plainly, say, settings_of, writing
from app.settings import Settings

FILES = 65_536
"""File descriptors that a worker is given at most, where the system allows so many."""

cli = typer.Typer(
    name="occupations",
    help="A self-hosted REST API for occupations. Settings are environment variables "
    "OCCUPATIONS_…; the README lists them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
cli.add_typer(releases.cli, name="releases")
cli.command("import")(importing.import_)
cli.command("download")(downloading.download)
cli.command()(verifying.verify)


def _version(show: bool) -> None:
    if show:
        say(f"occupations {__version__}")
        raise typer.Exit


@cli.callback()
def _main(
    version: Annotated[  # noqa: ARG001 - acts by its callback
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    # psycopg would warn of what follows from an error, ahead of the line that tells of it.
    for name, level in (("alembic", "WARNING"), ("httpx", "WARNING"), ("psycopg", "ERROR")):
        logging.getLogger(name).setLevel(level)


@cli.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    workers: Annotated[int | None, typer.Option(help="Number of processes.")] = None,
) -> None:
    """Serve the API; the database is migrated, and seeded if it is empty, before."""
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
    hand_down(settings)
    say(f"Occupations API {__version__}: http://{settings.host}:{settings.port}/v1")
    say(f"Documentation: http://{settings.host}:{settings.port}/docs")
    uvicorn.run(
        "app.main:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        loop="app.listening:Loop",
        http="app.wire:Protocol",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # `trusted_proxies` says whose are believed
        timeout_graceful_shutdown=8,
        backlog=4096,
    )


def hand_down(settings: Settings) -> None:
    """Let worker processes, which read the environment, have what the command line said."""
    for name in ("host", "port", "workers"):
        os.environ[f"OCCUPATIONS_{name.upper()}"] = str(getattr(settings, name))


def _raise_limit_of_files() -> None:
    """Let the server have as many connections as the system allows it, not as it starts with."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, FILES), hard))


def _free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            fail(f"cannot listen on {host}:{port}: {error.strerror or error}")


@cli.command()
def migrate() -> None:
    """Bring the database's tables up to date."""
    with writing(settings_of()) as engine:
        database.migrate_database(engine)
    say("The tables are up to date.")


@cli.command()
def seed(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder of seed files; the one shipped if not given.")
    ] = None,
) -> None:
    """Load the seed: the article and the handful of official figures beside it."""
    with writing(settings_of()) as engine:
        database.migrate_database(engine)
        lines = database.seed(engine, folder)
    say("\n".join(lines) if lines else "Nothing changed.")


@cli.command()
def openapi(
    output: Annotated[Path | None, typer.Option(help="File to write to.")] = None,
) -> None:
    """Print the OpenAPI document."""
    from app.main import create_api  # noqa: PLC0415 - half a second that an import can do without

    schema = create_api(settings_of()).openapi()
    text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    if output is None:
        sys.stdout.write(text)
        return
    with plainly():
        output.write_text(text, "utf-8")


def main() -> None:
    """Run the command line."""
    cli()


if __name__ == "__main__":
    main()
