"""``occupations download``: the publishers' files, fetched over HTTP into a folder.

The Bureau of Labor Statistics refuses clients that do not say who they are, so every request
carries the program's name and, if one is set, a contact. A file is written beside its place as
``.part`` and moved there when it is whole; a later run goes on where an earlier one stopped.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
import yaml
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from app import __version__
from app.commands.console import fail, plainly, say, settings_of
from app.importers.faults import ImportFault

TRIES = 6
AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers after which the same request may succeed."""
LONGEST_WAIT = 60.0

Told = Callable[[int, int | None], None]


class DownloadFailed(ImportFault):
    """A file could not be fetched."""


class _Broken(Exception):
    """A try that failed; ``wait`` seconds are asked for before the next."""

    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Download:
    """What one entry of the table stands for."""

    source: str
    scope: str
    period: str
    urls: tuple[str, ...]


def downloads(text: str | None = None) -> list[Download]:
    """Return the table ``seed/downloads.yaml``, one entry a source, scope and period."""
    if text is None:
        text = files("seed").joinpath("downloads.yaml").read_text("utf-8")
    table = yaml.safe_load(text)
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


def download(
    source: Annotated[str, typer.Argument(help="Whose files: soc, bls-oews, bls-ep or onet.")],
    period: Annotated[
        str | None, typer.Option(help="Period, such as 2021-05; the newest known if not given.")
    ] = None,
    scope: Annotated[
        str | None, typer.Option(help="Which files: national, state, metropolitan, all, excel …")
    ] = None,
    folder: Annotated[
        Path, typer.Option(envvar="OCCUPATIONS_DOWNLOADS", help="Folder that keeps the files.")
    ] = Path("downloads"),
    user_agent: Annotated[
        str | None,
        typer.Option(envvar="OCCUPATIONS_USER_AGENT", help="How to introduce this program."),
    ] = None,
    table: Annotated[Path | None, typer.Option(help="Another table of addresses.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Fetch what is there already.")] = False,
) -> None:
    """Fetch official files; `occupations import` loads them."""
    with plainly():
        every = downloads(table.read_text("utf-8") if table else None)
        chosen = _choose(every, source, period, scope)
        agent = user_agent or _agent(settings_of().contact)
        with httpx.Client(
            headers={"User-Agent": agent, "Accept": "*/*"}, follow_redirects=True, timeout=30
        ) as client:
            for url in chosen.urls:
                name = url.rpartition("/")[2].partition("?")[0]
                place = folder / chosen.source / chosen.period / name
                if not again and _is_whole(place):
                    say(f"{place}: there already")
                    continue
                with _progress(name) as told:
                    digest = fetch(client, url, place, told=told)
                say(f"{place}: {place.stat().st_size:,} bytes, sha256 {digest}")
        say(f"Load it with: occupations import {folder / chosen.source / chosen.period}")


def _agent(contact: str | None) -> str:
    return f"occupations-api/{__version__}" + (f" ({contact})" if contact else "")


def _choose(every: list[Download], source: str, period: str | None, scope: str | None) -> Download:
    """Return the entry asked for; the first of a source if nothing more is said."""
    left = every
    for what, asked in (("source", source), ("scope", scope), ("period", period)):
        known = list(dict.fromkeys(getattr(one, what) for one in left))
        left = [one for one in left if asked in {None, getattr(one, what)}]
        if not left:
            fail(f"{what} {asked!r}: one of {', '.join(known)}", 2)
    return left[0]


def _is_whole(place: Path) -> bool:
    """Tell whether the file is there and is what was fetched."""
    noted = place.with_name(f"{place.name}.sha256")
    return place.exists() and noted.exists() and noted.read_text().split()[:1] == [_digest(place)]


def _digest(place: Path) -> str:
    with place.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def fetch(
    client: httpx.Client,
    url: str,
    place: Path,
    *,
    told: Told = lambda _done, _total: None,
    sleep: Callable[[float], None] = time.sleep,
    tries: int = TRIES,
) -> str:
    """Fetch ``url`` to ``place`` and return its SHA-256; raise ``DownloadFailed``.

    Lost connections, short bodies and overloaded servers are tried again after 1, 2, 4 … seconds,
    or what the server asks for, from where the last try stopped.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_name(f"{place.name}.part")
    for tried in range(tries):
        try:
            _one_try(client, url, part, told)
            break
        except (_Broken, httpx.TransportError) as fault:
            why = str(fault) or type(fault).__name__
            if tried + 1 == tries:
                raise DownloadFailed(f"{url}: {why}; gave up after {tries} tries") from fault
            asked = fault.wait if isinstance(fault, _Broken) else None
            sleep(min(LONGEST_WAIT, asked if asked is not None else 2.0**tried))
    digest = _digest(part)
    part.replace(place)
    _note(part).unlink(missing_ok=True)
    place.with_name(f"{place.name}.sha256").write_text(f"{digest}  {place.name}\n")
    return digest


def _note(part: Path) -> Path:
    """Return where it stands which version of the file the part is of."""
    return part.with_name(f"{part.name}.json")


def _one_try(client: httpx.Client, url: str, part: Path, told: Told) -> None:
    version = json.loads(_note(part).read_text()) if _note(part).exists() else None
    start = part.stat().st_size if part.exists() and version else 0
    headers = {"Range": f"bytes={start}-", "If-Range": version} if start and version else {}
    headers["Accept-Encoding"] = "identity"  # a range counts bytes as sent
    with client.stream("GET", url, headers=headers) as answer:
        start = _checked(answer, url, start)
        known = answer.headers.get("ETag") or answer.headers.get("Last-Modified")
        if known and not known.startswith("W/"):
            _note(part).write_text(json.dumps(known))
        else:
            _note(part).unlink(missing_ok=True)  # nothing tells versions apart: begin anew
        length = answer.headers.get("Content-Length")
        total = start + int(length) if length else None
        done = start
        with part.open("ab" if start else "wb") as out:
            for piece in answer.iter_bytes():
                out.write(piece)
                done += len(piece)
                told(done, total)
    if total is not None and done != total:
        raise _Broken(f"{done:,} bytes of {total:,}")
    if not done:
        raise _Broken("an empty answer")


def _checked(answer: httpx.Response, url: str, start: int) -> int:
    """Return the byte that the answer begins at; raise if it is no answer to go on with."""
    status = answer.status_code
    if status in AGAIN:
        asked = answer.headers.get("Retry-After", "")
        raise _Broken(f"{status} {answer.reason_phrase}", float(asked) if asked.isdigit() else None)
    if status == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE and start:
        raise DownloadFailed(f"{url}: changed while it was fetched; delete the .part file")
    if status == httpx.codes.FORBIDDEN:
        raise DownloadFailed(
            f"{url}: 403, the publisher refuses this client; say who you are with "
            "OCCUPATIONS_CONTACT (a mail address) or --user-agent"
        )
    if status == httpx.codes.PARTIAL_CONTENT:
        said = answer.headers.get("Content-Range", "")
        if not said.startswith(f"bytes {start}-"):
            raise DownloadFailed(f"{url}: asked for bytes from {start}, got {said or 'others'}")
        return start
    if status != httpx.codes.OK:
        raise DownloadFailed(f"{url}: {status} {answer.reason_phrase}")
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        raise DownloadFailed(f"{url}: a web page and not the file; has it moved?")
    return 0


@contextmanager
def _progress(name: str) -> Iterator[Told]:
    if not sys.stdout.isatty():
        yield lambda _done, _total: None
        return
    columns: tuple[Any, ...] = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
    )
    with Progress(*columns, transient=True) as bars:
        bar = bars.add_task(name, total=None)
        yield lambda done, total: bars.update(bar, completed=done, total=total)
