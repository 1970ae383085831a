"""``occupations verify``: official files read again, and compared with what HTTP answers."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import httpx
import typer

from app.commands.console import FAILED, fail, plainly, say, settings_of
from app.commands.importing import PERIOD, TOP_CODE
from app.importers.faults import BadFile
from app.importers.recognise import AS_KINDS, Finder, Found
from app.importers.releases import Options, Planned, plan
from app.verifying.answers import Api, ApiFault
from app.verifying.judging import Tally
from app.verifying.server import serving
from app.verifying.verification import NotShown, Outcome, answering, verify_release


def verify(
    paths: Annotated[
        list[Path], typer.Argument(help="Files, folders or zips as the publishers ship them.")
    ],
    url: Annotated[
        str | None,
        typer.Option(help="A running API; without it one is started on the settings' database."),
    ] = None,
    limit_differences: Annotated[
        int, typer.Option(min=0, help="Differences listed; all are counted.")
    ] = 20,
    as_: Annotated[
        str | None,
        typer.Option("--as", metavar="KIND", help=f"Take them for: {', '.join(AS_KINDS)}."),
    ] = None,
    period: Annotated[
        str | None, typer.Option(help="Reference period, where a file does not say: 2021-05.")
    ] = None,
    release: Annotated[
        str | None, typer.Option(help="Release of O*NET, where no Read Me says: 27.0.")
    ] = None,
    top_code: Annotated[
        str | None,
        typer.Option(help="Top codes, a year and an hour, where a file lacks them: 208000/100.00."),
    ] = None,
) -> None:
    """Compare every cell of official files with what the HTTP API answers for it."""
    if as_ is not None and as_ not in AS_KINDS:
        fail(f"--as {as_}: one of {', '.join(AS_KINDS)}", 2)
    if period is not None and not PERIOD.fullmatch(period):
        fail(f"--period {period}: YYYY, YYYY-MM or YYYY-YY", 2)
    codes = _top_codes(top_code)
    cents = (int(codes[0]), int(codes[1] * 100)) if codes else None
    started = time.monotonic()
    with plainly(), Finder() as finder:
        planned = _planned(finder, paths, as_, Options(period, cents, release))
        try:
            with _client(url) as client:
                outcomes, refused = _verified(Api(client), planned, limit_differences, codes)
        except ApiFault as fault:
            fail(str(fault))
    _table(outcomes, limit_differences, time.monotonic() - started)
    tallies = [tally for outcome in outcomes for tally in outcome.tallies]
    if refused or any(t.differ for t in tallies) or not any(t.compared for t in tallies):
        raise typer.Exit(FAILED)


def _top_codes(given: str | None) -> tuple[Decimal, Decimal] | None:
    """Read dollars a year and dollars an hour."""
    if given is None:
        return None
    found = TOP_CODE.fullmatch(given)
    if found is None:
        fail(f"--top-code {given}: dollars a year and an hour, such as 208000/100.00", 2)
    return Decimal(found[1].replace(",", "")), Decimal(found[2].replace(",", ""))


def _planned(
    finder: Finder, paths: Sequence[Path], as_: str | None, options: Options
) -> list[Planned]:
    """Say what is left out; return the releases that the files make."""
    found: dict[str, Found] = {}
    for one in finder.find(paths, as_):
        if not one.kind or one.why:
            say(f"{one.name}: left out, {one.why}")
        elif one.document is not None:
            found.setdefault(one.document.sha256, one)
    planned = plan(list(found.values()), options)
    taken = {file.name for one in planned for file in one.files}
    for one in found.values():
        if one.name not in taken and one.kind != "onet_readme":
            say(f"{one.name}: left out, another file here has all of it and more")
    if not planned:
        fail("none of these files is one that can be loaded")
    return planned


@contextmanager
def _client(url: str | None) -> Iterator[httpx.Client]:
    """Lend a client of the API given, or of one started for this."""
    # Compressing what stays on this machine would take longer than sending it.
    plain = {"Accept-Encoding": "identity"} if url is None else None
    address = nullcontext(url.rstrip("/")) if url is not None else serving(settings_of())
    with address as base, httpx.Client(base_url=base, timeout=60, headers=plain) as client:
        yield client


def _verified(
    api: Api,
    planned: Sequence[Planned],
    limit: int,
    top_codes: tuple[Decimal, Decimal] | None,
) -> tuple[list[Outcome], int]:
    """Verify release by release; return what came of each, and how many could not be verified."""
    api.look()
    outcomes: list[Outcome] = []
    refused = 0
    for one in planned:
        listed = sum(len(outcome.differences) for outcome in outcomes)
        try:
            outcome = verify_release(
                api, one, limit=limit - listed, top_codes=top_codes, told=_told
            )
        except (NotShown, BadFile) as fault:
            say(f"not verified: {fault}")
            refused += 1
            continue
        outcomes.append(outcome)
        for note in outcome.notes:
            say(note)
    return outcomes, refused


def _told(file: str) -> None:
    if sys.stdout.isatty():
        say(f"comparing {file}")


def _table(outcomes: Sequence[Outcome], limit: int, seconds: float) -> None:
    """Say what each file came to, what was not compared, and the differences."""
    tallies = [tally for outcome in outcomes for tally in outcome.tallies]
    total = Tally("in all")
    total.seconds = seconds
    for tally in tallies:
        total.compared += tally.compared
        total.differ += tally.differ
    lines = [("file", "release", "cells compared", "differ", "seconds")]
    lines += [
        (t.file, t.release, f"{t.compared:,}", f"{t.differ:,}", f"{t.seconds:.1f}")
        for t in [*tallies, total]
    ]
    widths = [max(len(line[n]) for line in lines) for n in range(5)]
    for line in lines:
        left = (cell.ljust(width) for cell, width in zip(line[:2], widths[:2], strict=True))
        right = (cell.rjust(width) for cell, width in zip(line[2:], widths[2:], strict=True))
        say("  ".join([*left, *right]))
    for note in answering(tallies):
        say(note)
    listed = [str(one) for outcome in outcomes for one in outcome.differences]
    for one in listed:
        say(f"differs: {one}")
    if total.differ and len(listed) >= limit:
        say(f"{len(listed):,} differences are listed; --limit-differences lists more.")
