"""``occupations import``: the publishers' files become releases, each in one transaction."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import typer
from rich.progress import TextColumn, TimeElapsedColumn
from sqlalchemy import Engine

from app.commands import database
from app.commands.console import settings_of, writing
from app.commands.output import FAILED, complain, fail, progress, say, say_table
from app.importers.faults import ImportFault
from app.importers.loading.finder import Finder
from app.importers.loading.kinds import AS_KINDS
from app.importers.loading.load import Loaded, load_release
from app.importers.loading.recognise import Found
from app.importers.loading.releases import Options, Planned, plan
from app.importers.oews.areas import WrongScope
from app.importers.rows import FileRead, Reading

TOP_CODE = re.compile(r"([\d,]+)/([\d,]+\.\d\d)")
PERIOD = re.compile(r"\d{4}|\d{4}-\d{2}")
COLUMNS = (TextColumn("{task.completed:,.0f} rows"), TimeElapsedColumn())
"""Of the progress bar, beside the release's name."""


@dataclass(slots=True)
class _Outcome:
    """What became of a release, for the closing table."""

    name: str
    outcome: str
    seconds: float
    files: list[FileRead] = field(default_factory=list)
    loaded: Loaded | None = None


def options_of(
    as_: str | None, period: str | None, release: str | None, top_code: str | None
) -> Options:
    """Read the options that say what files do not; one that cannot be read ends the command."""
    if as_ is not None and as_ not in AS_KINDS:
        fail(f"--as {as_}: one of {', '.join(AS_KINDS)}", 2)
    if period is not None and not PERIOD.fullmatch(period):
        fail(f"--period {period}: YYYY, YYYY-MM or YYYY-YY", 2)
    return Options(period, _top_code(top_code), release)


def _top_code(text: str | None) -> tuple[int, int] | None:
    """Read dollars a year and an hour; return whole dollars and cents."""
    if text is None:
        return None
    found = TOP_CODE.fullmatch(text)
    if found is None:
        fail(f"--top-code {text}: dollars a year and an hour, such as 208000/100.00", 2)
    return int(found[1].replace(",", "")), int(found[2].replace(",", "").replace(".", ""))


def import_files(
    paths: Sequence[Path], as_: str | None, options: Options, *, dry_run: bool
) -> None:
    """Load every release that the files make, and say what became of each."""
    with writing(settings_of()) as engine, Finder() as finder:
        planned = _planned(finder, paths, as_, options)
        database.migrate_database(engine)
        if database.is_empty(engine):
            # The seed brings the table of sources, and the article, which an import never hides.
            database.seed(engine)
        outcomes = [_load(engine, one, dry_run) for one in planned]
    _table(outcomes, dry_run)
    if any(one.outcome == "failed" for one in outcomes):
        raise typer.Exit(FAILED)


def _planned(
    finder: Finder, paths: Sequence[Path], as_: str | None, options: Options
) -> list[Planned]:
    """Say what each file is taken for; return the releases they make."""
    seen: dict[str, str] = {}
    found: list[Found] = []
    for one in finder.find(paths, as_):
        known = one.document is not None and one.kind and one.document.sha256 in seen
        if known and one.document is not None:
            say(f"{one.name}: the same as {seen[one.document.sha256]}")
            continue
        if one.document is not None:
            seen[one.document.sha256] = one.name
        found.append(one)
        used = one.kind and not one.why
        say(f"{one.name}: {one.kind}" if used else f"{one.name}: left out, {one.why}")
    planned = plan(found, options)
    if not planned:
        fail("none of these files is one that can be loaded")
    return planned


def _load(engine: Engine, planned: Planned, dry_run: bool) -> _Outcome:
    """Load one release; a fault is said and the other releases go on."""
    started = time.monotonic()
    try:
        lines = sum(one.document.lines for one in planned.files if one.document)
        with progress(planned.name, *COLUMNS, total=lines) as step:
            reading = planned.read()
            try:
                loaded = load_release(engine, reading, progress=step, dry_run=dry_run)
            except WrongScope:
                if planned.wider is None:
                    raise
                planned = planned.wider()
                reading = planned.read()
                loaded = load_release(engine, reading, progress=step, dry_run=dry_run)
    except ImportFault as fault:
        complain(str(fault))
        return _Outcome(planned.name, "failed", time.monotonic() - started)
    say(loaded.message)
    if loaded.outcome == "loaded" and planned.lacks:
        say(f"{planned.name}: these files hold no {', '.join(planned.lacks)}")
    files = _files(reading) if loaded.outcome == "loaded" else []
    return _Outcome(planned.name, loaded.outcome, time.monotonic() - started, files, loaded)


def _files(reading: Reading) -> list[FileRead]:
    return list(reading.files())


def _table(outcomes: Sequence[_Outcome], dry_run: bool) -> None:
    """Say what became of each release, in lines that stand under each other."""
    lines = [("release", "outcome", "rows read", "rows loaded", "seconds")]
    for one in outcomes:
        read = sum(file.rows_read for file in one.files)
        loaded = one.loaded.rows if one.loaded else 0
        outcome = "would load" if dry_run and one.outcome == "loaded" else one.outcome
        lines.append((one.name, outcome, f"{read:,}", f"{loaded:,}", f"{one.seconds:.1f}"))
    say("")
    say_table(lines)
    for one in outcomes:
        for file in one.files:
            for why, rows in file.left_out.items():
                say(f"{one.name}: left out of {file.name}: {rows:,} rows, {why}")
    if dry_run:
        say("Nothing was written: --dry-run.")
