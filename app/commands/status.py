"""``occupations status``: what is loaded, how old it is, what is missing, and what is newer.

It reads as the web does, so it needs no right to write.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

import orjson
import typer

from app.api.queries.commands import BOX_COMMAND, SEED_COMMAND
from app.api.queries.status import KEPT, status_of
from app.commands.console import is_missing, reading, settings_of
from app.commands.database import is_empty
from app.commands.output import FAILED, fail, say, say_table
from app.database.catalog import Catalog
from app.database.catalog_reader import load_catalog
from app.database.migration_state import is_migrated
from app.exporting.manifest import FILE
from app.importers.seed.box import box_folder

NEWER = 1
"""Exit code of ``--check`` where a publisher has newer."""
UNKNOWN = 2
"""Its exit code where that cannot be told."""

Entries = Sequence[dict[str, Any]]


def show_status(only: Collection[str], *, check: bool) -> None:
    """Print a table of the sources, of ``only`` some or of all, and a line for each thing to do."""
    catalog, entries = loaded_entries(only, UNKNOWN if check else FAILED, NEWER if check else 0)
    say_table(_table(catalog, entries, datetime.now(UTC).date()))
    say(*_to_do(entries))
    if only_in_box := [name for name in box_releases() if name not in catalog.releases]:
        many = len(only_in_box)
        noun = "release" if many == 1 else "releases"
        say(
            f"The box has {many} {noun} that {'is' if many == 1 else 'are'} not loaded: "
            f"{BOX_COMMAND}"
        )
    if check and any(one["newer"] for one in entries):
        raise typer.Exit(NEWER)


def loaded_entries(
    only: Collection[str], code: int, empty: int = FAILED
) -> tuple[Catalog, list[dict[str, Any]]]:
    """Return the catalog and an entry for each source, of ``only`` some or of all.

    Ends the command with exit code ``code`` if that cannot be told, with ``empty`` without data.
    """
    settings = settings_of()
    with reading(settings, code) as engine:
        if is_missing(settings) or is_empty(engine):
            say(f"The database holds no data. Fill it with: {SEED_COMMAND}")
            raise typer.Exit(empty)
        if not is_migrated(engine):
            why = "the tables are of another version of the program: run `occupations migrate`"
            fail(why, code)
        catalog = load_catalog(engine)
    entries = status_of(catalog)
    known = [one["source"] for one in entries]
    for name in only:
        if name not in known:
            fail(f"source {name!r}: must be one of {', '.join(known)}", 2)
    return catalog, [one for one in entries if not only or one["source"] in only]


def box_releases() -> list[str]:
    """Return the releases of the box; none where the program came without it."""
    try:
        content = (box_folder() / FILE).read_bytes()
    except FileNotFoundError:
        return []
    return [one["name"] for one in orjson.loads(content)["occupations"]["releases"]]


def _table(catalog: Catalog, entries: Entries, today: date) -> list[list[str]]:
    rows = [["source", "newest", "published", "age", "releases", "state", "publisher has"]]
    for one in entries:
        published, newer = one["published"], one["newer"]
        rows.append(
            [
                one["source"],
                one["newest"] or "-",
                str(published or "-"),
                f"{(today - published).days:,} days" if published else "-",
                str(sum(r["source"] == one["source"] for r in catalog.releases.values())),
                _state(one),
                newer["period"] if newer else "-",
            ]
        )
    return rows


def _state(one: dict[str, Any]) -> str:
    if one["newest"] is None:
        return "not loaded"
    if one["excerpt"]:
        return "excerpt"
    if not one["whole"]:
        return "incomplete"
    return "gaps" if one["missing"]["periods"] else "whole"


def _to_do(entries: Entries) -> Iterator[str]:
    """Yield a line for each thing that is missing or newer, with the command that gets it."""
    for one in entries:
        source, newest, command = one["source"], one["newest"], one["command"]
        newer, missing = one["newer"], one["missing"]
        if newer:
            what = f"{newer['release']} ({newer['period']})"
            what = what if newer["period"] not in newer["release"] else newer["release"]
            yield f"{source}: the publisher has {what}: {command}"
        lacking = [*missing["datasets"], *_areas(missing["areas"])]
        if newest is not None and not one["whole"] and command:
            says = f"{source}: {newest} lacks {', '.join(lacking) or 'lines'}"
            if one["excerpt"]:
                says = f"{source}: of {newest} only an excerpt is loaded"
            yield says if newer else f"{says}: {command}"
        if gaps := missing["periods"]:
            says = f"{source}: not loaded between others: {', '.join(gaps)}"
            if source not in KEPT:
                says += " (only the newest is downloaded)"
            gets = command and not newer and one["whole"]
            yield f"{says}: {command}" if gets else says


def _areas(codes: Sequence[str]) -> Iterator[str]:
    """Yield the first areas, and how many more there are."""
    yield from codes[:3]
    if len(codes) > 3:
        yield f"{len(codes) - 3:,} more areas"
