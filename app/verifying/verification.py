"""Releases one after another: found among those shown, their files compared."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from app.importers.loading.recognise import Found
from app.importers.loading.releases import Planned
from app.verifying.answers import Api
from app.verifying.cell_comparison import Difference, Tally
from app.verifying.files import COVERS, READ, REPEATED, Files
from app.verifying.release_comparison import Comparison


class NotShown(Exception):
    """A release that the API does not show, so that there is nothing to compare with."""


@dataclass(slots=True)
class Outcome:
    """What verifying one release came to."""

    name: str
    tallies: list[Tally] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def shown(api: Api, planned: Planned) -> tuple[str, list[str]]:
    """Return the name under which the API shows the release, and what to know about it.

    Raises ``NotShown``.
    """
    names = [planned.name, *([planned.wider().name] if planned.wider else [])]
    name = next((one for one in names if one in api.releases), None)
    if name is None:
        raise NotShown(
            f"{planned.name} is not among the releases shown: import its files, or show it again "
            f"with `occupations releases restore {planned.name}` if it is retired"
        )
    release = api.releases[name]
    if release["excerpt"]:
        raise NotShown(f"{name} is only the excerpt that comes with the software: import its files")
    known = {file["sha256"] for file in release["files"]}
    others = [
        one.name for one in planned.files if one.document and one.document.sha256 not in known
    ]
    return name, [f"{name} was not loaded from this file: {other}" for other in others]


def verify_release(
    api: Api,
    planned: Planned,
    *,
    limit: int,
    top_codes: tuple[Decimal, Decimal] | None = None,
    told: Callable[[str], None] = lambda _file: None,
) -> Outcome:
    """Compare every cell of a release's files; raises ``NotShown``, ``ApiFault``, ``BadFile``."""
    name, notes = shown(api, planned)
    release = api.releases[name]
    files = Files(planned.files, api, release["period"], top_codes)
    comparison = Comparison(api, release["source"], release["period"], name, limit)
    outcome = Outcome(name, notes=notes)
    # References first: they are about lists that other files stand for, one after another.
    left = sorted(planned.files, key=lambda one: one.kind in COVERS)
    while left:
        one = left.pop(0)
        told(one.name)
        started = time.monotonic()
        tally = Tally(one.name, name, unused=list(_unused(one)))
        outcome.tallies.append(tally)
        for wanted in COVERS.get(one.kind, ()):
            comparison.cover(tally, wanted)
        lacks = files.lacks(one)
        if lacks:
            notes.append(f"{one.name}: not compared, {lacks}")
        for row in () if lacks else files.rows(one):
            comparison.take(tally, row)
        if one.document is not None:
            one.document.forget()
        later = {wanted for other in left for wanted in COVERS.get(other.kind, ())}
        for wanted in comparison.lists.keys() - later:
            comparison.finish(wanted)
        tally.seconds = time.monotonic() - started
    outcome.differences = comparison.differences
    return outcome


def _unused(one: Found) -> Iterable[str]:
    """Yield the names of a file's columns that are not compared."""
    assert one.header is not None  # noqa: S101 - it was recognised by it
    read = READ.get("projections_workbook" if one.kind == "projections_csv" else one.kind)
    for name in one.header.names:
        repeats = re.fullmatch(REPEATED, name) is not None
        used = not repeats if read is None else re.fullmatch(read, name) is not None
        if name and not used:
            yield name


def answering(tallies: Iterable[Tally]) -> Iterator[str]:
    """Yield a line a file about what was not compared."""
    for tally in tallies:
        if tally.unused:
            yield f"{tally.file}: not answered by the API: {', '.join(tally.unused)}"
        if tally.elsewhere:
            yield (
                f"{tally.file}: {tally.elsewhere:,} cells name occupations or areas that the API "
                "names as another release does"
            )
