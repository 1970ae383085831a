"""``occupations backup`` and ``occupations restore``."""

from __future__ import annotations

import shlex
from pathlib import Path

from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from app.commands.console import settings_of, writing
from app.commands.output import fail, say
from app.database.backup import BackupFault, Held, back_up, put_back
from app.settings import Settings

POSTGRESQL = {
    "backup": "pg_dump --format=custom --file={file} --dbname={database}",
    "restore": "pg_restore --no-owner --no-privileges --single-transaction --dbname={database} "
    "{file} (into a database without tables)",
}
"""Command → the line that does it on PostgreSQL."""


def back_up_to(target: Path, *, replace: bool) -> None:
    """Copy the database to a file, while it is served and written."""
    database = _file_of(settings_of(), "backup", target)
    try:
        held = back_up(database, target, replace=replace)
    except BackupFault as fault:
        fail(str(fault))
    say(f"{target}: {_said(held)}, {target.stat().st_size:,} bytes.")


def restore_from(file: Path, *, replace: bool) -> None:
    """Make the database what a backup is; then bring the files of /v1/exports up to date."""
    settings = settings_of()
    database = _file_of(settings, "restore", file)
    try:
        held = put_back(file, database, replace=replace)
    except BackupFault as fault:
        fail(str(fault))
    say(f"{database}: {_said(held)}.")
    if not held.is_current:
        say("Its tables are of an older program: `occupations serve` or `migrate` updates them.")
        return
    from app.commands.exports import follow  # noqa: PLC0415 - with DuckDB

    with writing(settings) as engine:
        follow(engine, settings)


def _said(held: Held) -> str:
    return f"data version {held.token[:12]}, {held.releases} releases"


def _file_of(settings: Settings, command: str, file: Path) -> Path:
    """Return the file of the database; PostgreSQL has programs of its own, which are named."""
    try:
        url = make_url(settings.database_url)
    except ArgumentError as error:
        fail(f"setting OCCUPATIONS_DATABASE_URL: {error}", 2)
    if url.get_backend_name() != "sqlite":
        line = POSTGRESQL[command].format(
            database=shlex.quote(_without_password(url)), file=shlex.quote(str(file))
        )
        fail(f"PostgreSQL has its own program for this; run as the owner of the tables: {line}", 2)
    if not url.database or url.database == ":memory:":
        fail("setting OCCUPATIONS_DATABASE_URL: a database in memory has no file", 2)
    return Path(url.database)


def _without_password(url: URL) -> str:
    """Return a URL as what PostgreSQL's programs connect by; they ask for a password themselves."""
    _, parameters = url.get_dialect()().create_connect_args(url)
    secret = {"password", "sslpassword"}
    return make_conninfo(**{k: v for k, v in parameters.items() if k not in secret})
