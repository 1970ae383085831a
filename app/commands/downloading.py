"""``occupations download``: the publishers' files, fetched over HTTP into a folder.

The Bureau of Labor Statistics refuses clients that do not say who they are, so every request
carries the program's name and, if one is set, a contact. What is there already is asked for only
if it has changed: the projections of every edition stand at one address.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import httpx
import typer
import yaml
from rich.progress import DownloadColumn, TransferSpeedColumn

from app import __version__
from app.commands.console import plainly, settings_of
from app.commands.output import FAILED, complain, fail, progress, say
from app.commands.transfer import TIMEOUT, DownloadFault, Transfer
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Download:
    """What one entry of the table stands for."""

    source: str
    scope: str
    period: str
    urls: tuple[str, ...]


def downloads(text: str | None = None, asked: str | None = None) -> list[Download]:
    """Return the table ``seed/downloads.yaml``, one entry a source, scope and period.

    A period ``asked`` for that is not listed is added where it fits a pattern of its source.
    """
    if text is None:
        text = files("seed").joinpath("downloads.yaml").read_text("utf-8")
    table = yaml.safe_load(text)
    for source, patterns in table.get("patterns", {}).items():
        for pattern, value in patterns.items():
            if asked and (found := re.fullmatch(pattern, asked)):
                table["periods"][source].setdefault(asked, found.expand(value))
    return [
        Download(
            entry["source"],
            entry["scope"],
            period,
            tuple(url.format(value=value) for url in entry["urls"]),
        )
        for entry in table["downloads"]
        for period, value in table["periods"][entry["source"]].items()
    ]


def download_files(
    source: str,
    period: str | None,
    scope: str | None,
    folder: Path,
    user_agent: str | None,
    table: Path | None,
    *,
    again: bool,
) -> None:
    """Fetch the files of a source into its folder; ``again`` fetches what is there already."""
    with plainly():
        every = _read(table, period) if table else downloads(asked=period)
        chosen = _choose(every, source, period, scope)
        agent = user_agent or identity(settings_of())
        place = folder / chosen.source / chosen.period
        for path in (place / _name(url) for url in chosen.urls):
            if not path.is_relative_to(folder) or ".." in path.relative_to(folder).parts:
                fail(f"{path} is not in {folder}: see the table of addresses")
        with httpx.Client(
            headers={"User-Agent": agent, "Accept": "*/*"}, follow_redirects=True, timeout=TIMEOUT
        ) as client:
            # Every file is tried, whatever became of the one before.
            fetched = [_fetch(client, url, place / _name(url), again) for url in chosen.urls]
    if not all(fetched):
        raise typer.Exit(FAILED)
    say(f"Load it with: occupations import {place}")


def _read(table: Path, period: str | None) -> list[Download]:
    try:
        return downloads(table.read_text("utf-8"), period)
    except (yaml.YAMLError, re.error, LookupError, TypeError, AttributeError, ValueError) as fault:
        fail(f"{table} is no table of addresses: {type(fault).__name__}: {fault}", 2)


def identity(settings: Settings) -> str:
    """Return what the program calls itself: as set, or its name, version and whose it is."""
    whose = f" ({settings.contact})" if settings.contact else ""
    said = settings.user_agent or f"occupations-api/{__version__}{whose}"
    # A header is of printable ASCII.
    return "".join(character for character in said if " " <= character <= "~")


def _choose(every: list[Download], source: str, period: str | None, scope: str | None) -> Download:
    """Return the entry asked for; the first of a source if nothing more is said."""
    left = every
    for what, asked in (("source", source), ("scope", scope), ("period", period)):
        known = list(dict.fromkeys(getattr(one, what) for one in left))
        left = [one for one in left if asked in {None, getattr(one, what)}]
        if not left:
            fail(f"{what} {asked!r}: one of {', '.join(known)}", 2)
    return left[0]


def _name(url: str) -> str:
    return url.rpartition("/")[2].partition("?")[0]


def _fetch(client: httpx.Client, url: str, place: Path, again: bool) -> bool:
    """Fetch one file and say so; a fault is said and the other files go on."""
    try:
        with progress(place.name, DownloadColumn(), TransferSpeedColumn()) as told:
            fetched = Transfer(client, url, place, again=again, progress=told).fetch()
    except DownloadFault as fault:
        complain(str(fault))
        return False
    done = "there already" if fetched.kept else "fetched"
    say(f"{place}: {done}, {fetched.bytes:,} bytes, sha256 {fetched.sha256}")
    return True
