"""``occupations import --from-download``: fetches what publishers have newer, and loads it."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection
from pathlib import Path

import typer

from app.commands.downloading import fetch_files
from app.commands.output import FAILED, say
from app.commands.status import loaded_entries


def import_newer(
    only: Collection[str], folder: Path, table: Path | None, load: Callable[[list[Path]], None]
) -> None:
    """Fetch what ``status`` says is newer, of ``only`` some sources, and ``load`` the folders.

    A source whose files cannot be fetched does not stop the others; the exit code is 1 then.
    """
    _, entries = loaded_entries(only, FAILED)
    commands = [one["command"] for one in entries if one["newer"]]
    if not commands:
        say("Nothing is newer than what is loaded.")
        return
    places = [place for command in commands if (place := _fetch(command, folder, table))]
    if places:
        load(places)
    if len(places) < len(commands):
        raise typer.Exit(FAILED)


def _fetch(command: str, folder: Path, table: Path | None) -> Path | None:
    """Do as the download in a command of ``status``; None if something was not fetched."""
    _, _, source, *options = shlex.split(command.partition(" && ")[0])
    given = dict(zip(options[::2], options[1::2], strict=True))
    try:
        return fetch_files(source, given.get("--period"), given.get("--scope"), folder, table=table)
    except typer.Exit:
        return None
