"""Verifies a release: finds it among those that the API shows, and compares its files."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from app.importers.loading.onet_editions import other_edition
from app.importers.loading.planned import Planned
from app.importers.loading.recognise import Found
from app.verifying.answers import Api
from app.verifying.cell_comparison import Difference, Tally
from app.verifying.consistency import telling_columns
from app.verifying.files import ABOUT_OTHERS, COVERS, Files
from app.verifying.release_comparison import Comparison
from app.verifying.tables import Lines


class NotShown(Exception):
    """The API does not show the release, so there is nothing to compare with."""


@dataclass(slots=True)
class Outcome:
    """The result of verifying one release."""

    name: str
    tallies: list[Tally] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def shown_release(api: Api, planned: Planned) -> tuple[str, list[str]]:
    """Return the name under which the API shows the release, and notes. Raises ``NotShown``."""
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
        one.name
        for one in (*planned.files, *planned.others)
        if one.document and one.document.sha256 not in known
    ]
    return name, [f"{name} was not loaded from this file: {other}" for other in others]


def verify_release(
    api: Api,
    planned: Planned,
    *,
    limit: int,
    top_codes: tuple[Decimal, Decimal] | None = None,
    progress: Callable[[str], None] = lambda _file: None,
) -> Outcome:
    """Compare every cell of a release's files. ``progress`` is called with each file's name.

    Raises ``NotShown``, ``ApiFault`` or ``BadFile``.
    """
    name, notes = shown_release(api, planned)
    release = api.releases[name]
    outcome = Outcome(name, notes=notes)
    editions = [(planned.files, planned.files)]
    if planned.others:
        editions.append((other_edition(planned.files, planned.others), planned.others))
    for found, counted in editions:
        files = Files(found, api, release["period"], top_codes)
        comparison = Comparison(api, release, limit)
        _compare_files(files, counted, comparison, outcome, progress)
        outcome.differences += comparison.differences
        limit -= len(comparison.differences)
    return outcome


def _compare_files(
    files: Files,
    counted: list[Found],
    comparison: Comparison,
    outcome: Outcome,
    progress: Callable[[str], None],
) -> None:
    """Compare the files of a release. The tallies are of the ``counted`` ones.

    Others are read where they have rows of the same lists.
    """
    lists = {wanted for one in counted for wanted in COVERS.get(one.kind, ())}
    needed = [one for one in files.found if one in counted or lists & {*COVERS.get(one.kind, ())}]
    # References first, and last what is about items that stand in other files.
    left = sorted(needed, key=lambda one: (one.kind in COVERS) + (one.kind in ABOUT_OTHERS))
    while left:
        one = left.pop(0)
        progress(one.name)
        started = time.monotonic()
        document, header = one.opened
        lines = Lines(document, header)
        tally = Tally(one.name, comparison.release)
        if one in counted:
            outcome.tallies.append(tally)
        for wanted in COVERS.get(one.kind, ()):
            comparison.cover(tally, wanted)
        if lacks := files.lacks(one):
            outcome.notes.append(f"{one.name}: not compared, {lacks}")
        else:
            for row in files.rows(one.kind, lines):
                comparison.take(tally, row)
            notes = files.notes(one.kind, lines)
            outcome.notes += [f"{one.name}: not compared, {note}" for note in notes]
            tally.unused = lines.unused()
            if one.kind == "oews" or "projections" in one.kind:
                for number, column, cell in telling_columns(lines, tally.unused):
                    comparison.strange_column(tally, lines.sheet, number, column, cell)
        document.forget()
        later = {wanted for other in left for wanted in COVERS.get(other.kind, ())}
        for wanted in comparison.lists.keys() - later:
            comparison.finish(wanted)
        tally.seconds = time.monotonic() - started


def not_compared(tallies: Iterable[Tally]) -> Iterator[str]:
    """Yield sentences about what was not compared, file by file."""
    for tally in tallies:
        if tally.unused:
            yield f"{tally.file}: not answered by the API: {', '.join(tally.unused)}"
        if tally.left_out:
            yield (
                f"{tally.file}: {tally.left_out:,} cells are not loaded: the bundle that "
                f"{tally.release} came in left them out"
            )
        if tally.elsewhere:
            yield (
                f"{tally.file}: {tally.elsewhere:,} cells name occupations or areas that the API "
                "names as another release does"
            )
