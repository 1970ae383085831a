"""``occupations download``: fetches publishers' files into a folder.

The Bureau of Labor Statistics refuses clients that do not identify themselves, so each request has
the program's name and the contact from the settings. A file that is there already is fetched again
only if it has changed: some publishers replace a file at the same address.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import httpx
import typer
import yaml
from rich.progress import DownloadColumn, TransferSpeedColumn

from app import __version__
from app.commands.console import plainly, settings_of
from app.commands.output import FAILED, complain, fail, progress_bar, say
from app.commands.resumable_download import TIMEOUT, DownloadFault, ResumableDownload
from app.database.download_table import read_table
from app.settings import Settings


class Download(NamedTuple):
    """An entry of the table of addresses."""

    source: str
    scope: str
    period: str
    urls: tuple[str, ...]


def downloads(text: str | None = None, asked: str | None = None) -> list[Download]:
    """Return the table of addresses, by default ``seed/downloads.yaml``.

    It has an entry for each source, scope and period. The period ``asked`` for is added to each
    source that has a pattern for it.
    """
    table = read_table() if text is None else yaml.safe_load(text)
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


def fetch_files(
    source: str,
    period: str | None,
    scope: str | None,
    folder: Path,
    *,
    user_agent: str | None = None,
    table: Path | None = None,
    again: bool = False,
) -> Path:
    """Fetch the files of a source into its folder, which is returned; the command ends on a fault.

    ``again`` fetches those that are there too.
    """
    with plainly():
        every = _read(table, period) if table else downloads(asked=period)
        chosen = _choose(every, source, period, scope)
        place = folder / chosen.source / chosen.period
        files = {url: place / url.rpartition("/")[2].partition("?")[0] for url in chosen.urls}
        for path in files.values():
            if not path.is_relative_to(folder) or ".." in path.relative_to(folder).parts:
                fail(f"{path} is not in {folder}: see the table of addresses")
        headers = {"User-Agent": user_agent or identity(settings_of()), "Accept": "*/*"}
        with httpx.Client(headers=headers, follow_redirects=True, timeout=TIMEOUT) as client:
            fetched = [_fetch(client, url, path, again) for url, path in files.items()]
    if not all(fetched):
        raise typer.Exit(FAILED)
    return place


def _read(table: Path, period: str | None) -> list[Download]:
    try:
        return downloads(table.read_text("utf-8"), period)
    except (yaml.YAMLError, re.error, LookupError, TypeError, AttributeError, ValueError) as fault:
        fail(f"{table} is not a table of addresses: {type(fault).__name__}: {fault}", 2)


def identity(settings: Settings) -> str:
    """Return the User-Agent: the setting, or the program's name and version with the contact."""
    contact = f" ({settings.contact})" if settings.contact else ""
    agent = settings.user_agent or f"occupations-api/{__version__}{contact}"
    return "".join(char for char in agent if " " <= char <= "~")  # a header is printable ASCII


def _choose(every: list[Download], source: str, period: str | None, scope: str | None) -> Download:
    """Return the entry that was asked for: by default the first of the source."""
    left = every
    for what, asked in (("source", source), ("scope", scope), ("period", period)):
        known = list(dict.fromkeys(getattr(one, what) for one in left))
        left = [one for one in left if asked in {None, getattr(one, what)}]
        if not left:
            fail(f"{what} {asked!r}: must be one of {', '.join(known)}", 2)
    return left[0]


def _fetch(client: httpx.Client, url: str, path: Path, again: bool) -> bool:
    """Fetch one file and print the result; return False if it failed."""
    try:
        with progress_bar(path.name, DownloadColumn(), TransferSpeedColumn()) as progress:
            fetched = ResumableDownload(client, url, path, again=again, progress=progress).fetch()
    except DownloadFault as fault:
        complain(str(fault))
        return False
    done = "there already" if fetched.kept else "fetched"
    say(f"{path}: {done}, {fetched.bytes:,} bytes, sha256 {fetched.sha256}")
    return True
