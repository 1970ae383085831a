"""``occupations verify``: reads official files again and compares them with what HTTP answers."""

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
from app.commands.file_selection import planned_releases
from app.commands.output import FAILED, fail, say, say_table
from app.importers.faults import BadFile, Refusals
from app.importers.loading.finder import Finder
from app.importers.loading.planned import Options, Planned
from app.verifying import crosswalks, places
from app.verifying.answers import Api, ApiFault
from app.verifying.cell_comparison import Tally
from app.verifying.server import serving
from app.verifying.verification import NotShown, Outcome, not_compared, verify_release


def verify_files(
    paths: Sequence[Path], as_: str | None, options: Options, *, url: str | None, limit: int
) -> None:
    """Compare every cell of the files with the API at ``url``, or with a server started for this.

    At most ``limit`` differences are listed; all are counted.
    """
    started = time.monotonic()
    refusals = Refusals()
    with plainly(), Finder(refusals) as finder:
        planned = planned_releases(finder, paths, as_, options, verbose=False)
        if not planned:
            fail("none of these files can be compared")
        try:
            with _client(url) as client:
                outcomes = list(_verified(Api(client), planned, limit, options))
        except (ApiFault, httpx.InvalidURL) as fault:
            fail(str(fault))
    tallies = [tally for outcome in outcomes for tally in outcome.tallies]
    total = Tally("in all", seconds=time.monotonic() - started)
    total.compared = sum(tally.compared for tally in tallies)
    total.differ = sum(tally.differ for tally in tallies)
    lines = [("file", "release", "cells compared", "differ", "seconds")]
    lines += [
        (t.file, t.release, f"{t.compared:,}", f"{t.differ:,}", f"{t.seconds:.1f}")
        for t in [*tallies, total]
    ]
    say_table(lines)
    say(*not_compared(tallies))
    listed = [f"differs: {one}" for outcome in outcomes for one in outcome.differences]
    say(*listed)
    if total.differ and len(listed) >= limit:
        say(f"{len(listed):,} differences are listed; --limit-differences lists more.")
    if total.differ or not total.compared or len(outcomes) < len(planned) or refusals:
        raise typer.Exit(FAILED)


@contextmanager
def _client(url: str | None) -> Iterator[httpx.Client]:
    """Open a client of the API at ``url``, or of a server started for this."""
    # On this machine, sending takes less time than compressing.
    plain = {"Accept-Encoding": "identity"} if url is None else None
    address = nullcontext(url.rstrip("/")) if url is not None else serving(settings_of())
    with address as base, httpx.Client(base_url=base, timeout=60, headers=plain) as client:
        yield client


def _verified(
    api: Api,
    planned: Sequence[Planned],
    limit: int,
    options: Options,
) -> Iterator[Outcome]:
    """Verify the releases; those that cannot be verified are said and not yielded."""
    top_codes = None
    if options.top_code is not None:
        year, cents = options.top_code
        top_codes = Decimal(year), Decimal(cents) / 100
    api.fetch_releases()
    for one in planned:
        try:
            if one.files[0].kind in crosswalks.LISTS:
                outcome = crosswalks.verify_list(api, one, limit)
            elif one.files[0].kind in places.KINDS:
                outcome = places.verify_places(api, one, limit)
            else:
                outcome = verify_release(
                    api, one, limit=limit, top_codes=top_codes, progress=_say_file
                )
        except (NotShown, BadFile) as fault:
            say(f"not verified: {fault}")
            continue
        limit -= len(outcome.differences)
        say(*outcome.notes)
        yield outcome


def _say_file(file: str) -> None:
    if sys.stdout.isatty():
        say(f"comparing {file}")
