"""``occupations export`` and ``occupations bundle build``, and bundles that are imported."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable, Sequence
from functools import partial
from pathlib import Path

from sqlalchemy import Engine, select

from app.commands import database
from app.commands.console import plainly, reading, settings_of
from app.commands.file_selection import load_planned, planned_releases
from app.commands.output import fail, progress_bar, say, say_table
from app.database.engines import writing_engine
from app.database.models import Area, Release, Source
from app.did_you_mean import did_you_mean
from app.exporting.bundle_writer import (
    NothingToExport,
    Selection,
    UnfitTarget,
    export_bundle,
)
from app.exporting.description import LOADED, Exported
from app.exporting.resources import resources
from app.importers.bundles.opening import is_bundle, opened_bundle
from app.importers.faults import Refusals
from app.importers.loading.bundles import load_bundle
from app.importers.loading.finder import Finder
from app.importers.loading.load import Loaded, load_release
from app.importers.loading.planned import Options
from app.importers.seed.box import BOX, NOTICES, TITLE, box_folder, goes_in

LIKENESS = 0.6
"""Of a name that an unknown one may have meant."""


def bundle_of(path: Path) -> Path | None:
    """Return the folder or zip of a bundle that is named on the command line; None if it is none.

    ``box`` is the program's own, unless there is a file or folder of that name.
    """
    if str(path) == BOX and not path.exists():
        path = box_folder()
    return path if is_bundle(path) else None


def import_bundle(engine: Engine, path: Path, *, dry_run: bool, replace: bool) -> list[Loaded]:
    """Load a bundle, and return what became of each of its releases."""
    with (
        opened_bundle(path) as bundle,
        progress_bar(path.name, total=sum(one.rows for one in bundle.manifest.resources)) as bar,
    ):
        return load_bundle(engine, bundle, progress=bar, replacing=replace, dry_run=dry_run)


def export_loaded(
    target: Path,
    sources: Collection[str],
    releases: Collection[str],
    datasets: Collection[str],
    areas: Collection[str],
) -> None:
    """Write what is loaded, or what is chosen of it, as a bundle; print what went in."""
    with reading(settings_of()) as engine:
        with engine.connect() as connection:
            for option, given, column in (
                ("--source", sources, Source.id),
                ("--release", releases, Release.name),
                ("--area", areas, Area.code),
            ):
                _check(option, given, connection.execute(select(column)).scalars())
        _check("--dataset", datasets, resources())
        chosen = Selection(
            frozenset(sources), frozenset(releases), frozenset(datasets), frozenset(areas)
        )
        _export(engine, target, chosen, LOADED)


def build_box(paths: Sequence[Path], to: Path | None) -> None:
    """Load publishers' files into a database of their own, and write the box from it."""
    with (
        tempfile.TemporaryDirectory(prefix="occupations-box-") as folder,
        plainly(),
        Finder(Refusals(strict=True)) as finder,
    ):
        engine = writing_engine(f"sqlite:///{folder}/box.sqlite3")
        database.migrate_database(engine)
        database.add_missing(engine)
        for planned in planned_releases(finder, paths, None, Options(), verbose=False):
            say(load_planned(partial(load_release, engine), planned)[2].message)
        chosen = Selection(prose=False, takes=goes_in, notices=NOTICES)
        _export(engine, to or box_folder(), chosen, TITLE)
        engine.dispose()


def _export(engine: Engine, target: Path, chosen: Selection, title: str) -> None:
    try:
        exported = export_bundle(engine, target, chosen, title)
    except (NothingToExport, UnfitTarget) as fault:
        fail(str(fault))
    say_table(_lines(exported))
    say(f"Written to {target}.")


def _lines(exported: Sequence[Exported]) -> list[tuple[str, ...]]:
    lines: list[tuple[str, ...]] = [("resource", "SHA-256 of the content", "rows", "bytes")]
    lines += [(e.name, e.content[:16], f"{e.rows:,}", f"{e.size:,}") for e in exported]
    total = (sum(e.rows for e in exported), sum(e.size for e in exported))
    return [*lines, ("in all", "", *(f"{number:,}" for number in total))]


def _check(option: str, given: Collection[str], known: Iterable[str]) -> None:
    """End the command if a value of an option is none of those that there are."""
    names = sorted(known) if given else []
    for one in given:
        if one not in names:
            near = did_you_mean(one, names, LIKENESS)
            hint = f"; did you mean {near[0]}?" if near else ""
            fail(f"{option} {one}: there is none loaded{hint}", 2)
