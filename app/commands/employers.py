"""``occupations employers``: counts the job titles of the Labor Department's disclosure files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from app.commands.console import plainly
from app.commands.output import fail, say
from app.importers.faults import Refusals
from app.importers.loading.finder import Finder
from app.importers.oflc.filings import LEAST_FILINGS, Counted, aggregated, filings_of
from app.importers.oflc.normalization import is_kept_back
from app.importers.oflc.titles import YEARS, write_titles


def count_titles(paths: Sequence[Path], years: str, to: Path, *, keep_back: bool) -> None:
    """Write the list of titles that `occupations import` reads; ``keep_back``: without a fifth."""
    found = YEARS.fullmatch(years)
    if found is None or (found[2] and found[2] <= found[1]):
        fail(f"--years {years}: must be fiscal years, as 2024 or 2011-2025", 2)
    with plainly(), Finder(Refusals(strict=True)) as finder:
        counted = aggregated(_filings(finder, paths))
    if keep_back:
        counted = [one for one in counted if not is_kept_back(one.title)]
    if not counted:
        fail(f"no title has {LEAST_FILINGS} certified filings with a code: {to} is not written")
    try:
        rows = write_titles(to, years, counted)
    except OSError as fault:
        fail(f"{to}: {fault.strerror}")
    titles = len({one.title for one in counted})
    say(f"{titles:,} titles with {rows:,} codes, of {sum(c.n for c in counted):,} filings: {to}")


def _filings(finder: Finder, paths: Sequence[Path]) -> Iterator[Counted]:
    for one in finder.find(paths):
        if one.document is None:
            say(f"{one.name}: left out, {one.why}")
        else:
            yield from filings_of(one.document)
            one.document.forget()
