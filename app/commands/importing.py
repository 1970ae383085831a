"""``occupations import``: loads publishers' files, each release in a transaction of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import typer
from rich.progress import TextColumn, TimeElapsedColumn
from sqlalchemy import Engine

from app.commands import database
from app.commands.bundles import bundle_of, import_bundle
from app.commands.console import settings_of, writing
from app.commands.file_selection import load_planned, planned_releases
from app.commands.output import FAILED, complain, progress_bar, say, say_table
from app.importers.faults import ImportFault, Refusals
from app.importers.loading.finder import Finder
from app.importers.loading.load import Loaded, load_release
from app.importers.loading.planned import Options, Planned
from app.importers.reading.tables import UNKNOWN_COLUMNS, UNUSED_COLUMN
from app.importers.rows import FileRead

COLUMNS_LEFT_OUT = (UNKNOWN_COLUMNS, UNUSED_COLUMN)
COLUMNS = (TextColumn("{task.completed:,.0f} rows"), TimeElapsedColumn())
"""The columns of the progress bar after the release's name."""


@dataclass(slots=True)
class _Outcome:
    """A row of the closing table."""

    name: str
    outcome: str
    seconds: float = 0
    rows: int = 0
    files: list[FileRead] = field(default_factory=list)
    why: str = ""  # it is refused or fails


def import_files(
    paths: Sequence[Path],
    as_: str | None,
    options: Options,
    *,
    dry_run: bool,
    replace: bool,
    strict: bool,
) -> None:
    """Load every release that the files make, and print the outcome of each.

    A file that is refused, or a release that fails, stops the others only if ``strict``.
    """
    refusals = Refusals(strict=strict)
    bundles = {path: bundle for path in paths if (bundle := bundle_of(path))}
    files = [path for path in paths if path not in bundles]
    planned: list[Planned] = []
    settings = settings_of()
    with writing(settings) as engine, Finder(refusals) as finder:
        if files:
            planned = planned_releases(finder, files, as_, options, verbose=True)
        if planned or bundles:
            database.bring_up_to_date(engine)
            if database.is_empty(engine):
                # The seed has the table of sources, and the article, which no import hides.
                database.seed(engine)
            elif planned:  # a bundle has its sources with it
                database.add_missing(engine)
        load = partial(
            load_release, engine, dry_run=dry_run, replace=replace, accepted=options.accepted
        )
        outcomes = [_Outcome(fault.file, "refused", why=str(fault)) for fault in refusals]
        for bundle in bundles.values():
            outcomes += _load_bundle(engine, bundle, dry_run=dry_run, replace=replace)
            if strict and outcomes[-1].why:
                break
        for one in planned:
            outcomes.append(_load(load, one, "would load" if dry_run else "loaded"))
            if strict and outcomes[-1].why:
                break
        _say_outcomes(outcomes, dry_run)
        if not dry_run and any(not one.why for one in outcomes):
            from app.commands.exports import follow  # noqa: PLC0415 - with DuckDB

            follow(engine, settings)
    if any(one.why for one in outcomes):
        raise typer.Exit(FAILED)


def _load_bundle(engine: Engine, path: Path, *, dry_run: bool, replace: bool) -> list[_Outcome]:
    """Load a bundle: all of its releases, or none. A fault is printed."""
    started = time.monotonic()
    try:
        loaded = import_bundle(engine, path, dry_run=dry_run, replace=replace)
    except ImportFault as fault:
        complain(str(fault))
        return [_Outcome(path.name, "failed", time.monotonic() - started, why=str(fault))]
    outcome = {"loaded": "would load"} if dry_run else {}
    found = [_Outcome(o.name, outcome.get(o.outcome, o.outcome), rows=o.rows) for o in loaded]
    rows = sum(one.rows for one in loaded)
    return [*found, _Outcome(path.name, "in all", time.monotonic() - started, rows)]


def _load(load: Callable[..., Loaded], planned: Planned, outcome: str) -> _Outcome:
    """Load one release. A fault is printed, and the other releases are loaded all the same."""
    started = time.monotonic()
    lines = sum(one.document.lines for one in planned.files if one.document)
    try:
        with progress_bar(planned.name, *COLUMNS, total=lines) as progress:
            planned, reading, loaded = load_planned(partial(load, progress=progress), planned)
    except ImportFault as fault:
        complain(str(fault))
        return _Outcome(planned.name, "failed", time.monotonic() - started, why=str(fault))
    say(loaded.message)
    seconds = time.monotonic() - started
    if loaded.outcome != "loaded":
        return _Outcome(planned.name, loaded.outcome, seconds)
    if planned.lacks:
        say(f"{planned.name}: these files have no {', '.join(planned.lacks)}")
    if loaded.lacks:
        say(f"{planned.name} is a part of what its publisher has; the rest is not loaded:")
        say(*(f"  {lack}" for lack in loaded.lacks))
    say(*loaded.warnings)
    return _Outcome(loaded.name, outcome, seconds, loaded.rows, list(reading.files()))


def _say_outcomes(outcomes: Sequence[_Outcome], dry_run: bool) -> None:
    """Print a table of the releases, the rows that were left out, and why others are not there."""
    if not outcomes:
        say("Nothing to load.")
        return
    lines = [("release or file", "outcome", "rows read", "rows loaded", "seconds")]
    for one in outcomes:
        read = sum(file.rows_read for file in one.files)
        lines.append((one.name, one.outcome, f"{read:,}", f"{one.rows:,}", f"{one.seconds:.1f}"))
    say("")
    say_table(lines)
    for one in outcomes:
        for file in one.files:
            for why, rows in file.left_out.items():
                what = "" if why.startswith(COLUMNS_LEFT_OUT) else f"{rows:,} rows, "
                say(f"{one.name}: left out of {file.name}: {what}{why}")
    say(*(f"{one.outcome}: {one.why}" for one in outcomes if one.why))
    if dry_run:
        say("Nothing was written: --dry-run.")
