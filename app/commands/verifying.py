"""``occupations verify``: official files read again, and compared with what HTTP answers."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from decimal import Decimal
from pathlib import Path

import httpx
import typer

from app.commands.console import plainly, settings_of
from app.commands.output import FAILED, fail, say, say_table
from app.importers.faults import BadFile
from app.importers.loading.finder import Finder
from app.importers.loading.recognise import Found
from app.importers.loading.releases import Options, Planned, plan
from app.verifying.answers import Api, ApiFault
from app.verifying.cell_comparison import Tally
from app.verifying.server import serving
from app.verifying.verification import NotShown, Outcome, not_compared, verify_release


def verify_files(
    paths: Sequence[Path], as_: str | None, options: Options, *, url: str | None, limit: int
) -> None:
    """Compare every cell of the files with the API at ``url``, or with one started for this.

    ``limit`` is how many differences are listed; all are counted.
    """
    started = time.monotonic()
    with plainly(), Finder() as finder:
        planned = _planned(finder, paths, as_, options)
        try:
            with _client(url) as client:
                outcomes, refused = _verified(Api(client), planned, limit, _dollars(options))
        except (ApiFault, httpx.InvalidURL) as fault:
            fail(str(fault))
    _table(outcomes, limit, time.monotonic() - started)
    tallies = [tally for outcome in outcomes for tally in outcome.tallies]
    if refused or any(t.differ for t in tallies) or not any(t.compared for t in tallies):
        raise typer.Exit(FAILED)


def _dollars(options: Options) -> tuple[Decimal, Decimal] | None:
    """Return the top codes given, in dollars a year and dollars an hour."""
    if options.top_code is None:
        return None
    year, hour = options.top_code
    return Decimal(year), Decimal(hour) / 100


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
    api.fetch_releases()
    outcomes: list[Outcome] = []
    refused = 0
    for one in planned:
        listed = sum(len(outcome.differences) for outcome in outcomes)
        try:
            outcome = verify_release(
                api, one, limit=limit - listed, top_codes=top_codes, progress=_progress
            )
        except (NotShown, BadFile) as fault:
            say(f"not verified: {fault}")
            refused += 1
            continue
        outcomes.append(outcome)
        say(*outcome.notes)
    return outcomes, refused


def _progress(file: str) -> None:
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
    say_table(lines)
    say(*not_compared(tallies))
    listed = [str(one) for outcome in outcomes for one in outcome.differences]
    say(*(f"differs: {one}" for one in listed))
    if total.differ and len(listed) >= limit:
        say(f"{len(listed):,} differences are listed; --limit-differences lists more.")
